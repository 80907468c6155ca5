#include "services/relay/seal_core.h"

#include <string.h>

/* Earlier than any moment PostgreSQL's own calendar is likely to hold, in microseconds. */
#define MOMENT_FIRST (-(int64_t)210000000000000000)

static const char *const names[SEAL_STREAMS] = {
    [SEAL_ACT] = "act",
    [SEAL_POSTING_KEY] = "posting_key",
    [SEAL_LEDGER_LINE] = "ledger_line",
    [SEAL_EVENT_LOG] = "event_log",
    [SEAL_MASTER_CHANGE] = "master_change",
    [SEAL_ORDER_CHANGE] = "order_change",
    [SEAL_WORK_ORDER_CHANGE] = "work_order_change",
    [SEAL_CHANGE_STEP] = "engineering_change_step",
};

const char *seal_stream_name(enum seal_stream stream)
{
    ASSERT(stream < SEAL_STREAMS);
    return names[stream];
}

bool seal_stream_parse(struct text name, enum seal_stream *out)
{
    for (enum seal_stream stream = 0; stream < SEAL_STREAMS; stream++) {
        if (text_is(name, names[stream])) {
            *out = stream;
            return true;
        }
    }
    return false;
}

bool seal_is_numbered(enum seal_stream stream)
{
    return stream == SEAL_LEDGER_LINE || stream == SEAL_EVENT_LOG;
}

struct seal_place seal_begin(enum seal_stream stream)
{
    return (struct seal_place){seal_is_numbered(stream) ? INT64_MIN + 1 : MOMENT_FIRST,
                               text_of("")};
}

int seal_place_cmp(struct seal_place a, struct seal_place b)
{
    if (a.place != b.place)
        return a.place < b.place ? -1 : 1;
    return text_cmp(a.key, b.key);
}

int64_t seal_gap(struct seal_place after, struct seal_place last, int64_t numbers)
{
    int64_t from = after.place > 0 ? after.place : 0;
    return (last.place > from ? last.place - from : 0) - numbers;
}

#define RECORD_NULL UINT32_MAX

size_t seal_record_size(const struct text *cells, size_t count)
{
    size_t size = sizeof(uint32_t);
    for (size_t i = 0; i < count; i++)
        size += 2 * sizeof(uint32_t) + cells[i].length;
    return size;
}

static char *put_number(char *at, uint32_t number)
{
    const uint32_t sent = __builtin_bswap32(number);
    memcpy(at, &sent, sizeof sent);
    return at + sizeof sent;
}

void seal_record_write(const uint32_t *types, const struct text *cells, size_t count, char *out)
{
    out = put_number(out, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        out = put_number(out, types[i]);
        out = put_number(out, cells[i].bytes ? (uint32_t)cells[i].length : RECORD_NULL);
        if (cells[i].length > 0)
            memcpy(out, cells[i].bytes, cells[i].length);
        out += cells[i].length;
    }
}

static bool same_mark(struct text a, size_t i, struct text b, size_t j)
{
    return memcmp(a.bytes + i * SEAL_MARK_BYTES, b.bytes + j * SEAL_MARK_BYTES, SEAL_MARK_BYTES) ==
           0;
}

bool seal_compare(struct text sealed, struct text found, struct seal_difference *out)
{
    size_t was = sealed.length / SEAL_MARK_BYTES;
    size_t is = found.length / SEAL_MARK_BYTES;
    size_t first = 0;
    while (first < was && first < is && same_mark(sealed, first, found, first))
        first++;
    while (was > first && is > first && same_mark(sealed, was - 1, found, is - 1)) {
        was--;
        is--;
    }
    *out = (struct seal_difference){first, was - first, is - first};
    return out->was > 0 || out->is > 0;
}
