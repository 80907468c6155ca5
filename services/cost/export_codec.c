#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/cost.pb-c.h"
#include "services/cost/export.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PLACE_MAX 160

/* "AFTER", or of the neutral form "AFTER:PARTS:ENTRIES:DEBIT:HASH", as written by place_text. */
static bool take_place(const char *text, bool neutral, struct export_place *place)
{
    int64_t *const numbers[] = {&place->after, &place->parts, &place->entries, &place->debit.e4};
    size_t count = neutral ? COUNT_OF(numbers) : 1;
    for (size_t i = 0; i < count; i++) {
        size_t length = strcspn(text, ":");
        if (!decimal_parse(text, length, 0, numbers[i]) || *numbers[i] < 0)
            return false;
        text += length + (text[length] == ':');
    }
    if (strlen(text) != (neutral ? EXPORT_HASH_TEXT - 1 : 0))
        return false;
    (void)snprintf(place->hash, sizeof place->hash, "%s", text);
    return place->after > 0;
}

static char *place_text(const struct export_query *query, struct arena *arena, bool *ok)
{
    const struct export_place *place = &query->place;
    char text[PLACE_MAX];
    if (place->after == 0)
        return NULL;
    if (query->neutral)
        (void)snprintf(text, sizeof text, "%" PRId64 ":%" PRId64 ":%" PRId64 ":%" PRId64 ":%s",
                       place->after, place->parts, place->entries, place->debit.e4, place->hash);
    else
        (void)snprintf(text, sizeof text, "%" PRId64, place->after);
    return page_text(text_of(text), arena, ok);
}

enum status decode_export_journal(struct rpc_request *request, struct export_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__export_journal_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ExportJournalRequest *asked = (const Millrace__ExportJournalRequest *)message;
    struct text format = text_of(asked->format ? asked->format : "csv");
    *query = (struct export_query){.journal = {.document = text_of(""), .limit = JOURNAL_PAGE_MAX},
                                   .chinese = asked->chinese,
                                   .neutral = text_is(format, "neutral")};
    if (!query->neutral && !text_is(format, "csv"))
        return fault_set(&request->fault, STATUS_INVALID, "format", "format is not csv or neutral");
    if (asked->after && !take_place(asked->after, query->neutral, &query->place))
        return fault_set(&request->fault, STATUS_INVALID, "after",
                         "after is not from an earlier part");
    query->journal.after = query->place.after;
    return decode_range(request, (const bool[2]){asked->has_from_on, asked->has_to_on},
                        (const int32_t[2]){asked->from_on, asked->to_on}, &query->journal.range);
}

enum status encode_export_journal(struct rpc_request *request, struct text content,
                                  const struct export_query *query)
{
    Millrace__ExportJournalReply reply;
    bool ok = true;
    millrace__export_journal_reply__init(&reply);
    reply.has_content = true;
    reply.content.len = content.length;
    reply.content.data = (uint8_t *)page_text(content, request->arena, &ok);
    reply.next = place_text(query, request->arena, &ok);
    return ok ? wire_pack(&reply.base, request->arena, &request->reply, &request->fault)
              : fault_set(&request->fault, STATUS_LIMIT, "", "part does not fit in memory");
}
