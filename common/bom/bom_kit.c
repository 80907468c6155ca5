#include "common/bom/bom_kit.h"

struct trying {
    const struct bom_graph *graph;
    const struct bom_kit_request *request;
    struct fault *fault;
    struct bom_explosion *explosion; /* of the last trial, in request->spare */
};

/* Must this component lie in stock? */
static bool must_lie(const struct trying *trying, const struct bom_need *need)
{
    return trying->explosion->nodes[need->node].count == 0; /* nothing was exploded below it */
}

/* What of it is missing. */
static struct qty lacking(const struct trying *trying, const struct bom_need *need)
{
    if (!must_lie(trying, need))
        return (struct qty){0};
    return (struct qty){need->qty.micro - need->from_stock.micro};
}

static enum status try_quantity(struct trying *trying, int64_t micro, bool *fits)
{
    const struct bom_request request = {.item = trying->request->item,
                                        .quantity = {micro},
                                        .start = trying->request->start,
                                        .stock = trying->request->stock,
                                        .own_order = !trying->request->make};
    arena_reset(trying->request->spare);
    enum status status = bom_explode(trying->graph, &request, trying->request->spare,
                                     &trying->explosion, trying->fault);
    *fits = status == STATUS_OK;
    for (uint32_t i = 0; *fits && i < trying->explosion->need_count; i++)
        *fits = lacking(trying, &trying->explosion->needs[i]).micro == 0;
    return status;
}

/* A number that is out of range cannot be built either, but then nothing that lacks says so. */
static enum status try_capped(struct trying *trying, int64_t micro, bool *fits, bool *out_of_range)
{
    bool now_fits;
    enum status status = try_quantity(trying, micro, &now_fits);
    *fits = status == STATUS_OK && now_fits;
    if (!*fits)
        *out_of_range = status == STATUS_OVERFLOW;
    if (status != STATUS_OVERFLOW)
        return status;
    *trying->fault = (struct fault){.status = STATUS_OK};
    return STATUS_OK;
}

/* low can be built (or is 0), high cannot. */
static enum status bisect(struct trying *trying, int64_t unit, struct bom_kit *kit)
{
    int64_t low = 0;
    int64_t high = unit;
    bool fits;
    bool out_of_range = true; /* of high */
    enum status status = try_capped(trying, high, &fits, &out_of_range);
    while (status == STATUS_OK && fits && high <= INT64_MAX / 4) {
        low = high;
        high *= 2;
        status = try_capped(trying, high, &fits, &out_of_range);
    }
    while (status == STATUS_OK && !fits && high - low > unit) {
        int64_t middle = low + (high - low) / unit / 2 * unit;
        bool middle_fits;
        status = try_capped(trying, middle, &middle_fits, &out_of_range);
        if (middle_fits)
            low = middle;
        else
            high = middle;
    }
    kit->endless = fits || out_of_range;
    kit->quantity.micro = fits ? high : low;
    return status;
}

static enum status tell_shorts(struct trying *trying, int64_t micro, struct arena *arena,
                               struct bom_kit *kit)
{
    bool fits;
    enum status status = try_quantity(trying, micro, &fits);
    if (status != STATUS_OK)
        return status;
    const struct bom_explosion *explosion = trying->explosion;
    struct bom_short *shorts =
        arena_alloc(arena, (size_t)explosion->need_count + 1, sizeof(*shorts));
    if (!shorts)
        return fault_set(trying->fault, STATUS_LIMIT, "", "the answer does not fit in memory");
    kit->shorts = shorts;
    for (uint32_t i = 0; i < explosion->need_count; i++) {
        const struct bom_need *need = &explosion->needs[i];
        struct qty lacks = lacking(trying, need);
        if (lacks.micro > 0)
            shorts[kit->short_count++] =
                (struct bom_short){need->item, need->qty, need->from_stock, lacks};
    }
    return STATUS_OK;
}

enum status bom_kit_find(const struct bom_graph *graph, const struct bom_kit_request *request,
                         struct arena *arena, struct bom_kit *kit, struct fault *fault)
{
    struct trying trying = {graph, request, fault, NULL};
    int64_t unit = QTY_SCALE;
    bool fits;
    *kit = (struct bom_kit){.quantity = {0}};
    for (int i = 0; i < graph->plant->items[request->item].decimals; i++)
        unit /= 10;
    enum status status = try_quantity(&trying, unit, &fits);
    if (status != STATUS_OK)
        return status;
    if (trying.explosion->nodes[0].count == 0)
        return fault_set(fault, STATUS_INVALID, "item", "item \"%s\" has no bill of material",
                         plant_item_code(graph->plant, request->item));
    status = bisect(&trying, unit, kit);
    return status == STATUS_OK && !kit->endless
               ? tell_shorts(&trying, kit->quantity.micro + unit, arena, kit)
               : status;
}
