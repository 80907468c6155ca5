/* The receipt service: finished goods into stock. */

#include "common/io/rpc.h"
#include "common/ledger/post.h"
#include "services/receipt/receipt_codec.h"
#include "services/receipt/receipt_core.h"

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
    (void)master;
    struct receipt_outcome *result = arena_alloc(book->arena, 1, sizeof *result);
    *outcome = result;
    if (!result)
        return fault_set(fault, STATUS_LIMIT, "", "request does not fit in memory");
    return receipt_decide(request, book, result, fault);
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

static const struct post_kind kinds[] = {
    {"PostReceipt", decode, wants, decide, encode},
};

static const struct post_service posting = {
    .name = "Receipt", .kinds = kinds, .kind_count = COUNT_OF(kinds), .load = load};

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
        .schema = &post_schema,
        .open = post_open,
        .close = post_close,
    };
    return rpc_serve(&service, argc, argv);
}
