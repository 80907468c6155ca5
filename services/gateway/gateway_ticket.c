#include "common/io/clock.h"
#include "common/io/conf.h"
#include "services/gateway/gateway_caller.h"

#include <stdlib.h>
#include <string.h>

/* Signed tickets by principal, plant and service: signing costs more than all the rest of a request
   on the gateway, so one serves until its last quarter minute. */
#define TICKET_SLOTS   1024
#define TICKET_LEFT_US ((int64_t)15 * 1000 * 1000)

struct kept {
    struct principal principal;
    char audience[32];
    int64_t until_us;
    char bytes[TICKET_BYTES_MAX];
    size_t length;
    char signature[TICKET_SIGNATURE_BYTES];
};

struct tickets {
    struct kept *slots[TICKET_SLOTS]; /* made when first used; a newer one overwrites */
};

enum status tickets_open(struct gateway *gateway, struct fault *fault)
{
    gateway->tickets = calloc(1, sizeof *gateway->tickets);
    if (!gateway->tickets)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    return ticket_signer_open(conf_text(gateway->conf, "ticket.private_key"), &gateway->signer,
                              fault);
}

void tickets_close(struct tickets **tickets)
{
    for (size_t i = 0; *tickets && i < TICKET_SLOTS; i++)
        free((*tickets)->slots[i]);
    free(*tickets);
    *tickets = NULL;
}

static bool same_principal(const struct principal *a, const struct principal *b)
{
    return a->roles == b->roles && strcmp(a->name, b->name) == 0 &&
           strcmp(a->plant, b->plant) == 0 && strcmp(a->device, b->device) == 0;
}

static struct kept **place_of(struct tickets *tickets, const struct principal *principal,
                              const char *audience)
{
    uint64_t hash = text_hash(text_of(principal->name)) * 31 + text_hash(text_of(principal->plant));
    return &tickets->slots[(hash * 31 + text_hash(text_of(audience))) % TICKET_SLOTS];
}

static void keep(struct kept **place, const struct ticket_order *order, const struct ticket *ticket)
{
    if (!*place)
        *place = calloc(1, sizeof **place);
    struct kept *kept = *place;
    if (!kept || ticket->bytes.length > sizeof kept->bytes ||
        strlen(order->audience) >= sizeof kept->audience)
        return;
    ASSERT(ticket->signature.length == sizeof kept->signature);
    kept->principal = *order->principal;
    memcpy(kept->audience, order->audience, strlen(order->audience) + 1);
    kept->until_us = order->now_us + TICKET_LIFE_US - TICKET_LEFT_US;
    memcpy(kept->bytes, ticket->bytes.bytes, ticket->bytes.length);
    kept->length = ticket->bytes.length;
    memcpy(kept->signature, ticket->signature.bytes, sizeof kept->signature);
}

enum status ticket_for(struct exchange *exchange, const char *audience, struct ticket *out,
                       struct fault *fault)
{
    struct gateway *gateway = exchange->gateway;
    struct kept **place = place_of(gateway->tickets, &exchange->principal, audience);
    struct ticket_order order = {&exchange->principal, audience, clock_unix_us()};
    if (*place && order.now_us < (*place)->until_us && strcmp((*place)->audience, audience) == 0 &&
        same_principal(&(*place)->principal, order.principal)) {
        out->bytes = (struct text){(*place)->bytes, (*place)->length};
        out->signature = (struct text){(*place)->signature, sizeof(*place)->signature};
        return STATUS_OK;
    }
    enum status status = ticket_sign(gateway->signer, &order, exchange->arena, out, fault);
    if (status == STATUS_OK)
        keep(place, &order, out);
    return status;
}
