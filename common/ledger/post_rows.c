#include "common/ledger/post_rows.h"

#include <string.h>

/* Rows of book lists that are not records, as parameters. */

int64_t post_layer_number(const struct book *book, const struct book_layer *layer)
{
    return (int64_t)(layer->layer != 0 ? layer->layer : book->lines[layer->line].posted_seq);
}

/* ---- ledger lines ---- */

/* What a line does not hold as it is sent. */
struct line_row {
    int64_t posted_seq;
    struct text document;
    struct text kind;
    struct text order_kind;
    int64_t reverses;
    int64_t document_lines;
};

/* How many lines of one document follow each other, at the first of them. */
static void count_runs(const struct ledger_line *lines, struct line_row *rows, size_t count)
{
    int64_t run = 0;
    for (size_t i = count; i-- > 0;) {
        bool first = i == 0 || lines[i - 1].document != lines[i].document;
        run++;
        rows[i].document_lines = first ? run : 0;
        run = first ? 0 : run;
    }
}

/* NULL: no memory. */
static struct line_row *line_rows(struct book *book)
{
    size_t n = book->line_count;
    struct line_row *rows = arena_alloc(book->arena, n + 1, sizeof *rows);
    for (size_t i = 0; rows && i < n; i++) {
        rows[i].posted_seq = (int64_t)book->lines[i].posted_seq;
        rows[i].document = text_of(book->lines[i].document->text);
        rows[i].kind = text_of(ledger_kind_text(book->lines[i].kind));
        rows[i].order_kind = text_of(book_kind_text(book->lines[i].order_kind));
        rows[i].reverses =
            book->lines[i].reverses == 0 ? SQL_NO_INT : (int64_t)book->lines[i].reverses;
    }
    if (rows)
        count_runs(book->lines, rows, n);
    return rows;
}

enum status post_line_rows(struct book *book, int64_t now_us, struct post_rows *out,
                           struct fault *fault)
{
    size_t n = book->line_count;
    const struct ledger_line *lines = book->lines;
    const struct line_row *rows = line_rows(book);
    if (!rows)
        return book_full(fault);
    out->count = n;
    const struct sql_value params[] = {SQL_TEXT(book->plant.plant),
                                       SQL_ARRAY(rows, n, posted_seq),
                                       SQL_ARRAY(rows, n, document),
                                       SQL_ARRAY(rows, n, kind),
                                       SQL_ARRAY(lines, n, item),
                                       SQL_ARRAY(lines, n, location),
                                       SQL_ARRAY(lines, n, lot),
                                       SQL_ARRAY(lines, n, status),
                                       SQL_ARRAY(lines, n, segment),
                                       SQL_ARRAY(lines, n, owner),
                                       SQL_ARRAY(lines, n, qty),
                                       SQL_ARRAY(lines, n, amount),
                                       SQL_ARRAY(lines, n, wip),
                                       SQL_ARRAY(lines, n, variance),
                                       SQL_ARRAY(lines, n, counted),
                                       SQL_ARRAY(lines, n, on_hand),
                                       SQL_ARRAY(lines, n, value),
                                       SQL_ARRAY(rows, n, order_kind),
                                       SQL_ARRAY(lines, n, order_id),
                                       SQL_ARRAY(lines, n, order_line),
                                       SQL_ARRAY(lines, n, operation),
                                       SQL_ARRAY(lines, n, reason),
                                       SQL_ARRAY(lines, n, effective_on),
                                       SQL_ARRAY(lines, n, posted_by),
                                       SQL_ARRAY(rows, n, reverses),
                                       SQL_ARRAY(rows, n, document_lines),
                                       SQL_INT(now_us)};
    memcpy(out->params, params, sizeof params);
    return STATUS_OK;
}

static bool is_plain(const struct ledger_line *line, const struct ledger_line *first)
{
    bool texts = line->lot.length + line->segment.length + line->owner.length +
                     line->order_id.length + line->operation.length ==
                 0;
    bool numbers = line->wip.e4 == 0 && line->variance.e4 == 0 && line->counted.micro == 0 &&
                   line->order_line == 0 && line->reverses == 0;
    return texts && numbers && text_is(line->status, "available") &&
           line->order_kind == BOOK_NO_KIND && line->kind == first->kind &&
           line->effective_on == first->effective_on;
}

bool post_lines_are_plain(const struct book *book)
{
    bool plain = true;
    for (size_t i = 0; i < book->line_count && plain; i++)
        plain = is_plain(&book->lines[i], &book->lines[0]);
    return plain;
}

enum status post_plain_line_rows(struct book *book, int64_t now_us, struct post_rows *out,
                                 struct fault *fault)
{
    size_t n = book->line_count;
    const struct ledger_line *lines = book->lines;
    const struct line_row *rows = line_rows(book);
    if (!rows)
        return book_full(fault);
    out->count = n;
    if (n == 0)
        return STATUS_OK;
    const struct sql_value params[] = {SQL_TEXT(book->plant.plant),
                                       SQL_ARRAY(rows, n, posted_seq),
                                       SQL_ARRAY(rows, n, document),
                                       SQL_TEXT(rows[0].kind),
                                       SQL_ARRAY(lines, n, item),
                                       SQL_ARRAY(lines, n, location),
                                       SQL_ARRAY(lines, n, qty),
                                       SQL_ARRAY(lines, n, amount),
                                       SQL_ARRAY(lines, n, on_hand),
                                       SQL_ARRAY(lines, n, value),
                                       SQL_ARRAY(lines, n, reason),
                                       SQL_DATE(lines[0].effective_on),
                                       SQL_ARRAY(lines, n, posted_by),
                                       SQL_ARRAY(rows, n, document_lines),
                                       SQL_INT(now_us)};
    memcpy(out->params, params, sizeof params);
    return STATUS_OK;
}

/* ---- takes of cost layers ---- */

struct take_row {
    int64_t posted_seq;
    int64_t layer;
    struct text item;
    struct qty qty;
    struct amount amount;
    struct text order_id;
    int64_t order_line;
};

enum status post_take_rows(struct book *book, struct post_rows *out, struct fault *fault)
{
    const struct book_take *takes = book->state->takes.items;
    size_t n = book->state->takes.count;
    struct take_row *rows = arena_alloc(book->arena, n + 1, sizeof *rows);
    if (!rows)
        return book_full(fault);
    out->count = n;
    if (n == 0)
        return STATUS_OK;
    for (size_t i = 0; i < n; i++) {
        const struct ledger_line *line = &book->lines[takes[i].line];
        bool of_order = line->order_kind == BOOK_WORK_ORDER;
        rows[i] = (struct take_row){(int64_t)line->posted_seq,
                                    post_layer_number(book, takes[i].layer),
                                    line->item,
                                    takes[i].qty,
                                    takes[i].amount,
                                    of_order ? line->order_id : text_of(""),
                                    of_order ? line->order_line : 0};
    }
    const struct sql_value params[] = {
        SQL_TEXT(book->plant.plant),  SQL_ARRAY(rows, n, posted_seq), SQL_ARRAY(rows, n, layer),
        SQL_ARRAY(rows, n, item),     SQL_ARRAY(rows, n, qty),        SQL_ARRAY(rows, n, amount),
        SQL_ARRAY(rows, n, order_id), SQL_ARRAY(rows, n, order_line)};
    memcpy(out->params, params, sizeof params);
    return STATUS_OK;
}

/* ---- changes of work orders ---- */

struct change_row {
    struct text document;
    int64_t line; /* of the document */
    struct text work_order;
    struct text what;
    struct book_order_changed row;
    struct text after;
};

static struct change_row change_row(const struct book_order_changed *changed,
                                    const struct change_row *before)
{
    static const char *const whats[] = {"state", "quantity", "component", "split"};
    const struct order_change *change = &changed->change;
    struct text document = text_of(change->document->text);
    bool first = !before || !text_equal(before->document, document);
    return (struct change_row){document,
                               first ? 1 : before->line + 1,
                               change->order->work_order,
                               text_of(whats[change->what]),
                               *changed,
                               change->made ? change->made->work_order : change->after};
}

enum status post_change_rows(struct book *book, struct post_rows *out, struct fault *fault)
{
    const struct book_order_changed *changes = book->state->order_changes.items;
    size_t n = book->state->order_changes.count;
    struct change_row *rows = arena_alloc(book->arena, n + 1, sizeof *rows);
    if (!rows)
        return book_full(fault);
    out->count = n;
    if (n == 0)
        return STATUS_OK;
    for (size_t i = 0; i < n; i++)
        rows[i] = change_row(&changes[i], i > 0 ? &rows[i - 1] : NULL);
    const struct sql_value params[] = {SQL_TEXT(book->plant.plant),
                                       SQL_ARRAY(rows, n, document),
                                       SQL_ARRAY(rows, n, line),
                                       SQL_ARRAY(rows, n, work_order),
                                       SQL_ARRAY(rows, n, what),
                                       SQL_ARRAY(rows, n, row.change.order_line),
                                       SQL_ARRAY(rows, n, row.change.item),
                                       SQL_ARRAY(rows, n, row.change.before),
                                       SQL_ARRAY(rows, n, after),
                                       SQL_ARRAY(rows, n, row.change.reason),
                                       SQL_ARRAY(rows, n, row.change.effective_on),
                                       SQL_ARRAY(rows, n, row.changed_by)};
    memcpy(out->params, params, sizeof params);
    return STATUS_OK;
}

/* ---- late costs to be followed ---- */

struct late_row {
    struct book_late late;
    int64_t posted_seq;
    int64_t layer;
    struct text source;
    date effective_on;
};

enum status post_late_rows(struct book *book, struct post_rows *out, struct fault *fault)
{
    const struct book_late *lates = book->state->late_costs.items;
    size_t n = book->state->late_costs.count;
    struct late_row *rows = arena_alloc(book->arena, n + 1, sizeof *rows);
    if (!rows)
        return book_full(fault);
    out->count = n;
    for (size_t i = 0; i < n; i++) {
        const struct ledger_line *line = &book->lines[lates[i].line];
        rows[i] = (struct late_row){lates[i], (int64_t)line->posted_seq, (int64_t)lates[i].layer,
                                    lates[i].source.bytes ? lates[i].source
                                                          : text_of(line->document->text),
                                    line->effective_on};
    }
    const struct sql_value params[] = {
        SQL_TEXT(book->plant.plant),         SQL_ARRAY(rows, n, posted_seq),
        SQL_ARRAY(rows, n, late.item),       SQL_ARRAY(rows, n, layer),
        SQL_ARRAY(rows, n, late.work_order), SQL_ARRAY(rows, n, late.amount),
        SQL_ARRAY(rows, n, late.pieces),     SQL_ARRAY(rows, n, source),
        SQL_ARRAY(rows, n, late.depth),      SQL_ARRAY(rows, n, effective_on)};
    memcpy(out->params, params, sizeof params);
    return STATUS_OK;
}

/* ---- what orders bring beside their product ---- */

struct output_row {
    struct order_output output;
    struct text work_order;
    struct text kind;
};

enum status post_output_rows(struct book *book, struct post_rows *out, struct fault *fault)
{
    const struct order_output *outputs = book->state->outputs.items;
    size_t n = book->state->outputs.count;
    struct output_row *rows = arena_alloc(book->arena, n + 1, sizeof *rows);
    if (!rows)
        return book_full(fault);
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct output_row){outputs[i], outputs[i].order->work_order,
                                      text_of(outputs[i].byproduct ? "byproduct" : "coproduct")};
    const struct sql_value params[] = {SQL_TEXT(book->plant.plant),
                                       SQL_ARRAY(rows, n, work_order),
                                       SQL_ARRAY(rows, n, output.line),
                                       SQL_ARRAY(rows, n, output.item),
                                       SQL_ARRAY(rows, n, kind),
                                       SQL_ARRAY(rows, n, output.qty),
                                       SQL_ARRAY(rows, n, output.unit_cost),
                                       SQL_ARRAY(rows, n, output.order_qty)};
    out->count = n;
    memcpy(out->params, params, sizeof params);
    return STATUS_OK;
}

/* ---- rules of items ---- */

struct rule_row {
    struct text item;
    bool backflush;
    struct qty issue_pct; /* -1: none, as the next two */
    struct qty issue_qty;
    struct qty receipt_pct;
};

static struct qty or_minus_one(struct qty qty)
{
    return qty_given(qty) ? qty : (struct qty){-QTY_SCALE};
}

enum status post_rule_rows(struct book *book, struct post_rows *out, struct fault *fault)
{
    struct book_item *const *items = book->state->rules.items;
    size_t n = book->state->rules.count;
    size_t count = 0;
    struct rule_row *rows = arena_alloc(book->arena, n + 1, sizeof *rows);
    if (!rows)
        return book_full(fault);
    for (size_t i = 0; i < n; i++) {
        const struct book_item *item = items[i];
        bool again = false;
        for (size_t later = i + 1; later < n && !again; later++)
            again = items[later] == item;
        if (!again)
            rows[count++] = (struct rule_row){
                item->item, item->backflush, or_minus_one(item->over_issue_pct),
                or_minus_one(item->over_issue_qty), or_minus_one(item->over_receipt_pct)};
    }
    const struct sql_value params[] = {
        SQL_TEXT(book->plant.plant),       SQL_ARRAY(rows, count, item),
        SQL_ARRAY(rows, count, backflush), SQL_ARRAY(rows, count, issue_pct),
        SQL_ARRAY(rows, count, issue_qty), SQL_ARRAY(rows, count, receipt_pct)};
    out->count = count;
    memcpy(out->params, params, sizeof params);
    return STATUS_OK;
}
