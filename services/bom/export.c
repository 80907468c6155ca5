#include "services/bom/export.h"

#include "common/base/bytes.h"
#include "common/io/sheet.h"
#include "common/plant/plant_chinese.h"
#include "common/plant/plant_store.h"
#include "services/bom/bom_codec.h"
#include "services/bom/bom_service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORT_PART_MAX (192 * KIB)

/* Passes over what earlier parts held, keeps one part, then ends the copy. */
struct export_part {
    int64_t skip;
    char *bytes;
    size_t length;
    bool full;
};

static enum status export_sink(void *context, const char *bytes, size_t count, struct fault *fault)
{
    struct export_part *part = context;
    if ((int64_t)count <= part->skip) {
        part->skip -= (int64_t)count;
        return STATUS_OK;
    }
    bytes += part->skip;
    count -= (size_t)part->skip;
    part->skip = 0;
    if (count > EXPORT_PART_MAX - part->length) {
        part->full = true;
        return fault_set(fault, STATUS_LIMIT, "", "part is full"); /* ends the copy; not an error */
    }
    memcpy(part->bytes + part->length, bytes, count);
    part->length += count;
    return STATUS_OK;
}

static enum status export_stream(struct rpc_request *request, const struct export_ask *ask)
{
    struct fault fault = {0};
    struct export_part part = {.skip = ask->offset};
    part.bytes = arena_alloc(request->arena, EXPORT_PART_MAX, 1);
    if (!part.bytes)
        return fault_set(&request->fault, STATUS_LIMIT, "", "part does not fit in memory");
    enum status status =
        plant_export(request->sql, text_of(request->plant), ask->file, export_sink, &part, &fault);
    if (status != STATUS_OK && !part.full) {
        request->fault = fault;
        return status;
    }
    struct text content = {part.bytes, part.length};
    return encode_export(request, content, part.full ? ask->offset + (int64_t)part.length : 0);
}

/* ---- files that must be made as a whole ---- */

#define EXPORT_WHOLE_MAX (1024 * MIB)

static enum status read_back(FILE *file, struct bytes *out, struct fault *fault)
{
    char piece[16 * KIB];
    size_t count;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && (count = fread(piece, 1, sizeof piece, file)) > 0)
        status = bytes_sink(out, piece, count, fault);
    return status;
}

/* libxlsxwriter writes to a path only. */
static enum status to_workbook(const char *sheet, struct bytes *whole, struct fault *fault)
{
    char path[] = "/tmp/millrace-export-XXXXXX";
    struct bytes made = {.max = EXPORT_WHOLE_MAX};
    int place = mkstemp(path);
    FILE *file = place >= 0 ? fdopen(place, "rb") : NULL;
    enum status status =
        file ? sheet_write(bytes_text(whole), sheet, path, fault)
             : fault_set(fault, STATUS_UNAVAILABLE, "", "could not make a temporary file");
    FILE *written = status == STATUS_OK ? fopen(path, "rb") : NULL;
    if (written) {
        status = read_back(written, &made, fault);
        fclose(written);
    }
    if (file)
        fclose(file);
    if (place >= 0)
        (void)unlink(path);
    bytes_release(whole);
    *whole = made;
    return status;
}

static enum status to_chinese(const struct export_ask *ask, struct bytes *whole,
                              struct fault *fault)
{
    struct text chinese;
    if (!plant_chinese(plant_file_find(ask->csv), bytes_text(whole), &chinese))
        return fault_set(fault, STATUS_LIMIT, "", "no memory");
    bytes_release(whole);
    *whole = (struct bytes){(char *)(uintptr_t)chinese.bytes, chinese.length, chinese.length,
                            EXPORT_WHOLE_MAX};
    return STATUS_OK;
}

static enum status make_whole(struct rpc_request *request, const struct export_ask *ask,
                              struct bytes *whole)
{
    char sheet[TEXT_CODE_MAX + 1];
    snprintf(sheet, sizeof sheet, "%.*s", (int)strcspn(ask->csv, "."), ask->csv);
    enum status status = plant_export(request->sql, text_of(request->plant), text_of(ask->csv),
                                      bytes_sink, whole, &request->fault);
    if (status == STATUS_OK && ask->chinese)
        status = to_chinese(ask, whole, &request->fault);
    if (status == STATUS_OK && ask->workbook)
        status = to_workbook(sheet, whole, &request->fault);
    return status;
}

/* Is the file whose first part was given last the one that is asked for? */
static bool is_kept(const struct export_kept *kept, const struct rpc_request *request,
                    const struct export_ask *ask)
{
    return kept->bytes && kept->chinese == ask->chinese &&
           strcmp(kept->plant, request->plant) == 0 && text_is(ask->file, kept->file) &&
           ask->offset < (int64_t)kept->length;
}

static enum status keep(struct export_kept *kept, struct rpc_request *request,
                        const struct export_ask *ask)
{
    struct bytes whole = {.max = EXPORT_WHOLE_MAX};
    enum status status = make_whole(request, ask, &whole);
    if (status == STATUS_OK && ask->offset > (int64_t)whole.length)
        status = fault_set(&request->fault, STATUS_INVALID, "after", "after is behind the end");
    if (status != STATUS_OK) {
        bytes_release(&whole);
        return status;
    }
    free(kept->bytes);
    kept->bytes = whole.bytes;
    kept->length = whole.length;
    kept->chinese = ask->chinese;
    snprintf(kept->plant, sizeof kept->plant, "%s", request->plant);
    snprintf(kept->file, sizeof kept->file, "%.*s", (int)ask->file.length, ask->file.bytes);
    return STATUS_OK;
}

/* Made at its first part and kept for the others, so that they are parts of one file; two who
   export at a time make it anew for each other. */
static enum status export_whole(struct rpc_request *request, const struct export_ask *ask)
{
    struct bom_service *service = request->service;
    struct export_kept *kept = &service->exported;
    enum status status = STATUS_OK;
    pthread_mutex_lock(&kept->lock);
    if (ask->offset == 0 || !is_kept(kept, request, ask))
        status = keep(kept, request, ask);
    if (status == STATUS_OK) {
        size_t left = kept->length - (size_t)ask->offset;
        size_t count = left < EXPORT_PART_MAX ? left : EXPORT_PART_MAX;
        struct text part = {kept->bytes + ask->offset, count};
        status = encode_export(request, part, count < left ? ask->offset + (int64_t)count : 0);
        if (status == STATUS_OK && count == left) {
            free(kept->bytes);
            kept->bytes = NULL;
        }
    }
    pthread_mutex_unlock(&kept->lock);
    return status;
}

enum status handle_export_file(struct rpc_request *request)
{
    struct export_ask ask;
    enum status status = decode_export(request, &ask);
    if (status != STATUS_OK)
        return status;
    if (!ask.workbook && !ask.chinese)
        return export_stream(request, &ask);
    if (plant_file_find(ask.csv) == PLANT_FILES)
        return fault_set(&request->fault, STATUS_NOT_FOUND, "file",
                         "file \"%.*s\" is no file of a plant", (int)ask.file.length,
                         ask.file.bytes);
    return export_whole(request, &ask);
}
