#include "common/ledger/ledger_core.h"
#include "services/cost/slice.h"
#include "services/cost/version.h"

#include <stdio.h>

/* New standards, slice by slice: each a transaction in which items get theirs under their locks, so
   that postings go on with one or the other. */

/* Of one release; what is left then waits for PostStandards. */
#define STANDARDS_SLICES_MAX 200
#define REASON_MAX           96

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "the slice does not fit in memory");
}

static enum status nothing_read(struct text body, struct arena *arena, const void **request,
                                struct fault *fault)
{
    (void)body;
    (void)fault;
    *request = arena;
    return STATUS_OK;
}

static enum status nothing_wanted(const void *request, struct book *book, struct fault *fault)
{
    (void)request;
    (void)book;
    (void)fault;
    return STATUS_OK;
}

static enum status reason_of(struct book *book, const struct cost_version *version,
                             struct text *out, struct fault *fault)
{
    char text[REASON_MAX];
    int length = snprintf(text, sizeof text, "standard of version \"%.*s\"",
                          (int)version->version.length, version->version.bytes);
    *out =
        (struct text){text_copy((struct text){text, (size_t)length}, book->arena), (size_t)length};
    return out->bytes ? STATUS_OK : no_room(fault);
}

static enum status switch_item(struct book *book, struct ledger_move *move,
                               const struct standard_switch *to, size_t *line, struct fault *fault)
{
    size_t first = book->line_count;
    struct unitcost cost = cost_given(to->cost) ? to->cost : (struct unitcost){0};
    enum status status = book_item(book, to->item, "", &move->item, fault);
    if (status == STATUS_OK)
        status = ledger_revalue(book, move, cost, fault);
    *line = book->line_count > first ? first + 1 : 0;
    return status;
}

static void end_slice(struct standards_outcome *outcome)
{
    struct standards_slice *slice = &outcome->slice;
    struct cost_version *version = &slice->version;
    outcome->more = version->version.bytes && !slice->last;
    if (slice->count > 0)
        version->reached = slice->switches[slice->count - 1].item;
    if (slice->last)
        version->state = version->state == VERSION_RELEASING ? VERSION_RELEASED : VERSION_REVERTED;
}

static enum status switch_items(struct book *book, struct standards_outcome *outcome,
                                struct fault *fault)
{
    struct standards_slice *slice = &outcome->slice;
    struct book_number *number;
    date open = book->plant.open_from;
    date day = slice->version.effective_on;
    size_t *lines = arena_alloc(book->arena, slice->count + 1, sizeof *lines);
    struct ledger_move move = {.kind = LEDGER_REVALUATION,
                               .order_kind = BOOK_NO_KIND,
                               .effective_on = day < open ? open : day};
    enum status status = lines ? book_next_number(book, "RV", &number, fault) : no_room(fault);
    if (status == STATUS_OK)
        status = reason_of(book, &slice->version, &move.reason, fault);
    if (status != STATUS_OK)
        return status;
    outcome->document = number;
    outcome->lines = lines;
    move.document = number;
    for (size_t i = 0; i < slice->count && status == STATUS_OK; i++)
        status = switch_item(book, &move, &slice->switches[i], &lines[i], fault);
    return status;
}

static enum status standards_decide(const void *request, const void *master, struct book *book,
                                    const void **outcome, struct fault *fault)
{
    struct standards_outcome *made = arena_alloc(book->arena, 1, sizeof *made);
    size_t first = book->line_count;
    (void)request;
    *outcome = made;
    if (!made)
        return no_room(fault);
    *made = (struct standards_outcome){.slice = *(const struct standards_slice *)master};
    enum status status = made->slice.count > 0 ? switch_items(book, made, fault) : STATUS_OK;
    made->range = (struct ledger_range){first, book->line_count - first};
    end_slice(made);
    return status;
}

static enum status standards_encode(const void *outcome, const struct book *book,
                                    struct text *reply, struct fault *fault)
{
    return encode_standards(outcome, book, reply, fault);
}

/* One command of a batch has the slice; the version's row is locked until it is written. */
static enum status load(struct sql *sql, struct book *book, struct post_command *commands,
                        size_t count, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct standards_slice *slice = arena_alloc(book->arena, 1, sizeof *slice);
        commands[i].master = slice;
        if (!slice)
            return no_room(fault);
        *slice = (struct standards_slice){.last = false};
        if (i == 0)
            status = store_standards_slice(sql, book->plant.plant, book->arena, slice, fault);
        for (size_t k = 0; k < slice->count && status == STATUS_OK; k++)
            status = book_want_item(book, slice->switches[k].item, fault);
    }
    return status;
}

static enum status write(struct sql *sql, const struct book *book,
                         const struct post_command *commands, size_t count, struct fault *fault)
{
    const struct standards_outcome *made = count > 0 ? commands[0].outcome : NULL;
    if (!made || !made->slice.version.version.bytes)
        return STATUS_OK;
    for (size_t i = 0; i < made->slice.count; i++) {
        if (made->lines[i] > 0)
            made->slice.switches[i].posted_seq =
                (int64_t)book->lines[made->lines[i] - 1].posted_seq;
    }
    return store_switched(sql, book->plant.plant, &made->slice, fault);
}

static const struct post_kind kinds[] = {
    {"PostStandards", nothing_read, nothing_wanted, standards_decide, standards_encode},
};

static const struct post_service posting = {
    .name = "Cost", .kinds = kinds, .kind_count = COUNT_OF(kinds), .load = load, .write = write};

static const struct slice_kind standards_slice = {&posting, "Cost.PostStandards",
                                                  decode_standards_more};

void standards_batch(struct rpc_request *const *requests, size_t count)
{
    post_batch(&posting, requests, count);
}

void standards_follow(const struct rpc_request *asker)
{
    bool more = true;
    for (int i = 0; more && i < STANDARDS_SLICES_MAX; i++)
        more = slice_post(&standards_slice, asker);
}
