#ifndef MILLRACE_LEDGER_POST_RUN_H
#define MILLRACE_LEDGER_POST_RUN_H

#include "common/ledger/post.h"
#include "common/ledger/post_memory.h"
#include "common/ledger/post_recall.h"
#include "common/ledger/post_store.h"
#include "common/wire/digest.h"

#include <stdatomic.h>

/* A batch on its way: for post.c and what it is made of, not for services. */

/* What post_open makes: rpc_request.service. */
struct post_door {
    struct feed *doorbell;
    struct metric *commands;
    struct metric *lines;
    struct metric *rounds;
    struct metric *recalled;
    atomic_int wary; /* batches that look for known keys first */
    struct post_memory memory;
    struct post_recall recall;
};

/* One request on its way.  Fields from `command` on are of the present round. */
struct slot {
    struct rpc_request *request;
    const struct post_kind *kind;
    const void *decoded;
    uint8_t hash[DIGEST_BYTES];
    struct slot *same_key;  /* an earlier request of the batch with this key */
    struct fault misshapen; /* what wants found */

    struct post_command *command;
    const struct post_known *known;
    struct fault refusal;
    struct text reply;
};

struct run {
    const struct post_service *service;
    struct post_door *door;
    struct sql *sql;
    struct text plant;
    struct slot **slots;
    size_t count;
    struct arena *arena;
    struct book *book;
    struct post_command *commands; /* of the slots whose key is not known */
    size_t command_count;
    size_t open_count;     /* slots whose key is not known */
    bool outcome_unknown;  /* a COMMIT of an earlier round */
    bool keys_met;         /* in an earlier round */
    bool looks;            /* this round asks first which keys are known */
    struct post_held held; /* in this round */
    struct post_taken taken;
    struct post_places *places;     /* of this round; NULL: what it leaves is not remembered */
    struct post_recalled *recalled; /* what the plant's last batches left; NULL: nothing */
    bool reads;                     /* what is remembered did not do for this batch */
};

/* post_answer.c: what a request is answered once its batch is committed. */
void post_answer_slot(struct slot *slot);
/* The answer of an earlier request of this batch with the same key. */
void post_answer_again(struct slot *slot);

#endif
