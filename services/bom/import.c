#include "services/bom/import.h"

#include "common/bom/bom_patch.h"
#include "common/io/clock.h"
#include "common/io/sheet.h"
#include "common/ledger/act.h"
#include "common/plant/plant_columns.h"
#include "common/plant/plant_read.h"
#include "services/bom/bill_core.h"
#include "services/bom/bom_codec.h"
#include "services/bom/bom_service.h"
#include "services/bom/bom_store.h"
#include "services/bom/import_core.h"
#include "services/bom/import_store.h"
#include "services/bom/merge.h"
#include "services/bom/merge_store.h"

#include <stdio.h>
#include <string.h>

#define IMPORT_BYTES_MAX (4096 * MIB) /* the folder, and again the plant */
#define GRAPH_BYTES_MAX  (1024 * MIB)

/* The key is the job: a repeat of the call names the same one. */
enum status handle_start_import(struct rpc_request *request)
{
    struct uuid job = uuid_is_nil(request->key) ? clock_uuid() : request->key;
    enum status status = store_start_job(request->sql, text_of(request->plant), job,
                                         text_of(request->principal.name), &request->fault);
    return status == STATUS_OK ? encode_start_import(request, job) : status;
}

enum status handle_add_import_chunk(struct rpc_request *request)
{
    struct import_chunk chunk;
    enum status status = decode_add_chunk(request, &chunk);
    if (status == STATUS_OK)
        status = store_put_chunk(request->sql, &chunk, &request->fault);
    return status == STATUS_OK ? encode_add_chunk(request) : status;
}

/* ---- progress ---- */

static void progress_set(struct import_progress *progress, struct uuid job, int64_t done,
                         int64_t all)
{
    pthread_mutex_lock(&progress->lock);
    progress->job = job;
    progress->done = done;
    progress->all = all;
    pthread_mutex_unlock(&progress->lock);
}

static bool progress_get(struct import_progress *progress, struct uuid job,
                         struct import_state *state)
{
    pthread_mutex_lock(&progress->lock);
    bool mine = !uuid_is_nil(job) && uuid_cmp(progress->job, job) == 0;
    state->done = mine ? progress->done : 0;
    state->all = mine ? progress->all : 0;
    pthread_mutex_unlock(&progress->lock);
    return mine;
}

enum status handle_get_import(struct rpc_request *request)
{
    struct bom_service *service = request->service;
    struct import_state state = {.state = "open"};
    struct uuid job;
    enum status status = decode_get_import(request, &job);
    if (status == STATUS_OK)
        status = store_job_reply(request->sql, text_of(request->plant), job, request->arena,
                                 &state.report, &request->fault);
    if (status != STATUS_OK)
        return status;
    if (state.report.bytes)
        state.state = "done";
    else if (progress_get(&service->importing, job, &state))
        state.state = "running";
    return encode_import_state(request, &state);
}

/* One FinishImport under way.  `memory` is its own: a folder may be far larger than a request. */
struct import {
    struct rpc_request *request;
    struct arena *memory;
    struct finish_ask ask;
    bool taken_back; /* what was written into a plant that has data: the work then fails */
    bool told;       /* an event was written */
    struct text given[PLANT_FILES];
    bool workbook[PLANT_FILES]; /* came as one: errors name it so */
    struct text reply;
};

static void on_rows(void *context, int64_t done, int64_t all)
{
    struct import *import = context;
    struct bom_service *service = import->request->service;
    progress_set(&service->importing, import->ask.job, done, all);
}

/* The chunks first .. end of one file, joined. */
static enum status join(struct import *import, const struct import_chunk *chunks, size_t count,
                        struct text *whole, struct fault *fault)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        if (chunks[i].chunk != (int64_t)i)
            return fault_set(fault, STATUS_INVALID, "job_uuid", "file \"%.*s\" lacks chunk %zu",
                             (int)chunks[i].file.length, chunks[i].file.bytes, i);
        length += chunks[i].content.length;
    }
    char *bytes = arena_alloc(import->memory, length + 1, 1);
    if (!bytes)
        return fault_set(fault, STATUS_LIMIT, "job_uuid", "folder does not fit in memory");
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(bytes + at, chunks[i].content.bytes, chunks[i].content.length);
        at += chunks[i].content.length;
    }
    *whole = (struct text){bytes, length};
    return STATUS_OK;
}

/* The first sheet as CSV.  The folder has each file once. */
static enum status read_workbook(struct import *import, enum plant_file_id file, struct text *whole,
                                 struct fault *fault)
{
    char sheet[SHEET_NAME_MAX];
    struct text rows;
    struct fault wrong = {0};
    enum status status = sheet_read(*whole, &rows, sheet, &wrong);
    if (status != STATUS_OK)
        return fault_set(fault, status, "file", "workbook for \"%s\": %s", plant_files[file].name,
                         wrong.message);
    char *kept = text_copy(rows, import->memory);
    *whole = (struct text){kept, rows.length};
    import->workbook[file] = true;
    sheet_free(&rows);
    return kept ? STATUS_OK
                : fault_set(fault, STATUS_LIMIT, "job_uuid", "folder does not fit in memory");
}

static enum status take_file(struct import *import, const struct import_chunk *chunks, size_t count,
                             struct fault *fault)
{
    struct text whole;
    char name[TEXT_CODE_MAX + 1];
    enum status status = join(import, chunks, count, &whole, fault);
    bool workbook = export_workbook(chunks[0].file, name);
    enum plant_file_id file = plant_file_find(name);
    if (file == PLANT_FILES)
        return fault_set(fault, STATUS_INVALID, "file", "file \"%.*s\" is no file of a plant",
                         (int)chunks[0].file.length, chunks[0].file.bytes);
    if (import->given[file].bytes)
        return fault_set(fault, STATUS_INVALID, "file",
                         "file \"%s\" is given as CSV and as a workbook", name);
    if (status == STATUS_OK && workbook)
        status = read_workbook(import, file, &whole, fault);
    import->given[file] = whole;
    return status;
}

static enum status take_files(struct import *import, struct sql *sql, struct fault *fault)
{
    struct import_chunk *chunks;
    size_t count;
    enum status status = store_chunks(sql, text_of(import->request->plant), import->ask.job,
                                      import->memory, &chunks, &count, fault);
    for (size_t first = 0; status == STATUS_OK && first < count;) {
        size_t end = first + 1;
        while (end < count && text_equal(chunks[end].file, chunks[first].file))
            end++;
        status = take_file(import, chunks + first, end - first, fault);
        first = end;
    }
    return status;
}

/* "items.csv:4: ..." of a workbook as "items.xlsx:4: ...": the row of the sheet. */
static char *error_text(struct import *import, const char *error)
{
    for (enum plant_file_id file = FILE_PLANT; file < PLANT_FILES; file++) {
        const char *name = plant_files[file].name;
        size_t length = strlen(name);
        if (!import->workbook[file] || strncmp(error, name, length) != 0 || error[length] != ':')
            continue;
        size_t room = strlen(error) + 2;
        char *text = arena_alloc(import->memory, room, 1);
        if (text)
            snprintf(text, room, "%.*s.xlsx%s", (int)strcspn(name, "."), name, error + length);
        return text;
    }
    return text_copy(text_of(error), import->memory);
}

/* What is wrong with the folder is an answer, not a failure of the call: all errors at once. */
static enum status report_errors(struct import *import, const struct plant_reader *reader,
                                 struct fault *fault)
{
    struct import_report report = {.error_count = plant_reader_error_count(reader)};
    uint32_t kept = plant_reader_error_kept(reader);
    report.error_kept = kept < REPORT_ERRORS_MAX ? kept : REPORT_ERRORS_MAX;
    report.errors = arena_alloc(import->memory, report.error_kept + 1, sizeof(char *));
    bool ok = report.errors != NULL;
    for (uint32_t i = 0; ok && i < report.error_kept; i++) {
        report.errors[i] = error_text(import, plant_reader_error(reader, i));
        ok = report.errors[i] != NULL;
    }
    if (!ok)
        return fault_set(fault, STATUS_LIMIT, "", "errors do not fit in memory");
    return encode_report(&report, import->memory, &import->reply, fault);
}

static enum status report_rows(struct import *import, const struct plant *plant,
                               struct fault *fault)
{
    struct import_file rows[PLANT_FILES];
    struct import_report report = {.files = rows};
    for (enum plant_file_id file = FILE_CALENDAR; file < PLANT_FILES; file++) {
        uint32_t count;
        (void)plant_array(plant, file, &count);
        if (count > 0)
            rows[report.file_count++] = (struct import_file){plant_files[file].name, count, NULL};
    }
    return encode_report(&report, import->memory, &import->reply, fault);
}

static enum status check_plant_name(const struct import *import, const struct plant *plant,
                                    struct fault *fault)
{
    const char *named = plant_text(plant, plant->facts.plant);
    if (plant->facts.plant == 0 || strcmp(named, import->request->plant) == 0)
        return STATUS_OK;
    return fault_set(fault, STATUS_INVALID, "plant",
                     "folder is of plant \"%s\", the import is into plant \"%s\"", named,
                     import->request->plant);
}

static void tell_wrong(void *context, enum plant_file_id file, const struct bill_wrong *wrong)
{
    plant_reader_refuse(context, file, wrong->row, wrong->column, wrong->message);
}

/* Beyond what a folder must be to be planned: what a bill must be that is saved. */
static enum status check_bills(struct plant_reader *reader, const struct plant *plant,
                               struct fault *fault)
{
    struct arena *scratch = arena_new(GRAPH_BYTES_MAX);
    enum status status = scratch ? bill_check_plant(plant, scratch, tell_wrong, reader, fault)
                                 : fault_set(fault, STATUS_LIMIT, "", "out of memory");
    arena_free(&scratch);
    return status;
}

static enum status write_plant(struct import *import, struct sql *sql, const struct plant *plant,
                               struct fault *fault)
{
    struct import_rows rows;
    struct import_write write = {
        .plant_id = text_of(import->request->plant),
        .plant = plant,
        .rows = &rows,
        .principal = text_of(import->request->principal.name),
        .on_rows = on_rows,
        .context = import,
    };
    enum status status = check_plant_name(import, plant, fault);
    if (status == STATUS_OK)
        status = import_rows_of(plant, import->memory, &rows, fault);
    if (status == STATUS_OK)
        status = report_rows(import, plant, fault);
    if (status != STATUS_OK || import->ask.dry_run)
        return status;
    status = store_import(sql, &write, import->memory, fault);
    if (status == STATUS_OK)
        status = store_finish_job(sql, write.plant_id, import->ask.job, import->reply, fault);
    return status;
}

static enum status read_and_write(struct import *import, struct sql *sql,
                                  struct plant_reader *reader, struct fault *fault)
{
    struct plant *plant = NULL;
    struct fault wrong = {0};
    for (enum plant_file_id file = FILE_PLANT; file < PLANT_FILES; file++) {
        bool taken = !import->given[file].bytes ||
                     plant_reader_take(reader, plant_files[file].name, import->given[file]);
        ASSERT(taken);
    }
    enum status status = plant_reader_finish(reader, &plant, &wrong);
    bool refused = status == STATUS_INVALID || status == STATUS_BOM_CYCLE;
    if (status == STATUS_OK)
        status = check_bills(reader, plant, fault);
    else if (!refused)
        *fault = wrong;
    if (refused || (status == STATUS_OK && plant_reader_error_count(reader) > 0))
        status = report_errors(import, reader, fault);
    else if (status == STATUS_OK)
        status = write_plant(import, sql, plant, fault);
    plant_free(&plant);
    return status;
}

/* Into a new plant. */
static enum status fill(struct import *import, struct sql *sql, struct fault *fault)
{
    for (enum plant_file_id file = FILE_PLANT; file < PLANT_FILES; file++) {
        if (import->ask.remove[file])
            return fault_set(fault, STATUS_INVALID, "remove", "the plant has no rows to remove");
    }
    struct plant_reader *reader = plant_reader_new(IMPORT_BYTES_MAX);
    if (!reader)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    enum status status = read_and_write(import, sql, reader, fault);
    plant_reader_free(&reader);
    return status;
}

static enum status report_merge(struct import *import, struct merge_done *done, struct fault *fault)
{
    struct import_file rows[PLANT_FILES];
    struct import_report report = {.files = rows, .error_count = done->errors.count};
    for (enum plant_file_id file = FILE_CALENDAR; file < PLANT_FILES; file++) {
        if (import->given[file].bytes && done->errors.count == 0)
            rows[report.file_count++] = (struct import_file){
                plant_files[file].name, done->counts[file].rows, &done->counts[file]};
    }
    report.errors = done->errors.texts;
    report.error_kept = done->errors.kept;
    for (size_t i = 0; i < report.error_kept; i++) {
        report.errors[i] = error_text(import, report.errors[i]);
        if (!report.errors[i])
            return fault_set(fault, STATUS_LIMIT, "", "errors do not fit in memory");
    }
    return encode_report(&report, import->memory, &import->reply, fault);
}

/* Into a plant that has data.  What was written with an error, or in a dry run, is rolled back. */
static enum status merge(struct import *import, struct sql *sql, struct fault *fault)
{
    struct merge_done done;
    struct text plant = text_of(import->request->plant);
    struct merge_ask ask = {plant, text_of(import->request->principal.name), import->given,
                            import->ask.remove};
    enum status status = merge_import(sql, &ask, import->memory, &done, fault);
    if (status == STATUS_OK)
        status = report_merge(import, &done, fault);
    import->taken_back = status == STATUS_OK && (done.errors.count > 0 || import->ask.dry_run);
    if (import->taken_back)
        return fault_set(fault, STATUS_STATE_CONFLICT, "", "taken back");
    import->told = status == STATUS_OK && done.change_seq > 0;
    return status == STATUS_OK ? store_finish_job(sql, plant, import->ask.job, import->reply, fault)
                               : status;
}

/* May run again after a deadlock: starts from scratch. */
static enum status import_work(struct sql *sql, void *context, struct fault *fault)
{
    struct import *import = context;
    struct text plant = text_of(import->request->plant);
    struct act act = act_of_request(import->request);
    bool has_data;
    act.object = plant;
    arena_reset(import->memory);
    memset(import->workbook, 0, sizeof import->workbook);
    memset(import->given, 0, sizeof import->given);
    import->taken_back = import->told = false;
    enum status status =
        store_lock_job(sql, plant, import->ask.job, import->memory, &import->reply, fault);
    if (status != STATUS_OK || import->reply.bytes)
        return status; /* done before: the same answer */
    status = take_files(import, sql, fault);
    if (status == STATUS_OK)
        status = merge_has_data(sql, plant, import->memory, &has_data, fault);
    if (status == STATUS_OK)
        status = store_plant_state(sql, plant, import->memory, &act.before, fault);
    if (status != STATUS_OK)
        return status;
    status = has_data ? merge(import, sql, fault) : fill(import, sql, fault);
    if (status == STATUS_OK)
        status = store_plant_state(sql, plant, import->memory, &act.after, fault);
    bool written = import->told || (!has_data && act.after.length > 0);
    return status == STATUS_OK && written ? act_insert(sql, &act, fault) : status;
}

static enum status finish(struct import *import)
{
    struct rpc_request *request = import->request;
    struct bom_service *service = request->service;
    enum status status = sql_transaction(request->sql, import_work, import, &request->fault);
    progress_set(&service->importing, (struct uuid){{0}}, 0, 0);
    if (import->taken_back)
        request->fault = (struct fault){0};
    else if (status != STATUS_OK)
        return status;
    char *reply = text_copy(import->reply, request->arena);
    if (!reply)
        return fault_set(&request->fault, STATUS_LIMIT, "", "reply does not fit in memory");
    request->reply = (struct text){reply, import->reply.length};
    if (import->told && service->doorbell)
        feed_send(service->doorbell, request->plant, text_of(""));
    return STATUS_OK;
}

enum status handle_finish_import(struct rpc_request *request)
{
    struct import import = {.request = request};
    enum status status = decode_finish_import(request, &import.ask);
    if (status != STATUS_OK)
        return status;
    import.memory = arena_new(IMPORT_BYTES_MAX);
    if (!import.memory)
        return fault_set(&request->fault, STATUS_LIMIT, "", "out of memory");
    status = finish(&import);
    arena_free(&import.memory);
    return status;
}
