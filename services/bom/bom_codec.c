#include "services/bom/bom_codec.h"

#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/bom.pb-c.h"
#include "proto/event.pb-c.h"

#include <stdio.h>
#include <string.h>

_Static_assert(EVENT_MASTER_IMPORTED == MILLRACE__EVENT_KIND__EVENT_KIND_MASTER_IMPORTED,
               "the store writes this number");

const void *const bom_descriptor = &millrace__bom__descriptor;

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "message does not fit in memory");
}

static enum status unpack(struct rpc_request *request, const ProtobufCMessageDescriptor *type,
                          const ProtobufCMessage **message)
{
    return wire_unpack(type, request->body, request->arena, message, &request->fault);
}

static enum status pack(struct rpc_request *request, const ProtobufCMessage *message)
{
    return wire_pack(message, request->arena, &request->reply, &request->fault);
}

enum status encode_master_imported(struct text plant, struct arena *arena, struct text *body,
                                   struct fault *fault)
{
    Millrace__Event event;
    bool ok = true;
    millrace__event__init(&event);
    event.plant = page_text(plant, arena, &ok);
    event.object_id = page_text(text_of("master"), arena, &ok);
    if (!ok)
        return full(fault);
    event.has_event_seq = event.has_kind = event.has_version = true;
    event.event_seq = event.version = 1;
    event.kind = MILLRACE__EVENT_KIND__EVENT_KIND_MASTER_IMPORTED;
    return wire_pack(&event.base, arena, body, fault);
}

/* ---- import ---- */

enum status encode_start_import(struct rpc_request *request, struct uuid job)
{
    Millrace__StartImportReply reply;
    millrace__start_import_reply__init(&reply);
    reply.has_job_uuid = true;
    reply.job_uuid = (ProtobufCBinaryData){sizeof job.bytes, job.bytes};
    return pack(request, &reply.base);
}

/* wire_unpack has checked that a uuid that is given has 16 bytes. */
static enum status job_of(bool given, ProtobufCBinaryData bytes, struct uuid *job,
                          struct fault *fault)
{
    if (!given)
        return fault_set(fault, STATUS_INVALID, "job_uuid", "job_uuid is missing");
    ASSERT(bytes.len == sizeof job->bytes);
    memcpy(job->bytes, bytes.data, sizeof job->bytes);
    return STATUS_OK;
}

enum status decode_add_chunk(struct rpc_request *request, struct import_chunk *chunk)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__add_import_chunk_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__AddImportChunkRequest *asked = (const Millrace__AddImportChunkRequest *)message;
    if (!asked->file)
        return fault_set(&request->fault, STATUS_INVALID, "file", "file is missing");
    if (asked->content.len > CHUNK_BYTES_MAX)
        return fault_set(&request->fault, STATUS_LIMIT, "content",
                         "content of %zu bytes is above %zu", asked->content.len, CHUNK_BYTES_MAX);
    if (asked->chunk >= CHUNKS_MAX)
        return fault_set(&request->fault, STATUS_LIMIT, "chunk", "chunk %u is above %d",
                         asked->chunk, CHUNKS_MAX - 1);
    *chunk = (struct import_chunk){
        .plant = text_of(request->plant),
        .file = text_of(asked->file),
        .chunk = asked->chunk,
        .content = {asked->content.len > 0 ? (const char *)asked->content.data : "",
                    asked->content.len},
    };
    return job_of(asked->has_job_uuid, asked->job_uuid, &chunk->job, &request->fault);
}

enum status encode_add_chunk(struct rpc_request *request)
{
    Millrace__AddImportChunkReply reply;
    millrace__add_import_chunk_reply__init(&reply);
    return pack(request, &reply.base);
}

enum status decode_finish_import(struct rpc_request *request, struct finish_ask *ask)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__finish_import_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__FinishImportRequest *asked = (const Millrace__FinishImportRequest *)message;
    *ask = (struct finish_ask){.dry_run = asked->dry_run};
    for (size_t i = 0; i < asked->n_remove; i++) {
        enum plant_file_id file = plant_file_find(asked->remove[i]);
        if (file == PLANT_FILES)
            return fault_set(&request->fault, STATUS_INVALID, "remove",
                             "file \"%s\" is no file of a plant", asked->remove[i]);
        ask->remove[file] = true;
    }
    return job_of(asked->has_job_uuid, asked->job_uuid, &ask->job, &request->fault);
}

static void fill_counts(Millrace__FileRows *rows, const struct merge_counts *counts)
{
    rows->has_added = rows->has_changed = rows->has_unchanged = true;
    rows->has_missing = rows->has_removed = rows->has_follow = true;
    rows->added = counts->added;
    rows->changed = counts->changed;
    rows->unchanged = counts->same;
    rows->missing = counts->missing;
    rows->removed = counts->removed;
    rows->follow = counts->follow;
}

enum status encode_report(const struct import_report *report, struct arena *arena,
                          struct text *reply, struct fault *fault)
{
    Millrace__FinishImportReply message;
    bool ok = true;
    millrace__finish_import_reply__init(&message);
    Millrace__FileRows *rows = arena_alloc(arena, report->file_count + 1, sizeof *rows);
    message.files = arena_alloc(arena, report->file_count + 1, sizeof *message.files);
    if (!rows || !message.files)
        return full(fault);
    for (size_t i = 0; i < report->file_count; i++) {
        millrace__file_rows__init(&rows[i]);
        rows[i].file = page_text(text_of(report->files[i].file), arena, &ok);
        rows[i].has_rows = true;
        rows[i].rows = report->files[i].rows;
        if (report->files[i].merged)
            fill_counts(&rows[i], report->files[i].merged);
        message.files[i] = &rows[i];
    }
    message.n_files = report->file_count;
    message.errors = report->errors;
    message.n_errors = report->error_kept;
    message.has_error_count = true;
    message.error_count = report->error_count;
    return ok ? wire_pack(&message.base, arena, reply, fault) : full(fault);
}

enum status decode_get_import(struct rpc_request *request, struct uuid *job)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__get_import_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetImportRequest *asked = (const Millrace__GetImportRequest *)message;
    return job_of(asked->has_job_uuid, asked->job_uuid, job, &request->fault);
}

enum status encode_import_state(struct rpc_request *request, const struct import_state *state)
{
    Millrace__GetImportReply reply;
    const ProtobufCMessage *report = NULL;
    bool ok = true;
    enum status status = STATUS_OK;
    millrace__get_import_reply__init(&reply);
    reply.state = page_text(text_of(state->state), request->arena, &ok);
    if (!ok)
        return full(&request->fault);
    if (state->report.bytes)
        status = wire_unpack(&millrace__finish_import_reply__descriptor, state->report,
                             request->arena, &report, &request->fault);
    if (status != STATUS_OK)
        return status;
    reply.report = (Millrace__FinishImportReply *)(uintptr_t)report; /* packed, never changed */
    reply.has_rows = reply.has_rows_done = state->all > 0;
    reply.rows = (uint64_t)state->all;
    reply.rows_done = (uint64_t)state->done;
    return pack(request, &reply.base);
}

/* ---- export ---- */

static char *next_text(struct rpc_request *request, int64_t next)
{
    char *text = arena_alloc(request->arena, DECIMAL_TEXT_MAX, 1);
    if (text)
        decimal_format(next, 0, text);
    return text;
}

bool export_workbook(struct text file, char csv[TEXT_CODE_MAX + 1])
{
    static const char end[] = ".xlsx";
    size_t length = sizeof end - 1;
    bool workbook = file.length > length && file.length <= TEXT_CODE_MAX &&
                    memcmp(file.bytes + file.length - length, end, length) == 0;
    size_t stem = workbook ? file.length - length : file.length;
    if (stem > TEXT_CODE_MAX - sizeof end)
        stem = 0;
    snprintf(csv, TEXT_CODE_MAX + 1, "%.*s%s", (int)stem, file.bytes ? file.bytes : "",
             workbook ? ".csv" : "");
    return workbook;
}

enum status decode_export(struct rpc_request *request, struct export_ask *ask)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__export_file_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__ExportFileRequest *asked = (const Millrace__ExportFileRequest *)message;
    ask->file = text_of(asked->file);
    ask->workbook = export_workbook(ask->file, ask->csv);
    ask->chinese = asked->chinese;
    return page_after(asked->after, &ask->offset, &request->fault);
}

enum status encode_export(struct rpc_request *request, struct text content, int64_t next_offset)
{
    Millrace__ExportFileReply reply;
    bool ok = true;
    millrace__export_file_reply__init(&reply);
    reply.has_content = true;
    reply.content.len = content.length;
    reply.content.data = (uint8_t *)page_text(content, request->arena, &ok);
    reply.next = next_offset > 0 ? next_text(request, next_offset) : NULL;
    return ok ? pack(request, &reply.base) : full(&request->fault);
}

/* ---- items ---- */

enum status decode_get_item(struct rpc_request *request, struct text *item)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__get_item_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    *item = text_of(((const Millrace__GetItemRequest *)message)->item);
    return STATUS_OK;
}

enum status decode_list_items(struct rpc_request *request, struct item_ask *ask)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__list_items_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListItemsRequest *asked = (const Millrace__ListItemsRequest *)message;
    ask->after = text_of(asked->after);
    ask->codes = asked->items;
    ask->codes_count = asked->n_items;
    if (ask->codes_count > BOM_PAGE_MAX)
        return fault_set(&request->fault, STATUS_LIMIT, "items", "more than %d items are asked for",
                         BOM_PAGE_MAX);
    return page_limit(asked->has_limit, asked->limit, BOM_PAGE_MAX, &ask->limit, &request->fault);
}

static bool fill_item(Millrace__Item *out, const struct bom_graph *graph, uint32_t index,
                      struct arena *arena)
{
    static const char *const types[] = {[ITEM_MAKE] = "make",
                                        [ITEM_BUY] = "buy",
                                        [ITEM_PHANTOM] = "phantom",
                                        [ITEM_TRANSFER] = "transfer"};
    static const char *const valuations[] = {[VALUATION_STANDARD] = "standard",
                                             [VALUATION_AVERAGE] = "average",
                                             [VALUATION_FIFO] = "fifo",
                                             [VALUATION_LOT] = "lot"};
    const struct plant *plant = graph->plant;
    const struct item *item = &plant->items[index];
    bool ok = true;
    millrace__item__init(out);
    out->item = page_text(text_of(plant_item_code(plant, index)), arena, &ok);
    out->name = page_text(text_of(plant_text(plant, item->name)), arena, &ok);
    out->type = page_text(text_of(types[item->type]), arena, &ok);
    out->uom = page_text(text_of(plant_text(plant, item->uom)), arena, &ok);
    out->valuation =
        page_text(text_of(valuations[plant_item_params(plant, index)->valuation]), arena, &ok);
    out->has_decimals = out->has_low_level_code = out->has_safety_stock_micro = true;
    out->decimals = item->decimals;
    out->low_level_code = graph->level[index];
    out->safety_stock_micro = item->safety_stock.micro;
    out->has_unit_cost_micro = cost_given(item->unit_cost);
    out->unit_cost_micro = item->unit_cost.micro;
    out->has_lead_time_days = days_given(item->lead_time_days);
    out->lead_time_days = (uint32_t)item->lead_time_days;
    return ok;
}

enum status encode_item(struct rpc_request *request, const struct item_page *page)
{
    Millrace__GetItemReply reply;
    Millrace__Item item;
    millrace__get_item_reply__init(&reply);
    if (!fill_item(&item, page->graph, page->items[0], request->arena))
        return full(&request->fault);
    reply.item = &item;
    return pack(request, &reply.base);
}

enum status encode_items(struct rpc_request *request, const struct item_page *page)
{
    Millrace__ListItemsReply reply;
    millrace__list_items_reply__init(&reply);
    Millrace__Item *items = arena_alloc(request->arena, (size_t)page->count + 1, sizeof *items);
    reply.items = arena_alloc(request->arena, (size_t)page->count + 1, sizeof *reply.items);
    if (!items || !reply.items)
        return full(&request->fault);
    for (uint32_t i = 0; i < page->count; i++) {
        if (!fill_item(&items[i], page->graph, page->items[i], request->arena))
            return full(&request->fault);
        reply.items[i] = &items[i];
    }
    reply.n_items = page->count;
    reply.next = page->more ? items[page->count - 1].item : NULL;
    return pack(request, &reply.base);
}
