#include "services/relay/seal_chain.h"

#include <stdio.h>
#include <string.h>

#define NUMBER_TEXT 24

static enum status not_hashed(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "no memory to hash");
}

enum status seal_rows(struct text plant, const struct seal_rows *rows, struct arena *arena,
                      struct seal *seal, struct fault *fault)
{
    char *hashes = arena_alloc(arena, rows->count + 1, DIGEST_BYTES);
    char *marks = arena_alloc(arena, rows->count + 1, SEAL_MARK_BYTES);
    bool done = hashes && marks;
    for (size_t i = 0; done && i < rows->count; i++) {
        const struct text row[] = {plant, {"", 1}, rows->rows[i].bytes};
        char *hash = hashes + i * DIGEST_BYTES;
        done = digest_joined(row, COUNT_OF(row), (uint8_t *)hash);
        memcpy(marks + i * SEAL_MARK_BYTES, hash, SEAL_MARK_BYTES);
    }
    if (!done)
        return not_hashed(fault);
    const struct text all = {hashes, rows->count * DIGEST_BYTES};
    uint8_t *rows_hash = (uint8_t *)hashes + rows->count * DIGEST_BYTES; /* the one more */
    if (!digest_joined(&all, 1, rows_hash))
        return not_hashed(fault);
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
