/* JSON into messages: whatever is taken must come out again and be taken as the same text. */

#include "common/wire/json.h"
#include "proto/event.pb-c.h"
#include "proto/mrp.pb-c.h"
#include "proto/production.pb-c.h"

#include <string.h>

#define ARENA_BYTES (4 * MIB)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void round_trip(const ProtobufCMessageDescriptor *type, struct text json,
                       struct arena *arena)
{
    ProtobufCMessage *message;
    struct text once;
    struct text twice;
    struct fault fault = {0};
    if (json_to_message(type, json, arena, &message, &fault) != STATUS_OK) {
        ASSERT(fault.status != STATUS_OK && fault.message[0] != '\0');
        ASSERT(json_of_fault(&fault, "", arena, &once) != STATUS_OK || text_is_utf8(once));
        return;
    }
    if (json_of_message(message, arena, &once, &fault) != STATUS_OK)
        return;
    ASSERT(text_is_utf8(once));
    ASSERT(json_to_message(type, once, arena, &message, &fault) == STATUS_OK);
    ASSERT(json_of_message(message, arena, &twice, &fault) == STATUS_OK);
    ASSERT(text_equal(once, twice));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *arena;
    if (!arena)
        arena = arena_new(ARENA_BYTES);
    ASSERT(arena);
    struct text json = {(const char *)data, size};
    round_trip(&millrace__post_issue_request__descriptor, json, arena);
    arena_reset(arena);
    round_trip(&millrace__event__descriptor, json, arena);
    arena_reset(arena);
    round_trip(&millrace__list_planned_orders_reply__descriptor, json, arena);
    arena_reset(arena);
    return 0;
}
