#include "services/mrp/audit_core.h"

#include "services/mrp/list_core.h"

bool audit_reserve(struct audit_rows *rows, uint32_t count, struct arena *arena)
{
    ASSERT(rows->count == 0);
    rows->capacity = count;
    rows->rows = arena_alloc(arena, (size_t)count + 1, sizeof *rows->rows);
    return rows->rows != NULL;
}

bool audit_add(struct audit_rows *rows, struct text key, uint64_t hash, struct arena *arena)
{
    struct audit_row *grown =
        list_grown(arena, rows->rows, rows->count, &rows->capacity, sizeof *rows->rows);
    const char *copy = text_copy(key, arena);
    if (!grown || !copy)
        return false;
    rows->rows = grown;
    grown[rows->count++] = (struct audit_row){{copy, key.length}, hash};
    return true;
}

uint64_t audit_hash_number(uint64_t hash, int64_t number)
{
    hash ^= (uint64_t)number + 0x9e3779b97f4a7c15ULL + (hash << 6) + (hash >> 2);
    return hash * 0xbf58476d1ce4e5b9ULL;
}

uint64_t audit_hash(uint64_t hash, struct text text)
{
    return audit_hash_number(hash, (int64_t)text_hash(text));
}

static int row_cmp(const void *left, const void *right, const void *context)
{
    const struct audit_row *a = left;
    const struct audit_row *b = right;
    (void)context;
    int order = text_cmp(a->key, b->key);
    return order != 0 ? order : (a->hash > b->hash) - (a->hash < b->hash);
}

static void sort_rows(struct audit_rows *rows, void *spare)
{
    list_sort(&(struct list_sort){.rows = rows->rows,
                                  .spare = spare,
                                  .row_size = sizeof *rows->rows,
                                  .count = rows->count,
                                  .compare = row_cmp});
}

static bool put(struct audit_differences *out, const struct audit_difference *row,
                struct arena *arena)
{
    struct audit_difference *grown =
        list_grown(arena, out->rows, out->count, &out->capacity, sizeof *out->rows);
    if (!grown)
        return false;
    out->rows = grown;
    grown[out->count++] = *row;
    return true;
}

/* One merge; where only the hashes differ, the row changed. */
bool audit_compare(struct audit_rows *expected, struct audit_rows *found, bool message,
                   struct arena *arena, struct audit_differences *out)
{
    const size_t most = expected->count > found->count ? expected->count : found->count;
    struct audit_row *spare = arena_alloc(arena, most + 1, sizeof *spare);
    if (!spare)
        return false;
    sort_rows(expected, spare);
    sort_rows(found, spare);
    for (uint32_t e = 0, f = 0; e < expected->count || f < found->count;) {
        const struct audit_row *want = e < expected->count ? &expected->rows[e] : NULL;
        const struct audit_row *have = f < found->count ? &found->rows[f] : NULL;
        int order = !want ? 1 : !have ? -1 : text_cmp(want->key, have->key);
        e += order <= 0;
        f += order >= 0;
        if (order == 0 && want->hash == have->hash)
            continue;
        struct audit_difference row = {.key = order <= 0 ? want->key : have->key,
                                       .expected = order <= 0 ? want->hash : 0,
                                       .found = order >= 0 ? have->hash : 0,
                                       .kind = order < 0   ? AUDIT_MISSING
                                               : order > 0 ? AUDIT_EXTRA
                                                           : AUDIT_CHANGED,
                                       .message = message};
        if (!put(out, &row, arena))
            return false;
    }
    return true;
}

static bool stands_in(const struct audit_differences *list, const struct audit_difference *row)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct audit_difference *other = &list->rows[i];
        if (other->kind == row->kind && other->message == row->message &&
            other->expected == row->expected && other->found == row->found &&
            text_equal(other->key, row->key))
            return true;
    }
    return false;
}

void audit_keep_standing(const struct audit_differences *before, struct audit_differences *now)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < now->count; i++) {
        if (stands_in(before, &now->rows[i]))
            now->rows[kept++] = now->rows[i];
    }
    now->count = kept;
}
