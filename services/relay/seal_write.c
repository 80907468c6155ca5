#include "services/relay/seal_write.h"

#include "common/io/clock.h"

#define READ_ROWS  (SEALS_AT_ONCE * SEAL_ROWS_MAX)
#define KEPT_BYTES (2 * MIB) /* what reading and sealing READ_ROWS takes, about */

/* The newest seal must be the one that the head names. */
static enum status check_end(const struct seal_work *work, const struct seal_head *head,
                             struct fault *fault)
{
    struct seal_end end;
    enum status status = store_seal_end(work->sql, work->plant, work->arena, &end, fault);
    if (status != STATUS_OK)
        return status;
    return end.seal_no == head->seal_no && text_equal(end.hash, head->hash)
               ? STATUS_OK
               : fault_set(fault, STATUS_INTERNAL, "",
                           "the audit trail of plant \"%.*s\" does not end at seal %lld: nothing "
                           "more is sealed, run millrace audit verify",
                           (int)work->plant.length, work->plant.bytes, (long long)head->seal_no);
}

/* The seal of these rows, behind the one that the head names; the head then names it. */
static enum status write_seal(const struct seal_work *work, const struct seal_range *range,
                              const struct seal_rows *rows, struct seal_head *head,
                              struct fault *fault)
{
    uint8_t *hash = arena_alloc(work->arena, 1, DIGEST_BYTES);
    const struct seal_row *last = &rows->rows[rows->count - 1];
    struct seal seal = {.seal_no = head->seal_no + 1,
                        .stream = text_of(seal_stream_name(range->stream)),
                        .after = range->after,
                        .last = last->place,
                        .last_at_us = last->at_us,
                        .previous = head->hash,
                        .sealed_at_us = clock_unix_us()};
    enum status status = hash ? seal_rows(rows, work->arena, &seal, fault)
                              : fault_set(fault, STATUS_LIMIT, "", "no memory to seal");
    if (status == STATUS_OK)
        status = seal_hash(work->plant, &seal, hash, fault);
    if (status != STATUS_OK)
        return status;
    seal.hash = (struct text){(const char *)hash, DIGEST_BYTES};
    *head = (struct seal_head){seal.seal_no, seal.hash, head->row_count + seal.row_count,
                               seal.sealed_at_us};
    return store_put_seal(work->sql, work->plant, &seal, fault);
}

/* A seal of SEAL_ROWS_MAX rows each, and one of the rest. */
static enum status write_seals(const struct seal_work *work, struct seal_range range,
                               const struct seal_rows *rows, struct seal_head *head,
                               struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t first = 0; status == STATUS_OK && first < rows->count; first += SEAL_ROWS_MAX) {
        const size_t left = rows->count - first;
        const struct seal_rows some = {rows->rows + first, rows->hashes + first * DIGEST_BYTES,
                                       left < SEAL_ROWS_MAX ? left : SEAL_ROWS_MAX};
        status = write_seal(work, &range, &some, head, fault);
        range.after = some.rows[some.count - 1].place;
    }
    return status == STATUS_OK ? store_set_head(work->sql, work->plant, head, fault) : status;
}

/* In one transaction; *count 0: nothing is there to be sealed. */
static enum status seal_some(const struct seal_work *work, enum seal_stream stream, size_t *count,
                             struct fault *fault)
{
    struct seal_head head;
    struct seal_rows rows = {.count = 0};
    struct seal_range range = {.plant = work->plant,
                               .stream = stream,
                               .upto = {seal_is_numbered(stream) ? INT64_MAX : work->settled_us - 1,
                                        text_of(SEAL_KEY_LAST)},
                               .limit = READ_ROWS};
    const struct seal_until until = {work->plant, stream, INT64_MAX};
    *count = 0;
    enum status status = store_seal_head(work->sql, work->plant, true, work->arena, &head, fault);
    if (status == STATUS_OK)
        status = check_end(work, &head, fault);
    if (status == STATUS_OK)
        status = store_sealed_until(work->sql, &until, work->arena, &range.after, fault);
    if (status == STATUS_OK)
        status = seal_read(work->sql, &range, work->arena, &rows, fault);
    if (status == STATUS_OK && rows.count > 0)
        status = write_seals(work, range, &rows, &head, fault);
    *count = rows.count;
    return status;
}

enum status seal_stream(const struct seal_work *work, enum seal_stream stream, int64_t *rows,
                        struct fault *fault)
{
    enum status status = STATUS_OK;
    size_t count = READ_ROWS;
    for (*rows = 0; status == STATUS_OK && count == READ_ROWS;) {
        arena_recycle(work->arena, KEPT_BYTES);
        status = sql_begin(work->sql, fault);
        if (status == STATUS_OK)
            status = seal_some(work, stream, &count, fault);
        if (status == STATUS_OK)
            status = sql_commit(work->sql, fault);
        if (status == STATUS_OK)
            *rows += (int64_t)count;
        sql_rollback(work->sql);
    }
    return status;
}
