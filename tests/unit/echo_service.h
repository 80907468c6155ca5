#ifndef MILLRACE_TESTS_ECHO_SERVICE_H
#define MILLRACE_TESTS_ECHO_SERVICE_H

/*
 * A service to try rpc with: it stands in for Order (same descriptor, process and roles) without a
 * database.  The test program runs itself again as this service: `test_rpc serve --config FILE`.
 *
 *     ListPurchaseOrders   a body "sleep N" takes N ms, "count" tells how often it ran, "abort"
 *                          breaks an assertion, "huge" answers more than fits; else echo
 *     ListSalesOrders      unpacks the body as its message
 *     the others           batches: the body is a number; the answer "ok SIZE" when it is one
 *                          more than the plant's last and no other batch of the plant is running;
 *                          each takes 1 ms, at plant "Z" none
 */
#include "common/io/rpc.h"
#include "common/wire/wire.h"
#include "proto/order.pb-c.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ECHO_METHODS_MAX 64

static atomic_int echo_count;

static void echo_sleep_ms(long ms)
{
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

static inline void echo_reply(struct rpc_request *request, const char *text)
{
    const char *copy = text_copy(text_of(text), request->arena);
    ASSERT(copy);
    request->reply = (struct text){copy, strlen(copy)};
}

static enum status echo_handle(struct rpc_request *request)
{
    char text[32];
    const char *body = request->body.bytes; /* rpc ends it with a NUL */
    atomic_fetch_add(&echo_count, 1);
    request->reply = request->body;
    if (strncmp(body, "sleep ", 6) == 0) {
        echo_sleep_ms(atol(body + 6));
    } else if (strcmp(body, "count") == 0) {
        snprintf(text, sizeof text, "%d", atomic_load(&echo_count) - 1);
        echo_reply(request, text);
    } else if (strcmp(body, "huge") == 0) {
        char *huge = arena_alloc(request->arena, WIRE_REPLY_MAX + 1, 1);
        request->reply = (struct text){huge, WIRE_REPLY_MAX + 1};
    }
    ASSERT(strcmp(body, "abort") != 0);
    return STATUS_OK;
}

static enum status echo_unpack(struct rpc_request *request)
{
    const ProtobufCMessage *message;
    return wire_unpack(&millrace__list_sales_orders_request__descriptor, request->body,
                       request->arena, &message, &request->fault);
}

static void echo_batch(struct rpc_request *const *requests, size_t count)
{
    static atomic_bool running[256];
    static int last[256];
    unsigned char plant = (unsigned char)requests[0]->plant[0];
    bool overlap = atomic_exchange(&running[plant], true);
    if (plant != 'Z')
        echo_sleep_ms(1);
    for (size_t i = 0; i < count; i++) {
        char text[32];
        int number = atoi(requests[i]->body.bytes);
        bool same_plant = (unsigned char)requests[i]->plant[0] == plant;
        bool in_order = number == last[plant] + 1;
        snprintf(text, sizeof text, "ok %zu", count);
        echo_reply(requests[i], overlap       ? "overlap"
                                : !same_plant ? "mixed"
                                : !in_order   ? "disorder"
                                              : text);
        last[plant] = number;
    }
    atomic_store(&running[plant], false);
}

/* Whatever methods Order has today: two are tried by name, all others are batched. */
static int echo_main(int argc, char **argv)
{
    static struct rpc_method methods[ECHO_METHODS_MAX];
    const ProtobufCServiceDescriptor *order = &millrace__order__descriptor;
    ASSERT(order->n_methods <= ECHO_METHODS_MAX);
    for (unsigned i = 0; i < order->n_methods; i++) {
        const char *name = order->methods[i].name;
        methods[i].name = name;
        if (strcmp(name, "ListPurchaseOrders") == 0)
            methods[i].handle = echo_handle;
        else if (strcmp(name, "ListSalesOrders") == 0)
            methods[i].handle = echo_unpack;
    }
    const struct rpc_service service = {.name = "Order",
                                        .process = "order",
                                        .methods = methods,
                                        .method_count = order->n_methods,
                                        .descriptor = order,
                                        .batch = echo_batch};
    return rpc_serve(&service, argc, argv);
}

#endif
