/* The catalogue of services: every method is found by its name, and which of them write. */

#include "common/wire/catalog.h"
#include "common/wire/role.h"
#include "tests/unit/unit.h"

#include <string.h>

static void test_find(void)
{
    const struct catalog_service *service = NULL;
    const ProtobufCMethodDescriptor *method = catalog_method("Production.PostIssue", &service);
    CU_ASSERT_PTR_NOT_NULL_FATAL(method);
    CU_ASSERT_STRING_EQUAL(method->name, "PostIssue");
    CU_ASSERT_STRING_EQUAL(service->process, "production");
    const char *const unknown[] = {"",
                                   ".",
                                   "Production",
                                   "Production.",
                                   "Production.Nothing",
                                   "production.PostIssue",
                                   "Nothing.PostIssue",
                                   "Production.PostIssue.",
                                   "ProductionPostIssue"};
    for (size_t i = 0; i < COUNT_OF(unknown); i++)
        CU_ASSERT_PTR_NULL(catalog_method(unknown[i], NULL));
}

static void test_every_row_of_roles(void)
{
    const char *name;
    for (size_t i = 0; (name = role_method(i)) != NULL; i++)
        CU_ASSERT_PTR_NOT_NULL(catalog_method(name, NULL));
}

static void test_writes(void)
{
    const char *const writing[] = {"Bom.StartImport",
                                   "Bom.AddImportChunk",
                                   "Bom.FinishImport",
                                   "Mrp.RunPlan",
                                   "Order.AcceptPlannedOrder",
                                   "Order.CreateWorkOrder",
                                   "Order.CreatePurchaseOrder",
                                   "Order.CreateSalesOrder",
                                   "Production.ReleaseWorkOrder",
                                   "Production.PostIssue",
                                   "Production.PostReturn",
                                   "Production.ReportOperation",
                                   "Production.CloseWorkOrder",
                                   "Production.HoldWorkOrder",
                                   "Production.ResumeWorkOrder",
                                   "Production.CancelWorkOrder",
                                   "Production.SplitWorkOrder",
                                   "Production.ChangeQuantity",
                                   "Production.ChangeComponents",
                                   "Receipt.PostReceipt",
                                   "Inventory.PostPurchaseReceipt",
                                   "Inventory.PostShipment",
                                   "Inventory.PostAdjustment",
                                   "Inventory.PostTransfer",
                                   "Inventory.ReceiveTransfer",
                                   "Inventory.ChangeStatus",
                                   "Inventory.PostInspection",
                                   "Inventory.PostSupplierReturn",
                                   "Inventory.PostCustomerReturn",
                                   "Inventory.StartCount",
                                   "Inventory.RecordCount",
                                   "Inventory.FinishCount",
                                   "Inventory.DecideDocument",
                                   "Inventory.ReverseDocument",
                                   "Inventory.SetStockRule"};
    size_t found = 0;
    const char *name;
    for (size_t i = 0; (name = role_method(i)) != NULL; i++)
        found += catalog_writes(name);
    for (size_t i = 0; i < COUNT_OF(writing); i++)
        CU_ASSERT_TRUE(catalog_writes(writing[i]));
    CU_ASSERT_EQUAL(found, COUNT_OF(writing)); /* a new method: add it here or name it as reading */
    CU_ASSERT_FALSE(catalog_writes("Access.SetUser"));
    CU_ASSERT_FALSE(catalog_writes("Nothing.PostIssue"));
}

UNIT_SUITE("catalog", UNIT(test_find), UNIT(test_every_row_of_roles), UNIT(test_writes))
