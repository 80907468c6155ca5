/* Explosion net of stock: see bom_explode.h. */

#include "common/base/sort.h"
#include "common/bom/bom_exploding.h"

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "",
                     "the explosion does not fit the memory of the request");
}

static struct qty stock_of(const struct bom_stock *stock, uint32_t item)
{
    uint32_t low = 0;
    uint32_t high = stock->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (stock->items[middle] < item)
            low = middle + 1;
        else
            high = middle;
    }
    bool there =
        low < stock->count && stock->items[low] == item && stock->quantities[low].micro > 0;
    return there ? stock->quantities[low] : (struct qty){0};
}

static enum status add_share(struct bom_exploding *exploding, uint32_t node, struct frac exact,
                             uint32_t origin)
{
    struct bom_node *to = &exploding->nodes.nodes[node];
    if (exploding->share_count == exploding->share_room)
        exploding->shares = bom_nodes_grown(exploding->arena, exploding->shares,
                                            &exploding->share_room, sizeof(struct bom_share));
    if (!exploding->shares)
        return no_room(exploding->fault);
    if (!frac_add(to->exact, exact, &to->exact))
        return bom_exploding_overflow(exploding, to->item);
    to->occurrences = 1;
    exploding->shares[exploding->share_count] = (struct bom_share){exact, origin, to->shares};
    to->shares = exploding->share_count++;
    return STATUS_OK;
}

/* The shares of one node, those of one origin summed, by origin. */
struct shares {
    struct bom_share *rows;
    uint32_t count;
};

static int by_origin(const void *context, uint32_t a, uint32_t b)
{
    const struct bom_share *shares = context;
    return (shares[a].origin > shares[b].origin) - (shares[a].origin < shares[b].origin);
}

static enum status merge(const struct bom_exploding *exploding, const uint32_t *order,
                         uint32_t count, struct shares *out)
{
    for (uint32_t k = 0; k < count; k++) {
        const struct bom_share *share = &exploding->shares[order[k]];
        struct bom_share *last = out->count > 0 ? &out->rows[out->count - 1] : NULL;
        if (!last || last->origin != share->origin)
            out->rows[out->count++] = *share;
        else if (!frac_add(last->exact, share->exact, &last->exact))
            return fault_set(exploding->fault, STATUS_OVERFLOW, "quantity",
                             "quantity is out of range");
    }
    return STATUS_OK;
}

static enum status gather(const struct bom_exploding *exploding, uint32_t node, struct shares *out)
{
    uint32_t count = 0;
    uint32_t first = exploding->nodes.nodes[node].shares;
    for (uint32_t at = first; at != NO_INDEX; at = exploding->shares[at].next)
        count++;
    uint32_t *order = arena_alloc(exploding->arena, (size_t)count + 1, sizeof(*order));
    uint32_t *spare = arena_alloc(exploding->arena, (size_t)count + 1, sizeof(*spare));
    out->rows = arena_alloc(exploding->arena, (size_t)count + 1, sizeof(*out->rows));
    out->count = 0;
    if (!order || !spare || !out->rows)
        return no_room(exploding->fault);
    uint32_t filled = 0;
    for (uint32_t at = first; at != NO_INDEX; at = exploding->shares[at].next)
        order[filled++] = at;
    sort_u32(order, spare, count, by_origin, exploding->shares);
    return merge(exploding, order, count, out);
}

/* Sends `quantity` times every chosen line of the node down; origin NO_INDEX: an order, whose lines
   are origins themselves. */
static enum status send_down(struct bom_exploding *exploding, uint32_t node, struct frac quantity,
                             uint32_t origin)
{
    const struct plant *plant = exploding->nodes.graph->plant;
    uint32_t first = exploding->nodes.nodes[node].first;
    uint32_t end = first + exploding->nodes.nodes[node].count;
    for (uint32_t k = first; k < end; k++) {
        const struct bom_chosen *chosen = &exploding->chosen[k];
        const struct bom_line *line = &plant->bom_lines[chosen->line];
        struct frac need = chosen->per;
        if (plant_bom_terms(plant, line)->qty_fixed == 0 && !frac_mul(need, quantity, &need))
            return bom_exploding_overflow(exploding, line->component);
        enum status status = add_share(exploding, chosen->node, need,
                                       origin == NO_INDEX ? exploding->origins++ : origin);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* A phantom's stock serves its shares in their order; what is left passes through. */
static enum status net_phantom(struct bom_exploding *exploding, uint32_t node,
                               const struct shares *shares)
{
    uint32_t item = exploding->nodes.nodes[node].item;
    uint8_t decimals = exploding->nodes.graph->plant->items[item].decimals;
    struct frac there;
    struct frac all = exploding->nodes.nodes[node].exact;
    struct frac left = {0, 1};
    struct qty gross;
    if (!frac_of_qty(stock_of(exploding->request->stock, item), &there) ||
        !frac_sub(all, there, &left))
        return bom_exploding_overflow(exploding, item);
    if (left.num < 0)
        left = (struct frac){0, 1};
    if (!frac_ceil(all, decimals, &gross))
        return bom_exploding_overflow(exploding, item);
    exploding->nodes.nodes[node].gross = gross;
    exploding->nodes.nodes[node].from_stock.micro =
        left.num == 0 ? gross.micro : stock_of(exploding->request->stock, item).micro;
    if (left.num == 0)
        return STATUS_OK; /* nothing below it is needed for it */
    enum status status = bom_exploding_choose(exploding, node, left);
    for (uint32_t k = 0; k < shares->count && status == STATUS_OK; k++) {
        struct frac need = shares->rows[k].exact;
        struct frac taken = frac_cmp(need, there) < 0 ? need : there;
        if (!frac_sub(need, taken, &need) || !frac_sub(there, taken, &there))
            return bom_exploding_overflow(exploding, item);
        if (need.num > 0)
            status = send_down(exploding, node, need, shares->rows[k].origin);
    }
    return status;
}

/* Rounded up once per order and line, then net of stock; the net is one order. */
static enum status net_item(struct bom_exploding *exploding, uint32_t node,
                            const struct shares *shares)
{
    struct bom_node *at = &exploding->nodes.nodes[node];
    uint8_t decimals = exploding->nodes.graph->plant->items[at->item].decimals;
    struct frac order;
    at->gross = (struct qty){0};
    for (uint32_t k = 0; k < shares->count; k++) {
        struct qty need;
        if (!frac_ceil(shares->rows[k].exact, decimals, &need) ||
            !qty_add(at->gross, need, &at->gross))
            return bom_exploding_overflow(exploding, at->item);
    }
    struct qty stock = stock_of(exploding->request->stock, at->item);
    at->from_stock = qty_cmp(stock, at->gross) < 0 ? stock : at->gross;
    at->net.micro = at->gross.micro - at->from_stock.micro;
    if (at->net.micro == 0 || exploding->request->own_order)
        return STATUS_OK;
    if (!frac_of_qty(at->net, &order))
        return bom_exploding_overflow(exploding, at->item);
    enum status status = bom_exploding_choose(exploding, node, order);
    return status == STATUS_OK ? send_down(exploding, node, order, NO_INDEX) : status;
}

enum status bom_net_node(struct bom_exploding *exploding, uint32_t node)
{
    struct shares shares;
    const struct plant *plant = exploding->nodes.graph->plant;
    if (node == 0) {
        struct frac order = exploding->nodes.nodes[0].exact;
        enum status status = bom_exploding_choose(exploding, 0, order);
        return status == STATUS_OK ? send_down(exploding, 0, order, NO_INDEX) : status;
    }
    enum status status = gather(exploding, node, &shares);
    if (status != STATUS_OK)
        return status;
    return plant->items[exploding->nodes.nodes[node].item].type == ITEM_PHANTOM
               ? net_phantom(exploding, node, &shares)
               : net_item(exploding, node, &shares);
}
