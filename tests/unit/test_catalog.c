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

/* The rule goes by verb (catalog.h): examples of each, not a second list of the methods. */
static void test_writes(void)
{
    static const char *const writing[] = {"Bom.StartImport", "Mrp.RunPlan",
                                          "Order.AcceptPlannedOrder", "Production.PostIssue",
                                          "Production.ReleaseWorkOrder"};
    static const char *const reading[] = {"Bom.Explode",   "Bom.WhereUsed", "Bom.ExportFile",
                                          "Bom.ListItems", "Cost.RollUp",   "Cost.GetOrderCost"};
    for (size_t i = 0; i < COUNT_OF(writing); i++)
        CU_ASSERT_TRUE(catalog_writes(writing[i]));
    for (size_t i = 0; i < COUNT_OF(reading); i++)
        CU_ASSERT_FALSE(catalog_writes(reading[i]));
    CU_ASSERT_FALSE(catalog_writes("Access.SetUser")); /* the gateway's own need no key */
    CU_ASSERT_FALSE(catalog_writes("Nothing.PostIssue"));
}

UNIT_SUITE("catalog", UNIT(test_find), UNIT(test_every_row_of_roles), UNIT(test_writes))
