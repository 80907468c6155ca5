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

/* Room for the lines of an order in its event; NULL when the arena is full. */
static Millrace__OrderLineState *new_lines(const struct book *book, Millrace__OrderState *state,
                                           size_t count)
{
    Millrace__OrderLineState *lines = arena_alloc(book->arena, count + 1, sizeof *lines);
    state->lines = arena_alloc(book->arena, count + 1, sizeof(void *));
    if (!lines || !state->lines)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        millrace__order_line_state__init(&lines[i]);
        lines[i].has_line = lines[i].has_quantity_micro = true;
        lines[i].has_done_micro = lines[i].has_due_on = true;
        state->lines[i] = &lines[i];
    }
    state->n_lines = count;
    return lines;
}

/* Beside its lines the event carries what all of them sum to and the last due day. */
enum status event_of_purchase_order(const struct book *book, const struct purchase_order *order,
                                    const struct event_place *place, struct event_row *out,
                                    struct fault *fault)
{
    bool fits = true;
    Millrace__Event event = MILLRACE__EVENT__INIT;
    Millrace__OrderState state = MILLRACE__ORDER_STATE__INIT;
    struct qty ordered = {0};
    struct qty done = {0};

    Millrace__OrderLineState *lines = new_lines(book, &state, order->line_count);
    for (size_t i = 0; lines && i < order->line_count; i++) {
        lines[i].line = (uint32_t)order->lines[i].line;
        lines[i].item = line_text(book, order->lines[i].item, &fits);
        lines[i].quantity_micro = order->lines[i].qty.micro;
        lines[i].done_micro = order->lines[i].received.micro;
        lines[i].due_on = order->lines[i].due;
        fits = fits && qty_add(ordered, order->lines[i].qty, &ordered) &&
               qty_add(done, order->lines[i].received, &done);
        if (i == 0 || order->lines[i].due > state.due_on)
            state.due_on = order->lines[i].due;
    }
    state.order_id = line_text(book, order->purchase_order, &fits);
    fits = fits && lines;
    state.has_due_on = order->line_count > 0;
    set_quantities(&state, ordered, done);
    state.state = line_text(book, shown_state(order->state, ordered, done), &fits);
    state.partner = line_text(book, order->supplier, &fits);
    state.other_plant = line_text(book, order->source_plant, &fits);
    event.order = &state;
    out->kind = MILLRACE__EVENT_KIND__EVENT_KIND_PURCHASE_ORDER;
    out->object_id = order->purchase_order;
    return pack(book, &event, place, out, fault);
}

enum status event_of_sales_order(const struct book *book, const struct sales_order *order,
                                 const struct event_place *place, struct event_row *out,
                                 struct fault *fault)
{
    bool fits = true;
    Millrace__Event event = MILLRACE__EVENT__INIT;
    Millrace__OrderState state = MILLRACE__ORDER_STATE__INIT;
    struct qty ordered = {0};
    struct qty done = {0};

    Millrace__OrderLineState *lines = new_lines(book, &state, order->line_count);
    for (size_t i = 0; lines && i < order->line_count; i++) {
        lines[i].line = (uint32_t)order->lines[i].line;
        lines[i].item = line_text(book, order->lines[i].item, &fits);
        lines[i].quantity_micro = order->lines[i].qty.micro;
        lines[i].done_micro = order->lines[i].shipped.micro;
        lines[i].due_on = order->lines[i].due;
        fits = fits && qty_add(ordered, order->lines[i].qty, &ordered) &&
               qty_add(done, order->lines[i].shipped, &done);
        if (i == 0 || order->lines[i].due > state.due_on)
            state.due_on = order->lines[i].due;
    }
    state.order_id = line_text(book, order->sales_order, &fits);
    fits = fits && lines;
    state.has_due_on = order->line_count > 0;
    set_quantities(&state, ordered, done);
    state.state = line_text(book, shown_state(order->state, ordered, done), &fits);
    state.partner = line_text(book, order->customer, &fits);
    state.other_plant = line_text(book, order->to_plant, &fits);
    event.order = &state;
    out->kind = MILLRACE__EVENT_KIND__EVENT_KIND_SALES_ORDER;
    out->object_id = order->sales_order;
    return pack(book, &event, place, out, fault);
}
