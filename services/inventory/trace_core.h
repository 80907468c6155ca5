#ifndef MILLRACE_INVENTORY_TRACE_CORE_H
#define MILLRACE_INVENTORY_TRACE_CORE_H

#include "common/base/arena.h"
#include "common/base/qty.h"
#include "common/base/status.h"
#include "common/base/text.h"

/*
 * Tracing lots level by level (design/inventory.md section 7).  A lot is looked into once, however
 * many ways lead to it, so rework that takes and brings the same lot ends.  The caller asks for the
 * links of the present level's lots and adds them; new lots make the next level.
 */
#define TRACE_LINKS_MAX  200000
#define TRACE_LEVELS_MAX 60
#define TRACE_NOWHERE    SIZE_MAX

struct trace_link {
    uint32_t level;
    size_t from; /* of lots */
    size_t to;   /* of lots, or TRACE_NOWHERE */
    struct text order_kind;
    struct text order_id;
    struct text partner; /* bytes NULL: none */
    struct qty quantity;
};

struct trace_lot {
    struct text item;
    struct text lot;
};

struct trace {
    struct arena *arena;
    struct trace_link *links;
    size_t link_count;
    size_t link_room;
    struct trace_lot *lots; /* all seen, level after level */
    size_t lot_count;
    size_t lot_room;
    size_t level_first; /* lots[level_first ..) are the present level's */
    uint32_t level;
    size_t *slots; /* hash of lots: index + 1 */
    size_t slot_count;
};

/* Texts are copied into the arena, here and below. */
enum status trace_init(struct trace *trace, struct arena *arena, struct trace_lot first,
                       struct fault *fault) MUST_CHECK;
/* A link from lots[link->from], of the present level.  The lot it leads to, NULL: none, is of the
   next one unless it was seen; that and the level are filled in. */
enum status trace_add(struct trace *trace, const struct trace_link *link,
                      const struct trace_lot *to, struct fault *fault) MUST_CHECK;
/* Go to the next level: lots[*first .. lot_count) have been added since; false: there are none. */
bool trace_next(struct trace *trace, size_t seen);

#endif
