#ifndef MILLRACE_RELAY_PUBLISHER_H
#define MILLRACE_RELAY_PUBLISHER_H

#include "common/io/conf.h"

/*
 * The thread that carries committed events to the feed.  It sleeps on the doorbell, and looks at
 * the log every relay.poll_ms all the same: a lost doorbell costs time, never an event.
 *
 * An event may be published twice (after a crash between publishing and noting it) and a published
 * copy may be lost: consumers keep a cursor of their own and read the log.
 */
struct publisher;

enum status publisher_start(const struct conf *conf, struct publisher **out,
                            struct fault *fault) MUST_CHECK;
void publisher_stop(struct publisher **publisher);

/* Why nothing is being published, NULL when all is well; any thread. */
const char *publisher_waiting_for(struct publisher *publisher);

#endif
