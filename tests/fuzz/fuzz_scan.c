/* What a scanner sends: every part that is found lies in what was read, and means something. */

#include "services/inventory/scan_core.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(struct text part, const uint8_t *data, size_t size)
{
    const uint8_t *at = (const uint8_t *)part.bytes;
    ASSERT(part.length == 0 || (at >= data && at + part.length <= data + size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct scan scan;
    struct fault fault = {0};
    if (scan_read((struct text){(const char *)data, size}, 20775, &scan, &fault) != STATUS_OK) {
        ASSERT(fault.message[0] != '\0' && text_is(text_of(fault.field), "scan"));
        return 0;
    }
    ASSERT(scan.code.length > 0 && scan.element_count <= SCAN_ELEMENTS_MAX);
    ASSERT(scan.gs1 == (scan.element_count > 0));
    check_inside(scan.code, data, size);
    for (size_t i = 0; i < scan.element_count; i++) {
        check_inside(scan.elements[i].value, data, size);
        ASSERT(scan.elements[i].value.length > 0 && scan.elements[i].ai.length >= 2);
    }
    ASSERT(!qty_given(scan.quantity) || scan.quantity.micro >= 0);
    ASSERT(!date_given(scan.expires_on) || scan.expires_on > 0);
    return 0;
}
