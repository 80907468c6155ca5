#include "services/mrp/list_core.h"
#include "services/mrp/net_core.h"

/*
 * Substitutes (planning.md section 3).  Items that stand in one substitute group of a bill are
 * linked; linked items share a level and are netted together: first each as the main item, in the
 * order of their codes, taking from the others what existing supply leaves over there; then those
 * once more that gave something after they were netted, with what was taken as demand of theirs.
 * The takings are kept in the model, so that netting an item again finds them.
 */

/* ---- links ---- */

static uint32_t root_of(uint32_t *set, uint32_t item)
{
    while (set[item] != item) {
        set[item] = set[set[item]];
        item = set[item];
    }
    return item;
}

/* The least code of a set is its root. */
static void link_items(uint32_t *set, uint32_t a, uint32_t b)
{
    a = root_of(set, a);
    b = root_of(set, b);
    if (a < b)
        set[b] = a;
    else
        set[a] = b;
}

static const struct bom_line *line_at(const struct model *model, uint32_t k)
{
    return &model->plant->bom_lines[model->lines[k]];
}

/* Lines of one group of one alternative, neither split in shares nor phantoms. */
static bool same_group(const struct model *model, const struct bom_line *a,
                       const struct bom_line *b)
{
    const struct bom_terms *x = plant_bom_terms(model->plant, a);
    const struct bom_terms *y = plant_bom_terms(model->plant, b);
    return x->substitute_group != 0 && x->substitute_group == y->substitute_group &&
           x->alternative == y->alternative && !qty_given(x->mix_pct) && !qty_given(y->mix_pct) &&
           a->component != b->component &&
           !(model->plan_items[a->component].flags & MODEL_PHANTOM) &&
           !(model->plan_items[b->component].flags & MODEL_PHANTOM);
}

static bool link_bill(struct model *model, uint32_t parent)
{
    bool any = false;
    for (uint32_t k = model->line_first[parent]; k < model->line_first[parent + 1]; k++) {
        for (uint32_t j = k + 1; j < model->line_first[parent + 1]; j++) {
            const struct bom_line *a = line_at(model, k);
            const struct bom_line *b = line_at(model, j);
            if (!same_group(model, a, b))
                continue;
            link_items(model->links, a->component, b->component);
            model->plan_items[a->component].flags |= MODEL_LINKED;
            model->plan_items[b->component].flags |= MODEL_LINKED;
            any = true;
        }
    }
    return any;
}

/* Every item to its set's least code, and the sets as chains in the order of the codes. */
static void chain_links(struct model *model)
{
    for (uint32_t i = 0; i < model->item_count; i++) {
        model->links[i] = root_of(model->links, i);
        model->link_next[i] = NO_INDEX;
    }
    for (uint32_t i = model->item_count; i-- > 0;) {
        uint32_t root = model->links[i];
        if (i == root)
            continue;
        model->link_next[i] = model->link_next[root]; /* greater codes were put there before */
        model->link_next[root] = i;
    }
}

enum status substitute_build(struct model *model, struct arena *arena, struct fault *fault)
{
    const size_t count = (size_t)model->item_count + 1;
    if (!model->lines)
        return STATUS_OK;
    model->links = arena_alloc(arena, count, sizeof *model->links);
    model->link_next = arena_alloc(arena, count, sizeof *model->link_next);
    model->taking_main = arena_alloc(arena, count, sizeof *model->taking_main);
    model->taking_giver = arena_alloc(arena, count, sizeof *model->taking_giver);
    model->taking_seen = arena_alloc(arena, count, sizeof *model->taking_seen);
    model->spent = arena_alloc(arena, count, sizeof *model->spent);
    if (!model->links || !model->link_next || !model->taking_main || !model->taking_giver ||
        !model->taking_seen || !model->spent)
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    for (uint32_t i = 0; i < model->item_count; i++)
        model->links[i] = i;
    bool any = false;
    for (uint32_t i = 0; i < model->item_count; i++) {
        if (model->plan_items[i].flags & MODEL_CHOICES)
            any = link_bill(model, i) || any;
    }
    if (any)
        chain_links(model);
    else
        model->links = NULL;
    return STATUS_OK;
}

/* ---- what is left over ---- */

/* The curve of what the item has, in net->peer. */
static bool look_at(struct net *net, uint32_t item)
{
    struct net *peer = net->peer;
    peer->fault = net->fault;
    /* what an item gives changes with its takings only, while it serves others */
    bool known = net->peer_known && peer->item == item && peer->segment == net->segment &&
                 net->peer_taking == net->model->taking_giver[item];
    net->peer_known = known || net_curve(peer, item, net->segment);
    net->peer_taking = net->model->taking_giver[item];
    return net->peer_known;
}

/* The least later value of the item's projected stock from existing supply less its safety stock,
   never below 0.  A day without anything left stays so while the set is netted, and with it all
   days before. */
static bool left_over(struct net *net, uint32_t item, int32_t day, int64_t *left)
{
    const struct net *peer = net->peer;
    struct spent *spent = &net->model->spent[item];
    *left = 0;
    if (spent->segment == net->segment && day < spent->before)
        return true;
    if (!look_at(net, item))
        return false;
    *spent = (struct spent){net->segment, 0};
    *left = INT64_MAX;
    for (uint32_t p = 0; p < peer->point_count; p++) {
        const int32_t end = p + 1 < peer->point_count ? peer->points[p + 1].day : INT32_MAX;
        const int64_t spare = peer->points[p].base - peer->points[p].safety;
        if (spare <= 0)
            spent->before = end;
        if (end > day && spare < *left)
            *left = spare;
    }
    if (*left < 0 || *left == INT64_MAX)
        *left = 0;
    return true;
}

/* ---- taking ---- */

/* A need while it looks for substitutes. */
struct seeker {
    const struct need *need;
    const struct bom_line *line; /* of the main item */
    date start;                  /* of the parent's order */
    int64_t start_qty;
};

static bool seeker_init(struct net *net, const struct need *need, struct seeker *seeker)
{
    const struct model *model = net->model;
    const uint32_t first = model->event_first[need->from];
    const uint32_t events = model->event_end[need->from] - first;
    *seeker = (struct seeker){.need = need, .line = &model->plant->bom_lines[need->line - 1]};
    if (need->order < events) {
        struct firm_order firm;
        if (!firm_order_of(net, need->from, &model->events[first + need->order], &firm))
            return false;
        seeker->start = model->plant->facts.plan_start + firm.start_day;
        seeker->start_qty = firm.start_qty;
        return true;
    }
    const struct plan_order *order = &model->plan_items[need->from].orders[need->order - events];
    seeker->start = model->plant->facts.plan_start + order->start_day;
    seeker->start_qty = order->start_qty.micro;
    return true;
}

static bool may_serve(const struct model *model, const struct seeker *seeker,
                      const struct bom_line *line)
{
    const struct bom_terms *terms = plant_bom_terms(model->plant, line);
    const struct bom_terms *main = plant_bom_terms(model->plant, seeker->line);
    return same_group(model, seeker->line, line) && terms->valid_from <= seeker->start &&
           seeker->start < terms->valid_to && terms->lot_from.micro <= seeker->start_qty &&
           seeker->start_qty < terms->lot_to.micro &&
           (terms->revision == 0 || terms->revision == main->revision);
}

/* The next line that may serve, by priority, then code, after `last` (NULL: the first). */
static const struct bom_line *next_giver(const struct model *model, const struct seeker *seeker,
                                         const struct bom_line *last)
{
    const struct bom_line *best = NULL;
    const uint32_t parent = seeker->need->from;
    for (uint32_t k = model->line_first[parent]; k < model->line_first[parent + 1]; k++) {
        const struct bom_line *line = line_at(model, k);
        if (!may_serve(model, seeker, line) || (last && gather_giver_cmp(model, line, last) <= 0) ||
            (best && gather_giver_cmp(model, line, best) >= 0))
            continue;
        best = line;
    }
    return best;
}

static bool scaled(struct net *net, int64_t qty, struct frac by, int64_t unit, bool up,
                   int64_t *out)
{
    int128 product;
    int128 step = (int128)by.den * unit;
    if (__builtin_mul_overflow((int128)qty, (int128)by.num, &product) ||
        !int128_narrow((product + (up ? step - 1 : 0)) / step * unit, out))
        return net_fail(net, STATUS_OVERFLOW, "substituted quantity");
    return true;
}

static bool keep_taking(struct net *net, struct taking taking)
{
    struct model *model = net->model;
    struct taking *kept =
        net->pool ? pool_take(net->pool, sizeof *kept) : arena_alloc(net->arena, 1, sizeof *kept);
    if (!kept)
        return net_fail(net, STATUS_LIMIT, "substitutes");
    *kept = taking;
    kept->next_of_main = model->taking_main[taking.main];
    kept->next_of_giver = model->taking_giver[taking.giver];
    model->taking_main[taking.main] = kept;
    model->taking_giver[taking.giver] = kept;
    return true;
}

void substitute_forget(struct net *net, uint32_t first)
{
    struct model *model = net->model;
    net->peer_known = false;
    for (uint32_t i = first; i != NO_INDEX; i = model->link_next[i]) {
        model->spent[i] = (struct spent){0, 0};
        for (struct taking *taking = model->taking_main[i]; taking;) {
            struct taking *next = taking->next_of_main;
            if (net->pool && !model->borrows)
                pool_give(net->pool, taking, sizeof *taking);
            taking = next;
        }
        model->taking_main[i] = model->taking_giver[i] = NULL;
    }
}

/* Let one line give what it can of `open`, a quantity of the main item; *given says how much. */
static bool take_from(struct net *net, const struct seeker *seeker, const struct bom_line *line,
                      int64_t open, int64_t *given)
{
    const struct model *model = net->model;
    const int64_t unit = model_unit(model, line->component);
    struct frac of_main;
    struct frac of_giver;
    struct frac ratio;
    int64_t left;
    *given = 0;
    if (!edge_rate(model, seeker->line, &of_main) || !edge_rate(model, line, &of_giver) ||
        of_main.num <= 0 || of_giver.num <= 0 || !frac_div(of_giver, of_main, &ratio))
        return true; /* not comparable: it cannot serve */
    if (!left_over(net, line->component, seeker->need->day, &left))
        return false;
    struct frac back = {ratio.den, ratio.num};
    int64_t most;
    int64_t giver_qty;
    if (!scaled(net, left - left % unit, back, net->unit, false, &most))
        return false;
    int64_t qty = open < most ? open : most;
    if (qty <= 0)
        return true;
    if (!scaled(net, qty, ratio, unit, true, &giver_qty))
        return false;
    *given = qty;
    return keep_taking(net, (struct taking){.main_qty = qty,
                                            .giver_qty = giver_qty,
                                            .main = net->item,
                                            .giver = line->component,
                                            .parent = seeker->need->from,
                                            .order = seeker->need->order,
                                            .line = seeker->need->line,
                                            .segment = net->segment,
                                            .day = seeker->need->day});
}

static bool serve_need(struct net *net, const struct need *need, int64_t *open)
{
    struct seeker seeker;
    if (!seeker_init(net, need, &seeker))
        return false;
    int64_t wanted = need->qty < *open ? need->qty : *open;
    const struct bom_line *line = NULL;
    while (wanted > 0 && (line = next_giver(net->model, &seeker, line)) != NULL) {
        int64_t given;
        if (!take_from(net, &seeker, line, wanted, &given))
            return false;
        wanted -= given;
        *open -= given;
    }
    return true;
}

/* What was taken for the item on a day of the segment. */
static int64_t taken_on(const struct net *net, int32_t day)
{
    const struct model *model = net->model;
    int64_t taken = 0;
    for (const struct taking *taking = model->taking_main[net->item]; taking;
         taking = taking->next_of_main) {
        if (taking->segment == net->segment && taking->day == day)
            taken += taking->main_qty;
    }
    return taken;
}

int64_t substitute_taken(const struct net *net, const struct need *need)
{
    const struct model *model = net->model;
    int64_t taken = 0;
    if (need->line == 0 || !(model->plan_items[net->item].flags & MODEL_LINKED))
        return 0;
    for (const struct taking *taking = model->taking_main[net->item]; taking;
         taking = taking->next_of_main) {
        if (taking->parent == need->from && taking->order == need->order &&
            taking->line == need->line)
            taken += taking->main_qty;
    }
    return taken;
}

bool substitute_serve(struct net *net, int32_t day, int64_t shortage, int64_t *served)
{
    *served = 0;
    if (!(net->model->plan_items[net->item].flags & MODEL_LINKED))
        return true;
    int64_t open = shortage;
    for (uint32_t k = net->segment_seeker; net->serving && k < net->segment_need_count; k++) {
        const struct need *need = &net->segment_needs[k];
        if (need->day > day)
            break;
        net->segment_seeker = k + 1;
        if (need->day == day && need->line != 0 && open > 0 && !serve_need(net, need, &open))
            return false;
    }
    *served = taken_on(net, day);
    return true;
}
