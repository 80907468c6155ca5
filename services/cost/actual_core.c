#include "services/cost/actual_core.h"

#include "common/base/decimal.h"
#include "services/cost/share_core.h"

#include <string.h>

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "levels",
                     "more than %d lots and works: ask for fewer levels", ACTUAL_NODES_MAX);
}

static enum status overflow(struct fault *fault)
{
    return fault_set(fault, STATUS_OVERFLOW, "", "an amount is out of range");
}

enum status actual_init(struct actual_tree *tree, struct arena *arena, uint32_t levels,
                        struct fault *fault)
{
    *tree = (struct actual_tree){.arena = arena, .levels = levels};
    tree->nodes = arena_alloc(arena, ACTUAL_NODES_MAX, sizeof *tree->nodes);
    tree->orders = arena_alloc(arena, ACTUAL_ORDERS_MAX, sizeof *tree->orders);
    return tree->nodes && tree->orders ? STATUS_OK : no_room(fault);
}

enum status actual_add_order(struct actual_tree *tree, struct actual_order **out,
                             struct fault *fault)
{
    if (tree->order_count == ACTUAL_ORDERS_MAX)
        return no_room(fault);
    *out = &tree->orders[tree->order_count++];
    return STATUS_OK;
}

const struct actual_order *actual_find_order(const struct actual_tree *tree, struct text work_order)
{
    for (size_t i = 0; i < tree->order_count; i++) {
        if (text_equal(tree->orders[i].work_order, work_order))
            return &tree->orders[i];
    }
    return NULL;
}

static const struct actual_output *output_of(const struct actual_order *order, struct text item)
{
    for (size_t i = 0; i < order->output_count; i++) {
        if (text_equal(order->outputs[i].item, item))
            return &order->outputs[i];
    }
    return NULL;
}

static bool is_credit(const struct actual_line *line)
{
    return text_is(text_of(line->element), "coproduct");
}

/* What the order's product cost: its debits less what co-products took.  Of a co-product, that. */
static bool cost_of(const struct actual_order *order, struct text item, struct amount *out)
{
    bool product = text_equal(order->item, item);
    const struct actual_output *output = output_of(order, item);
    *out = product || !output ? (struct amount){0} : output->credit;
    for (size_t i = 0; product && i < order->line_count; i++) {
        if (!amount_add(*out, order->lines[i].amount, out))
            return false;
    }
    return true;
}

static enum status add_node(struct actual_tree *tree, const struct actual_node *node,
                            struct fault *fault)
{
    if (tree->count == ACTUAL_NODES_MAX)
        return no_room(fault);
    tree->nodes[tree->count++] = *node;
    return STATUS_OK;
}

enum status actual_root(struct actual_tree *tree, const struct actual_order *order, struct text lot,
                        struct qty qty, struct fault *fault)
{
    const struct actual_output *output = output_of(order, order->item);
    struct actual_node root = {
        .parent = ACTUAL_NO_NODE,
        .line = {.element = "order",
                 .item = order->item,
                 .lot = lot,
                 .source_kind = text_of("work_order"),
                 .source = order->work_order,
                 .document = text_of(""),
                 .qty = output ? output->qty : (struct qty){0}},
    };
    if (!cost_of(order, order->item, &root.line.amount))
        return overflow(fault);
    if (qty.micro > 0 && output && output->qty.micro > 0 &&
        !amount_share(root.line.amount, qty, output->qty, &root.line.amount))
        return overflow(fault);
    if (qty.micro > 0)
        root.line.qty = qty;
    root.share = root.line.amount;
    return add_node(tree, &root, fault);
}

/* Is the order looked into above the node? */
static bool is_above(const struct actual_tree *tree, size_t node, struct text work_order)
{
    for (size_t at = tree->nodes[node].parent; at != ACTUAL_NO_NODE; at = tree->nodes[at].parent) {
        if (text_equal(tree->nodes[at].line.source, work_order))
            return true;
    }
    return false;
}

struct text actual_maker(const struct actual_tree *tree, size_t node)
{
    const struct actual_node *at = &tree->nodes[node];
    bool made = text_is(at->line.source_kind, "work_order") && at->line.source.length > 0;
    if (!made || is_credit(&at->line) || at->level >= tree->levels ||
        is_above(tree, node, at->line.source))
        return text_of("");
    return at->line.source;
}

/* The part of a quantity that an amount is of a whole; 0 where that is nothing. */
static struct qty part_of(struct qty qty, struct amount part, struct amount whole)
{
    int64_t micro = 0;
    if (whole.e4 <= 0 ||
        !int128_narrow(div_half_away((int128)qty.micro * part.e4, whole.e4), &micro))
        return (struct qty){0};
    return (struct qty){micro};
}

/* The lines below the node: those of the maker's product, or of a co-product its debits alone. */
static enum status add_shares(struct actual_tree *tree, size_t node,
                              const struct actual_order *order, struct fault *fault)
{
    struct actual_node *at = &tree->nodes[node];
    bool product = text_equal(order->item, at->line.item);
    struct amount whole = {0};
    for (size_t i = 0; i < order->line_count; i++) {
        if ((product || !is_credit(&order->lines[i])) &&
            !amount_add(whole, order->lines[i].amount, &whole))
            return overflow(fault);
    }
    if (whole.e4 <= 0)
        return STATUS_OK;
    struct share_walk walk = {.total = at->share, .whole = {whole.e4}};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < order->line_count && status == STATUS_OK; i++) {
        struct actual_node below = {.level = at->level + 1, .parent = node};
        below.line = order->lines[i];
        if (!product && is_credit(&below.line))
            continue;
        if (!share_next(&walk, (struct qty){below.line.amount.e4}, &below.line.amount))
            return overflow(fault);
        below.line.qty = part_of(below.line.qty, at->share, whole);
        below.share = below.line.amount;
        status = add_node(tree, &below, fault);
    }
    at->apart = true;
    return status;
}

static enum status add_difference(struct actual_tree *tree, size_t node, struct fault *fault)
{
    const struct actual_node *at = &tree->nodes[node];
    struct amount rest = {at->line.amount.e4 - at->share.e4};
    struct actual_node below = {.level = at->level + 1, .parent = node, .share = rest};
    if (!at->apart || rest.e4 == 0)
        return STATUS_OK;
    below.line = (struct actual_line){.element = "difference",
                                      .item = at->line.item,
                                      .lot = at->line.lot,
                                      .source_kind = text_of(""),
                                      .source = text_of(""),
                                      .document = text_of(""),
                                      .amount = rest};
    return add_node(tree, &below, fault);
}

enum status actual_take_apart(struct actual_tree *tree, size_t node, struct fault *fault)
{
    struct actual_node *at = &tree->nodes[node];
    const struct actual_order *order = actual_find_order(tree, at->line.source);
    const struct actual_output *output = order ? output_of(order, at->line.item) : NULL;
    struct amount cost;
    if (!order || (at->level > 0 && (!output || output->qty.micro <= 0)))
        return STATUS_OK;
    if (!cost_of(order, at->line.item, &cost) ||
        (at->level > 0 && !amount_share(cost, at->line.qty, output->qty, &at->share)))
        return overflow(fault);
    enum status status = add_shares(tree, node, order, fault);
    if (!at->apart)
        at->share = at->line.amount;
    return status == STATUS_OK ? add_difference(tree, node, fault) : status;
}

enum status actual_spread(struct actual_line *lines, size_t count, struct amount rest,
                          struct fault *fault)
{
    struct share_walk walk = {.total = rest};
    for (size_t i = 0; i < count; i++)
        walk.whole.micro += lines[i].qty.micro > 0 ? lines[i].qty.micro : 0;
    for (size_t i = 0; i < count && walk.whole.micro > 0; i++) {
        struct amount part;
        struct qty qty = {lines[i].qty.micro > 0 ? lines[i].qty.micro : 0};
        if (!share_next(&walk, qty, &part) || !amount_add(lines[i].amount, part, &lines[i].amount))
            return overflow(fault);
    }
    return STATUS_OK;
}
