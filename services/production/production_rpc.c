#include "common/ledger/act.h"
#include "common/ledger/component_core.h"
#include "common/ledger/post.h"
#include "services/production/production_codec.h"
#include "services/production/production_core.h"
#include "services/production/production_store.h"
#include "services/production/rework_codec.h"
#include "services/production/rework_core.h"

/* Work orders on the floor: what each method is made of, and main(). */

static const struct post_kind kinds[] = {
    {"ReleaseWorkOrder", decode_release, release_wants, release_decide, encode_release},
    {"PostIssue", decode_issue, issue_wants, issue_decide, encode_issue},
    {"PostReturn", decode_return, return_wants, return_decide, encode_return},
    {"ReportOperation", decode_operation, operation_wants, operation_decide, encode_operation},
    {"CloseWorkOrder", decode_close, close_wants, close_decide, encode_close},
    {"SetIssueRule", decode_rule, rule_wants, rule_decide, encode_rule},
    {"HoldWorkOrder", decode_state, state_wants, hold_decide, encode_change},
    {"ResumeWorkOrder", decode_state, state_wants, resume_decide, encode_change},
    {"CancelWorkOrder", decode_state, state_wants, cancel_decide, encode_change},
    {"SplitWorkOrder", decode_split, split_wants, split_decide, encode_change},
    {"ChangeQuantity", decode_quantity, quantity_wants, quantity_decide, encode_change},
    {"ChangeComponents", decode_components, components_wants, components_decide, encode_change},
    {"PostIssues", decode_wave, wave_wants, wave_decide, encode_wave},
    {"StartRework", decode_rework, rework_wants, rework_decide, encode_rework},
    {"PostUnbuild", decode_unbuild, unbuild_wants, unbuild_decide, encode_unbuild},
    {"MergeWorkOrders", decode_merge, merge_wants, merge_decide, encode_change},
    {"CloseCompletedOrders", decode_close_many, close_many_wants, close_many_decide,
     encode_close_many},
};

static const struct post_kind *const release_kind = &kinds[0];
static const struct post_kind *const return_kind = &kinds[2];
static const struct post_kind *const report_kind = &kinds[3];
static const struct post_kind *const rule_kind = &kinds[5];
static const struct post_kind *const split_kind = &kinds[9];
static const struct post_kind *const rework_kind = &kinds[13];
static const struct post_kind *const unbuild_kind = &kinds[14];

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "no room for the bills of the batch");
}

/* ---- bills and routings for releases ---- */

/* The order of a release that can go on; NULL otherwise: deciding says why. */
static const struct work_order *firm_order(struct book *book, const struct post_command *command)
{
    struct fault ignored = {0};
    struct work_order *order;
    const struct release_request *asked = command->request;
    if (command->kind != release_kind ||
        book_work_order(book, asked->work_order, "work_order", &order, &ignored) != STATUS_OK)
        return NULL;
    return order->state == WORK_ORDER_FIRM ? order : NULL;
}

/* The batch's bills on the day of one release. */
static struct release_master *master_of(struct book *book, const struct bill_rows *rows, date day)
{
    struct release_master *master = arena_alloc(book->arena, 1, sizeof *master);
    struct bill_line *lines = arena_alloc(book->arena, rows->line_count + 1, sizeof *lines);
    struct routing_step *steps = arena_alloc(book->arena, rows->step_count + 1, sizeof *steps);
    if (!master || !lines || !steps)
        return NULL;
    for (size_t i = 0; i < rows->line_count; i++) {
        if (rows->lines[i].line.valid_from <= day && day < rows->lines[i].valid_to)
            lines[master->line_count++] = rows->lines[i].line;
    }
    for (size_t i = 0; i < rows->step_count; i++) {
        if (rows->steps[i].valid_from <= day && day < rows->steps[i].valid_to)
            steps[master->step_count++] = rows->steps[i].step;
    }
    master->lines = lines;
    master->steps = steps;
    return master;
}

static enum status want_components(struct book *book, const struct release_master *master,
                                   struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < master->line_count && status == STATUS_OK; i++) {
        if (!master->lines[i].phantom)
            status = book_want_item(book, master->lines[i].component, fault);
    }
    return status;
}

static enum status load_releases(struct sql *sql, struct book *book, struct post_command *commands,
                                 size_t count, struct fault *fault)
{
    struct bill_rows rows = {0};
    struct text_list items = {arena_alloc(book->arena, count, sizeof *items.items), 0};
    if (!items.items)
        return no_room(fault);
    for (size_t i = 0; i < count; i++) {
        const struct work_order *order = firm_order(book, &commands[i]);
        if (order)
            items.items[items.count++] = order->item;
    }
    if (items.count == 0)
        return STATUS_OK;
    enum status status = store_bills(sql, book, &items, &rows, fault);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (!firm_order(book, &commands[i]))
            continue;
        const struct release_request *asked = commands[i].request;
        struct release_master *master = master_of(
            book, &rows, date_given(asked->effective_on) ? asked->effective_on : book->plant.today);
        commands[i].master = master;
        status = master ? want_components(book, master, fault) : no_room(fault);
    }
    return status;
}

/* ---- where material came from, for returns ---- */

static enum status load_returns(struct sql *sql, struct book *book, struct post_command *commands,
                                size_t count, struct fault *fault)
{
    struct text_list orders = {arena_alloc(book->arena, count, sizeof *orders.items), 0};
    struct return_master *master = arena_alloc(book->arena, 1, sizeof *master);
    if (!orders.items || !master)
        return no_room(fault);
    for (size_t i = 0; i < count; i++) {
        if (commands[i].kind == return_kind) {
            const struct issue_request *asked = commands[i].request;
            orders.items[orders.count++] = asked->work_order;
            commands[i].master = master;
        }
    }
    return orders.count > 0 ? store_issued_from(sql, book, &orders, master, fault) : STATUS_OK;
}

/* ---- what operations take by themselves ---- */

static enum status load_reports(struct book *book, const struct post_command *commands,
                                size_t count, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const struct operation_request *asked = commands[i].request;
        if (commands[i].kind == report_kind && (asked->good.micro > 0 || asked->scrapped.micro > 0))
            status = component_want_backflush(book, asked->work_order, fault);
    }
    return status;
}

/* ---- rates for rework, bills to take apart by ---- */

static enum status load_rework(struct sql *sql, struct book *book, struct post_command *commands,
                               size_t count, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const struct rework_request *asked = commands[i].request;
        if (commands[i].kind != rework_kind || asked->operation_count == 0)
            continue;
        struct rework_master *master = arena_alloc(book->arena, 1, sizeof *master);
        struct text_list centers = {
            arena_alloc(book->arena, asked->operation_count, sizeof *centers.items),
            asked->operation_count};
        if (!master || !centers.items)
            return no_room(fault);
        for (size_t at = 0; at < asked->operation_count; at++)
            centers.items[at] = asked->operations[at].work_center;
        commands[i].master = master;
        status = store_rates(sql, book, &centers, master, fault);
    }
    return status;
}

/* What was lost in making is not in the product. */
static void without_scrap(struct bill_rows *rows)
{
    for (size_t i = 0; i < rows->line_count; i++)
        rows->lines[i].line.scrap_pct = (struct qty){0};
}

static enum status load_unbuilds(struct sql *sql, struct book *book, struct post_command *commands,
                                 size_t count, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const struct unbuild_request *asked = commands[i].request;
        struct bill_rows rows = {0};
        if (commands[i].kind != unbuild_kind)
            continue;
        struct text item = asked->item;
        struct text_list items = {&item, 1};
        status = store_bills(sql, book, &items, &rows, fault);
        if (status != STATUS_OK)
            return status;
        without_scrap(&rows);
        struct release_master *master = master_of(
            book, &rows, date_given(asked->effective_on) ? asked->effective_on : book->plant.today);
        commands[i].master = master;
        status = master ? want_components(book, master, fault) : no_room(fault);
    }
    return status;
}

/* ---- what split orders bring beside their product ---- */

static enum status load_splits(struct sql *sql, struct book *book, struct post_command *commands,
                               size_t count, struct fault *fault)
{
    struct text_list orders = {arena_alloc(book->arena, count, sizeof *orders.items), 0};
    struct split_master *master = arena_alloc(book->arena, 1, sizeof *master);
    if (!orders.items || !master)
        return no_room(fault);
    for (size_t i = 0; i < count; i++) {
        if (commands[i].kind != split_kind)
            continue;
        orders.items[orders.count++] =
            ((const struct change_request *)commands[i].request)->work_order;
        commands[i].master = master;
    }
    return orders.count > 0 ? store_frozen(sql, book, &orders, master, fault) : STATUS_OK;
}

/* ---- a night's orders ---- */

static enum status load_closes(struct sql *sql, struct book *book, struct post_command *commands,
                               size_t count, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (commands[i].kind->decide != close_many_decide)
            continue;
        struct completed_orders *orders = arena_alloc(book->arena, 1, sizeof *orders);
        commands[i].master = orders;
        status = orders ? store_completed(sql, book, commands[i].request, orders, fault)
                        : no_room(fault);
        for (size_t n = 0; status == STATUS_OK && n < orders->count; n++)
            status =
                book_want_document(book, BOOK_WORK_ORDER, orders->items[n], REACH_PRODUCT, fault);
    }
    return status;
}

static enum status load(struct sql *sql, struct book *book, struct post_command *commands,
                        size_t count, struct fault *fault)
{
    enum status status = load_releases(sql, book, commands, count, fault);
    if (status == STATUS_OK)
        status = load_reports(book, commands, count, fault);
    if (status == STATUS_OK)
        status = load_rework(sql, book, commands, count, fault);
    if (status == STATUS_OK)
        status = load_unbuilds(sql, book, commands, count, fault);
    if (status == STATUS_OK)
        status = load_splits(sql, book, commands, count, fault);
    if (status == STATUS_OK)
        status = load_closes(sql, book, commands, count, fault);
    return status == STATUS_OK ? load_returns(sql, book, commands, count, fault) : status;
}

/* The plant's rule is told with what was before. */
static enum status tell_rule(struct sql *sql, const struct post_command *command,
                             struct fault *fault)
{
    static const char *const states[] = {"{\"unplanned_issue\": false}",
                                         "{\"unplanned_issue\": true}"};
    const struct issue_rule *rule = command->outcome;
    struct act act = act_of_request(command->asked);
    act.object = text_of("issue rule");
    act.before = text_of(states[rule->before]);
    act.after = text_of(states[rule->unplanned_issue]);
    return act_insert(sql, &act, fault);
}

static enum status write(struct sql *sql, const struct book *book,
                         const struct post_command *commands, size_t count, struct fault *fault)
{
    enum status status = STATUS_OK;
    (void)book;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (commands[i].outcome && commands[i].kind == rule_kind)
            status = tell_rule(sql, &commands[i], fault);
    }
    return status;
}

static const struct post_service posting = {.name = "Production",
                                            .kinds = kinds,
                                            .kind_count = COUNT_OF(kinds),
                                            .load = load,
                                            .write = write};

static void batch(struct rpc_request *const *requests, size_t count)
{
    post_batch(&posting, requests, count);
}

/* ---- reading ---- */

static enum status handle_get_work_order(struct rpc_request *request)
{
    struct order_query query;
    struct order_views views;
    enum status status = decode_get_order(request, &query);
    if (status == STATUS_OK)
        status = store_order(request->sql, &query, request->arena, &views, &request->fault);
    return status == STATUS_OK ? encode_get_order(request, &views) : status;
}

static enum status handle_list_work_orders(struct rpc_request *request)
{
    struct order_query query;
    struct order_views views;
    enum status status = decode_list_orders(request, &query);
    if (status == STATUS_OK)
        status = store_orders(request->sql, &query, request->arena, &views, &request->fault);
    return status == STATUS_OK ? encode_list_orders(request, &query, &views) : status;
}

static const struct rpc_method methods[] = {
    {"ReleaseWorkOrder", NULL},
    {"PostIssue", NULL},
    {"PostIssues", NULL},
    {"StartRework", NULL},
    {"PostUnbuild", NULL},
    {"PostReturn", NULL},
    {"ReportOperation", NULL},
    {"CloseWorkOrder", NULL},
    {"CloseCompletedOrders", NULL},
    {"SetIssueRule", NULL},
    {"HoldWorkOrder", NULL},
    {"ResumeWorkOrder", NULL},
    {"CancelWorkOrder", NULL},
    {"SplitWorkOrder", NULL},
    {"MergeWorkOrders", NULL},
    {"ChangeQuantity", NULL},
    {"ChangeComponents", NULL},
    {"GetWorkOrder", handle_get_work_order},
    {"ListWorkOrders", handle_list_work_orders},
};

int main(int argc, char **argv)
{
    const struct rpc_service service = {.name = "Production",
                                        .process = "production",
                                        .methods = methods,
                                        .method_count = COUNT_OF(methods),
                                        .descriptor = production_descriptor,
                                        .batch = batch,
                                        .schema = &production_schema,
                                        .open = post_open,
                                        .close = post_close};
    return rpc_serve(&service, argc, argv);
}
