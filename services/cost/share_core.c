#include "services/cost/share_core.h"

bool share_next(struct share_walk *walk, struct qty part, struct amount *out)
{
    struct amount upto;
    ASSERT(walk->whole.micro > 0);
    if (!qty_add(walk->upto, part, &walk->upto) ||
        !amount_share(walk->total, walk->upto, walk->whole, &upto) ||
        !amount_sub(upto, walk->given, out))
        return false;
    walk->given = upto;
    return true;
}
