#include "common/plant/plant_read.h"
#include "services/cli/cli_bom.h"
#include "services/cli/cli_plan.h"
#include "services/mrp/promise_core.h"

#include <string.h>

/* millrace promise: ATP and CTP of one item by the plan of a plant folder. */

struct promise_words {
    const char *from;
    const char *item;
    const char *qty;
    const char *date;
    const char *segment;
    const char *days;
    const char *out;
};

static void put_answer(struct cli_writer *writer, const struct plan *plan, const char *method,
                       const struct promise_ask *ask, const struct promise_answer *answer)
{
    const struct plant *plant = plan->plant;
    char text[PLAN_TEXT_MAX];
    promise_words(plan, answer, text);
    cli_put(writer, method);
    cli_put(writer, plant_item_code(plant, ask->item));
    cli_put(writer, plant_text(plant, ask->segment));
    cli_put_qty(writer, ask->qty);
    cli_put_date(writer, plant, plan_date(plan, ask->day));
    cli_put_date(writer, plant, days_given(answer->day) ? plan_date(plan, answer->day) : NO_DATE);
    cli_put_qty(writer, answer->on_wanted);
    cli_put(writer,
            answer->limit == PROMISE_AS_WANTED ? "" : plant_item_code(plant, answer->limit_item));
    cli_put(writer, text);
    cli_row(writer);
}

static int write_answers(const struct plan *plan, struct promise *promise,
                         const struct promise_ask *ask, const char *out)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct promise_answer available;
    struct promise_answer capable;
    struct cli_writer writer;
    enum status status = promise_available(promise, ask, &available, &fault);
    if (status == STATUS_OK)
        status = promise_capable(promise, ask, &capable, &fault);
    if (status != STATUS_OK)
        return cli_fault(&fault);
    int result = cli_writer_init(&writer, out, "promise.csv");
    if (result != CLI_DONE)
        return result;
    cli_header(&writer, "method,item,segment,qty,wanted,promise,free_on_wanted,limit_item,limit");
    put_answer(&writer, plan, "atp", ask, &available);
    put_answer(&writer, plan, "ctp", ask, &capable);
    return cli_finish(&writer, true);
}

static int write_days(const struct plan *plan, struct promise *promise,
                      const struct promise_ask *ask, const char *out)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    const struct promise_day *rows;
    struct cli_writer writer;
    uint32_t count;
    if (promise_days(promise, ask->item, ask->segment, &rows, &count, &fault) != STATUS_OK)
        return cli_fault(&fault);
    int result = cli_writer_init(&writer, out, "available.csv");
    if (result != CLI_DONE)
        return result;
    cli_header(&writer, "item,segment,date,supply,committed,available");
    for (uint32_t k = 0; k < count; k++) {
        cli_put(&writer, plant_item_code(plan->plant, ask->item));
        cli_put(&writer, plant_text(plan->plant, ask->segment));
        cli_put_date(&writer, plan->plant, plan_date(plan, rows[k].day));
        cli_put_qty(&writer, rows[k].supply);
        cli_put_qty(&writer, rows[k].committed);
        cli_put_qty(&writer, rows[k].available);
        cli_row(&writer);
    }
    return cli_finish(&writer, true);
}

/* Reads what is asked for; an exit status. */
static int read_ask(const struct plan *plan, const struct promise_words *words,
                    struct promise_ask *ask)
{
    const struct plant *plant = plan->plant;
    date wanted;
    *ask = (struct promise_ask){.item = plant_item_find(plant, text_of(words->item))};
    if (ask->item == NO_INDEX)
        return cli_usage("item \"%s\" does not exist", words->item);
    if (!qty_parse(words->qty, strlen(words->qty), &ask->qty) || ask->qty.micro <= 0 ||
        !qty_fits_decimals(ask->qty, plant->items[ask->item].decimals))
        return cli_usage("\"%s\" is not a quantity of item \"%s\"", words->qty, words->item);
    if (!cli_bom_start(plant, words->date, &wanted))
        return cli_usage("\"%s\" is not a date", words->date);
    ask->day = wanted - plant->facts.plan_start;
    if (ask->day < 0 || ask->day >= plant->facts.horizon_days)
        return cli_usage("\"%s\" lies outside the plan", words->date);
    if (!words->segment)
        return CLI_DONE;
    ask->segment = names_find(plant->texts, text_of(words->segment));
    return ask->segment != NO_INDEX ? CLI_DONE
                                    : cli_usage("segment \"%s\" does not exist", words->segment);
}

static int answer_ask(const struct plan *plan, struct arena *arena,
                      const struct promise_words *words)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct promise_ask ask;
    struct promise *promise;
    int result = read_ask(plan, words, &ask);
    if (result != CLI_DONE)
        return result;
    if (promise_open(plan, arena, &promise, &fault) != STATUS_OK)
        return cli_fault(&fault);
    if (words->days)
        return write_days(plan, promise, &ask, words->out);
    return write_answers(plan, promise, &ask, words->out);
}

int cli_promise(int argc, char **argv)
{
    struct promise_words words = {0};
    const struct cli_option options[] = {
        {"from", true, &words.from},       {"item", true, &words.item},
        {"qty", true, &words.qty},         {"date", true, &words.date},
        {"segment", true, &words.segment}, {"days", false, &words.days},
        {"out", true, &words.out}};
    struct plant *plant = NULL;
    struct plan *plan = NULL;
    if (!cli_options(argc, argv, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    if (!words.from || !words.item || (!words.qty && !words.days))
        return cli_usage("promise needs --from DIR --item ITEM --qty Q");
    if (!words.qty)
        words.qty = "1";
    struct arena *arena = arena_new(CLI_PLAN_BYTES_MAX);
    if (!arena) {
        struct fault fault = {STATUS_OK, "", "", ""};
        fault_set(&fault, STATUS_LIMIT, "", "no memory");
        return cli_fault(&fault);
    }
    int result = cli_plan_folder(words.from, &crew_alone, arena, &plant, &plan);
    if (result == CLI_DONE)
        result = answer_ask(plan, arena, &words);
    arena_free(&arena);
    plant_free(&plant);
    return result;
}
