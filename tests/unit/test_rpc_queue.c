/* The queue between loop and workers: what is taken when, by whom, and when nothing is. */
#include "common/io/clock.h"
#include "common/io/rpc_queue.h"
#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum status never_run(struct rpc_request *request)
{
    return request->fault.status;
}

static const struct rpc_method reading = {"Read", never_run};
static const struct rpc_method posting = {"Post", NULL};

static struct rpc_item *item_new(const struct rpc_method *method, const char *plant, int64_t number)
{
    struct rpc_item *item = calloc(1, sizeof *item);
    CU_ASSERT_PTR_NOT_NULL_FATAL(item);
    item->method = method;
    item->request.plant = plant;
    item->received_us = number;
    item->size = 1;
    return item;
}

static bool put(struct rpc_queue *queue, const struct rpc_method *method, const char *plant,
                int64_t number)
{
    struct rpc_item *item = item_new(method, plant, number);
    bool done = rpc_queue_put(queue, item);
    if (!done)
        free(item);
    return done;
}

static enum rpc_take take(struct rpc_queue *queue, struct rpc_work *work)
{
    return rpc_queue_take(queue, work, 0);
}

static void done(struct rpc_queue *queue, struct rpc_work *work)
{
    for (size_t i = 0; i < work->count; i++)
        free(work->items[i]);
    rpc_queue_done(queue, work, false);
}

static struct rpc_queue *open_queue(size_t items, unsigned workers, bool mixed)
{
    return rpc_queue_new((struct rpc_queue_limits){items, workers, mixed});
}

/* All that waits of a plant, in order; none of it while a batch of the plant is out. */
static void test_one_batch_of_a_plant(void)
{
    struct rpc_queue *queue = open_queue(1000, 3, true);
    struct rpc_work first;
    struct rpc_work second;
    for (int i = 0; i < 5; i++)
        CU_ASSERT_TRUE(put(queue, &posting, i % 2 ? "B" : "A", i));
    CU_ASSERT_EQUAL(take(queue, &first), RPC_TAKE_WORK);
    CU_ASSERT_EQUAL(first.count, 3);
    CU_ASSERT_EQUAL(first.items[1]->received_us, 2);
    CU_ASSERT_TRUE(put(queue, &posting, "A", 5));
    CU_ASSERT_EQUAL(take(queue, &second), RPC_TAKE_WORK);
    CU_ASSERT_EQUAL(second.count, 2);
    CU_ASSERT_STRING_EQUAL(second.items[0]->request.plant, "B");
    done(queue, &second);
    CU_ASSERT_EQUAL(take(queue, &second), RPC_TAKE_NOTHING); /* A is out */
    done(queue, &first);
    CU_ASSERT_EQUAL(take(queue, &second), RPC_TAKE_WORK);
    CU_ASSERT_EQUAL(second.items[0]->received_us, 5);
    done(queue, &second);
    rpc_queue_free(&queue);
}

static void test_batch_max(void)
{
    struct rpc_queue *queue = open_queue(2 * RPC_BATCH_MAX, 1, false);
    struct rpc_work work;
    for (int i = 0; i < RPC_BATCH_MAX + 7; i++)
        CU_ASSERT_TRUE(put(queue, &posting, "A", i));
    CU_ASSERT_EQUAL(take(queue, &work), RPC_TAKE_WORK);
    CU_ASSERT_EQUAL(work.count, RPC_BATCH_MAX);
    done(queue, &work);
    CU_ASSERT_EQUAL(take(queue, &work), RPC_TAKE_WORK);
    CU_ASSERT_EQUAL(work.count, 7);
    CU_ASSERT_EQUAL(work.items[0]->received_us, RPC_BATCH_MAX);
    done(queue, &work);
    rpc_queue_free(&queue);
}

/* Large ones: as many as reach RPC_BATCH_BYTES together, one at least. */
static void test_batch_bytes(void)
{
    struct rpc_queue *queue = open_queue(10, 1, false);
    struct rpc_work work;
    static const size_t sizes[] = {RPC_BATCH_BYTES + 1, RPC_BATCH_BYTES / 2, RPC_BATCH_BYTES / 2,
                                   1};
    static const size_t counts[] = {1, 2, 1};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct rpc_item *item = item_new(&posting, "A", (int64_t)i);
        item->size = sizes[i];
        CU_ASSERT_TRUE(rpc_queue_put(queue, item));
    }
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        CU_ASSERT_EQUAL_FATAL(take(queue, &work), RPC_TAKE_WORK);
        CU_ASSERT_EQUAL(work.count, counts[i]);
        done(queue, &work);
    }
    rpc_queue_free(&queue);
}

/* With one worker the kinds take turns; a plant that posts without end does not starve another. */
static void test_turns(void)
{
    struct rpc_queue *queue = open_queue(1000, 1, true);
    struct rpc_work work;
    for (int i = 0; i < 3; i++) {
        CU_ASSERT_TRUE(put(queue, &reading, "A", i));
        CU_ASSERT_TRUE(put(queue, &posting, "A", i));
    }
    CU_ASSERT_TRUE(put(queue, &posting, "B", 0));
    static const char *const order[] = {"read", "A", "read", "B", "read", "A"};
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        CU_ASSERT_EQUAL_FATAL(take(queue, &work), RPC_TAKE_WORK);
        CU_ASSERT_STRING_EQUAL(work.lane ? work.items[0]->request.plant : "read", order[i]);
        if (i < 2 && work.lane)
            CU_ASSERT_TRUE(put(queue, &posting, "A", 9)); /* behind B */
        done(queue, &work);
    }
    CU_ASSERT_EQUAL(take(queue, &work), RPC_TAKE_NOTHING);
    rpc_queue_free(&queue);
}

/* Of three workers of a mixed service, slow reads can hold two and never all. */
static void test_share(void)
{
    struct rpc_queue *queue = open_queue(1000, 3, true);
    struct rpc_work works[4];
    for (int i = 0; i < 3; i++)
        CU_ASSERT_TRUE(put(queue, &reading, "A", i));
    CU_ASSERT_EQUAL(take(queue, &works[0]), RPC_TAKE_WORK);
    CU_ASSERT_EQUAL(take(queue, &works[1]), RPC_TAKE_WORK);
    CU_ASSERT_EQUAL(take(queue, &works[2]), RPC_TAKE_NOTHING);
    CU_ASSERT_TRUE(put(queue, &posting, "A", 3));
    CU_ASSERT_EQUAL(take(queue, &works[2]), RPC_TAKE_WORK);
    CU_ASSERT_PTR_NOT_NULL(works[2].lane);
    done(queue, &works[0]);
    CU_ASSERT_EQUAL(take(queue, &works[3]), RPC_TAKE_WORK);
    for (int i = 1; i < 4; i++)
        done(queue, &works[i]);
    rpc_queue_free(&queue);
}

static void test_full(void)
{
    struct rpc_queue *queue = open_queue(3, 1, true);
    struct rpc_work work;
    CU_ASSERT_TRUE(put(queue, &reading, "A", 0));
    CU_ASSERT_TRUE(put(queue, &posting, "A", 1));
    CU_ASSERT_TRUE(put(queue, &posting, "B", 2));
    CU_ASSERT_FALSE(put(queue, &reading, "A", 3));
    CU_ASSERT_EQUAL(rpc_queue_waiting(queue), 3);
    CU_ASSERT_EQUAL(take(queue, &work), RPC_TAKE_WORK);
    done(queue, &work);
    struct rpc_item *large = item_new(&reading, "A", 4);
    large->size = RPC_QUEUE_BYTES;
    CU_ASSERT_FALSE(rpc_queue_put(queue, large));
    large->size = RPC_QUEUE_BYTES - 2;
    CU_ASSERT_TRUE(rpc_queue_put(queue, large));
    while (take(queue, &work) == RPC_TAKE_WORK)
        done(queue, &work);
    CU_ASSERT_EQUAL(rpc_queue_waiting(queue), 0);
    rpc_queue_free(&queue);
}

/* Closed: nothing comes in, what is in goes out. */
static void test_close(void)
{
    struct rpc_queue *queue = open_queue(10, 1, true);
    struct rpc_work work;
    CU_ASSERT_EQUAL(take(queue, &work), RPC_TAKE_NOTHING);
    CU_ASSERT_TRUE(put(queue, &posting, "A", 0));
    rpc_queue_close(queue);
    CU_ASSERT_FALSE(put(queue, &posting, "A", 1));
    CU_ASSERT_EQUAL(take(queue, &work), RPC_TAKE_WORK);
    done(queue, &work);
    CU_ASSERT_EQUAL(take(queue, &work), RPC_TAKE_END);
    rpc_queue_free(&queue);
}

/* ---- who is called ---- */

#define WAIT_MS 60000

struct hand {
    struct rpc_queue *queue;
    pthread_t thread;
    char task[64]; /* "<pid>/task/<tid>" under /proc */
    atomic_bool there;
    atomic_int taken;
};

static void *hand_main(void *argument)
{
    struct hand *hand = argument;
    struct rpc_work work;
    ssize_t length = readlink("/proc/thread-self", hand->task, sizeof hand->task - 1);
    CU_ASSERT_TRUE(length > 0);
    atomic_store(&hand->there, true);
    while (rpc_queue_take(hand->queue, &work, WAIT_MS) == RPC_TAKE_WORK) {
        done(hand->queue, &work);
        atomic_fetch_add(&hand->taken, 1);
    }
    return NULL;
}

static bool sleeps(const struct hand *hand)
{
    char path[128];
    char state = '?';
    snprintf(path, sizeof path, "/proc/%s/stat", hand->task);
    FILE *file = fopen(path, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(fscanf(file, "%*d (%*[^)]) %c", &state), 1);
    fclose(file);
    return state == 'S';
}

static void wait_until_it_waits(const struct hand *hand)
{
    while (!atomic_load(&hand->there) || !sleeps(hand))
        clock_sleep_us(1000);
}

static void start_hand(struct hand *hand, struct rpc_queue *queue)
{
    hand->queue = queue;
    CU_ASSERT_EQUAL_FATAL(pthread_create(&hand->thread, NULL, hand_main, hand), 0);
    wait_until_it_waits(hand);
}

/* Who waits for the shortest is called, again and again; the close calls all. */
static void test_the_last_is_first(void)
{
    struct rpc_queue *queue = open_queue(10, 3, false);
    struct hand hands[3] = {0};
    struct hand *last = &hands[2];
    for (int i = 0; i < 3; i++)
        start_hand(&hands[i], queue);
    for (int i = 0; i < 20; i++) {
        CU_ASSERT_TRUE(put(queue, &reading, "A", i));
        while (atomic_load(&hands[0].taken) + atomic_load(&hands[1].taken) +
                   atomic_load(&last->taken) <=
               i)
            clock_sleep_us(100);
        wait_until_it_waits(last);
    }
    rpc_queue_close(queue);
    for (int i = 0; i < 3; i++)
        pthread_join(hands[i].thread, NULL);
    CU_ASSERT_EQUAL(atomic_load(&last->taken), 20);
    rpc_queue_free(&queue);
}

/* Who gives back and comes again calls another for what he leaves. */
static void test_what_is_left(void)
{
    struct rpc_queue *queue = open_queue(10, 2, false);
    struct rpc_work works[2];
    struct hand hand = {0};
    static const char *const plants[] = {"A", "B"};
    for (size_t i = 0; i < COUNT_OF(works); i++) {
        CU_ASSERT_TRUE(put(queue, &posting, plants[i], 0));
        CU_ASSERT_EQUAL(take(queue, &works[i]), RPC_TAKE_WORK);
        CU_ASSERT_TRUE(put(queue, &posting, plants[i], 1)); /* nobody may take it now */
    }
    start_hand(&hand, queue);
    for (size_t i = 0; i < COUNT_OF(works); i++)
        done(queue, &works[i]);
    CU_ASSERT_EQUAL(atomic_load(&hand.taken), 0);
    CU_ASSERT_EQUAL(take(queue, &works[0]), RPC_TAKE_WORK);
    CU_ASSERT_STRING_EQUAL(works[0].items[0]->request.plant, "A");
    for (int waited_ms = 0; atomic_load(&hand.taken) == 0 && waited_ms < WAIT_MS / 2; waited_ms++)
        clock_sleep_us(1000);
    CU_ASSERT_EQUAL(atomic_load(&hand.taken), 1);
    done(queue, &works[0]);
    rpc_queue_close(queue);
    pthread_join(hand.thread, NULL);
    rpc_queue_free(&queue);
}

UNIT_SUITE("rpc_queue", UNIT(test_one_batch_of_a_plant), UNIT(test_batch_max),
           UNIT(test_batch_bytes), UNIT(test_turns), UNIT(test_share), UNIT(test_full),
           UNIT(test_close), UNIT(test_the_last_is_first), UNIT(test_what_is_left))
