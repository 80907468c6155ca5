#include "services/inventory/document_store.h"

/* clang-format off */
enum { ITEMS_AT, COUNT_FACTS, LIST_DOCUMENTS, DOCUMENT_LINES };

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
