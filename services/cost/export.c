#include "services/cost/export.h"

#include "common/plant/csv.h"
#include "common/wire/digest.h"

#include <stdio.h>

#define EXPORT_ROOM     ((size_t)JOURNAL_PAGE_MAX * 2048)
#define NEUTRAL_NAME    "millrace-journal"
#define NEUTRAL_VERSION "1"

/* A part being written. */
struct exporting {
    struct rpc_request *request;
    struct export_query query;
    struct csv_out out;
};

static void put_number(struct csv_out *out, int64_t value, int decimals)
{
    char text[DECIMAL_TEXT_MAX];
    csv_put(out, (struct text){text, decimal_format(value, decimals, text)});
}

static void put_day(struct csv_out *out, date day)
{
    char text[DATE_TEXT_MAX];
    csv_put(out, (struct text){text, date_format(day, text)});
}

/* ---- rows ---- */

static void put_header(struct csv_out *out, bool chinese)
{
    static const char *const names[][2] = {{"posted_seq", "序号"}, {"effective_on", "日期"},
                                           {"document", "单据"},   {"kind", "类型"},
                                           {"account", "科目"},    {"name", "科目名称"},
                                           {"item", "物料编码"},   {"order_id", "订单"},
                                           {"debit", "借方"},      {"credit", "贷方"}};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        csv_put(out, text_of(names[i][chinese]));
    csv_end_row(out);
}

static void put_entry(struct exporting *e, const struct journal_entry *entry)
{
    struct csv_out *out = &e->out;
    const struct journal_row *row = entry->row;
    const struct journal_key_name *name = &journal_names[entry->key];
    if (e->query.neutral)
        csv_put(out, text_of("E"));
    put_number(out, row->posted_seq, 0);
    put_day(out, row->day);
    csv_put(out, row->document);
    csv_put(out, row->line.kind);
    csv_put(out, entry->account);
    csv_put(out, text_of(e->query.neutral   ? name->key
                         : e->query.chinese ? name->name_zh
                                            : name->name));
    csv_put(out, row->item);
    csv_put(out, row->order_id);
    if (entry->amount.e4 < 0)
        csv_put(out, text_of(""));
    put_number(out, entry->amount.e4 < 0 ? -entry->amount.e4 : entry->amount.e4, AMOUNT_DECIMALS);
    if (entry->amount.e4 > 0)
        csv_put(out, text_of(""));
    csv_end_row(out);
}

/* ---- the neutral form ---- */

static enum status put_head(struct exporting *e)
{
    const struct books_range *range = &e->query.journal.range;
    struct text currency;
    enum status status = store_currency(e->request->sql, range->plant, e->request->arena, &currency,
                                        &e->request->fault);
    if (status != STATUS_OK)
        return status;
    csv_put(&e->out, text_of("H"));
    csv_put(&e->out, text_of(NEUTRAL_NAME));
    csv_put(&e->out, text_of(NEUTRAL_VERSION));
    csv_put(&e->out, range->plant);
    csv_put(&e->out, currency);
    put_day(&e->out, range->from);
    put_day(&e->out, range->to);
    csv_end_row(&e->out);
    return STATUS_OK;
}

static enum status add_totals(struct exporting *e, const struct entry_list *list)
{
    struct export_place *place = &e->query.place;
    for (size_t i = 0; i < list->count; i++) {
        struct amount amount = list->entries[i].amount;
        if (amount.e4 > 0 && !amount_add(place->debit, amount, &place->debit))
            return fault_set(&e->request->fault, STATUS_OVERFLOW, "", "a total is out of range");
    }
    place->entries += (int64_t)list->count;
    place->parts++;
    return STATUS_OK;
}

static void put_control(struct exporting *e, const char *letter)
{
    const struct export_place *place = &e->query.place;
    csv_put(&e->out, text_of(letter));
    put_number(&e->out, place->parts, 0);
    put_number(&e->out, place->entries, 0);
    put_number(&e->out, place->debit.e4, AMOUNT_DECIMALS);
    put_number(&e->out, place->debit.e4, AMOUNT_DECIMALS);
    csv_put(&e->out, text_of(place->hash));
    csv_end_row(&e->out);
}

/* The hash goes over the one before it and every row since. */
static enum status end_part(struct exporting *e, const struct entry_list *list)
{
    struct export_place *place = &e->query.place;
    uint8_t digest[DIGEST_BYTES];
    const struct text texts[] = {text_of(place->hash), {e->out.bytes, e->out.used}};
    enum status status = add_totals(e, list);
    if (status != STATUS_OK)
        return status;
    if (!digest_joined(texts, COUNT_OF(texts), digest))
        return fault_set(&e->request->fault, STATUS_INTERNAL, "", "could not hash the part");
    for (size_t i = 0; i < DIGEST_BYTES; i++)
        (void)snprintf(place->hash + 2 * i, 3, "%02x", digest[i]);
    put_control(e, "P");
    if (list->next == 0)
        put_control(e, "T");
    return STATUS_OK;
}

static enum status put_part(struct exporting *e, const struct entry_list *list)
{
    bool neutral = e->query.neutral;
    bool first = e->query.place.after == 0;
    enum status status = STATUS_OK;
    if (first && neutral)
        status = put_head(e);
    else if (first)
        put_header(&e->out, e->query.chinese);
    for (size_t i = 0; i < list->count; i++)
        put_entry(e, &list->entries[i]);
    if (status == STATUS_OK && neutral)
        status = end_part(e, list);
    e->query.place.after = list->next;
    return status;
}

enum status handle_export_journal(struct rpc_request *request)
{
    struct exporting e = {.request = request, .out = {.size = EXPORT_ROOM}};
    struct entry_list list;
    enum status status = decode_export_journal(request, &e.query);
    if (status == STATUS_OK)
        status = books_entries(request, &e.query.journal, &list);
    if (status != STATUS_OK)
        return status;
    e.out.bytes = arena_alloc(request->arena, e.out.size, 1);
    if (e.out.bytes)
        status = put_part(&e, &list);
    if (!e.out.bytes || e.out.full)
        return fault_set(&request->fault, STATUS_LIMIT, "", "part does not fit in memory");
    return status == STATUS_OK
               ? encode_export_journal(request, (struct text){e.out.bytes, e.out.used}, &e.query)
               : status;
}
