/* The receipt service: finished goods into stock. */

#include "common/io/rpc.h"
#include "common/ledger/post.h"
#include "services/receipt/receipt_codec.h"
#include "services/receipt/receipt_core.h"
#include "services/receipt/receipt_store.h"

static enum status decode(struct text body, struct arena *arena, const void **request,
                          struct fault *fault)
{
    struct receipt_command *command = arena_alloc(arena, 1, sizeof *command);
    *request = command;
    if (!command)
        return fault_set(fault, STATUS_LIMIT, "", "request does not fit in memory");
    return decode_post_receipt(body, arena, command, fault);
}

static enum status wants(const void *request, struct book *book, struct fault *fault)
{
    return receipt_wants(request, book, fault);
}

static enum status decide(const void *request, const void *master, struct book *book,
                          const void **outcome, struct fault *fault)
{
    struct receipt_outcome *result = arena_alloc(book->arena, 1, sizeof *result);
    *outcome = result;
    if (!result)
        return fault_set(fault, STATUS_LIMIT, "", "request does not fit in memory");
    return receipt_decide(request, master, book, result, fault);
}

static enum status encode(const void *outcome, const struct book *book, struct text *reply,
                          struct fault *fault)
{
    return encode_post_receipt(outcome, book, reply, fault);
}

static enum status load(struct sql *sql, struct book *book, struct post_command *commands,
                        size_t count, struct fault *fault)
{
    enum status status = STATUS_OK;
    (void)sql;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = receipt_lots(commands[i].request, book, fault);
    return status;
}

/* ---- outputs and serial numbers, once items are locked ---- */

static size_t count_serials(const struct post_command *commands, size_t count)
{
    size_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += ((const struct receipt_command *)commands[i].request)->serial_count + 1;
    return sum;
}

static bool is_serial(struct book *book, const struct receipt_command *command, struct text *item)
{
    struct fault missing = {0};
    struct work_order *order;
    struct book_item *product;
    if (book_work_order(book, command->work_order, "", &order, &missing) != STATUS_OK ||
        book_item(book, order->item, "", &product, &missing) != STATUS_OK)
        return false;
    *item = order->item;
    return product->tracking == TRACKING_SERIAL;
}

static void ask_serials(struct book *book, const struct receipt_command *command,
                        struct receipt_ask *ask)
{
    struct text item;
    if (!is_serial(book, command, &item))
        return;
    for (size_t i = 0; i < command->serial_count; i++) {
        ask->items[ask->serial_count] = item;
        ask->serials[ask->serial_count++] = command->serials[i];
    }
    if (command->lot.length > 0) {
        ask->items[ask->serial_count] = item;
        ask->serials[ask->serial_count++] = command->lot;
    }
}

static enum status load_locked(struct sql *sql, struct book *book, struct post_command *commands,
                               size_t count, struct fault *fault)
{
    size_t serials = count_serials(commands, count);
    struct receipt_master *master = arena_alloc(book->arena, 1, sizeof *master);
    struct receipt_ask ask = {.orders = arena_alloc(book->arena, count, sizeof *ask.orders),
                              .items = arena_alloc(book->arena, serials, sizeof *ask.items),
                              .serials = arena_alloc(book->arena, serials, sizeof *ask.serials)};
    if (!master || !ask.orders || !ask.items || !ask.serials)
        return fault_set(fault, STATUS_LIMIT, "", "request does not fit in memory");
    for (size_t i = 0; i < count; i++) {
        const struct receipt_command *command = commands[i].request;
        commands[i].master = master;
        if (command->output_count > 0)
            ask.orders[ask.order_count++] = command->work_order;
        ask_serials(book, command, &ask);
    }
    return store_receipt_master(sql, book, &ask, master, fault);
}

static const struct post_kind kinds[] = {
    {"PostReceipt", decode, wants, decide, encode},
};

static const struct post_service posting = {.name = "Receipt",
                                            .kinds = kinds,
                                            .kind_count = COUNT_OF(kinds),
                                            .load = load,
                                            .load_locked = load_locked};

static void batch(struct rpc_request *const *requests, size_t count)
{
    post_batch(&posting, requests, count);
}

static const struct rpc_method methods[] = {
    {"PostReceipt", NULL},
};

int main(int argc, char **argv)
{
    const struct rpc_service service = {
        .name = "Receipt",
        .process = "receipt",
        .methods = methods,
        .method_count = COUNT_OF(methods),
        .descriptor = receipt_descriptor,
        .batch = batch,
        .schema = &receipt_schema,
        .open = post_open,
        .close = post_close,
    };
    return rpc_serve(&service, argc, argv);
}
