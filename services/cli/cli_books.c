#include "services/cli/cli_fetch.h"
#include "services/cli/cli_verb.h"

#include <stdlib.h>
#include <string.h>

/* What finance asks for: reports and the journal as files, variances, accounts and months. */

#define BOOKS_MEMORY (8 * MIB)

/* A file of the running plant to --out or stdout. */
struct download {
    struct remote_words words;
    const char *method;
    const struct cli_member *asked;
    size_t asked_count;
    const char *out; /* NULL: stdout */
};

static int write_out(const struct bytes *fetched, const char *out)
{
    FILE *to = out ? fopen(out, "wb") : stdout;
    bool done = to && fwrite(fetched->bytes, 1, fetched->length, to) == fetched->length;
    done = to && fflush(to) == 0 && done;
    if (to && out)
        done = fclose(to) == 0 && done;
    if (done)
        return CLI_DONE;
    fprintf(stderr, "millrace: could not write \"%s\"\n", out ? out : "stdout");
    return CLI_SYSTEM_FAILED;
}

static int download(const struct download *download)
{
    struct fault fault = {.status = STATUS_OK};
    struct bytes fetched = {.max = CLI_FETCHED_MAX};
    struct cli_fetch fetch = {NULL, arena_new(BOOKS_MEMORY), download->method, download->asked,
                              download->asked_count};
    enum status status = fetch.arena ? remote_open(&download->words, &fetch.remote, &fault)
                                     : fault_set(&fault, STATUS_LIMIT, "", "out of memory");
    if (status == STATUS_OK)
        status = cli_fetch(&fetch, &fetched, &fault);
    int result =
        status == STATUS_OK ? write_out(&fetched, download->out) : cli_online_fault(&fault);
    bytes_release(&fetched);
    remote_close(&fetch.remote);
    arena_free(&fetch.arena);
    return result;
}

static const char *if_said(const char *flag, const char *value)
{
    return flag ? value : NULL;
}

int cli_books_report(int argc, char **argv)
{
    struct download it = {.method = "Cost.ExportReport"};
    const char *item = NULL;
    const char *order = NULL;
    const char *by = NULL;
    const char *from = NULL;
    const char *to = NULL;
    const char *chinese = NULL;
    const char *xlsx = NULL;
    const struct cli_option options[] = {{"config", true, &it.words.config},
                                         {"plant", true, &it.words.plant},
                                         {"item", true, &item},
                                         {"order", true, &order},
                                         {"by", true, &by},
                                         {"from", true, &from},
                                         {"to", true, &to},
                                         {"chinese", false, &chinese},
                                         {"xlsx", false, &xlsx},
                                         {"out", true, &it.out}};
    if (argc == 0 || argv[0][0] == '-')
        return cli_usage("cost-report needs the report; see millrace help");
    if (!cli_options(argc - 1, argv + 1, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    const struct cli_member asked[] = {{"report", argv[0], false},
                                       {"format", if_said(xlsx, "xlsx"), false},
                                       {"chinese", if_said(chinese, "true"), true},
                                       {"item", item, false},
                                       {"work_order", order, false},
                                       {"by", by, false},
                                       {"from_on", from, false},
                                       {"to_on", to, false}};
    it.asked = asked;
    it.asked_count = COUNT_OF(asked);
    return download(&it);
}

int cli_books_journal(int argc, char **argv)
{
    struct download it = {.method = "Cost.ExportJournal"};
    const char *from = NULL;
    const char *to = NULL;
    const char *chinese = NULL;
    const char *neutral = NULL;
    const struct cli_option options[] = {{"config", true, &it.words.config},
                                         {"plant", true, &it.words.plant},
                                         {"from", true, &from},
                                         {"to", true, &to},
                                         {"chinese", false, &chinese},
                                         {"neutral", false, &neutral},
                                         {"out", true, &it.out}};
    if (!cli_options(argc, argv, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    const struct cli_member asked[] = {{"format", if_said(neutral, "neutral"), false},
                                       {"chinese", if_said(chinese, "true"), true},
                                       {"from_on", from, false},
                                       {"to_on", to, false}};
    it.asked = asked;
    it.asked_count = COUNT_OF(asked);
    return download(&it);
}

/* clang-format off */
static const struct verb entries = {
    "entries", "Cost.ListJournal",
    {GIVEN("document", "document"), GIVEN("from", "from_on"), GIVEN("to", "to_on"), NUMBER("limit", "limit"), GIVEN("after", "after")}};

static const struct verb order_cost = {"order-cost", "Cost.GetOrderCost", {NEEDED("work_order")}};

static const struct verb variances = {
    "variances", "Cost.ListVariances",
    {GIVEN("by", "by"), GIVEN("order", "work_order"), GIVEN("from", "from_on"), GIVEN("to", "to_on"),
     GIVEN("alarm-above", "alarm_above"), GIVEN("after", "after")}};

static const struct verb split = {"split-variances", "Cost.SplitVariances", {NUMBER("limit", "limit")}};

static const struct verb account_set = {
    "account set", "Cost.SetAccount", {NEEDED("purpose"), NEEDED("account"), GIVEN("class", "class")}};
static const struct verb account_by_class = {
    "account by-class", "Cost.SetAccount", {NEEDED("purpose"), {NULL, "by_class", VERB_TRUE, VERB_REQUEST}}};

static const struct verb account_remove = {
    "account remove", "Cost.SetAccount",
    {NEEDED("purpose"), GIVEN("class", "class"), {NULL, "remove", VERB_TRUE, VERB_REQUEST}}};

static const struct verb month_show = {"month show", "Cost.GetMonth", {NEEDED("month_on")}};
static const struct verb month_close = {"month close", "Cost.CloseMonth", {NEEDED("month_on"), FLAG("before-end", "before_end")}};
static const struct verb month_ask = {"month ask-reopen", "Cost.AskReopenMonth", {NEEDED("month_on")}};
static const struct verb month_reopen = {"month reopen", "Cost.ReopenMonth", {NEEDED("month_on")}};
/* clang-format on */

VERB_COMMAND(cli_books, entries)
VERB_COMMAND(cli_books, order_cost)
VERB_COMMAND(cli_books, variances)
VERB_COMMAND(cli_books, split)

int cli_books_account(int argc, char **argv)
{
    static const struct verb *const verbs[] = {&account_set, &account_by_class, &account_remove,
                                               NULL};
    return verb_run_one("account", verbs, argc, argv);
}

int cli_books_month(int argc, char **argv)
{
    static const struct verb *const verbs[] = {&month_show, &month_close, &month_ask, &month_reopen,
                                               NULL};
    return verb_run_one("month", verbs, argc, argv);
}
