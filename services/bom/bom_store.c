#include "services/bom/bom_store.h"

#include "common/ledger/command.h"
#include "common/plant/plant_store.h"
#include "services/bom/change_store.h"
#include "services/bom/edit_store.h"
#include "services/bom/history_store.h"
#include "services/bom/import_store.h"
#include "services/bom/mass_store.h"
#include "services/bom/merge_store.h"
#include "services/bom/setting_store.h"
#include "services/bom/structure_store.h"
#include "services/bom/valued_store.h"

/* clang-format off */
enum { START_JOB, PUT_CHUNK, LOCK_JOB, JOB_REPLY, CHUNKS, KEEP_REPLY, DROP_CHUNKS };

static const struct sql_statement statements[] = {
    [START_JOB] = {
        .name = "bom.start_job",
        .text = "INSERT INTO import_job (plant_id, job, started_by) VALUES ($1, $2, $3)"
                " ON CONFLICT DO NOTHING",
        .params = "tut", .columns = "",
    },
    [PUT_CHUNK] = {
        .name = "bom.put_chunk",
        .text = "INSERT INTO import_chunk (plant_id, job, file, chunk, content)"
                " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (plant_id, job, file, chunk)"
                " DO UPDATE SET content = excluded.content",
        .params = "tutnx", .columns = "",
    },
    [LOCK_JOB] = {
        .name = "bom.lock_job",
        .text = "SELECT reply FROM import_job WHERE plant_id = $1 AND job = $2 FOR NO KEY UPDATE",
        .params = "tu", .columns = "x",
    },
    [JOB_REPLY] = {
        .name = "bom.job_reply",
        .text = "SELECT reply FROM import_job WHERE plant_id = $1 AND job = $2",
        .params = "tu", .columns = "x",
    },
    [CHUNKS] = {
        .name = "bom.chunks",
        .text = "SELECT file, chunk, content FROM import_chunk WHERE plant_id = $1 AND job = $2"
                " ORDER BY file, chunk",
        .params = "tu", .columns = "tnx",
    },
    [KEEP_REPLY] = {
        .name = "bom.keep_reply",
        .text = "UPDATE import_job SET reply = $3 WHERE plant_id = $1 AND job = $2",
        .params = "tux", .columns = "",
    },
    [DROP_CHUNKS] = {
        .name = "bom.drop_chunks",
        .text = "DELETE FROM import_chunk WHERE plant_id = $1 AND job = $2",
        .params = "tu", .columns = "",
    },
};
/* clang-format on */

static const struct sql_constraint constraints[] = {
    {"import_chunk_plant_id_job_fkey", STATUS_NOT_FOUND, "job_uuid",
     "import job does not exist at this plant"},
};

static const struct sql_schema *const parts[] = {
    &plant_schema,   &import_schema,  &structure_schema, &edit_schema,
    &history_schema, &mass_schema,    &merge_schema,     &change_schema,
    &valued_schema,  &command_schema, &setting_schema,   NULL};

const struct sql_schema bom_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
    .constraints = constraints,
    .constraint_count = COUNT_OF(constraints),
    .parts = parts,
};

enum status store_start_job(struct sql *sql, struct text plant, struct uuid job,
                            struct text principal, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_UUID(job), SQL_TEXT(principal)};
    return sql_run(sql, &statements[START_JOB], params, NULL, NULL, fault);
}

enum status store_put_chunk(struct sql *sql, const struct import_chunk *chunk, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(chunk->plant), SQL_UUID(chunk->job),
                                 SQL_TEXT(chunk->file), SQL_INT(chunk->chunk),
                                 SQL_TEXT(chunk->content)};
    return sql_run(sql, &statements[PUT_CHUNK], params, NULL, NULL, fault);
}

struct job_read {
    const struct sql_statement *statement;
    struct sql_value params[2];
};

static enum status read_job(struct sql *sql, const struct job_read *read, struct arena *arena,
                            struct text *reply, struct fault *fault)
{
    struct sql_rows rows;
    enum status status = sql_run(sql, read->statement, read->params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    if (rows.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "job_uuid",
                         "import job does not exist at this plant");
    const struct sql_value *stored = sql_at(&rows, 0, 0);
    *reply = stored->null ? (struct text){NULL, 0} : stored->as.text;
    return STATUS_OK;
}

enum status store_lock_job(struct sql *sql, struct text plant, struct uuid job, struct arena *arena,
                           struct text *reply, struct fault *fault)
{
    const struct job_read read = {&statements[LOCK_JOB], {SQL_TEXT(plant), SQL_UUID(job)}};
    return read_job(sql, &read, arena, reply, fault);
}

enum status store_job_reply(struct sql *sql, struct text plant, struct uuid job,
                            struct arena *arena, struct text *reply, struct fault *fault)
{
    const struct job_read read = {&statements[JOB_REPLY], {SQL_TEXT(plant), SQL_UUID(job)}};
    return read_job(sql, &read, arena, reply, fault);
}

enum status store_chunks(struct sql *sql, struct text plant, struct uuid job, struct arena *arena,
                         struct import_chunk **chunks, size_t *count, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_UUID(job)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[CHUNKS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct import_chunk *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return fault_set(fault, STATUS_LIMIT, "", "import does not fit in memory");
    for (size_t i = 0; i < rows.count; i++) {
        list[i].file = sql_at(&rows, i, 0)->as.text;
        list[i].chunk = sql_at(&rows, i, 1)->as.integer;
        list[i].content = sql_at(&rows, i, 2)->as.text;
    }
    *chunks = list;
    *count = rows.count;
    return STATUS_OK;
}

enum status store_finish_job(struct sql *sql, struct text plant, struct uuid job, struct text reply,
                             struct fault *fault)
{
    struct sql_value keep[] = {SQL_TEXT(plant), SQL_UUID(job), SQL_TEXT(reply)};
    struct sql_value drop[] = {SQL_TEXT(plant), SQL_UUID(job)};
    enum status status = sql_run(sql, &statements[KEEP_REPLY], keep, NULL, NULL, fault);
    return status == STATUS_OK ? sql_run(sql, &statements[DROP_CHUNKS], drop, NULL, NULL, fault)
                               : status;
}
