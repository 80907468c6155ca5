#include "services/relay/audit_codec.h"

#include "common/wire/catalog.h"
#include "common/wire/json.h"
#include "common/wire/page.h"
#include "proto/relay.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_BYTES  (WIRE_REPLY_MAX / 2) /* of JSON in a page; keys and names come beside it */
#define HASH_TEXT   (2 * DIGEST_BYTES + 1)
#define ACT_BYTES   512
#define NEXT_FORMAT "%lld.%d.%.*s"

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "reply does not fit in memory");
}

/* ---- acts ---- */

/* What NEXT_FORMAT made. */
static enum status read_after(const char *after, struct act_row *out, struct fault *fault)
{
    long long at_us = 0;
    int stream = 0;
    int length = 0;
    *out = (struct act_row){SEAL_STREAMS, .at_us = ACT_TIME_LAST};
    if (!after)
        return STATUS_OK;
    if (sscanf(after, "%19lld.%3d.%n", &at_us, &stream, &length) < 2 || length == 0 || stream < 0 ||
        stream >= SEAL_STREAMS || at_us < ACT_TIME_FIRST || at_us > ACT_TIME_LAST)
        return fault_set(fault, STATUS_INVALID, "after", "after is not the \"next\" of a page");
    out->stream = (enum seal_stream)stream;
    out->at_us = at_us;
    out->key = text_of(after + length);
    return STATUS_OK;
}

static enum status check_query(const Millrace__ListActsRequest *asked,
                               const struct act_query *query, struct fault *fault)
{
    enum seal_stream stream;
    if (query->from_us < ACT_TIME_FIRST || query->from_us > ACT_TIME_LAST)
        return fault_set(fault, STATUS_INVALID, "from_at", "from_at is out of range");
    if (query->to_us < ACT_TIME_FIRST || query->to_us > ACT_TIME_LAST)
        return fault_set(fault, STATUS_INVALID, "to_at", "to_at is out of range");
    if (asked->stream && !seal_stream_parse(query->stream, &stream))
        return fault_set(fault, STATUS_INVALID, "stream", "stream \"%.100s\" does not exist",
                         asked->stream);
    return STATUS_OK;
}

enum status decode_list_acts(struct rpc_request *request, struct act_query *out)
{
    const ProtobufCMessage *message;
    struct fault *fault = &request->fault;
    enum status status = wire_unpack(&millrace__list_acts_request__descriptor, request->body,
                                     request->arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListActsRequest *asked = (const Millrace__ListActsRequest *)message;
    *out = (struct act_query){.plant = text_of(request->plant),
                              .by = text_of(asked->acted_by),
                              .method = text_of(asked->method),
                              .object = text_of(asked->object),
                              .device = text_of(asked->device),
                              .stream = text_of(asked->stream),
                              .from_us = asked->has_from_at_us ? asked->from_at_us : ACT_TIME_FIRST,
                              .to_us = asked->has_to_at_us ? asked->to_at_us : ACT_TIME_LAST};
    status = check_query(asked, out, fault);
    if (status == STATUS_OK)
        status = read_after(asked->after, &out->after, fault);
    return status == STATUS_OK ? page_limit(true, asked->has_limit ? asked->limit : ACTS_DEFAULT,
                                            ACTS_MAX, &out->limit, fault)
                               : status;
}

/* A command's answer as JSON; nothing where it held a secret, which was shown once. */
static struct text reply_json(const struct act_row *row, struct arena *arena)
{
    struct fault unread = {0};
    struct text json = text_of("");
    const char *name = text_copy(row->method, arena);
    const ProtobufCMethodDescriptor *method =
        name && row->reply.length > 0 ? catalog_method(name, NULL) : NULL;
    if (!method || protobuf_c_message_descriptor_get_field_by_name(method->output, "secret"))
        return json;
    return json_of_wire(method->output, row->reply, arena, &json, &unread) == STATUS_OK
               ? json
               : text_of("");
}

static char *text_or_none(struct text text, struct arena *arena, bool *ok)
{
    return text.length > 0 ? page_text(text, arena, ok) : NULL;
}

static bool fill_act(const struct act_row *row, Millrace__Act *out, struct arena *arena)
{
    bool ok = true;
    struct text after = row->after.length > 0 ? row->after : reply_json(row, arena);
    millrace__act__init(out);
    out->has_acted_at_us = true;
    out->acted_at_us = row->at_us;
    out->acted_by = text_or_none(row->by, arena, &ok);
    out->device = text_or_none(row->device, arena, &ok);
    out->address = text_or_none(row->address, arena, &ok);
    out->method = text_or_none(row->method, arena, &ok);
    out->object = text_or_none(row->object, arena, &ok);
    out->status = text_or_none(row->status, arena, &ok);
    out->before = text_or_none(row->before, arena, &ok);
    out->after = text_or_none(after, arena, &ok);
    out->stream = page_text(text_of(seal_stream_name(row->stream)), arena, &ok);
    out->row = page_text(row->key, arena, &ok);
    return ok;
}

static char *next_of(const struct act_row *row, struct arena *arena)
{
    char *next = arena_alloc(arena, ACT_BYTES, 1);
    if (next)
        snprintf(next, ACT_BYTES, NEXT_FORMAT, (long long)row->at_us, (int)row->stream,
                 (int)row->key.length, row->key.bytes);
    return next;
}

static size_t bytes_of(const Millrace__Act *act)
{
    return ACT_BYTES + (act->before ? strlen(act->before) : 0) +
           (act->after ? strlen(act->after) : 0);
}

enum status encode_acts(struct rpc_request *request, const struct act_row *rows, size_t count,
                        size_t limit)
{
    Millrace__ListActsReply reply = MILLRACE__LIST_ACTS_REPLY__INIT;
    Millrace__Act *acts = arena_alloc(request->arena, count + 1, sizeof *acts);
    size_t bytes = 0;
    reply.acts = arena_alloc(request->arena, count + 1, sizeof(void *));
    if (!acts || !reply.acts)
        return full(&request->fault);
    for (size_t i = 0; i < count && i < limit && bytes < PAGE_BYTES; i++) {
        if (!fill_act(&rows[i], &acts[i], request->arena))
            return full(&request->fault);
        bytes += bytes_of(&acts[i]);
        if (bytes >= PAGE_BYTES && i > 0)
            break;
        if (bytes >= PAGE_BYTES) { /* one act as large as a page: without what is too large */
            static char too_large[] = "{\"too_large\":true}";
            acts[i].before = NULL;
            acts[i].after = too_large;
        }
        reply.acts[reply.n_acts++] = &acts[i];
    }
    if (reply.n_acts < count)
        reply.next = next_of(&rows[reply.n_acts - 1], request->arena);
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}

/* ---- the head ---- */

static void hash_text(struct text hash, char text[HASH_TEXT])
{
    for (size_t i = 0; i < hash.length && i < DIGEST_BYTES; i++)
        snprintf(text + 2 * i, 3, "%02x", (unsigned char)hash.bytes[i]);
}

static void fill_stream(const struct audit_head *head, enum seal_stream stream,
                        Millrace__AuditStream *out, struct arena *arena, bool *ok)
{
    const struct seal_count *sealed = &head->sealed[stream];
    const struct seal_count *waiting = &head->waiting[stream];
    millrace__audit_stream__init(out);
    out->stream = page_text(text_of(seal_stream_name(stream)), arena, ok);
    out->has_sealed_rows = true;
    out->sealed_rows = (uint64_t)sealed->rows;
    out->has_sealed_to_at_us = sealed->rows > 0;
    out->sealed_to_at_us = sealed->at_us;
    out->has_waiting_rows = true;
    out->waiting_rows = (uint64_t)waiting->rows;
    out->has_waiting_since_at_us = waiting->rows > 0;
    out->waiting_since_at_us = waiting->at_us;
}

enum status encode_audit_head(struct rpc_request *request, const struct audit_head *head)
{
    Millrace__GetAuditHeadReply reply = MILLRACE__GET_AUDIT_HEAD_REPLY__INIT;
    Millrace__AuditStream streams[SEAL_STREAMS];
    Millrace__AuditStream *pointers[SEAL_STREAMS];
    char hash[HASH_TEXT] = "";
    bool ok = true;
    hash_text(head->head.hash, hash);
    reply.plant = page_text(text_of(request->plant), request->arena, &ok);
    reply.has_seal_no = reply.has_sealed_rows = reply.has_waiting_rows = true;
    reply.seal_no = (uint64_t)head->head.seal_no;
    reply.sealed_rows = (uint64_t)head->head.row_count;
    reply.hash = hash;
    reply.has_sealed_at_us = head->head.seal_no > 0;
    reply.sealed_at_us = head->head.sealed_at_us;
    reply.streams = pointers;
    for (enum seal_stream stream = 0; stream < SEAL_STREAMS; stream++) {
        const struct seal_count *waiting = &head->waiting[stream];
        fill_stream(head, stream, &streams[stream], request->arena, &ok);
        pointers[reply.n_streams++] = &streams[stream];
        reply.waiting_rows += (uint64_t)waiting->rows;
        if (waiting->rows == 0)
            continue;
        if (!reply.has_waiting_since_at_us || waiting->at_us < reply.waiting_since_at_us)
            reply.waiting_since_at_us = waiting->at_us;
        reply.has_waiting_since_at_us = true;
    }
    return ok ? wire_pack(&reply.base, request->arena, &request->reply, &request->fault)
              : full(&request->fault);
}

/* ---- findings ---- */

static int digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

static bool read_hash(const char *text, uint8_t hash[DIGEST_BYTES])
{
    if (!text || strlen(text) != HASH_TEXT - 1)
        return false;
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        int high = digit(text[2 * i]);
        int low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        hash[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

enum status audit_head_json(struct rpc_request *request, struct text *json, struct fault *fault)
{
    return json_of_wire(&millrace__get_audit_head_reply__descriptor, request->reply, request->arena,
                        json, fault);
}

static enum status read_head(uint64_t seal_no, const char *hash, struct verify_ask *ask,
                             struct fault *fault)
{
    if (seal_no < 1 || seal_no > INT64_MAX)
        return fault_set(fault, STATUS_INVALID, "head_seal_no", "head_seal_no is out of range");
    ask->head_seal = (int64_t)seal_no;
    return read_hash(hash, ask->head_hash)
               ? STATUS_OK
               : fault_set(fault, STATUS_INVALID, "head_hash",
                           "head_hash must have 64 hexadecimal digits in lower case");
}

enum status decode_kept_head(struct text json, struct arena *arena, struct verify_ask *ask,
                             struct fault *fault)
{
    ProtobufCMessage *message;
    enum status status =
        json_to_message(&millrace__get_audit_head_reply__descriptor, json, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetAuditHeadReply *kept = (const void *)message;
    if (!text_equal(text_of(kept->plant), ask->plant))
        return fault_set(fault, STATUS_INVALID, "head", "the head is of plant \"%.80s\"",
                         kept->plant ? kept->plant : "");
    return read_head(kept->seal_no, kept->hash, ask, fault);
}

enum status decode_list_findings(struct rpc_request *request, struct verify_ask *out)
{
    const ProtobufCMessage *message;
    struct fault *fault = &request->fault;
    enum status status = wire_unpack(&millrace__list_audit_findings_request__descriptor,
                                     request->body, request->arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListAuditFindingsRequest *asked =
        (const Millrace__ListAuditFindingsRequest *)message;
    *out = (struct verify_ask){.plant = text_of(request->plant)};
    status = page_after(asked->after, &out->after_seal, fault);
    if (status == STATUS_OK)
        status = page_limit(true, asked->has_limit ? asked->limit : VERIFY_DEFAULT,
                            VERIFY_SEALS_MAX, &out->limit, fault);
    if (status != STATUS_OK || !asked->has_head_seal_no)
        return status;
    return read_head(asked->head_seal_no, asked->head_hash, out, fault);
}

static void fill_finding(struct verify_finding *from, Millrace__AuditFinding *out,
                         struct arena *arena, bool *ok)
{
    millrace__audit_finding__init(out);
    out->kind = page_text(text_of(verify_kind_name(from->kind)), arena, ok);
    out->stream = from->stream[0] ? from->stream : NULL;
    out->has_seal_no = from->seal_no > 0;
    out->seal_no = (uint64_t)from->seal_no;
    out->rows = from->rows[0] ? from->rows : NULL;
    out->finding = from->text;
}

enum status encode_findings(struct rpc_request *request, const struct verify_report *report)
{
    Millrace__ListAuditFindingsReply reply = MILLRACE__LIST_AUDIT_FINDINGS_REPLY__INIT;
    Millrace__AuditFinding *findings =
        arena_alloc(request->arena, report->count + 1, sizeof *findings);
    bool ok = true;
    reply.findings = arena_alloc(request->arena, report->count + 1, sizeof(void *));
    if (!findings || !reply.findings)
        return full(&request->fault);
    for (size_t i = 0; i < report->count; i++) {
        fill_finding(&report->findings[i], &findings[i], request->arena, &ok);
        reply.findings[reply.n_findings++] = &findings[i];
    }
    reply.has_checked_seals = reply.has_checked_rows = true;
    reply.checked_seals = (uint64_t)report->seals;
    reply.checked_rows = (uint64_t)report->rows;
    if (report->next > 0)
        reply.next = page_next(report->next, request->arena, &ok);
    return ok ? wire_pack(&reply.base, request->arena, &request->reply, &request->fault)
              : full(&request->fault);
}
