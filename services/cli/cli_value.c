#include "common/ledger/replay_core.h"
#include "common/plant/plant_read.h"
#include "services/cli/cli.h"

#include <stdio.h>

#define VALUE_BYTES_MAX ((size_t)4096 * MIB)

static const char *const kinds[] = {"receipt", "issue",   "return", "adjust",
                                    "revalue", "reverse", "count"};

static void put_number(struct cli_writer *writer, int64_t number)
{
    char text[DECIMAL_TEXT_MAX];
    csv_put(&writer->csv, (struct text){text, decimal_format(number, 0, text)});
}

static void put_amount(struct cli_writer *writer, struct amount amount)
{
    char text[DECIMAL_TEXT_MAX];
    csv_put(&writer->csv, (struct text){text, amount_format(amount, text)});
}

/* Of one piece; empty where nothing moved. */
static void put_unit_cost(struct cli_writer *writer, const struct replay_row *row)
{
    struct unitcost cost = {INT64_MIN};
    if (row->qty.micro == 0 || !unitcost_of(row->amount, row->qty, &cost))
        cost.micro = INT64_MIN;
    cli_put_qty(writer, (struct qty){cost.micro}); /* NO_QTY: empty */
}

static void put_row(struct cli_writer *writer, const struct plant *plant,
                    const struct replay_row *row)
{
    const struct movement *movement = row->movement;
    put_number(writer, movement->seq);
    cli_put(writer, plant_item_code(plant, movement->item));
    cli_put(writer, row->correction ? "correction" : kinds[movement->kind]);
    cli_put(writer, plant_text(plant, movement->lot));
    if (movement->of_seq == 0 || row->correction)
        cli_put(writer, "");
    else
        put_number(writer, movement->of_seq);
    cli_put_qty(writer, row->qty);
    put_amount(writer, row->amount);
    put_unit_cost(writer, row);
    put_amount(writer, row->variance);
    cli_put_qty(writer, row->on_hand);
    put_amount(writer, row->value);
    cli_row(writer);
}

static int write_values(const struct plant *plant, const struct replay *replay, const char *out)
{
    struct cli_writer writer;
    int result = cli_writer_init(&writer, out, "valuation.csv");
    if (result != CLI_DONE)
        return result;
    cli_header(&writer, "seq,item,kind,lot,of_seq,qty,amount,unit_cost,variance,on_hand,value");
    for (size_t i = 0; i < replay->row_count; i++)
        put_row(&writer, plant, &replay->rows[i]);
    return cli_finish(&writer, true);
}

/* As the reader tells its errors; rows of the file stand one a line below the header. */
static int tell_wrong(const struct plant *plant, const struct movement *wrong,
                      const struct fault *fault)
{
    fprintf(stderr, "movements.csv:%td: %s: %s\n", wrong - plant->movements + 2, fault->field,
            fault->message);
    return CLI_BAD_DATA;
}

static int value_plant(const struct plant *plant, struct arena *arena, const char *out)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    const struct movement *wrong;
    struct replay replay;
    if (replay_movements(plant, arena, &replay, &wrong, &fault) == STATUS_OK)
        return write_values(plant, &replay, out);
    return wrong && fault.status != STATUS_LIMIT ? tell_wrong(plant, wrong, &fault)
                                                 : cli_fault(&fault);
}

int cli_value(int argc, char **argv)
{
    const char *from = NULL;
    const char *out = NULL;
    const struct cli_option options[] = {{"from", true, &from}, {"out", true, &out}};
    struct plant *plant = NULL;
    if (!cli_options(argc, argv, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    if (!from)
        return cli_usage("value needs --from DIR");
    int result = cli_read_plant(from, &plant);
    if (result != CLI_DONE)
        return result;
    struct arena *arena = arena_new(VALUE_BYTES_MAX);
    struct fault no_memory = {STATUS_LIMIT, "", "no memory", ""};
    result = arena ? value_plant(plant, arena, out) : cli_fault(&no_memory);
    arena_free(&arena);
    plant_free(&plant);
    return result;
}
