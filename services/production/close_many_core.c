#include "services/production/production_core.h"

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "limit", "orders do not fit in memory");
}

/* Which orders is known when they have been read. */
enum status close_many_wants(const void *request, struct book *book, struct fault *fault)
{
    (void)request;
    (void)book;
    (void)fault;
    return STATUS_OK;
}

/* One order, by itself: BUSY when it is not locked yet, else a refusal that is counted. */
static enum status close_one(struct book *book, struct text id, date day,
                             struct close_many_outcome *out, struct text *refused)
{
    struct fault fault = {0};
    struct work_order *order;
    struct amount settled = {0};
    struct book_mark mark = book_mark(book);
    enum status status = book_work_order(book, id, "", &order, &fault);
    if (status == STATUS_OK && order->state != WORK_ORDER_COMPLETED)
        return STATUS_OK; /* another was faster */
    if (status == STATUS_OK)
        status = settle_and_close(book, order, day, &settled, &fault);
    if (status == STATUS_OK && !amount_add(out->settled, settled, &out->settled))
        status = STATUS_OVERFLOW;
    if (status == STATUS_OK) {
        out->closed++;
        return STATUS_OK;
    }
    book_undo(book, mark);
    if (status == STATUS_BUSY || status == STATUS_LIMIT)
        return status;
    refused[out->refused_count++] = id;
    return STATUS_OK;
}

enum status close_many_decide(const void *request, const void *master, struct book *book,
                              const void **outcome, struct fault *fault)
{
    const struct close_many *asked = request;
    const struct completed_orders *orders = master;
    struct close_many_outcome *out = arena_alloc(book->arena, 1, sizeof *out);
    struct text *refused = arena_alloc(book->arena, orders->count + 1, sizeof *refused);
    date day;
    if (!out || !refused)
        return no_room(fault);
    enum status status = book_day(book, asked->effective_on, &day, fault);
    for (size_t i = 0; i < orders->count && status == STATUS_OK; i++) {
        status = close_one(book, orders->items[i], day, out, refused);
        if (status != STATUS_OK)
            return fault_set(fault, status, "", "work order \"%.*s\" is not locked",
                             (int)orders->items[i].length, orders->items[i].bytes);
    }
    out->refused = refused;
    if (orders->count > 0 && orders->count == asked->limit)
        out->next = orders->items[orders->count - 1];
    *outcome = out;
    return status;
}
