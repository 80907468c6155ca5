/*
 * Random changes of bills in memory against the same bills built from scratch: rows below and
 * above, low-level codes, loops, depth, what is below.  The oracle knows lines as a plain list and
 * walks it again and again.
 */

#include "common/bom/bom_patch.h"
#include "common/plant/plant_read.h"
#include "common/plant/plant_rows.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLANTS    300
#define STEPS     60
#define ITEMS_MAX 12
#define LINES_MAX 400
#define CSV_MAX   (64 * KIB)

/* ---- the oracle's list ---- */

struct row {
    uint32_t parent;
    uint32_t component;
    int qty;
    const char *position;
    const char *from;
    const char *to;
    const char *alternative;
};

struct list {
    uint32_t items;
    struct row rows[LINES_MAX];
    size_t count;
};

static uint64_t state;

static uint32_t below(uint32_t bound)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % bound;
}

static struct row random_row(const struct list *list, uint32_t parent)
{
    static const char *const positions[] = {"", "9", "10", "A", "7"};
    static const char *const days[] = {"", "2026-01-10", "2026-03-01"};
    static const char *const alternatives[] = {"", "", "", "B"};
    return (struct row){.parent = parent,
                        .component = below(list->items),
                        .qty = 1 + (int)below(4),
                        .position = positions[below(COUNT_OF(positions))],
                        .from = days[below(2)],
                        .to = below(3) ? "" : days[2],
                        .alternative = alternatives[below(COUNT_OF(alternatives))]};
}

/* Levels by going over all lines until nothing moves; false: there is a loop. */
static bool naive_levels(const struct list *list, uint32_t levels[ITEMS_MAX])
{
    memset(levels, 0, ITEMS_MAX * sizeof(*levels));
    for (uint32_t pass = 0; pass <= list->items; pass++) {
        bool moved = false;
        for (size_t i = 0; i < list->count; i++) {
            const struct row *row = &list->rows[i];
            if (levels[row->component] > levels[row->parent])
                continue;
            levels[row->component] = levels[row->parent] + 1;
            moved = true;
        }
        if (!moved)
            return true;
    }
    return false;
}

/* What `top` reaches, itself among it, and the most lines on a way down. */
static uint32_t naive_below(const struct list *list, uint32_t top, bool reached[ITEMS_MAX])
{
    uint32_t depth[ITEMS_MAX] = {0};
    uint32_t most = 0;
    memset(reached, 0, ITEMS_MAX * sizeof(*reached));
    reached[top] = true;
    for (uint32_t pass = 0; pass <= list->items; pass++) {
        for (size_t i = 0; i < list->count; i++) {
            const struct row *row = &list->rows[i];
            if (!reached[row->parent])
                continue;
            reached[row->component] = true;
            if (depth[row->component] <= depth[row->parent])
                depth[row->component] = depth[row->parent] + 1;
            most = depth[row->component] > most ? depth[row->component] : most;
        }
    }
    return most;
}

static bool same_place(const struct row *a, const struct row *b)
{
    return a->parent == b->parent && a->component == b->component &&
           strcmp(a->position, b->position) == 0 && strcmp(a->from, b->from) == 0;
}

/* ---- as a plant ---- */

struct world {
    struct list list;
    struct plant *plant;
    struct arena *arena;
    struct bom_graph *graph;
    struct bom_patch *patch;
    char items[KIB];
    char csv[CSV_MAX];
};

static uint32_t early; /* items before any was added: those that come stand between them */

static const char *code(uint32_t item)
{
    static char text[4][16];
    static unsigned turn;
    char *made = text[turn++ % 4];
    if (item < early)
        snprintf(made, sizeof(text[0]), "I%02u", item);
    else
        snprintf(made, sizeof(text[0]), "I%02uX%02u", item * 5 % early, 99 - item);
    return made;
}

static struct text write_rows(struct world *world, const struct list *list, uint32_t parent)
{
    size_t used = (size_t)snprintf(
        world->csv, CSV_MAX, "parent,component,qty,position,valid_from,valid_to,alternative\n");
    for (size_t i = 0; i < list->count; i++) {
        const struct row *row = &list->rows[i];
        if (parent != NO_INDEX && row->parent != parent)
            continue;
        used += (size_t)snprintf(world->csv + used, CSV_MAX - used, "%s,%s,%d,%s,%s,%s,%s\n",
                                 code(row->parent), code(row->component), row->qty, row->position,
                                 row->from, row->to, row->alternative);
    }
    return (struct text){world->csv, used};
}

static struct plant *read_plant(struct world *world)
{
    struct plant *plant = NULL;
    struct fault fault = {0};
    struct plant_reader *reader = plant_reader_new(16 * MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(reader);
    size_t used = (size_t)snprintf(world->items, sizeof(world->items), "item,type\n");
    for (uint32_t i = 0; i < world->list.items; i++)
        used += (size_t)snprintf(world->items + used, sizeof(world->items) - used, "%s,make\n",
                                 code(i));
    CU_ASSERT_TRUE(plant_reader_take(reader, "items.csv", text_of(world->items)));
    CU_ASSERT_TRUE(plant_reader_take(reader, "bom.csv", write_rows(world, &world->list, NO_INDEX)));
    CU_ASSERT_EQUAL_FATAL(plant_reader_finish(reader, &plant, &fault), STATUS_OK);
    plant_reader_free(&reader);
    return plant;
}

static void make_world(struct world *world, struct list start)
{
    struct fault fault = {0};
    early = start.items;
    world->list = start;
    world->plant = read_plant(world);
    world->arena = arena_new(64 * MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(world->arena);
    CU_ASSERT_EQUAL_FATAL(bom_graph_make(world->plant, world->arena, &world->graph, &fault),
                          STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(
        bom_patch_new(world->graph, world->plant, world->arena, &world->patch, &fault), STATUS_OK);
}

static void end_world(struct world *world)
{
    plant_free(&world->plant);
    arena_free(&world->arena);
}

/* ---- the same? ---- */

static bool same_item(const struct plant *a, uint32_t item_a, const struct plant *b,
                      uint32_t item_b)
{
    return strcmp(plant_item_code(a, item_a), plant_item_code(b, item_b)) == 0;
}

static bool same_line(const struct plant *a, uint32_t line_a, const struct plant *b,
                      uint32_t line_b)
{
    const struct bom_line *x = &a->bom_lines[line_a];
    const struct bom_line *y = &b->bom_lines[line_b];
    const struct bom_terms *s = plant_bom_terms(a, x);
    const struct bom_terms *t = plant_bom_terms(b, y);
    return same_item(a, x->parent, b, y->parent) && same_item(a, x->component, b, y->component) &&
           x->qty.micro == y->qty.micro &&
           strcmp(plant_text(a, x->position), plant_text(b, y->position)) == 0 &&
           s->valid_from == t->valid_from && s->valid_to == t->valid_to &&
           strcmp(plant_text(a, s->alternative), plant_text(b, t->alternative)) == 0;
}

/* Item `x` of the one is item `y` of the other. */
static bool same_rows(const struct bom_graph *a, uint32_t x, const struct bom_graph *b, uint32_t y)
{
    uint32_t downward = a->below_end[x] - a->below_first[x];
    uint32_t upward = a->above_end[x] - a->above_first[x];
    if (downward != b->below_end[y] - b->below_first[y] ||
        upward != b->above_end[y] - b->above_first[y] || a->level[x] != b->level[y])
        return false;
    for (uint32_t k = 0; k < downward; k++) {
        if (!same_line(a->plant, a->below[a->below_first[x] + k], b->plant,
                       b->below[b->below_first[y] + k]))
            return false;
    }
    for (uint32_t k = 0; k < upward; k++) {
        if (!same_line(a->plant, a->above[a->above_first[x] + k], b->plant,
                       b->above[b->above_first[y] + k]))
            return false;
    }
    return true;
}

static void compare_with_new(struct world *world)
{
    struct fault fault = {0};
    struct bom_graph *made = NULL;
    uint32_t levels[ITEMS_MAX];
    struct plant *plant = read_plant(world);
    struct arena *arena = arena_new(16 * MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
    CU_ASSERT_EQUAL_FATAL(bom_graph_make(plant, arena, &made, &fault), STATUS_OK);
    CU_ASSERT_TRUE(naive_levels(&world->list, levels));
    CU_ASSERT_EQUAL(world->graph->level_count, made->level_count);
    for (uint32_t i = 0; i < world->list.items; i++) {
        uint32_t same = plant_item_find(plant, text_of(code(i)));
        CU_ASSERT_NOT_EQUAL_FATAL(same, NO_INDEX);
        CU_ASSERT_TRUE(same_rows(world->graph, i, made, same));
        CU_ASSERT_EQUAL(world->graph->level[i], levels[i]);
    }
    plant_free(&plant);
    arena_free(&arena);
}

/* ---- items ---- */

static void try_item(struct world *world)
{
    struct plant *read = NULL;
    struct fault fault = {0};
    struct plant_reader *reader = plant_reader_new(MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(reader);
    snprintf(world->items, sizeof(world->items), "item,type\n%s,buy\n", code(world->list.items));
    CU_ASSERT_TRUE(plant_reader_take(reader, "items.csv", text_of(world->items)));
    plant_reader_is_part(reader);
    CU_ASSERT_EQUAL_FATAL(plant_reader_finish(reader, &read, &fault), STATUS_OK);
    CU_ASSERT_TRUE_FATAL(bom_patch_item_room(world->patch));
    CU_ASSERT_TRUE_FATAL(plant_add_item(world->plant, read, 0));
    CU_ASSERT_EQUAL(plant_item_find(world->plant, text_of(code(world->list.items))),
                    world->list.items);
    CU_ASSERT_EQUAL(world->plant->items[world->list.items].type, ITEM_BUY);
    world->list.items++;
    plant_reader_free(&reader);
    plant_free(&read);
}

/* ---- bills ---- */

/* A few lines of the parent come, go, change. */
static void change_bill(struct list *list, uint32_t parent)
{
    for (uint32_t turn = 1 + below(3); turn > 0; turn--) {
        size_t at = list->count > 0 ? below((uint32_t)list->count) : 0;
        uint32_t what = below(5);
        if (list->count < LINES_MAX / 2 && (what < 2 || list->count == 0)) {
            list->rows[list->count++] = random_row(list, parent);
        } else if (list->rows[at].parent == parent && what < 4) {
            memmove(&list->rows[at], &list->rows[at + 1],
                    (--list->count - at) * sizeof(*list->rows));
        } else if (list->rows[at].parent == parent) {
            list->rows[at] = random_row(list, parent);
        }
    }
}

static bool by_parent(struct bom_bill *bills, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (bills[i - 1].parent >= bills[i].parent)
            return false;
    }
    return true;
}

static void read_bill(struct world *world, const struct list *list, uint32_t parent,
                      struct arena *arena, struct bom_bill *bill)
{
    struct plant *rows = arena_alloc(arena, 1, sizeof(*rows));
    struct plant_wrong wrong;
    CU_ASSERT_PTR_NOT_NULL_FATAL(rows);
    CU_ASSERT_EQUAL_FATAL(plant_read_rows(world->plant, FILE_BOM, write_rows(world, list, parent),
                                          arena, rows, &wrong),
                          STATUS_OK);
    *bill = (struct bom_bill){parent, rows->bom_lines, rows->bom_lines_count, rows->bom_terms};
}

/* One to three bills at once: refused when they close a loop, else they become the graph's. */
static void try_bills(struct world *world)
{
    static struct list next; /* large: not on the stack */
    next = world->list;
    struct bom_bill bills[3];
    uint32_t levels[ITEMS_MAX];
    struct fault fault = {0};
    size_t which;
    size_t count = 1 + below(3);
    struct arena *arena = arena_new(64 * MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
    for (size_t i = 0; i < count; i++) {
        bills[i].parent = (uint32_t)(i == 0 ? 0 : bills[i - 1].parent + 1) + below(next.items);
        if (bills[i].parent >= next.items)
            count = i;
        else
            change_bill(&next, bills[i].parent);
    }
    CU_ASSERT_TRUE(by_parent(bills, count));
    for (size_t i = 0; i < count; i++)
        read_bill(world, &next, bills[i].parent, arena, &bills[i]);
    bool sound = naive_levels(&next, levels);
    enum status status = bom_patch_check(world->patch, bills, count, &which, &fault);
    CU_ASSERT_EQUAL(status, sound ? STATUS_OK : STATUS_BOM_CYCLE);
    CU_ASSERT_TRUE(sound || strstr(fault.message, " > "));
    if (sound)
        CU_ASSERT_EQUAL(bom_patch_bills(world->patch, bills, count, arena, &fault), STATUS_OK);
    if (sound)
        world->list = next;
    arena_free(&arena);
}

/* ---- one component for another ---- */

static date day_of(const char *text, date open)
{
    date day = open;
    bool ok = text[0] == '\0' || date_parse(text, strlen(text), &day);
    CU_ASSERT_TRUE(ok);
    return day;
}

static uint32_t text_number(const struct world *world, const char *text)
{
    return names_find(world->plant->texts, text_of(text));
}

static void make_swap_line(const struct world *world, const struct row *was, const struct row *is,
                           struct bom_swap_line *line)
{
    *line = (struct bom_swap_line){.parent = was->parent,
                                   .position = text_number(world, was->position),
                                   .alternative = text_number(world, was->alternative),
                                   .valid_from = day_of(was->from, DATE_FIRST),
                                   .valid_to = day_of(was->to, DATE_LAST),
                                   .new_valid_to = day_of(is->to, DATE_LAST),
                                   .qty = {was->qty * QTY_SCALE},
                                   .new_qty = {is->qty * QTY_SCALE}};
}

static int compare_swap_lines(const void *a, const void *b)
{
    const struct bom_swap_line *x = a;
    const struct bom_swap_line *y = b;
    return (x->parent > y->parent) - (x->parent < y->parent);
}

/* The order of lines that only their rows tell apart is not a swap's business. */
static bool has_ties(const struct list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        for (size_t k = i + 1; k < list->count; k++) {
            if (same_place(&list->rows[i], &list->rows[k]))
                return true;
        }
    }
    return false;
}

static bool want_item(const void *context, uint32_t item)
{
    return ((const bool *)context)[item];
}

static void try_swap(struct world *world)
{
    static struct bom_swap_line lines[LINES_MAX];
    bool parents[ITEMS_MAX] = {false};
    bool reached[ITEMS_MAX];
    uint32_t levels[ITEMS_MAX];
    static struct list next; /* large: not on the stack */
    next = world->list;
    struct fault fault = {0};
    struct bom_swap swap = {below(next.items), below(next.items), lines, 0};
    bool ends = below(3) == 0;
    for (size_t i = 0; i < next.count; i++) {
        struct row *row = &next.rows[i];
        if (row->component != swap.from)
            continue;
        parents[row->parent] = true;
        row->component = swap.to;
        row->qty += (int)below(2);
        row->to = ends ? "2026-02-01" : row->to;
        make_swap_line(world, &world->list.rows[i], row, &lines[swap.line_count++]);
    }
    if (has_ties(&next) || has_ties(&world->list))
        return;
    bool sound = naive_levels(&next, levels);
    if (swap.line_count > 0 && swap.from != swap.to)
        CU_ASSERT_EQUAL(bom_patch_find_below(world->patch, swap.to, want_item, parents) == NO_INDEX,
                        sound);
    CU_ASSERT_EQUAL(bom_patch_depth(world->patch, swap.to),
                    naive_below(&world->list, swap.to, reached));
    if (!sound)
        return;
    qsort(lines, swap.line_count, sizeof(*lines), compare_swap_lines);
    struct arena *scratch = arena_new(16 * MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(scratch);
    CU_ASSERT_EQUAL(bom_patch_swap(world->patch, &swap, scratch, &fault), STATUS_OK);
    arena_free(&scratch);
    world->list = next;
}

static void test_random_changes(void)
{
    static struct world world;
    for (uint32_t turn = 1; turn <= PLANTS; turn++) {
        struct list start = {.items = 2 + turn % (ITEMS_MAX - 1)};
        unsigned failed = CU_get_number_of_failures();
        state = turn;
        make_world(&world, start);
        for (int step = 0; step < STEPS; step++) {
            if (below(10) == 0 && world.list.items < ITEMS_MAX)
                try_item(&world);
            else if (below(4) == 0)
                try_swap(&world);
            else
                try_bills(&world);
            compare_with_new(&world);
        }
        end_world(&world);
        if (CU_get_number_of_failures() > failed) {
            printf("seed %u\n", turn);
            return;
        }
    }
}

/* Room is never used up by changes: one bill grows and shrinks again and again. */
static void test_room_is_used_again(void)
{
    static struct world world;
    struct fault fault = {0};
    make_world(&world, (struct list){.items = 6});
    for (uint32_t step = 0; step < 3000; step++) {
        struct arena *arena = arena_new(16 * MIB);
        struct bom_bill bill;
        struct list next = world.list;
        CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
        next.count = step % 2 ? 0 : 150;
        for (uint32_t i = 0; i < next.count; i++)
            next.rows[i] = (struct row){.parent = step % 4 / 2,
                                        .component = 2 + below(4),
                                        .qty = 1,
                                        .position = "",
                                        .from = "",
                                        .to = "",
                                        .alternative = ""};
        read_bill(&world, &next, step % 4 / 2, arena, &bill);
        CU_ASSERT_EQUAL_FATAL(bom_patch_bills(world.patch, &bill, 1, arena, &fault), STATUS_OK);
        world.list = next;
        arena_free(&arena);
    }
    CU_ASSERT_TRUE(world.plant->bom_lines_count < 400);
    compare_with_new(&world);
    end_world(&world);
}

/* A chain of BOM_LEVELS_MAX lines is possible, one line more is not. */
static void test_depth_limit(void)
{
    enum { COUNT = BOM_LEVELS_MAX + 2 };

    static char items[COUNT * 16];
    static char bom[COUNT * 24];
    size_t items_used = (size_t)snprintf(items, sizeof(items), "item,type\n");
    size_t bom_used = (size_t)snprintf(bom, sizeof(bom), "parent,component,qty\n");
    struct plant_reader *reader = plant_reader_new(16 * MIB);
    struct arena *arena = arena_new(16 * MIB);
    struct plant *plant = NULL;
    struct bom_graph *graph = NULL;
    struct bom_patch *patch = NULL;
    struct fault fault = {0};
    size_t which = 0;
    CU_ASSERT_TRUE_FATAL(reader && arena);
    for (int i = 0; i < COUNT; i++) {
        items_used +=
            (size_t)snprintf(items + items_used, sizeof(items) - items_used, "I%04d,make\n", i);
        if (i > 0 && i < COUNT - 1)
            bom_used += (size_t)snprintf(bom + bom_used, sizeof(bom) - bom_used, "I%04d,I%04d,1\n",
                                         i - 1, i);
    }
    CU_ASSERT_TRUE(plant_reader_take(reader, "items.csv", text_of(items)));
    CU_ASSERT_TRUE(plant_reader_take(reader, "bom.csv", text_of(bom)));
    CU_ASSERT_EQUAL_FATAL(plant_reader_finish(reader, &plant, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(bom_graph_make(plant, arena, &graph, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(bom_patch_new(graph, plant, arena, &patch, &fault), STATUS_OK);
    struct bom_line line = {COUNT - 2, COUNT - 1, {QTY_SCALE}, 0, 0};
    const struct bom_bill bill = {COUNT - 2, &line, 1, plant->bom_terms};
    CU_ASSERT_EQUAL(graph->level_count, BOM_LEVELS_MAX + 1);
    CU_ASSERT_EQUAL(bom_patch_check(patch, &bill, 1, &which, &fault), STATUS_LIMIT);
    CU_ASSERT_STRING_EQUAL(fault.field, "component");
    CU_ASSERT_PTR_NOT_NULL(strstr(fault.message, "more than 1000 levels"));
    plant_reader_free(&reader);
    plant_free(&plant);
    arena_free(&arena);
}

UNIT_SUITE("prop_bom_patch", UNIT(test_random_changes), UNIT(test_room_is_used_again),
           UNIT(test_depth_limit))
