#include "common/ledger/post.h"

#include "common/io/clock.h"
#include "common/io/feed.h"
#include "common/io/log.h"
#include "common/io/metric.h"
#include "common/io/rpc_wire.h"
#include "common/ledger/post_pause.h"
#include "common/ledger/post_run.h"
#include "common/wire/role.h"

#include <stdlib.h>
#include <string.h>

#define RECONNECTS_MAX 2
#define WARY_BATCHES   100 /* that look for known keys first, after one met some */
#define PAUSE_FIRST_US ((int64_t)2000)
#define SOON_COMMANDS  100 /* so few are decided so soon that the counter is locked before that */
#define RECALL_MAX     600 /* commands, and items, of a batch that is remembered */
#define SPLITS_FROM    2   /* commands; a single one has nobody to harm */
#define PARTS_MAX      32  /* halves that wait: one a halving, and RPC_BATCH_MAX < 2^31 */

/* ---- before the database ---- */

static const struct post_kind *find_kind(const struct post_service *service, const char *method)
{
    size_t prefix = strlen(service->name);
    if (strncmp(method, service->name, prefix) != 0 || method[prefix] != '.')
        return NULL;
    for (size_t i = 0; i < service->kind_count; i++) {
        if (strcmp(service->kinds[i].method, method + prefix + 1) == 0)
            return &service->kinds[i];
    }
    return NULL;
}

static bool hash_request(struct digest_again *digest, const struct rpc_request *request,
                         uint8_t hash[DIGEST_BYTES])
{
    struct text asked[] = {text_of(request->method), request->body};
    return digest_of_again(digest, asked, COUNT_OF(asked), hash);
}

static enum status open_slot(const struct post_service *service, struct digest_again *digest,
                             struct rpc_request *request, struct slot *slot)
{
    slot->request = request;
    slot->kind = find_kind(service, request->method);
    ASSERT(slot->kind); /* rpc_serve checks the method table against the descriptor */
    ASSERT(!uuid_is_nil(request->key));
    if (!hash_request(digest, request, slot->hash))
        return fault_set(&request->fault, STATUS_INTERNAL, "", "internal error");
    return slot->kind->decode(request->body, request->arena, &slot->decoded, &request->fault);
}

/* The first slot of the batch with each key, by its hash; at most half full. */
struct key_table {
    struct slot **slots;
    size_t mask;
};

static bool key_table_init(struct key_table *table, size_t count, struct arena *arena)
{
    size_t size = 2;
    while (size < 2 * count)
        size *= 2;
    table->mask = size - 1;
    table->slots = arena_alloc(arena, size, sizeof(struct slot *));
    return table->slots != NULL;
}

/* The slot that was there first with this one's key; NULL: this one is. */
static struct slot *meet_key(struct key_table *table, struct slot *slot)
{
    struct uuid key = slot->request->key;
    size_t at = (size_t)text_hash((struct text){(const char *)key.bytes, sizeof key.bytes});
    for (at &= table->mask; table->slots[at]; at = (at + 1) & table->mask) {
        if (uuid_cmp(table->slots[at]->request->key, key) == 0)
            return table->slots[at];
    }
    table->slots[at] = slot;
    return NULL;
}

/* ---- one round ---- */

static enum status new_book(struct run *run, struct fault *fault)
{
    struct book_plant plant = {.plant = run->plant};
    enum status status = STATUS_OK;

    if (run->book) {
        run->book = book_again(run->book, &plant);
        if (!run->book)
            return book_full(fault);
        run->book->now_us = clock_unix_us();
        return STATUS_OK;
    }
    run->book = book_new(run->arena, &plant);
    if (!run->book)
        return book_full(fault);
    run->book->now_us = clock_unix_us();
    for (size_t i = 0; i < run->count && status != STATUS_LIMIT; i++) {
        struct slot *slot = run->slots[i];
        slot->misshapen = (struct fault){0};
        status = slot->kind->wants(slot->decoded, run->book, &slot->misshapen);
        if (status == STATUS_LIMIT)
            *fault = slot->misshapen;
    }
    return status == STATUS_LIMIT ? status : STATUS_OK;
}

static int uuid_sort(const void *a, const void *b)
{
    const struct uuid *left = a;
    const struct uuid *right = b;
    return uuid_cmp(*left, *right);
}

/* All keys of the batch, sorted. */
static enum status sort_keys(const struct run *run, struct post_keys *out, struct fault *fault)
{
    struct uuid *keys = arena_alloc(run->arena, run->count, sizeof *keys);
    if (!keys)
        return book_full(fault);
    for (size_t i = 0; i < run->count; i++)
        keys[i] = run->slots[i]->request->key;
    qsort(keys, run->count, sizeof *keys, uuid_sort);
    *out = (struct post_keys){keys, run->count};
    return STATUS_OK;
}

static enum status load_documents(struct run *run, struct post_known_list *known,
                                  struct fault *fault)
{
    struct post_keys keys = {NULL, 0};
    enum status status = run->looks ? sort_keys(run, &keys, fault) : STATUS_OK;
    return status == STATUS_OK ? post_load_documents(run->sql, run->book, &keys, known, fault)
                               : status;
}

static int known_cmp(const void *key, const void *known)
{
    const struct uuid *left = key;
    const struct post_known *right = known;
    return uuid_cmp(*left, right->key);
}

static const struct post_known *find_known(const struct post_known_list *known, struct uuid key)
{
    if (known->count == 0)
        return NULL;
    return bsearch(&key, known->items, known->count, sizeof *known->items, known_cmp);
}

/* Slots whose key is not known get a command, or the refusal that wants found. */
static enum status take_commands(struct run *run, const struct post_known_list *known,
                                 struct fault *fault)
{
    run->command_count = 0;
    run->open_count = 0;
    run->commands = arena_alloc(run->arena, run->count, sizeof *run->commands);
    if (!run->commands)
        return book_full(fault);
    for (size_t i = 0; i < run->count; i++) {
        struct slot *slot = run->slots[i];
        slot->refusal = slot->misshapen;
        slot->reply = (struct text){0};
        slot->command = NULL;
        slot->known = find_known(known, slot->request->key);
        run->open_count += slot->known == NULL;
        if (slot->known || slot->misshapen.status != STATUS_OK)
            continue;
        slot->command = &run->commands[run->command_count++];
        *slot->command = (struct post_command){
            .kind = slot->kind, .request = slot->decoded, .asked = slot->request};
    }
    return STATUS_OK;
}

/* Another poster had one of the keys.  Many that post the same at once could go on meeting, as keys
   are read before the wait for the items: they are read again behind it. */
static enum status look_again(struct run *run, struct fault *fault)
{
    struct post_keys keys;
    struct post_known_list known = {0};
    if (!run->keys_met)
        return STATUS_OK;
    enum status status = sort_keys(run, &keys, fault);
    if (status == STATUS_OK)
        status = post_load_keys(run->sql, run->book, &keys, &known, fault);
    for (size_t i = 0; i < run->count && status == STATUS_OK; i++) {
        struct slot *slot = run->slots[i];
        if (slot->known)
            continue;
        slot->known = find_known(&known, slot->request->key);
        if (slot->known) {
            slot->command = NULL; /* what was made for it has no outcome, as if refused */
            run->open_count--;
        }
    }
    return status;
}

/* C.  A full book is the batch's fault, not the command's. */
static enum status decide(struct run *run, struct fault *fault)
{
    for (size_t i = 0; i < run->count; i++) {
        struct slot *slot = run->slots[i];
        struct post_command *command = slot->command;
        if (!command)
            continue;
        run->book->principal = text_of(slot->request->principal.name);
        run->book->supervised =
            (slot->request->principal.roles & (ROLE_SUPERVISOR | ROLE_ADMINISTRATOR)) != 0;
        run->book->of_finance = (slot->request->principal.roles & ROLE_FINANCE) != 0;
        struct book_mark mark = book_mark(run->book);
        enum status status = slot->kind->decide(command->request, command->master, run->book,
                                                &command->outcome, &slot->refusal);
        if (status == STATUS_OK) {
            book_keep(run->book);
            continue;
        }
        ASSERT(slot->refusal.status == status);
        book_undo(run->book, mark);
        command->outcome = NULL;
        if (status == STATUS_LIMIT) {
            *fault = slot->refusal;
            return status;
        }
    }
    return STATUS_OK;
}

/* Replies in the memory of their requests, so that nothing can fail after COMMIT. */
static enum status encode(struct run *run, struct fault *fault)
{
    for (size_t i = 0; i < run->count; i++) {
        struct slot *slot = run->slots[i];
        struct text packed;
        if (!slot->command || slot->refusal.status != STATUS_OK)
            continue;
        enum status status = slot->kind->encode(slot->command->outcome, run->book, &packed, fault);
        if (status != STATUS_OK)
            return status;
        slot->reply = (struct text){text_copy(packed, slot->request->arena), packed.length};
        if (!slot->reply.bytes)
            return book_full(fault);
    }
    return STATUS_OK;
}

static bool is_stored(const struct fault *refusal)
{
    return !status_retryable(refusal->status) && refusal->status != STATUS_INTERNAL;
}

/* A refusal that leaves no key behind, so that writing would not tell whether the key is known. */
static bool has_unstored(const struct run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        if (!is_stored(&run->slots[i]->refusal))
            return true;
    }
    return false;
}

static int key_sort(const void *a, const void *b)
{
    const struct post_key_row *left = a;
    const struct post_key_row *right = b;
    return uuid_cmp(left->key, right->key);
}

static enum status key_rows(struct run *run, struct post_writing *writing, struct fault *fault)
{
    struct post_key_row *rows = arena_alloc(run->arena, run->count, sizeof *rows);
    size_t count = 0;
    if (!rows)
        return book_full(fault);
    for (size_t i = 0; i < run->count; i++) {
        struct slot *slot = run->slots[i];
        if (slot->known || !is_stored(&slot->refusal))
            continue;
        rows[count++] =
            (struct post_key_row){.key = slot->request->key,
                                  .hash = {(const char *)slot->hash, DIGEST_BYTES},
                                  .status = text_of(status_name(slot->refusal.status)),
                                  .field = text_of(slot->refusal.field),
                                  .message = text_of(slot->refusal.message),
                                  .reply = slot->reply.bytes ? slot->reply : text_of(""),
                                  .asked_by = text_of(slot->request->principal.name),
                                  .device = text_of(slot->request->principal.device),
                                  .method = text_of(slot->request->method),
                                  .object = slot->request->object};
    }
    qsort(rows, count, sizeof *rows, key_sort);
    writing->keys = rows;
    writing->key_count = count;
    return STATUS_OK;
}

static void pause_before(const struct run *run, char step)
{
    for (size_t i = 0; i < run->count; i++)
        post_pause(run->slots[i]->request->key, step);
}

static enum status write_early(struct run *run, struct fault *fault)
{
    if (!run->service->write_early || run->command_count == 0)
        return STATUS_OK;
    return run->service->write_early(run->sql, run->book, run->commands, run->command_count, fault);
}

/* Are the next batch's items told by this one? */
static bool is_remembered(const struct run *run)
{
    return run->recalled && run->count <= RECALL_MAX &&
           book_wanted_count(run->book, BOOK_ITEM) <= RECALL_MAX;
}

static void note_keys_met(struct run *run)
{
    run->keys_met = run->looks = true;
    if (run->door)
        atomic_store(&run->door->wary, WARY_BATCHES);
}

/* D and E; *again: another poster was there first. */
static enum status write_all(struct run *run, bool *again, struct fault *fault)
{
    struct post_writing writing = {.held = &run->held, .taken = &run->taken};

    if (is_remembered(run))
        run->places = arena_alloc(run->arena, 1, sizeof *run->places);
    writing.places = run->places;
    pause_before(run, 'D');
    enum status status = write_early(run, fault);
    if (status == STATUS_OK)
        status = post_take_numbers(run->sql, run->book, &run->held, &run->taken, fault);
    *again = run->taken.moved;
    if (*again)
        return status;
    if (status == STATUS_OK)
        status = encode(run, fault);
    if (status == STATUS_OK)
        status = key_rows(run, &writing, fault);
    pause_before(run, 'E');
    if (status == STATUS_OK && run->service->write)
        status = run->service->write(run->sql, run->book, run->commands, run->command_count, fault);
    if (status == STATUS_OK)
        status = post_write(run->sql, run->book, &writing, again, fault);
    if (*again)
        note_keys_met(run);
    return status;
}

/* F, with what is written. */
static enum status commit(struct run *run, bool *again, struct fault *fault)
{
    enum status status = sql_commit(run->sql, fault);
    *again = status == STATUS_KEY_REUSED;
    if (!*again)
        return status;
    note_keys_met(run);
    *fault = (struct fault){0};
    return STATUS_OK;
}

/* Answers that were stored: they count only when what they stand on has reached the replicas. */
static enum status wait_for_replicas(struct run *run, struct fault *fault)
{
    return sql_run(run->sql, &post_statements[POST_WAIT_FOR_REPLICAS], NULL, run->arena, NULL,
                   fault);
}

static enum status load_master(struct run *run, struct fault *fault)
{
    if (!run->service->load || run->command_count == 0)
        return STATUS_OK;
    return run->service->load(run->sql, run->book, run->commands, run->command_count, fault);
}

/* A and B, with documents. */
static enum status load_in_turn(struct run *run, struct post_held *held, struct fault *fault)
{
    struct post_known_list known;
    enum status status = sql_queue_begin(run->sql, fault);
    if (status == STATUS_OK)
        status = load_documents(run, &known, fault);
    if (status == STATUS_OK)
        status = take_commands(run, &known, fault);
    pause_before(run, 'B');
    if (status == STATUS_OK && run->open_count > 0)
        status = load_master(run, fault);
    if (status != STATUS_OK || run->open_count == 0)
        return status;
    return post_load_items(run->sql, run->book, held, fault);
}

static enum status load_at_once(struct run *run, struct post_held *held, struct fault *fault)
{
    struct post_known_list none = {NULL, 0};
    enum status status = post_begin(run->sql, run->book, fault);
    if (status == STATUS_OK)
        status = take_commands(run, &none, fault);
    pause_before(run, 'B');
    if (status == STATUS_OK)
        status = load_master(run, fault);
    return status == STATUS_OK ? post_load_at_once(run->sql, run->book, held, fault) : status;
}

/* Does nothing say what to lock that has to be locked itself? */
static bool may_load_at_once(const struct run *run)
{
    if (run->looks || !run->service->loads_first)
        return false;
    for (unsigned kind = 0; kind < BOOK_KINDS; kind++) {
        if (book_wanted_count(run->book, kind) > 0)
            return false;
    }
    return book_wanted_count(run->book, BOOK_ITEM) > 0;
}

/* Not where much is written or decided first: the whole plant would wait for that. */
static enum status load_book(struct run *run, struct fault *fault)
{
    bool soon = run->count <= SOON_COMMANDS && !run->service->write_early;
    struct post_held *held = soon ? &run->held : NULL;
    run->held = (struct post_held){.held = false};
    return may_load_at_once(run) ? load_at_once(run, held, fault) : load_in_turn(run, held, fault);
}

/* C to E.  *again: a larger book, or the keys, are needed. */
static enum status decide_and_write(struct run *run, bool *again, struct fault *fault)
{
    enum status status = STATUS_OK;
    if (run->service->load_locked && run->command_count > 0)
        status = run->service->load_locked(run->sql, run->book, run->commands, run->command_count,
                                           fault);
    if (status == STATUS_OK)
        status = look_again(run, fault);
    pause_before(run, 'C');
    if (status == STATUS_OK)
        status = decide(run, fault);
    *again = run->book->too_small;
    if (status == STATUS_OK && !*again && !run->looks)
        *again = run->looks = has_unstored(run);
    if (status != STATUS_OK || *again)
        return status;
    return run->open_count > 0 ? write_all(run, again, fault) : wait_for_replicas(run, fault);
}

/* Is what the last batches left enough for all commands of this one?  Then it goes out in one round
   trip, which fails where that is not so any more. */
static bool may_recall(struct run *run)
{
    bool all = is_remembered(run) && !run->reads && !run->looks;
    for (size_t i = 0; i < run->count && all; i++)
        all = run->service->recalls(run->slots[i]->kind) &&
              run->slots[i]->misshapen.status == STATUS_OK;
    return all && post_recall_fill(run->recalled, run->book, &run->held);
}

/* B to E without a question. */
static enum status write_recalled(struct run *run, bool *again, struct fault *fault)
{
    struct post_known_list none = {NULL, 0};
    enum status status = take_commands(run, &none, fault);
    pause_before(run, 'C');
    if (status == STATUS_OK)
        status = decide(run, fault);
    *again = run->book->too_small || has_unstored(run) || !post_recall_fits(run->book);
    if (status == STATUS_OK && !*again)
        status = post_begin(run->sql, run->book, fault);
    return status == STATUS_OK && !*again ? write_all(run, again, fault) : status;
}

/* A to E.  *again: nothing was written. */
static enum status read_and_write(struct run *run, bool *again, struct fault *fault)
{
    enum status status = load_book(run, fault);
    if (status != STATUS_OK)
        return status;
    return run->open_count > 0 ? decide_and_write(run, again, fault)
                               : wait_for_replicas(run, fault);
}

/* After a round: where it is not known what was committed, or where, nothing is remembered. */
static void remember(struct run *run, bool committed, enum status status)
{
    if (!run->recalled)
        return;
    if (committed)
        post_recall_keep(run->recalled, run->book, &run->held, &run->taken, run->places);
    else if (status != STATUS_OK)
        post_recall_forget(run->recalled);
}

#define STALE_STATE "22012" /* division_by_zero: how the statements fail on what is not there */

/* A to F.  *again: nothing was written. */
static enum status attempt(struct run *run, bool *again, struct fault *fault)
{
    run->places = NULL;
    run->taken = (struct post_taken){0};
    pause_before(run, 'A');
    bool recalls = may_recall(run);
    enum status status =
        recalls ? write_recalled(run, again, fault) : read_and_write(run, again, fault);
    if (status == STATUS_OK && !*again) {
        pause_before(run, 'F');
        status = commit(run, again, fault);
    }
    bool committed = status == STATUS_OK && !*again;
    run->reads |= recalls;
    remember(run, committed, status);
    if (recalls && committed)
        metric_add(run->door->recalled, 1);
    if (!recalls || status == STATUS_OK || strcmp(sql_state(run->sql), STALE_STATE) != 0)
        return status;
    *fault = (struct fault){0};
    *again = true;
    return STATUS_OK;
}

/* ---- answers ---- */

static void answer_all(struct run *run)
{
    ASSERT(run->book); /* of the round that was committed */
    size_t lines = run->book->line_count;
    size_t changed = run->book->state->told.count;
    for (size_t i = 0; i < run->count; i++)
        post_answer_slot(run->slots[i]);
    if (!run->door)
        return;
    metric_add(run->door->commands, (int64_t)run->command_count);
    metric_add(run->door->lines, (int64_t)lines);
    if (changed > 0)
        run->slots[0]->request->bell = run->door->doorbell;
}

static void answer_fault(struct run *run, const struct fault *fault)
{
    for (size_t i = 0; i < run->count; i++)
        run->slots[i]->request->fault = *fault;
}

/* ---- rounds ---- */

static bool may_try_again(struct run *run, enum status status, int *reconnects)
{
    if (status == STATUS_COMMIT_UNKNOWN)
        run->outcome_unknown = true;
    if (status == STATUS_BUSY)
        return strcmp(sql_state(run->sql), "40001") == 0 ||
               strcmp(sql_state(run->sql), "40P01") == 0;
    return (status == STATUS_COMMIT_UNKNOWN || status == STATUS_UNAVAILABLE) &&
           ++*reconnects <= RECONNECTS_MAX;
}

/* After a deadlock: twice as long each time, and never as long as the other one's. */
static int64_t pause_us(int round)
{
    uint32_t random;
    int64_t longest = PAUSE_FIRST_US << round;
    clock_random(&random, sizeof random);
    return longest / 2 + (int64_t)random % (longest / 2);
}

/* May it be the commands' own?  Not where the database is the matter. */
static bool is_of_commands(enum status status)
{
    return status != STATUS_UNAVAILABLE && status != STATUS_COMMIT_UNKNOWN &&
           status != STATUS_DEADLINE && status != STATUS_BUSY;
}

/* Keys are hardly ever known: the first round does not ask, as writing them tells.  After anything
   else than success the next one does, so that a command whose key is known is never answered by
   what it would come to now. */
static enum status rounds(struct run *run, struct fault *fault)
{
    enum status status = STATUS_OK;
    int reconnects = 0;

    for (int round = 0; round < POST_ROUNDS_MAX; round++) {
        bool again = false;
        *fault = (struct fault){0};
        if (run->door)
            metric_add(run->door->rounds, 1);
        status = new_book(run, fault);
        if (status == STATUS_OK)
            status = attempt(run, &again, fault);
        if (status == STATUS_OK && !again)
            return STATUS_OK;
        sql_rollback(run->sql);
        if (status != STATUS_OK && !may_try_again(run, status, &reconnects) &&
            (run->looks || !is_of_commands(status)))
            break;
        run->looks |= status != STATUS_OK;
        if (status == STATUS_BUSY)
            clock_sleep_us(pause_us(round));
    }
    if (run->outcome_unknown) {
        *fault = (struct fault){0};
        return fault_set(fault, STATUS_COMMIT_UNKNOWN, "", "%s",
                         status_text(STATUS_COMMIT_UNKNOWN));
    }
    if (status == STATUS_OK)
        return fault_set(fault, STATUS_BUSY, "", "could not finish among other postings");
    return status;
}

/* Would one command alone fare better? */
static bool may_split(const struct run *run, enum status status)
{
    return run->count >= SPLITS_FROM && is_of_commands(status);
}

static enum status run_slots(struct run *run, struct fault *fault)
{
    run->arena = post_memory_take(run->door ? &run->door->memory : NULL);
    run->recalled = run->door && run->service->recalls
                        ? post_recall_take(&run->door->recall, run->plant)
                        : NULL;
    run->book = NULL;
    enum status status = run->arena ? rounds(run, fault) : book_full(fault);
    if (status == STATUS_OK)
        answer_all(run);
    post_recall_give_back(run->door ? &run->door->recall : NULL, run->recalled);
    post_memory_give_back(run->door ? &run->door->memory : NULL, run->arena);
    run->arena = NULL;
    return status;
}

/* Slots that are posted in one transaction. */
struct part {
    size_t first;
    size_t count;
};

/* After keys were met there are likely more: somebody sends again what he has no answer to. */
static bool is_wary(struct post_door *door)
{
    return door && atomic_load(&door->wary) > 0 && atomic_fetch_sub(&door->wary, 1) > 0;
}

/* What fails in SQL is halved, so that a poisoned command harms only itself. */
static void run_batch(const struct run *run)
{
    struct part parts[PARTS_MAX] = {{0, run->count}};
    size_t waiting = 1;
    bool wary = is_wary(run->door);
    while (waiting > 0) {
        struct part part = parts[--waiting];
        struct run some = *run;
        struct fault fault = {0};
        some.slots = run->slots + part.first;
        some.count = part.count;
        some.looks = wary;
        enum status status = run_slots(&some, &fault);
        if (status == STATUS_OK)
            continue;
        if (!may_split(&some, status)) {
            answer_fault(&some, &fault);
            continue;
        }
        log_fault(LOG_WARNING, &fault, "post a batch; its halves are posted");
        wary = true;
        size_t half = part.count / 2;
        ASSERT(waiting + 2 <= PARTS_MAX);
        parts[waiting++] = (struct part){part.first + half, part.count - half};
        parts[waiting++] = (struct part){part.first, half};
    }
}

/* ---- the batch ---- */

/* Those that can be read, each key once; *slots are all, in the order of the requests. */
static bool open_slots(struct run *run, struct rpc_request *const *requests, size_t count,
                       struct slot **slots)
{
    struct key_table keys;
    struct digest_again *digest = digest_again_new();
    *slots = arena_alloc(requests[0]->arena, count, sizeof **slots);
    bool room = digest && *slots && key_table_init(&keys, count, requests[0]->arena);
    for (size_t i = 0; i < count && room; i++) {
        struct slot *slot = &(*slots)[i];
        if (open_slot(run->service, digest, requests[i], slot) != STATUS_OK)
            continue;
        slot->same_key = meet_key(&keys, slot);
        if (!slot->same_key)
            run->slots[run->count++] = slot;
    }
    digest_again_free(&digest);
    return room;
}

void post_batch(const struct post_service *service, struct rpc_request *const *requests,
                size_t count)
{
    struct slot *running[RPC_BATCH_MAX];
    struct slot *slots;
    ASSERT(count > 0 && count <= RPC_BATCH_MAX);
    struct run run = {.service = service,
                      .slots = running,
                      .door = requests[0]->service,
                      .sql = requests[0]->sql,
                      .plant = text_of(requests[0]->plant)};
    if (!open_slots(&run, requests, count, &slots)) {
        for (size_t i = 0; i < count; i++)
            (void)book_full(&requests[i]->fault);
        return;
    }
    if (run.count > 0)
        run_batch(&run);
    for (size_t i = 0; i < count; i++) {
        if (slots[i].same_key)
            post_answer_again(&slots[i]);
    }
}

enum status post_open(const struct conf *conf, void **service, struct fault *fault)
{
    post_pause_open(conf_text(conf, "rpc.dir"));
    struct post_door *door = calloc(1, sizeof *door);
    if (!door)
        return fault_set(fault, STATUS_UNAVAILABLE, "", "no memory");
    struct rpc_wire wire = rpc_wire_of(conf);
    enum status status = feed_open(&wire, FEED_RING, &door->doorbell, fault);
    if (status != STATUS_OK) {
        free(door);
        return status;
    }
    post_memory_init(&door->memory);
    post_recall_init(&door->recall);
    door->commands = metric_counter("millrace_post_commands_total", "Commands decided and stored.");
    door->lines = metric_counter("millrace_post_lines_total", "Ledger lines written.");
    door->rounds = metric_counter("millrace_post_rounds_total", "Posting transactions begun.");
    door->recalled =
        metric_counter("millrace_post_recalled_total", "Batches committed without reading first.");
    *service = door;
    return STATUS_OK;
}

struct feed *post_bell(void *service)
{
    return ((struct post_door *)service)->doorbell;
}

void post_close(void *service)
{
    struct post_door *door = service;
    if (!door)
        return;
    feed_close(&door->doorbell);
    post_memory_release(&door->memory);
    post_recall_release(&door->recall);
    free(door);
}
