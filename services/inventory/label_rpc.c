#include "services/inventory/label_rpc.h"

#include "common/plant/plant.h"
#include "services/inventory/label_codec.h"
#include "services/inventory/label_symbol.h"
#include "services/inventory/scan_store.h"

#include <stdio.h>

#define GS1_MAX   (4 * TEXT_CODE_MAX)
#define FIELD_MAX 48
#define PAGES_MAX 46 /* a wave has at most 1,001 picks */

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "the labels do not fit in memory");
}

static struct text copied(struct arena *arena, const char *text)
{
    return text_of(text_copy(text_of(text), arena));
}

/* ---- labels: a thing is found as the scanner will find it ---- */

/* Columns of store_scan. */
enum { KIND, CODE, OF_ORDER, ITEM, LOT, NAME, STATE, QTY, UOM, DAY };

static enum status not_found(size_t i, const struct label_of *asked, struct fault *fault)
{
    char field[FIELD_MAX];
    (void)snprintf(field, sizeof field, "labels[%zu].%s", i,
                   asked->lot.length > 0 ? "lot" : "code");
    struct text name = asked->lot.length > 0 ? asked->lot : asked->code;
    return fault_set(fault, STATUS_NOT_FOUND, field, "%.*s \"%.*s\" does not exist",
                     (int)asked->kind.length, asked->kind.bytes, (int)name.length, name.bytes);
}

/* What a scan of the label will say. */
static enum status scan_of(size_t i, const struct label_of *asked, struct scan *scan,
                           struct fault *fault)
{
    char field[FIELD_MAX];
    const bool lot = text_is(asked->kind, "lot");
    *scan = (struct scan){.gs1 = true, .code = asked->code};
    scan->item = lot || text_is(asked->kind, "item") ? asked->code : text_of("");
    scan->lot = lot ? asked->lot : text_of("");
    scan->order = text_is(asked->kind, "work_order") ? asked->code : text_of("");
    scan->location = text_is(asked->kind, "location") ? asked->code : text_of("");
    scan->operation = scan->person = text_of("");
    if (text_is(asked->kind, "operation"))
        scan->gs1 = false; /* "WO-1/20" */
    else if (scan->item.length + scan->order.length + scan->location.length == 0 ||
             (lot && asked->lot.length == 0)) {
        (void)snprintf(field, sizeof field, "labels[%zu]", i);
        return fault_set(
            fault, STATUS_INVALID, field,
            "a label needs a kind (work_order, operation, item, lot or location) and a "
            "code, of a lot also the lot");
    }
    return STATUS_OK;
}

static const struct sql_value *find(const struct sql_rows *rows, struct text kind)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (text_equal(sql_at(rows, i, KIND)->as.text, kind))
            return sql_at(rows, i, 0);
    }
    return NULL;
}

/* The element string as libzint wants it, and the plain code of the bar. */
static struct text encode_gs1(const struct label_of *asked, const struct sql_value *v,
                              char gs1[GS1_MAX])
{
    const struct text code = v[CODE].as.text;
    const struct text order = v[OF_ORDER].as.text;
    int at;
    if (text_is(asked->kind, "operation"))
        at = snprintf(gs1, GS1_MAX, "[91]%.*s[92]%.*s", (int)order.length, order.bytes,
                      (int)code.length, code.bytes);
    else if (text_is(asked->kind, "lot"))
        at = snprintf(gs1, GS1_MAX, "[240]%.*s[10]%.*s", (int)code.length, code.bytes,
                      (int)asked->lot.length, asked->lot.bytes);
    else
        at = snprintf(gs1, GS1_MAX, "[%s]%.*s",
                      text_is(asked->kind, "work_order") ? "91"
                      : text_is(asked->kind, "item")     ? "240"
                                                         : "93",
                      (int)code.length, code.bytes);
    int64_t pieces = qty_given(asked->quantity) ? asked->quantity.micro / QTY_SCALE : 0;
    if (pieces > 0 && pieces < 100000000 && asked->quantity.micro % QTY_SCALE == 0 && at < GS1_MAX)
        (void)snprintf(gs1 + at, GS1_MAX - (size_t)at, "[30]%lld", (long long)pieces);
    return text_is(asked->kind, "lot") ? asked->lot : asked->code;
}

static void add_line(struct label *label, struct text text)
{
    if (text.length > 0 && label->line_count < LABEL_LINES_MAX)
        label->lines[label->line_count++] = text;
}

static struct text amount_line(const struct label_of *asked, const struct sql_value *v,
                               struct arena *arena)
{
    char line[QTY_TEXT_MAX + DATE_TEXT_MAX + TEXT_CODE_MAX + 8];
    char qty[QTY_TEXT_MAX] = "";
    char day[DATE_TEXT_MAX] = "";
    bool order = text_is(asked->kind, "work_order");
    if (qty_given(asked->quantity) || (order && !v[QTY].null))
        qty_format(qty_given(asked->quantity) ? asked->quantity : v[QTY].as.qty, qty);
    if (!v[DAY].null)
        date_format(v[DAY].as.day, day);
    (void)snprintf(line, sizeof line, "%s %.*s%s%s", qty, (int)v[UOM].as.text.length,
                   v[UOM].as.text.bytes, day[0] ? "   " : "", day);
    return copied(arena, line);
}

static void fill_label(struct label *label, const struct label_of *asked, const struct sql_value *v,
                       struct arena *arena)
{
    char gs1[GS1_MAX];
    struct text plain = encode_gs1(asked, v, gs1);
    bool place = text_is(asked->kind, "location");
    *label = (struct label){.title = asked->code};
    if (text_is(asked->kind, "work_order") || text_is(asked->kind, "operation"))
        add_line(label, v[ITEM].as.text);
    add_line(label, v[NAME].as.text);
    if (text_is(asked->kind, "lot"))
        add_line(label, asked->lot);
    if (!place)
        add_line(label, amount_line(asked, v, arena));
    label->square = label_symbol_square(gs1, plain, arena);
    label->bar = label_symbol_bar(plain, arena);
}

static enum status print_one(struct rpc_request *request, const struct label_query *query, size_t i,
                             struct text *svg)
{
    struct scan scan;
    struct sql_rows rows;
    struct label label;
    struct fault *fault = &request->fault;
    const struct label_of *asked = &query->labels[i];
    enum status status = scan_of(i, asked, &scan, fault);
    if (status == STATUS_OK)
        status =
            store_scan(request->sql, text_of(request->plant), &scan, request->arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    const struct sql_value *found = find(&rows, asked->kind);
    if (!found)
        return not_found(i, asked, fault);
    fill_label(&label, asked, found, request->arena);
    return label_draw(&label, query->size, request->arena, svg, fault);
}

enum status label_print(struct rpc_request *request)
{
    struct label_query query;
    enum status status = decode_labels(request, &query);
    if (status != STATUS_OK)
        return status;
    struct text *svg = arena_alloc(request->arena, query.count, sizeof *svg);
    if (!svg)
        return no_room(&request->fault);
    for (size_t i = 0; i < query.count && status == STATUS_OK; i++)
        status = print_one(request, &query, i, &svg[i]);
    const struct label_pages pages = {"label", query.size, svg, query.count};
    return status == STATUS_OK ? encode_pages(request, &pages) : status;
}

/* ---- picks ---- */

static struct text text_at(const struct sql_value *value)
{
    return value->null ? text_of("") : value->as.text;
}

/* Columns of store_picks. */
static struct label_pick pick_of(const struct sql_value *v, struct arena *arena)
{
    char gs1[GS1_MAX];
    char line[QTY_TEXT_MAX + TEXT_CODE_MAX + 2];
    char qty[QTY_TEXT_MAX];
    struct label_pick pick = {.location = text_at(&v[0]),
                              .item = text_at(&v[1]),
                              .name = text_at(&v[7]),
                              .lot = text_at(&v[2]),
                              .order = text_at(&v[5])};
    qty_format(v[4].as.qty, qty);
    (void)snprintf(line, sizeof line, "%s %.*s", qty, (int)text_at(&v[8]).length,
                   text_at(&v[8]).bytes);
    pick.quantity = copied(arena, line);
    (void)snprintf(gs1, sizeof gs1, "[240]%.*s%s%.*s", (int)pick.item.length, pick.item.bytes,
                   pick.lot.length > 0 ? "[10]" : "", (int)pick.lot.length, pick.lot.bytes);
    pick.square = label_symbol_square(gs1, pick.item, arena);
    return pick;
}

static struct text names_of(const struct pick_query *query, struct arena *arena)
{
    char names[160] = "";
    size_t at = 0;
    for (size_t i = 0; i < query->count && at + TEXT_CODE_MAX + 8 < sizeof names; i++)
        at += (size_t)snprintf(names + at, sizeof names - at, "%s%.*s", i > 0 ? ", " : "",
                               (int)query->work_orders[i].length, query->work_orders[i].bytes);
    return copied(arena, names);
}

static enum status draw_pages(struct rpc_request *request, const struct pick_query *query,
                              const struct sql_rows *rows, struct label_pages *pages)
{
    struct arena *arena = request->arena;
    struct label_pick *picks = arena_alloc(arena, rows->count + 1, sizeof *picks);
    struct label_pick_page page = {.orders = names_of(query, arena), .pages = (int)pages->count};
    enum status status = picks ? STATUS_OK : no_room(&request->fault);
    if (query->count == 1)
        page.bar = label_symbol_bar(query->work_orders[0], arena);
    for (size_t i = 0; i < rows->count && status == STATUS_OK; i++)
        picks[i] = pick_of(sql_at(rows, i, 0), arena);
    for (size_t i = 0; i < pages->count && status == STATUS_OK; i++) {
        size_t first = i * LABEL_PICKS_MAX;
        page.page = (int)i + 1;
        page.rows = picks + first;
        page.row_count =
            rows->count - first < LABEL_PICKS_MAX ? rows->count - first : LABEL_PICKS_MAX;
        status = label_draw_picks(&page, arena, &pages->svg[i], &request->fault);
    }
    return status;
}

enum status label_print_picks(struct rpc_request *request)
{
    struct text svg[PAGES_MAX];
    struct pick_query query;
    struct sql_rows rows;
    struct label_pages pages = {.name = "picks", .size = &label_a4, .svg = svg};
    enum status status = decode_label_picks(request, &query);
    if (status == STATUS_OK)
        status = store_picks(request->sql, &query, request->arena, &rows, &request->fault);
    if (status != STATUS_OK)
        return status;
    pages.count = (rows.count + LABEL_PICKS_MAX - 1) / LABEL_PICKS_MAX;
    pages.count += pages.count == 0; /* nothing to fetch is said on paper too */
    ASSERT(pages.count <= PAGES_MAX);
    status = draw_pages(request, &query, &rows, &pages);
    return status == STATUS_OK ? encode_pages(request, &pages) : status;
}
