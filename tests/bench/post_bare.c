#include "tests/bench/post_bare.h"

#include "common/io/clock.h"
#include "common/io/rpc.h"
#include "common/io/sql.h"

#include <stdio.h>
#include <string.h>

#define BARE_BATCH   RPC_BATCH_MAX /* documents a commit, as the service takes them */
#define BARE_LINES   (BARE_BATCH * 10)
#define BARE_SECONDS 4

enum { BARE_COUNTER, BARE_LEDGER, BARE_BALANCES, BARE_EVENTS, BARE_KEYS, BARE_STATEMENTS };

static const struct sql_statement bare[BARE_STATEMENTS] = {
    [BARE_COUNTER] = {"bare.counter",
                      "UPDATE plant_seq SET line_seq = line_seq + $2 WHERE plant_id = $1", "ti",
                      ""},
    [BARE_LEDGER] =
        {"bare.ledger",
         "INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, location, qty,"
         " amount, on_hand, value, reason, effective_on, posted_by, document_lines) SELECT a.plant_id, t.*"
         " FROM plant_seq a, unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[],"
         " $7::numeric[], $8::numeric[], $9::numeric[], $10::numeric[], $11::text[], $12::date[],"
         " $13::text[], $14::integer[]) AS t WHERE a.plant_id = $1",
         "tITTTTQAQATDTN", ""},
    [BARE_BALANCES] =
        {"bare.balances",
         "UPDATE stock_balance b SET qty = b.qty + t.q FROM unnest($2::text[], $3::text[],"
         " $4::numeric[]) AS t (i, l, q) WHERE b.plant_id = $1 AND b.item = t.i"
         " AND b.location = t.l AND b.lot = '' AND b.status = 'available' AND b.segment = ''"
         " AND b.owner = ''",
         "tTTQ", ""},
    [BARE_EVENTS] = {"bare.events",
                     "INSERT INTO event_log (plant_id, event_seq, kind, object_id, body)"
                     " SELECT a.plant_id, t.* FROM plant_seq a, unnest($2::bigint[],"
                     " $3::integer[], $4::text[], $5::bytea[]) AS t WHERE a.plant_id = $1",
                     "tINTX", ""},
    [BARE_KEYS] = {"bare.keys",
                   "INSERT INTO posting_key (plant_id, key, request_hash, status, reply)"
                   " SELECT a.plant_id, t.* FROM plant_seq a, unnest($2::uuid[], $3::bytea[],"
                   " $4::text[], $5::bytea[]) AS t WHERE a.plant_id = $1"
                   " ON CONFLICT (plant_id, key) DO NOTHING",
                   "tUXTX", ""},
};

static const struct sql_schema bare_schema = {.statements = bare,
                                              .statement_count = BARE_STATEMENTS};

struct bare_row {
    int64_t seq;
    int64_t kind;
    int64_t document_lines;
    char document_text[16];
    char item_text[8];
    struct text document;
    struct text kind_text;
    struct text item;
    struct text location;
    struct text reason;
    struct text by;
    struct text event; /* as long as a stock event */
    struct qty qty;
    struct amount amount;
    date day;
};

struct bare_key {
    struct uuid key;
    struct text hash;
    struct text status;
    struct text reply;
};

static uint32_t random_item(void)
{
    static uint64_t state = 1;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % POST_ITEMS;
}

static void fill_row(struct bare_row *row, int64_t seq, uint32_t item)
{
    static const char event[] = "............................................................";
    row->seq = seq;
    row->kind = 1;
    snprintf(row->document_text, sizeof row->document_text, "AD-%06d", (int)(seq / 10 % 1000000));
    snprintf(row->item_text, sizeof row->item_text, "I%05u", item % 100000u);
    row->document = text_of(row->document_text);
    row->item = text_of(row->item_text);
    row->kind_text = text_of("adjustment");
    row->location = text_of("MAIN");
    row->reason = row->by = text_of("bench");
    row->event = text_of(event);
    row->qty.micro = 1000000;
    row->amount.e4 = 20000;
    row->day = 20600;
}

/* Lines in `rows`; in `merged` what each of their items comes to, for one balance and one event.
   Returns how many those are. */
static size_t fill_bare(struct bare_row *rows, struct bare_row *merged, size_t count, int64_t first)
{
    static size_t place[POST_ITEMS]; /* in merged, from 1 */
    size_t met = 0;
    memset(place, 0, sizeof place);
    for (size_t i = 0; i < count; i++) {
        uint32_t item = random_item();
        fill_row(&rows[i], first + (int64_t)i, item);
        if (place[item] == 0) {
            fill_row(&merged[met], first + (int64_t)met, item);
            merged[met].qty.micro = 0;
            place[item] = ++met;
        }
        merged[place[item] - 1].qty.micro += rows[i].qty.micro;
    }
    return met;
}

static void fill_keys(struct bare_key *keys, size_t count, size_t lines)
{
    static char bytes[1024];
    for (size_t i = 0; i < count; i++)
        keys[i] = (struct bare_key){clock_uuid(),
                                    {bytes, 32},
                                    text_of("OK"),
                                    {bytes, 20 + 40 * lines}}; /* as long as the service's */
}

static enum status bare_batch(struct sql *sql, size_t lines, int64_t first, struct arena *arena,
                              struct fault *fault)
{
    static struct bare_row rows[BARE_LINES];
    static struct bare_row merged[POST_ITEMS];
    static struct bare_key keys[BARE_BATCH];
    struct sql_rows results[BARE_STATEMENTS + 1];
    size_t n = BARE_BATCH * lines;
    size_t m = fill_bare(rows, merged, n, first);
    for (size_t i = 0; i < n; i++)
        rows[i].document_lines = i % lines == 0 ? (int64_t)lines : 0;
    fill_keys(keys, BARE_BATCH, lines);
    struct text plant = text_of("BENCH");
    const struct sql_value counter[] = {SQL_TEXT(plant), SQL_INT((int64_t)n)};
    const struct sql_value ledger[] = {SQL_TEXT(plant),
                                       SQL_ARRAY(rows, n, seq),
                                       SQL_ARRAY(rows, n, document),
                                       SQL_ARRAY(rows, n, kind_text),
                                       SQL_ARRAY(rows, n, item),
                                       SQL_ARRAY(rows, n, location),
                                       SQL_ARRAY(rows, n, qty),
                                       SQL_ARRAY(rows, n, amount),
                                       SQL_ARRAY(rows, n, qty),
                                       SQL_ARRAY(rows, n, amount),
                                       SQL_ARRAY(rows, n, reason),
                                       SQL_ARRAY(rows, n, day),
                                       SQL_ARRAY(rows, n, by),
                                       SQL_ARRAY(rows, n, document_lines)};
    const struct sql_value balances[] = {SQL_TEXT(plant), SQL_ARRAY(merged, m, item),
                                         SQL_ARRAY(merged, m, location), SQL_ARRAY(merged, m, qty)};
    const struct sql_value events[] = {SQL_TEXT(plant), SQL_ARRAY(merged, m, seq),
                                       SQL_ARRAY(merged, m, kind), SQL_ARRAY(merged, m, item),
                                       SQL_ARRAY(merged, m, event)};
    const struct sql_value answers[] = {
        SQL_TEXT(plant), SQL_ARRAY(keys, BARE_BATCH, key), SQL_ARRAY(keys, BARE_BATCH, hash),
        SQL_ARRAY(keys, BARE_BATCH, status), SQL_ARRAY(keys, BARE_BATCH, reply)};
    const struct sql_value *const params[] = {counter, ledger, balances, events, answers};
    enum status status = sql_queue_begin(sql, fault);
    for (size_t i = 0; status == STATUS_OK && i < BARE_STATEMENTS; i++)
        status = sql_queue(sql, &bare[i], params[i], fault);
    if (status == STATUS_OK)
        status = sql_collect(sql, arena, results, BARE_STATEMENTS + 1, fault);
    return status == STATUS_OK ? sql_commit(sql, fault) : status;
}

enum status post_bare_rate(const char *conninfo, size_t lines, struct arena *arena, int64_t *rate,
                           struct fault *fault)
{
    static int64_t next = 1000000;
    struct sql *sql = NULL;
    enum status status = sql_open(conninfo, &bare_schema, &sql, fault);
    int64_t began_us = clock_monotonic_us();
    int64_t first = next;
    while (status == STATUS_OK &&
           clock_monotonic_us() - began_us < BARE_SECONDS * INT64_C(1000000)) {
        status = bare_batch(sql, lines, next, arena, fault);
        next += (int64_t)(BARE_BATCH * lines);
    }
    *rate = (next - first) * 1000000 / (clock_monotonic_us() - began_us);
    sql_close(&sql);
    return status;
}
