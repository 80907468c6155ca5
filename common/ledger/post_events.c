#include "common/ledger/post_events.h"

#include "common/ledger/event_codec.h"

#include <string.h>

static enum status event_of(struct book *book, const struct book_row *object,
                            const struct event_place *place, struct event_row *out,
                            struct fault *fault)
{
    const void *record = object;
    if (object->type == BOOK_TYPE_ITEM)
        return event_of_item(book, record, place, out, fault);
    if (object->type == BOOK_TYPE_WORK_ORDER)
        return event_of_work_order(book, record, place, out, fault);
    if (object->type == BOOK_TYPE_PURCHASE_ORDER)
        return event_of_purchase_order(book, record, place, out, fault);
    ASSERT(object->type == BOOK_TYPE_SALES_ORDER);
    return event_of_sales_order(book, record, place, out, fault);
}

enum status post_events_of(struct book *book, const struct post_taken *taken,
                           struct post_events *out, struct fault *fault)
{
    const struct book_list *told = &book->state->told;
    size_t n = told->count;
    struct event_row *events = arena_alloc(book->arena, n + 1, sizeof *events);
    *out = (struct post_events){.events = events,
                                .count = n,
                                .groups = arena_alloc(book->arena, n + 1, sizeof *out->groups),
                                .now_us = taken->now_us};
    enum status status = events && out->groups ? STATUS_OK : book_full(fault);
    for (size_t i = 0; i < n && status == STATUS_OK; i++) {
        struct event_place place = {book->plant.plant, (uint64_t)taken->events + i + 1,
                                    taken->now_us};
        status = event_of(book, ((struct book_row **)told->items)[i], &place, &events[i], fault);
    }
    if (status == STATUS_OK)
        out->group_count = event_rows_group(events, n, out->groups);
    return status;
}

void post_event_row(const struct book *book, const struct post_events *events, size_t group,
                    struct post_rows *out)
{
    const struct event_row *rows = events->groups[group].events;
    size_t earlier = events->groups[group].count - 1;
    const struct event_row *last = &rows[earlier];
    struct sql_value ids = SQL_ARRAY(rows, earlier, object_id);
    struct sql_value bodies = SQL_ARRAY(rows, earlier, body);
    ids.null = bodies.null = earlier == 0;
    const struct sql_value params[] = {SQL_TEXT(book->plant.plant),
                                       SQL_INT(last->event_seq),
                                       SQL_INT(last->kind),
                                       SQL_TEXT(last->object_id),
                                       SQL_TEXT(last->body),
                                       ids,
                                       bodies,
                                       SQL_INT(events->now_us)};
    memcpy(out->params, params, sizeof params);
    out->count = 1;
}
