#include "services/bom/structure_codec.h"

#include "common/wire/wire.h"
#include "proto/bom.pb-c.h"

#include <string.h>

#define REPLY_ROOM (WIRE_REPLY_MAX - 8 * KIB) /* what is no row fits in the rest */
#define ROW_HEAD   4                          /* tag and length of a row */
#define SHORTS_MAX 1000
#define PATH_BYTES 64 /* of the critical path: an item's code, tag and length, capped by levels */

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "message does not fit in memory");
}

static char *copy(const char *text, struct arena *arena, bool *ok)
{
    char *made = text_copy(text_of(text), arena);
    *ok = *ok && made;
    return made;
}

/* ---- requests ---- */

static enum status check_limit(struct rpc_request *request, bool given, uint32_t limit, size_t *out)
{
    if (given && (limit < 1 || limit > STRUCTURE_PAGE_MAX))
        return fault_set(&request->fault, STATUS_INVALID, "limit", "limit %u is outside 1..%d",
                         limit, STRUCTURE_PAGE_MAX);
    *out = given ? limit : STRUCTURE_PAGE_MAX;
    return STATUS_OK;
}

enum status decode_explode(struct rpc_request *request, struct structure_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__explode_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ExplodeRequest *asked = (const Millrace__ExplodeRequest *)message;
    *query = (struct structure_query){
        .item = text_of(asked->item),
        .quantity = {asked->has_quantity_micro ? asked->quantity_micro : QTY_SCALE},
        .start_on = asked->has_start_on ? asked->start_on : NO_DATE,
        .levels = asked->levels,
        .alternative = asked->alternative,
        .revision = asked->revision,
        .net_stock = asked->net_stock,
        .lead_times = asked->lead_times,
        .summarised = asked->summarised || asked->net_stock || asked->lead_times,
        .after = asked->after,
    };
    return check_limit(request, asked->has_limit, asked->limit, &query->limit);
}

enum status decode_where_used(struct rpc_request *request, struct structure_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__where_used_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__WhereUsedRequest *asked = (const Millrace__WhereUsedRequest *)message;
    *query = (struct structure_query){
        .item = text_of(asked->item),
        .start_on = asked->has_start_on ? asked->start_on : NO_DATE,
        .levels = asked->levels,
        .ends = asked->ends,
        .after = asked->after,
    };
    return check_limit(request, asked->has_limit, asked->limit, &query->limit);
}

enum status decode_get_kit(struct rpc_request *request, struct structure_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__get_kit_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetKitRequest *asked = (const Millrace__GetKitRequest *)message;
    *query = (struct structure_query){
        .item = text_of(asked->item),
        .start_on = asked->has_start_on ? asked->start_on : NO_DATE,
        .make = asked->make,
    };
    return STATUS_OK;
}

static enum status bad_after(struct rpc_request *request, const struct structure_query *query)
{
    return fault_set(&request->fault, STATUS_INVALID, "after",
                     "\"%s\" is not what \"next\" of an earlier page said", query->after);
}

enum status after_number(struct rpc_request *request, const struct structure_query *query,
                         int64_t *out)
{
    *out = 0;
    if (query->after && (!decimal_parse(query->after, strlen(query->after), 0, out) || *out < 0))
        return bad_after(request, query);
    return STATUS_OK;
}

enum status after_path(struct rpc_request *request, const struct structure_query *query,
                       const uint32_t **path, uint32_t *level)
{
    *level = 0;
    *path = NULL;
    if (!query->after)
        return STATUS_OK;
    uint32_t *numbers = arena_alloc(request->arena, BOM_DEPTH_MAX, sizeof *numbers);
    if (!numbers)
        return full(&request->fault);
    for (const char *at = query->after;; at++) {
        int64_t number;
        size_t length = strcspn(at, ".");
        if (*level == BOM_DEPTH_MAX || !decimal_parse(at, length, 0, &number) || number < 1 ||
            number > UINT32_MAX)
            return bad_after(request, query);
        numbers[(*level)++] = (uint32_t)number;
        at += length;
        if (*at == '\0')
            break;
    }
    *path = numbers;
    return STATUS_OK;
}

/* ---- pages ---- */

struct structure_page {
    struct rpc_request *request;
    const struct bom_graph *graph;
    Millrace__ExplosionRow **explosion;
    Millrace__WhereUsedRow **used;
    size_t count;
    size_t limit;
    size_t bytes;
    const char *last_path;
    char **critical_path;
    size_t critical_count;
    uint32_t cumulative_days;
    bool has_leads;
};

enum status page_new(struct rpc_request *request, const struct bom_graph *graph, size_t limit,
                     struct structure_page **page)
{
    struct structure_page *made = arena_alloc(request->arena, 1, sizeof *made);
    if (!made)
        return full(&request->fault);
    *made = (struct structure_page){
        .request = request, .graph = graph, .limit = limit, .last_path = ""};
    made->explosion = arena_alloc(request->arena, limit, sizeof *made->explosion);
    made->used = arena_alloc(request->arena, limit, sizeof *made->used);
    if (!made->explosion || !made->used)
        return full(&request->fault);
    *page = made;
    return STATUS_OK;
}

size_t page_count(const struct structure_page *page)
{
    return page->count;
}

const char *page_last_path(const struct structure_page *page)
{
    return page->last_path;
}

const char *page_number(struct rpc_request *request, int64_t number)
{
    char *text = arena_alloc(request->arena, DECIMAL_TEXT_MAX, 1);
    if (text)
        decimal_format(number, 0, text);
    return text;
}

/* Does the row still fit?  A page has at least one. */
static bool fits(struct structure_page *page, const ProtobufCMessage *row, bool ok)
{
    if (!ok) {
        (void)full(&page->request->fault);
        return false;
    }
    page->bytes += protobuf_c_message_get_packed_size(row) + ROW_HEAD;
    return page->count == 0 || page->bytes <= REPLY_ROOM;
}

/* "1.3.2" */
static char *path_text(const struct bom_row *row, struct arena *arena, bool *ok)
{
    char *text = arena_alloc(arena, (size_t)row->level * 11 + 1, 1);
    size_t at = 0;
    *ok = *ok && text;
    for (uint32_t i = 0; text && i < row->level; i++) {
        char number[DECIMAL_TEXT_MAX];
        size_t length = decimal_format(row->path[i], 0, number);
        if (i > 0)
            text[at++] = '.';
        memcpy(text + at, number, length);
        at += length;
    }
    return text;
}

static char *frac_text(struct frac value, struct arena *arena, bool *ok)
{
    char text[FRAC_TEXT_MAX];
    frac_format(value, text);
    return copy(text, arena, ok);
}

/* NULL: it has none. */
static char *name_text(const struct plant *plant, uint32_t item, struct arena *arena, bool *ok)
{
    uint32_t name = plant->items[item].name;
    return name == 0 ? NULL : copy(plant_text(plant, name), arena, ok);
}

bool page_add_line(struct structure_page *page, const struct bom_row *row)
{
    const struct plant *plant = page->graph->plant;
    const struct bom_terms *terms = plant_bom_terms(plant, row->line);
    struct arena *arena = page->request->arena;
    Millrace__ExplosionRow *out =
        page->count < page->limit ? arena_alloc(arena, 1, sizeof *out) : NULL;
    bool ok = out != NULL;
    if (!ok)
        return page->count < page->limit ? fits(page, NULL, false) : false;
    millrace__explosion_row__init(out);
    uint32_t component = row->line->component;
    out->has_level = out->has_low_level_code = true;
    out->level = row->level;
    out->low_level_code = page->graph->level[component];
    out->path = path_text(row, arena, &ok);
    out->parent = copy(plant_item_code(plant, row->line->parent), arena, &ok);
    out->component = copy(plant_item_code(plant, component), arena, &ok);
    out->component_name = name_text(plant, component, arena, &ok);
    out->quantity_per = frac_text(row->qty_per, arena, &ok);
    out->quantity = frac_text(row->qty, arena, &ok);
    if (plant->items[component].uom != 0)
        out->uom = copy(plant_text(plant, plant->items[component].uom), arena, &ok);
    out->has_valid_from_on = terms->valid_from != DATE_FIRST;
    out->valid_from_on = terms->valid_from;
    out->has_valid_to_on = terms->valid_to != DATE_LAST;
    out->valid_to_on = terms->valid_to;
    if (!fits(page, &out->base, ok))
        return false;
    page->last_path = out->path;
    page->explosion[page->count++] = out;
    return true;
}

bool page_add_need(struct structure_page *page, const struct bom_explosion *explosion,
                   const struct bom_need *need, const struct bom_lead *leads)
{
    const struct plant *plant = page->graph->plant;
    struct arena *arena = page->request->arena;
    char quantity[QTY_TEXT_MAX];
    Millrace__ExplosionRow *out =
        page->count < page->limit ? arena_alloc(arena, 1, sizeof *out) : NULL;
    bool ok = out != NULL;
    if (!ok)
        return page->count < page->limit ? fits(page, NULL, false) : false;
    millrace__explosion_row__init(out);
    qty_format(need->qty, quantity);
    out->has_low_level_code = true;
    out->low_level_code = page->graph->level[need->item];
    out->component = copy(plant_item_code(plant, need->item), arena, &ok);
    out->component_name = name_text(plant, need->item, arena, &ok);
    out->uom = copy(plant_text(plant, plant->items[need->item].uom), arena, &ok);
    out->quantity = copy(quantity, arena, &ok);
    out->has_from_stock_micro = out->has_net_micro = explosion->request.stock != NULL;
    out->from_stock_micro = need->from_stock.micro;
    out->net_micro = need->net.micro;
    if (leads) {
        out->has_lead_time_days = out->has_cumulative_days = out->has_critical = true;
        out->lead_time_days = (uint32_t)leads[need->node].own;
        out->cumulative_days = (uint32_t)leads[need->node].cumulative;
        out->critical = leads[need->node].on_path;
    }
    if (!fits(page, &out->base, ok))
        return false;
    page->explosion[page->count++] = out;
    return true;
}

bool page_add_end(struct structure_page *page, uint32_t item, const struct bom_end *end)
{
    const struct plant *plant = page->graph->plant;
    struct arena *arena = page->request->arena;
    Millrace__WhereUsedRow *out =
        page->count < page->limit ? arena_alloc(arena, 1, sizeof *out) : NULL;
    bool ok = out != NULL;
    if (!ok)
        return page->count < page->limit ? fits(page, NULL, false) : false;
    millrace__where_used_row__init(out);
    out->parent = copy(plant_item_code(plant, end->item), arena, &ok);
    out->parent_name = name_text(plant, end->item, arena, &ok);
    out->component = copy(plant_item_code(plant, item), arena, &ok);
    out->quantity_per = frac_text(end->exact, arena, &ok);
    out->has_ways = true;
    out->ways = (uint64_t)end->ways;
    if (!fits(page, &out->base, ok))
        return false;
    page->used[page->count++] = out;
    return true;
}

/* ---- replies ---- */

void page_set_leads(struct structure_page *page, const struct bom_explosion *explosion,
                    const struct bom_lead *leads)
{
    const struct plant *plant = page->graph->plant;
    struct arena *arena = page->request->arena;
    bool ok = true;
    page->has_leads = true;
    page->cumulative_days = (uint32_t)leads[0].cumulative;
    page->critical_path = arena_alloc(arena, (size_t)page->graph->level_count + 1, sizeof(char *));
    for (uint32_t node = 0; page->critical_path && ok && node != NO_INDEX;
         node = leads[node].critical) {
        char *code = copy(plant_item_code(plant, explosion->nodes[node].item), arena, &ok);
        if (page->critical_count * PATH_BYTES < 6 * KIB)
            page->critical_path[page->critical_count++] = code;
    }
    if (!page->critical_path || !ok)
        (void)full(&page->request->fault);
}

static char *next_copy(struct rpc_request *request, const char *next, bool *ok)
{
    return next ? copy(next, request->arena, ok) : NULL;
}

enum status encode_explosion(struct rpc_request *request, struct structure_page *page,
                             const char *next)
{
    Millrace__ExplodeReply reply;
    bool ok = true;
    millrace__explode_reply__init(&reply);
    reply.rows = page->explosion;
    reply.n_rows = page->count;
    reply.next = next_copy(request, next, &ok);
    reply.has_cumulative_days = page->has_leads;
    reply.cumulative_days = page->cumulative_days;
    reply.critical_path = page->critical_path;
    reply.n_critical_path = page->critical_count;
    if (request->fault.status != STATUS_OK)
        return request->fault.status;
    return ok ? wire_pack(&reply.base, request->arena, &request->reply, &request->fault)
              : full(&request->fault);
}

/* Lines were put as rows of an explosion. */
static bool used_rows(struct rpc_request *request, struct structure_page *page)
{
    const struct plant *plant = page->graph->plant;
    bool ok = true;
    Millrace__WhereUsedRow *rows = arena_alloc(request->arena, page->count + 1, sizeof *rows);
    for (size_t i = 0; rows && i < page->count && page->explosion[i]; i++) {
        const Millrace__ExplosionRow *from = page->explosion[i];
        uint32_t parent = plant_item_find(plant, text_of(from->parent));
        millrace__where_used_row__init(&rows[i]);
        rows[i].has_level = true;
        rows[i].level = from->level;
        rows[i].path = from->path;
        rows[i].parent = from->parent;
        rows[i].parent_name = name_text(plant, parent, request->arena, &ok);
        rows[i].component = from->component;
        rows[i].quantity_per = from->quantity_per;
        rows[i].has_valid_from_on = from->has_valid_from_on;
        rows[i].valid_from_on = from->valid_from_on;
        rows[i].has_valid_to_on = from->has_valid_to_on;
        rows[i].valid_to_on = from->valid_to_on;
        page->used[i] = &rows[i];
    }
    return rows && ok;
}

enum status encode_where_used(struct rpc_request *request, struct structure_page *page,
                              const char *next)
{
    Millrace__WhereUsedReply reply;
    bool ok = true;
    millrace__where_used_reply__init(&reply);
    ok = used_rows(request, page);
    reply.rows = page->used;
    reply.n_rows = page->count;
    reply.next = next_copy(request, next, &ok);
    return ok ? wire_pack(&reply.base, request->arena, &request->reply, &request->fault)
              : full(&request->fault);
}

static bool fill_short(Millrace__KitShort *out, const struct plant *plant,
                       const struct bom_short *from, struct arena *arena)
{
    bool ok = true;
    millrace__kit_short__init(out);
    out->item = copy(plant_item_code(plant, from->item), arena, &ok);
    out->uom = copy(plant_text(plant, plant->items[from->item].uom), arena, &ok);
    out->has_needed_micro = out->has_stock_micro = out->has_lacks_micro = true;
    out->needed_micro = from->gross.micro;
    out->stock_micro = from->stock.micro;
    out->lacks_micro = from->lacks.micro;
    return ok;
}

enum status encode_kit(struct rpc_request *request, const struct bom_graph *graph,
                       const struct bom_kit *kit)
{
    Millrace__GetKitReply reply;
    millrace__get_kit_reply__init(&reply);
    size_t count = kit->short_count < SHORTS_MAX ? kit->short_count : SHORTS_MAX;
    Millrace__KitShort *rows = arena_alloc(request->arena, count + 1, sizeof *rows);
    reply.shorts = arena_alloc(request->arena, count + 1, sizeof *reply.shorts);
    if (!rows || !reply.shorts)
        return full(&request->fault);
    for (size_t i = 0; i < count; i++) {
        if (!fill_short(&rows[i], graph->plant, &kit->shorts[i], request->arena))
            return full(&request->fault);
        reply.shorts[i] = &rows[i];
    }
    reply.n_shorts = count;
    reply.has_short_count = true;
    reply.short_count = kit->short_count;
    reply.has_quantity_micro = !kit->endless;
    reply.quantity_micro = kit->quantity.micro;
    reply.has_endless = kit->endless;
    reply.endless = kit->endless;
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}
