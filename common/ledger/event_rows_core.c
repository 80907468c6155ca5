#include "common/ledger/event_rows_core.h"

/* An element of an array has a length, and begins at a multiple of four bytes. */
#define ELEMENT_BYTES 8

static size_t bytes_of(const struct event_row *event)
{
    return event->object_id.length + event->body.length + (size_t)2 * ELEMENT_BYTES;
}

/* How many of the events, one at least, go into the first one's row. */
static size_t in_one_row(const struct event_row *events, size_t count)
{
    size_t n = 1;
    size_t bytes = bytes_of(&events[0]);
    while (n < count && n < EVENT_ROW_EVENTS_MAX && events[n].kind == events[0].kind &&
           bytes + bytes_of(&events[n]) <= EVENT_ROW_BYTES_MAX)
        bytes += bytes_of(&events[n++]);
    return n;
}

size_t event_rows_group(const struct event_row *events, size_t count, struct event_group *groups)
{
    size_t group_count = 0;
    for (size_t first = 0; first < count; first += groups[group_count++].count)
        groups[group_count] =
            (struct event_group){&events[first], in_one_row(&events[first], count - first)};
    return group_count;
}
