#include "common/io/folder.h"
#include "services/cli/cli_audit_codec.h"
#include "services/cli/cli_json.h"
#include "services/cli/cli_list.h"

#include <inttypes.h>
#include <string.h>

/* The audit trail: its rows, the head of its seals, and whether everything is as it was. */

#define ARENA_BYTES (16 * MIB)
#define NEXT_BYTES  32

/* ---- list ---- */

/* A day is its first moment, UTC. */
static const char *moment(const char *said, char text[NEXT_BYTES])
{
    if (!said || strlen(said) != strlen("2026-01-31"))
        return said;
    snprintf(text, NEXT_BYTES, "%.10sT00:00:00Z", said);
    return text;
}

static int list(int argc, char **argv)
{
    struct remote_words words = {0};
    const char *by = NULL;
    const char *method = NULL;
    const char *object = NULL;
    const char *device = NULL;
    const char *stream = NULL;
    const char *from = NULL;
    const char *to = NULL;
    const char *out = NULL;
    char first[NEXT_BYTES];
    char last[NEXT_BYTES];
    const struct cli_option options[] = {{"config", true, &words.config},
                                         {"plant", true, &words.plant},
                                         {"who", true, &by},
                                         {"what", true, &method},
                                         {"object", true, &object},
                                         {"device", true, &device},
                                         {"stream", true, &stream},
                                         {"from", true, &from},
                                         {"to", true, &to},
                                         {"out", true, &out}};
    if (!cli_options(argc, argv, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    const struct cli_list acts = {.method = "Relay.ListActs",
                                  .rows = "acts",
                                  .members = "acted_at,acted_by,device,address,method,object,"
                                             "status,before,after,stream,row",
                                  .request = {{"acted_by", by, false},
                                              {"method", method, false},
                                              {"object", object, false},
                                              {"device", device, false},
                                              {"stream", stream, false},
                                              {"from_at", moment(from, first), false},
                                              {"to_at", moment(to, last), false},
                                              {"limit", "200", true}}};
    return cli_list_run(&words, &(struct cli_output){out, "audit.csv",
                                                     "at,who,device,address,what,object,status,"
                                                     "before,after,stream,row",
                                                     &acts, 1});
}

/* ---- head ---- */

static int head(int argc, char **argv)
{
    struct remote_words words = {0};
    const struct cli_option options[] = {{"config", true, &words.config},
                                         {"plant", true, &words.plant}};
    if (!cli_options(argc, argv, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    return cli_call_method("Relay.GetAuditHead", text_of("{}"), &words);
}

/* ---- verify ---- */

struct verification {
    struct remote *remote;
    struct arena *arena; /* of a page */
    struct audit_kept kept;
    uint64_t seals;
    uint64_t rows;
    uint64_t findings;
};

static struct text request_of(const struct verification *verification, const char *after)
{
    char number[NEXT_BYTES];
    struct cli_json json;
    cli_json_init(&json, verification->arena);
    if (after[0] != '\0')
        cli_json_text(&json, "after", text_of(after));
    snprintf(number, sizeof number, "%" PRIu64, verification->kept.seal_no);
    if (verification->kept.seal_no > 0) {
        cli_json_raw(&json, "head_seal_no", number);
        cli_json_text(&json, "head_hash", text_of(verification->kept.hash));
    }
    return cli_json_done(&json);
}

static enum status verify_page(struct verification *verification, char after[NEXT_BYTES],
                               struct fault *fault)
{
    const ProtobufCMessage *answer;
    arena_reset(verification->arena);
    struct remote_call call = {.method = "Relay.ListAuditFindings",
                               .body = request_of(verification, after)};
    enum status status =
        remote_ask_message(verification->remote, &call, verification->arena, &answer, fault);
    if (status != STATUS_OK)
        return status;
    struct audit_page page = audit_page(answer);
    for (size_t i = 0; i < page.count; i++)
        printf("%s\n", audit_finding(answer, i));
    verification->findings += page.count;
    verification->seals += page.seals;
    verification->rows += page.rows;
    snprintf(after, NEXT_BYTES, "%s", page.next ? page.next : "");
    return STATUS_OK;
}

static int verify_all(struct verification *verification, const char *plant)
{
    char after[NEXT_BYTES] = "";
    struct fault fault = {.status = STATUS_OK};
    enum status status;
    do
        status = verify_page(verification, after, &fault);
    while (status == STATUS_OK && after[0] != '\0');
    if (status != STATUS_OK)
        return cli_online_fault(&fault);
    printf("plant %s: %" PRIu64 " seals and %" PRIu64 " rows checked, ", plant, verification->seals,
           verification->rows);
    if (verification->findings > 0)
        printf("%" PRIu64 " finding%s\n", verification->findings,
               verification->findings == 1 ? "" : "s");
    else
        printf("nothing was changed%s\n",
               verification->kept.seal_no > 0 ? ", and the head is the one that was kept" : "");
    return verification->findings > 0 ? CLI_BAD_DATA : CLI_DONE;
}

/* The head that was kept, in memory of the arena; returns an exit status. */
static int read_head(const char *path, struct arena *arena, struct audit_kept *kept)
{
    struct fault fault = {.status = STATUS_OK};
    struct text content = {NULL, 0};
    enum status status = folder_read(path[0] == '/' ? "" : ".", path, &content, &fault);
    if (status == STATUS_OK)
        status = audit_read_kept(content, arena, kept, &fault);
    folder_file_free(&content);
    if (status == STATUS_OK && kept->seal_no > 0 && kept->hash[0] != '\0')
        return CLI_DONE;
    fprintf(stderr, "millrace: %s: %s\n", path,
            status == STATUS_OK ? "not a head that millrace audit head wrote" : fault.message);
    return CLI_BAD_DATA;
}

static int verify(int argc, char **argv)
{
    struct remote_words words = {0};
    struct fault fault = {.status = STATUS_OK};
    const char *path = NULL;
    const struct cli_option options[] = {
        {"config", true, &words.config}, {"plant", true, &words.plant}, {"head", true, &path}};
    if (!cli_options(argc, argv, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    struct arena *kept = arena_new(ARENA_BYTES);
    struct verification verification = {.arena = arena_new(ARENA_BYTES)};
    int result = kept && verification.arena ? CLI_DONE : CLI_SYSTEM_FAILED;
    if (result == CLI_DONE && path)
        result = read_head(path, kept, &verification.kept);
    if (result == CLI_DONE && remote_open(&words, &verification.remote, &fault) != STATUS_OK)
        result = cli_online_fault(&fault);
    const char *plant = verification.remote ? remote_plant(verification.remote) : "";
    if (result == CLI_DONE && path && strcmp(verification.kept.plant, plant) != 0)
        result =
            cli_usage("the head is of plant \"%s\", not of \"%s\"", verification.kept.plant, plant);
    if (result == CLI_DONE)
        result = verify_all(&verification, plant);
    remote_close(&verification.remote);
    arena_free(&verification.arena);
    arena_free(&kept);
    return result;
}

int cli_audit(int argc, char **argv)
{
    if (argc > 0 && strcmp(argv[0], "verify") == 0)
        return verify(argc - 1, argv + 1);
    if (argc > 0 && strcmp(argv[0], "head") == 0)
        return head(argc - 1, argv + 1);
    if (argc > 0 && strcmp(argv[0], "list") == 0)
        return list(argc - 1, argv + 1);
    return cli_usage("audit needs verify, head or list; see millrace help");
}
