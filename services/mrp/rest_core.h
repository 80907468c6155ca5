#ifndef MILLRACE_MRP_REST_CORE_H
#define MILLRACE_MRP_REST_CORE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How long a planner rests in a flood of postings, which shall have the database for themselves:
 * many times as long as its round took, so that it has a small part of one processor only.  So late
 * the plan may be then, and an item that moved often meanwhile is netted once.  A step costs by the
 * items that changed, not by the events: of few items however many events may come together, of
 * many no more than a step takes, as for these the plan would be made anew.
 */
#define REST_FLOOD_MAX_US 4000000

/* So many items of a plant are too many for a step: the plan is made anew. */
bool rest_is_too_much(int64_t items, int64_t plant_items);

/* A step changed `items` of a plant: so many times as many, in hundredths, may change in the next.
 */
int64_t rest_growth(int64_t items, int64_t plant_items);

struct rest_round {
    int64_t took_us;
    int64_t events;   /* that it took in */
    int64_t growth;   /* rest_growth, the smallest of its steps; 0: it had none */
    int64_t a_second; /* events that come */
};

int64_t rest_flood_us(const struct rest_round *round);

#endif
