#include "services/mrp/plan_written_store.h"

/* clang-format off */
enum { WRITTEN_ITEMS, ACCEPTED_ITEMS };

static const struct sql_statement written_statements[] = {
    /* Binary: as text the numbers would be twice as long, and their server spends half of its time on hexadecimals. */
    [WRITTEN_ITEMS] = {
        .name = "mrp.written_items",
        .text = "COPY (SELECT item, digest, written FROM plan_item WHERE plant_id = current_setting('millrace.plant_id')"
                " ORDER BY item) TO STDOUT (FORMAT binary)",
    },
    [ACCEPTED_ITEMS] = {
        .name = "mrp.accepted_items",
        .text = "SELECT DISTINCT item FROM planned_order WHERE plant_id = $1 AND accepted_seq IS NOT NULL"
                " ORDER BY item",
        .params = "t", .columns = "t",
    },
};
/* clang-format on */

const struct sql_schema plan_written_schema = {.statements = written_statements,
                                               .statement_count = COUNT_OF(written_statements)};

enum status store_accepted_items(struct sql *sql, struct text plant, struct arena *arena,
                                 struct text **items, size_t *count, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status =
        sql_run(sql, &written_statements[ACCEPTED_ITEMS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *count = rows.count;
    *items = arena_alloc(arena, rows.count + 1, sizeof **items);
    for (size_t i = 0; *items && i < rows.count; i++)
        (*items)[i] = sql_at(&rows, i, 0)->as.text;
    return *items ? STATUS_OK
                  : fault_set(fault, STATUS_LIMIT, "plant", "plan does not fit in memory");
}

/* COPY's binary form (PostgreSQL, COPY, "Binary Format"): a header in front of the first row; a row
   is the number of its fields, then of each its length, below zero for NULL, and its bytes.  The
   end is a row of -1 fields.  Numbers come most significant byte first. */
#define COPY_SIGNATURE_BYTES 11
#define COPY_FLAGS_BYTES     4
#define COPY_FIELDS          3

struct copied {
    written_item_fn *take;
    void *context;
    bool begun;
};

static int64_t big_endian(const unsigned char *bytes, size_t count)
{
    uint64_t value = bytes[0] & 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < count; i++)
        value = value << 8 | bytes[i];
    return (int64_t)value;
}

static bool next_number(struct text *left, size_t bytes, int64_t *number)
{
    if (left->length < bytes)
        return false;
    *number = big_endian((const unsigned char *)left->bytes, bytes);
    *left = (struct text){left->bytes + bytes, left->length - bytes};
    return true;
}

static bool next_field(struct text *left, struct text *field)
{
    int64_t length;
    *field = (struct text){NULL, 0};
    if (!next_number(left, sizeof(int32_t), &length) ||
        (length > 0 && (size_t)length > left->length))
        return false;
    if (length < 0)
        return true;
    *field = (struct text){left->bytes, (size_t)length};
    *left = (struct text){left->bytes + length, left->length - (size_t)length};
    return true;
}

static bool skip_header(struct text *left)
{
    const size_t fixed = COPY_SIGNATURE_BYTES + COPY_FLAGS_BYTES;
    int64_t more;
    if (left->length < fixed)
        return false;
    *left = (struct text){left->bytes + fixed, left->length - fixed};
    if (!next_number(left, sizeof(int32_t), &more) || more < 0 || (size_t)more > left->length)
        return false;
    *left = (struct text){left->bytes + more, left->length - (size_t)more};
    return true;
}

static bool next_row(struct text *left, struct written_item *row)
{
    int64_t fields;
    struct text digest;
    if (!next_number(left, sizeof(int16_t), &fields) || fields != COPY_FIELDS ||
        !next_field(left, &row->item) || !next_field(left, &digest) ||
        !next_field(left, &row->numbers))
        return false;
    return next_number(&digest, sizeof row->digest, &row->digest);
}

/* sql_sink_fn: COPY hands over whole rows. */
static enum status take_copied(void *context, const char *bytes, size_t count, struct fault *fault)
{
    struct copied *copied = context;
    struct text left = {bytes, count};
    enum status status = STATUS_OK;
    bool good = copied->begun || skip_header(&left);
    copied->begun = true;
    while (good && status == STATUS_OK && left.length > sizeof(int16_t)) {
        struct written_item row;
        good = next_row(&left, &row);
        if (good)
            status = copied->take(copied->context, &row, fault);
    }
    return good ? status : fault_set(fault, STATUS_INTERNAL, "", "rows of another form came");
}

enum status store_written_items(struct sql *sql, struct text plant, written_item_fn *take,
                                void *context, struct fault *fault)
{
    struct copied copied = {.take = take, .context = context};
    enum status status = sql_set_plant(sql, plant, fault);
    return status == STATUS_OK
               ? sql_copy_out(sql, &written_statements[WRITTEN_ITEMS], take_copied, &copied, fault)
               : status;
}
