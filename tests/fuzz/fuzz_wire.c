/*
 * Any bytes as any message of proto/.  The first byte chooses the type.  What wire_unpack accepts
 * must pack again, and what was packed must be accepted and pack to the same bytes.
 */
#include "common/wire/catalog.h"
#include "common/wire/wire.h"

#include <string.h>

#define TYPES_MAX 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t collect(const ProtobufCMessageDescriptor *types[TYPES_MAX])
{
    size_t count = 0;
    for (size_t i = 0; catalog_service(i); i++) {
        const ProtobufCServiceDescriptor *service = catalog_service(i)->descriptor;
        for (unsigned m = 0; m < service->n_methods && count + 2 < TYPES_MAX; m++) {
            types[count++] = service->methods[m].input;
            types[count++] = service->methods[m].output;
        }
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const ProtobufCMessageDescriptor *types[TYPES_MAX];
    static size_t count;
    if (count == 0)
        count = collect(types);
    if (size == 0)
        return -1;

    const ProtobufCMessageDescriptor *type = types[data[0] % count];
    struct arena *arena = arena_new(MIB);
    struct fault fault = {0};
    const ProtobufCMessage *message;
    struct text once;
    struct text twice;
    ASSERT(arena);
    if (wire_unpack(type, (struct text){(const char *)data + 1, size - 1}, arena, &message,
                    &fault) == STATUS_OK &&
        wire_pack(message, arena, &once, &fault) == STATUS_OK &&
        wire_unpack(type, once, arena, &message, &fault) != STATUS_LIMIT) {
        ASSERT(fault.status == STATUS_OK);
        ASSERT(wire_pack(message, arena, &twice, &fault) != STATUS_OK || text_equal(once, twice));
    }
    arena_free(&arena);
    return 0;
}
