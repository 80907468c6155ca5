#include "common/ledger/event_codec.h"

#include "common/ledger/line_codec.h"
#include "common/wire/wire.h"
#include "proto/event.pb-c.h"

static enum status pack(const struct book *book, Millrace__Event *event,
                        const struct event_place *place, struct event_row *out, struct fault *fault)
{
    bool fits = true;
    event->plant = line_text(book, place->plant, &fits);
    event->object_id = line_text(book, out->object_id, &fits);
    event->has_event_seq = true;
    event->event_seq = place->event_seq;
    event->has_version = true;
    event->version = place->event_seq;
    event->has_kind = true;
    event->kind = (Millrace__EventKind)out->kind;
    event->has_committed_at_us = true;
    event->committed_at_us = place->now_us;
    if (!fits)
        return fault_set(fault, STATUS_LIMIT, "", "the postings are too large for one batch");
    out->event_seq = (int64_t)place->event_seq;
    return wire_pack(&event->base, book->arena, &out->body, fault);
}

enum status event_of_item(const struct book *book, const struct book_item *item,
                          const struct event_place *place, struct event_row *out,
                          struct fault *fault)
{
    bool fits = true;
    Millrace__Event event = MILLRACE__EVENT__INIT;
    Millrace__StockState state = MILLRACE__STOCK_STATE__INIT;

    state.item = line_text(book, item->item, &fits);
    state.has_on_hand_micro = true;
    state.on_hand_micro = item->on_hand.micro;
    state.has_value_e4 = true;
    state.value_e4 = item->value.e4;
    event.stock = &state;
    out->kind = MILLRACE__EVENT_KIND__EVENT_KIND_STOCK;
    out->object_id = item->item;
    return pack(book, &event, place, out, fault);
}

static void set_quantities(Millrace__OrderState *state, struct qty ordered, struct qty done)
{
    state->has_quantity_micro = true;
    state->quantity_micro = ordered.micro;
    state->has_done_micro = true;
    state->done_micro = done.micro;
}

enum status event_of_work_order(const struct book *book, const struct work_order *order,
                                const struct event_place *place, struct event_row *out,
                                struct fault *fault)
{
    bool fits = true;
    Millrace__Event event = MILLRACE__EVENT__INIT;
    Millrace__OrderState state = MILLRACE__ORDER_STATE__INIT;

    state.order_id = line_text(book, order->work_order, &fits);
    state.item = line_text(book, order->item, &fits);
    state.state = line_text(book, text_of(work_order_state_text(order->state)), &fits);
    set_quantities(&state, order->qty, order->received);
    state.has_due_on = true;
    state.due_on = order->due_on;
    event.order = &state;
    out->kind = MILLRACE__EVENT_KIND__EVENT_KIND_WORK_ORDER;
    out->object_id = order->work_order;
    return pack(book, &event, place, out, fault);
}

/* As services/order shows it, but that "closed" is told by the sum of the lines. */
static struct text shown_state(enum order_state state, struct qty ordered, struct qty done)
{
    bool sales = state == ORDER_OPEN;
    if (state != ORDER_SENT && state != ORDER_OPEN)
        return text_of(order_state_text(state));
    if (done.micro >= ordered.micro)
        return text_of("closed");
    if (done.micro > 0)
        return text_of(sales ? "partly_shipped" : "partly_received");
    return text_of(order_state_text(state));
}

/* A purchase or a sales order as its event tells it: beside its lines what all of them sum to and
   the last due day. */
struct told {
    const struct book *book;
    Millrace__OrderState state;
    Millrace__OrderLineState *lines; /* NULL: the arena is full */
    struct qty ordered;
    struct qty done;
    bool fits;
};

struct told_line {
    int64_t line;
    struct text item;
    struct qty qty;
    struct qty done;
    date due;
};

struct told_head {
    int kind;
    struct text id;
    enum order_state state;
    struct text partner;
    struct text other_plant;
};

static void told_init(struct told *told, const struct book *book, size_t line_count)
{
    *told = (struct told){.book = book, .state = MILLRACE__ORDER_STATE__INIT};
    told->lines = arena_alloc(book->arena, line_count + 1, sizeof *told->lines);
    told->state.lines = arena_alloc(book->arena, line_count + 1, sizeof(void *));
    told->fits = told->lines && told->state.lines;
}

static void tell_line(struct told *told, const struct told_line *line)
{
    size_t place = told->state.n_lines++;
    Millrace__OrderLineState *state = &told->lines[place];
    millrace__order_line_state__init(state);
    state->has_line = state->has_quantity_micro = true;
    state->has_done_micro = state->has_due_on = true;
    state->line = (uint32_t)line->line;
    state->item = line_text(told->book, line->item, &told->fits);
    state->quantity_micro = line->qty.micro;
    state->done_micro = line->done.micro;
    state->due_on = line->due;
    told->state.lines[place] = state;
    told->fits = told->fits && qty_add(told->ordered, line->qty, &told->ordered) &&
                 qty_add(told->done, line->done, &told->done);
    if (place == 0 || line->due > told->state.due_on)
        told->state.due_on = line->due;
}

static enum status tell_order(struct told *told, const struct told_head *head,
                              const struct event_place *place, struct event_row *out,
                              struct fault *fault)
{
    const struct book *book = told->book;
    Millrace__OrderState *state = &told->state;
    Millrace__Event event = MILLRACE__EVENT__INIT;

    state->order_id = line_text(book, head->id, &told->fits);
    state->has_due_on = state->n_lines > 0;
    set_quantities(state, told->ordered, told->done);
    state->state =
        line_text(book, shown_state(head->state, told->ordered, told->done), &told->fits);
    state->partner = line_text(book, head->partner, &told->fits);
    state->other_plant = line_text(book, head->other_plant, &told->fits);
    if (!told->fits)
        return fault_set(fault, STATUS_LIMIT, "", "the postings are too large for one batch");
    event.order = state;
    out->kind = head->kind;
    out->object_id = head->id;
    return pack(book, &event, place, out, fault);
}

enum status event_of_purchase_order(const struct book *book, const struct purchase_order *order,
                                    const struct event_place *place, struct event_row *out,
                                    struct fault *fault)
{
    const struct told_head head = {MILLRACE__EVENT_KIND__EVENT_KIND_PURCHASE_ORDER,
                                   order->purchase_order, order->state, order->supplier,
                                   order->source_plant};
    struct told told;
    told_init(&told, book, order->line_count);
    for (size_t i = 0; told.fits && i < order->line_count; i++) {
        const struct purchase_line *line = &order->lines[i];
        tell_line(&told, &(struct told_line){line->line, line->item, line->qty, line->received,
                                             line->due});
    }
    return tell_order(&told, &head, place, out, fault);
}

enum status event_of_sales_order(const struct book *book, const struct sales_order *order,
                                 const struct event_place *place, struct event_row *out,
                                 struct fault *fault)
{
    const struct told_head head = {MILLRACE__EVENT_KIND__EVENT_KIND_SALES_ORDER, order->sales_order,
                                   order->state, order->customer, order->to_plant};
    struct told told;
    told_init(&told, book, order->line_count);
    for (size_t i = 0; told.fits && i < order->line_count; i++) {
        const struct sales_line *line = &order->lines[i];
        tell_line(&told,
                  &(struct told_line){line->line, line->item, line->qty, line->shipped, line->due});
    }
    return tell_order(&told, &head, place, out, fault);
}
