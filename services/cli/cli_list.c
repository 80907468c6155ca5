#include "services/cli/cli_list.h"

#include "common/wire/catalog.h"
#include "common/wire/json_field.h"
#include "services/cli/cli_json.h"

#include <inttypes.h>
#include <string.h>

/* plan, explode and where-used on the running plant: pages of rows into the files of the commands
   that run on a folder.  A row's columns are members of a message, found by their JSON name. */

#define ARENA_BYTES (64 * MIB)
#define NEXT_BYTES  512

static const void *member_at(const ProtobufCMessage *message, unsigned offset)
{
    return (const char *)message + offset;
}

static bool has(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    if (field->type == PROTOBUF_C_TYPE_STRING)
        return *(char *const *)member_at(message, field->offset) != NULL;
    return *(const protobuf_c_boolean *)member_at(message, field->quantifier_offset);
}

static void put_integer(struct cli_writer *writer, const ProtobufCFieldDescriptor *field,
                        const void *value)
{
    char text[24];
    if (field->type == PROTOBUF_C_TYPE_UINT64)
        snprintf(text, sizeof text, "%" PRIu64, *(const uint64_t *)value);
    else
        snprintf(text, sizeof text, "%" PRIu32, *(const uint32_t *)value);
    cli_put(writer, text);
}

/* One field of a row as a CSV field. */
static void put_member(struct cli_writer *writer, const ProtobufCMessage *row, struct text name)
{
    const ProtobufCFieldDescriptor *field = json_find(row->descriptor, name);
    char text[DECIMAL_TEXT_MAX];
    if (!field || !has(row, field)) {
        ASSERT(field || name.length == 0);
        cli_put(writer, "");
        return;
    }
    const void *value = member_at(row, field->offset);
    enum json_kind kind = json_kind(field);
    if (kind == JSON_TEXT) {
        cli_put(writer, *(char *const *)value);
    } else if (kind == JSON_DECIMAL) {
        decimal_format(*(const int64_t *)value, json_decimals(field), text);
        cli_put(writer, text);
    } else if (kind == JSON_DATE) {
        date_format(*(const int32_t *)value, text);
        cli_put(writer, text);
    } else if (kind == JSON_TIME) {
        char moment[JSON_TIME_MAX];
        size_t length = json_time_format(*(const int64_t *)value, moment);
        cli_put(writer, length > 0 ? moment : "");
    } else if (kind == JSON_BOOLEAN) {
        cli_put(writer, *(const protobuf_c_boolean *)value ? "1" : "0");
    } else {
        ASSERT(kind == JSON_INTEGER);
        put_integer(writer, field, value);
    }
}

static void put_row(struct cli_writer *writer, const ProtobufCMessage *row, const char *members)
{
    for (const char *at = members;; at++) {
        size_t length = strcspn(at, ",");
        put_member(writer, row, (struct text){at, length});
        at += length;
        if (*at == '\0')
            break;
    }
    cli_row(writer);
}

static struct text request_of(const struct cli_list *list, const char *after, struct arena *arena)
{
    struct cli_json json;
    cli_json_init(&json, arena);
    for (size_t i = 0; i < CLI_MEMBERS_MAX && list->request[i].name; i++) {
        const struct cli_member *member = &list->request[i];
        if (member->value && member->raw)
            cli_json_raw(&json, member->name, member->value);
        else if (member->value)
            cli_json_text(&json, member->name, text_of(member->value));
    }
    if (after[0] != '\0')
        cli_json_text(&json, "after", text_of(after));
    return cli_json_done(&json);
}

/* The page's rows are put, `after` is set to where the next begins, "" past the last. */
static enum status put_page(struct remote *remote, const struct cli_list *list, struct arena *arena,
                            struct cli_writer *writer, char after[NEXT_BYTES])
{
    struct fault *fault = &writer->fault;
    const ProtobufCMessage *answer;
    arena_reset(arena);
    struct remote_call call = {.method = list->method, .body = request_of(list, after, arena)};
    enum status status = remote_ask_message(remote, &call, arena, &answer, fault);
    if (status != STATUS_OK)
        return status;
    const ProtobufCFieldDescriptor *rows = json_find(answer->descriptor, text_of(list->rows));
    const ProtobufCFieldDescriptor *next = json_find(answer->descriptor, text_of("next"));
    ASSERT(rows); /* a list without pages has no next */
    size_t count = *(const size_t *)member_at(answer, rows->quantifier_offset);
    ProtobufCMessage *const *first =
        *(ProtobufCMessage *const *const *)member_at(answer, rows->offset);
    for (size_t i = 0; i < count; i++)
        put_row(writer, first[i], list->members);
    snprintf(after, NEXT_BYTES, "%s",
             next && has(answer, next) ? *(char *const *)member_at(answer, next->offset) : "");
    return STATUS_OK;
}

static enum status put_list(struct remote *remote, const struct cli_list *list, struct arena *arena,
                            struct cli_writer *writer)
{
    char after[NEXT_BYTES] = "";
    enum status status;
    do
        status = put_page(remote, list, arena, writer, after);
    while (status == STATUS_OK && after[0] != '\0');
    return status;
}

static int write_output(struct remote *remote, const struct cli_output *output)
{
    struct cli_writer writer;
    struct arena *arena = arena_new(ARENA_BYTES);
    if (!arena)
        return CLI_SYSTEM_FAILED;
    int result = cli_writer_init(&writer, output->out, output->file);
    if (result != CLI_DONE) {
        arena_free(&arena);
        return result;
    }
    cli_header(&writer, output->header);
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < output->list_count; i++)
        status = put_list(remote, &output->lists[i], arena, &writer);
    result = cli_finish(&writer, status == STATUS_OK);
    arena_free(&arena);
    return result;
}

struct words {
    struct remote_words remote;
    const char *item;
    const char *qty;
    const char *date;
    const char *levels;
    const char *out;
    const char *alternative;
    const char *revision;
    const char *summary;
    const char *net;
    const char *ends;
    const char *make;
};

/* False after saying why on stderr. */
static bool read_words(int argc, char **argv, struct words *words)
{
    const char *item = NULL;
    const struct cli_option options[] = {{"config", true, &words->remote.config},
                                         {"plant", true, &words->remote.plant},
                                         {"item", true, &words->item},
                                         {"qty", true, &words->qty},
                                         {"date", true, &words->date},
                                         {"levels", true, &words->levels},
                                         {"alternative", true, &words->alternative},
                                         {"revision", true, &words->revision},
                                         {"summary", false, &words->summary},
                                         {"net", false, &words->net},
                                         {"ends", false, &words->ends},
                                         {"make", false, &words->make},
                                         {"out", true, &words->out}};
    if (!cli_options(argc, argv, options, COUNT_OF(options), &item))
        return false;
    words->item = item ? item : words->item;
    if (!words->item) {
        cli_usage("ITEM is needed");
        return false;
    }
    if (words->levels && strspn(words->levels, "0123456789") != strlen(words->levels)) {
        cli_usage("--levels must be a number");
        return false;
    }
    return true;
}

int cli_list_run(const struct remote_words *words, const struct cli_output *output)
{
    struct remote *remote = NULL;
    struct fault fault = {.status = STATUS_OK};
    int result = remote_open(words, &remote, &fault) == STATUS_OK ? write_output(remote, output)
                                                                  : cli_online_fault(&fault);
    remote_close(&remote);
    return result;
}

/* A row a component, with lead times where all levels are asked for. */
static int run_summary(const struct words *words, struct cli_list *sums)
{
    sums->members = "low_level_code,component,quantity,from_stock,net,uom,lead_time_days,"
                    "cumulative_days,critical,component_name";
    sums->request[7] = (struct cli_member){"net_stock", words->net ? "true" : NULL, true};
    sums->request[8] = (struct cli_member){"lead_times", words->levels ? NULL : "true", true};
    return cli_list_run(&words->remote,
                        &(struct cli_output){words->out, "components.csv",
                                             "low_level_code,item,gross,from_stock,net,uom,"
                                             "lead_time_days,cumulative_days,critical,name",
                                             sums, 1});
}

int cli_online_explode(int argc, char **argv)
{
    struct words words = {.qty = "1"};
    if (!read_words(argc, argv, &words))
        return CLI_BAD_USAGE;
    struct cli_list lines = {.method = "Bom.Explode",
                             .rows = "rows",
                             .members = "level,path,parent,component,quantity_per,quantity,uom,"
                                        "valid_from_on,valid_to_on,low_level_code,component_name",
                             .request = {{"item", words.item, false},
                                         {"quantity", words.qty, false},
                                         {"start_on", words.date, false},
                                         {"levels", words.levels, true},
                                         {"alternative", words.alternative, false},
                                         {"revision", words.revision, false}}};
    struct cli_list sums = lines;
    sums.members = ",,,component,,quantity,uom,,,low_level_code,component_name";
    sums.request[6] = (struct cli_member){"summarised", "true", true};
    if (words.summary || words.net)
        return run_summary(&words, &sums);
    const struct cli_list lists[] = {lines, sums};
    return cli_list_run(&words.remote, &(struct cli_output){
                                           words.out, "explosion.csv",
                                           "level,path,parent,component,qty_per,qty,uom,valid_from,"
                                           "valid_to,low_level_code,name",
                                           lists, COUNT_OF(lists)});
}

int cli_online_where_used(int argc, char **argv)
{
    struct words words = {0};
    if (!read_words(argc, argv, &words))
        return CLI_BAD_USAGE;
    const struct cli_list ends[] = {{.method = "Bom.WhereUsed",
                                     .rows = "rows",
                                     .members = "component,parent,quantity_per,ways,parent_name",
                                     .request = {{"item", words.item, false},
                                                 {"start_on", words.date, false},
                                                 {"ends", "true", true}}}};
    if (words.ends)
        return cli_list_run(&words.remote,
                            &(struct cli_output){words.out, "end_items.csv",
                                                 "item,end_item,qty_per,ways,name", ends, 1});
    const struct cli_list lists[] = {{.method = "Bom.WhereUsed",
                                      .rows = "rows",
                                      .members = "level,path,parent,component,quantity_per,"
                                                 "valid_from_on,valid_to_on,parent_name",
                                      .request = {{"item", words.item, false},
                                                  {"start_on", words.date, false},
                                                  {"levels", words.levels, true}}}};
    return cli_list_run(
        &words.remote,
        &(struct cli_output){words.out, "where_used.csv",
                             "level,path,parent,component,qty_per,valid_from,valid_to,name", lists,
                             COUNT_OF(lists)});
}

int cli_online_kit(int argc, char **argv)
{
    struct words words = {0};
    struct remote *remote = NULL;
    struct fault fault = {.status = STATUS_OK};
    struct text answer;
    struct cli_json json;
    if (!read_words(argc, argv, &words))
        return CLI_BAD_USAGE;
    struct arena *arena = arena_new(ARENA_BYTES);
    if (!arena)
        return CLI_SYSTEM_FAILED;
    cli_json_init(&json, arena);
    cli_json_text(&json, "item", text_of(words.item));
    if (words.date)
        cli_json_text(&json, "start_on", text_of(words.date));
    if (words.make)
        cli_json_raw(&json, "make", "true");
    struct remote_call call = {.method = "Bom.GetKit", .body = cli_json_done(&json)};
    enum status status = remote_open(&words.remote, &remote, &fault);
    if (status == STATUS_OK)
        status = remote_ask(remote, &call, &answer, &fault);
    if (status == STATUS_OK)
        printf("%.*s\n", (int)answer.length, answer.bytes);
    remote_close(&remote);
    arena_free(&arena);
    return status == STATUS_OK ? CLI_DONE : cli_online_fault(&fault);
}

static const struct cli_list planned_orders = {
    .method = "Mrp.ListPlannedOrders",
    .rows = "planned_orders",
    .members = "item,type,quantity,start_quantity,start_on,due_on,need_on,past_due_days,supplier,"
               "purchase_quantity,purchase_uom,price,order_by_on,,segment,level,flags",
};

static const struct cli_list plan_messages = {
    .method = "Mrp.ListPlanMessages",
    .rows = "messages",
    .members = "item,segment,message,date_on,quantity,reference,cause,action",
};

static int plan(struct remote *remote, const char *out)
{
    struct fault fault = {.status = STATUS_OK};
    struct text answer;
    struct remote_call run = {.method = "Mrp.RunPlan", .body = text_of("{}")};
    const struct cli_output orders = {
        out, "planned_orders.csv",
        "item,type,qty,start_qty,start,due,need,past_due_days,supplier,"
        "purchase_qty,purchase_uom,price,order_by,source_plant,segment,"
        "level,flags",
        &planned_orders, 1};
    const struct cli_output messages = {out, "exceptions.csv",
                                        "item,segment,message,date,qty,reference,cause,action",
                                        &plan_messages, 1};
    if (remote_ask(remote, &run, &answer, &fault) != STATUS_OK)
        return cli_online_fault(&fault);
    int result = write_output(remote, &orders);
    return result == CLI_DONE && out ? write_output(remote, &messages) : result;
}

int cli_online_plan(int argc, char **argv)
{
    struct words words = {0};
    struct remote *remote = NULL;
    struct fault fault = {.status = STATUS_OK};
    const struct cli_option options[] = {{"config", true, &words.remote.config},
                                         {"plant", true, &words.remote.plant},
                                         {"out", true, &words.out}};
    if (!cli_options(argc, argv, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    int result = remote_open(&words.remote, &remote, &fault) == STATUS_OK
                     ? plan(remote, words.out)
                     : cli_online_fault(&fault);
    remote_close(&remote);
    return result;
}
