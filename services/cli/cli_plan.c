#include "services/cli/cli_plan.h"

#include "common/io/clock.h"
#include "common/io/threads.h"
#include "common/plant/plant_read.h"
#include "services/cli/cli.h"
#include "services/cli/cli_rows.h"
#include "services/mrp/list_core.h"
#include "services/mrp/pegging_core.h"
#include "services/mrp/plan_core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* millrace plan: the material plan of a plant folder, as the files of design/formats.md. */

#define DAY_US       ((int64_t)86400 * 1000000)
#define DAY_TEXT_MAX 15
#define DAYS_KEPT    1024 /* days from the plan's start whose texts are at hand */

/* A day as the files write it; few days are written millions of times. */
struct day_text {
    char text[DAY_TEXT_MAX];
    uint8_t length;
};

/* What one hand puts rows with. */
struct plan_out {
    const struct plan *plan;
    struct plan_view *view;
    struct cli_writer *writer; /* of the rows in work */
    const struct plant *plant;
    struct pegging *pegging;     /* where it was asked for */
    const struct day_text *days; /* [day_count] */
    int32_t day_count;
    size_t own_at;     /* where the writer's bytes have what all rows of the item begin with */
    size_t own_length; /* 0: not yet */
    uint32_t *order;   /* rows of one item in the order of the file */
    size_t order_capacity;
};

/* One file, and its name for --only. */
struct plan_file {
    const char *name;
    struct cli_rows_file rows;
};

/* The hand of a cli_rows context, about to put the rows of another item into a file. */
static struct plan_out *begin_item(void *context, struct cli_writer *writer)
{
    struct plan_out *out = context;
    out->writer = writer;
    out->own_length = 0;
    return out;
}

static void put_day(struct plan_out *out, int32_t day)
{
    if (day < 0 || day >= out->day_count) {
        cli_put_date(out->writer, out->plant, plan_date(out->plan, day));
        return;
    }
    const struct day_text *text = &out->days[day];
    char *to = csv_field(&out->writer->csv, DAY_TEXT_MAX);
    if (!to)
        return;
    memcpy(to, text->text, DAY_TEXT_MAX);
    csv_field_end(&out->writer->csv, text->length);
}

static void put_plain(struct plan_out *out, const char *bytes, size_t length)
{
    csv_put_plain(&out->writer->csv, (struct text){bytes, length});
}

static void put_text(struct plan_out *out, uint32_t text)
{
    if (text == 0)
        put_plain(out, "", 0);
    else
        cli_put(out->writer, plant_text(out->plant, text));
}

static void put_item_code(struct plan_out *out, uint32_t item)
{
    cli_put(out->writer, plant_item_code(out->plant, item));
}

/* The row's first fields, the code of the item whose rows are put and a word of ours where it is
   given: copied from its row before. */
static void put_own(struct plan_out *out, uint32_t item, const char *word)
{
    const struct csv_out *csv = &out->writer->csv;
    if (out->own_length > 0) {
        put_plain(out, csv->bytes + out->own_at, out->own_length);
        return;
    }
    out->own_at = csv->used;
    put_item_code(out, item);
    if (word)
        put_plain(out, word, strlen(word));
    out->own_length = csv->used - out->own_at;
}

static void put_own_code(struct plan_out *out, uint32_t item)
{
    put_own(out, item, NULL);
}

/* Two quantities, which are equal nearly always. */
static void put_qtys(struct plan_out *out, struct qty first, struct qty second)
{
    const struct csv_out *csv = &out->writer->csv;
    const size_t at = csv->used + 1; /* behind the comma */
    cli_put_qty(out->writer, first);
    if (qty_cmp(first, second) == 0 && csv->used >= at)
        put_plain(out, csv->bytes + at, csv->used - at);
    else
        cli_put_qty(out->writer, second);
}

struct day_order {
    const void *rows;
    int32_t (*day_of)(const void *rows, uint32_t k);
};

static int day_cmp(const void *left, const void *right, const void *context)
{
    const struct day_order *order = context;
    int32_t a = order->day_of(order->rows, *(const uint32_t *)left);
    int32_t b = order->day_of(order->rows, *(const uint32_t *)right);
    return (a > b) - (a < b);
}

/* Rows 0 .. count by date; of one date in the order they have: an item's rows come segment by
   segment.  False: no memory. */
static bool order_rows(struct plan_out *out, struct day_order order, uint32_t count)
{
    if (count > out->order_capacity) {
        uint32_t *grown = realloc(out->order, (size_t)count * 4 * sizeof *grown);
        if (!grown)
            return false;
        out->order = grown;
        out->order_capacity = (size_t)count * 2; /* the upper half is for sorting */
    }
    bool sorted = true;
    for (uint32_t k = 0; k < count; k++) {
        out->order[k] = k;
        sorted =
            sorted && (k == 0 || order.day_of(order.rows, k - 1) <= order.day_of(order.rows, k));
    }
    if (sorted)
        return true;
    list_sort(&(struct list_sort){.rows = out->order,
                                  .spare = out->order + count,
                                  .row_size = sizeof *out->order,
                                  .count = count,
                                  .compare = day_cmp,
                                  .context = &order});
    return true;
}

static enum status no_memory(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "no memory");
}

static int32_t order_day(const void *rows, uint32_t k)
{
    return ((const struct plan_order *)rows)[k].need_day;
}

static void put_source(struct plan_out *out, uint32_t item, const struct plan_order *order)
{
    struct cli_writer *writer = out->writer;
    const struct supplier *source = &out->plant->suppliers[order->source];
    put_text(out, source->supplier);
    cli_put_qty(writer, plan_purchase_qty(out->plan, order));
    put_text(out, plan_purchase_uom(out->plan, item, order));
    cli_put_qty(writer, cost_given(source->price) ? (struct qty){source->price.micro} : NO_QTY);
}

static void put_order(struct plan_out *out, uint32_t item, const struct plan_order *order)
{
    static const char *const types[] = {[ITEM_MAKE] = "make",
                                        [ITEM_BUY] = "buy",
                                        [ITEM_PHANTOM] = "phantom",
                                        [ITEM_TRANSFER] = "transfer"};
    struct cli_writer *writer = out->writer;
    const uint8_t type = out->plant->items[item].type;
    const char *flags = plan_order_flags(order);
    put_own(out, item, types[type]);
    put_qtys(out, order->qty, order->start_qty);
    put_day(out, order->start_day);
    put_day(out, order->due_day);
    put_day(out, order->need_day);
    cli_put_u32(writer, (uint32_t)plan_past_due_days(order));
    if (order->source == NO_INDEX)
        put_plain(out, ",,,", 3); /* four empty fields */
    else
        put_source(out, item, order);
    if (type == ITEM_BUY)
        put_day(out, order->start_day);
    else
        put_plain(out, "", 0);
    put_text(out, type == ITEM_TRANSFER ? plant_item_params(out->plant, item)->source_plant : 0);
    put_text(out, order->segment);
    cli_put_u32(writer, out->plan->items[item].level);
    put_plain(out, flags, strlen(flags));
    cli_row(writer);
}

static enum status put_orders(void *context, struct cli_writer *writer, uint32_t item,
                              struct fault *fault)
{
    struct plan_out *out = begin_item(context, writer);
    const struct plan_item *row = &out->plan->items[item];
    if (!order_rows(out, (struct day_order){row->orders, order_day}, row->order_count))
        return no_memory(fault);
    for (uint32_t k = 0; k < row->order_count; k++)
        put_order(out, item, &row->orders[out->order[k]]);
    return STATUS_OK;
}

static int32_t requirement_day(const void *rows, uint32_t k)
{
    return ((const struct plan_requirement *)rows)[k].day;
}

static enum status put_requirements(void *context, struct cli_writer *writer, uint32_t item,
                                    struct fault *fault)
{
    struct plan_out *out = begin_item(context, writer);
    const struct plan_requirement *rows;
    uint32_t count;
    enum status status = plan_view_requirements(out->view, item, &rows, &count, fault);
    if (status == STATUS_OK && !order_rows(out, (struct day_order){rows, requirement_day}, count))
        status = no_memory(fault);
    for (uint32_t k = 0; k < count && status == STATUS_OK; k++) {
        const struct plan_requirement *row = &rows[out->order[k]];
        const struct qty columns[] = {row->gross, row->scheduled,       row->projected,
                                      row->net,   row->planned_receipt, row->planned_release};
        put_own_code(out, item);
        put_text(out, row->segment);
        put_day(out, row->day);
        for (size_t c = 0; c < COUNT_OF(columns); c++)
            cli_put_qty(out->writer, columns[c]);
        cli_row(out->writer);
    }
    return status;
}

static enum status put_exceptions(void *context, struct cli_writer *writer, uint32_t item,
                                  struct fault *fault)
{
    struct plan_out *out = begin_item(context, writer);
    const struct plan_message *rows;
    uint32_t count;
    char text[PLAN_TEXT_MAX];
    enum status status = plan_view_messages(out->view, item, &rows, &count, fault);
    for (uint32_t k = 0; k < count && status == STATUS_OK; k++) {
        put_own_code(out, item);
        put_text(out, rows[k].segment);
        const char *name = plan_message_name((enum plan_message_kind)rows[k].kind);
        put_plain(out, name, strlen(name));
        put_day(out, rows[k].day);
        cli_put_qty(out->writer, rows[k].qty);
        put_text(out, rows[k].reference);
        size_t length = plan_message_cause(out->plan, &rows[k], PLAN_EN, text);
        csv_put(&out->writer->csv, (struct text){text, length});
        length = plan_message_action(out->plan, &rows[k], PLAN_EN, text);
        csv_put(&out->writer->csv, (struct text){text, length});
        cli_row(out->writer);
    }
    return status;
}

static void put_peg(struct plan_out *out, uint32_t item, const struct peg *peg)
{
    put_own_code(out, item);
    put_day(out, peg->supply_day);
    cli_put_qty(out->writer, peg->supply_qty);
    put_text(out, peg->supply_reference);
    put_item_code(out, peg->for_item);
    put_day(out, peg->for_day);
    cli_put_qty(out->writer, peg->qty);
    put_text(out, peg->top_reference);
    put_text(out, peg->segment);
    cli_row(out->writer);
}

struct peg_rows {
    const struct pegging *pegging;
    uint32_t item;
};

static int32_t peg_day(const void *rows, uint32_t k)
{
    const struct peg_rows *pegs = rows;
    return pegging_row(pegs->pegging, pegs->item, k).supply_day;
}

static enum status put_pegging(void *context, struct cli_writer *writer, uint32_t item,
                               struct fault *fault)
{
    struct plan_out *out = begin_item(context, writer);
    const struct peg_rows rows = {out->pegging, item};
    const uint32_t count = pegging_count(out->pegging, item);
    if (!order_rows(out, (struct day_order){&rows, peg_day}, count))
        return no_memory(fault);
    for (uint32_t k = 0; k < count; k++) {
        struct peg peg = pegging_row(out->pegging, item, out->order[k]);
        put_peg(out, item, &peg);
    }
    return STATUS_OK;
}

static enum status put_rule_log(void *context, struct cli_writer *writer, uint32_t item,
                                struct fault *fault)
{
    struct plan_out *out = begin_item(context, writer);
    const struct plan_item *row = &out->plan->items[item];
    const char(*texts)[PLAN_EXPLAIN_MAX];
    uint32_t count;
    enum status status = plan_view_explain(out->view, item, &texts, &count, fault);
    if (status == STATUS_OK && !order_rows(out, (struct day_order){row->orders, order_day}, count))
        status = no_memory(fault);
    for (uint32_t k = 0; status == STATUS_OK && k < count; k++) {
        const struct plan_order *order = &row->orders[out->order[k]];
        put_own_code(out, item);
        put_text(out, order->segment);
        put_day(out, order->need_day);
        cli_put_qty(out->writer, order->qty);
        cli_put(out->writer, texts[out->order[k]]);
        cli_row(out->writer);
    }
    return status;
}

/* clang-format off */
static const struct plan_file plan_files[] = {
    {"planned_orders", {"planned_orders.csv",
     "item,type,qty,start_qty,start,due,need,past_due_days,supplier,purchase_qty,purchase_uom,price,"
     "order_by,source_plant,segment,level,flags", put_orders}},
    {"requirements", {"requirements.csv",
     "item,segment,date,gross,scheduled,projected,net,planned_receipt,planned_release",
     put_requirements}},
    {"exceptions", {"exceptions.csv",
     "item,segment,message,date,qty,reference,cause,action", put_exceptions}},
    {"pegging", {"pegging.csv",
     "supply_item,supply_due,supply_qty,supply_reference,for_item,for_due,pegged_qty,top_reference,"
     "segment", put_pegging}},
};

/* clang-format on */

static const struct cli_rows_file rule_log = {"rule_log.csv", "item,segment,need,qty,explanation",
                                              put_rule_log};

/* All that the outputs are written with. */
struct plan_work {
    const struct plan *plan;
    const struct crew *crew;
    struct arena *arena;
    const char *folder;
    struct plan_out *outs; /* [crew->hands] */
};

/* Is the file among the names of --only?  NULL: all are. */
static bool is_wanted(const char *only, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = only; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        if (strncmp(at, name, length) == 0 && (at[length] == ',' || at[length] == '\0'))
            return true;
    }
    return !only;
}

static int check_only(const char *only)
{
    for (const char *at = only; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        const size_t length = strcspn(at, ",");
        bool known = length == 4 && strncmp(at, "load", 4) == 0;
        for (size_t k = 0; k < COUNT_OF(plan_files); k++)
            known = known || (strlen(plan_files[k].name) == length &&
                              strncmp(plan_files[k].name, at, length) == 0);
        if (!known)
            return cli_usage("there is no output \"%.*s\"", (int)length, at);
    }
    return CLI_DONE;
}

/* What is asked for: where to, which files, whether the rule log as well, the shortages of how many
   days, and the folder whose plan this one is compared with. */
struct plan_words {
    const char *from;
    const char *out;
    const char *only;
    const char *rule_log;
    const char *shortages;
    const char *against;
    int32_t days;              /* of shortages */
    const struct plan *before; /* of against */
    const char *threads;
};

/* NULL: no memory. */
static const struct day_text *day_texts(const struct plan_work *work, int32_t count)
{
    struct day_text *days = arena_alloc(work->arena, (size_t)count, sizeof *days);
    char text[DECIMAL_TEXT_MAX];
    for (int32_t day = 0; days && day < count; day++) {
        if (plan_date(work->plan, day) > DATE_MAX)
            break;
        size_t length = cli_date_text(work->plan->plant, plan_date(work->plan, day), text);
        ASSERT(length <= DAY_TEXT_MAX);
        memcpy(days[day].text, text, length);
        days[day].length = (uint8_t)length;
    }
    return days;
}

static enum status open_outs(struct plan_work *work, struct fault *fault)
{
    const uint32_t hands = work->crew->hands;
    const struct day_text *days = day_texts(work, DAYS_KEPT);
    enum status status = STATUS_OK;
    work->outs = arena_alloc(work->arena, hands, sizeof *work->outs);
    if (!work->outs || !days)
        return no_memory(fault);
    for (uint32_t k = 0; k < hands && status == STATUS_OK; k++) {
        struct plan_out *out = &work->outs[k];
        struct arena *arena = arena_branch(work->arena, SIZE_MAX);
        *out = (struct plan_out){
            .plan = work->plan, .plant = work->plan->plant, .days = days, .day_count = DAYS_KEPT};
        status = arena ? plan_view_open(work->plan, arena, &out->view, fault) : no_memory(fault);
    }
    return status;
}

static enum status open_pegging(struct plan_work *work, struct fault *fault)
{
    struct pegging *pegging;
    enum status status = pegging_make(work->plan, work->crew, work->arena, &pegging, fault);
    for (uint32_t k = 0; status == STATUS_OK && k < work->crew->hands; k++)
        work->outs[k].pegging = pegging;
    return status;
}

/* What is not written item by item. */
static int write_lists(const struct plan_work *work, const struct plan_words *words)
{
    struct pegging *pegging = work->outs[0].pegging;
    int result = CLI_DONE;
    if (is_wanted(words->only, "load"))
        result = cli_write_load(work->plan, words->out);
    if (result == CLI_DONE && words->shortages)
        result = cli_write_shortages(
            &(struct cli_shortages){work->plan, work->crew, work->arena, pegging, words->days},
            words->out);
    if (result == CLI_DONE && words->against)
        result = cli_write_differences(words->before, work->plan, work->arena, words->out);
    return result;
}

/* What is: all files in one pass over the items. */
static int write_rows(const struct plan_work *work, const struct plan_words *words)
{
    const struct cli_rows_file *files[COUNT_OF(plan_files) + 1];
    void *contexts[CREW_HANDS_MAX];
    struct cli_rows rows = {.crew = work->crew,
                            .contexts = contexts,
                            .files = files,
                            .item_count = work->plan->item_count,
                            .folder = work->folder};
    for (uint32_t k = 0; k < work->crew->hands; k++)
        contexts[k] = &work->outs[k];
    for (size_t k = 0; k < COUNT_OF(plan_files); k++) {
        if (is_wanted(words->only, plan_files[k].name))
            files[rows.file_count++] = &plan_files[k].rows;
    }
    if (words->rule_log)
        files[rows.file_count++] = &rule_log;
    return cli_rows_write(&rows);
}

static int write_files(struct plan_work *work, const struct plan_words *words)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    enum status status = open_outs(work, &fault);
    if (status == STATUS_OK && is_wanted(words->only, "pegging"))
        status = open_pegging(work, &fault);
    int result = status == STATUS_OK ? write_rows(work, words) : cli_fault(&fault);
    if (result == CLI_DONE)
        result = write_lists(work, words);
    for (uint32_t k = 0; work->outs && k < work->crew->hands; k++)
        free(work->outs[k].order);
    return result;
}

/* A folder that does not say when its plan starts is planned from today. */
static void default_start(struct plant *plant)
{
    char text[DATE_TEXT_MAX];
    if (date_given(plant->facts.plan_start))
        return;
    plant->facts.plan_start = (date)(clock_unix_us() / DAY_US);
    date_format(plant->facts.plan_start, text);
    fprintf(stderr, "millrace: plant.csv has no plan_start; planned from today, %s\n", text);
}

/* Hands to work with: as asked for, or one a processor. */
static bool crew_of(const struct plan_words *words, struct crew *crew)
{
    int64_t hands = threads_processors();
    if (words->threads && (!decimal_parse(words->threads, strlen(words->threads), 0, &hands) ||
                           hands < 1 || hands > CREW_HANDS_MAX)) {
        cli_usage("\"%s\" is no number of threads from 1 to %d", words->threads, CREW_HANDS_MAX);
        return false;
    }
    *crew = threads_crew((uint32_t)hands);
    if (words->threads)
        crew->least = 1; /* also where it does not pay */
    return true;
}

int cli_plan_folder(const char *from, const struct crew *crew, struct arena *arena,
                    struct plant **plant, struct plan **plan)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    int result = cli_read_plant_by(from, crew, plant);
    if (result != CLI_DONE)
        return result;
    default_start(*plant);
    if (plan_net_by(*plant, crew, arena, plan, &fault) != STATUS_OK)
        result = cli_fault(&fault);
    return result;
}

static int plan_folder(struct plan_words *words, const struct crew *crew)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct plant *plant = NULL;
    struct plan *plan = NULL;
    struct plant *old_plant = NULL;
    struct plan *before = NULL;
    struct arena *arena = arena_new(CLI_PLAN_BYTES_MAX);
    if (!arena) {
        no_memory(&fault);
        return cli_fault(&fault);
    }
    int result = cli_plan_folder(words->from, crew, arena, &plant, &plan);
    if (result == CLI_DONE && words->against)
        result = cli_plan_folder(words->against, crew, arena, &old_plant, &before);
    words->before = before;
    if (result == CLI_DONE) {
        struct plan_work work = {plan, crew, arena, words->out, NULL};
        result = write_files(&work, words);
    }
    arena_free(&arena);
    plant_free(&old_plant);
    plant_free(&plant);
    return result;
}

static bool read_days(const char *text, int32_t *days)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || value < 1 || value > PLAN_HORIZON_DAYS_MAX)
        return false;
    *days = (int32_t)value;
    return true;
}

int cli_plan(int argc, char **argv)
{
    struct plan_words words = {0};
    struct crew crew;
    const struct cli_option options[] = {
        {"from", true, &words.from},           {"out", true, &words.out},
        {"only", true, &words.only},           {"rule-log", false, &words.rule_log},
        {"shortages", true, &words.shortages}, {"against", true, &words.against},
        {"threads", true, &words.threads}};
    if (!cli_options(argc, argv, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    if (!words.from || !words.out)
        return cli_usage("plan needs --from DIR and --out DIR");
    if (check_only(words.only) != CLI_DONE || !crew_of(&words, &crew))
        return CLI_BAD_USAGE;
    if (words.shortages && !read_days(words.shortages, &words.days))
        return cli_usage("--shortages needs a number of days, 1 to %d", PLAN_HORIZON_DAYS_MAX);
    return plan_folder(&words, &crew);
}
