#include "services/relay/seal_verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define ROWS_ARENA_BYTES (48 * MIB)
#define VERIFY_ROWS_MAX  (2 * SEAL_ROWS_MAX) /* of one seal, those that were put in too */

struct verify {
    struct sql *sql;
    const struct verify_ask *ask;
    struct arena *arena;
    struct arena *rows_arena; /* of one seal */
    struct verify_report *report;
    struct fault *fault;
    struct seal_place until[SEAL_STREAMS]; /* how far each stream is sealed so far */
    int64_t seal_no;                       /* of the seal before */
    struct text hash;
};

const char *verify_kind_name(enum verify_kind kind)
{
    static const char *const names[] = {
        [VERIFY_CHANGED] = "changed", [VERIFY_MISSING] = "missing", [VERIFY_ADDED] = "added",
        [VERIFY_GAP] = "gap",         [VERIFY_SEAL] = "seal",       [VERIFY_HEAD] = "head"};
    return names[kind];
}

/* ---- findings ---- */

struct found {
    enum verify_kind kind;
    const char *stream;
    int64_t seal_no;
    const char *rows;
};

static void find(struct verify *verify, struct found found, const char *format, ...)
    PRINTF_LIKE(3, 4);

static void find(struct verify *verify, struct found found, const char *format, ...)
{
    struct verify_report *report = verify->report;
    va_list args;
    report->found++;
    if (report->count == VERIFY_FINDINGS_MAX)
        return;
    struct verify_finding *finding = &report->findings[report->count++];
    *finding = (struct verify_finding){.kind = found.kind, .seal_no = found.seal_no};
    snprintf(finding->stream, sizeof finding->stream, "%s", found.stream);
    snprintf(finding->rows, sizeof finding->rows, "%s", found.rows);
    va_start(args, format);
    vsnprintf(finding->text, sizeof finding->text, format, args);
    va_end(args);
}

static void find_seal(struct verify *verify, int64_t seal_no, const char *what)
{
    find(verify, (struct found){VERIFY_SEAL, "", seal_no, ""}, "seal %lld %s", (long long)seal_no,
         what);
}

/* ---- rows of one seal ---- */

/* The first number of a row. */
static int64_t first_number(const struct seal_row *row)
{
    return row->place.place - row->numbers + 1;
}

/* Where the row after row i - 1 must begin. */
static int64_t next_number(const struct seal *seal, const struct seal_rows *rows, size_t i)
{
    if (i > 0)
        return rows->rows[i - 1].place.place + 1;
    return (seal->after.place > 0 ? seal->after.place : 0) + 1;
}

static void name_numbers(int64_t first, int64_t last, char names[VERIFY_TEXT_MAX])
{
    snprintf(names, VERIFY_TEXT_MAX, last > first ? "%lld to %lld" : "%lld", (long long)first,
             (long long)last);
}

/* How a row without a number is called: by its key. */
static void name_row(const struct seal_rows *rows, size_t i, char name[VERIFY_TEXT_MAX])
{
    if (i < rows->count)
        snprintf(name, VERIFY_TEXT_MAX, "%.*s", (int)rows->rows[i].place.key.length,
                 rows->rows[i].place.key.bytes);
    else
        snprintf(name, VERIFY_TEXT_MAX, "the end of the seal");
}

/* Rows that are there, by their numbers or their keys. */
static void name_rows(enum seal_stream stream, const struct seal_rows *rows,
                      const struct seal_difference *difference, char names[VERIFY_TEXT_MAX])
{
    char first[VERIFY_TEXT_MAX];
    char last[VERIFY_TEXT_MAX];
    size_t end = difference->first + difference->is - 1;
    if (seal_is_numbered(stream)) {
        name_numbers(first_number(&rows->rows[difference->first]), rows->rows[end].place.place,
                     names);
        return;
    }
    name_row(rows, difference->first, first);
    name_row(rows, end, last);
    snprintf(names, VERIFY_TEXT_MAX, difference->is > 1 ? "%.160s to %.160s" : "%.160s", first,
             last);
}

/* "3 rows" */
static void count_rows(size_t count, char text[32])
{
    snprintf(text, 32, "%zu row%s", count, count == 1 ? "" : "s");
}

static void find_missing(struct verify *verify, enum seal_stream stream, const struct seal *seal,
                         const struct seal_rows *rows, const struct seal_difference *difference)
{
    char first[VERIFY_TEXT_MAX];
    char count[32];
    char names[VERIFY_TEXT_MAX];
    const char *table = seal_stream_name(stream);
    long long seal_no = (long long)seal->seal_no;
    count_rows(difference->was - difference->is, count);
    if (seal_is_numbered(stream)) {
        size_t behind = difference->first + difference->is;
        int64_t last =
            behind < rows->count ? first_number(&rows->rows[behind]) - 1 : seal->last.place;
        name_numbers(next_number(seal, rows, difference->first), last, names);
        find(verify, (struct found){VERIFY_MISSING, table, seal->seal_no, names},
             "%s of %s missing: %s (seal %lld)", count, table, names, seal_no);
        return;
    }
    name_row(rows, difference->first + difference->is, first);
    snprintf(names, sizeof names, "before %.200s", first);
    find(verify, (struct found){VERIFY_MISSING, table, seal->seal_no, names},
         "%s of %s missing before %.200s (seal %lld)", count, table, first, seal_no);
}

static void find_rows(struct verify *verify, enum seal_stream stream, const struct seal *seal,
                      const struct seal_rows *rows, const struct seal_difference *difference)
{
    char names[VERIFY_TEXT_MAX];
    char count[32];
    const char *table = seal_stream_name(stream);
    enum verify_kind kind = difference->is > difference->was ? VERIFY_ADDED : VERIFY_CHANGED;
    if (difference->is < difference->was) {
        find_missing(verify, stream, seal, rows, difference);
        return;
    }
    name_rows(stream, rows, difference, names);
    count_rows(difference->is, count);
    find(verify, (struct found){kind, table, seal->seal_no, names},
         "%s of %s %s: %.320s (seal %lld)", count, table,
         kind == VERIFY_ADDED ? "put in" : "changed", names, (long long)seal->seal_no);
}

/* A mark is only part of a hash: equal marks and another hash are as good as a changed row. */
static void compare_rows(struct verify *verify, enum seal_stream stream, const struct seal *seal,
                         const struct seal_rows *rows, const struct seal *now)
{
    struct seal_difference difference;
    int64_t numbers = 0;
    for (size_t i = 0; i < rows->count; i++)
        numbers += rows->rows[i].numbers;
    int64_t gap = seal_gap(seal->after, seal->last, numbers);
    const char *table = seal_stream_name(stream);
    if (seal_compare(seal->marks, now->marks, &difference))
        find_rows(verify, stream, seal, rows, &difference);
    else if (!text_equal(seal->rows_hash, now->rows_hash))
        find(verify, (struct found){VERIFY_CHANGED, table, seal->seal_no, ""},
             "rows of %s changed (seal %lld)", table, (long long)seal->seal_no);
    else if (seal_is_numbered(stream) && gap != 0)
        find(verify, (struct found){VERIFY_GAP, table, seal->seal_no, ""},
             "%s had %lld rows too %s when they were sealed (seal %lld)", table,
             (long long)(gap > 0 ? gap : -gap), gap > 0 ? "few" : "many", (long long)seal->seal_no);
}

static enum status check_rows(struct verify *verify, enum seal_stream stream,
                              const struct seal *seal)
{
    struct seal_rows rows;
    struct seal now = {.seal_no = seal->seal_no};
    const struct seal_range range = {verify->ask->plant, stream, seal->after, seal->last,
                                     VERIFY_ROWS_MAX};
    arena_reset(verify->rows_arena);
    enum status status = seal_read(verify->sql, &range, verify->rows_arena, &rows, verify->fault);
    if (status == STATUS_OK)
        status = seal_rows(&rows, verify->rows_arena, &now, verify->fault);
    if (status != STATUS_OK)
        return status;
    verify->report->rows += (int64_t)rows.count;
    compare_rows(verify, stream, seal, &rows, &now);
    return STATUS_OK;
}

/* ---- the seals themselves ---- */

/* Is it untouched, and does it follow the one before? */
static enum status check_link(struct verify *verify, const struct seal *seal)
{
    uint8_t hash[DIGEST_BYTES];
    enum status status = seal_hash(verify->ask->plant, seal, hash, verify->fault);
    if (status != STATUS_OK)
        return status;
    for (int64_t no = verify->seal_no + 1; no < seal->seal_no; no++)
        find_seal(verify, no, "is missing");
    if (!text_equal(seal->hash, (struct text){(const char *)hash, sizeof hash}))
        find_seal(verify, seal->seal_no, "was changed");
    else if (seal->seal_no == verify->seal_no + 1 && !text_equal(seal->previous, verify->hash))
        find_seal(verify, seal->seal_no, "does not follow the one before it");
    if (verify->ask->head_seal == seal->seal_no &&
        (seal->hash.length != DIGEST_BYTES ||
         memcmp(seal->hash.bytes, verify->ask->head_hash, DIGEST_BYTES) != 0))
        find(verify, (struct found){VERIFY_HEAD, "", seal->seal_no, ""},
             "seal %lld is not the one of the head that was kept: the chain was made anew",
             (long long)seal->seal_no);
    verify->seal_no = seal->seal_no;
    verify->hash = seal->hash;
    return STATUS_OK;
}

static enum status check_seal(struct verify *verify, const struct seal *seal)
{
    enum seal_stream stream;
    enum status status = check_link(verify, seal);
    if (status != STATUS_OK)
        return status;
    verify->report->seals++;
    if (!seal_stream_parse(seal->stream, &stream)) {
        find_seal(verify, seal->seal_no, "is of a stream that is not known");
        return STATUS_OK;
    }
    if (seal_place_cmp(seal->after, verify->until[stream]) != 0)
        find_seal(verify, seal->seal_no, "does not begin where its stream was sealed");
    verify->until[stream] = seal->last;
    return check_rows(verify, stream, seal);
}

/* Numbers that were given and that no row behind the seals has. */
static enum status check_numbers(struct verify *verify)
{
    int64_t given[SEAL_STREAMS] = {0};
    struct seal_count waiting[SEAL_STREAMS];
    enum status status =
        store_seal_numbers(verify->sql, verify->ask->plant, verify->arena, &given[SEAL_LEDGER_LINE],
                           &given[SEAL_EVENT_LOG], verify->fault);
    if (status == STATUS_OK)
        status = store_seal_waiting(verify->sql, verify->ask->plant, SEAL_COUNT_MAX, verify->arena,
                                    waiting, verify->fault);
    for (enum seal_stream stream = 0; status == STATUS_OK && stream < SEAL_STREAMS; stream++) {
        const struct seal_place last = {given[stream], text_of("")};
        int64_t gap = seal_gap(verify->until[stream], last, waiting[stream].numbers);
        if (seal_is_numbered(stream) && waiting[stream].rows < SEAL_COUNT_MAX && gap != 0)
            find(verify, (struct found){VERIFY_GAP, seal_stream_name(stream), 0, ""},
                 "%s has %lld rows too %s that are not sealed yet", seal_stream_name(stream),
                 (long long)(gap > 0 ? gap : -gap), gap > 0 ? "few" : "many");
    }
    return status;
}

/* Behind the last seal: is it the one that the head names, and the one that was kept? */
static enum status check_end(struct verify *verify)
{
    struct seal_head head;
    enum status status = store_seal_head(verify->sql, verify->ask->plant, false, verify->arena,
                                         &head, verify->fault);
    if (status != STATUS_OK)
        return status;
    for (int64_t no = verify->seal_no + 1; no <= head.seal_no && no <= verify->seal_no + 10; no++)
        find_seal(verify, no, "is missing");
    if (head.seal_no < verify->seal_no)
        find_seal(verify, verify->seal_no, "is behind the one that the head names");
    else if (head.seal_no == verify->seal_no && head.seal_no > 0 &&
             !text_equal(head.hash, verify->hash))
        find_seal(verify, head.seal_no, "is not the one that the head names");
    if (verify->ask->head_seal > verify->seal_no)
        find(verify, (struct found){VERIFY_HEAD, "", verify->ask->head_seal, ""},
             "seal %lld of the head that was kept is missing: the chain ends at %lld",
             (long long)verify->ask->head_seal, (long long)verify->seal_no);
    return check_numbers(verify);
}

/* ---- a slice ---- */

/* What the seals before the slice have come to. */
static enum status begin(struct verify *verify)
{
    int64_t after = verify->ask->after_seal;
    struct seal *seals;
    size_t count = 0;
    enum status status = STATUS_OK;
    for (enum seal_stream stream = 0; status == STATUS_OK && stream < SEAL_STREAMS; stream++) {
        const struct seal_until until = {verify->ask->plant, stream, after};
        status = store_sealed_until(verify->sql, &until, verify->arena, &verify->until[stream],
                                    verify->fault);
    }
    verify->hash = text_of(SEAL_NO_HASH);
    verify->seal_no = after;
    if (status == STATUS_OK && after > 0)
        status = store_seals_after(verify->sql, verify->ask->plant, after - 1, 1, verify->arena,
                                   &seals, &count, verify->fault);
    if (status == STATUS_OK && count > 0 && seals[0].seal_no == after)
        verify->hash = seals[0].hash;
    return status;
}

static enum status check_slice(struct verify *verify)
{
    struct seal *seals;
    size_t count = 0;
    const struct verify_ask *ask = verify->ask;
    enum status status = begin(verify);
    if (status == STATUS_OK)
        status = store_seals_after(verify->sql, ask->plant, ask->after_seal, ask->limit + 1,
                                   verify->arena, &seals, &count, verify->fault);
    bool more = count > ask->limit;
    for (size_t i = 0; status == STATUS_OK && i < count - more; i++)
        status = check_seal(verify, &seals[i]);
    verify->report->next = more ? verify->seal_no : 0;
    return status == STATUS_OK && !more ? check_end(verify) : status;
}

enum status verify_slice(struct sql *sql, const struct verify_ask *ask, struct arena *arena,
                         struct verify_report *report, struct fault *fault)
{
    ASSERT(ask->limit > 0 && ask->limit <= VERIFY_SEALS_MAX);

    struct verify verify = {.sql = sql,
                            .ask = ask,
                            .arena = arena,
                            .rows_arena = arena_new(ROWS_ARENA_BYTES),
                            .report = report,
                            .fault = fault};
    *report = (struct verify_report){
        .findings = arena_alloc(arena, VERIFY_FINDINGS_MAX, sizeof *report->findings)};
    enum status status = verify.rows_arena && report->findings
                             ? sql_begin_snapshot(sql, fault)
                             : fault_set(fault, STATUS_LIMIT, "", "out of memory");
    if (status == STATUS_OK)
        status = check_slice(&verify);
    sql_rollback(sql);
    arena_free(&verify.rows_arena);
    return status;
}
