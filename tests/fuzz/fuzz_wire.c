/*
 * Any bytes as any message of proto/ (the first bytes choose which: tests/fuzz/type.h).  What
 * wire_unpack accepts must pack again, and what was packed must be accepted and pack to the same
 * bytes.
 */
#include "common/wire/wire.h"
#include "tests/fuzz/type.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *arena;
    struct fault fault = {0};
    const ProtobufCMessage *message;
    struct text once;
    struct text twice;
    if (size < FUZZ_TYPE_BYTES)
        return -1;

    const ProtobufCMessageDescriptor *type;
    size_t number = fuzz_type(data, &type);
    struct text bytes = {(const char *)data + FUZZ_TYPE_BYTES, size - FUZZ_TYPE_BYTES};
    if (!arena)
        arena = arena_new(MIB);
    ASSERT(arena);
    if (wire_unpack(type, bytes, arena, &message, &fault) == STATUS_OK &&
        wire_pack(message, arena, &once, &fault) == STATUS_OK &&
        wire_unpack(type, once, arena, &message, &fault) != STATUS_LIMIT) {
        ASSERT(fault.status == STATUS_OK);
        fuzz_taken[number] = 1;
        ASSERT(wire_pack(message, arena, &twice, &fault) != STATUS_OK || text_equal(once, twice));
    }
    arena_reset(arena);
    return 0;
}
