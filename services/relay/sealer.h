#ifndef MILLRACE_RELAY_SEALER_H
#define MILLRACE_RELAY_SEALER_H

#include "common/io/conf.h"

/*
 * The thread that seals what happened, every relay.seal_ms, plant by plant.
 *
 * No row is passed over.  Numbered streams have no gaps and are committed in the order of their
 * numbers, so what is seen is all there is up to there.  The others are read in the order of their
 * moment, which is when their transaction began, and only up to a moment before which no
 * transaction is under way any more: the transactions of services are listed, and when none of
 * those listed is left, all that began before the list was made is settled.
 *
 * Where the newest seal is not the one the head names, nothing more is sealed at that plant, and
 * millrace_audit_broken_plants counts it: a chain is not mended in silence.
 */
struct sealer;

enum status sealer_start(const struct conf *conf, struct sealer **out,
                         struct fault *fault) MUST_CHECK;
void sealer_stop(struct sealer **sealer);

#endif
