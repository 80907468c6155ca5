#ifndef MILLRACE_LEDGER_POST_RECALL_H
#define MILLRACE_LEDGER_POST_RECALL_H

#include "common/ledger/post_crowd.h"

#include <pthread.h>

/*
 * What the last batches of a plant left, so that the next small one need not read it: items, their
 * balances and the counter, as they were committed.  It is no truth, only a guess that is likely
 * right: what is written on it goes out with a statement that fails when the counter is not where
 * the last batch left it (POST_RAISE_RECALLED), and whoever changes what a posting reads raises the
 * counter in the same transaction.  Then all of it is forgotten, and the batch is posted by
 * reading.
 *
 * Kept are items at STANDARD or AVERAGE without lots, layers and debts.  Locations are not, as they
 * change without the counter: those that are named are taken for used, and the database is asked
 * with what is written (POST_STILL_LOCATIONS).
 */
#define POST_RECALL_PLANTS_MAX   8     /* others are not remembered */
#define POST_RECALL_ITEMS_MAX    20000 /* of a plant; then it begins anew */
#define POST_RECALL_BALANCES_MAX 4     /* of an item */
#define POST_RECALL_BUCKETS      16384

struct recalled_item;

/* One plant's; it belongs to the batch that took it. */
struct post_recalled {
    char plant[SQL_PLANT_MAX];
    bool taken;
    bool current;             /* what is remembered is as the last batch left it */
    bool quiet;               /* nobody else raised the counter between the last two */
    struct post_held counter; /* as the last batch left it */
    struct amount approve_above;
    bool unplanned_issue;
    char main_location[TEXT_CODE_MAX + 1];
    size_t count;
    size_t items_max;
    struct post_crowd crowd;
    struct recalled_item *buckets[POST_RECALL_BUCKETS];
};

struct post_recall {
    pthread_mutex_t mutex;
    struct post_recalled *plants[POST_RECALL_PLANTS_MAX];
    size_t plant_count;
    size_t items_max; /* of a plant */
};

void post_recall_init(struct post_recall *recall);
void post_recall_release(struct post_recall *recall);

/* NULL: nothing is remembered of this plant, now or ever. */
struct post_recalled *post_recall_take(struct post_recall *recall, struct text plant);
void post_recall_give_back(struct post_recall *recall, struct post_recalled *recalled);

/* The book as if it had been loaded, and the counter as if it were held; false, and the book is as
   it was: something that it wants is not known. */
bool post_recall_fill(struct post_recalled *recalled, struct book *book, struct post_held *held);

/* May what was decided be written so?  Only rows that were there are changed. */
bool post_recall_fits(const struct book *book);

/* After COMMIT: what the book and the counter are now.  Without places its items are known no more.
 */
void post_recall_keep(struct post_recalled *recalled, struct book *book, struct post_held *held,
                      const struct post_taken *taken, const struct post_places *places);

void post_recall_forget(struct post_recalled *recalled);

#endif
