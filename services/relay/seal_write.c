#include "services/relay/seal_write.h"

#include "common/io/clock.h"

/* The newest seal must be the one that the head names. */
static enum status check_end(const struct seal_work *work, const struct seal_head *head,
                             struct fault *fault)
{
    struct seal *seals;
    size_t count;
    int64_t before = head->seal_no > 0 ? head->seal_no - 1 : 0;
    enum status status =
        store_seals_after(work->sql, work->plant, before, 2, work->arena, &seals, &count, fault);
    if (status != STATUS_OK)
        return status;
    bool good = head->seal_no == 0 ? count == 0
                                   : count == 1 && seals[0].seal_no == head->seal_no &&
                                         text_equal(seals[0].hash, head->hash);
    return good ? STATUS_OK
                : fault_set(fault, STATUS_INTERNAL, "",
                            "the audit trail of plant \"%.*s\" does not end at seal %lld: nothing "
                            "more is sealed, run millrace audit verify",
                            (int)work->plant.length, work->plant.bytes, (long long)head->seal_no);
}

/* The rows that are settled; fewer where a thousand of them are too large for the memory. */
static enum status read_rows(const struct seal_work *work, const struct seal_range *range,
                             struct seal_rows *rows, struct fault *fault)
{
    enum status status = STATUS_LIMIT;
    for (size_t limit = SEAL_ROWS_MAX; status == STATUS_LIMIT && limit > 0; limit /= 10) {
        *fault = (struct fault){0};
        status = store_seal_rows(work->sql, range, limit, work->arena, rows, fault);
    }
    return status;
}

static enum status write_seal(const struct seal_work *work, const struct seal_range *range,
                              const struct seal_rows *rows, struct seal_head *head,
                              struct fault *fault)
{
    uint8_t hash[DIGEST_BYTES];
    const struct seal_row *last = &rows->rows[rows->count - 1];
    struct seal seal = {.seal_no = head->seal_no + 1,
                        .stream = text_of(seal_stream_name(range->stream)),
                        .after = range->after,
                        .last = last->place,
                        .last_at_us = last->at_us,
                        .previous = head->hash,
                        .sealed_at_us = clock_unix_us()};
    enum status status = seal_rows(work->plant, rows, work->arena, &seal, fault);
    if (status == STATUS_OK)
        status = seal_hash(work->plant, &seal, hash, fault);
    if (status != STATUS_OK)
        return status;
    seal.hash = (struct text){(const char *)hash, DIGEST_BYTES};
    *head = (struct seal_head){seal.seal_no, seal.hash, head->row_count + seal.row_count,
                               seal.sealed_at_us};
    status = store_put_seal(work->sql, work->plant, &seal, fault);
    return status == STATUS_OK ? store_set_head(work->sql, work->plant, head, fault) : status;
}

/* One seal in one transaction; *count 0: nothing is there to be sealed. */
static enum status seal_some(const struct seal_work *work, enum seal_stream stream, size_t *count,
                             struct fault *fault)
{
    struct seal_head head;
    struct seal_rows rows = {.count = 0};
    struct seal_range range = {.plant = work->plant,
                               .stream = stream,
                               .upto = {seal_is_numbered(stream) ? INT64_MAX : work->settled_us - 1,
                                        text_of(SEAL_KEY_LAST)}};
    const struct seal_until until = {work->plant, stream, INT64_MAX};
    *count = 0;
    enum status status = store_seal_head(work->sql, work->plant, true, work->arena, &head, fault);
    if (status == STATUS_OK)
        status = check_end(work, &head, fault);
    if (status == STATUS_OK)
        status = store_sealed_until(work->sql, &until, work->arena, &range.after, fault);
    if (status == STATUS_OK)
        status = read_rows(work, &range, &rows, fault);
    if (status == STATUS_OK && rows.count > 0)
        status = write_seal(work, &range, &rows, &head, fault);
    *count = rows.count;
    return status;
}

enum status seal_stream(const struct seal_work *work, enum seal_stream stream, int64_t *rows,
                        struct fault *fault)
{
    enum status status = STATUS_OK;
    size_t count = 1;
    for (*rows = 0; status == STATUS_OK && count > 0; *rows += (int64_t)count) {
        arena_reset(work->arena);
        status = sql_begin(work->sql, fault);
        if (status == STATUS_OK)
            status = seal_some(work, stream, &count, fault);
        if (status == STATUS_OK)
            status = sql_commit(work->sql, fault);
        if (status != STATUS_OK)
            count = 0;
        sql_rollback(work->sql);
    }
    return status;
}
