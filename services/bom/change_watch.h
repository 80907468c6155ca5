#ifndef MILLRACE_BOM_CHANGE_WATCH_H
#define MILLRACE_BOM_CHANGE_WATCH_H

#include "common/io/conf.h"
#include "services/bom/bom_service.h"

/*
 * Engineering changes that wait until stock is used up: a thread looks every CHANGE_WATCH_MS
 * whether one of them can take effect, and applies it as ApplyChange does, in the name of
 * "millrace".  One that is refused (its lines were changed since) gets a step "refuse" that says
 * why, and is left to people.  It looks and is not told, so a change that became ready while the
 * service was down is found as well.
 */
#define CHANGE_WATCH_MS 1000

struct change_watch;

enum status change_watch_start(const struct conf *conf, struct bom_service *service,
                               struct change_watch **out, struct fault *fault) MUST_CHECK;
void change_watch_stop(struct change_watch **watch); /* NULL-safe */

#endif
