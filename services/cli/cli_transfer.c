#include "common/io/folder.h"
#include "common/plant/plant_columns.h"
#include "services/cli/cli_fetch.h"
#include "services/cli/cli_folder.h"
#include "services/cli/cli_json.h"
#include "services/cli/cli_online.h"
#include "services/cli/cli_transfer_codec.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* millrace import DIR and export DIR: a plant folder into the running plant and back. */

#define CHUNK_BYTES ((size_t)40 * 1024) /* AddImportChunk takes 48 KiB */
#define ARENA_BYTES (64 * MIB)

struct transfer {
    struct remote *remote;
    struct arena *arena; /* reset before each call */
    char job[UUID_TEXT_MAX];
    struct cli_form form; /* of an export */
};

static enum status ask(struct transfer *transfer, const char *method, struct cli_json *json,
                       const ProtobufCMessage **answer, struct fault *fault)
{
    struct remote_call call = {.method = method, .body = cli_json_done(json)};
    if (call.body.length == 0)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    return remote_ask_message(transfer->remote, &call, transfer->arena, answer, fault);
}

static void begin(struct transfer *transfer, struct cli_json *json)
{
    arena_reset(transfer->arena);
    cli_json_init(json, transfer->arena);
    if (transfer->job[0] != '\0')
        cli_json_text(json, "job_uuid", text_of(transfer->job));
}

static enum status start(struct transfer *transfer, struct fault *fault)
{
    struct cli_json json;
    const ProtobufCMessage *answer;
    begin(transfer, &json);
    enum status status = ask(transfer, "Bom.StartImport", &json, &answer, fault);
    if (status != STATUS_OK)
        return status;
    struct uuid job;
    struct text bytes = transfer_job(answer);
    if (bytes.length != sizeof job.bytes)
        return fault_set(fault, STATUS_INTERNAL, "", "the server gave the import no id");
    memcpy(job.bytes, bytes.bytes, sizeof job.bytes);
    uuid_format(job, transfer->job);
    return STATUS_OK;
}

static enum status send_file(struct transfer *transfer, const char *file, struct text bytes,
                             struct fault *fault)
{
    enum status status = STATUS_OK;
    size_t chunks = bytes.length == 0 ? 1 : (bytes.length + CHUNK_BYTES - 1) / CHUNK_BYTES;
    for (size_t chunk = 0; status == STATUS_OK && chunk < chunks; chunk++) {
        char number[24];
        struct cli_json json;
        const ProtobufCMessage *answer;
        struct text part = {bytes.bytes + chunk * CHUNK_BYTES, bytes.length - chunk * CHUNK_BYTES};
        part.length = part.length < CHUNK_BYTES ? part.length : CHUNK_BYTES;
        snprintf(number, sizeof number, "%zu", chunk);
        begin(transfer, &json);
        cli_json_text(&json, "file", text_of(file));
        cli_json_raw(&json, "chunk", number);
        cli_json_base64(&json, "content", part);
        status = ask(transfer, "Bom.AddImportChunk", &json, &answer, fault);
    }
    return status;
}

/* Every file of the folder that is there; NOT_FOUND when none is. */
static enum status read_files(const char *dir, struct cli_folder *folder, struct fault *fault)
{
    enum status status = cli_folder_read(dir, folder, fault);
    bool any = false;
    for (int i = 0; i < PLANT_FILES; i++)
        any = any || folder->bytes[i].bytes;
    return any || status != STATUS_OK ? status
                                      : fault_set(fault, STATUS_NOT_FOUND, "",
                                                  "folder \"%s\" holds no file of a plant", dir);
}

static enum status send_files(struct transfer *transfer, const struct text bytes[PLANT_FILES],
                              struct fault *fault)
{
    enum status status = start(transfer, fault);
    for (int i = 0; status == STATUS_OK && i < PLANT_FILES; i++) {
        if (bytes[i].bytes)
            status = send_file(transfer, plant_files[i].name, bytes[i], fault);
    }
    return status;
}

static void print_file(struct transfer_file file)
{
    printf("%s: %" PRIu32 " rows", file.name, file.rows);
    if (file.merged)
        printf(", %" PRIu32 " added, %" PRIu32 " changed, %" PRIu32 " unchanged; %" PRIu32
               " of the plant are not in the file, %" PRIu32 " of them removed",
               file.added, file.changed, file.unchanged, file.missing, file.removed);
    if (file.follow > 0)
        printf("; %" PRIu32 " follow a template", file.follow);
    printf("\n");
}

/* Says what came of it; CLI_DONE or CLI_BAD_DATA. */
static int report(const ProtobufCMessage *answer, const struct cli_folder *folder, bool dry_run)
{
    struct transfer_result result = transfer_result(answer);
    for (size_t i = 0; i < result.error_shown; i++)
        cli_folder_error(folder, result.errors[i]);
    if (result.error_count > 0) {
        fprintf(stderr, "millrace: %" PRIu64 " error%s, nothing was changed\n", result.error_count,
                result.error_count == 1 ? "" : "s");
        return CLI_BAD_DATA;
    }
    for (size_t i = 0; i < result.file_count; i++)
        print_file(transfer_file(answer, i));
    if (dry_run)
        printf("nothing was changed: --dry-run\n");
    return CLI_DONE;
}

/* The plant that plant.csv names in its row "plant,CODE", when no other is given. */
static void take_plant(struct remote *remote, const struct text bytes[PLANT_FILES])
{
    struct text csv = text_of("");
    for (int i = 0; i < PLANT_FILES; i++) {
        if (strcmp(plant_files[i].name, "plant.csv") == 0 && bytes[i].bytes)
            csv = bytes[i];
    }
    for (size_t at = 0; remote_plant(remote)[0] == '\0' && at < csv.length;) {
        const char *line = csv.bytes + at;
        const char *end = memchr(line, '\n', csv.length - at);
        size_t length = end ? (size_t)(end - line) : csv.length - at;
        at += length + 1;
        if (length > 6 && memcmp(line, "plant,", 6) == 0) {
            char plant[TEXT_CODE_MAX + 1];
            snprintf(plant, sizeof plant, "%.*s", (int)(length - 6), line + 6);
            plant[strcspn(plant, "\r,")] = '\0';
            remote_set_plant(remote, plant);
        }
    }
}

/* "items.csv" or "items.xlsx" for items.csv */
static bool is_file(struct text said, const char *file)
{
    size_t stem = strcspn(file, ".");
    return said.length > stem && said.bytes[stem] == '.' && memcmp(said.bytes, file, stem) == 0;
}

/* The files of the list "items.csv,bom.csv" are marked; false, and why, when the folder lacks one.
 */
static bool mark_listed(const char *list, const struct cli_folder *folder, bool marked[PLANT_FILES])
{
    for (const char *at = list; at; at = strchr(at, ',')) {
        at += *at == ',';
        struct text said = {at, strcspn(at, ",")};
        bool found = false;
        for (int i = 0; i < PLANT_FILES; i++) {
            if (!folder->bytes[i].bytes || !is_file(said, plant_files[i].name))
                continue;
            marked[i] = found = true;
        }
        if (!found) {
            fprintf(stderr, "millrace: --only: \"%.*s\" is no file of the folder\n",
                    (int)said.length, said.bytes);
            return false;
        }
    }
    return true;
}

/* What import is asked for beside the folder. */
struct import_words {
    bool dry_run;
    const char *only;   /* NULL: all files of the folder */
    const char *remove; /* NULL: nothing */
};

static enum status finish_import(struct transfer *transfer, const struct import_words *words,
                                 const ProtobufCMessage **answer, struct fault *fault)
{
    struct cli_json json;
    begin(transfer, &json);
    if (words->dry_run)
        cli_json_raw(&json, "dry_run", "true");
    if (words->remove) {
        cli_json_open(&json, "remove", '[');
        for (const char *at = words->remove; at; at = strchr(at, ',')) {
            at += *at == ',';
            cli_json_text(&json, NULL, (struct text){at, strcspn(at, ",")});
        }
        cli_json_close(&json, ']');
    }
    return ask(transfer, "Bom.FinishImport", &json, answer, fault);
}

static int import(struct transfer *transfer, const char *dir, const struct import_words *words)
{
    struct cli_folder folder;
    struct fault fault = {.status = STATUS_OK};
    const ProtobufCMessage *answer = NULL;
    enum status status = read_files(dir, &folder, &fault);
    take_plant(transfer->remote, folder.bytes);
    struct text sent[PLANT_FILES] = {{NULL, 0}};
    bool wanted[PLANT_FILES] = {false};
    if (status == STATUS_OK && !mark_listed(words->only, &folder, wanted)) {
        cli_folder_free(&folder);
        return CLI_BAD_USAGE;
    }
    for (int i = 0; i < PLANT_FILES; i++) {
        if (!words->only || wanted[i])
            sent[i] = folder.bytes[i];
    }
    if (status == STATUS_OK)
        status = send_files(transfer, sent, &fault);
    if (status == STATUS_OK)
        status = finish_import(transfer, words, &answer, &fault);
    int result =
        status == STATUS_OK ? report(answer, &folder, words->dry_run) : cli_online_fault(&fault);
    cli_folder_free(&folder);
    return result;
}

static size_t lines_of(struct text content)
{
    size_t lines = 0;
    for (size_t i = 0; i < content.length; i++)
        lines += content.bytes[i] == '\n';
    return lines;
}

/* A file without rows is not written, and what the server does not keep as a file (movements.csv:
   its ledger has them) is passed over. */
static enum status fetch_file(struct transfer *transfer, const char *dir, enum plant_file_id file,
                              struct fault *fault)
{
    struct bytes fetched = {.max = CLI_FETCHED_MAX};
    const struct cli_member asked[] = {{"file", plant_files[file].name, false}};
    const struct cli_fetch fetch = {transfer->remote, transfer->arena, "Bom.ExportFile", asked, 1};
    enum status status = cli_fetch(&fetch, &fetched, fault);
    struct text csv = bytes_text(&fetched);
    if (status == STATUS_OK && lines_of(csv) > 1)
        status = cli_folder_write(dir, file, csv, &transfer->form, fault);
    if (status == STATUS_NOT_FOUND && strcmp(fault->field, "file") == 0) {
        *fault = (struct fault){.status = STATUS_OK};
        status = STATUS_OK;
    }
    bytes_release(&fetched);
    return status;
}

static int export(struct transfer *transfer, const char *dir)
{
    struct fault fault = {.status = STATUS_OK};
    enum status status = folder_make(dir, &fault);
    for (int i = 0; status == STATUS_OK && i < PLANT_FILES; i++)
        status = fetch_file(transfer, dir, (enum plant_file_id)i, &fault);
    return status == STATUS_OK ? CLI_DONE : cli_online_fault(&fault);
}

static int with_transfer(const struct remote_words *words, const char *dir,
                         const struct import_words *in, const struct cli_form *out)
{
    struct transfer transfer = {.arena = arena_new(ARENA_BYTES)};
    if (out)
        transfer.form = *out;
    struct fault fault = {.status = STATUS_OK};
    int result;
    if (!transfer.arena)
        return CLI_SYSTEM_FAILED;
    if (remote_open(words, &transfer.remote, &fault) != STATUS_OK)
        result = cli_online_fault(&fault);
    else
        result = out ? export(&transfer, dir) : import(&transfer, dir, in);
    remote_close(&transfer.remote);
    arena_free(&transfer.arena);
    return result;
}

int cli_import(int argc, char **argv)
{
    struct remote_words words = {0};
    const char *dir = NULL;
    const char *dry_run = NULL;
    struct import_words in = {0};
    const struct cli_option options[] = {{"config", true, &words.config},
                                         {"plant", true, &words.plant},
                                         {"dry-run", false, &dry_run},
                                         {"only", true, &in.only},
                                         {"remove", true, &in.remove}};
    if (!cli_options(argc, argv, options, COUNT_OF(options), &dir))
        return CLI_BAD_USAGE;
    in.dry_run = dry_run != NULL;
    return dir ? with_transfer(&words, dir, &in, NULL) : cli_usage("import needs DIR");
}

int cli_export(int argc, char **argv)
{
    struct remote_words words = {0};
    const char *dir = NULL;
    const char *chinese = NULL;
    const char *xlsx = NULL;
    const struct cli_option options[] = {{"config", true, &words.config},
                                         {"plant", true, &words.plant},
                                         {"chinese", false, &chinese},
                                         {"xlsx", false, &xlsx}};
    if (!cli_options(argc, argv, options, COUNT_OF(options), &dir))
        return CLI_BAD_USAGE;
    const struct cli_form form = {chinese != NULL, xlsx != NULL};
    return dir ? with_transfer(&words, dir, NULL, &form) : cli_usage("export needs DIR");
}
