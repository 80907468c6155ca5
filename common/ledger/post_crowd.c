#include "common/ledger/post_crowd.h"

#define OFFSET_BITS 16 /* of a place, below its page */

void post_crowd_note(struct post_crowd *crowd, enum post_placed_table table, int64_t place)
{
    const int64_t page = place >> OFFSET_BITS;
    uint8_t *versions = &crowd->versions[table][page % POST_CROWD_COUNTS];
    const bool fills = *versions == POST_CROWD_VERSIONS - 1;
    if (fills && crowd->counts[table] == POST_CROWD_MAX)
        return;
    if (fills)
        crowd->pages[table][crowd->counts[table]++] = page << OFFSET_BITS;
    if (*versions < POST_CROWD_URGENT)
        (*versions)++;
    crowd->urgent |= *versions == POST_CROWD_URGENT;
}

bool post_crowd_is_enough(const struct post_crowd *crowd)
{
    return crowd->urgent ||
           crowd->counts[POST_PLACED_ITEMS] + crowd->counts[POST_PLACED_BALANCES] >=
               POST_CROWD_ENOUGH;
}

enum status post_crowd_clear(struct sql *sql, const struct post_crowd *crowd, struct fault *fault)
{
    const struct sql_value params[] = {
        SQL_LIST(crowd->pages[POST_PLACED_ITEMS], crowd->counts[POST_PLACED_ITEMS]),
        SQL_LIST(crowd->pages[POST_PLACED_BALANCES], crowd->counts[POST_PLACED_BALANCES])};
    return sql_push(sql, &post_statements[POST_CLEAR_PAGES], params, fault);
}

void post_crowd_cleared(struct post_crowd *crowd)
{
    for (enum post_placed_table table = 0; table < POST_PLACED_TABLES; table++) {
        for (size_t i = 0; i < crowd->counts[table]; i++)
            crowd->versions[table][(crowd->pages[table][i] >> OFFSET_BITS) % POST_CROWD_COUNTS] = 0;
        crowd->counts[table] = 0;
    }
    crowd->urgent = false;
}
