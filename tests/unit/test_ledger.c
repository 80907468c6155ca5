/* Golden cases of stock and value (tests/golden/ledger): each command of a case is run on a book,
   and what the ledger wrote must be, word for word, what the case says. */

#include "common/ledger/book_state_core.h"
#include "common/ledger/ledger_core.h"
#include "services/cost/outside_core.h"
#include "tests/unit/unit.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 256
#define WORDS_MAX      10
#define TODAY          20000

struct game {
    struct arena *arena;
    struct book *book;
    struct work_order *order;
    struct work_component *component; /* the order's one line, of whatever is issued */
    FILE *file;
    const char *name;
    int order_count;
    int line;
    char expected[LINE_MAX_BYTES];
    bool has_expected;
};

static void fail_at(const struct game *game, const char *what, const char *is, const char *wanted)
{
    printf("\n%s:%d: %s: \"%s\", the case says \"%s\"\n", game->name, game->line, what, is, wanted);
    CU_FAIL("a case is not as it says");
}

/* ---- what was written, as text ---- */

static void put_amount(char *out, const char *name, struct amount amount)
{
    char text[DECIMAL_TEXT_MAX];
    amount_format(amount, text);
    sprintf(out + strlen(out), " %s %s", name, text);
}

static void format_line(const struct ledger_line *line, char *out)
{
    char text[DECIMAL_TEXT_MAX];
    sprintf(out, "%s", ledger_kind_text(line->kind));
    if (line->item.bytes) {
        qty_format(line->qty, text);
        sprintf(out + strlen(out), " %.*s %s%s", (int)line->item.length, line->item.bytes,
                line->qty.micro >= 0 ? "+" : "", text);
        if (line->lot.length > 0)
            sprintf(out + strlen(out), " lot %.*s", (int)line->lot.length, line->lot.bytes);
        put_amount(out, "amount", line->amount);
    }
    if (line->wip.e4 != 0)
        put_amount(out, "wip", line->wip);
    if (line->variance.e4 != 0)
        put_amount(out, "variance", line->variance);
    if (line->item.bytes) {
        qty_format(line->on_hand, text);
        sprintf(out + strlen(out), " | on hand %s", text);
        put_amount(out, "value", line->value);
    }
}

/* ---- reading a case ---- */

/* The next line that is not a comment, into game->expected. */
static bool read_line(struct game *game)
{
    while (fgets(game->expected, sizeof game->expected, game->file)) {
        game->line++;
        game->expected[strcspn(game->expected, "\n")] = '\0';
        if (game->expected[0] != '#' && game->expected[0] != '\0')
            return true;
    }
    return false;
}

static void expect(struct game *game, char mark, const char *text)
{
    char wanted[LINE_MAX_BYTES + 2];
    snprintf(wanted, sizeof wanted, "%c %s", mark, text);
    if (!game->has_expected)
        fail_at(game, "nothing is expected", text, "");
    else if (strcmp(wanted, game->expected) != 0)
        fail_at(game, "is", wanted, game->expected);
    game->has_expected = read_line(game);
}

static struct text keep(struct game *game, const char *word)
{
    return text_of(text_copy(text_of(word), game->arena));
}

static struct qty to_qty(const char *word)
{
    struct qty out = {0};
    CU_ASSERT_TRUE_FATAL(qty_parse(word, strlen(word), &out));
    return out;
}

static struct amount to_amount(const char *word)
{
    struct amount out = {0};
    CU_ASSERT_TRUE_FATAL(amount_parse(word, strlen(word), &out));
    return out;
}

/* ---- commands ---- */

static void make_item(struct game *game, char **word, size_t count)
{
    struct fault fault = {0};
    CU_ASSERT_EQUAL_FATAL(book_want_item(game->book, keep(game, word[1]), &fault), STATUS_OK);
    struct book_item *item = (struct book_item *)book_find(game->book, BOOK_ITEM, text_of(word[1]));
    item->row.exists = true;
    item->decimals = 3;
    item->shelf_life_days = NO_DAYS;
    item->valuation = VALUATION_AVERAGE;
    for (size_t i = 2; i < count; i++) {
        if (strcmp(word[i], "standard") == 0)
            item->valuation = VALUATION_STANDARD;
        else if (strcmp(word[i], "fifo") == 0)
            item->valuation = VALUATION_FIFO;
        else if (strcmp(word[i], "lotcost") == 0)
            item->valuation = VALUATION_LOT;
        else if (strcmp(word[i], "negative") == 0)
            item->allow_negative = true;
        else if (strcmp(word[i], "lot") == 0)
            item->tracking = TRACKING_LOT;
        else if (strcmp(word[i], "average") != 0)
            CU_ASSERT_TRUE_FATAL(unitcost_parse(word[i], strlen(word[i]), &item->unit_cost));
    }
    item->last_cost = item->unit_cost;
}

static void make_order(struct game *game, char **word)
{
    struct fault fault = {0};
    CU_ASSERT_EQUAL_FATAL(book_new_work_order(game->book, text_of(""), &game->order, &fault),
                          STATUS_OK);
    static char name[16];
    game->order_count++;
    sprintf(name, "W%d", game->order_count);
    game->order->work_order = keep(game, name);
    game->order->item = keep(game, word[1]);
    game->order->qty = game->order->good = to_qty(word[2]);
    game->order->planned_cost = to_amount(word[4]);
    CU_ASSERT_EQUAL_FATAL(book_new_components(game->book, game->order, 1, 1, &fault), STATUS_OK);
    game->component = &game->order->components[0];
    game->order->operations[0].operation = text_of("10");
}

static struct ledger_move move_of(struct game *game, enum ledger_kind kind, char **word,
                                  size_t count)
{
    struct ledger_move move = {
        .kind = kind, .effective_on = TODAY, .expires_on = NO_DATE, .order_kind = BOOK_NO_KIND};
    for (size_t i = 3; i + 1 < count; i++) {
        if (strcmp(word[i], "lot") == 0)
            move.lot = keep(game, word[i + 1]);
        if (strcmp(word[i], "expires") == 0)
            move.expires_on = (date)strtol(word[i + 1], NULL, 10);
    }
    return move;
}

static enum status find_item(struct game *game, const char *code, struct ledger_move *move,
                             struct fault *fault)
{
    return book_item(game->book, keep(game, code), "item", &move->item, fault);
}

static enum status receive(struct game *game, struct ledger_move *move, struct fault *fault)
{
    struct amount cost;
    enum status status = book_item(game->book, game->order->item, "item", &move->item, fault);
    if (status == STATUS_OK)
        status = ledger_product_cost(game->order, move->item, move->qty, &cost, fault);
    move->wip = game->order;
    move->order_kind = BOOK_WORK_ORDER;
    move->order_id = game->order->work_order;
    if (status == STATUS_OK)
        status = ledger_put(game->book, move, cost, fault);
    CU_ASSERT_TRUE(qty_add(game->order->received, move->qty, &game->order->received));
    return status;
}

static enum status settle(struct game *game, struct fault *fault)
{
    struct amount settled;
    struct amount held = game->order->wip;
    struct ledger_move move = {.kind = LEDGER_SETTLEMENT,
                               .wip = game->order,
                               .effective_on = TODAY,
                               .order_kind = BOOK_WORK_ORDER};
    enum status status = book_item(game->book, game->order->item, "item", &move.item, fault);
    if (status == STATUS_OK)
        status = ledger_settle(game->book, &move, &settled, fault);
    CU_ASSERT_EQUAL(settled.e4, held.e4);
    game->order->state = WORK_ORDER_CLOSED;
    return status;
}

static enum status issue(struct game *game, struct ledger_move *move, struct fault *fault)
{
    struct amount cost;
    struct work_component *component = game->component;
    move->kind = LEDGER_ISSUE;
    move->wip = game->order;
    move->component = component;
    enum status status = ledger_take(game->book, move, &cost, fault);
    if (status == STATUS_OK)
        status = book_change(game->book, &component->row, fault);
    if (status != STATUS_OK)
        return status;
    CU_ASSERT_TRUE(qty_add(component->issued, move->qty, &component->issued));
    CU_ASSERT_TRUE(amount_add(component->issued_amount, cost, &component->issued_amount));
    return status;
}

static enum status give_back(struct game *game, struct ledger_move *move, struct fault *fault)
{
    char net[QTY_TEXT_MAX];
    char asked[QTY_TEXT_MAX];
    struct amount cost;
    struct work_component *component = game->component;
    struct qty left = {component->issued.micro - component->returned.micro};
    move->kind = LEDGER_RETURN;
    move->wip = game->order;
    move->component = component;
    qty_format(left, net);
    qty_format(move->qty, asked);
    if (qty_cmp(left, move->qty) < 0) /* the caller's check */
        return fault_set(fault, STATUS_OVER_TOLERANCE, "quantity",
                         "%s of item \"%.*s\" can be returned, %s asked", net,
                         (int)move->item->item.length, move->item->item.bytes, asked);
    enum status status = ledger_return(game->book, move, &cost, fault);
    if (status == STATUS_OK)
        status = book_change(game->book, &component->row, fault);
    if (status != STATUS_OK)
        return status;
    CU_ASSERT_TRUE(qty_add(component->returned, move->qty, &component->returned));
    CU_ASSERT_TRUE(amount_sub(component->issued_amount, cost, &component->issued_amount));
    return status;
}

/* "bill ITEM QTY AMOUNT RECEIPT": a late cost of the pieces of that line of the ledger, 1, 2, ...
   (layers of one batch have no number of their own yet). */
static enum status bill(struct game *game, struct ledger_move *move, char **word,
                        struct fault *fault)
{
    struct late_value value = {to_amount(word[3]), to_qty(word[2]),
                               (uint64_t)strtoull(word[4], NULL, 10), to_qty(word[2])};
    for (struct book_layer *at = move->item->layers; at; at = at->next)
        at->layer = at->line + 1;
    move->kind = LEDGER_INVOICE;
    return ledger_late(game->book, move, &value, fault);
}

/* "outside PIECES AMOUNT": reported and charged, as services/production does it. */
static enum status outside(struct game *game, struct ledger_move *move, char **word,
                           struct fault *fault)
{
    struct work_operation *operation = &game->order->operations[0];
    struct amount charged = to_amount(word[2]);
    move->kind = LEDGER_OPERATION;
    move->wip = game->order;
    CU_ASSERT_TRUE(qty_add(operation->good, to_qty(word[1]), &operation->good));
    CU_ASSERT_TRUE(amount_add(operation->subcontract, charged, &operation->subcontract));
    return ledger_charge(game->book, move, charged, (struct qty){0}, fault);
}

/* "outside-bill PIECES AMOUNT". */
static enum status outside_bill(struct game *game, struct ledger_move *move, char **word,
                                struct fault *fault)
{
    struct outside_bill bill = {.pieces = to_qty(word[1]), .payable = to_amount(word[2])};
    move->kind = LEDGER_INVOICE;
    CU_ASSERT_TRUE(outside_late(&game->order->operations[0], &bill));
    return outside_charge(game->book, &game->order->operations[0], &bill, move, fault);
}

static enum status run_move(struct game *game, char **word, size_t count, struct fault *fault)
{
    struct amount cost;
    struct ledger_move move = move_of(game, LEDGER_SHIPMENT, word, count);
    enum status status = STATUS_OK;

    if (strcmp(word[0], "close") == 0)
        return settle(game, fault);
    if (strcmp(word[0], "outside") == 0)
        return outside(game, &move, word, fault);
    if (strcmp(word[0], "outside-bill") == 0)
        return outside_bill(game, &move, word, fault);
    if (strcmp(word[0], "charge") == 0) {
        move.kind = LEDGER_OPERATION;
        move.wip = game->order;
        return ledger_charge(game->book, &move, to_amount(word[1]), (struct qty){0}, fault);
    }
    if (strcmp(word[0], "receive") == 0) {
        move.kind = LEDGER_RECEIPT;
        move.qty = to_qty(word[1]);
        return receive(game, &move, fault);
    }
    move.qty = to_qty(word[2]);
    status = find_item(game, word[1], &move, fault);
    if (strcmp(word[0], "put") == 0) {
        move.kind = LEDGER_PURCHASE_RECEIPT;
        return status == STATUS_OK ? ledger_put(game->book, &move, to_amount(word[3]), fault)
                                   : status;
    }
    if (status == STATUS_OK && strcmp(word[0], "issue") == 0)
        return issue(game, &move, fault);
    if (status == STATUS_OK && strcmp(word[0], "return") == 0)
        return give_back(game, &move, fault);
    if (status == STATUS_OK && strcmp(word[0], "bill") == 0)
        return bill(game, &move, word, fault);
    CU_ASSERT_STRING_EQUAL_FATAL(word[0], "take");
    return status == STATUS_OK ? ledger_take(game->book, &move, &cost, fault) : status;
}

/* A refusal leaves no trace; otherwise every line must be as expected. */
static void run_posting(struct game *game, char **word, size_t count)
{
    struct fault fault = {0};
    char text[LINE_MAX_BYTES * 2] = "";
    struct book_mark mark = book_mark(game->book);
    size_t first = game->book->line_count;

    if (run_move(game, word, count, &fault) != STATUS_OK) {
        book_undo(game->book, mark);
        snprintf(text, sizeof text, "%s %s", status_name(fault.status), fault.message);
        expect(game, '!', text);
        return;
    }
    book_keep(game->book);
    for (size_t i = first; i < game->book->line_count; i++) {
        format_line(&game->book->lines[i], text);
        expect(game, '=', text);
    }
}

static void run_command(struct game *game, char *line)
{
    char *word[WORDS_MAX] = {0};
    size_t count = 0;
    for (char *at = strtok(line, " "); at && count < WORDS_MAX; at = strtok(NULL, " "))
        word[count++] = at;
    if (strcmp(word[0], "item") == 0)
        make_item(game, word, count);
    else if (strcmp(word[0], "order") == 0)
        make_order(game, word);
    else if (strcmp(word[0], "wip") == 0) {
        char text[LINE_MAX_BYTES] = "wip ";
        amount_format(game->order->wip, text + 4);
        expect(game, '=', text);
    } else
        run_posting(game, word, count);
}

static void run_case(const char *path)
{
    struct book_plant plant = {text_of("P"), text_of("MAIN"), TODAY, 0};
    struct game game = {.name = path, .arena = arena_new(16 * MIB), .file = fopen(path, "r")};
    char line[LINE_MAX_BYTES];
    CU_ASSERT_PTR_NOT_NULL_FATAL(game.file);
    game.book = book_new(game.arena, &plant);
    CU_ASSERT_PTR_NOT_NULL_FATAL(game.book);
    game.has_expected = read_line(&game);
    while (game.has_expected) {
        if (game.expected[0] == '=' || game.expected[0] == '!') {
            fail_at(&game, "not written", "", game.expected);
            break;
        }
        strcpy(line, game.expected);
        game.has_expected = read_line(&game);
        run_command(&game, line);
    }
    fclose(game.file);
    arena_free(&game.arena);
}

static void test_cases(void)
{
    DIR *folder = opendir("tests/golden/ledger");
    int found = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(folder);
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        char path[512];
        if (!strstr(entry->d_name, ".case"))
            continue;
        snprintf(path, sizeof path, "tests/golden/ledger/%s", entry->d_name);
        run_case(path);
        found++;
    }
    closedir(folder);
    CU_ASSERT_TRUE(found >= 8);
}

UNIT_SUITE("ledger", UNIT(test_cases))
