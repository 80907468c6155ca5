#ifndef MILLRACE_BOM_CODEC_H
#define MILLRACE_BOM_CODEC_H

#include "common/bom/bom_graph.h"
#include "common/io/rpc.h"
#include "common/plant/plant.h"
#include "services/bom/bom_store.h"
#include "services/bom/merge_core.h"

/* Bytes to structs and back; the only file here that includes a generated header. */
extern const void *const bom_descriptor;

#define EVENT_MASTER_IMPORTED 5 /* EventKind of proto/event.proto; the codec asserts it */

/* The body of the event of an import, which is a plant's first. */
enum status encode_master_imported(struct text plant, struct arena *arena, struct text *body,
                                   struct fault *fault) MUST_CHECK;

#define CHUNK_BYTES_MAX (48 * KIB)
#define CHUNKS_MAX      65536 /* of a file: 3 GiB */

enum status encode_start_import(struct rpc_request *request, struct uuid job) MUST_CHECK;
enum status decode_add_chunk(struct rpc_request *request, struct import_chunk *chunk) MUST_CHECK;
enum status encode_add_chunk(struct rpc_request *request) MUST_CHECK;

/* remove: by file */
struct finish_ask {
    struct uuid job;
    bool dry_run;
    bool remove[PLANT_FILES];
};

enum status decode_finish_import(struct rpc_request *request, struct finish_ask *ask) MUST_CHECK;

/* report: the reply of FinishImport, without bytes where there is none yet */
struct import_state {
    const char *state;
    int64_t done;
    int64_t all;
    struct text report;
};

enum status decode_get_import(struct rpc_request *request, struct uuid *job) MUST_CHECK;
enum status encode_import_state(struct rpc_request *request,
                                const struct import_state *state) MUST_CHECK;

#define REPORT_ERRORS_MAX 1000

struct import_file {
    const char *file;
    uint32_t rows;
    const struct merge_counts *merged; /* NULL: into a new plant */
};

struct import_report {
    struct import_file *files;
    size_t file_count;
    char **errors;
    size_t error_kept;
    uint64_t error_count;
};

enum status encode_report(const struct import_report *report, struct arena *arena,
                          struct text *reply, struct fault *fault) MUST_CHECK;

struct export_ask {
    struct text file;
    char csv[TEXT_CODE_MAX + 1]; /* the file of the plant folder that it is made of */
    bool workbook;
    bool chinese;
    int64_t offset;
};

/* "items.xlsx" into "items.csv".  False: no workbook. */
bool export_workbook(struct text file, char csv[TEXT_CODE_MAX + 1]);

enum status decode_export(struct rpc_request *request, struct export_ask *ask) MUST_CHECK;
/* next_offset 0: this was the last part */
enum status encode_export(struct rpc_request *request, struct text content,
                          int64_t next_offset) MUST_CHECK;

enum status decode_get_item(struct rpc_request *request, struct text *item) MUST_CHECK;

struct item_ask {
    struct text after;
    size_t limit;
    char *const *codes; /* instead of a page: these */
    size_t codes_count;
};

enum status decode_list_items(struct rpc_request *request, struct item_ask *ask) MUST_CHECK;

/* Items first .. first + count of the plant with their low-level codes. */
struct item_page {
    const struct bom_graph *graph;
    const uint32_t *items;
    uint32_t count;
    bool more;
};

enum status encode_item(struct rpc_request *request, const struct item_page *page) MUST_CHECK;
enum status encode_items(struct rpc_request *request, const struct item_page *page) MUST_CHECK;

#endif
