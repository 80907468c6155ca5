#include "services/cost/variance_core.h"

const char *const variance_names[VARIANCE_KINDS] = {
    "price",    "scrap",    "usage", "labor_rate",  "machine_rate", "efficiency",
    "overhead", "lot_size", "mix",   "subcontract", "rounding"};

/* One order under way.  `ok` turns false when an amount leaves its range. */
struct splitting {
    const struct cost_order *order;
    struct variance_split *split;
    struct amount allowed; /* of everything */
    struct qty lost;
    bool ok;
};

static void add(struct splitting *s, enum variance_kind kind, struct amount amount)
{
    s->ok = s->ok && amount_add(s->split->amounts[kind], amount, &s->split->amounts[kind]);
}

static struct amount less(struct splitting *s, struct amount a, struct amount b)
{
    struct amount out = {0};
    s->ok = s->ok && amount_sub(a, b, &out);
    return out;
}

/* What of a planned amount belongs to `part` of the good quantity expected. */
static struct amount share(struct splitting *s, struct amount planned, struct qty part)
{
    struct amount out = {0};
    if (s->order->good.micro > 0)
        s->ok = s->ok && amount_share(planned, part, s->order->good, &out);
    return out;
}

/* A cost that the plan has for the order: what it allows for the received, what is lost with
   scrap, and the rest of the difference as `kind`. */
static void compare(struct splitting *s, enum variance_kind kind, struct amount at_standard,
                    struct amount planned)
{
    struct amount allowed = share(s, planned, s->order->received);
    struct amount lost = share(s, planned, s->lost);
    s->ok = s->ok && amount_add(s->allowed, allowed, &s->allowed);
    add(s, VARIANCE_SCRAP, lost);
    add(s, kind, less(s, less(s, at_standard, allowed), lost));
}

/* What a planned component of the item costs; 0 where the order has none. */
static struct unitcost planned_cost_of(const struct cost_order *order, struct text item)
{
    for (size_t i = 0; i < order->component_count; i++) {
        if (order->components[i].required.micro > 0 && text_equal(order->components[i].item, item))
            return order->components[i].planned_cost;
    }
    return (struct unitcost){0};
}

/* A substitute's: what it costs more than what it stood for, out of usage. */
static void split_mix(struct splitting *s, const struct cost_component *component,
                      struct amount used)
{
    struct amount replaced = {0};
    if (component->replaced.micro == 0)
        return;
    s->ok = s->ok && amount_extend(component->replaced,
                                   planned_cost_of(s->order, component->replaces), &replaced);
    struct amount mix = less(s, used, replaced);
    add(s, VARIANCE_MIX, mix);
    add(s, VARIANCE_USAGE, less(s, (struct amount){0}, mix));
}

static void split_component(struct splitting *s, const struct cost_component *component)
{
    struct amount planned = {0};
    struct amount used = {0};
    s->ok = s->ok && amount_extend(component->required, component->planned_cost, &planned) &&
            amount_extend(component->issued, component->planned_cost, &used);
    add(s, VARIANCE_PRICE, less(s, component->actual, used));
    compare(s, VARIANCE_USAGE, used, planned);
    split_mix(s, component, used);
}

static void split_operation(struct splitting *s, const struct cost_operation *operation)
{
    static const enum variance_kind rates[2] = {VARIANCE_LABOR_RATE, VARIANCE_MACHINE_RATE};
    struct amount planned[COST_OPERATION_ELEMENTS] = {{0}};
    s->ok = s->ok && order_cost_planned(s->order, operation, planned);
    for (int e = 0; e < 2; e++) {
        struct amount hours = {0};
        s->ok = s->ok && amount_extend(operation->reported_hours, operation->rates[e], &hours);
        add(s, rates[e], less(s, operation->actual[e], hours));
        compare(s, VARIANCE_EFFICIENCY, hours, planned[e]);
    }
    compare(s, VARIANCE_OVERHEAD, operation->actual[2], planned[2]);
    compare(s, VARIANCE_SUBCONTRACT, operation->actual[3], planned[3]);
}

/* The good output that was lost beyond plan; below 0: more came out than planned. */
static struct qty lost_of(const struct cost_order *order)
{
    int64_t expected = 0;
    int128 finished = (int128)order->received.micro + order->scrapped.micro;
    if (order->quantity.micro <= 0 ||
        !int128_narrow(div_half_away(finished * order->good.micro, order->quantity.micro),
                       &expected))
        return (struct qty){0};
    return (struct qty){expected - order->received.micro};
}

enum status variance_split(const struct variance_settled *settled, struct variance_split *split,
                           struct fault *fault)
{
    const struct cost_order *order = &settled->order;
    struct splitting s = {order, split, {0}, lost_of(order), true};
    struct amount sum = {0};
    *split = (struct variance_split){{{0}}};
    for (size_t i = 0; i < order->component_count; i++)
        split_component(&s, &order->components[i]);
    for (size_t i = 0; i < order->operation_count; i++)
        split_operation(&s, &order->operations[i]);
    add(&s, VARIANCE_LOT_SIZE, less(&s, s.allowed, order->credits));
    for (int k = 0; k < VARIANCE_ROUNDING; k++)
        s.ok = s.ok && amount_add(sum, split->amounts[k], &sum);
    split->amounts[VARIANCE_ROUNDING] = less(&s, settled->variance, sum);
    return s.ok ? STATUS_OK
                : fault_set(fault, STATUS_OVERFLOW, "work_order",
                            "variance of work order \"%.*s\" is out of range",
                            (int)order->work_order.length, order->work_order.bytes);
}
