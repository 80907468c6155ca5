/* The inventory service: purchase receipts, shipments, adjustments, and what is on the shelf. */

#include "common/io/clock.h"
#include "common/io/rpc.h"
#include "common/ledger/act.h"
#include "common/ledger/post.h"
#include "services/inventory/document_codec.h"
#include "services/inventory/history_codec.h"
#include "services/inventory/inventory_codec.h"
#include "services/inventory/inventory_core.h"
#include "services/inventory/inventory_store.h"
#include "services/inventory/label_rpc.h"
#include "services/inventory/location_codec.h"
#include "services/inventory/location_store.h"
#include "services/inventory/move_codec.h"
#include "services/inventory/scan_codec.h"
#include "services/inventory/scan_store.h"
#include "services/inventory/trace_rpc.h"
#include "services/inventory/trace_shelf.h"

#define US_PER_DAY ((int64_t)86400 * 1000000)

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "request does not fit in memory");
}

/* What common/ledger/post.h calls, for one method: all postings of this service have the same shape
   of outcome and reply. */
#define POSTING(name, type, decode_it, wants_it, decide_it)                                   \
 static enum status name##_read(struct text body, struct arena *arena, const void **request,  \
                                struct fault *fault)                                          \
 {                                                                                            \
  struct type *command = arena_alloc(arena, 1, sizeof *command);                              \
  *request = command;                                                                         \
  return command ? decode_it(body, arena, command, fault) : no_room(fault);                   \
 }                                                                                            \
 static enum status name##_reach(const void *request, struct book *book, struct fault *fault) \
 {                                                                                            \
  return wants_it((const struct type *)request, book, fault);                                 \
 }                                                                                            \
 static enum status name##_judge(const void *request, const void *master, struct book *book,  \
                                 const void **outcome, struct fault *fault)                   \
 {                                                                                            \
  (void)master;                                                                               \
  struct inventory_outcome *made = arena_alloc(book->arena, 1, sizeof *made);                 \
  *outcome = made;                                                                            \
  return made ? decide_it((const struct type *)request, book, made, fault) : no_room(fault);  \
 }

POSTING(receipt, order_command, decode_post_purchase_receipt, purchase_receipt_wants,
        purchase_receipt_decide)
POSTING(shipment, order_command, decode_post_shipment, shipment_wants, shipment_decide)
POSTING(adjustment, adjustment_command, decode_post_adjustment, adjustment_wants, adjustment_decide)
POSTING(transfer, move_command, decode_transfer, move_wants, transfer_decide)
POSTING(arrival, arrival_command, decode_arrival, arrival_wants, arrival_decide)
POSTING(change, move_command, decode_status_change, move_wants, status_decide)
POSTING(inspection, inspection_command, decode_inspection, inspection_wants, inspection_decide)
POSTING(supplier, return_command, decode_supplier_return, supplier_return_wants,
        supplier_return_decide)
POSTING(customer, return_command, decode_customer_return, customer_return_wants,
        customer_return_decide)

POSTING(recording, count_record, decode_record_count, count_record_wants, count_record_decide)

/* ---- commands that need more facts than the book has ---- */

static enum status starting_read(struct text body, struct arena *arena, const void **request,
                                 struct fault *fault)
{
    struct count_start *command = arena_alloc(arena, 1, sizeof *command);
    *request = command;
    return command ? decode_start_count(body, arena, command, fault) : no_room(fault);
}

static enum status starting_reach(const void *request, struct book *book, struct fault *fault)
{
    return count_start_wants(request, book, fault);
}

static enum status starting_judge(const void *request, const void *master, struct book *book,
                                  const void **outcome, struct fault *fault)
{
    struct inventory_outcome *made = arena_alloc(book->arena, 1, sizeof *made);
    *outcome = made;
    return made ? count_start_decide(request, master, book, made, fault) : no_room(fault);
}

static enum status finishing_read(struct text body, struct arena *arena, const void **request,
                                  struct fault *fault)
{
    struct document_decision *command = arena_alloc(arena, 1, sizeof *command);
    *request = command;
    return command ? decode_finish_count(body, arena, command, fault) : no_room(fault);
}

static enum status deciding_read(struct text body, struct arena *arena, const void **request,
                                 struct fault *fault)
{
    struct document_decision *command = arena_alloc(arena, 1, sizeof *command);
    *request = command;
    return command ? decode_decision(body, arena, command, fault) : no_room(fault);
}

static enum status deciding_reach(const void *request, struct book *book, struct fault *fault)
{
    return decision_wants(request, book, fault);
}

static enum status deciding_judge(const void *request, const void *master, struct book *book,
                                  const void **outcome, struct fault *fault)
{
    struct inventory_outcome *made = arena_alloc(book->arena, 1, sizeof *made);
    *outcome = made;
    return made ? decision_decide(request, master, book, made, fault) : no_room(fault);
}

static enum status reversing_read(struct text body, struct arena *arena, const void **request,
                                  struct fault *fault)
{
    struct reversal_command *command = arena_alloc(arena, 1, sizeof *command);
    *request = command;
    return command ? decode_reversal(body, arena, command, fault) : no_room(fault);
}

/* Nothing is known of the document before its lines are read. */
static enum status reversing_reach(const void *request, struct book *book, struct fault *fault)
{
    (void)request;
    (void)book;
    (void)fault;
    return STATUS_OK;
}

static enum status reversing_judge(const void *request, const void *master, struct book *book,
                                   const void **outcome, struct fault *fault)
{
    struct inventory_outcome *made = arena_alloc(book->arena, 1, sizeof *made);
    *outcome = made;
    return made ? reversal_decide(request, master, book, made, fault) : no_room(fault);
}

static enum status read_posted(struct sql *sql, struct book *book, struct post_command *command,
                               struct fault *fault)
{
    const struct reversal_command *reversal = command->request;
    struct posted_document *posted = arena_alloc(book->arena, 1, sizeof *posted);
    command->master = posted;
    if (!posted)
        return no_room(fault);
    return store_posted(sql, book->plant.plant, reversal->document, book->arena, posted, fault);
}

/* Lines of the ledger never change, so they say what to lock; who has used or reversed them is read
   again once it is. */
static enum status load_reversal(struct sql *sql, struct book *book, struct post_command *command,
                                 struct fault *fault)
{
    enum status status = read_posted(sql, book, command, fault);
    return status == STATUS_OK ? reversal_wants(command->master, book, fault) : status;
}

/* A count of a location: the items that lie there. */
static enum status load_start(struct sql *sql, struct book *book, struct post_command *command,
                              struct fault *fault)
{
    const struct count_start *start = command->request;
    struct item_list *found = arena_alloc(book->arena, 1, sizeof *found);
    if (!found)
        return no_room(fault);
    if (start->item_count > 0)
        return STATUS_OK;
    command->master = found;
    enum status status =
        store_items_at(sql, book->plant.plant, start->location, book->arena, found, fault);
    for (size_t i = 0; i < found->count && status == STATUS_OK; i++)
        status = book_want_item(book, found->items[i], fault);
    return status;
}

static enum status places_judge(const void *request, const void *master, struct book *book,
                                const void **outcome, struct fault *fault)
{
    *outcome = request;
    return location_decide(request, master, book, fault);
}

static enum status load_places(struct sql *sql, struct book *book, struct post_command *command,
                               struct fault *fault)
{
    size_t *stray = arena_alloc(book->arena, 1, sizeof *stray);
    command->master = stray;
    return stray ? store_stray_location(sql, book->plant.plant, command->request, book->arena,
                                        stray, fault)
                 : no_room(fault);
}

static enum status load(struct sql *sql, struct book *book, struct post_command *commands,
                        size_t count, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (commands[i].kind->decide == receipt_judge)
            status = purchase_receipt_lots(commands[i].request, book, fault);
        if (commands[i].kind->decide == starting_judge)
            status = load_start(sql, book, &commands[i], fault);
        if (commands[i].kind->decide == reversing_judge)
            status = load_reversal(sql, book, &commands[i], fault);
        if (commands[i].kind->decide == places_judge)
            status = load_places(sql, book, &commands[i], fault);
    }
    return status;
}

static enum status load_facts(struct sql *sql, struct book *book, struct post_command *command,
                              struct fault *fault)
{
    const struct document_decision *decision = command->request;
    struct count_facts *facts = arena_alloc(book->arena, 1, sizeof *facts);
    command->master = facts;
    if (!facts)
        return no_room(fault);
    return store_count_facts(sql, book->plant.plant, decision->document, book->arena, facts, fault);
}

static enum status load_locked(struct sql *sql, struct book *book, struct post_command *commands,
                               size_t count, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (commands[i].kind->decide == deciding_judge)
            status = load_facts(sql, book, &commands[i], fault);
        if (commands[i].kind->decide == reversing_judge)
            status = read_posted(sql, book, &commands[i], fault);
    }
    return status;
}

static enum status encode(const void *outcome, const struct book *book, struct text *reply,
                          struct fault *fault)
{
    return encode_posting(outcome, book, reply, fault);
}

/* ---- rules: no document, no line ---- */

struct rule_set {
    const struct rule_command *rule;
    struct rule_command before;
};

static enum status set_decode(struct text body, struct arena *arena, const void **request,
                              struct fault *fault)
{
    struct rule_command *command = arena_alloc(arena, 1, sizeof *command);
    *request = command;
    return command ? decode_rule(body, arena, command, fault) : no_room(fault);
}

static enum status set_want(const void *request, struct book *book, struct fault *fault)
{
    return rule_wants(request, book, fault);
}

static enum status set_decide(const void *request, const void *master, struct book *book,
                              const void **outcome, struct fault *fault)
{
    (void)master;
    struct rule_set *set = arena_alloc(book->arena, 1, sizeof *set);
    *outcome = set;
    if (!set)
        return no_room(fault);
    set->rule = request;
    return rule_decide(request, book, &set->before, fault);
}

static enum status set_encode(const void *outcome, const struct book *book, struct text *reply,
                              struct fault *fault)
{
    return encode_rule(((const struct rule_set *)outcome)->rule, book, reply, fault);
}

/* ---- locations ---- */

static enum status places_read(struct text body, struct arena *arena, const void **request,
                               struct fault *fault)
{
    struct location_command *command = arena_alloc(arena, 1, sizeof *command);
    *request = command;
    return command ? decode_locations(body, arena, command, fault) : no_room(fault);
}

static enum status places_reach(const void *request, struct book *book, struct fault *fault)
{
    return location_wants(request, book, fault);
}

static enum status places_write(const void *outcome, const struct book *book, struct text *reply,
                                struct fault *fault)
{
    return encode_locations_set(outcome, book, reply, fault);
}

#define KIND(method, name)                                \
 {                                                        \
  method, name##_read, name##_reach, name##_judge, encode \
 }

static const struct post_kind kinds[] = {
    KIND("PostPurchaseReceipt", receipt),
    KIND("PostShipment", shipment),
    KIND("PostAdjustment", adjustment),
    KIND("PostTransfer", transfer),
    KIND("ReceiveTransfer", arrival),
    KIND("ChangeStatus", change),
    KIND("PostInspection", inspection),
    KIND("PostSupplierReturn", supplier),
    KIND("PostCustomerReturn", customer),
    KIND("StartCount", starting),
    KIND("RecordCount", recording),
    {"FinishCount", finishing_read, deciding_reach, deciding_judge, encode},
    KIND("DecideDocument", deciding),
    KIND("ReverseDocument", reversing),
    {"SetStockRule", set_decode, set_want, set_decide, set_encode},
    {"SetLocations", places_read, places_reach, places_judge, places_write},
};

/* ---- what is set is told with what was before ---- */

static enum status tell_rule(struct sql *sql, const struct post_command *command,
                             struct arena *arena, struct fault *fault)
{
    const struct rule_set *set = command->outcome;
    struct act act = act_of_request(command->asked);
    act.object = set->rule->item.length > 0 ? set->rule->item : text_of("stock rule");
    enum status status = encode_rule_state(&set->before, arena, &act.before, fault);
    if (status == STATUS_OK)
        status = encode_rule_state(set->rule, arena, &act.after, fault);
    return status == STATUS_OK ? act_insert(sql, &act, fault) : status;
}

static enum status write(struct sql *sql, const struct book *book,
                         const struct post_command *commands, size_t count, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const struct post_command *command = &commands[i];
        if (command->outcome && command->kind->decide == set_decide)
            status = tell_rule(sql, command, book->arena, fault);
        if (command->outcome && command->kind->decide == places_judge)
            status = store_set_locations(sql, command->asked, command->outcome, book->arena, fault);
    }
    return status;
}

static bool recalls(const struct post_kind *kind)
{
    return kind->decide == adjustment_judge;
}

static const struct post_service posting = {.name = "Inventory",
                                            .kinds = kinds,
                                            .kind_count = COUNT_OF(kinds),
                                            .load = load,
                                            .loads_first = true,
                                            .recalls = recalls,
                                            .load_locked = load_locked,
                                            .write = write};

static void batch(struct rpc_request *const *requests, size_t count)
{
    post_batch(&posting, requests, count);
}

static enum status handle_list_stock(struct rpc_request *request)
{
    struct stock_query query;
    struct stock_row *rows;
    size_t count;
    enum status status = decode_list_stock(request, &query);
    if (status == STATUS_OK)
        status =
            store_list_stock(request->sql, &query, request->arena, &rows, &count, &request->fault);
    return status == STATUS_OK ? encode_stock(request, rows, count, count == query.limit) : status;
}

static enum status handle_list_ledger(struct rpc_request *request)
{
    struct ledger_query query;
    struct ledger_row *rows;
    size_t count;
    enum status status = decode_list_ledger(request, &query);
    if (status == STATUS_OK)
        status =
            store_list_ledger(request->sql, &query, request->arena, &rows, &count, &request->fault);
    return status == STATUS_OK ? encode_ledger(request, rows, count, count == query.limit) : status;
}

static enum status handle_list_documents(struct rpc_request *request)
{
    struct document_query query;
    struct sql_rows documents;
    struct sql_rows lines;
    enum status status = decode_list_documents(request, &query);
    if (status == STATUS_OK)
        status =
            store_list_documents(request->sql, &query, request->arena, &documents, &request->fault);
    bool one = query.document.bytes != NULL;
    if (status == STATUS_OK && one)
        status =
            store_document_lines(request->sql, &query, request->arena, &lines, &request->fault);
    return status == STATUS_OK ? encode_documents(request, &documents, one ? &lines : NULL,
                                                  documents.count == query.limit)
                               : status;
}

static enum status handle_locations(struct rpc_request *request)
{
    struct location_query query;
    struct sql_rows rows;
    enum status status = decode_list_locations(request, &query);
    if (status == STATUS_OK)
        status = store_locations(request->sql, &query, request->arena, &rows, &request->fault);
    return status == STATUS_OK ? encode_list_locations(request, &rows, rows.count == query.limit)
                               : status;
}

static enum status handle_balance(struct rpc_request *request)
{
    struct balance_query query;
    struct balance_answer answer;
    enum status status = decode_get_balance(request, &query);
    if (status == STATUS_OK)
        status = store_balance(request->sql, &query, request->arena, &answer, &request->fault);
    return status == STATUS_OK ? encode_balance(request, &query, &answer) : status;
}

static enum status handle_picks(struct rpc_request *request)
{
    struct pick_query query;
    struct sql_rows rows;
    enum status status = decode_picks(request, &query);
    if (status == STATUS_OK)
        status = store_picks(request->sql, &query, request->arena, &rows, &request->fault);
    return status == STATUS_OK ? encode_picks(request, &rows) : status;
}

/* The year of UTC's day is near enough for two digits of a year. */
static date scan_today(void)
{
    return (date)(clock_unix_us() / US_PER_DAY);
}

/* Nothing is called so: is it GS1 all the same? */
static enum status try_bare(struct rpc_request *request, struct text text, struct scan *scan,
                            struct sql_rows *rows)
{
    struct scan bare;
    struct sql_rows found;
    struct fault none = {0};
    if (scan_read_bare(text, scan_today(), &bare, &none) != STATUS_OK)
        return STATUS_OK;
    enum status status = store_scan(request->sql, text_of(request->plant), &bare, request->arena,
                                    &found, &request->fault);
    if (status == STATUS_OK && found.count > 0) {
        *scan = bare;
        *rows = found;
    }
    return status;
}

static enum status handle_scan(struct rpc_request *request)
{
    struct text text;
    struct scan scan;
    struct sql_rows rows;
    date today = scan_today();
    enum status status = decode_scan(request, &text);
    if (status == STATUS_OK)
        status = scan_read(text, today, &scan, &request->fault);
    if (status == STATUS_OK)
        status = store_scan(request->sql, text_of(request->plant), &scan, request->arena, &rows,
                            &request->fault);
    if (status == STATUS_OK && rows.count == 0 && !scan.gs1)
        status = try_bare(request, text, &scan, &rows);
    return status == STATUS_OK ? encode_scan(request, &scan, &rows) : status;
}

static const struct rpc_method methods[] = {
    {"PostPurchaseReceipt", NULL},
    {"PostShipment", NULL},
    {"PostAdjustment", NULL},
    {"PostTransfer", NULL},
    {"ReceiveTransfer", NULL},
    {"ChangeStatus", NULL},
    {"PostInspection", NULL},
    {"PostSupplierReturn", NULL},
    {"PostCustomerReturn", NULL},
    {"StartCount", NULL},
    {"RecordCount", NULL},
    {"FinishCount", NULL},
    {"DecideDocument", NULL},
    {"ReverseDocument", NULL},
    {"SetStockRule", NULL},
    {"SetLocations", NULL},
    {"ListLocations", handle_locations},
    {"ListDocuments", handle_list_documents},
    {"GetBalance", handle_balance},
    {"ListPicks", handle_picks},
    {"ResolveScan", handle_scan},
    {"PrintLabels", label_print},
    {"PrintPicks", label_print_picks},
    {"ListLotTrace", trace_list},
    {"ListRecall", trace_recall},
    {"ListStock", handle_list_stock},
    {"ListLedger", handle_list_ledger},
};

static void close_all(void *service)
{
    shelf_clear();
    post_close(service);
}

int main(int argc, char **argv)
{
    const struct rpc_service service = {
        .name = "Inventory",
        .process = "inventory",
        .methods = methods,
        .method_count = COUNT_OF(methods),
        .descriptor = inventory_descriptor,
        .batch = batch,
        .schema = &inventory_schema,
        .open = post_open,
        .close = close_all,
    };
    return rpc_serve(&service, argc, argv);
}
