#include "services/inventory/label_codec.h"

#include "common/plant/plant.h"
#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/inventory.pb-c.h"

#include <stdio.h>

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "message does not fit in memory");
}

static enum status read_labels(const Millrace__PrintLabelsRequest *asked, struct arena *arena,
                               struct label_query *query, struct fault *fault)
{
    size_t count = asked->n_labels;
    if (count == 0 || count > LABELS_MAX)
        return fault_set(fault, count == 0 ? STATUS_INVALID : STATUS_LIMIT, "labels",
                         "%zu labels, 1 to %d are printed at once", count, LABELS_MAX);
    struct label_of *labels = arena_alloc(arena, count, sizeof *labels);
    if (!labels)
        return full(fault);
    for (size_t i = 0; i < count; i++) {
        const Millrace__LabelOf *label = asked->labels[i];
        labels[i] = (struct label_of){text_of(label->kind), text_of(label->code),
                                      text_of(label->lot), NO_QTY};
        if (label->has_quantity_micro)
            labels[i].quantity.micro = label->quantity_micro;
    }
    query->labels = labels;
    query->count = count;
    return STATUS_OK;
}

enum status decode_labels(struct rpc_request *request, struct label_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__print_labels_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__PrintLabelsRequest *asked = (const void *)message;
    query->size = label_size_of(text_of(asked->size));
    if (!query->size)
        return fault_set(&request->fault, STATUS_INVALID, "size",
                         "size \"%s\" is not 100x50, 62x29 or 50x30", asked->size);
    return read_labels(asked, request->arena, query, &request->fault);
}

enum status decode_label_picks(struct rpc_request *request, struct pick_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__print_picks_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__PrintPicksRequest *asked = (const void *)message;
    return pick_query_of(request, asked->work_orders, asked->n_work_orders, query);
}

enum status encode_pages(struct rpc_request *request, const struct label_pages *pages)
{
    Millrace__PrintReply reply = MILLRACE__PRINT_REPLY__INIT;
    struct arena *arena = request->arena;
    Millrace__PrintPage *out = arena_alloc(arena, pages->count + 1, sizeof *out);
    reply.pages = arena_alloc(arena, pages->count + 1, sizeof *reply.pages);
    bool ok = out && reply.pages;
    for (size_t i = 0; i < pages->count && ok; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "%s-%zu.svg", pages->name, i + 1);
        millrace__print_page__init(&out[i]);
        out[i].name = page_text(text_of(name), arena, &ok);
        out[i].svg = page_text(pages->svg[i], arena, &ok);
        out[i].has_width_mm = out[i].has_height_mm = true;
        out[i].width_mm = (uint32_t)pages->size->width_mm;
        out[i].height_mm = (uint32_t)pages->size->height_mm;
        reply.pages[i] = &out[i];
    }
    reply.n_pages = ok ? pages->count : 0;
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : full(&request->fault);
}
