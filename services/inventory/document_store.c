#include "services/inventory/document_store.h"

#define POSTED_LINES_MAX 20000 /* of a document that is reversed */

/* clang-format off */
enum { ITEMS_AT, COUNT_FACTS, LIST_DOCUMENTS, DOCUMENT_LINES, POSTED_LINES, POSTED_TAKES };

/* The lines of document $2, g: they follow each other behind their first (sql/migrations/0058). */
#define LINES_OF_DOCUMENT \
    " FROM (SELECT posted_seq, document_lines FROM ledger_line WHERE plant_id = $1 AND document = $2" \
    " AND document_lines > 0) f CROSS JOIN LATERAL (SELECT * FROM ledger_line WHERE plant_id = $1" \
    " AND posted_seq >= f.posted_seq AND posted_seq < f.posted_seq + f.document_lines OFFSET 0) g"

/* What happened after a line was counted: posted later, and for that day or a later one.  A posting that arrives late
   for an earlier day was there when the line was counted. */
static const struct sql_statement statements[] = {
    [ITEMS_AT] = {
        .name = "inventory.items_at",
        .text = "SELECT DISTINCT item FROM stock_balance WHERE plant_id = $1 AND location = $2"
                " AND qty <> 0 ORDER BY item LIMIT 1001",
        .params = "tt", .columns = "t",
    },
    [COUNT_FACTS] = {
        .name = "inventory.count_facts",
        .text = "SELECT l.line, coalesce((SELECT b.qty FROM stock_balance b WHERE b.plant_id = $1"
                " AND b.item = l.item AND b.location = l.location AND b.lot = l.lot"
                " AND b.status = l.status AND b.segment = l.segment AND b.owner = ''), 0)"
                " - coalesce((SELECT sum(g.qty) FROM ledger_line g WHERE g.plant_id = $1"
                " AND g.item = l.item AND g.posted_seq > d.book_seq AND g.location = l.location"
                " AND g.lot = l.lot AND g.status = l.status AND g.segment = l.segment"
                " AND g.owner = '' AND g.posted_at > l.counted_at"
                " AND g.effective_on >= (l.counted_at AT TIME ZONE p.time_zone)::date), 0)"
                " FROM stock_document d JOIN plant p USING (plant_id)"
                " JOIN stock_document_line l USING (plant_id, document)"
                " WHERE d.plant_id = $1 AND d.document = $2 AND d.kind = 'count'"
                " AND l.counted_at IS NOT NULL ORDER BY l.line",
        .params = "tt", .columns = "nq",
    },
    [LIST_DOCUMENTS] = {
        .name = "inventory.list_documents",
        .text = "SELECT document, kind, state, location, to_location, reason, value, effective_on,"
                " created_by, decided_by FROM stock_document WHERE plant_id = $1"
                " AND ($2::text IS NULL OR document = $2) AND ($3::text IS NULL OR state = $3)"
                " AND document > $4 ORDER BY document LIMIT $5",
        .params = "tttti", .columns = "ttttttadtt",
    },
    [DOCUMENT_LINES] = {
        .name = "inventory.document_lines",
        .text = "SELECT l.line, l.item, l.location, l.lot, l.status, l.segment, l.qty,"
                " CASE WHEN d.kind <> 'count' OR d.state <> 'open' THEN l.done END, l.counted_at"
                " FROM stock_document_line l JOIN stock_document d USING (plant_id, document)"
                " WHERE l.plant_id = $1 AND l.document = $2 ORDER BY l.line",
        .params = "tt", .columns = "ntttttqqz",
    },
    [POSTED_LINES] = {
        .name = "inventory.posted_lines",
        .text = "SELECT g.posted_seq, g.kind, g.item, g.location, g.lot, g.status, g.segment, g.owner, g.qty,"
                " g.amount, g.wip, g.variance, g.counted, g.order_kind, g.order_id, g.order_line, g.operation,"
                " g.reason, coalesce(g.reverses, 0), EXISTS (SELECT FROM ledger_line r WHERE r.plant_id = $1"
                " AND r.reverses = g.posted_seq), CASE WHEN g.qty > 0 THEN (SELECT u.document"
                " FROM ledger_line u WHERE u.plant_id = $1 AND u.item = g.item AND u.posted_seq > g.posted_seq"
                " AND u.lot = g.lot AND u.location = g.location AND u.status = g.status AND u.qty < 0"
                " ORDER BY u.posted_seq LIMIT 1) END, g.posted_by"
                LINES_OF_DOCUMENT " ORDER BY g.posted_seq LIMIT 20001",
        .params = "tt", .columns = "itttttttqaaaqttntti" "btt",
    },
    [POSTED_TAKES] = {
        .name = "inventory.posted_takes",
        .text = "SELECT t.posted_seq, t.layer, l.lot, l.order_id, l.received, t.qty, t.amount, l.ctid"
                LINES_OF_DOCUMENT
                " JOIN fifo_take t ON t.plant_id = $1 AND t.posted_seq = g.posted_seq"
                " JOIN fifo_layer l ON l.plant_id = $1 AND l.item = t.item AND l.layer = t.layer"
                " ORDER BY t.posted_seq, t.layer",
        .params = "tt", .columns = "iittqqap",
    },
};
/* clang-format on */

const struct sql_schema document_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
};

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "request does not fit in memory");
}

enum status store_items_at(struct sql *sql, struct text plant, struct text location,
                           struct arena *arena, struct item_list *out, struct fault *fault)
{
    struct sql_rows rows;
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(location)};
    enum status status = sql_run(sql, &statements[ITEMS_AT], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct text *items = arena_alloc(arena, rows.count + 1, sizeof *items);
    if (!items)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++)
        items[i] = sql_at(&rows, i, 0)->as.text;
    *out = (struct item_list){items, rows.count};
    return STATUS_OK;
}

enum status store_count_facts(struct sql *sql, struct text plant, struct text count,
                              struct arena *arena, struct count_facts *out, struct fault *fault)
{
    struct sql_rows rows;
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(count)};
    enum status status = sql_run(sql, &statements[COUNT_FACTS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct count_fact *facts = arena_alloc(arena, rows.count + 1, sizeof *facts);
    if (!facts)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++)
        facts[i] =
            (struct count_fact){sql_at(&rows, i, 0)->as.integer, sql_at(&rows, i, 1)->as.qty};
    *out = (struct count_facts){facts, rows.count};
    return STATUS_OK;
}

/* ---- a posted document ---- */

static enum ledger_kind kind_of(struct text text)
{
    unsigned kind = 0;
    while (kind < LEDGER_KINDS && !text_is(text, ledger_kind_text(kind)))
        kind++;
    ASSERT(kind < LEDGER_KINDS); /* the column's check says so */
    return kind;
}

static enum book_kind order_kind_of(struct text text)
{
    unsigned kind = 0;
    while (kind < BOOK_KINDS && !text_is(text, book_kind_text(kind)))
        kind++;
    return kind;
}

static struct text kept(const struct sql_value *value)
{
    if (value->null)
        return (struct text){0};
    return value->as.text.length > 0 ? value->as.text : text_of("");
}

static struct posted_line posted_of(const struct sql_value *v, struct text document)
{
    return (struct posted_line){.document = document,
                                .reversed = v[19].as.boolean,
                                .used_by = kept(&v[20]),
                                .posted_by = kept(&v[21]),
                                .line = {.posted_seq = (uint64_t)v[0].as.integer,
                                         .kind = kind_of(v[1].as.text),
                                         .item = kept(&v[2]),
                                         .location = kept(&v[3]),
                                         .lot = kept(&v[4]),
                                         .status = kept(&v[5]),
                                         .segment = kept(&v[6]),
                                         .owner = kept(&v[7]),
                                         .qty = v[8].as.qty,
                                         .amount = v[9].as.amount,
                                         .wip = v[10].as.amount,
                                         .variance = v[11].as.amount,
                                         .counted = v[12].as.qty,
                                         .order_kind = order_kind_of(v[13].as.text),
                                         .order_id = kept(&v[14]),
                                         .order_line = v[15].as.integer,
                                         .operation = kept(&v[16]),
                                         .reason = kept(&v[17]),
                                         .reverses = (uint64_t)v[18].as.integer}};
}

/* Takes come in the order of their lines. */
static void give_takes(struct posted_line *lines, size_t count, const struct sql_rows *rows,
                       struct posted_take *takes)
{
    size_t at = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        takes[i] = (struct posted_take){(uint64_t)v[1].as.integer,
                                        kept(&v[2]),
                                        kept(&v[3]),
                                        v[4].as.qty,
                                        v[5].as.qty,
                                        v[6].as.amount,
                                        v[7].as.integer};
        while (at < count && lines[at].line.posted_seq != (uint64_t)v[0].as.integer)
            at++;
        ASSERT(at < count);
        if (lines[at].take_count++ == 0)
            lines[at].takes = &takes[i];
    }
}

enum status store_posted(struct sql *sql, struct text plant, struct text document,
                         struct arena *arena, struct posted_document *out, struct fault *fault)
{
    struct sql_rows rows;
    struct sql_rows taken;
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(document)};
    enum status status = sql_run(sql, &statements[POSTED_LINES], params, arena, &rows, fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[POSTED_TAKES], params, arena, &taken, fault);
    if (status != STATUS_OK)
        return status;
    struct posted_line *lines = arena_alloc(arena, rows.count + 1, sizeof *lines);
    struct posted_take *takes = arena_alloc(arena, taken.count + 1, sizeof *takes);
    if (!lines || !takes || rows.count > POSTED_LINES_MAX)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++)
        lines[i] = posted_of(sql_at(&rows, i, 0), document);
    give_takes(lines, rows.count, &taken, takes);
    *out = (struct posted_document){lines, rows.count};
    return STATUS_OK;
}

/* A filter that was not given is NULL in the statement. */
static struct sql_value filter(struct text text)
{
    return (struct sql_value){.null = text.bytes == NULL, .as.text = text};
}

enum status store_list_documents(struct sql *sql, const struct document_query *query,
                                 struct arena *arena, struct sql_rows *rows, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(query->plant), filter(query->document),
                                 filter(query->state), SQL_TEXT(query->after),
                                 SQL_INT((int64_t)query->limit)};
    return sql_run(sql, &statements[LIST_DOCUMENTS], params, arena, rows, fault);
}

enum status store_document_lines(struct sql *sql, const struct document_query *query,
                                 struct arena *arena, struct sql_rows *rows, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(query->plant), SQL_TEXT(query->document)};
    return sql_run(sql, &statements[DOCUMENT_LINES], params, arena, rows, fault);
}
