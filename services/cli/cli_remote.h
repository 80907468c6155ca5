#ifndef MILLRACE_CLI_CLI_REMOTE_H
#define MILLRACE_CLI_CLI_REMOTE_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/base/text.h"
#include "common/base/uuid.h"
#include "common/wire/wire.h"

/*
 * Asking the gateway: HTTPS by libcurl with keep-alive, trusting the authority of the settings and
 * no other, with the API token of the settings.  A call that gets no answer, or one that says "try
 * again", is repeated with the same key.
 */
#define REMOTE_ATTEMPTS     12
#define REMOTE_PAUSE_MS     50 /* before the first repeat; doubles up to REMOTE_PAUSE_MAX_MS */
#define REMOTE_PAUSE_MAX_MS 3200
#define REMOTE_ANSWER_MAX   (64 * MIB)
#define REMOTE_TIMEOUT_MS   120000

struct remote;

struct remote_words {
    const char *config; /* NULL: see cli_online.h */
    const char *plant;  /* NULL: MILLRACE_PLANT */
    const char *key;    /* of cli_call_method; NULL: one is made where the method needs one */
};

/* INVALID when the settings or the token cannot be read. */
enum status remote_open(const struct remote_words *words, struct remote **out,
                        struct fault *fault) MUST_CHECK;
void remote_close(struct remote **remote);

/* The plant of the calls, "" when none was given; may be set once it is known. */
const char *remote_plant(const struct remote *remote);
void remote_set_plant(struct remote *remote, const char *plant);

struct remote_call {
    const char *method;
    struct text body;       /* JSON */
    const struct uuid *key; /* NULL: one is made where the method needs one */
};

/* The JSON of the answer; valid until the next call.  A refusal comes back as the fault the server
   sent (status, field and message); its JSON is in *answer too. */
enum status remote_ask(struct remote *remote, const struct remote_call *call, struct text *answer,
                       struct fault *fault) MUST_CHECK;

/* The same, with the answer as the method's message in the arena. */
enum status remote_ask_message(struct remote *remote, const struct remote_call *call,
                               struct arena *arena, const ProtobufCMessage **answer,
                               struct fault *fault) MUST_CHECK;

/*
 * The plant's server-sent events (services/gateway/gateway_stream.h).  `told` hears the data of
 * each message, borrowed, while the connection stands; asking is then for another remote.  A stream
 * that ends is taken up again behind the last message.
 */
struct remote_stream {
    const char *const
        *items;       /* NULL behind the last: events about these and about all; none: all */
    uint64_t after;   /* the last place known; moves on */
    int64_t until_us; /* by clock_monotonic_us */
    enum status (*told)(void *context, struct text data, struct fault *fault);
    void *context;
};

/* OK at the time's end. */
enum status remote_follow(struct remote *remote, struct remote_stream *stream,
                          struct fault *fault) MUST_CHECK;

#endif
