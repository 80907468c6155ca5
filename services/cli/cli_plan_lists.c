#include "services/cli/cli.h"
#include "services/cli/cli_plan.h"
#include "services/mrp/load_core.h"
#include "services/mrp/plan_diff_core.h"
#include "services/mrp/shortage_core.h"

/* load.csv, shortages.csv and differences.csv. */

static void put_text(struct cli_writer *writer, const struct plan *plan, uint32_t text)
{
    cli_put(writer, plant_text(plan->plant, text));
}

static void put_day(struct cli_writer *writer, const struct plan *plan, int32_t day)
{
    cli_put_date(writer, plan->plant, plan_date(plan, day));
}

int cli_write_load(const struct plan *plan, const char *folder)
{
    struct cli_writer writer;
    int result = cli_writer_init(&writer, folder, "load.csv");
    if (result != CLI_DONE)
        return result;
    cli_header(&writer, "work_center,date,hours,planned,firm,released,capacity,overload");
    for (uint32_t k = 0; k < plan->load_count; k++) {
        const struct load_row *row = &plan->load[k];
        put_text(&writer, plan, plan->plant->work_centers[row->center].work_center);
        put_day(&writer, plan, row->day);
        cli_put_qty(&writer, row->total);
        for (int kind = 0; kind < LOAD_KINDS; kind++)
            cli_put_qty(&writer, row->hours[kind]);
        cli_put_qty(&writer, row->capacity);
        cli_put_qty(&writer, row->overload);
        cli_row(&writer);
    }
    return cli_finish(&writer, true);
}

static void put_shortage(struct cli_writer *writer, const struct plan *plan,
                         const struct plan_shortage *row)
{
    const struct plant *plant = plan->plant;
    const bool hits = row->for_item != NO_INDEX;
    cli_put(writer, plant_item_code(plant, row->item));
    put_text(writer, plan, row->segment);
    put_day(writer, plan, row->short_day);
    cli_put_qty(writer, row->missing);
    cli_put_qty(writer, row->on_hand);
    cli_put(writer, hits ? plant_item_code(plant, row->for_item) : "");
    cli_put_date(writer, plant, hits ? plan_date(plan, row->for_day) : NO_DATE);
    put_text(writer, plan, row->top_reference);
    if (row->top == NO_INDEX) {
        cli_put(writer, "");
        cli_put(writer, "");
    } else {
        cli_put(writer, plant_item_code(plant, plant->demands[row->top].item));
        put_text(writer, plan, plant->demands[row->top].customer);
    }
    if (row->move == NO_INDEX) {
        for (int k = 0; k < 3; k++)
            cli_put(writer, "");
    } else {
        put_text(writer, plan, plant->supplies[row->move].reference);
        cli_put_date(writer, plant, plant->supplies[row->move].due);
        cli_put_qty(writer, plant->supplies[row->move].qty);
    }
    cli_row(writer);
}

int cli_write_shortages(const struct cli_shortages *asked, const char *folder)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct cli_writer writer;
    struct pegging *pegging = asked->pegging;
    struct plan_shortage *rows;
    uint32_t count;
    enum status status =
        plan_shortages(asked->plan, asked->days, asked->arena, &rows, &count, &fault);
    if (status == STATUS_OK && count > 0 && !pegging)
        status = pegging_make(asked->plan, asked->crew, asked->arena, &pegging, &fault);
    if (status != STATUS_OK)
        return cli_fault(&fault);
    if (count > 0)
        shortage_trace(pegging, rows, count);
    int result = cli_writer_init(&writer, folder, "shortages.csv");
    if (result != CLI_DONE)
        return result;
    cli_header(&writer,
               "item,segment,date,missing,on_hand,for_item,for_date,top_reference,top_item,"
               "customer,move_reference,move_due,move_qty");
    for (uint32_t k = 0; k < count; k++)
        put_shortage(&writer, asked->plan, &rows[k]);
    return cli_finish(&writer, true);
}

/* qty, start_qty, start, due, supplier of an order; empty without one. */
static void put_order(struct cli_writer *writer, const struct plan *plan,
                      const struct plan_order *order)
{
    cli_put_qty(writer, order ? order->qty : NO_QTY);
    cli_put_qty(writer, order ? order->start_qty : NO_QTY);
    cli_put_date(writer, plan->plant, order ? plan_date(plan, order->start_day) : NO_DATE);
    cli_put_date(writer, plan->plant, order ? plan_date(plan, order->due_day) : NO_DATE);
    put_text(writer, plan,
             order && order->source != NO_INDEX ? plan->plant->suppliers[order->source].supplier
                                                : 0);
}

int cli_write_differences(const struct plan *before, const struct plan *after, struct arena *arena,
                          const char *folder)
{
    static const char *const kinds[] = {"remove", "change", "insert"};
    struct fault fault = {STATUS_OK, "", "", ""};
    struct cli_writer writer;
    struct plan_diff diff;
    if (plan_diff_make(before, after, arena, &diff, &fault) != STATUS_OK)
        return cli_fault(&fault);
    int result = cli_writer_init(&writer, folder, "differences.csv");
    if (result != CLI_DONE)
        return result;
    cli_header(&writer, "change,item,segment,need,ordinal,qty,start_qty,start,due,supplier,"
                        "old_qty,old_start_qty,old_start,old_due,old_supplier");
    for (uint32_t k = 0; k < diff.count; k++) {
        const struct plan_change *row = &diff.rows[k];
        const struct plan *plan = row->after ? after : before;
        const struct plan_order *order = row->after ? row->after : row->before;
        cli_put(&writer, kinds[row->kind]);
        cli_put(&writer,
                plant_item_code(plan->plant, row->after ? row->after_item : row->before_item));
        put_text(&writer, plan, order->segment);
        put_day(&writer, plan, order->need_day);
        cli_put_u32(&writer, row->ordinal);
        put_order(&writer, after, row->after);
        put_order(&writer, before, row->before);
        cli_row(&writer);
    }
    return cli_finish(&writer, true);
}
