#include "services/cli/cli_rows.h"

#include "common/io/folder.h"

#include <pthread.h>
#include <stdlib.h>

/* The rows of so many items stay in the processor's cache from being put until they are copied to
   the file. */
#define PIECE_ITEMS 512

struct row_work {
    const struct cli_rows *rows;
    struct folder_file *files[CLI_ROWS_FILES_MAX];
    uint64_t ends[CLI_ROWS_FILES_MAX]; /* bytes of each file that have their place */
    struct crew_job job;               /* pieces of items */
    pthread_mutex_t lock;              /* of ends and what follows */
    pthread_cond_t turned;
    uint32_t turn; /* piece whose bytes get their place next */
    struct fault fault;
};

/* The rows of one piece: a writer a file, and where their bytes go. */
struct row_piece {
    struct cli_writer writers[CLI_ROWS_FILES_MAX];
    uint64_t offsets[CLI_ROWS_FILES_MAX];
    struct fault fault;
};

static void note_fault(struct row_work *work, const struct fault *fault)
{
    pthread_mutex_lock(&work->lock);
    if (work->fault.status == STATUS_OK)
        work->fault = *fault;
    pthread_mutex_unlock(&work->lock);
}

static enum status put_file(const struct row_work *work, struct row_piece *piece, uint32_t file,
                            void *context, uint32_t number)
{
    const struct cli_rows *rows = work->rows;
    struct cli_writer *writer = &piece->writers[file];
    const uint64_t first = (uint64_t)number * PIECE_ITEMS;
    enum status status = STATUS_OK;
    writer->csv.used = 0;
    for (uint64_t item = first;
         item < first + PIECE_ITEMS && item < rows->item_count && status == STATUS_OK; item++)
        status = rows->files[file]->put_item(context, writer, (uint32_t)item, &piece->fault);
    if (status == STATUS_OK && writer->fault.status != STATUS_OK)
        piece->fault = writer->fault;
    return piece->fault.status;
}

static void put_piece(const struct row_work *work, struct row_piece *piece, void *context,
                      uint32_t number)
{
    enum status status = STATUS_OK;
    for (uint32_t k = 0; k < work->rows->file_count && status == STATUS_OK; k++)
        status = put_file(work, piece, k, context, number);
}

/* Waits for the pieces before this one, which hands are putting.  False: there was a fault, that of
   the first piece that has one. */
static bool place_piece(struct row_work *work, struct row_piece *piece, uint32_t number)
{
    pthread_mutex_lock(&work->lock);
    while (work->turn != number)
        pthread_cond_wait(&work->turned, &work->lock);
    if (work->fault.status == STATUS_OK)
        work->fault = piece->fault;
    for (uint32_t k = 0; k < work->rows->file_count; k++) {
        piece->offsets[k] = work->ends[k];
        work->ends[k] += piece->writers[k].csv.used;
    }
    const bool good = work->fault.status == STATUS_OK;
    work->turn++;
    pthread_cond_broadcast(&work->turned);
    pthread_mutex_unlock(&work->lock);
    return good;
}

static bool write_piece(struct row_work *work, struct row_piece *piece)
{
    enum status status = STATUS_OK;
    for (uint32_t k = 0; k < work->rows->file_count && status == STATUS_OK; k++) {
        const struct csv_out *csv = &piece->writers[k].csv;
        status = folder_file_write_at(work->files[k], (struct text){csv->bytes, csv->used},
                                      piece->offsets[k], &piece->fault);
    }
    if (status != STATUS_OK)
        note_fault(work, &piece->fault);
    return status == STATUS_OK;
}

static bool piece_open(struct row_piece *piece, uint32_t file_count)
{
    bool good = true;
    for (uint32_t k = 0; k < file_count; k++)
        good &= cli_rows_init(&piece->writers[k]);
    return good;
}

static void piece_close(struct row_piece *piece)
{
    for (uint32_t k = 0; k < CLI_ROWS_FILES_MAX; k++)
        free(piece->writers[k].csv.bytes);
}

/* A hand that has taken a piece always has its turn, so that nobody waits for it in vain. */
static void run_pieces(void *context, uint32_t hand)
{
    struct row_work *work = context;
    struct row_piece piece = {.fault = {.status = STATUS_OK}};
    uint32_t number;
    bool good = piece_open(&piece, work->rows->file_count);
    if (!good) {
        fault_set(&piece.fault, STATUS_LIMIT, "", "no memory");
        note_fault(work, &piece.fault);
    }
    while (good && crew_take(&work->job, &number)) {
        put_piece(work, &piece, work->rows->contexts[hand], number);
        good = place_piece(work, &piece, number) && write_piece(work, &piece);
    }
    piece_close(&piece);
}

static enum status write_header(struct row_work *work, uint32_t file)
{
    struct cli_writer writer;
    if (!cli_rows_init(&writer))
        return fault_set(&work->fault, STATUS_LIMIT, "", "no memory");
    cli_header(&writer, work->rows->files[file]->columns);
    work->ends[file] = writer.csv.used;
    enum status status = folder_file_write_at(
        work->files[file], (struct text){writer.csv.bytes, writer.csv.used}, 0, &work->fault);
    free(writer.csv.bytes);
    return status;
}

static enum status open_files(struct row_work *work)
{
    const struct cli_rows *rows = work->rows;
    enum status status = folder_make(rows->folder, &work->fault);
    for (uint32_t k = 0; k < rows->file_count && status == STATUS_OK; k++) {
        status = folder_file_new(rows->folder, rows->files[k]->name, &work->files[k], &work->fault);
        if (status == STATUS_OK)
            status = write_header(work, k);
    }
    return status;
}

static enum status close_files(struct row_work *work)
{
    enum status status = work->fault.status;
    for (uint32_t k = 0; k < work->rows->file_count; k++) {
        if (status == STATUS_OK)
            status = folder_file_finish(&work->files[k], &work->fault);
        else
            folder_file_cancel(&work->files[k]);
    }
    return status;
}

int cli_rows_write(const struct cli_rows *rows)
{
    struct row_work work = {
        .rows = rows,
        .job = {.count = (uint32_t)(((uint64_t)rows->item_count + PIECE_ITEMS - 1) / PIECE_ITEMS)},
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .turned = PTHREAD_COND_INITIALIZER};
    ASSERT(rows->file_count <= CLI_ROWS_FILES_MAX);
    if (open_files(&work) == STATUS_OK)
        rows->crew->run(rows->crew, run_pieces, &work);
    return close_files(&work) == STATUS_OK ? CLI_DONE : cli_fault(&work.fault);
}
