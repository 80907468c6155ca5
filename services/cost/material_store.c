#include "services/cost/material_store.h"

#include "common/plant/plant.h"

/* clang-format off */
static const struct sql_statement material = {
    .name = "cost.material",
    .text = "SELECT concat_ws(' ', u.work_order, u.product, u.month, u.component) AS key, u.work_order, u.product,"
            " u.month, u.component, sum(u.theoretical)::numeric(18,6), sum(u.actual)::numeric(18,6),"
            " sum(u.amount)::numeric(18,4) FROM ("
            "SELECT CASE WHEN $2 = 'order' THEN w.work_order ELSE '' END AS work_order,"
            " CASE WHEN $2 = 'period' THEN '' ELSE w.item END AS product,"
            " CASE WHEN $2 = 'period' THEN date_trunc('month', coalesce(w.closed_on, w.due_on))::date END AS month,"
            " c.item AS component, CASE WHEN c.fixed THEN c.required_qty"
            " ELSE c.required_qty * w.received_qty / w.good_qty END AS theoretical,"
            " c.issued_qty - c.returned_qty AS actual, c.issued_amount AS amount"
            " FROM work_order w JOIN work_order_component c ON c.plant_id = w.plant_id AND c.work_order = w.work_order"
            " WHERE w.plant_id = $1 AND w.received_qty > 0 AND w.good_qty > 0"
            " AND ($3 IS NULL OR coalesce(w.closed_on, w.due_on) >= $3)"
            " AND ($4 IS NULL OR coalesce(w.closed_on, w.due_on) < $4)) AS u"
            " GROUP BY u.work_order, u.product, u.month, u.component"
            " HAVING concat_ws(' ', u.work_order, u.product, u.month, u.component) > $5 ORDER BY 1 LIMIT $6",
    .params = "ttddti", .columns = "tttdtqqa",
};
/* clang-format on */

const struct sql_schema material_schema = {.statements = &material, .statement_count = 1};

static struct text or_none(struct text text)
{
    return text.length > 0 ? text : (struct text){NULL, 0};
}

enum status material_load(struct sql *sql, const struct material_query *query, struct arena *arena,
                          struct material_row **rows, size_t *count, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(query->plant),
                                 SQL_TEXT(query->by),
                                 {.null = query->from == DATE_FIRST, .as.day = query->from},
                                 {.null = query->to == DATE_LAST, .as.day = query->to},
                                 SQL_TEXT(query->after),
                                 SQL_INT((int64_t)query->limit)};
    struct sql_rows found;
    enum status status = sql_run(sql, &material, params, arena, &found, fault);
    if (status != STATUS_OK)
        return status;
    *rows = arena_alloc(arena, found.count + 1, sizeof **rows);
    if (!*rows)
        return fault_set(fault, STATUS_LIMIT, "", "report does not fit in memory");
    for (size_t i = 0; i < found.count; i++) {
        const struct sql_value *v = sql_at(&found, i, 0);
        (*rows)[i] =
            (struct material_row){v[0].as.text,          or_none(v[1].as.text),
                                  or_none(v[2].as.text), v[3].null ? SQL_NO_DATE : v[3].as.day,
                                  v[4].as.text,          v[5].as.qty,
                                  v[6].as.qty,           v[7].as.amount};
    }
    *count = found.count;
    return STATUS_OK;
}
