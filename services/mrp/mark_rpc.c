#include "services/mrp/mark_rpc.h"

#include "services/mrp/mark_codec.h"

typedef enum status read_fn(struct rpc_request *request, struct order_mark *mark);
typedef enum status write_fn(struct sql *sql, const struct order_mark *mark, struct arena *arena,
                             struct fault *fault);

struct marking {
    const struct order_mark *mark;
    write_fn *write;
    struct arena *arena;
};

static enum status mark_work(struct sql *sql, void *context, struct fault *fault)
{
    const struct marking *marking = context;
    return marking->write(sql, marking->mark, marking->arena, fault);
}

static enum status mark(struct rpc_request *request, read_fn *read, write_fn *write)
{
    struct order_mark asked;
    struct marking marking = {&asked, write, request->arena};
    enum status status = read(request, &asked);
    if (status == STATUS_OK)
        status = store_mark_told(request, &asked, mark_work, &marking, &request->fault);
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
