#include "services/gateway/gateway_page.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PAGE_BYTES   (16 * KIB)
#define POLICY_BYTES 256

static const char style[] =
    "body{font:16px/1.5 system-ui,'Noto Sans CJK SC',sans-serif;max-width:44rem;margin:3rem auto;"
    "padding:0 1rem;color:#1b2733;background:#fbfaf7}h1{font-weight:600;margin:0}"
    "p{color:#4b5b69}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #d9d6cc}"
    ".ok{color:#0b6e4f}.no{color:#a4343a;font-weight:600}a{color:#125e8a}"
    "@media(prefers-color-scheme:dark){body{color:#dfe6ea;background:#14191d}p{color:#9fb0bb}"
    "th,td{border-color:#333d44}.ok{color:#5bc8a0}.no{color:#ff8b8b}a{color:#7cc4ee}}";

struct words {
    const char *language;
    const char *lead;
    const char *service;
    const char *state;
    const char *ready;
    const char *waiting; /* for %s */
    const char *silent;
    const char *api;
};

static const struct words english = {"en",
                                     "Material planning and the production ledger.",
                                     "Service",
                                     "State",
                                     "ready",
                                     "waiting for",
                                     "does not answer",
                                     "Description of the API"};
static const struct words chinese = {
    "zh-CN", "物料需求计划与生产台账。", "服务", "状态", "就绪", "等待", "无响应", "接口说明"};

struct page {
    char bytes[PAGE_BYTES];
    size_t length;
};

static void put(struct page *page, const char *format, ...) PRINTF_LIKE(2, 3);

static void put(struct page *page, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int wrote = vsnprintf(page->bytes + page->length, PAGE_BYTES - page->length, format, args);
    va_end(args);
    if (wrote > 0 && (size_t)wrote < PAGE_BYTES - page->length)
        page->length += (size_t)wrote;
}

/* Text of a service into HTML. */
static void put_text(struct page *page, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '<' || *text == '>' || *text == '&' || *text == '"' || *text == '\'')
            put(page, "&#%d;", *text);
        else
            put(page, "%c", *text);
    }
}

static void put_node(struct page *page, const struct words *words, const struct node_health *node)
{
    put(page, "<tr><td>%s</td><td class=\"%s\">", node->process, node->ready ? "ok" : "no");
    if (node->ready) {
        put(page, "%s", words->ready);
    } else if (!node->healthy) {
        put(page, "%s", words->silent);
    } else {
        put(page, "%s ", words->waiting);
        put_text(page, node->waiting_for);
    }
    put(page, "</td></tr>\n");
}

static void put_page(struct page *page, const struct words *words, const struct node_sweep *sweep)
{
    put(page,
        "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\"><title>Millrace</title>"
        "<style>%s</style></head>\n<body><h1>Millrace</h1><p>%s</p>\n"
        "<table><thead><tr><th>%s</th><th>%s</th></tr></thead><tbody>\n",
        words->language, style, words->lead, words->service, words->state);
    for (size_t i = 0; i < sweep->count; i++)
        put_node(page, words, &sweep->nodes[i]);
    put(page, "</tbody></table>\n<p><a href=\"/openapi.json\">%s</a></p></body></html>\n",
        words->api);
}

static void write_policy(char policy[POLICY_BYTES])
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    char text[64];
    crypto_hash_sha256(hash, (const unsigned char *)style, sizeof style - 1);
    sodium_bin2base64(text, sizeof text, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
    snprintf(policy, POLICY_BYTES,
             "default-src 'none'; style-src 'sha256-%s'; frame-ancestors 'none'; base-uri 'none'; "
             "form-action 'none'",
             text);
}

void page_reply(struct exchange *exchange, const struct node_sweep *sweep)
{
    struct page *page = arena_alloc(exchange->arena, 1, sizeof *page);
    if (!page) {
        (void)fault_set(&exchange->fault, STATUS_LIMIT, "", "out of memory");
        exchange_fail(exchange);
        return;
    }
    put_page(page, http_prefers_chinese(&exchange->head) ? &chinese : &english, sweep);
    char policy[POLICY_BYTES];
    write_policy(policy);
    struct reply reply = {.code = 200,
                          .type = "text/html; charset=utf-8",
                          .body = {page->bytes, page->length},
                          .policy = policy};
    exchange_reply(exchange, &reply);
}
