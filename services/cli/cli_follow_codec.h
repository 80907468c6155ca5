#ifndef MILLRACE_CLI_CLI_FOLLOW_CODEC_H
#define MILLRACE_CLI_CLI_FOLLOW_CODEC_H

#include "common/base/arena.h"
#include "common/wire/wire.h"

/* What millrace follow reads out of events and suggestions: words, in memory of the arena. */
#define FOLLOW_WORDS_MAX 512

struct follow_event {
    uint64_t place;
    int64_t committed_us; /* 0: not said */
    bool plan;            /* the plan has changed */
    char words[FOLLOW_WORDS_MAX];
};

/* Data of a server-sent message: {"plant":..,"events":[..]}. */
enum status follow_events(struct text data, struct arena *arena, struct follow_event **out,
                          size_t *count, struct fault *fault) MUST_CHECK;

struct follow_suggestion {
    const char *name;
    char words[FOLLOW_WORDS_MAX];
};

/* A page of Mrp.ListPlannedOrders, ascending by name; *next is "" past the last. */
enum status follow_suggestions(const ProtobufCMessage *page, struct arena *arena,
                               struct follow_suggestion **out, size_t *count, const char **next,
                               struct fault *fault) MUST_CHECK;

const char *follow_reason(const ProtobufCMessage *get_planned_order_reply);
uint64_t follow_place(const ProtobufCMessage *get_relay_state_reply);

#endif
