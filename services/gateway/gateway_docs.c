#include "services/gateway/gateway_docs.h"

#include "common/wire/catalog.h"
#include "common/wire/role.h"
#include "services/gateway/gateway_example.h"
#include "services/gateway/gateway_openapi.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXAMPLE_BYTES (16 * KIB)
#define ROLES_BYTES   512

static const char style[] =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b2733;background:#fbfaf7}h1,h2{font-weight:600}h3{font:600 1rem ui-monospace,monospace;"
    "margin:1.6rem 0 .2rem}pre{background:#f0eee6;padding:.6rem;overflow-x:auto;white-space:pre-wrap;"
    "word-break:break-word;font-size:.85rem;margin:.2rem 0}p{margin:.2rem 0;color:#4b5b69}"
    "table{border-collapse:collapse}th,td{text-align:left;padding:.3rem .6rem;"
    "border-bottom:1px solid #d9d6cc}nav a{margin-right:.8rem}a{color:#125e8a}"
    "@media(prefers-color-scheme:dark){body{color:#dfe6ea;background:#14191d}p{color:#9fb0bb}"
    "pre{background:#1f272d}th,td{border-color:#333d44}a{color:#7cc4ee}}";

static const char lead[] =
    "<p>Every method is <code>POST /v1/{plant}/{Service}.{Method}</code> with a JSON body and "
    "<code>Authorization: Bearer mr_...</code>; <code>Access</code> methods use <code>-</code> as the "
    "plant. What changes something needs the header <code>Idempotency-Key</code>, a UUID: the same key "
    "gets the same answer for ever. A terminal may say its own time in <code>Device-Time</code>; one that is "
    "more than 300 s ahead is refused. A reply with a <code>version</code> has it as <code>ETag</code>; a "
    "request with <code>if_version</code> takes it as <code>If-Match</code>. Lists are paged: pass "
    "<code>next</code> as <code>after</code>. Decimals are strings and exact.</p>"
    "<p>Events: <code>GET /v1/{plant}/events?item=A&amp;item=B</code> (server-sent events; the id is the "
    "place in the plant's event order, and <code>Last-Event-ID</code> goes on from there). Webhooks: "
    "<code>Relay.CreateWebhook</code>. For programs: <a href=\"/openapi.json\">/openapi.json</a>.</p>";

struct docs {
    char *bytes;
    size_t length;
};

static void put(struct docs *docs, const char *format, ...) PRINTF_LIKE(2, 3);

static void put(struct docs *docs, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int wrote = vsnprintf(docs->bytes + docs->length, DOCS_BYTES_MAX - docs->length, format, args);
    va_end(args);
    ASSERT(wrote >= 0 && (size_t)wrote < DOCS_BYTES_MAX - docs->length); /* proto/ is ours */
    docs->length += (size_t)wrote;
}

static void put_example(struct docs *docs, const char *title,
                        const ProtobufCMessageDescriptor *type)
{
    char example[EXAMPLE_BYTES];
    if (example_write(type, example, sizeof example))
        put(docs, "<p>%s</p><pre>%s</pre>\n", title, example);
}

static void put_method(struct docs *docs, const struct catalog_service *service,
                       const ProtobufCMethodDescriptor *method)
{
    char name[128];
    char roles[ROLES_BYTES];
    bool own = strcmp(service->process, "gateway") == 0;
    snprintf(name, sizeof name, "%s.%s", service->descriptor->short_name, method->name);
    openapi_roles(name, own, roles, sizeof roles);
    put(docs, "<h3 id=\"%s\">POST /v1/%s/%s</h3>\n<p>Roles: %s.%s</p>\n", name,
        own ? "-" : "{plant}", name, roles,
        catalog_writes(name) ? " Needs <code>Idempotency-Key</code>." : "");
    put_example(docs, "Request", method->input);
    put_example(docs, "Reply", method->output);
}

static void put_services(struct docs *docs)
{
    const struct catalog_service *service;
    for (size_t i = 0; (service = catalog_service(i)) != NULL; i++) {
        if (service->process[0] == '\0')
            continue;
        put(docs, "<h2 id=\"%s\">%s</h2>\n", service->descriptor->short_name,
            service->descriptor->short_name);
        for (unsigned m = 0; m < service->descriptor->n_methods; m++)
            put_method(docs, service, &service->descriptor->methods[m]);
    }
}

static void put_contents(struct docs *docs)
{
    const struct catalog_service *service;
    put(docs, "<nav>");
    for (size_t i = 0; (service = catalog_service(i)) != NULL; i++) {
        if (service->process[0] != '\0')
            put(docs, "<a href=\"#%s\">%s</a>", service->descriptor->short_name,
                service->descriptor->short_name);
    }
    put(docs, "<a href=\"#errors\">Errors</a></nav>\n");
}

static void put_errors(struct docs *docs)
{
    static const enum status statuses[] = {

#define STATUS(name, http, retry, text) STATUS_##name,
#include "common/base/status.tbl.h"
#undef STATUS
    };
    put(docs, "<h2 id=\"errors\">Errors</h2>\n<p>An error is <code>application/problem+json</code> "
              "(RFC 9457); its <code>type</code> leads to a row here.</p>\n<table><tr><th>Code</th>"
              "<th>HTTP</th><th>Meaning</th><th>Again?</th></tr>\n");
    for (size_t i = 1; i < COUNT_OF(statuses); i++)
        put(docs, "<tr id=\"%s\"><td><code>%s</code></td><td>%d</td><td>%s</td><td>%s</td></tr>\n",
            status_name(statuses[i]), status_name(statuses[i]), status_http(statuses[i]),
            status_text(statuses[i]),
            status_retryable(statuses[i]) ? "with the same key, after Retry-After" : "no");
    put(docs, "</table>\n");
}

static const struct docs *docs_made(void)
{
    static struct docs docs;
    if (docs.bytes)
        return &docs;
    docs.bytes = malloc(DOCS_BYTES_MAX);
    if (!docs.bytes)
        return NULL;
    put(&docs,
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width\"><title>Millrace API</title><style>%s</style>\n"
        "<h1>Millrace API</h1>\n",
        style);
    put(&docs, "%s", lead);
    put_contents(&docs);
    put_services(&docs);
    put_errors(&docs);
    char *fitted = realloc(docs.bytes, docs.length);
    docs.bytes = fitted ? fitted : docs.bytes;
    return &docs;
}

void docs_reply(struct exchange *exchange)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    char text[64];
    char policy[192];
    const struct docs *docs = docs_made();
    if (!docs) {
        (void)fault_set(&exchange->fault, STATUS_LIMIT, "", "out of memory");
        exchange_fail(exchange);
        return;
    }
    crypto_hash_sha256(hash, (const unsigned char *)style, sizeof style - 1);
    sodium_bin2base64(text, sizeof text, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
    snprintf(policy, sizeof policy,
             "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; "
             "frame-ancestors 'none'",
             text);
    struct reply reply = {.code = 200,
                          .type = "text/html; charset=utf-8",
                          .body = {docs->bytes, docs->length},
                          .policy = policy};
    exchange_reply(exchange, &reply);
}
