#ifndef MILLRACE_IO_FEED_H
#define MILLRACE_IO_FEED_H

#include "common/base/status.h"
#include "common/base/text.h"

/*
 * Hints between processes over ZeroMQ: the doorbell (PUB after a commit, SUB in the relay) and the
 * feed (PUB in the relay, SUB in consumers).  The feed carries each event as it is
 * published, its plant the topic, for whoever asks for that; and hints, the only thing that
 * SUBSCRIBE asks for: some event, or no body: the plant has some that are not published yet.  A
 * hint may be lost or doubled; what must last is in event_log, and every listener also looks there
 * now and then.  A RING may be used by any thread; the other ends by one thread each.
 */
struct feed;
struct rpc_wire;

enum feed_end { FEED_RING, FEED_LISTEN, FEED_PUBLISH, FEED_SUBSCRIBE };

/* The sockets "doorbell" (RING, LISTEN) and "events"; texts of the wire (rpc_wire.h) must last. */
enum status feed_open(const struct rpc_wire *wire, enum feed_end end, struct feed **out,
                      struct fault *fault) MUST_CHECK;
void feed_close(struct feed **feed);

/* RING, PUBLISH: never blocks; a full queue drops the hint.  A ring with a body, RING_PLAN, is not
   passed on to the feed: who rings is the one whom it would wake. */
#define RING_PLAN "plan"
void feed_send(struct feed *feed, const char *plant, struct text body);

/* LISTEN: rings are not to come, which costs their senders nothing then, or are to come again.
   Those sent in the first milliseconds behind that may still be lost. */
void feed_deafen(struct feed *feed, bool deaf);

/* PUBLISH: does anybody listen to events, not only to hints? */
bool feed_is_asked(struct feed *feed);

/* PUBLISH: to those who want to know only that something happened at the plant. */
void feed_hint(struct feed *feed, const char *plant, struct text body);

/* LISTEN, SUBSCRIBE: waits at most timeout_ms.  False when nothing came.  `body` stays valid until
   the next call. */
#define FEED_PLANT_MAX 65
bool feed_receive(struct feed *feed, int timeout_ms, char plant[FEED_PLANT_MAX],
                  struct text *body) MUST_CHECK;

#endif
