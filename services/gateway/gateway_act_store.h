#ifndef MILLRACE_GATEWAY_ACT_STORE_H
#define MILLRACE_GATEWAY_ACT_STORE_H

#include "common/ledger/act.h"

/* Acts at the door, with the states of whom or what they are about. */
extern const struct sql_schema door_act_schema;

enum act_subject { ACT_OF_NOTHING, ACT_OF_USER, ACT_OF_TOKEN, ACT_OF_DEVICE };

struct store_act {
    struct act act; /* object: the subject's key; before and after are found here */
    struct arena *arena;
    enum act_subject subject;
    const uint8_t *device_hash; /* of the cookie of the device it is from, or NULL */
};

/* One that changes nothing: somebody tried to come in. */
enum status act_put(struct sql *sql, struct store_act *act, struct fault *fault) MUST_CHECK;

/* Runs `work` in one transaction with its act, and with the states of its subject around it. */
enum status act_transaction(struct sql *sql, struct store_act *act, sql_work_fn *work,
                            void *context, struct fault *fault) MUST_CHECK;

#endif
