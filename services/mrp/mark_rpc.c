#include "services/mrp/mark_rpc.h"

#include "services/mrp/mark_codec.h"

typedef enum status read_fn(struct rpc_request *request, struct order_mark *mark);
typedef enum status write_fn(struct sql *sql, const struct order_mark *mark, struct arena *arena,
                             struct fault *fault);

static enum status mark(struct rpc_request *request, read_fn *read, write_fn *write)
{
    struct order_mark asked;
    enum status status = read(request, &asked);
    if (status == STATUS_OK)
        status = write(request->sql, &asked, request->arena, &request->fault);
    return status == STATUS_OK ? encode_marked(request, &asked) : status;
}

enum status mark_note(struct rpc_request *request)
{
    return mark(request, decode_note, store_note_order);
}

enum status mark_reject(struct rpc_request *request)
{
    return mark(request, decode_reject, store_reject_order);
}

enum status mark_restore(struct rpc_request *request)
{
    return mark(request, decode_restore, store_restore_order);
}
