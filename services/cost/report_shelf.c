#include "services/cost/report_shelf.h"

#include "common/wire/digest.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct kept {
    char stamp[SHELF_STAMP_TEXT];
    char *bytes; /* what was asked, then the report; NULL: an empty place */
    size_t asked;
    size_t length; /* of both */
};

static struct {
    pthread_mutex_t lock;
    struct kept reports[SHELF_REPORTS_MAX];
    unsigned next; /* the place of the oldest */
} shelf = {.lock = PTHREAD_MUTEX_INITIALIZER};

bool shelf_stamp(struct text asked, struct text whole, char stamp[SHELF_STAMP_TEXT])
{
    uint8_t digest[DIGEST_BYTES];
    const struct text texts[] = {asked, whole};
    if (!digest_of(texts, COUNT_OF(texts), digest))
        return false;
    for (size_t i = 0; i < SHELF_STAMP_TEXT / 2; i++)
        (void)snprintf(stamp + 2 * i, 3, "%02x", digest[i]);
    return true;
}

void shelf_put(const char stamp[SHELF_STAMP_TEXT], struct text asked, struct text whole)
{
    char *bytes = malloc(asked.length + whole.length + 1);
    if (!bytes)
        return;
    memcpy(bytes, asked.bytes, asked.length);
    memcpy(bytes + asked.length, whole.bytes, whole.length);
    pthread_mutex_lock(&shelf.lock);
    struct kept *place = &shelf.reports[shelf.next++ % SHELF_REPORTS_MAX];
    free(place->bytes);
    memcpy(place->stamp, stamp, sizeof place->stamp);
    place->bytes = bytes;
    place->asked = asked.length;
    place->length = asked.length + whole.length;
    pthread_mutex_unlock(&shelf.lock);
}

static bool is_kept(const struct kept *kept, struct text stamp, struct text asked)
{
    return kept->bytes && text_is(stamp, kept->stamp) &&
           text_equal(asked, (struct text){kept->bytes, kept->asked});
}

enum status shelf_find(struct text stamp, struct text asked, struct arena *arena,
                       struct text *whole, struct fault *fault)
{
    bool room = true;
    *whole = (struct text){NULL, 0};
    pthread_mutex_lock(&shelf.lock);
    for (size_t i = 0; i < SHELF_REPORTS_MAX && !whole->bytes && room; i++) {
        struct kept *kept = &shelf.reports[i];
        if (!is_kept(kept, stamp, asked))
            continue;
        *whole = (struct text){kept->bytes + kept->asked, kept->length - kept->asked};
        whole->bytes = text_copy(*whole, arena);
        room = whole->bytes;
    }
    pthread_mutex_unlock(&shelf.lock);
    return room ? STATUS_OK : fault_set(fault, STATUS_LIMIT, "", "report does not fit in memory");
}

void shelf_clear(void)
{
    pthread_mutex_lock(&shelf.lock);
    for (size_t i = 0; i < SHELF_REPORTS_MAX; i++) {
        free(shelf.reports[i].bytes);
        shelf.reports[i] = (struct kept){.bytes = NULL};
    }
    pthread_mutex_unlock(&shelf.lock);
}
