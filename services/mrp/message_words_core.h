#ifndef MILLRACE_MRP_MESSAGE_WORDS_CORE_H
#define MILLRACE_MRP_MESSAGE_WORDS_CORE_H

#include "services/mrp/plan_core.h"

/*
 * The words of messages in one language, by kind.  Templates: %d the day, %t the day to, %q the
 * quantity, %n the quantity to, %r the reference, of a receipt in its kind ('purchase order
 * "PO-7"').
 */
#define PLAN_DATA_ERRORS  (PLAN_DATA_SEGMENT + 1)
#define PLAN_SUPPLY_KINDS (SUPPLY_TRANSFER + 1)

struct message_words {
    const char *causes[PLAN_MESSAGE_KINDS];
    const char *actions[PLAN_MESSAGE_KINDS];
    const char *data_causes[PLAN_DATA_ERRORS];
    const char *data_actions[PLAN_DATA_ERRORS];
    const char *supplies[PLAN_SUPPLY_KINDS];
    const char *open_quote;
    const char *close_quote;
};

extern const struct message_words message_words_en;
extern const struct message_words message_words_zh;

#endif
