#include "services/mrp/rest_core.h"

#define STEP_ITEMS   20000 /* too many are more than these, and */
#define STEP_PART    5     /* than a fifth of the plant */
#define HUNDREDTHS   100
#define ANY_GROWTH   INT64_C(1000000000) /* all items of the plant are not too many */
#define FIRST_EVENTS 15000               /* where nothing is known of the items that these change */
#define FLOOD_TIMES  40
#define SECOND_US    INT64_C(1000000)

static int64_t most_items(int64_t plant_items)
{
    const int64_t part = plant_items / STEP_PART;
    return part > STEP_ITEMS ? part : STEP_ITEMS;
}

bool rest_is_too_much(int64_t items, int64_t plant_items)
{
    return items > most_items(plant_items);
}

/* A quarter is left for events that come faster, or are of more items, than those before.  Twice as
   many events are of less than twice as many items. */
int64_t rest_growth(int64_t items, int64_t plant_items)
{
    if (plant_items <= most_items(plant_items))
        return ANY_GROWTH;
    const int64_t most = most_items(plant_items) * 3 / 4;
    return most * HUNDREDTHS / (items > 0 ? items : 1);
}

int64_t rest_flood_us(const struct rest_round *round)
{
    const int64_t known = round->events * round->growth / HUNDREDTHS;
    const int64_t events = round->growth > 0 ? known : FIRST_EVENTS;
    int64_t rest_us = round->took_us * FLOOD_TIMES;
    if (rest_us > REST_FLOOD_MAX_US)
        rest_us = REST_FLOOD_MAX_US;
    return round->a_second * rest_us / SECOND_US > events ? events * SECOND_US / round->a_second
                                                          : rest_us;
}
