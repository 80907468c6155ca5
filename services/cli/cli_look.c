#include "services/cli/cli_list.h"

#include <string.h>

/*
 * The running plan in lists: what there is of an item, what serves what, what is short, what the
 * planner should know.  A command is a table: its words and options are members of the request, its
 * columns members of the rows.
 */
#define LOOK_WORDS_MAX 8

struct look_word {
    const char *option; /* NULL: the command's one word, which is needed */
    const char *member;
    bool raw;  /* a number */
    bool flag; /* without a value */
};

struct look_command {
    const char *name;
    const char *method;
    const char *rows;
    const char *file;
    const char *header;
    const char *members;
    struct look_word words[LOOK_WORDS_MAX];
};

static const struct look_command stock = {
    "stock",
    "Mrp.GetStockRequirements",
    "elements",
    "stock_requirements.csv",
    "kind,segment,date,qty,running,reference,order_kind,planned_order,for_item,message,"
    "proposed_date,proposed_qty,cause,action",
    "kind,segment,date_on,quantity,running,reference,order_kind,planned_order_id,for_item,message,"
    "proposed_on,proposed,cause,action",
    {{NULL, "item", false, false},
     {"segment", "segment", false, false},
     {"language", "language", false, false}}};

static const struct look_command pegging = {
    "pegging",
    "Mrp.ListPegging",
    "pegs",
    "pegging.csv",
    "item,level,supply_kind,due,supply,reference,for_item,for_date,qty,top_reference,top_item,"
    "customer,segment",
    "item,level,supply_kind,due_on,supply,reference,for_item,for_on,quantity,top_reference,"
    "top_item,customer,segment",
    {{"item", "item", false, false}, {"order", "top_reference", false, false}}};

static const struct look_command shortages = {
    "shortages",
    "Mrp.ListShortages",
    "shortages",
    "shortages.csv",
    "item,name,date,qty,on_hand,segment,for_item,for_date,top_reference,top_item,customer,"
    "move_reference,move_due,move_qty",
    "item,name,short_on,quantity,on_hand,segment,for_item,for_on,top_reference,top_item,customer,"
    "move_reference,move_due_on,move",
    {{"days", "days", true, false}}};

static const struct look_command messages = {
    "messages",
    "Mrp.ListPlanMessages",
    "messages",
    "messages.csv",
    "item,segment,message,date,qty,reference,cause,action,urgency,proposed_date,proposed_qty,class",
    "item,segment,message,date_on,quantity,reference,cause,action,urgency,proposed_on,proposed,"
    "class",
    {{"item", "item", false, false},
     {"kind", "message", false, false},
     {"urgency", "urgency", false, false},
     {"class", "class", false, false},
     {"language", "language", false, false}}};

static const struct look_command suggestions = {
    "suggestions",
    "Mrp.ListPlannedOrders",
    "planned_orders",
    "suggestions.csv",
    "planned_order,item,type,qty,start,due,need,past_due_days,supplier,purchase_qty,purchase_uom,"
    "price,order_by,segment,note,reason,marked_by",
    "planned_order_id,item,type,quantity,start_on,due_on,need_on,past_due_days,supplier,"
    "purchase_quantity,purchase_uom,price,order_by_on,segment,note,reason,marked_by",
    {{"item", "item", false, false},
     {"type", "type", false, false},
     {"supplier", "supplier", false, false},
     {"until", "until_on", false, false},
     {"rejected", "rejected", true, true}}};

static const struct look_command load = {
    "load",
    "Mrp.ListLoad",
    "days",
    "load.csv",
    "work_center,date,hours,planned,firm,released,capacity,overload,item",
    "work_center,date_on,hours,planned,firm,released,capacity,overload,item",
    {{"center", "work_center", false, false},
     {"since", "from_on", false, false},
     {"until", "to_on", false, false},
     {"overloaded", "overloaded", true, true}}};

static const struct look_command changes = {
    "changes",
    "Mrp.ListPlanChanges",
    "changes",
    "changes.csv",
    "change,planned_order,item,qty,start,due,supplier,old_qty,old_start,old_due,old_supplier",
    "change,planned_order_id,item,quantity,start_on,due_on,supplier,old_quantity,old_start_on,"
    "old_due_on,old_supplier",
    {{NULL, "name", false, false}, {"item", "item", false, false}}};

static const struct look_command consumption = {
    "consumption",
    "Mrp.ListForecastConsumption",
    "takings",
    "consumption.csv",
    "forecast,date,days,qty,left,order,due,customer,taken,shipped",
    "forecast,forecast_on,days,quantity,left,order,order_due_on,customer,taken,shipped",
    {{NULL, "item", false, false}}};

static const struct look_command promise_order = {
    "promise-order",
    "Mrp.PromiseSalesOrder",
    "lines",
    "promises.csv",
    "line,item,qty,wanted,promised,limit_item,limit",
    "line,item,quantity,due_on,promised_on,limit_item,limit",
    {{NULL, "sales_order", false, false}, {"again", "again", true, true}}};

static const struct look_command figures = {
    "figures",
    "Cost.GetFigures",
    "figures",
    "figures.csv",
    "figure,value,unit,part,of",
    "figure,value,unit,part,whole",
    {{"since", "from_on", false, false}, {"until", "to_on", false, false}}};

static const struct look_command forecasts = {
    "forecasts",
    "Order.ListForecasts",
    "forecasts",
    "forecasts.csv",
    "row,item,due,days,qty,reference,customer,segment",
    "row,item,due_on,days,quantity,reference,customer,segment",
    {{"item", "item", false, false}}};

/* False after saying why on stderr.  The options of the command stand behind its own three. */
static bool read_words(const struct look_command *command, int argc, char **argv,
                       struct remote_words *words, const char **out, struct cli_list *list)
{
    struct cli_option options[LOOK_WORDS_MAX + 3] = {
        {"config", true, &words->config}, {"plant", true, &words->plant}, {"out", true, out}};
    const char **operand = NULL;
    size_t count = 3;
    for (size_t i = 0; i < LOOK_WORDS_MAX && command->words[i].member; i++) {
        const struct look_word *word = &command->words[i];
        list->request[i] = (struct cli_member){word->member, NULL, word->raw};
        if (word->option)
            options[count++] =
                (struct cli_option){word->option, !word->flag, &list->request[i].value};
        else
            operand = &list->request[i].value;
    }
    if (!cli_options(argc, argv, options, count, operand))
        return false;
    if (operand && !*operand) {
        (void)cli_usage("%s needs the %s; see millrace help", command->name,
                        command->words[0].member);
        return false;
    }
    for (size_t i = 0; i < LOOK_WORDS_MAX && command->words[i].member; i++) {
        const struct look_word *word = &command->words[i];
        const char *said = list->request[i].value;
        if (word->flag && said)
            list->request[i].value = "true";
        else if (word->raw && said && (!*said || strspn(said, "0123456789") != strlen(said))) {
            (void)cli_usage("--%s must be a number", word->option);
            return false;
        }
    }
    return true;
}

static int run(const struct look_command *command, int argc, char **argv)
{
    struct remote_words words = {0};
    struct cli_list list = {
        .method = command->method, .rows = command->rows, .members = command->members};
    const char *out = NULL;
    if (!read_words(command, argc, argv, &words, &out, &list))
        return CLI_BAD_USAGE;
    const struct cli_output output = {out, command->file, command->header, &list, 1};
    return cli_list_run(&words, &output);
}

#define COMMAND(name)                       \
 int cli_look_##name(int argc, char **argv) \
 {                                          \
  return run(&name, argc, argv);            \
 }

COMMAND(stock)
COMMAND(pegging)
COMMAND(shortages)
COMMAND(messages)
COMMAND(suggestions)
COMMAND(load)
COMMAND(changes)
COMMAND(forecasts)
COMMAND(figures)
COMMAND(promise_order)
COMMAND(consumption)
