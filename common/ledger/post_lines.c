#include "common/ledger/post_rows.h"

#include <pthread.h>

/* Phase E, the ledger's lines: the largest part of it, and nothing that is made ready beside it
   waits for it. */

struct post_lines {
    struct sql *sql;
    struct post_rows rows;
    pthread_t thread;
    bool copying; /* on the thread */
    enum status status;
    struct fault fault;
};

static void *copy_lines(void *context)
{
    struct post_lines *lines = context;
    lines->status = sql_copy_rows(lines->sql, &post_statements[POST_COPY_LINES], lines->rows.params,
                                  lines->rows.count, &lines->fault);
    return NULL;
}

enum status post_begin_lines(struct sql *sql, struct book *book, int64_t now_us,
                             struct post_lines **out, struct fault *fault)
{
    struct post_lines *lines = arena_alloc(book->arena, 1, sizeof *lines);
    if (!lines)
        return book_full(fault);
    lines->sql = sql;
    enum status status = post_line_rows(book, now_us, &lines->rows, fault);
    if (status != STATUS_OK)
        return status;
    *out = lines;
    if (lines->rows.count < POST_COPY_ROWS_MIN)
        return STATUS_OK;
    lines->copying = pthread_create(&lines->thread, NULL, copy_lines, lines) == 0;
    if (!lines->copying)
        (void)copy_lines(lines); /* no thread is no reason to refuse */
    return STATUS_OK;
}

enum status post_end_lines(struct post_lines *lines, struct fault *fault)
{
    if (lines->copying)
        pthread_join(lines->thread, NULL);
    lines->copying = false;
    if (lines->status != STATUS_OK)
        *fault = lines->fault;
    return lines->status;
}

const struct post_rows *post_few_lines(const struct post_lines *lines)
{
    return lines->rows.count < POST_COPY_ROWS_MIN ? &lines->rows : NULL;
}
