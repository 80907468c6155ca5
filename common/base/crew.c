#include "common/base/crew.h"

static void run_alone(const struct crew *crew, crew_part_fn *part, void *context)
{
    for (uint32_t hand = 0; hand < crew->hands; hand++)
        part(context, hand);
}

const struct crew crew_alone = {1, 0, run_alone};
