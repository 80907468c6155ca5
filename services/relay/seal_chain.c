#include "services/relay/seal_chain.h"

#include <stdio.h>
#include <string.h>

#define NUMBER_TEXT 24

static enum status not_hashed(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "no memory to hash");
}

struct reading {
    struct text plant;
    struct arena *arena;
    struct digest_again *digest;
    size_t room;
    struct seal_rows *out;
};

/* seal_row_fn */
static enum status take_row(void *context, const struct seal_row *row, struct fault *fault)
{
    struct reading *reading = context;
    struct seal_rows *out = reading->out;
    ASSERT(out->count < reading->room);
    struct seal_row *kept = &out->rows[out->count];
    const struct text parts[] = {reading->plant, {"", 1}, row->bytes};
    const char *key = text_copy(row->place.key, reading->arena);
    uint8_t *hash = (uint8_t *)out->hashes + out->count * DIGEST_BYTES;
    if (!key || !digest_joined_again(reading->digest, parts, COUNT_OF(parts), hash))
        return not_hashed(fault);
    *kept = (struct seal_row){.place = {row->place.place, {key, row->place.key.length}},
                              .at_us = row->at_us,
                              .numbers = row->numbers};
    out->count++;
    return STATUS_OK;
}

enum status seal_read(struct sql *sql, const struct seal_range *range, struct arena *arena,
                      struct seal_rows *out, struct fault *fault)
{
    struct reading reading = {.plant = range->plant,
                              .arena = arena,
                              .digest = digest_again_new(),
                              .room = range->limit,
                              .out = out};
    *out = (struct seal_rows){.rows = arena_alloc(arena, range->limit, sizeof *out->rows),
                              .hashes = arena_alloc(arena, range->limit, DIGEST_BYTES)};
    enum status status = reading.digest && out->rows && out->hashes
                             ? store_seal_rows(sql, range, arena, take_row, &reading, fault)
                             : not_hashed(fault);
    digest_again_free(&reading.digest);
    return status;
}

enum status seal_rows(const struct seal_rows *rows, struct arena *arena, struct seal *seal,
                      struct fault *fault)
{
    char *marks = arena_alloc(arena, rows->count + 1, SEAL_MARK_BYTES);
    uint8_t *rows_hash = arena_alloc(arena, 1, DIGEST_BYTES);
    const struct text all = {rows->hashes, rows->count * DIGEST_BYTES};
    if (!marks || !rows_hash || !digest_joined(&all, 1, rows_hash))
        return not_hashed(fault);
    for (size_t i = 0; i < rows->count; i++)
        memcpy(marks + i * SEAL_MARK_BYTES, rows->hashes + i * DIGEST_BYTES, SEAL_MARK_BYTES);
    seal->marks = (struct text){marks, rows->count * SEAL_MARK_BYTES};
    seal->rows_hash = (struct text){(const char *)rows_hash, DIGEST_BYTES};
    seal->row_count = (int64_t)rows->count;
    return STATUS_OK;
}

enum { SEAL_NO, AFTER, LAST, ROWS, LAST_AT, SEALED_AT, NUMBERS };

enum status seal_hash(struct text plant, const struct seal *seal, uint8_t hash[DIGEST_BYTES],
                      struct fault *fault)
{
    const int64_t numbers[NUMBERS] = {seal->seal_no,   seal->after.place, seal->last.place,
                                      seal->row_count, seal->last_at_us,  seal->sealed_at_us};
    char texts[NUMBERS][NUMBER_TEXT];
    uint8_t columns[DIGEST_BYTES];
    uint8_t marks[DIGEST_BYTES];
    for (size_t i = 0; i < NUMBERS; i++)
        snprintf(texts[i], NUMBER_TEXT, "%lld", (long long)numbers[i]);
    const struct text in_order[] = {plant,
                                    text_of(texts[SEAL_NO]),
                                    seal->stream,
                                    text_of(texts[AFTER]),
                                    seal->after.key,
                                    text_of(texts[LAST]),
                                    seal->last.key,
                                    text_of(texts[ROWS]),
                                    text_of(texts[LAST_AT]),
                                    text_of(texts[SEALED_AT])};
    const struct text parts[] = {seal->previous,
                                 {(const char *)columns, sizeof columns},
                                 {(const char *)marks, sizeof marks},
                                 seal->rows_hash};
    bool done = digest_of(in_order, COUNT_OF(in_order), columns) &&
                digest_joined(&seal->marks, 1, marks) &&
                digest_joined(parts, COUNT_OF(parts), hash);
    return done ? STATUS_OK : not_hashed(fault);
}
