#include "services/cost/order_cost_core.h"

#include <string.h>

static const char *const operation_elements[COST_OPERATION_ELEMENTS] = {"labor", "machine",
                                                                        "overhead", "subcontract"};

static enum status overflow(const struct cost_order *order, struct fault *fault)
{
    return fault_set(fault, STATUS_OVERFLOW, "work_order",
                     "cost of work order \"%.*s\" is out of range", (int)order->work_order.length,
                     order->work_order.bytes);
}

static bool target_of(const struct cost_order *order, struct amount planned, struct amount *target)
{
    *target = (struct amount){0};
    return order->good.micro <= 0 || amount_share(planned, order->received, order->good, target);
}

static bool component_line(const struct cost_order *order, const struct cost_component *component,
                           struct cost_line *line)
{
    *line = (struct cost_line){
        .element = "material",
        .item = component->item,
        .operation = component->operation,
        .planned_quantity = component->required,
        .actual_quantity = component->issued,
        .actual = component->actual,
    };
    return amount_extend(component->required, component->planned_cost, &line->planned) &&
           target_of(order, line->planned, &line->target);
}

static bool planned_material(const struct cost_order *order, struct amount *material)
{
    *material = (struct amount){0};
    for (size_t i = 0; i < order->component_count; i++) {
        struct amount cost;
        if (!amount_extend(order->components[i].required, order->components[i].planned_cost,
                           &cost) ||
            !amount_add(*material, cost, material))
            return false;
    }
    return true;
}

/* As release froze it (services/production/release_core.c). */
static bool planned_overhead(const struct cost_order *order, const struct cost_operation *operation,
                             struct amount labor, struct amount *planned)
{
    static const struct qty hundred = {100 * (int64_t)QTY_SCALE};
    const struct unitcost rate = operation->rates[2];
    struct amount material;
    *planned = (struct amount){0};
    switch ((enum overhead_basis)operation->overhead_basis) {
    case OVERHEAD_HOUR:
        return amount_extend(operation->planned_hours, rate, planned);
    case OVERHEAD_LABOR:
        return amount_share(labor, (struct qty){rate.micro}, hundred, planned);
    case OVERHEAD_MATERIAL:
        return planned_material(order, &material) &&
               amount_share(material, (struct qty){rate.micro}, hundred, planned);
    case OVERHEAD_UNIT:
        return amount_extend(order->quantity, rate, planned);
    }
    return false;
}

bool order_cost_planned(const struct cost_order *order, const struct cost_operation *operation,
                        struct amount planned[COST_OPERATION_ELEMENTS])
{
    return amount_extend(operation->planned_hours, operation->rates[0], &planned[0]) &&
           amount_extend(operation->planned_hours, operation->rates[1], &planned[1]) &&
           planned_overhead(order, operation, planned[0], &planned[2]) &&
           amount_extend(order->quantity, operation->subcontract_price, &planned[3]);
}

/* Subcontracting has a line where there is any. */
static bool operation_lines(const struct cost_order *order, const struct cost_operation *operation,
                            struct cost_report *report)
{
    struct amount planned[COST_OPERATION_ELEMENTS];
    bool ok = order_cost_planned(order, operation, planned);
    for (size_t e = 0; ok && e < COST_OPERATION_ELEMENTS; e++) {
        bool pieces = e == COST_SUBCONTRACTED;
        struct cost_line *line = &report->lines[report->line_count];
        if (pieces && planned[e].e4 == 0 && operation->actual[e].e4 == 0)
            continue;
        *line = (struct cost_line){
            .element = operation_elements[e],
            .operation = operation->operation,
            .planned_quantity = pieces ? order->quantity : operation->planned_hours,
            .actual_quantity = pieces ? operation->pieces : operation->reported_hours,
            .planned = planned[e],
            .actual = operation->actual[e],
        };
        ok = target_of(order, planned[e], &line->target);
        report->line_count++;
    }
    return ok;
}

static bool sum_elements(struct cost_report *report)
{
    static const char *const names[ORDER_COST_ELEMENTS] = {"material", "labor", "machine",
                                                           "overhead", "subcontract"};
    bool ok = true;
    for (size_t e = 0; e < ORDER_COST_ELEMENTS; e++) {
        struct cost_element_sum *sum = &report->elements[e];
        *sum = (struct cost_element_sum){.element = names[e]};
        for (size_t i = 0; ok && i < report->line_count; i++) {
            const struct cost_line *line = &report->lines[i];
            if (strcmp(line->element, names[e]) == 0)
                ok = amount_add(sum->planned, line->planned, &sum->planned) &&
                     amount_add(sum->target, line->target, &sum->target) &&
                     amount_add(sum->actual, line->actual, &sum->actual);
        }
    }
    return ok;
}

static bool totals(const struct cost_order *order, struct cost_report *report)
{
    if (!sum_elements(report))
        return false;
    report->target = (struct amount){0};
    for (size_t i = 0; i < report->line_count; i++) {
        if (!amount_add(report->target, report->lines[i].target, &report->target))
            return false;
    }
    report->has_unit_cost = order->received.micro > 0;
    if (report->has_unit_cost && !unitcost_of(order->debits, order->received, &report->unit_cost))
        return false;
    return amount_sub(order->debits, order->credits, &report->wip);
}

enum status order_cost(const struct cost_order *order, struct arena *arena,
                       struct cost_report *report, struct fault *fault)
{
    size_t most = order->component_count + COST_OPERATION_ELEMENTS * order->operation_count;
    *report = (struct cost_report){.order = order};
    report->lines = arena_alloc(arena, most + 1, sizeof *report->lines);
    if (!report->lines)
        return fault_set(fault, STATUS_LIMIT, "", "report does not fit in memory");

    bool ok = true;
    for (size_t i = 0; ok && i < order->component_count; i++)
        ok = component_line(order, &order->components[i], &report->lines[report->line_count++]);
    for (size_t i = 0; ok && i < order->operation_count; i++) {
        ok = operation_lines(order, &order->operations[i], report);
    }
    return ok && totals(order, report) ? STATUS_OK : overflow(order, fault);
}
