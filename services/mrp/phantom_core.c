#include "services/mrp/list_core.h"
#include "services/mrp/net_core.h"

#include <string.h>

/*
 * A phantom is not made: what its own stock and receipts do not serve passes through to its
 * components, exact.  Needs take supply in the order of their days, then of the orders they come
 * from.  Safety stock and lot rules do not apply to it.
 */

static int supply_cmp(const void *left, const void *right, const void *context)
{
    (void)context;
    const struct need *a = left;
    const struct need *b = right;
    if (a->segment != b->segment)
        return a->segment < b->segment ? -1 : 1;
    return (a->day > b->day) - (a->day < b->day);
}

static bool sort_supply(struct net *net)
{
    if (net->need_count < 2)
        return true;
    void *spare = net_spare(net, net->need_count, sizeof *net->needs);
    if (!spare)
        return false;
    list_sort(&(struct list_sort){.rows = net->needs,
                                  .spare = spare,
                                  .row_size = sizeof *net->needs,
                                  .count = net->need_count,
                                  .compare = supply_cmp});
    return true;
}

/* Take what is there for the share; the share keeps what is left of its need. */
static bool serve(struct net *net, struct frac *there, struct pass *share)
{
    if (there->num <= 0)
        return true;
    bool all = frac_cmp(share->qty, *there) <= 0;
    struct frac taken = all ? share->qty : *there;
    return (frac_sub(share->qty, taken, &share->qty) && frac_sub(*there, taken, there)) ||
           net_fail(net, STATUS_OVERFLOW, "gross requirement");
}

static bool serve_shares(struct net *net)
{
    uint32_t at = 0;
    for (uint32_t k = 0; k < net->share_count;) {
        const uint32_t segment = net->shares[k].segment;
        struct frac there = {0, 1};
        while (at < net->need_count && net->needs[at].segment < segment)
            at++;
        for (; k < net->share_count && net->shares[k].segment == segment; k++) {
            struct pass *share = &net->shares[k];
            for (; at < net->need_count && net->needs[at].segment == segment &&
                   net->needs[at].day <= share->day;
                 at++) {
                if (!frac_add(there, frac_of_int(net->needs[at].qty), &there))
                    return net_fail(net, STATUS_OVERFLOW, "stock");
            }
            if (!serve(net, &there, share))
                return false;
        }
    }
    return true;
}

static bool is_same(const struct pass *a, const struct pass *b)
{
    return a->qty.num == b->qty.num && a->qty.den == b->qty.den &&
           a->origin_item == b->origin_item && a->origin_order == b->origin_order &&
           a->origin_line == b->origin_line && a->segment == b->segment && a->day == b->day &&
           a->through == b->through;
}

static bool goes_on(const struct pass *share, bool through)
{
    return through ? share->through != 0 : share->qty.num > 0;
}

/* Do the shares that go on equal the passes kept? */
static bool is_kept(const struct net *net, const struct pass_list *list, bool through)
{
    uint32_t at = 0;
    for (uint32_t k = 0; k < net->share_count; k++) {
        if (!goes_on(&net->shares[k], through))
            continue;
        if (at == list->count || !is_same(&list->passes[at], &net->shares[k]))
            return false;
        at++;
    }
    return at == list->count;
}

bool phantom_keep(struct net *net, bool through)
{
    struct pool *pool = net->pool;
    struct pass_list *list = &net->model->passes[net->item];
    const size_t row = sizeof *list->passes;
    if (pool && is_kept(net, list, through))
        return true;
    if (pool && !net->model->borrows)
        pool_give(pool, list->passes, list->count * row);
    net->moved = true;
    *list = (struct pass_list){0};
    uint32_t count = 0;
    for (uint32_t k = 0; k < net->share_count; k++)
        count += goes_on(&net->shares[k], through);
    if (count == 0)
        return true;
    list->passes = pool ? pool_take(pool, count * row) : arena_alloc(net->arena, count, row);
    if (!list->passes)
        return net_fail(net, STATUS_LIMIT, "passes");
    for (uint32_t k = 0; k < net->share_count; k++) {
        if (goes_on(&net->shares[k], through))
            list->passes[list->count++] = net->shares[k];
    }
    return true;
}

bool phantom_net(struct net *net)
{
    if (!sort_supply(net) || !serve_shares(net))
        return false;
    return !net->planning || phantom_keep(net, false); /* asked a second time: the passes stand */
}
