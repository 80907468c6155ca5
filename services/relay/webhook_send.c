#include "services/relay/webhook_send.h"

#include "common/io/clock.h"
#include "common/io/log.h"
#include "common/io/metric.h"
#include "common/wire/digest.h"
#include "common/wire/json_field.h"
#include "services/relay/relay_store.h"
#include "services/relay/webhook_codec.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUND_ARENA_MAX (256 * MIB)
#define LOOK_MS         200
#define HEADER_MAX      512

struct webhook_senders {
    pthread_t threads[WEBHOOK_SENDERS];
    size_t count;
    atomic_bool stopping;
    pthread_mutex_t looking; /* held by the one that looks for what is to be sent */
    const char *conninfo;
    const char *authorities;
    bool private_targets;
    struct metric *delivered;
    struct metric *failed;
};

struct sender {
    struct webhook_senders *all;
    struct sql *sql;
    struct arena *arena;
    CURL *curl;
};

/* ---- addresses ---- */

static bool is_public(const struct addrinfo *at)
{
    if (at->ai_family == AF_INET)
        return webhook_is_public(
            (const uint8_t *)&((const struct sockaddr_in *)(const void *)at->ai_addr)->sin_addr, 4);
    return at->ai_family == AF_INET6 &&
           webhook_is_public(
               (const uint8_t *)&((const struct sockaddr_in6 *)(const void *)at->ai_addr)
                   ->sin6_addr,
               16);
}

static void pin(const struct webhook_target *target, const char *address, bool v6,
                char pinned[WEBHOOK_PIN_MAX])
{
    snprintf(pinned, WEBHOOK_PIN_MAX, v6 ? "%s:%d:[%s]" : "%s:%d:%s", target->host, target->port,
             address);
}

/* Every address is checked, not only the one that is used. */
static enum status check_all(const struct webhook_target *target, const struct addrinfo *found,
                             bool allow_private, char pinned[WEBHOOK_PIN_MAX], struct fault *fault)
{
    char address[INET6_ADDRSTRLEN];
    pinned[0] = '\0';
    for (const struct addrinfo *at = found; at; at = at->ai_next) {
        if (getnameinfo(at->ai_addr, at->ai_addrlen, address, sizeof address, NULL, 0,
                        NI_NUMERICHOST) != 0)
            continue;
        if (!allow_private && !is_public(at))
            return fault_set(fault, STATUS_INVALID, "url",
                             "host \"%s\" has the private address %s, which is not allowed",
                             target->host, address);
        if (pinned[0] == '\0')
            pin(target, address, at->ai_family == AF_INET6, pinned);
    }
    return pinned[0] != '\0' ? STATUS_OK
                             : fault_set(fault, STATUS_INVALID, "url", "host \"%s\" has no address",
                                         target->host);
}

enum status webhook_resolve(const struct webhook_target *target, bool allow_private,
                            char pinned[WEBHOOK_PIN_MAX], struct fault *fault)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int rc = getaddrinfo(target->host, NULL, &hints, &found);
    if (rc != 0)
        return fault_set(fault, STATUS_INVALID, "url", "host \"%s\" is not found: %s", target->host,
                         gai_strerror(rc));
    enum status status = check_all(target, found, allow_private, pinned, fault);
    freeaddrinfo(found);
    return status;
}

/* ---- one delivery ---- */

struct delivery {
    const struct webhook *webhook;
    int64_t event_seq;
    struct text payload;
    char error[WEBHOOK_ERROR_MAX]; /* "": delivered */
};

/* The same at every try, and of no other event of any webhook. */
static void message_id(const struct delivery *delivery, char id[64])
{
    uint8_t digest[DIGEST_BYTES];
    struct text names[] = {delivery->webhook->plant, delivery->webhook->webhook};
    uint64_t hash = digest_of(names, COUNT_OF(names), digest)
                        ? text_hash((struct text){(const char *)digest, sizeof digest})
                        : 0;
    snprintf(id, 64, "msg_%016llx_%lld", (unsigned long long)hash, (long long)delivery->event_seq);
}

/* v1,base64(HMAC-SHA256(secret, id.timestamp.body)) */
static bool sign(const struct delivery *delivery, const char *id, const char *timestamp,
                 char signature[64])
{
    uint8_t digest[DIGEST_BYTES];
    struct text dot = text_of(".");
    struct text parts[] = {text_of(id), dot, text_of(timestamp), dot, delivery->payload};
    if (!digest_hmac(delivery->webhook->secret, parts, COUNT_OF(parts), digest))
        return false;
    memcpy(signature, "v1,", 3);
    size_t length = json_base64_format(digest, sizeof digest, signature + 3);
    signature[3 + length] = '\0';
    return true;
}

static struct curl_slist *headers_of(const struct delivery *delivery)
{
    char id[64];
    char timestamp[24];
    char signature[64];
    char line[HEADER_MAX];
    snprintf(timestamp, sizeof timestamp, "%lld", (long long)(clock_unix_us() / 1000000));
    message_id(delivery, id);
    if (!sign(delivery, id, timestamp, signature))
        return NULL;
    struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/json");
    snprintf(line, sizeof line, "webhook-id: %s", id);
    list = curl_slist_append(list, line);
    snprintf(line, sizeof line, "webhook-timestamp: %s", timestamp);
    list = curl_slist_append(list, line);
    snprintf(line, sizeof line, "webhook-signature: %s", signature);
    list = curl_slist_append(list, line);
    return curl_slist_append(list, "Expect:");
}

static size_t swallow(char *bytes, size_t size, size_t count, void *context)
{
    (void)bytes, (void)context;
    return size * count;
}

static void set_options(struct sender *sender, const char *url, const struct delivery *delivery)
{
    CURL *curl = sender->curl;
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, delivery->payload.bytes);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)delivery->payload.length);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)WEBHOOK_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* a proxy would look the host up anew */
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "Millrace");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
    curl_easy_setopt(curl, CURLOPT_MAXFILESIZE, (long)MIB);
    if (sender->all->authorities[0] != '\0')
        curl_easy_setopt(curl, CURLOPT_CAINFO, sender->all->authorities);
}

static void post(struct sender *sender, const char *url, const char *pinned,
                 struct delivery *delivery)
{
    long code = 0;
    struct curl_slist *headers = headers_of(delivery);
    struct curl_slist *hosts = curl_slist_append(NULL, pinned);
    if (!headers || !hosts) {
        snprintf(delivery->error, sizeof delivery->error, "out of memory");
    } else {
        set_options(sender, url, delivery);
        curl_easy_setopt(sender->curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(sender->curl, CURLOPT_RESOLVE, hosts);
        CURLcode rc = curl_easy_perform(sender->curl);
        curl_easy_getinfo(sender->curl, CURLINFO_RESPONSE_CODE, &code);
        if (rc != CURLE_OK)
            snprintf(delivery->error, sizeof delivery->error, "%s", curl_easy_strerror(rc));
        else if (code < 200 || code > 299)
            snprintf(delivery->error, sizeof delivery->error, "HTTP %ld", code);
    }
    curl_slist_free_all(headers);
    curl_slist_free_all(hosts);
}

static void deliver(struct sender *sender, struct delivery *delivery)
{
    struct webhook_target target;
    struct fault fault = {0};
    char pinned[WEBHOOK_PIN_MAX];
    bool may = sender->all->private_targets && delivery->webhook->allow_private;
    const char *url = text_copy(delivery->webhook->url, sender->arena);
    delivery->error[0] = '\0';
    enum status status = url ? webhook_parse(delivery->webhook->url, may, &target, &fault)
                             : fault_set(&fault, STATUS_LIMIT, "", "out of memory");
    if (status == STATUS_OK)
        status = webhook_resolve(&target, may, pinned, &fault);
    if (status == STATUS_OK)
        post(sender, url, pinned, delivery);
    else
        snprintf(delivery->error, sizeof delivery->error, "%.200s", fault.message);
    bool done = delivery->error[0] == '\0';
    metric_add(done ? sender->all->delivered : sender->all->failed, 1);
}

/* ---- one webhook's turn ---- */

/* The event that follows `after`; *body without bytes where there is none. */
static enum status read_event(struct sender *sender, const struct webhook *webhook, int64_t after,
                              struct relay_event *event, struct fault *fault)
{
    struct relay_event *events;
    size_t count;
    enum status status = store_events_after(sender->sql, webhook->plant, after, 1, sender->arena,
                                            &events, &count, fault);
    *event = (struct relay_event){0};
    if (status == STATUS_OK && count > 0)
        *event = events[0];
    return status;
}

enum outcome { NOTHING, SENT, FAILED };

/* How the tried event ended: off the way, or to be tried again. */
static enum status note_end(struct sender *sender, struct webhook *webhook,
                            const struct delivery *delivery, enum outcome *outcome,
                            struct fault *fault)
{
    struct text error = text_of(delivery->error);
    *outcome = SENT;
    if (error.length > 0 && webhook->failures + 1 < webhook->tries) {
        *outcome = FAILED;
        return store_failed(sender->sql, webhook, webhook_pause_ms(webhook->failures + 1), error,
                            fault);
    }
    webhook->cursor_seq = delivery->event_seq;
    webhook->failures = 0;
    return error.length == 0
               ? store_delivered(sender->sql, webhook, delivery->event_seq, fault)
               : store_gave_up(sender->sql, webhook, delivery->event_seq, error, fault);
}

static enum status send_next(struct sender *sender, struct webhook *webhook, enum outcome *outcome,
                             struct fault *fault)
{
    struct relay_event event;
    char kind[WEBHOOK_KIND_MAX];
    struct delivery delivery = {.webhook = webhook};
    *outcome = NOTHING;
    enum status status = read_event(sender, webhook, webhook->cursor_seq, &event, fault);
    if (status != STATUS_OK || event.event_seq == 0)
        return status;
    delivery.event_seq = event.event_seq;
    status = webhook_payload(event.body, sender->arena, kind, &delivery.payload, fault);
    if (status == STATUS_OK && webhook_wants(webhook->kinds, kind))
        deliver(sender, &delivery);
    if (status == STATUS_INVALID) { /* of a kind that a later release has: passed over */
        *fault = (struct fault){0};
        status = STATUS_OK;
    }
    return status == STATUS_OK ? note_end(sender, webhook, &delivery, outcome, fault) : status;
}

static enum status send_dead(struct sender *sender, const struct webhook *webhook, bool *left,
                             struct fault *fault)
{
    struct relay_event event;
    int64_t event_seq;
    char kind[WEBHOOK_KIND_MAX];
    struct delivery delivery = {.webhook = webhook};
    enum status status = store_redelivery(sender->sql, webhook, sender->arena, &event_seq, fault);
    *left = status == STATUS_OK && event_seq != 0;
    if (!*left)
        return status;
    delivery.event_seq = event_seq;
    status = read_event(sender, webhook, event_seq - 1, &event, fault);
    if (status == STATUS_OK)
        status = webhook_payload(event.body, sender->arena, kind, &delivery.payload, fault);
    if (status != STATUS_OK)
        return status;
    deliver(sender, &delivery);
    return store_redelivered(sender->sql, webhook, event_seq, text_of(delivery.error), fault);
}

/* A turn without a failure gives the claim back; after a failure it is the pause. */
static enum status take_turn(struct sender *sender, struct webhook *webhook, struct fault *fault)
{
    int64_t until_us = clock_monotonic_us() + WEBHOOK_TURN_MS * INT64_C(1000);
    enum outcome outcome = SENT;
    enum status status = STATUS_OK;
    bool left = true;
    for (int i = 0; status == STATUS_OK && left && i < WEBHOOK_TURN_EVENTS; i++)
        status = send_dead(sender, webhook, &left, fault);
    for (int i = 0; status == STATUS_OK && outcome == SENT && i < WEBHOOK_TURN_EVENTS &&
                    !atomic_load(&sender->all->stopping) && clock_monotonic_us() < until_us;
         i++)
        status = send_next(sender, webhook, &outcome, fault);
    return status == STATUS_OK && outcome != FAILED ? store_release(sender->sql, webhook, fault)
                                                    : status;
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = LOOK_MS * 1000000L}, NULL);
}

/* Waits until some webhook has something to send, or it is time to stop.  One of the threads looks,
   the others wait for their turn: all of them were looking twenty times a second. */
static enum status look(struct sender *sender, struct text **plants, size_t *count,
                        struct fault *fault)
{
    enum status status = STATUS_OK;
    *count = 0;
    pthread_mutex_lock(&sender->all->looking);
    while (status == STATUS_OK && *count == 0 && !atomic_load(&sender->all->stopping)) {
        arena_reset(sender->arena);
        status = sender->sql
                     ? sql_ready(sender->sql, fault)
                     : sql_open(sender->all->conninfo, &relay_all_schema, &sender->sql, fault);
        if (status == STATUS_OK)
            status = store_due_plants(sender->sql, sender->arena, plants, count, fault);
        if (status == STATUS_OK && *count == 0)
            nap();
    }
    pthread_mutex_unlock(&sender->all->looking);
    return status;
}

/* *any: there was something to do that nobody else had begun. */
static enum status send_round(struct sender *sender, bool *any, struct fault *fault)
{
    struct text *plants;
    size_t count;
    enum status status = look(sender, &plants, &count, fault);
    *any = false;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        struct webhook webhook;
        bool found;
        status = store_claim(sender->sql, plants[i], sender->arena, &webhook, &found, fault);
        if (status == STATUS_OK && found) {
            *any = true;
            status = take_turn(sender, &webhook, fault);
        }
    }
    return status;
}

static void *sender_main(void *context)
{
    struct sender sender = {.all = context, .curl = curl_easy_init()};
    sender.arena = arena_new(ROUND_ARENA_MAX);
    while (sender.arena && sender.curl && !atomic_load(&sender.all->stopping)) {
        struct fault fault = {0};
        bool any;
        if (send_round(&sender, &any, &fault) != STATUS_OK)
            log_fault(LOG_WARNING, &fault, "deliver to webhooks");
        if (!any && !atomic_load(&sender.all->stopping))
            nap();
    }
    sql_close(&sender.sql);
    arena_free(&sender.arena);
    curl_easy_cleanup(sender.curl);
    return NULL;
}

enum status webhook_senders_start(const struct conf *conf, struct webhook_senders **out,
                                  struct fault *fault)
{
    struct webhook_senders *senders = calloc(1, sizeof *senders);
    if (!senders || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(senders);
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    }
    pthread_mutex_init(&senders->looking, NULL);
    senders->conninfo = conf_text(conf, "sql.conninfo");
    senders->authorities = conf_text(conf, "webhook.tls.ca");
    senders->private_targets = conf_bool(conf, "private_targets");
    senders->delivered =
        metric_counter("millrace_webhook_delivered_total", "Events that webhooks have taken");
    senders->failed = metric_counter("millrace_webhook_failed_total", "Deliveries that failed");
    *out = senders;
    for (; senders->count < WEBHOOK_SENDERS; senders->count++) {
        if (pthread_create(&senders->threads[senders->count], NULL, sender_main, senders) != 0)
            return fault_set(fault, STATUS_LIMIT, "", "could not start a sending thread");
    }
    return STATUS_OK;
}

void webhook_senders_stop(struct webhook_senders **senders)
{
    struct webhook_senders *stopped = *senders;
    if (!stopped)
        return;
    atomic_store(&stopped->stopping, true);
    for (size_t i = 0; i < stopped->count; i++)
        pthread_join(stopped->threads[i], NULL);
    curl_global_cleanup();
    pthread_mutex_destroy(&stopped->looking);
    free(stopped);
    *senders = NULL;
}
