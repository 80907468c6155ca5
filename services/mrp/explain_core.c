#include "services/mrp/list_core.h"
#include "services/mrp/net_core.h"
#include "services/mrp/view_core.h"
#include "services/mrp/words_core.h"

/* Why an order is as it is, from the segment that has just been netted. */

static const char *const rule_words[] = {
    [LOT_RULE_L4L] = "lot for lot",
    [LOT_RULE_FOQ] = "fixed quantity",
    [LOT_RULE_EOQ] = "economic order quantity",
    [LOT_RULE_POQ] = "periods of supply",
    [LOT_RULE_DOS] = "working days of supply",
    [LOT_RULE_MINMAX] = "up to the maximum",
    [LOT_RULE_ROP] = "reorder point",
    [LOT_RULE_LUC] = "least unit cost",
    [LOT_RULE_LTC] = "least total cost",
    [LOT_RULE_PPB] = "part-period balancing",
    [LOT_RULE_SM] = "Silver-Meal",
    [LOT_RULE_GROFF] = "Groff",
    [LOT_RULE_WW] = "Wagner-Whitin",
};

static void add_micro(struct words *words, const char *before, int64_t micro)
{
    words_add(words, before);
    words_qty(words, (struct qty){micro});
}

static void limit_words(struct words *words, const char *name, struct qty limit)
{
    if (!qty_given(limit) || limit.micro <= 0)
        return;
    words_add(words, name);
    words_qty(words, limit);
}

/* "day 5: 4 there + 0 scheduled - 10 gross = -6 free; safety stock 2; net 8" */
static void explain_day(struct words *words, const struct plan_view *view, uint32_t at,
                        int64_t ordered)
{
    const struct net *net = &view->net;
    const struct point *point = &net->points[at];
    int64_t before = (at == 0 ? net->stock : net->points[at - 1].base) + ordered;
    words_add(words, "day ");
    words_day(words, view->plan, point->day);
    add_micro(words, ": ", before);
    add_micro(words, " there + ", point->base + ordered - before + point->gross);
    add_micro(words, " scheduled - ", point->gross);
    add_micro(words, " gross = ", point->base + ordered);
    add_micro(words, " free; safety stock ", point->safety);
    add_micro(words, "; net ", point->net);
}

static void explain_lot(struct words *words, const struct plan_view *view,
                        const struct plan_order *order)
{
    const struct item_params *params = view->net.params;
    words_add(words, "; rule ");
    words_add(words, rule_words[params->lot_rule]);
    limit_words(words, " ",
                params->lot_rule == LOT_RULE_FOQ || params->lot_rule == LOT_RULE_ROP
                    ? params->lot_qty
                    : NO_QTY);
    limit_words(words, ", reorder point ", params->reorder_point);
    limit_words(words, ", min ", params->lot_min);
    limit_words(words, ", max ", params->lot_max);
    limit_words(words, ", multiple ", params->lot_multiple);
    add_micro(words, "; started ", order->start_qty.micro);
    add_micro(words, ", good ", order->qty.micro);
}

/* Its terms in its own unit: "from supplier "S", in BOX of 20, min 2, multiple 2, price 540 from 4"
 */
static void explain_supplier(struct words *words, const struct plan *plan,
                             const struct supplier *row)
{
    words_add(words, "; from supplier \"");
    words_add(words, plant_text(plan->plant, row->supplier));
    words_add(words, "\"");
    if (row->uom != 0) {
        words_add(words, ", in ");
        words_add(words, plant_text(plan->plant, row->uom));
        limit_words(words, " of ", row->uom_factor);
    }
    limit_words(words, ", min ", row->min_qty);
    limit_words(words, ", multiple ", row->multiple);
    if (cost_given(row->price)) {
        add_micro(words, ", price ", row->price.micro);
        limit_words(words, " from ", row->price_from_qty);
    }
}

static void explain_days(struct words *words, const struct plan_view *view,
                         const struct plan_order *order)
{
    const struct net *net = &view->net;
    struct order_terms terms = net->own;
    if (order->source != NO_INDEX) {
        const struct supplier *row = &view->plan->plant->suppliers[order->source];
        if (days_given(row->lead_time_days))
            terms.lead_days = row->lead_time_days;
        explain_supplier(words, view->plan, row);
    }
    words_add(words, "; lead time ");
    words_number(words, order_lead(&terms, order->start_qty.micro));
    words_add(words, terms.calendar ? " working days" : " days");
    if (net->params->safety_days > 0) {
        words_add(words, ", safety days ");
        words_number(words, net->params->safety_days);
    }
    words_add(words, "; start ");
    words_day(words, view->plan, order->start_day);
    if (order->flags & PLAN_ORDER_PAST_DUE)
        words_add(words, ", as it would begin before the plan");
    if (order->flags & PLAN_ORDER_FENCED)
        words_add(words, ", as it would begin in the frozen zone");
    words_add(words, "; due ");
    words_day(words, view->plan, order->due_day);
}

static bool add_text(struct plan_view *view, struct words *words)
{
    char(*texts)[PLAN_EXPLAIN_MAX] = list_grown(view->net.arena, view->texts, view->text_count,
                                                &view->text_capacity, sizeof *texts);
    if (!texts)
        return net_fail(&view->net, STATUS_LIMIT, "explanation");
    view->texts = texts;
    texts[view->text_count][0] = '\0';
    *words = (struct words){.text = texts[view->text_count++], .size = PLAN_EXPLAIN_MAX};
    return true;
}

/* Orders stand by need day, as points do: those of one day come from one shortage. */
static bool explain_segment(struct net *net, const struct need *needs, uint32_t count)
{
    (void)needs;
    (void)count;
    struct plan_view *view = net->context;
    int64_t ordered = 0;  /* by earlier days */
    int64_t ordering = 0; /* by this one */
    uint32_t at = 0;
    for (uint32_t k = net->segment_first; k < net->order_count; k++) {
        const struct plan_order *order = &net->orders[k];
        for (; net->points[at].day < order->need_day; at++) {
            ordered += ordering;
            ordering = 0;
        }
        struct words words;
        if (!add_text(view, &words))
            return false;
        explain_day(&words, view, at, ordered);
        explain_lot(&words, view, order);
        explain_days(&words, view, order);
        ordering += order->qty.micro;
    }
    return true;
}

enum status plan_view_explain(struct plan_view *view, uint32_t item,
                              const char (**texts)[PLAN_EXPLAIN_MAX], uint32_t *count,
                              struct fault *fault)
{
    struct net *net = &view->net;
    net->fault = fault;
    net->want_rows = net->want_messages = false;
    net->on_segment = explain_segment;
    net->context = view;
    view->text_count = 0;
    enum status status = net_item(net, item);
    net->on_segment = NULL;
    if (status != STATUS_OK)
        return status;
    *texts = (const char(*)[PLAN_EXPLAIN_MAX])view->texts;
    *count = view->text_count;
    return STATUS_OK;
}
