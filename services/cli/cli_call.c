#include "services/cli/cli_online.h"

#include <string.h>

/* millrace call SERVICE.METHOD [JSON]: any method there is; the answer's JSON on stdout. */

static int call(const char *method, struct text json, const struct uuid *key,
                const struct remote_words *words)
{
    struct remote *remote = NULL;
    struct fault fault = {.status = STATUS_OK};
    struct text answer = text_of("");
    struct remote_call ask = {.method = method, .body = json, .key = key};
    enum status status = remote_open(words, &remote, &fault);
    if (status == STATUS_OK)
        status = remote_ask(remote, &ask, &answer, &fault);
    int result = status == STATUS_OK ? CLI_DONE : cli_online_fault(&fault);
    FILE *to = status == STATUS_OK ? stdout : stderr;
    if (answer.length > 0) {
        fwrite(answer.bytes, 1, answer.length, to);
        fputc('\n', to);
    }
    remote_close(&remote);
    return result;
}

int cli_call_method(const char *method, struct text json, const struct remote_words *words)
{
    struct uuid key;
    if (words->key && !uuid_parse(words->key, strlen(words->key), &key))
        return cli_usage("--key must be a UUID of 8-4-4-4-12 hexadecimal digits");
    return call(method, json, words->key ? &key : NULL, words);
}

int cli_call(int argc, char **argv)
{
    const char *json = NULL;
    struct remote_words words = {0};
    const struct cli_option options[] = {
        {"config", true, &words.config}, {"plant", true, &words.plant}, {"key", true, &words.key}};
    if (argc < 1 || argv[0][0] == '-')
        return cli_usage("call needs SERVICE.METHOD");
    if (!cli_options(argc - 1, argv + 1, options, COUNT_OF(options), &json))
        return CLI_BAD_USAGE;
    return cli_call_method(argv[0], text_of(json ? json : "{}"), &words);
}

int cli_plan_audit(int argc, char **argv)
{
    struct remote_words words = {0};
    const struct cli_option options[] = {{"config", true, &words.config},
                                         {"plant", true, &words.plant}};
    const char *plant = NULL;
    if (!cli_options(argc, argv, options, COUNT_OF(options), &plant))
        return CLI_BAD_USAGE;
    if (plant)
        words.plant = plant;
    return cli_call_method("Mrp.AuditPlan", text_of("{}"), &words);
}
