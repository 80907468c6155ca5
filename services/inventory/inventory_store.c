#include "services/inventory/inventory_store.h"

#include "common/ledger/post.h"
#include "services/inventory/document_store.h"
#include "services/inventory/history_store.h"
#include "services/inventory/location_store.h"
#include "services/inventory/scan_store.h"

/* clang-format off */
enum { LIST_STOCK, LIST_LEDGER };

static const struct sql_statement statements[] = {
    [LIST_STOCK] = {
        .name = "inventory.list_stock",
        .text = "SELECT b.item, b.location, b.lot, b.status, b.segment, b.owner, b.qty, l.expires_on"
                " FROM stock_balance b LEFT JOIN lot l USING (plant_id, item, lot)"
                " WHERE b.plant_id = $1 AND ($2::text IS NULL OR b.item = $2) AND b.qty <> 0"
                " AND (b.item, b.location, b.lot, b.status, b.segment, b.owner)"
                " > ($3, $4, $5, $6, $7, $8)"
                " ORDER BY b.item, b.location, b.lot, b.status, b.segment, b.owner LIMIT $9",
        .params = "tttttttti", .columns = "ttttttqd",
    },
    [LIST_LEDGER] = {
        .name = "inventory.list_ledger",
        .text = "SELECT posted_seq, document, kind, item, qty, amount, location, lot, order_id,"
                " effective_on, posted_at, posted_by, on_hand, value, wip, variance, reason,"
                " operation FROM ledger_line"
                " WHERE plant_id = $1 AND posted_seq > $2 AND ($3::text IS NULL OR item = $3)"
                " AND ($4::text IS NULL OR order_id = $4) ORDER BY posted_seq LIMIT $5",
        .params = "titti", .columns = "itttqatttdztqaaatt",
    },
};
/* clang-format on */

static const struct sql_schema *const parts[] = {
    &post_schema, &document_schema, &history_schema, &location_schema, &scan_schema, NULL};

const struct sql_schema inventory_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
    .parts = parts,
};

/* A filter that was not given is NULL in the statement. */
static struct sql_value filter(struct text text)
{
    return (struct sql_value){.null = text.bytes == NULL, .as.text = text};
}

enum status store_list_stock(struct sql *sql, const struct stock_query *query, struct arena *arena,
                             struct stock_row **rows, size_t *count, struct fault *fault)
{
    ASSERT(query->limit <= INVENTORY_PAGE_MAX);

    const struct stock_row *after = &query->after;
    struct sql_value params[] = {
        SQL_TEXT(query->plant),    filter(query->item),    SQL_TEXT(after->item),
        SQL_TEXT(after->location), SQL_TEXT(after->lot),   SQL_TEXT(after->status),
        SQL_TEXT(after->segment),  SQL_TEXT(after->owner), SQL_INT((int64_t)query->limit),
    };
    struct sql_rows found;
    enum status status = sql_run(sql, &statements[LIST_STOCK], params, arena, &found, fault);
    if (status != STATUS_OK)
        return status;
    struct stock_row *list = arena_alloc(arena, found.count + 1, sizeof *list);
    if (!list)
        return fault_set(fault, STATUS_LIMIT, "limit", "page does not fit in memory");
    for (size_t i = 0; i < found.count; i++) {
        const struct sql_value *v = sql_at(&found, i, 0);
        list[i] = (struct stock_row){
            .item = v[0].as.text,
            .location = v[1].as.text,
            .lot = v[2].as.text,
            .status = v[3].as.text,
            .segment = v[4].as.text,
            .owner = v[5].as.text,
            .qty = v[6].as.qty,
            .expires = !v[7].null,
            .expires_on = v[7].null ? 0 : v[7].as.day,
        };
    }
    *rows = list;
    *count = found.count;
    return STATUS_OK;
}

static struct ledger_row ledger_row_of(const struct sql_value *v)
{
    return (struct ledger_row){
        .posted_seq = v[0].as.integer,
        .document = v[1].as.text,
        .kind = v[2].as.text,
        .item = v[3].null ? (struct text){NULL, 0} : v[3].as.text,
        .qty = v[4].as.qty,
        .amount = v[5].as.amount,
        .location = v[6].as.text,
        .lot = v[7].as.text,
        .order_id = v[8].as.text,
        .effective_on = v[9].as.day,
        .posted_at_us = v[10].as.integer,
        .posted_by = v[11].as.text,
        .on_hand = v[12].as.qty,
        .value = v[13].as.amount,
        .wip = v[14].as.amount,
        .variance = v[15].as.amount,
        .reason = v[16].as.text,
        .operation = v[17].null ? text_of("") : v[17].as.text,
    };
}

enum status store_list_ledger(struct sql *sql, const struct ledger_query *query,
                              struct arena *arena, struct ledger_row **rows, size_t *count,
                              struct fault *fault)
{
    ASSERT(query->limit <= INVENTORY_PAGE_MAX);

    struct sql_value params[] = {SQL_TEXT(query->plant), SQL_INT(query->after), filter(query->item),
                                 filter(query->order_id), SQL_INT((int64_t)query->limit)};
    struct sql_rows found;
    enum status status = sql_run(sql, &statements[LIST_LEDGER], params, arena, &found, fault);
    if (status != STATUS_OK)
        return status;
    struct ledger_row *list = arena_alloc(arena, found.count + 1, sizeof *list);
    if (!list)
        return fault_set(fault, STATUS_LIMIT, "limit", "page does not fit in memory");
    for (size_t i = 0; i < found.count; i++)
        list[i] = ledger_row_of(sql_at(&found, i, 0));
    *rows = list;
    *count = found.count;
    return STATUS_OK;
}
