#include "services/mrp/plan_written.h"

#include "services/mrp/plan_numbers_core.h"

#include <string.h>

#define WRITTEN_ARENA_MAX (2048 * MIB)
#define COMPARED_AT_ONCE  2048 /* items */

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "plant", "what is written does not fit in memory");
}

/* ---- reading ---- */

/* written_item_fn.  What is written of an item that the plant no longer has is passed over. */
static enum status take_item(void *context, const struct written_item *row, struct fault *fault)
{
    struct plan_written *written = context;
    const struct plant *plant = written->plant;
    int order = -1;
    while (written->at < plant->items_count) {
        order = text_cmp(text_of(plant_item_code(plant, written->at)), row->item);
        if (order >= 0)
            break;
        written->at++;
    }
    if (order != 0)
        return STATUS_OK;
    const uint32_t item = written->at++;
    written->digests[item] = row->digest;
    written->there[item] = true;
    if (row->numbers.length == 0)
        return STATUS_OK;
    const char *bytes = text_copy(row->numbers, written->arena);
    if (!bytes)
        return no_room(fault);
    written->numbers[item] = (struct text){bytes, row->numbers.length};
    return STATUS_OK;
}

/* Somebody else wrote of these: they are to be read back. */
static enum status pass_over_accepted(struct plan_written *written, struct sql *sql,
                                      struct fault *fault)
{
    struct text *accepted = NULL;
    size_t count = 0;
    enum status status = store_accepted_items(sql, text_of(written->plant_id), written->arena,
                                              &accepted, &count, fault);
    for (size_t k = 0; status == STATUS_OK && k < count; k++) {
        const uint32_t item = plant_item_find(written->plant, accepted[k]);
        if (item == NO_INDEX)
            continue;
        written->there[item] = false;
        written->numbers[item] = (struct text){NULL, 0};
    }
    return status;
}

static enum status read_all(struct plan_written *written, struct sql *sql, struct fault *fault)
{
    const size_t room = (size_t)written->plant->items_count + 1;
    written->arena = arena_new(WRITTEN_ARENA_MAX);
    if (!written->arena)
        return no_room(fault);
    written->digests = arena_alloc(written->arena, room, sizeof *written->digests);
    written->numbers = arena_alloc(written->arena, room, sizeof *written->numbers);
    written->there = arena_alloc(written->arena, room, sizeof *written->there);
    if (!written->digests || !written->numbers || !written->there)
        return no_room(fault);
    enum status status =
        store_written_items(sql, text_of(written->plant_id), take_item, written, fault);
    return status == STATUS_OK ? pass_over_accepted(written, sql, fault) : status;
}

static void *read_beside(void *context)
{
    struct plan_written *written = context;
    written->status = read_all(written, written->sql, &written->fault);
    return NULL;
}

void plan_written_begin(struct plan_written *written, struct text plant_id,
                        const struct plant *plant, struct sql *sql)
{
    *written = (struct plan_written){.plant = plant, .plant_id = plant_id.bytes, .sql = sql};
    written->running = sql && pthread_create(&written->thread, NULL, read_beside, written) == 0;
}

void plan_written_stop(struct plan_written *written)
{
    if (written->running)
        pthread_join(written->thread, NULL);
    written->running = false;
}

enum status plan_written_end(struct plan_written *written, struct sql *sql, struct fault *fault)
{
    if (!written->running)
        return read_all(written, sql, fault);
    plan_written_stop(written);
    if (written->status != STATUS_OK)
        *fault = written->fault;
    return written->status;
}

void plan_written_free(struct plan_written *written)
{
    plan_written_stop(written);
    arena_free(&written->arena);
}

/* ---- comparing ---- */

struct comparing {
    const struct plan_written *written;
    const struct plan_live *live;
    uint64_t *sources[CREW_HANDS_MAX];
    uint8_t *differs; /* by item */
    struct crew_job job;
};

static void compare_part(void *context, uint32_t hand)
{
    struct comparing *comparing = context;
    const struct plan_written *written = comparing->written;
    const uint32_t count = written->plant->items_count;
    uint32_t piece;
    while (crew_take(&comparing->job, &piece)) {
        const uint32_t first = piece * COMPARED_AT_ONCE;
        const uint32_t end = count - first < COMPARED_AT_ONCE ? count : first + COMPARED_AT_ONCE;
        for (uint32_t i = first; i < end; i++)
            comparing->differs[i] =
                !written->there[i] ||
                written->digests[i] !=
                    plan_numbers_digest(comparing->live, i, comparing->sources[hand]);
    }
}

static bool list_unlike(const struct comparing *comparing, struct plan_unlike *unlike)
{
    const struct plan_written *written = comparing->written;
    const uint32_t count = written->plant->items_count;
    size_t differ = 0;
    for (uint32_t i = 0; i < count; i++)
        differ += comparing->differs[i];
    *unlike = (struct plan_unlike){
        .items = arena_alloc(written->arena, differ + 1, sizeof *unlike->items),
        .numbers = arena_alloc(written->arena, differ + 1, sizeof *unlike->numbers),
        .count = differ};
    if (!unlike->items || !unlike->numbers)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!comparing->differs[i] || !plan_numbers_known(comparing->live, i, written->numbers[i]))
            continue;
        comparing->differs[i] = false;
        unlike->numbers[unlike->known] = written->numbers[i];
        unlike->items[unlike->known++] = i;
    }
    size_t at = unlike->known;
    for (uint32_t i = 0; i < count; i++) {
        if (comparing->differs[i])
            unlike->items[at++] = i;
    }
    return true;
}

enum status plan_written_compare(const struct plan_written *written, const struct plan_live *live,
                                 const struct crew *crew, struct plan_unlike *unlike,
                                 struct fault *fault)
{
    const struct plant *plant = written->plant;
    struct comparing comparing = {
        .written = written,
        .live = live,
        .differs = arena_alloc(written->arena, (size_t)plant->items_count + 1, 1),
        .job = {.count = (plant->items_count + COMPARED_AT_ONCE - 1) / COMPARED_AT_ONCE}};
    bool ok = comparing.differs != NULL;
    for (uint32_t hand = 0; ok && hand < crew->hands; hand++) {
        comparing.sources[hand] = arena_alloc(written->arena, (size_t)plant->suppliers_count + 1,
                                              sizeof **comparing.sources);
        ok = comparing.sources[hand] != NULL;
    }
    if (!ok)
        return no_room(fault);
    crew->run(crew, compare_part, &comparing);
    return list_unlike(&comparing, unlike) ? STATUS_OK : no_room(fault);
}
