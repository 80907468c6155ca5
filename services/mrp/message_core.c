#include "services/mrp/message_words_core.h"
#include "services/mrp/model_core.h"
#include "services/mrp/words_core.h"

#include <string.h>

/* The words of a message: what is wrong and what to do, from its numbers. */

const char *plan_message_name(enum plan_message_kind kind)
{
    static const char *const names[PLAN_MESSAGE_KINDS] = {
        [PLAN_PAST_DUE_START] = "past due start",
        [PLAN_PAST_DUE_RECEIPT] = "past due receipt",
        [PLAN_RESCHEDULE_IN] = "reschedule in",
        [PLAN_RESCHEDULE_OUT] = "reschedule out",
        [PLAN_CANCEL] = "cancel",
        [PLAN_INCREASE] = "increase",
        [PLAN_DECREASE] = "decrease",
        [PLAN_EXCESS_STOCK] = "excess stock beyond need",
        [PLAN_BELOW_SAFETY_STOCK] = "below safety stock",
        [PLAN_PROJECTED_SHORTAGE] = "projected shortage",
        [PLAN_COVERAGE_TOO_LATE] = "coverage too late",
        [PLAN_LOT_EXPIRES] = "lot expires before use",
        [PLAN_NO_BILL] = "no bill",
        [PLAN_NO_ROUTING] = "no routing",
        [PLAN_NO_SUPPLIER] = "no supplier",
        [PLAN_BILL_CHANGED] = "bill changed after release",
        [PLAN_QUOTA_EXCEEDED] = "quota exceeded",
        [PLAN_DEMAND_PAST_DUE] = "demand past due",
        [PLAN_CAPACITY_OVERLOAD] = "capacity overload",
        [PLAN_DATA_ERROR] = "data error",
    };
    ASSERT(kind < PLAN_MESSAGE_KINDS);
    return names[kind];
}

const struct message_words message_words_en = {
    .causes =
        {
            [PLAN_PAST_DUE_START] =
                "%q needed on %d; its lead time begins before the plan, so that it is ready on %t",
            [PLAN_PAST_DUE_RECEIPT] = "%q of %r was due on %d and has not come",
            [PLAN_RESCHEDULE_IN] = "%q of %r is due on %d and needed on %t",
            [PLAN_RESCHEDULE_OUT] = "%q of %r is due on %d and not needed before %t",
            [PLAN_CANCEL] = "%q of %r is due on %d and nothing needs it",
            [PLAN_INCREASE] =
                "%r due on %d brings %q less than is needed then; a new order is planned",
            [PLAN_DECREASE] = "%r due on %d brings %q more than anything needs",
            [PLAN_EXCESS_STOCK] = "%q on hand are more than all needs and the safety stock",
            [PLAN_BELOW_SAFETY_STOCK] = "stock is up to %q below the safety stock from %d on",
            [PLAN_PROJECTED_SHORTAGE] =
                "%q are missing at most, from %d on, until late orders arrive",
            [PLAN_COVERAGE_TOO_LATE] =
                "%q needed on %d; nothing may start in the frozen zone, so that it is ready on %t",
            [PLAN_LOT_EXPIRES] = "%q of lot \"%r\" are not used by %d, their last day",
            [PLAN_NO_BILL] = "made item without a bill of material; first planned start %d",
            [PLAN_NO_ROUTING] = "made item without a routing; first planned start %d",
            [PLAN_NO_SUPPLIER] = "bought item without a valid supplier; first planned start %d",
            [PLAN_BILL_CHANGED] =
                "work order \"%r\" of %t still needs %q, which the bill of its item no longer has",
            [PLAN_QUOTA_EXCEEDED] =
                "%n of the planned orders go to supplier \"%r\", %q more than its quota",
            [PLAN_DEMAND_PAST_DUE] = "%q for \"%r\" were due on %d",
            [PLAN_CAPACITY_OVERLOAD] = "work center \"%r\" has %n hours on %d and needs %q more",
            [PLAN_DATA_ERROR] = "",
        },
    .actions =
        {
            [PLAN_PAST_DUE_START] = "release %q now and expedite, or move the need to %t",
            [PLAN_PAST_DUE_RECEIPT] = "ask for a new date of %r, or cancel it",
            [PLAN_RESCHEDULE_IN] = "move %r to %t",
            [PLAN_RESCHEDULE_OUT] = "move %r to %t",
            [PLAN_CANCEL] = "cancel %r",
            [PLAN_INCREASE] = "change %r to %n",
            [PLAN_DECREASE] = "change %r to %n",
            [PLAN_EXCESS_STOCK] = "use up, sell or scrap %q",
            [PLAN_BELOW_SAFETY_STOCK] = "expedite the first planned order",
            [PLAN_PROJECTED_SHORTAGE] = "expedite the first planned order, or move the demand",
            [PLAN_COVERAGE_TOO_LATE] =
                "release %q inside the frozen zone by hand, or move the need to %t",
            [PLAN_LOT_EXPIRES] = "use or sell lot \"%r\" before %d",
            [PLAN_NO_BILL] = "enter a bill of material",
            [PLAN_NO_ROUTING] = "enter a routing",
            [PLAN_NO_SUPPLIER] = "enter a supplier",
            [PLAN_BILL_CHANGED] =
                "take the component off work order \"%r\", or bring the bill up to date",
            [PLAN_QUOTA_EXCEEDED] =
                "move an order to another supplier, or correct the quota of \"%r\"",
            [PLAN_DEMAND_PAST_DUE] = "ship, or agree a new date for \"%r\"",
            [PLAN_CAPACITY_OVERLOAD] =
                "move %q hours of work center \"%r\" off %d, this item's first",
            [PLAN_DATA_ERROR] = "",
        },
    .data_causes =
        {
            [PLAN_DATA_NONE] = "",
            [PLAN_DATA_BEYOND_HORIZON] = "%q on %d lie beyond the horizon and are not planned",
            [PLAN_DATA_LEAD_TIME] =
                "the lead time is longer than 36500 days and was planned with those",
            [PLAN_DATA_LOT_RULE] = "a parameter of the lot rule is missing; planned lot for lot",
            [PLAN_DATA_LOTS] = "one need gives more than 100000 lots; the last one took the rest",
            [PLAN_DATA_UNIT] = "no factor between two units; taken as one to one",
            [PLAN_DATA_NOT_WORKING] =
                "the calendar has no working day; every day was taken as working",
            [PLAN_DATA_SOURCE_PLANT] = "transfer item without a source plant",
            [PLAN_DATA_SEGMENT] = "%q are kept for a segment that no demand names",
        },
    .data_actions =
        {
            [PLAN_DATA_NONE] = "",
            [PLAN_DATA_BEYOND_HORIZON] = "correct the date, or lengthen horizon_days",
            [PLAN_DATA_LEAD_TIME] = "correct lead_time_days",
            [PLAN_DATA_LOT_RULE] = "enter the rule's parameters in items.csv",
            [PLAN_DATA_LOTS] = "raise lot_max or lot_qty",
            [PLAN_DATA_UNIT] = "enter the factor in units.csv",
            [PLAN_DATA_NOT_WORKING] = "correct calendar.csv",
            [PLAN_DATA_SOURCE_PLANT] = "enter source_plant",
            [PLAN_DATA_SEGMENT] = "correct the segment, or take it off",
        },
    .supplies = {[SUPPLY_PURCHASE] = "purchase order",
                 [SUPPLY_WORK_ORDER] = "work order",
                 [SUPPLY_PLANNED] = "planned order",
                 [SUPPLY_TRANSFER] = "transfer"},
    .open_quote = " \"",
    .close_quote = "\"",
};

static const struct message_words *words_of(enum plan_language language)
{
    return language == PLAN_ZH ? &message_words_zh : &message_words_en;
}

/* 'purchase order "PO-7"' for receipts, the bare text for the rest. */
static void say_reference(struct words *words, const struct plan *plan,
                          const struct plan_message *message, const struct message_words *said)
{
    bool receipt = message->kind >= PLAN_PAST_DUE_RECEIPT && message->kind <= PLAN_DECREASE;
    const char *reference = plant_text(plan->plant, message->reference);
    if (!receipt) {
        words_add(words, reference);
        return;
    }
    words_add(words, said->supplies[message->supply_kind]);
    if (message->reference == 0)
        return;
    words_add(words, said->open_quote);
    words_add(words, reference);
    words_add(words, said->close_quote);
}

struct form {
    const struct message_words *said;
    const char *text;
};

static size_t fill(const struct plan *plan, const struct plan_message *message, struct form form,
                   char text[PLAN_TEXT_MAX])
{
    struct words words = {.text = text, .size = PLAN_TEXT_MAX};
    text[0] = '\0';
    for (const char *at = form.text;; at++) {
        const char *mark = strchr(at, '%');
        const size_t plain = mark ? (size_t)(mark - at) : strlen(at);
        words_add_bytes(&words, at, plain);
        if (!mark)
            return words.used;
        at = mark + 1;
        if (*at == 'd')
            words_day(&words, plan, message->day);
        else if (*at == 't')
            words_day(&words, plan, message->to_day);
        else if (*at == 'q')
            words_qty(&words, message->qty);
        else if (*at == 'n')
            words_qty(&words, message->to_qty);
        else
            say_reference(&words, plan, message, form.said);
    }
}

size_t plan_message_cause(const struct plan *plan, const struct plan_message *message,
                          enum plan_language language, char text[PLAN_TEXT_MAX])
{
    const struct message_words *said = words_of(language);
    struct form form = {said, message->kind == PLAN_DATA_ERROR
                                  ? said->data_causes[message->data_error]
                                  : said->causes[message->kind]};
    return fill(plan, message, form, text);
}

size_t plan_message_action(const struct plan *plan, const struct plan_message *message,
                           enum plan_language language, char text[PLAN_TEXT_MAX])
{
    const struct message_words *said = words_of(language);
    struct form form = {said, message->kind == PLAN_DATA_ERROR
                                  ? said->data_actions[message->data_error]
                                  : said->actions[message->kind]};
    return fill(plan, message, form, text);
}
