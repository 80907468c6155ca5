#include "services/cost/invoice.h"

#include "common/io/clock.h"
#include "services/cost/slice.h"

/* Of a bill that reached a thousand orders; what is left then waits for the next call. */
#define FOLLOW_SLICES_MAX 256
#define FOLLOW_REST       3 /* a slice's time over this, between it and the next, is left to others */

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "the bill does not fit in memory");
}

/* ---- decoding: a struct for each ---- */

static enum status invoice_read(struct text body, struct arena *arena, const void **request,
                                struct fault *fault)
{
    struct invoice_command *bill = arena_alloc(arena, 1, sizeof *bill);
    *request = bill;
    return bill ? decode_invoice(body, arena, bill, fault) : no_room(fault);
}

static enum status freight_read(struct text body, struct arena *arena, const void **request,
                                struct fault *fault)
{
    struct invoice_command *bill = arena_alloc(arena, 1, sizeof *bill);
    *request = bill;
    return bill ? decode_freight(body, arena, bill, fault) : no_room(fault);
}

static enum status verdict_read(struct text body, struct arena *arena, const void **request,
                                struct fault *fault)
{
    struct invoice_verdict *verdict = arena_alloc(arena, 1, sizeof *verdict);
    *request = verdict;
    return verdict ? decode_verdict(body, arena, verdict, fault) : no_room(fault);
}

static enum status reversal_read(struct text body, struct arena *arena, const void **request,
                                 struct fault *fault)
{
    struct invoice_reversal *reversal = arena_alloc(arena, 1, sizeof *reversal);
    *request = reversal;
    return reversal ? decode_invoice_reversal(body, arena, reversal, fault) : no_room(fault);
}

static enum status nothing_read(struct text body, struct arena *arena, const void **request,
                                struct fault *fault)
{
    (void)body;
    (void)fault;
    *request = arena;
    return STATUS_OK;
}

/* ---- wanting and deciding ---- */

static enum status bill_wants(const void *request, struct book *book, struct fault *fault)
{
    return invoice_wants(request, book, fault);
}

/* What the stored bill, or the queue, concerns is known when it has been read. */
static enum status nothing_wanted(const void *request, struct book *book, struct fault *fault)
{
    (void)request;
    (void)book;
    (void)fault;
    return STATUS_OK;
}

static enum status bill_judge(const void *request, const void *master, struct book *book,
                              const void **outcome, struct fault *fault)
{
    struct invoice_outcome *made = arena_alloc(book->arena, 1, sizeof *made);
    *outcome = made;
    return made ? invoice_enter(request, master, book, made, fault) : no_room(fault);
}

static enum status verdict_judge(const void *request, const void *master, struct book *book,
                                 const void **outcome, struct fault *fault)
{
    struct invoice_outcome *made = arena_alloc(book->arena, 1, sizeof *made);
    *outcome = made;
    return made ? invoice_decide(request, master, book, made, fault) : no_room(fault);
}

static enum status reversal_judge(const void *request, const void *master, struct book *book,
                                  const void **outcome, struct fault *fault)
{
    struct invoice_outcome *made = arena_alloc(book->arena, 1, sizeof *made);
    *outcome = made;
    return made ? invoice_reverse(request, master, book, made, fault) : no_room(fault);
}

static enum status follow_judge(const void *request, const void *master, struct book *book,
                                const void **outcome, struct fault *fault)
{
    struct follow_outcome *made = arena_alloc(book->arena, 1, sizeof *made);
    struct follow_facts *facts = arena_alloc(book->arena, 1, sizeof *facts);
    (void)request;
    *outcome = made;
    if (!made || !facts)
        return no_room(fault);
    *facts = *(const struct follow_facts *)master;
    return follow_decide(facts, book, made, fault);
}

static enum status bill_write(const void *outcome, const struct book *book, struct text *reply,
                              struct fault *fault)
{
    return encode_invoice(outcome, book, reply, fault);
}

static enum status follow_write(const void *outcome, const struct book *book, struct text *reply,
                                struct fault *fault)
{
    return encode_followed(outcome, book, reply, fault);
}

static const struct post_kind kinds[] = {
    {"EnterInvoice", invoice_read, bill_wants, bill_judge, bill_write},
    {"EnterFreight", freight_read, bill_wants, bill_judge, bill_write},
    {"DecideInvoice", verdict_read, nothing_wanted, verdict_judge, bill_write},
    {"ReverseInvoice", reversal_read, nothing_wanted, reversal_judge, bill_write},
    {"PostLateCosts", nothing_read, nothing_wanted, follow_judge, follow_write},
};

/* ---- facts ---- */

static bool is_slice(const struct post_command *command)
{
    return command->kind->decide == follow_judge;
}

static enum status load_bill(struct sql *sql, struct book *book, struct post_command *command,
                             struct invoice_facts *facts, struct fault *fault)
{
    const struct invoice_command *bill = command->request;
    enum status status =
        store_invoice_rules(sql, book->plant.plant, bill, book->arena, facts, fault);
    if (status == STATUS_OK)
        status = store_invoice_receipts(sql, book->plant.plant, bill, book->arena, facts, fault);
    return status;
}

/* The bill first; its orders, when they are not locked yet, in the next round. */
static enum status load_stored(struct sql *sql, struct book *book, struct post_command *command,
                               struct invoice_facts *facts, struct fault *fault)
{
    bool reversal = command->kind->decide == reversal_judge;
    struct text invoice = reversal ? ((const struct invoice_reversal *)command->request)->invoice
                                   : ((const struct invoice_verdict *)command->request)->invoice;
    struct text plant = book->plant.plant;
    enum status status = store_invoice(sql, plant, invoice, book->arena, facts, fault);
    if (status != STATUS_OK || !facts->stored)
        return status;
    status = invoice_wants(&facts->bill, book, fault);
    if (status == STATUS_OK)
        status = store_invoice_receipts(sql, plant, &facts->bill, book->arena, facts, fault);
    if (status == STATUS_OK && reversal)
        status = store_invoice_billed(sql, plant, invoice, book->arena, facts, fault);
    return status;
}

/* One command of a batch follows; the queue would give all of them the same. */
static enum status load_followers(struct sql *sql, struct book *book, struct post_command *command,
                                  bool first, struct fault *fault)
{
    struct follow_facts *facts = arena_alloc(book->arena, 1, sizeof *facts);
    command->master = facts;
    if (!facts)
        return no_room(fault);
    *facts = (struct follow_facts){.idle = !first};
    if (!first)
        return STATUS_OK;
    enum status status = store_follow_facts(sql, book->plant.plant, book->arena, facts, fault);
    return status == STATUS_OK ? follow_wants(facts, book, fault) : status;
}

static enum status load(struct sql *sql, struct book *book, struct post_command *commands,
                        size_t count, struct fault *fault)
{
    enum status status = STATUS_OK;
    bool first = true;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct post_command *command = &commands[i];
        if (is_slice(command)) {
            status = load_followers(sql, book, command, first, fault);
            first = false;
            continue;
        }
        struct invoice_facts *facts = arena_alloc(book->arena, 1, sizeof *facts);
        command->master = facts;
        if (!facts)
            return no_room(fault);
        status = command->kind->decide == bill_judge
                     ? load_bill(sql, book, command, facts, fault)
                     : load_stored(sql, book, command, facts, fault);
    }
    return status;
}

static enum status write_followed(struct sql *sql, const struct book *book,
                                  const struct post_command *commands, size_t count,
                                  struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const struct follow_outcome *followed = commands[i].outcome;
        if (followed && is_slice(&commands[i]))
            status = store_followed(sql, book->plant.plant, followed->facts, fault);
    }
    return status;
}

static enum status write_bills(struct sql *sql, const struct book *book,
                               const struct post_command *commands, size_t count,
                               struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (commands[i].outcome && !is_slice(&commands[i]))
            status = store_invoice_outcome(sql, book, commands[i].outcome, fault);
    }
    return status;
}

static const struct post_service posting = {.name = "Cost",
                                            .kinds = kinds,
                                            .kind_count = COUNT_OF(kinds),
                                            .load = load,
                                            .write_early = write_followed,
                                            .write = write_bills};

/* ---- slices ---- */

static const struct slice_kind follow_slice = {&posting, "Cost.PostLateCosts",
                                               decode_followed_more};

void late_follow(const struct rpc_request *asker)
{
    struct fault fault = {0};
    bool open = false;
    if (store_late_open(asker->sql, text_of(asker->plant), asker->arena, &open, &fault) !=
        STATUS_OK)
        return;
    for (int i = 0; open && i < FOLLOW_SLICES_MAX; i++) {
        int64_t began = clock_monotonic_us();
        open = slice_post(&follow_slice, asker);
        if (open)
            clock_sleep_us((clock_monotonic_us() - began) / FOLLOW_REST);
    }
}

/* Did one of these leave something to follow?  A slice that was asked for is that slice. */
static const struct rpc_request *posted_bill(struct rpc_request *const *requests, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool slice = text_is(text_of(requests[i]->method), "Cost.PostLateCosts");
        if (!slice && requests[i]->fault.status == STATUS_OK && !requests[i]->repeated)
            return requests[i];
    }
    return NULL;
}

void invoice_batch(struct rpc_request *const *requests, size_t count)
{
    post_batch(&posting, requests, count);
    const struct rpc_request *asker = posted_bill(requests, count);
    if (asker)
        late_follow(asker);
}

/* ---- settings and lists ---- */

static enum status tolerance_work(struct command *command, const void *asked, struct fault *fault)
{
    enum status status = store_set_tolerance(command, asked, fault);
    return status == STATUS_OK ? encode_tolerance(command, fault) : status;
}

enum status handle_set_tolerance(struct rpc_request *request)
{
    struct invoice_tolerance tolerance;
    enum status status = decode_tolerance(request, &tolerance);
    return status == STATUS_OK ? command_run(request, tolerance_work, &tolerance, NULL) : status;
}

enum status handle_list_invoices(struct rpc_request *request)
{
    struct invoice_query query;
    struct invoice_list list = {.one = false};
    struct fault *fault = &request->fault;
    enum status status = decode_list_invoices(request, &query);
    if (status == STATUS_OK)
        status = store_list_invoices(request->sql, &query, request->arena, &list.invoices, fault);
    list.one = query.invoice.bytes != NULL;
    list.more = list.invoices.count == query.limit;
    if (status == STATUS_OK && list.one && list.invoices.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "invoice", "bill \"%.*s\" does not exist",
                         (int)query.invoice.length, query.invoice.bytes);
    if (status == STATUS_OK && list.one)
        status = store_invoice_lines(request->sql, &query, request->arena, &list.lines, fault);
    if (status == STATUS_OK && list.one)
        status = store_invoice_entries(request->sql, &query, request->arena, &list.entries, fault);
    return status == STATUS_OK ? encode_invoices(request, &list) : status;
}
