#ifndef MILLRACE_GATEWAY_STREAM_H
#define MILLRACE_GATEWAY_STREAM_H

#include "services/gateway/gateway_server.h"

/*
 * Server-sent events: GET /v1/{plant}/events[?item=A&item=B].  The id of a message is the place in
 * the plant's event order that the client has reached with it; a client that comes back says it as
 * Last-Event-ID (or ?after=), gets what it missed, however long it was away, and then what happens.
 * Without one it begins at the newest event.
 *
 *     id: 4711
 *     data: {"plant":"P","events":[{"plant":"P","event_seq":4711,"kind":"stock", ...}]}
 *
 * Events are read from event_log, in order, when the relay's feed says that there are some, at most
 * every STREAM_TICK_MS for each plant (in a flood one read after the other, each told while the
 * next is under way); of several of one object within a read only the newest is told.  Each is made
 * JSON once, whoever hears it.  An item's client hears what is about the items it named (a plan:
 * when it changed for one of them), and what is about the whole plant (an import, a plan that
 * changed for too many items to name them).
 *
 * A stream ends after STREAM_LIFE_S: the client comes back by itself and is asked who it is anew.
 */
#define STREAM_TICK_MS    100
#define STREAM_LIFE_S     600
#define STREAM_QUIET_S    15   /* a comment, so that nobody takes the connection for dead */
#define STREAM_ITEMS_MAX  100  /* of one client */
#define STREAM_READ_MAX   4000 /* events of one read */
#define STREAM_PLANTS_MAX 256
#define STREAM_UNSENT_MAX (1024 * KIB) /* a client above it, more than a read's, is left behind */

struct stream;

enum status streams_open(struct gateway *gateway, struct fault *fault) MUST_CHECK;
void streams_close(struct gateway *gateway);

/* Becomes a stream, or is answered with a fault. */
void stream_exchange(struct exchange *exchange, struct text plant);

/* By gateway_conn.c: the client is gone; everything sent was taken. */
void stream_gone(struct stream *stream);
void stream_taken(struct stream *stream);

#endif
