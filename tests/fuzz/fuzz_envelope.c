/* Any bytes as what travels around a body: envelope, reply head, ticket. */
#include "common/io/rpc_codec.h"
#include "common/wire/ticket_codec.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_envelope(struct text bytes, struct arena *arena)
{
    struct fault fault = {0};
    struct rpc_envelope envelope = {.method = "", .plant = ""};
    if (rpc_envelope_unpack(bytes, arena, &envelope, &fault) != STATUS_OK)
        return;
    ASSERT(strlen(envelope.method) < RPC_METHOD_MAX);
    ASSERT(strlen(envelope.plant) <= TEXT_CODE_MAX);
    if (envelope.ticket.length > 512 || envelope.signature.length > 512)
        return;
    uint8_t packed[RPC_ENVELOPE_MAX];
    struct rpc_envelope back = {.method = "", .plant = ""};
    size_t length = rpc_envelope_pack(&envelope, packed);
    enum status status =
        rpc_envelope_unpack((struct text){(const char *)packed, length}, arena, &back, &fault);
    ASSERT(status == STATUS_OK && strcmp(back.method, envelope.method) == 0);
    ASSERT(uuid_cmp(back.key, envelope.key) == 0);
}

static void try_head(struct text bytes, struct arena *arena)
{
    struct fault fault = {0};
    struct rpc_head head;
    if (rpc_head_unpack(bytes, arena, &head, &fault) != STATUS_OK)
        return;
    uint8_t packed[RPC_HEAD_MAX];
    struct rpc_head back;
    size_t length = rpc_head_pack(&head, packed); /* may clip its texts, but never to nonsense */
    enum status status =
        rpc_head_unpack((struct text){(const char *)packed, length}, arena, &back, &fault);
    ASSERT(status == STATUS_OK && back.status == head.status);
}

static void try_ticket(struct text bytes, struct arena *arena)
{
    struct fault fault = {0};
    struct ticket_content content;
    if (ticket_decode(bytes, arena, &content, &fault) != STATUS_OK)
        return;
    ASSERT(strlen(content.principal.name) > 0 && strlen(content.audience) > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(MIB);
    ASSERT(arena);
    struct text bytes = {(const char *)data, size};
    try_envelope(bytes, arena);
    try_head(bytes, arena);
    try_ticket(bytes, arena);
    arena_free(&arena);
    return 0;
}
