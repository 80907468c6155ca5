#include "common/ledger/post_reader.h"

#include <stdlib.h>

/* What both halves of loading share: names sorted for locking, queries in one round trip. */

static int head_cmp(const void *a, const void *b)
{
    const struct text *left = a;
    const struct text *right = b;
    return text_cmp(*left, *right);
}

/* The wanted names of a kind, sorted; NULL when the arena is full. */
struct text *post_wanted_names(struct book *book, unsigned kind)
{
    size_t count = book_wanted_count(book, kind);
    struct text *names = arena_alloc(book->arena, count + 1, sizeof *names);
    for (size_t i = 0; names && i < count; i++)
        names[i] = book_wanted(book, kind, i, NULL)->id;
    if (names)
        qsort(names, count, sizeof *names, head_cmp);
    return names;
}

/* Queue those queries whose kind is wanted; all results come with the next sql_collect. */
enum status post_queue_queries(struct sql *sql, struct book *book, const struct post_query *queries,
                               size_t count, struct fault *fault)
{
    enum status status = STATUS_OK;
    struct text *names = NULL;
    unsigned named = BOOK_MAPS;

    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        unsigned kind = queries[i].kind;
        if (book_wanted_count(book, kind) == 0)
            continue;
        if (kind != named)
            names = post_wanted_names(book, kind);
        named = kind;
        if (!names)
            return book_full(fault);
        struct sql_value params[] = {SQL_TEXT(book->plant.plant),
                                     SQL_LIST(names, book_wanted_count(book, kind))};
        status = sql_queue(sql, &post_statements[queries[i].statement], params, fault);
    }
    return status;
}

/* Returns how many of the results it has read, or 0 when the arena is full. */
bool post_read_queries(struct book *book, const struct post_query *queries, size_t count,
                       const struct sql_rows *results)
{
    size_t result = 0;
    for (size_t i = 0; i < count; i++) {
        if (book_wanted_count(book, queries[i].kind) > 0 &&
            !queries[i].read(book, &results[result++]))
            return false;
    }
    return true;
}

size_t post_query_count(const struct book *book, const struct post_query *queries, size_t count)
{
    size_t wanted = 0;
    for (size_t i = 0; i < count; i++)
        wanted += book_wanted_count(book, queries[i].kind) > 0;
    return wanted;
}
