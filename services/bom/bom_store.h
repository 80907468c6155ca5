#ifndef MILLRACE_BOM_STORE_H
#define MILLRACE_BOM_STORE_H

#include "common/io/sql.h"
#include "common/plant/plant.h"
#include "services/bom/import_core.h"

/* SQL of the BOM service: the import's spool, and items.  Facts are read by
   common/plant/plant_store.h, written by import_store.h; both are parts of this schema. */
extern const struct sql_schema bom_schema;

#define BOM_PAGE_MAX 500

enum status store_start_job(struct sql *sql, struct text plant, struct uuid job,
                            struct text principal, struct fault *fault) MUST_CHECK;

struct import_chunk {
    struct text plant;
    struct uuid job;
    struct text file;
    int64_t chunk;
    struct text content;
};

/* The same chunk again replaces it.  NOT_FOUND: no such job. */
enum status store_put_chunk(struct sql *sql, const struct import_chunk *chunk,
                            struct fault *fault) MUST_CHECK;

/* Locks the job for the rest of the transaction.  `reply` has bytes when it was done before. */
enum status store_lock_job(struct sql *sql, struct text plant, struct uuid job, struct arena *arena,
                           struct text *reply, struct fault *fault) MUST_CHECK;

/* The answer of a job that is done, without waiting for one that runs; no bytes: not done. */
enum status store_job_reply(struct sql *sql, struct text plant, struct uuid job,
                            struct arena *arena, struct text *reply,
                            struct fault *fault) MUST_CHECK;

/* The chunks by file and number. */
enum status store_chunks(struct sql *sql, struct text plant, struct uuid job, struct arena *arena,
                         struct import_chunk **chunks, size_t *count,
                         struct fault *fault) MUST_CHECK;

/* Keeps the answer and forgets the chunks. */
enum status store_finish_job(struct sql *sql, struct text plant, struct uuid job, struct text reply,
                             struct fault *fault) MUST_CHECK;

#endif
