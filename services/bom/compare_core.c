#include "services/bom/compare_core.h"

#include "common/base/decimal.h"

#include <string.h>

/* Is it a line of the item, on the day? */
static bool counts(const struct bill_choice *choice, const struct master_row *row)
{
    struct text from = row_cell(row, "valid_from");
    struct text to = row_cell(row, "valid_to");
    if (!text_equal(row_object(row), choice->item))
        return false;
    return choice->start_on.length == 0 ||
           ((from.length == 0 || text_cmp(from, choice->start_on) <= 0) &&
            (to.length == 0 || text_cmp(choice->start_on, to) < 0));
}

bool compare_chosen(const struct bill_choice *choice, const struct master_row *row)
{
    struct text revision = row_cell(row, "revision");
    return counts(choice, row) && text_equal(row_cell(row, "alternative"), choice->alternative) &&
           (revision.length == 0 || choice->revision.length == 0 ||
            text_equal(revision, choice->revision));
}

static int64_t priority_of(const struct master_row *row)
{
    struct text text = row_cell(row, "alternative_priority");
    int64_t priority = 0;
    return text.length > 0 && decimal_parse(text.bytes, text.length, 0, &priority) ? priority : 0;
}

/* Co-products and by-products choose nothing. */
static bool chooses(const struct bill_choice *choice, const struct master_row *row)
{
    struct text kind = row_cell(row, "kind");
    return counts(choice, row) && !text_is(kind, "coproduct") && !text_is(kind, "byproduct");
}

static void resolve_alternative(struct bill_choice *choice, struct master_row *const *rows,
                                size_t count)
{
    const struct master_row *best = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!chooses(choice, rows[i]))
            continue;
        int64_t lead = best ? priority_of(best) - priority_of(rows[i]) : 1;
        if (lead > 0 || (lead == 0 && text_cmp(row_cell(rows[i], "alternative"),
                                               row_cell(best, "alternative")) < 0))
            best = rows[i];
    }
    if (best)
        choice->alternative = row_cell(best, "alternative");
}

static void resolve_revision(struct bill_choice *choice, struct master_row *const *rows,
                             size_t count)
{
    struct text begun = text_of("");
    for (size_t i = 0; i < count; i++) {
        struct text revision = row_cell(rows[i], "revision");
        struct text from = row_cell(rows[i], "valid_from");
        if (!chooses(choice, rows[i]) || revision.length == 0 ||
            !text_equal(row_cell(rows[i], "alternative"), choice->alternative))
            continue;
        int order = text_cmp(from, begun);
        if (choice->revision.length == 0 || order > 0 ||
            (order == 0 && text_cmp(revision, choice->revision) > 0)) {
            choice->revision = revision;
            begun = from;
        }
    }
}

static bool is_known(const struct bill_choice *choice, struct master_row *const *rows, size_t count,
                     const char *column, struct text value)
{
    bool known = value.length == 0;
    for (size_t i = 0; !known && i < count; i++)
        known = text_equal(row_object(rows[i]), choice->item) &&
                text_equal(row_cell(rows[i], column), value);
    return known;
}

const char *compare_resolve(struct bill_choice *choice, struct master_row *const *rows,
                            size_t count)
{
    if (!is_known(choice, rows, count, "revision", choice->revision))
        return "revision";
    if (!is_known(choice, rows, count, "alternative", choice->alternative))
        return "alternative";
    if (choice->alternative.length == 0)
        resolve_alternative(choice, rows, count);
    if (choice->revision.length == 0 && choice->start_on.length > 0)
        resolve_revision(choice, rows, count);
    return NULL;
}

bool compare_cell_differs(const struct master_row *left, const struct master_row *right,
                          uint32_t cell)
{
    static const char *const choosing[] = {
        "parent",     "revision", "alternative",   "alternative_priority",
        "valid_from", "valid_to", "inherited_from"};
    const char *name = row_cell_name(FILE_BOM, cell);
    for (size_t i = 0; i < COUNT_OF(choosing); i++) {
        if (strcmp(choosing[i], name) == 0)
            return false;
    }
    return !row_same_value(FILE_BOM, cell, left->cells[cell], right->cells[cell]);
}

static bool differ(const struct master_row *left, const struct master_row *right)
{
    for (uint32_t i = 0; i < row_cell_count(FILE_BOM); i++) {
        if (compare_cell_differs(left, right, i))
            return true;
    }
    return false;
}

/* How two lines may be one: 0 component and position, 1 component, 2 position. */
static bool match(int round, const struct master_row *left, const struct master_row *right)
{
    struct text position = row_cell(left, "position");
    bool component = text_equal(row_cell(left, "component"), row_cell(right, "component"));
    bool place = text_equal(position, row_cell(right, "position"));
    if (round == 0)
        return component && place;
    return round == 1 ? component : place && position.length > 0;
}

struct pairing {
    const struct compare_side *left;
    const struct compare_side *right;
    size_t *of_left; /* 1 + the row on the right; 0: none */
    bool *taken;     /* rows on the right */
};

static void pair_up(const struct pairing *pairing)
{
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < pairing->left->count; i++) {
            const struct master_row *row = pairing->left->rows[i];
            bool open = pairing->of_left[i] == 0 && compare_chosen(pairing->left->choice, row);
            for (size_t k = 0; open && k < pairing->right->count; k++) {
                const struct master_row *other = pairing->right->rows[k];
                if (pairing->taken[k] || !compare_chosen(pairing->right->choice, other) ||
                    !match(round, row, other))
                    continue;
                pairing->of_left[i] = k + 1;
                pairing->taken[k] = true;
                open = false;
            }
        }
    }
}

bool compare_bills(const struct compare_side *left, const struct compare_side *right,
                   struct arena *arena, struct bill_comparison *out)
{
    struct pairing pairing = {left, right, arena_alloc(arena, left->count + 1, sizeof(size_t)),
                              arena_alloc(arena, right->count + 1, sizeof(bool))};
    *out = (struct bill_comparison){
        arena_alloc(arena, left->count + right->count + 1, sizeof *out->differences), 0, 0};
    if (!pairing.of_left || !pairing.taken || !out->differences)
        return false;
    pair_up(&pairing);
    for (size_t i = 0; i < left->count; i++) {
        const struct master_row *other =
            pairing.of_left[i] ? right->rows[pairing.of_left[i] - 1] : NULL;
        if (!compare_chosen(left->choice, left->rows[i]))
            continue;
        if (other && !differ(left->rows[i], other))
            out->same++;
        else
            out->differences[out->count++] = (struct line_difference){left->rows[i], other};
    }
    for (size_t k = 0; k < right->count; k++) {
        if (!pairing.taken[k] && compare_chosen(right->choice, right->rows[k]))
            out->differences[out->count++] = (struct line_difference){NULL, right->rows[k]};
    }
    return true;
}
