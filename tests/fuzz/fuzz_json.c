/* JSON as any message of proto/ (the first bytes choose which: tests/fuzz/type.h): whatever is
   taken must come out again and be taken as the same text. */

#include "common/wire/json.h"
#include "tests/fuzz/type.h"

#define ARENA_BYTES (4 * MIB)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Was it taken? */
static bool round_trip(const ProtobufCMessageDescriptor *type, struct text json,
                       struct arena *arena)
{
    ProtobufCMessage *message;
    struct text once;
    struct text twice;
    struct fault fault = {0};
    if (json_to_message(type, json, arena, &message, &fault) != STATUS_OK) {
        ASSERT(fault.status != STATUS_OK && fault.message[0] != '\0');
        ASSERT(json_of_fault(&fault, "", arena, &once) != STATUS_OK || text_is_utf8(once));
        return false;
    }
    if (json_of_message(message, arena, &once, &fault) != STATUS_OK)
        return false;
    ASSERT(text_is_utf8(once));
    ASSERT(json_to_message(type, once, arena, &message, &fault) == STATUS_OK);
    ASSERT(json_of_message(message, arena, &twice, &fault) == STATUS_OK);
    ASSERT(text_equal(once, twice));
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *arena;
    const ProtobufCMessageDescriptor *type;
    if (size < FUZZ_TYPE_BYTES)
        return -1;
    struct text json = {(const char *)data + FUZZ_TYPE_BYTES, size - FUZZ_TYPE_BYTES};
    if (!arena)
        arena = arena_new(ARENA_BYTES);
    ASSERT(arena);
    size_t number = fuzz_type(data, &type);
    if (round_trip(type, json, arena))
        fuzz_taken[number] = 1;
    arena_reset(arena);
    return 0;
}
