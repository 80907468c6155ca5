#include "services/cost/books.h"
#include "services/cost/report_store.h"

#include <stdlib.h>

/*
 * Variances by work centre.  What hours, rates and subcontractors made belongs to the operation's
 * centre: each operation is split as its order is (variance_core.h), with nothing beside it.  What
 * material made has no centre; nor has an order whose operations do not add up to what was posted,
 * because it was settled again or opened.  So all rows together are the plant's variance to the
 * last digit.
 */
#define CENTER_ROWS_MAX 5000

struct centers {
    struct rpc_request *request;
    struct variance_row *rows;
    size_t *last; /* of each row: the order that was counted last, from 1 */
    size_t count;
    size_t order; /* under way, from 1 */
};

static enum status out_of_range(struct rpc_request *request)
{
    return fault_set(&request->fault, STATUS_OVERFLOW, "", "a variance is out of range");
}

static enum status add(struct centers *list, struct text center, size_t kind, struct amount amount)
{
    struct text name = text_of(variance_names[kind]);
    size_t at = 0;
    if (amount.e4 == 0)
        return STATUS_OK;
    while (at < list->count &&
           !(text_equal(list->rows[at].of, center) && text_equal(list->rows[at].kind, name)))
        at++;
    if (at == CENTER_ROWS_MAX)
        return fault_set(&list->request->fault, STATUS_LIMIT, "by",
                         "variances of more than %d work centres and kinds", CENTER_ROWS_MAX);
    if (at == list->count)
        list->rows[list->count++] = (struct variance_row){.of = center, .kind = name};
    list->rows[at].orders += list->last[at] != list->order;
    list->last[at] = list->order;
    return amount_add(list->rows[at].amount, amount, &list->rows[at].amount)
               ? STATUS_OK
               : out_of_range(list->request);
}

static bool is_of_operations(size_t kind)
{
    return kind == VARIANCE_LABOR_RATE || kind == VARIANCE_MACHINE_RATE ||
           kind == VARIANCE_EFFICIENCY || kind == VARIANCE_OVERHEAD || kind == VARIANCE_SUBCONTRACT;
}

/* The kinds of each operation, and their sums.  LIMIT, OVERFLOW. */
static enum status split_operations(struct rpc_request *request, const struct center_order *order,
                                    struct variance_split *splits, struct variance_split *sum)
{
    *sum = (struct variance_split){{{0}}};
    for (size_t i = 0; i < order->operation_count; i++) {
        struct variance_settled alone = {.order = order->order};
        alone.order.operations = &order->operations[i].operation;
        alone.order.operation_count = 1;
        if (variance_split(&alone, &splits[i], &request->fault) != STATUS_OK)
            return request->fault.status;
        for (size_t k = 0; k < VARIANCE_KINDS; k++) {
            if (!amount_add(sum->amounts[k], splits[i].amounts[k], &sum->amounts[k]))
                return out_of_range(request);
        }
    }
    return STATUS_OK;
}

static enum status add_order(struct centers *list, const struct center_order *order)
{
    struct variance_split sum;
    struct variance_split *splits =
        arena_alloc(list->request->arena, order->operation_count + 1, sizeof *splits);
    if (!splits)
        return fault_set(&list->request->fault, STATUS_LIMIT, "", "variances do not fit in memory");
    enum status status = split_operations(list->request, order, splits, &sum);
    for (size_t k = 0; k < VARIANCE_KINDS; k++) {
        bool known = is_of_operations(k) && sum.amounts[k].e4 == order->kinds.amounts[k].e4;
        if (!known && status == STATUS_OK)
            status = add(list, text_of(""), k, order->kinds.amounts[k]);
        for (size_t i = 0; known && i < order->operation_count && status == STATUS_OK; i++)
            status = add(list, order->operations[i].work_center, k, splits[i].amounts[k]);
    }
    return status;
}

static int compare(const void *a, const void *b)
{
    const struct variance_row *left = a;
    const struct variance_row *right = b;
    int order = text_cmp(left->of, right->of);
    return order != 0 ? order : text_cmp(left->kind, right->kind);
}

static enum status by_center(struct rpc_request *request, const struct variances_query *query,
                             struct variance_row **rows, size_t *count)
{
    struct center_order *orders;
    size_t order_count = 0;
    struct centers list = {.request = request};
    enum status status =
        store_center_orders(request->sql, &query->range, query->work_order, request->arena, &orders,
                            &order_count, &request->fault);
    list.rows = arena_alloc(request->arena, CENTER_ROWS_MAX, sizeof *list.rows);
    list.last = arena_alloc(request->arena, CENTER_ROWS_MAX, sizeof *list.last);
    if (status == STATUS_OK && (!list.rows || !list.last))
        return fault_set(&request->fault, STATUS_LIMIT, "", "variances do not fit in memory");
    for (size_t i = 0; i < order_count && status == STATUS_OK; i++) {
        list.order = i + 1;
        status = add_order(&list, &orders[i]);
    }
    if (status == STATUS_OK)
        qsort(list.rows, list.count, sizeof *list.rows, compare);
    *rows = list.rows;
    *count = list.count;
    return status;
}

enum status books_variances(struct rpc_request *request, const struct variances_query *query,
                            struct variance_row **rows, size_t *count)
{
    return text_is(query->by, VARIANCES_BY_CENTER)
               ? by_center(request, query, rows, count)
               : store_variances(request->sql, query, request->arena, rows, count, &request->fault);
}
