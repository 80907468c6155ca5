#include "services/mrp/kept_plan.h"

#include "common/io/clock.h"
#include "common/io/log.h"
#include "common/plant/plant_facts_store.h"
#include "common/plant/plant_read.h"
#include "common/plant/plant_store.h"
#include "services/mrp/mrp_codec.h"
#include "services/mrp/plan_rows.h"
#include "services/mrp/plan_written.h"
#include "services/mrp/rest_core.h"

#include <stdlib.h>
#include <string.h>

#define PLAN_ARENA_MAX   (4096 * MIB)
#define FOLLOW_ARENA_MAX (512 * MIB) /* events and facts of one step */
#define PIECE_ITEMS      4096        /* of a write */
#define BESIDE_ITEMS     20000       /* of a write that is worth a connection more */
#define PLAN_REST        2           /* a plan made anew rests so many times as long as it took */
#define FAILED_REST_US   1000000     /* at least, after one that could not be made */
#define OWED_AT_ONCE     256         /* numbers that a calm step writes beside its own */
#define CALM_EVENTS      100         /* a step of more of them is none */

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "plant", "plan does not fit in memory");
}

struct kept_plan *kept_new(struct text plant)
{
    struct kept_plan *kept = calloc(1, sizeof *kept);
    if (!kept)
        return NULL;
    ASSERT(plant.length < sizeof kept->plant_id);
    memcpy(kept->plant_id, plant.bytes, plant.length);
    pthread_mutex_init(&kept->work, NULL);
    pthread_mutex_init(&kept->lock, NULL);
    return kept;
}

/* What was made of the plan as it was. */
static void forget_pegging(struct kept_plan *kept)
{
    kept->summed = false;
    kept->pegging = NULL;
    arena_free(&kept->peg_arena);
}

void kept_clear(struct kept_plan *kept)
{
    forget_pegging(kept);
    plant_free(&kept->plant);
    arena_free(&kept->arena);
    kept->live = NULL;
}

void kept_free(struct kept_plan **kept)
{
    kept_clear(*kept);
    pthread_mutex_destroy(&(*kept)->work);
    pthread_mutex_destroy(&(*kept)->lock);
    free(*kept);
    *kept = NULL;
}

/* ---- writing ---- */

struct writing {
    const struct kept_plan *kept;
    const uint32_t *items;      /* whose rows are written where they differ */
    const uint8_t *flags;       /* of live_changed; NULL: the plan does not know what is written */
    const struct text *written; /* the numbers of what is, of the first ones */
    size_t count;
    size_t known;                /* of these, the first ones, by the plan or by numbers */
    enum kept_pace pace;         /* in a flood their numbers are owed */
    uint32_t paid[OWED_AT_ONCE]; /* whose numbers were owed, and are written too */
    uint32_t paid_count;
};

static size_t pieces_of(size_t items)
{
    return (items + PIECE_ITEMS - 1) / PIECE_ITEMS;
}

static enum status next_piece(void *context, size_t number, struct arena *arena,
                              struct plan_piece *piece, struct fault *fault)
{
    const struct writing *writing = context;
    const size_t known_pieces = pieces_of(writing->known);
    const bool known = number < known_pieces;
    const size_t first =
        known ? number * PIECE_ITEMS : writing->known + (number - known_pieces) * PIECE_ITEMS;
    const size_t end = known ? writing->known : writing->count;
    const struct rows_asked asked = {
        .items = writing->items + first,
        .count = end - first < PIECE_ITEMS ? end - first : PIECE_ITEMS,
        .written = known && writing->written ? writing->written + first : NULL,
        .flags = writing->flags,
        .known = known,
        .owed = writing->pace >= PACE_RISING ? writing->kept->owed : NULL,
        .unknown = writing->pace == PACE_FLOOD};
    if (first < end)
        return plan_rows_piece(writing->kept->live, &asked, arena, piece, fault);
    const size_t last = known_pieces + pieces_of(writing->count - writing->known);
    return number > last || writing->paid_count == 0
               ? STATUS_OK
               : plan_rows_numbers(writing->kept->live, writing->paid, writing->paid_count, arena,
                                   piece, fault);
}

static void set_owed(struct kept_plan *kept, uint32_t item, bool owed)
{
    kept->owed_count += (uint32_t)owed - kept->owed[item];
    kept->owed[item] = owed;
}

/* It is written. */
static void note_owed(struct kept_plan *kept, const struct writing *writing)
{
    for (size_t k = 0; k < writing->count && writing->pace != PACE_RISING; k++)
        set_owed(kept, writing->items[k], writing->pace == PACE_FLOOD);
    for (uint32_t k = 0; k < writing->paid_count; k++)
        set_owed(kept, writing->paid[k], false);
}

static void pay_owed(struct kept_plan *kept, struct writing *writing)
{
    const uint32_t items = kept->plant->items_count;
    uint32_t at = kept->owed_from;
    for (; kept->owed_count > 0 && at < items && writing->paid_count < OWED_AT_ONCE; at++) {
        if (kept->owed[at])
            writing->paid[writing->paid_count++] = at;
    }
    kept->owed_from = at < items ? at : 0;
}

static enum status write_items(struct kept_plan *kept, struct kept_work *work,
                               struct writing *writing, bool whole, struct plan_state *state,
                               struct fault *fault)
{
    int64_t changed = 0;
    const struct plan_write write = {.plant = text_of(kept->plant_id),
                                     .epoch = work->epoch,
                                     .event_seq = kept->event_seq,
                                     .plan_start = kept->plant->facts.plan_start,
                                     .whole = whole,
                                     .piece = next_piece,
                                     .context = writing,
                                     .beside = writing->count > BESIDE_ITEMS ? work->beside : NULL};
    state->event_seq = kept->event_seq;
    enum status status = store_write_plan(work->sql, &write, state, &changed, fault);
    work->changed = status == STATUS_OK && changed > 0;
    kept->spoiled = status != STATUS_OK;
    if (status == STATUS_OK) {
        live_written(kept->live);
        note_owed(kept, writing);
    }
    return status;
}

/* ---- making ---- */

/* All are compared with what is stored, row by row. */
static enum status list_all(const struct plan_live *live, struct arena *arena,
                            struct plan_unlike *unlike, struct fault *fault)
{
    const uint32_t count = live_plan(live)->item_count;
    *unlike = (struct plan_unlike){
        .items = arena_alloc(arena, (size_t)count + 1, sizeof *unlike->items), .count = count};
    if (!unlike->items)
        return no_room(fault);
    for (uint32_t i = 0; i < count; i++)
        unlike->items[i] = i;
    return STATUS_OK;
}

/* `written` NULL: what is written was not read. */
static enum status write_unlike(struct kept_plan *kept, struct kept_work *work,
                                const struct plan_written *written, struct plan_state *state,
                                struct fault *fault)
{
    struct plan_unlike unlike;
    struct arena *arena = arena_new(PLAN_ARENA_MAX);
    if (!arena)
        return no_room(fault);
    enum status status = written
                             ? plan_written_compare(written, kept->live, work->crew, &unlike, fault)
                             : list_all(kept->live, arena, &unlike, fault);
    if (status == STATUS_OK) {
        struct writing writing = {.kept = kept,
                                  .items = unlike.items,
                                  .written = unlike.numbers,
                                  .count = unlike.count,
                                  .known = unlike.known};
        status = write_items(kept, work, &writing, true, state, fault);
    }
    arena_free(&arena);
    return status;
}

static enum status read_facts(struct kept_plan *kept, const struct kept_work *work,
                              struct fault *fault)
{
    struct plant_position position;
    kept_clear(kept);
    kept->arena = arena_new(PLAN_ARENA_MAX);
    if (!kept->arena)
        return no_room(fault);
    const int64_t begin_us = clock_monotonic_us();
    enum status status =
        plant_load(work->sql, text_of(kept->plant_id), PLANT_PLANNING | PLANT_LIVE | PLANT_BESIDE,
                   &kept->plant, &position, fault);
    metric_observe_us(work->metrics->read_us, clock_monotonic_us() - begin_us);
    kept->event_seq = status == STATUS_OK ? position.event_seq : 0;
    kept->owed_count = kept->owed_from = 0;
    if (status == STATUS_OK)
        kept->owed = arena_alloc(kept->arena, (size_t)kept->plant->items_count + 1, 1);
    return status == STATUS_OK && !kept->owed ? no_room(fault) : status;
}

/* NULL: it is not worth it, or none is to be had. */
static struct sql *open_beside(const struct kept_work *work, uint32_t items)
{
    struct sql *beside = NULL;
    struct fault fault = {0};
    if (items > BESIDE_ITEMS &&
        sql_open(work->conninfo, &plan_write_alone_schema, &beside, &fault) != STATUS_OK)
        log_fault(LOG_WARNING, &fault, "open a second connection for a plan");
    return beside;
}

/* What is written is read meanwhile, where there is a connection for it. */
static enum status plan_facts(struct kept_plan *kept, const struct kept_work *work,
                              struct plan_written *written, struct fault *fault)
{
    if (written)
        plan_written_begin(written, text_of(kept->plant_id), kept->plant, work->beside);
    enum status status = live_open(kept->plant, work->crew, kept->arena, &kept->live, fault);
    if (status == STATUS_OK && written)
        status = plan_written_end(written, work->sql, fault);
    kept->epoch = work->epoch;
    return status;
}

static enum status make(struct kept_plan *kept, struct kept_work *work, bool all,
                        struct plan_state *state, struct fault *fault)
{
    struct plan_written read = {0};
    struct plan_written *written = all ? NULL : &read;
    pthread_mutex_lock(&kept->lock);
    enum status status = read_facts(kept, work, fault);
    if (status == STATUS_OK) {
        work->beside = open_beside(work, kept->plant->items_count);
        status = plan_facts(kept, work, written, fault);
    }
    plan_written_stop(&read);
    if (status != STATUS_OK)
        kept_clear(kept);
    pthread_mutex_unlock(&kept->lock);
    if (status == STATUS_OK)
        status = write_unlike(kept, work, written, state, fault);
    plan_written_free(&read);
    sql_close(&work->beside);
    return status;
}

enum status kept_make(struct kept_plan *kept, struct kept_work *work, const char *reason, bool all,
                      struct plan_state *state, struct fault *fault)
{
    const int64_t begin_us = clock_monotonic_us();
    enum status status = make(kept, work, all, state, fault);
    const int64_t end_us = clock_monotonic_us();
    const int64_t rest_us = PLAN_REST * (end_us - begin_us);
    kept->rest_until_us =
        end_us + (status != STATUS_OK && rest_us < FAILED_REST_US ? FAILED_REST_US : rest_us);
    metric_add(metric_labelled(work->metrics->made, "reason", reason), 1);
    metric_observe_us(work->metrics->make_us, end_us - begin_us);
    return status;
}

/* ---- following ---- */

/* One step: what happened, and the facts it touched. */
struct step {
    struct kept_plan *kept;
    struct kept_work *work;
    struct arena *arena;
    struct plant_news news;
    struct text *names[NEWS_KINDS]; /* objects by kind of event */
    size_t counts[NEWS_KINDS];
    uint32_t *items; /* touched, by index, each once */
    size_t item_count;
    size_t item_room;
    uint32_t
        *ordered; /* of these, ascending, those of orders: a suggestion may have been accepted */
    size_t ordered_count;
    const char *reason; /* to make the plan anew instead; NULL: none */
};

static bool add_item(struct step *step, uint32_t item)
{
    if (step->item_count == step->item_room) {
        const size_t room = step->item_room * 2 + 64;
        uint32_t *items = arena_alloc(step->arena, room, sizeof *items);
        if (!items)
            return false;
        if (step->item_count > 0)
            memcpy(items, step->items, step->item_count * sizeof *items);
        step->items = items;
        step->item_room = room;
    }
    step->items[step->item_count++] = item;
    return true;
}

/* An item that the plan does not know was made since: its own event makes the plan anew. */
static bool add_codes(struct step *step, const struct text *codes, size_t count)
{
    bool fits = true;
    for (size_t k = 0; k < count && fits; k++) {
        const uint32_t item = plant_item_find(step->kept->plant, codes[k]);
        if (item == NO_INDEX)
            step->reason = "new item";
        else
            fits = add_item(step, item);
    }
    return fits;
}

/* Who still has components of these orders in the plan. */
static enum status add_components(struct step *step, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t k = 0; k < step->counts[NEWS_WORK_ORDER] && status == STATUS_OK; k++) {
        const uint32_t text = names_find(step->kept->plant->texts, step->names[NEWS_WORK_ORDER][k]);
        const uint32_t *items;
        uint32_t count = 0;
        if (text != NAMES_NONE)
            status = live_components_of(step->kept->live, text, &items, &count, fault);
        for (uint32_t i = 0; i < count && status == STATUS_OK; i++) {
            if (!add_item(step, items[i]))
                status = no_room(fault);
        }
    }
    return status;
}

static int by_number(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a;
    const uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void unite_items(struct step *step)
{
    size_t kept = 0;
    if (step->item_count > 0)
        qsort(step->items, step->item_count, sizeof *step->items, by_number);
    for (size_t k = 0; k < step->item_count; k++) {
        if (kept == 0 || step->items[kept - 1] != step->items[k])
            step->items[kept++] = step->items[k];
    }
    step->item_count = kept;
}

/* Events by kind.  Kinds that are not about facts of planning are passed over. */
static bool sort_news(struct step *step)
{
    for (size_t k = 0; k < COUNT_OF(step->names); k++) {
        step->names[k] = arena_alloc(step->arena, step->news.count + 1, sizeof **step->names);
        if (!step->names[k])
            return false;
    }
    for (size_t k = 0; k < step->news.count; k++) {
        const int64_t kind = step->news.events[k].kind;
        if (kind == NEWS_MASTER_IMPORTED || kind == NEWS_MASTER_CHANGED)
            step->reason = "master data";
        else if (kind > 0 && kind < NEWS_KINDS)
            step->names[kind][step->counts[kind]++] = step->news.events[k].object;
    }
    return true;
}

/* The items so far are those of orders. */
static enum status note_ordered(struct step *step, struct fault *fault)
{
    unite_items(step);
    step->ordered = arena_alloc(step->arena, step->item_count + 1, sizeof *step->ordered);
    if (!step->ordered)
        return no_room(fault);
    if (step->item_count > 0)
        memcpy(step->ordered, step->items, step->item_count * sizeof *step->items);
    step->ordered_count = step->item_count;
    return STATUS_OK;
}

/* In the snapshot: which items the events touch. */
static enum status find_items(struct step *step, struct fault *fault)
{
    const struct text plant = text_of(step->kept->plant_id);
    const struct order_names names = {
        step->names[NEWS_WORK_ORDER],     step->counts[NEWS_WORK_ORDER],
        step->names[NEWS_PURCHASE_ORDER], step->counts[NEWS_PURCHASE_ORDER],
        step->names[NEWS_SALES_ORDER],    step->counts[NEWS_SALES_ORDER]};
    struct text *codes = NULL;
    size_t count = 0;
    enum status status = STATUS_OK;
    if (names.work_order_count + names.purchase_count + names.sale_count > 0)
        status = store_items_of(step->work->sql, plant, &names, step->arena, &codes, &count, fault);
    if (status == STATUS_OK)
        status = add_components(step, fault);
    if (status == STATUS_OK && !add_codes(step, codes, count))
        status = no_room(fault);
    if (status == STATUS_OK)
        status = note_ordered(step, fault);
    if (status == STATUS_OK &&
        (!add_codes(step, step->names[NEWS_STOCK], step->counts[NEWS_STOCK]) ||
         !add_codes(step, step->names[NEWS_FORECAST], step->counts[NEWS_FORECAST])))
        status = no_room(fault);
    unite_items(step);
    if (rest_is_too_much((int64_t)step->item_count, step->kept->plant->items_count))
        step->reason = "many items";
    return status;
}

static enum status read_news(struct step *step, struct plant_fact_rows *rows, struct fault *fault)
{
    const struct kept_plan *kept = step->kept;
    struct sql *sql = step->work->sql;
    enum status status =
        store_news(sql, text_of(kept->plant_id), kept->event_seq, step->arena, &step->news, fault);
    if (status != STATUS_OK)
        return status;
    if (step->news.today != kept->plant->facts.plan_start)
        step->reason = "new day";
    if (!sort_news(step))
        return no_room(fault);
    if (!step->reason)
        status = find_items(step, fault);
    if (status != STATUS_OK || step->reason || step->item_count == 0)
        return status;
    struct text *codes = arena_alloc(step->arena, step->item_count, sizeof *codes);
    if (!codes)
        return no_room(fault);
    for (size_t k = 0; k < step->item_count; k++)
        codes[k] = text_of(plant_item_code(kept->plant, step->items[k]));
    return plant_facts_read(sql, text_of(kept->plant_id), codes, step->item_count, step->arena,
                            rows, fault);
}

static enum status read_step(struct step *step, struct plant_fact_rows *rows, struct fault *fault)
{
    enum status status = sql_begin_snapshot(step->work->sql, fault);
    if (status != STATUS_OK)
        return status;
    status = read_news(step, rows, fault);
    sql_rollback(step->work->sql); /* it only read; reading facts has ended it */
    return status;
}

/* Rows come by item, as the items do. */
static enum status change_items(struct step *step, const struct plant_fact_arrays *all,
                                struct fault *fault)
{
    uint32_t at[4] = {0};
    enum status status = STATUS_OK;
    for (size_t k = 0; k < step->item_count && status == STATUS_OK; k++) {
        struct live_facts facts = {.item = step->items[k],
                                   .stocks = all->stocks + at[0],
                                   .demands = all->demands + at[1],
                                   .supplies = all->supplies + at[2],
                                   .components = all->components + at[3]};
        for (; at[0] < all->stock_count && all->stocks[at[0]].item == facts.item; at[0]++)
            facts.stock_count++;
        for (; at[1] < all->demand_count && all->demands[at[1]].item == facts.item; at[1]++)
            facts.demand_count++;
        for (; at[2] < all->supply_count && all->supplies[at[2]].item == facts.item; at[2]++)
            facts.supply_count++;
        for (; at[3] < all->component_count && all->components[at[3]].item == facts.item; at[3]++)
            facts.component_count++;
        status = live_change(step->kept->live, &facts, fault);
    }
    ASSERT(status != STATUS_OK || (at[0] == all->stock_count && at[1] == all->demand_count &&
                                   at[2] == all->supply_count && at[3] == all->component_count));
    return status;
}

static enum status settle(struct step *step, const struct plant_fact_rows *rows,
                          struct fault *fault)
{
    struct kept_plan *kept = step->kept;
    struct plant_fact_arrays facts;
    struct live_sum sum;
    enum status status = plant_facts_number(kept->plant, rows, step->arena, &facts, fault);
    if (status == STATUS_OK)
        status = change_items(step, &facts, fault);
    if (status == STATUS_OK)
        status = live_settle(kept->live, &sum, fault);
    if (status != STATUS_OK)
        return status;
    metric_add(step->work->metrics->netted, sum.netted);
    forget_pegging(kept);
    return STATUS_OK;
}

/* What changed, with the items of orders behind the others: of these alone somebody else may have
   written rows, by accepting them. */
static enum status sort_changes(struct step *step, struct writing *writing, struct fault *fault)
{
    const struct live_changes changes = live_changed(step->kept->live);
    uint32_t *items = arena_alloc(step->arena, (size_t)changes.count + 1, sizeof *items);
    if (!items)
        return no_room(fault);
    size_t last = changes.count;
    for (uint32_t k = 0; k < changes.count; k++) {
        const bool ordered = step->ordered_count > 0 &&
                             bsearch(&changes.items[k], step->ordered, step->ordered_count,
                                     sizeof *step->ordered, by_number) != NULL;
        items[ordered ? --last : writing->known++] = changes.items[k];
    }
    writing->items = items;
    writing->flags = changes.flags;
    writing->count = changes.count;
    return STATUS_OK;
}

/* The first steps of a flood find it calm. */
static enum kept_pace pace_of(const struct step *step)
{
    const enum kept_pace pace = step->work->pace;
    return pace < PACE_RISING && step->work->events > CALM_EVENTS ? PACE_RISING : pace;
}

static enum status follow(struct step *step, struct plan_state *state, struct fault *fault)
{
    struct kept_plan *kept = step->kept;
    struct plant_fact_rows rows;
    enum status status = read_step(step, &rows, fault);
    if (status != STATUS_OK || step->reason)
        return status;
    step->work->events = step->news.event_seq - kept->event_seq;
    step->work->growth = rest_growth((int64_t)step->item_count, kept->plant->items_count);
    if (step->news.count == 0) {
        kept->event_seq = step->news.event_seq;
        return STATUS_OK;
    }
    pthread_mutex_lock(&kept->lock);
    if (step->item_count > 0)
        status = settle(step, &rows, fault);
    kept->spoiled = status != STATUS_OK;
    kept->event_seq = step->news.event_seq;
    pthread_mutex_unlock(&kept->lock);
    if (status != STATUS_OK)
        return status;
    struct writing writing = {.kept = kept, .pace = pace_of(step)};
    status = sort_changes(step, &writing, fault);
    if (writing.pace == PACE_CALM)
        pay_owed(kept, &writing);
    kept->spoiled = status != STATUS_OK;
    return status == STATUS_OK ? write_items(kept, step->work, &writing, false, state, fault)
                               : status;
}

enum status kept_follow(struct kept_plan *kept, struct kept_work *work, struct plan_state *state,
                        struct fault *fault)
{
    const int64_t begin_us = clock_monotonic_us();
    struct step step = {.kept = kept, .work = work, .arena = arena_new(FOLLOW_ARENA_MAX)};
    if (!step.arena)
        return no_room(fault);
    enum status status = follow(&step, state, fault);
    arena_free(&step.arena);
    if (status != STATUS_OK || step.reason) {
        if (begin_us < kept->rest_until_us)
            return status == STATUS_OK ? STATUS_BUSY : status;
    }
    if (status == STATUS_OK && !step.reason && live_is_worn(kept->live))
        step.reason = "worn memory";
    if (status == STATUS_OK && step.reason)
        return kept_make(kept, work, step.reason, false, state, fault);
    metric_observe_us(work->metrics->follow_us, clock_monotonic_us() - begin_us);
    return status;
}
