#include "common/wire/catalog.h"
#include "proto/bom.pb-c.h"
#include "proto/cost.pb-c.h"
#include "proto/envelope.pb-c.h"
#include "proto/gateway.pb-c.h"
#include "proto/inventory.pb-c.h"
#include "proto/mrp.pb-c.h"
#include "proto/order.pb-c.h"
#include "proto/production.pb-c.h"
#include "proto/receipt.pb-c.h"
#include "proto/relay.pb-c.h"

#include <string.h>

static const struct catalog_service services[] = {
    {&millrace__node__descriptor, ""},           {&millrace__access__descriptor, "gateway"},
    {&millrace__bom__descriptor, "bom"},         {&millrace__mrp__descriptor, "mrp"},
    {&millrace__order__descriptor, "order"},     {&millrace__production__descriptor, "production"},
    {&millrace__receipt__descriptor, "receipt"}, {&millrace__inventory__descriptor, "inventory"},
    {&millrace__cost__descriptor, "cost"},       {&millrace__relay__descriptor, "relay"},
};

const struct catalog_service *catalog_service(size_t index)
{
    return index < COUNT_OF(services) ? &services[index] : NULL;
}

const ProtobufCMethodDescriptor *catalog_method(const char *name,
                                                const struct catalog_service **service)
{
    const size_t length = strcspn(name, ".");
    if (name[length] == '\0')
        return NULL;
    for (size_t i = 0; i < COUNT_OF(services); i++) {
        const char *prefix = services[i].descriptor->short_name;
        if (strncmp(name, prefix, length) != 0 || prefix[length] != '\0')
            continue;
        if (service)
            *service = &services[i];
        return protobuf_c_service_descriptor_get_method_by_name(services[i].descriptor,
                                                                name + length + 1);
    }
    return NULL;
}

bool catalog_writes(const char *name)
{
    static const char *const reading[] = {"Get",    "List",   "Explode", "WhereUsed",
                                          "Export", "RollUp", "Resolve", "Print"};
    const char *dot = strchr(name, '.');
    const struct catalog_service *service = NULL;
    if (!dot || !catalog_method(name, &service) || strcmp(service->process, "gateway") == 0)
        return false;
    for (size_t i = 0; i < COUNT_OF(reading); i++) {
        if (strncmp(dot + 1, reading[i], strlen(reading[i])) == 0)
            return false;
    }
    return true;
}
