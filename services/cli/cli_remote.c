#include "services/cli/cli_remote.h"

#include "common/base/bytes.h"
#include "common/io/clock.h"
#include "common/io/conf.h"
#include "common/wire/catalog.h"
#include "common/wire/json.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PATH_BYTES     4096
#define HEADER_BYTES   256
#define TOKEN_BYTES    128
#define DEFAULT_CONFIG "var/millrace.ini"

struct remote {
    CURL *curl;
    struct curl_slist *headers; /* those of every call */
    struct conf *conf;
    struct arena *errors; /* for reading refusals */
    char plant[TEXT_CODE_MAX + 1];
    struct bytes answer; /* of the last attempt */
    bool too_long;
};

static size_t on_bytes(char *bytes, size_t size, size_t count, void *context)
{
    struct remote *remote = context;
    size_t more = size * count;
    remote->too_long = more > remote->answer.max - remote->answer.length;
    return bytes_add(&remote->answer, bytes, more) ? more : 0;
}

/* --config, MILLRACE_CONFIG, or the settings of the checkout we stand in; NULL for none. */
static const char *config_path(const struct remote_words *words)
{
    const char *environment = getenv("MILLRACE_CONFIG");
    if (words->config)
        return words->config;
    if (environment && environment[0] != '\0')
        return environment;
    return access(DEFAULT_CONFIG, R_OK) == 0 ? DEFAULT_CONFIG : NULL;
}

static enum status load_conf(struct remote *remote, const char *path, struct fault *fault)
{
    char name[] = "millrace";
    char option[] = "--config";
    char *copy = path ? strdup(path) : NULL;
    char *argv[] = {name, option, copy, NULL};
    int argc = copy ? 3 : 1;
    if (!copy)
        argv[1] = NULL;
    enum status status = conf_load("cli", &argc, argv, &remote->conf, fault);
    free(copy);
    return status;
}

/* The token file of the settings, or cli.token beside the settings. */
static void token_path(const struct remote *remote, const char *config, char path[PATH_BYTES])
{
    const char *set = conf_text(remote->conf, "token_file");
    const char *slash = config ? strrchr(config, '/') : NULL;
    int folder = slash ? (int)(slash - config) + 1 : 0;
    if (set[0] != '\0')
        snprintf(path, PATH_BYTES, "%s", set);
    else
        snprintf(path, PATH_BYTES, "%.*scli.token", folder, config ? config : "");
}

static enum status read_token(const char *path, char token[TOKEN_BYTES], struct fault *fault)
{
    FILE *file = fopen(path, "r");
    bool read = file && fgets(token, TOKEN_BYTES, file);
    if (file)
        fclose(file);
    if (!read)
        return fault_set(fault, STATUS_INVALID, "token_file", "could not read the token in \"%s\"",
                         path);
    token[strcspn(token, "\r\n")] = '\0';
    return STATUS_OK;
}

static bool add_header(struct curl_slist **list, const char *name, const char *value)
{
    char line[HEADER_BYTES];
    snprintf(line, sizeof line, "%s: %s", name, value);
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (longer)
        *list = longer;
    return longer != NULL;
}

static enum status set_curl(struct remote *remote, const char *token, struct fault *fault)
{
    char bearer[TOKEN_BYTES + 16];
    char timeout[16];
    const char *ca = conf_text(remote->conf, "tls.ca");
    snprintf(bearer, sizeof bearer, "Bearer %s", token);
    snprintf(timeout, sizeof timeout, "%d", REMOTE_TIMEOUT_MS);
    remote->curl = curl_easy_init();
    if (!remote->curl || !add_header(&remote->headers, "Content-Type", "application/json") ||
        !add_header(&remote->headers, "Authorization", bearer) ||
        !add_header(&remote->headers, "X-Timeout-Ms", timeout) ||
        !add_header(&remote->headers, "Expect", ""))
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    curl_easy_setopt(remote->curl, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(remote->curl, CURLOPT_WRITEDATA, remote);
    curl_easy_setopt(remote->curl, CURLOPT_TIMEOUT_MS, (long)REMOTE_TIMEOUT_MS + 5000);
    curl_easy_setopt(remote->curl, CURLOPT_CONNECTTIMEOUT_MS, 5000L);
    curl_easy_setopt(remote->curl, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(remote->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(remote->curl, CURLOPT_PROXY, "");
    if (ca[0] != '\0')
        curl_easy_setopt(remote->curl, CURLOPT_CAINFO, ca);
    return STATUS_OK;
}

enum status remote_open(const struct remote_words *words, struct remote **out, struct fault *fault)
{
    char path[PATH_BYTES];
    char token[TOKEN_BYTES];
    const char *config = config_path(words);
    struct remote *remote = calloc(1, sizeof *remote);
    if (!remote || curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    remote->answer.max = REMOTE_ANSWER_MAX;
    *out = remote;
    remote->errors = arena_new(MIB);
    enum status status = remote->errors ? load_conf(remote, config, fault)
                                        : fault_set(fault, STATUS_LIMIT, "", "out of memory");
    if (status != STATUS_OK)
        return status;
    token_path(remote, config, path);
    status = read_token(path, token, fault);
    if (status == STATUS_OK)
        status = set_curl(remote, token, fault);
    remote_set_plant(remote, words->plant ? words->plant : conf_text(remote->conf, "plant"));
    return status;
}

void remote_close(struct remote **remote)
{
    if (!*remote)
        return;
    curl_slist_free_all((*remote)->headers);
    curl_easy_cleanup((*remote)->curl);
    conf_free(&(*remote)->conf);
    arena_free(&(*remote)->errors);
    bytes_release(&(*remote)->answer);
    free(*remote);
    *remote = NULL;
}

const char *remote_plant(const struct remote *remote)
{
    return remote->plant;
}

void remote_set_plant(struct remote *remote, const char *plant)
{
    snprintf(remote->plant, sizeof remote->plant, "%s", plant);
}

static void pause_ms(int64_t ms)
{
    struct timespec time = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&time, NULL);
}

/* One attempt; the HTTP code, or 0 when there was no answer. */
static long attempt(struct remote *remote, struct text body, struct fault *fault)
{
    long code = 0;
    remote->answer.length = 0;
    remote->too_long = false;
    curl_easy_setopt(remote->curl, CURLOPT_POST, 1L);
    curl_easy_setopt(remote->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.length);
    curl_easy_setopt(remote->curl, CURLOPT_POSTFIELDS, body.bytes);
    CURLcode result = curl_easy_perform(remote->curl);
    *fault = (struct fault){.status = STATUS_OK};
    if (remote->too_long) {
        (void)fault_set(fault, STATUS_LIMIT, "", "the answer is too long");
    } else if (result == CURLE_PEER_FAILED_VERIFICATION || result == CURLE_SSL_CACERT_BADFILE) {
        (void)fault_set(fault, STATUS_INVALID, "tls.ca", "the server cannot be trusted: %s",
                        curl_easy_strerror(result));
    } else if (result != CURLE_OK) {
        (void)fault_set(fault, STATUS_UNAVAILABLE, "", "could not reach \"%s\": %s",
                        conf_text(remote->conf, "url"), curl_easy_strerror(result));
    } else {
        curl_easy_getinfo(remote->curl, CURLINFO_RESPONSE_CODE, &code);
    }
    return code;
}

/* The value of a text member of the refusal: our own writer puts them in one line. */
static void read_member(const struct remote *remote, const char *name, char *out, size_t size)
{
    const struct text answer = bytes_text(&remote->answer);
    char mark[32];
    snprintf(mark, sizeof mark, "\"%s\":\"", name);
    size_t length = strlen(mark);
    size_t at = 0;
    while (at + length < answer.length && memcmp(answer.bytes + at, mark, length) != 0)
        at++;
    size_t used = 0;
    for (at += length; at < answer.length && answer.bytes[at] != '"' && used + 1 < size; at++) {
        if (answer.bytes[at] == '\\' && at + 1 < answer.length)
            at++;
        out[used++] = answer.bytes[at];
    }
    out[used] = '\0';
}

static enum status status_of(const char *code)
{
    static const enum status statuses[] = {

#define STATUS(name, http, retry, text) STATUS_##name,
#include "common/base/status.tbl.h"
#undef STATUS
    };
    for (size_t i = 1; i < COUNT_OF(statuses); i++) {
        if (strcmp(status_name(statuses[i]), code) == 0)
            return statuses[i];
    }
    return STATUS_INTERNAL;
}

static void read_refusal(const struct remote *remote, long http, struct fault *fault)
{
    char code[32];
    char message[sizeof fault->message];
    char field[sizeof fault->field];
    read_member(remote, "code", code, sizeof code);
    read_member(remote, "field", field, sizeof field);
    read_member(remote, "message", message, sizeof message);
    if (message[0] == '\0')
        snprintf(message, sizeof message, "the server answered with HTTP status %ld", http);
    (void)fault_set(fault, status_of(code), field, "%s", message);
}

/* https://HOST/v1/PLANT/TAIL */
static enum status set_path(struct remote *remote, bool own, const char *tail, struct fault *fault)
{
    char url[PATH_BYTES];
    if (!own && remote->plant[0] == '\0')
        return fault_set(fault, STATUS_INVALID, "plant",
                         "no plant is given: use --plant or MILLRACE_PLANT");
    char *plant = own ? NULL : curl_easy_escape(remote->curl, remote->plant, 0);
    snprintf(url, sizeof url, "%s/v1/%s/%s", conf_text(remote->conf, "url"), plant ? plant : "-",
             tail);
    curl_free(plant);
    curl_easy_setopt(remote->curl, CURLOPT_URL, url);
    return STATUS_OK;
}

static enum status set_url(struct remote *remote, const char *method, struct fault *fault)
{
    const struct catalog_service *service;
    if (!catalog_method(method, &service))
        return fault_set(fault, STATUS_NOT_FOUND, "method", "method \"%s\" does not exist", method);
    return set_path(remote, strcmp(service->process, "gateway") == 0, method, fault);
}

/* The headers of one call: those of all, and the key where one is needed. */
static struct curl_slist *key_header(const struct remote *remote, const struct remote_call *call)
{
    struct curl_slist *list = NULL;
    char text[UUID_TEXT_MAX];
    if (!call->key && !catalog_writes(call->method))
        return NULL;
    uuid_format(call->key ? *call->key : clock_uuid(), text);
    for (const struct curl_slist *at = remote->headers; at; at = at->next) {
        struct curl_slist *longer = curl_slist_append(list, at->data);
        if (!longer)
            break;
        list = longer;
    }
    (void)add_header(&list, "Idempotency-Key", text);
    return list;
}

enum status remote_ask(struct remote *remote, const struct remote_call *call, struct text *answer,
                       struct fault *fault)
{
    int64_t pause = REMOTE_PAUSE_MS;
    *answer = text_of("");
    enum status status = set_url(remote, call->method, fault);
    if (status != STATUS_OK)
        return status;
    struct curl_slist *own = key_header(remote, call);
    curl_easy_setopt(remote->curl, CURLOPT_HTTPHEADER, own ? own : remote->headers);
    for (int tries = 1;; tries++) {
        long http = attempt(remote, call->body, fault);
        if (http != 0 && http != 200)
            read_refusal(remote, http, fault);
        if (fault->status == STATUS_OK || !status_retryable(fault->status) ||
            tries == REMOTE_ATTEMPTS)
            break;
        pause_ms(pause);
        pause = pause * 2 < REMOTE_PAUSE_MAX_MS ? pause * 2 : REMOTE_PAUSE_MAX_MS;
    }
    curl_slist_free_all(own);
    *answer = bytes_text(&remote->answer);
    return fault->status;
}

enum status remote_ask_message(struct remote *remote, const struct remote_call *call,
                               struct arena *arena, const ProtobufCMessage **answer,
                               struct fault *fault)
{
    struct text json;
    ProtobufCMessage *message;
    enum status status = remote_ask(remote, call, &json, fault);
    if (status == STATUS_OK)
        status = json_to_message(catalog_method(call->method, NULL)->output, json, arena, &message,
                                 fault);
    if (status == STATUS_OK)
        *answer = message;
    return status;
}

/* ---- server-sent events ---- */

struct hearing {
    struct remote *remote;
    struct remote_stream *stream;
    struct fault *fault; /* of who is told */
    bool refused;        /* what comes is a problem, for read_refusal */
};

/* One line: "id: 12", "data: ..."; others say nothing to us. */
static void hear_line(struct hearing *hearing, struct text line)
{
    static const char id[] = "id: ";
    static const char data[] = "data: ";
    const size_t id_length = sizeof id - 1;
    const size_t data_length = sizeof data - 1;
    if (line.length > id_length && memcmp(line.bytes, id, id_length) == 0)
        hearing->stream->after = strtoull(line.bytes + id_length, NULL, 10);
    else if (line.length > data_length && memcmp(line.bytes, data, data_length) == 0)
        (void)hearing->stream->told(
            hearing->stream->context,
            (struct text){line.bytes + data_length, line.length - data_length}, hearing->fault);
}

static size_t on_event_bytes(char *bytes, size_t size, size_t count, void *context)
{
    struct hearing *hearing = context;
    struct bytes *kept = &hearing->remote->answer;
    long http = 0;
    size_t used = 0;
    if (!bytes_add(kept, bytes, size * count))
        return 0;
    curl_easy_getinfo(hearing->remote->curl, CURLINFO_RESPONSE_CODE, &http);
    hearing->refused = http != 200;
    if (hearing->refused)
        return size * count;
    for (const char *end; hearing->fault->status == STATUS_OK &&
                          (end = memchr(kept->bytes + used, '\n', kept->length - used));
         used = (size_t)(end - kept->bytes) + 1)
        hear_line(hearing, (struct text){kept->bytes + used, (size_t)(end - kept->bytes) - used});
    memmove(kept->bytes, kept->bytes + used, kept->length - used);
    kept->length -= used;
    return hearing->fault->status == STATUS_OK ? size * count : 0;
}

static enum status set_stream(struct remote *remote, const struct remote_stream *stream,
                              struct fault *fault)
{
    char tail[PATH_BYTES / 2];
    int length =
        snprintf(tail, sizeof tail, "events?after=%llu", (unsigned long long)stream->after);
    for (size_t i = 0; stream->items[i] && length < (int)sizeof tail; i++) {
        char *item = curl_easy_escape(remote->curl, stream->items[i], 0);
        length += snprintf(tail + length, sizeof tail - (size_t)length, "&item=%s", item);
        curl_free(item);
    }
    if (length >= (int)sizeof tail)
        return fault_set(fault, STATUS_LIMIT, "item", "too many items");
    return set_path(remote, false, tail, fault);
}

/* Until the connection ends; UNAVAILABLE where it could not be made. */
static enum status hear(struct hearing *hearing, int64_t left_us, struct fault *fault)
{
    struct remote *remote = hearing->remote;
    long http = 0;
    remote->answer.length = 0;
    hearing->refused = false;
    curl_easy_setopt(remote->curl, CURLOPT_TIMEOUT_MS, (long)(left_us / 1000 + 1));
    CURLcode result = curl_easy_perform(remote->curl);
    curl_easy_getinfo(remote->curl, CURLINFO_RESPONSE_CODE, &http);
    if (hearing->fault->status != STATUS_OK)
        *fault = *hearing->fault;
    else if (hearing->refused)
        read_refusal(remote, http, fault);
    else if (http == 0 && result != CURLE_OK && result != CURLE_OPERATION_TIMEDOUT)
        (void)fault_set(fault, STATUS_UNAVAILABLE, "", "could not reach \"%s\": %s",
                        conf_text(remote->conf, "url"), curl_easy_strerror(result));
    return fault->status;
}

enum status remote_follow(struct remote *remote, struct remote_stream *stream, struct fault *fault)
{
    struct fault told = {.status = STATUS_OK};
    struct hearing hearing = {remote, stream, &told, false};
    curl_easy_setopt(remote->curl, CURLOPT_HTTPHEADER, remote->headers);
    curl_easy_setopt(remote->curl, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(remote->curl, CURLOPT_WRITEFUNCTION, on_event_bytes);
    curl_easy_setopt(remote->curl, CURLOPT_WRITEDATA, &hearing);
    for (int tries = 1;; tries++) {
        int64_t left = stream->until_us - clock_monotonic_us();
        *fault = (struct fault){.status = STATUS_OK};
        if (left <= 0 || set_stream(remote, stream, fault) != STATUS_OK)
            break;
        if (hear(&hearing, left, fault) == STATUS_OK)
            tries = 0;
        else if (!status_retryable(fault->status) || tries == REMOTE_ATTEMPTS)
            break;
        pause_ms(REMOTE_PAUSE_MS << (tries < 6 ? tries : 6));
    }
    return fault->status;
}
