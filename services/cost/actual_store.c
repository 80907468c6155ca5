#include "services/cost/actual_store.h"

/* clang-format off */
enum { ORDERS, CHARGED, TAKEN, SOURCES, ORIGINS };

static const struct sql_statement statements[] = {
    [ORDERS] = {
        .name = "actual.orders",
        .text = "SELECT w.work_order, w.item, coalesce(l.item, w.item), coalesce(sum(l.qty), 0)::numeric(18,6),"
                " coalesce(-sum(l.wip), 0)::numeric(18,4) FROM work_order w LEFT JOIN ledger_line l ON l.plant_id = $1"
                " AND l.order_kind = 'work_order' AND l.order_id = w.work_order AND l.order_id <> '' AND l.kind = 'receipt'"
                " WHERE w.plant_id = $1 AND w.work_order = ANY ($2::text[]) GROUP BY 1, 2, 3 ORDER BY 1, 3",
        .params = "tT", .columns = "tttqa",
    },
    [CHARGED] = {
        .name = "actual.charged",
        .text = "SELECT order_id, coalesce(item, ''), lot, CASE WHEN item IS NOT NULL THEN 'material'"
                " WHEN kind = 'invoice' THEN 'subcontract' ELSE reason END,"
                " (-sum(qty))::numeric(18,6), sum(wip)::numeric(18,4) FROM ledger_line WHERE plant_id = $1"
                " AND order_kind = 'work_order' AND order_id = ANY ($2::text[]) AND order_id <> ''"
                " AND kind NOT IN ('receipt', 'settlement', 'scrap') GROUP BY 1, 2, 3, 4"
                " HAVING sum(qty) <> 0 OR sum(wip) <> 0 ORDER BY 1, 2, 3, 4",
        .params = "tT", .columns = "ttttqa",
    },
    /* The layers that were taken of, and who brought them. */
    [TAKEN] = {
        .name = "actual.taken",
        .text = "SELECT t.order_id, t.item, r.lot, r.order_kind, r.order_id, r.document, sum(t.qty)::numeric(18,6),"
                " sum(t.amount)::numeric(18,4) FROM fifo_take t JOIN ledger_line r ON r.plant_id = $1"
                " AND r.posted_seq = t.layer WHERE t.plant_id = $1 AND t.order_id = ANY ($2::text[]) AND t.order_id <> ''"
                " GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(t.qty) <> 0 OR sum(t.amount) <> 0 ORDER BY 1, 2, 3, 4, 5, 6",
        .params = "tT", .columns = "ttttttqa",
    },
    /* Who brought the lots that orders took, where no layers say it. */
    [SOURCES] = {
        .name = "actual.sources",
        .text = "SELECT i.order_id, i.item, i.lot, o.order_kind, o.order_id, '', o.qty, 0::numeric(18,4) FROM lot_link i"
                " JOIN lot_link o ON o.plant_id = $1 AND o.lot = i.lot AND o.item = i.item AND o.way = 'out'"
                " AND o.order_id <> i.order_id WHERE i.plant_id = $1 AND i.order_kind = 'work_order' AND i.way = 'in'"
                " AND i.order_id = ANY ($2::text[]) AND o.qty > 0 ORDER BY 1, 2, 3, 4, 5",
        .params = "tT", .columns = "ttttttqa",
    },
    [ORIGINS] = {
        .name = "actual.origins",
        .text = "SELECT order_id, qty FROM lot_link WHERE plant_id = $1 AND item = $2 AND lot = $3 AND way = 'out'"
                " AND order_kind = 'work_order' AND qty > 0 ORDER BY order_id",
        .params = "ttt", .columns = "tq",
    },
};
/* clang-format on */

const struct sql_schema actual_schema = {.statements = statements,
                                         .statement_count = COUNT_OF(statements)};

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "the order's cost does not fit in memory");
}

/* ---- rows into lines ---- */

/* All that was read, each by order. */
struct reading {
    struct sql_rows orders;
    struct sql_rows charged;
    struct sql_rows taken;
    struct sql_rows sources;
    struct arena *arena;
};

/* A run of rows that begin with the same texts. */
struct run {
    size_t first;
    size_t count;
};

static bool same_texts(const struct sql_rows *rows, size_t row, const struct text *texts,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(sql_at(rows, row, i)->as.text, texts[i]))
            return false;
    }
    return true;
}

static struct run run_of(const struct sql_rows *rows, const struct text *texts, size_t count)
{
    struct run run = {0};
    while (run.first < rows->count && !same_texts(rows, run.first, texts, count))
        run.first++;
    while (run.first + run.count < rows->count &&
           same_texts(rows, run.first + run.count, texts, count))
        run.count++;
    return run;
}

static const char *element_of(struct text said)
{
    static const char *const elements[] = {"labor", "machine", "overhead", "subcontract"};
    for (size_t i = 0; i < COUNT_OF(elements); i++) {
        if (text_is(said, elements[i]))
            return elements[i];
    }
    return "material";
}

static struct actual_line line_of(const struct sql_value *v)
{
    return (struct actual_line){.element = element_of(v[3].as.text),
                                .item = v[1].as.text,
                                .lot = v[2].as.text,
                                .source_kind = text_of(""),
                                .source = text_of(""),
                                .document = text_of(""),
                                .qty = v[4].as.qty,
                                .amount = v[5].as.amount};
}

static void name_source(struct actual_line *line, const struct sql_value *v)
{
    line->lot = v[2].as.text;
    line->source_kind = v[3].as.text;
    line->source = v[4].as.text;
    line->document = v[5].as.text;
}

/* An item that was taken of layers: a line for each who brought one; what was charged besides (late
   costs) goes to them.  *used charged rows are of the item. */
static enum status add_layers(const struct reading *read, struct actual_order *order,
                              const struct run *charged, struct run taken, struct fault *fault)
{
    struct amount rest = {0};
    struct actual_line *lines = &order->lines[order->line_count];
    for (size_t i = 0; i < charged->count; i++) {
        if (!amount_add(rest, sql_at(&read->charged, charged->first + i, 5)->as.amount, &rest))
            return fault_set(fault, STATUS_OVERFLOW, "", "an amount is out of range");
    }
    for (size_t i = 0; i < taken.count; i++) {
        const struct sql_value *v = sql_at(&read->taken, taken.first + i, 0);
        lines[i] = line_of(sql_at(&read->charged, charged->first, 0));
        name_source(&lines[i], v);
        lines[i].qty = v[6].as.qty;
        lines[i].amount = v[7].as.amount;
        rest.e4 -= v[7].as.amount.e4;
    }
    order->line_count += taken.count;
    return actual_spread(lines, taken.count, rest, fault);
}

/* A lot: a line for each who brought it, by what they brought. */
static enum status add_lot(const struct reading *read, struct actual_order *order, size_t charged,
                           struct fault *fault)
{
    const struct sql_value *v = sql_at(&read->charged, charged, 0);
    const struct text texts[] = {v[0].as.text, v[1].as.text, v[2].as.text};
    struct run sources = run_of(&read->sources, texts, 3);
    struct actual_line whole = line_of(v);
    struct actual_line *lines = &order->lines[order->line_count];
    if (sources.count == 0 || whole.item.length == 0 || whole.lot.length == 0) {
        lines[0] = whole;
        order->line_count++;
        return STATUS_OK;
    }
    for (size_t i = 0; i < sources.count; i++) {
        const struct sql_value *source = sql_at(&read->sources, sources.first + i, 0);
        lines[i] = whole;
        name_source(&lines[i], source);
        lines[i].qty = source[6].as.qty;
        lines[i].amount = (struct amount){0};
    }
    order->line_count += sources.count;
    enum status status = actual_spread(lines, sources.count, whole.amount, fault);
    struct amount pieces = {whole.qty.micro}; /* shared out as the amount was */
    struct actual_line *by = arena_alloc(read->arena, sources.count, sizeof *by);
    if (status != STATUS_OK || !by)
        return status != STATUS_OK ? status : no_room(fault);
    for (size_t i = 0; i < sources.count; i++)
        by[i].qty = lines[i].qty;
    status = actual_spread(by, sources.count, pieces, fault);
    for (size_t i = 0; i < sources.count; i++)
        lines[i].qty.micro = by[i].amount.e4;
    return status;
}

static enum status add_charged(const struct reading *read, struct actual_order *order,
                               struct fault *fault)
{
    enum status status = STATUS_OK;
    struct run all = run_of(&read->charged, &order->work_order, 1);
    for (size_t i = 0; i < all.count && status == STATUS_OK;) {
        const struct text texts[] = {order->work_order,
                                     sql_at(&read->charged, all.first + i, 1)->as.text};
        struct run item = run_of(&read->charged, texts, 2);
        struct run taken = run_of(&read->taken, texts, 2);
        if (taken.count > 0 && texts[1].length > 0)
            status = add_layers(read, order, &item, taken, fault);
        for (size_t k = 0; (taken.count == 0 || texts[1].length == 0) && k < item.count; k++) {
            if (status == STATUS_OK)
                status = add_lot(read, order, item.first + k, fault);
        }
        i += item.count;
    }
    return status;
}

/* What else it brought took its value out of it. */
static void add_outputs(const struct reading *read, struct actual_order *order, struct run brought)
{
    for (size_t i = 0; i < brought.count; i++) {
        const struct sql_value *v = sql_at(&read->orders, brought.first + i, 0);
        struct actual_output *output = &order->outputs[order->output_count++];
        *output = (struct actual_output){v[2].as.text, v[3].as.qty, v[4].as.amount};
        if (text_equal(output->item, order->item) || output->credit.e4 == 0)
            continue;
        order->lines[order->line_count++] = (struct actual_line){.element = "coproduct",
                                                                 .item = output->item,
                                                                 .lot = text_of(""),
                                                                 .source_kind = text_of(""),
                                                                 .source = text_of(""),
                                                                 .document = text_of(""),
                                                                 .qty = output->qty,
                                                                 .amount = {-output->credit.e4}};
    }
}

static enum status add_order(const struct reading *read, struct run brought,
                             struct actual_tree *tree, struct fault *fault)
{
    struct actual_order *order;
    enum status status = actual_add_order(tree, &order, fault);
    if (status != STATUS_OK)
        return status;
    const struct sql_value *v = sql_at(&read->orders, brought.first, 0);
    *order = (struct actual_order){.work_order = v[0].as.text, .item = v[1].as.text};
    size_t room = run_of(&read->charged, &order->work_order, 1).count +
                  run_of(&read->taken, &order->work_order, 1).count +
                  run_of(&read->sources, &order->work_order, 1).count + brought.count;
    order->lines = arena_alloc(read->arena, room + 1, sizeof *order->lines);
    order->outputs = arena_alloc(read->arena, brought.count + 1, sizeof *order->outputs);
    if (!order->lines || !order->outputs)
        return no_room(fault);
    status = add_charged(read, order, fault);
    add_outputs(read, order, brought);
    return status;
}

enum status store_actual_orders(struct sql *sql, struct text plant, const struct text *orders,
                                size_t count, struct actual_tree *tree, struct fault *fault)
{
    struct reading read = {.arena = tree->arena};
    struct sql_value params[] = {SQL_TEXT(plant), SQL_LIST(orders, count)};
    struct sql_rows results[4];
    enum status status = STATUS_OK;
    for (int i = ORDERS; i <= SOURCES && status == STATUS_OK; i++)
        status = sql_queue(sql, &statements[i], params, fault);
    if (status == STATUS_OK)
        status = sql_collect(sql, tree->arena, results, 4, fault);
    if (status != STATUS_OK)
        return status;
    read.orders = results[ORDERS];
    read.charged = results[CHARGED];
    read.taken = results[TAKEN];
    read.sources = results[SOURCES];
    for (size_t i = 0; i < read.orders.count && status == STATUS_OK;) {
        struct run brought = run_of(&read.orders, &sql_at(&read.orders, i, 0)->as.text, 1);
        status = add_order(&read, brought, tree, fault);
        i += brought.count;
    }
    return status;
}

enum status store_lot_origins(struct sql *sql, struct text plant, struct text item, struct text lot,
                              struct arena *arena, struct actual_origin **out, size_t *count,
                              struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(item), SQL_TEXT(lot)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[ORIGINS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *out = arena_alloc(arena, rows.count + 1, sizeof **out);
    if (!*out)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++)
        (*out)[i] =
            (struct actual_origin){sql_at(&rows, i, 0)->as.text, sql_at(&rows, i, 1)->as.qty};
    *count = rows.count;
    return STATUS_OK;
}
