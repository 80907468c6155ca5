#include "common/wire/catalog.h"
#include "common/wire/role.h"
#include "proto/envelope.pb-c.h"
#include "tests/unit/unit.h"

#include <ctype.h>
#include <string.h>

static bool has_row(const char *method)
{
    for (size_t row = 0; role_method(row); row++) {
        if (strcmp(role_method(row), method) == 0)
            return true;
    }
    return false;
}

/* Every method of proto/ has a row, and every row a method. */
static void test_complete(void)
{
    size_t methods = 0;
    for (size_t i = 0; catalog_service(i); i++) {
        const ProtobufCServiceDescriptor *service = catalog_service(i)->descriptor;
        for (unsigned m = 0; m < service->n_methods; m++) {
            char name[96];
            snprintf(name, sizeof name, "%s.%s", service->short_name, service->methods[m].name);
            CU_ASSERT_TRUE(has_row(name));
            methods++;
        }
    }
    size_t rows = 0;
    for (; role_method(rows); rows++)
        CU_ASSERT_PTR_NOT_NULL(catalog_method(role_method(rows), NULL));
    CU_ASSERT_EQUAL(rows, methods);
}

static enum status permit(const char *method, uint32_t roles)
{
    struct principal who = {.name = "mei", .plant = "DEMO", .roles = roles};
    struct fault fault = {0};
    return role_permit(method, &who, &fault);
}

static enum status permit_nobody(const char *method)
{
    struct fault fault = {0};
    return role_permit(method, NULL, &fault);
}

static void test_permit(void)
{
    CU_ASSERT_EQUAL(permit_nobody("Node.GetHealth"), STATUS_OK);
    CU_ASSERT_EQUAL(permit_nobody("Mrp.GetPlanState"), STATUS_UNAUTHENTICATED);
    CU_ASSERT_EQUAL(permit("Mrp.GetPlanState", ROLE_AUDITOR), STATUS_OK);
    CU_ASSERT_EQUAL(permit("Mrp.GetPlanState", 0), STATUS_FORBIDDEN);
    struct principal nowhere = {.name = "mei", .plant = TICKET_NO_PLANT};
    struct fault fault = {0};
    CU_ASSERT_EQUAL(role_permit("Access.WhoAmI", &nowhere, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(permit("Production.PostIssue", ROLE_OPERATOR), STATUS_OK);
    CU_ASSERT_EQUAL(permit("Production.PostIssue", ROLE_OPERATOR | ROLE_SALES), STATUS_OK);
    CU_ASSERT_TRUE(role_needs_password("Order.ApprovePurchaseOrder"));
    CU_ASSERT_FALSE(role_needs_password("Production.PostIssue"));
    CU_ASSERT_EQUAL(permit("Production.PostIssue", ROLE_SALES | ROLE_AUDITOR), STATUS_FORBIDDEN);
    CU_ASSERT_EQUAL(permit("Production.PostIssue", 0), STATUS_FORBIDDEN);
    CU_ASSERT_EQUAL(permit("Access.SetUser", UINT32_MAX & ~(uint32_t)ROLE_ADMINISTRATOR),
                    STATUS_FORBIDDEN);
}

static void test_no_row_is_nobody(void)
{
    static const char *const unknown[] = {
        "", "Production", "Production.", "Production.Nothing", "production.PostIssue", "PostIssue"};
    for (size_t i = 0; i < COUNT_OF(unknown); i++) {
        CU_ASSERT_FALSE(role_is_public(unknown[i]));
        CU_ASSERT_EQUAL(permit(unknown[i], UINT32_MAX), STATUS_FORBIDDEN);
        CU_ASSERT_PTR_NULL(catalog_method(unknown[i], NULL));
    }
}

/* The bits of enum role are the numbers of proto/envelope.proto, with the same names. */
static void test_numbers(void)
{
    CU_ASSERT_EQUAL(millrace__role__descriptor.n_values, ROLE_COUNT + 1);
    for (unsigned i = 0; i < millrace__role__descriptor.n_values; i++) {
        const ProtobufCEnumValue *value = &millrace__role__descriptor.values[i];
        char name[32] = "";
        for (size_t c = 0; value->name[5 + c] != '\0'; c++)
            name[c] = (char)tolower(value->name[5 + c]);
        uint32_t bit = 0;
        CU_ASSERT_EQUAL(role_parse(name, &bit), value->value != 0);
        CU_ASSERT_EQUAL(bit, value->value == 0 ? 0 : 1u << (unsigned)value->value);
        if (bit != 0)
            CU_ASSERT_STRING_EQUAL(role_name(bit), name);
    }
}

static void test_catalog(void)
{
    const struct catalog_service *service = NULL;
    const ProtobufCMethodDescriptor *method = catalog_method("Receipt.PostReceipt", &service);
    CU_ASSERT_PTR_NOT_NULL_FATAL(method);
    CU_ASSERT_STRING_EQUAL(method->input->short_name, "PostReceiptRequest");
    CU_ASSERT_STRING_EQUAL(service->process, "receipt");
}

UNIT_SUITE("role", UNIT(test_complete), UNIT(test_permit), UNIT(test_no_row_is_nobody),
           UNIT(test_numbers), UNIT(test_catalog))
