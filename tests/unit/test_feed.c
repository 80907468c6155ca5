#include "common/io/clock.h"
#include "common/io/feed.h"
#include "common/io/rpc_socket.h"
#include "common/io/rpc_wire.h"
#include "tests/unit/unit.h"

#include <string.h>
#include <unistd.h>

#define PATIENT_MS 10000

static char folder[] = "/tmp/millrace-feed-XXXXXX";
static struct fault fault;

static struct feed *open_end(enum feed_end end)
{
    struct feed *feed = NULL;
    struct rpc_wire wire = rpc_wire_local(folder);
    fault = (struct fault){0};
    CU_ASSERT_EQUAL_FATAL(feed_open(&wire, end, &feed, &fault), STATUS_OK);
    return feed;
}

static void test_open(void)
{
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
}

typedef void feed_send_fn(struct feed *feed, const char *plant, struct text body);

/* Sends again until it is heard: a connection takes a moment, and hints may be lost.  What was sent
   before may still be on its way. */
static bool passes(feed_send_fn *send, struct feed *from, struct feed *to, struct text body)
{
    char plant[FEED_PLANT_MAX];
    struct text heard;
    for (int waited_ms = 0; waited_ms < PATIENT_MS; waited_ms += 10) {
        send(from, "DEMO", body);
        if (feed_receive(to, 10, plant, &heard) && strcmp(plant, "DEMO") == 0 &&
            text_equal(heard, body))
            return true;
    }
    return false;
}

static bool becomes(struct feed *publish, bool asked)
{
    for (int waited_ms = 0; waited_ms < PATIENT_MS; waited_ms++) {
        if (feed_is_asked(publish) == asked)
            return true;
        clock_sleep_us(1000);
    }
    return false;
}

static void test_doorbell(void)
{
    struct feed *ring = open_end(FEED_RING); /* the relay may come later */
    feed_send(ring, "DEMO", text_of(""));
    struct feed *listen = open_end(FEED_LISTEN);
    CU_ASSERT_TRUE(passes(feed_send, ring, listen, text_of("")));
    feed_close(&listen);
    for (int i = 0; i < 100000; i++)
        feed_send(ring, "DEMO", text_of("")); /* nobody listens: never waits */
    listen = open_end(FEED_LISTEN);
    CU_ASSERT_TRUE(passes(feed_send, ring, listen, text_of("")));
    feed_close(&ring);
    feed_close(&listen);
}

static size_t heard_of(struct feed *ring, struct feed *listen, int rings)
{
    char plant[FEED_PLANT_MAX];
    struct text body;
    size_t heard = 0;
    for (int i = 0; i < rings; i++) {
        feed_send(ring, "DEMO", text_of(""));
        heard += feed_receive(listen, 1, plant, &body);
    }
    return heard;
}

static void test_who_is_deaf_hears_no_rings(void)
{
    struct feed *listen = open_end(FEED_LISTEN);
    struct feed *ring = open_end(FEED_RING);
    for (int turn = 0; turn < 3; turn++) {
        CU_ASSERT_TRUE(passes(feed_send, ring, listen, text_of("")));
        feed_deafen(listen, true);
        int waited_ms = 0;
        for (; waited_ms < PATIENT_MS && heard_of(ring, listen, 100) > 0; waited_ms += 100)
            ;
        CU_ASSERT_TRUE(waited_ms < PATIENT_MS);
        feed_deafen(listen, false);
    }
    CU_ASSERT_TRUE(passes(feed_send, ring, listen, text_of("")));
    feed_close(&ring);
    feed_close(&listen);
}

static void test_events(void)
{
    struct feed *publish = open_end(FEED_PUBLISH);
    struct feed *one = open_end(FEED_SUBSCRIBE);
    struct feed *two = open_end(FEED_SUBSCRIBE);
    CU_ASSERT_TRUE(passes(feed_hint, publish, one, text_of("hello")));
    CU_ASSERT_TRUE(passes(feed_hint, publish, two, text_of("hello")));
    char plant[FEED_PLANT_MAX];
    struct text heard = text_of("hello");
    feed_send(publish, "DEMO", text_of("an event in full")); /* for those who ask for them */
    feed_hint(publish, "DEMO", text_of("the last"));
    while (text_is(heard, "hello") && feed_receive(two, PATIENT_MS, plant, &heard))
        ;
    CU_ASSERT_TRUE(text_is(heard, "the last"));
    CU_ASSERT_FALSE(feed_is_asked(publish));
    feed_close(&publish);
    publish = open_end(FEED_PUBLISH); /* the relay was started again */
    while (feed_receive(one, 0, plant, &heard))
        ;
    CU_ASSERT_TRUE(passes(feed_hint, publish, one, text_of("again")));
    feed_close(&publish);
    feed_close(&one);
    feed_close(&two);
}

/* Somebody who asks for the events of a plant, or of all, and leaves again. */
static void test_asked(void)
{
    static const char *const topics[] = {"DEMO", ""};
    struct feed *publish = open_end(FEED_PUBLISH);
    struct feed *hints = open_end(FEED_SUBSCRIBE);
    char address[128];
    CU_ASSERT_TRUE(passes(feed_hint, publish, hints, text_of("hello")));
    CU_ASSERT_FALSE(feed_is_asked(publish));
    snprintf(address, sizeof address, "ipc://%s/events.sock", folder);
    for (size_t i = 0; i < COUNT_OF(topics); i++) {
        void *context = zmq_ctx_new();
        void *socket = zmq_socket(context, ZMQ_SUB);
        CU_ASSERT_EQUAL(zmq_setsockopt(socket, ZMQ_SUBSCRIBE, topics[i], strlen(topics[i])), 0);
        CU_ASSERT_EQUAL(zmq_connect(socket, address), 0);
        CU_ASSERT_TRUE(becomes(publish, true));
        zmq_close(socket);
        zmq_ctx_term(context);
        CU_ASSERT_TRUE(becomes(publish, false));
    }
    feed_close(&hints);
    feed_close(&publish);
}

static void test_bad_folder(void)
{
    struct feed *feed = NULL;
    fault = (struct fault){0};
    struct rpc_wire wire = rpc_wire_local("/nonexistent");
    CU_ASSERT_EQUAL(feed_open(&wire, FEED_LISTEN, &feed, &fault), STATUS_INVALID);
    fault = (struct fault){0};
    static char long_name[200];
    memset(long_name, 'x', sizeof long_name - 1);
    wire = rpc_wire_local(long_name);
    CU_ASSERT_EQUAL(feed_open(&wire, FEED_RING, &feed, &fault), STATUS_INVALID);
    CU_ASSERT_PTR_NULL(feed);
}

static void test_close(void)
{
    static const char *const sockets[] = {"doorbell", "events"};
    char path[64];
    for (size_t i = 0; i < COUNT_OF(sockets); i++) {
        snprintf(path, sizeof path, "%s/%s.sock", folder, sockets[i]);
        (void)unlink(path);
    }
    CU_ASSERT_EQUAL(rmdir(folder), 0);
}

UNIT_SUITE("feed", UNIT(test_open), UNIT(test_doorbell), UNIT(test_who_is_deaf_hears_no_rings),
           UNIT(test_events), UNIT(test_asked), UNIT(test_bad_folder), UNIT(test_close))
