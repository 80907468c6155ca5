#include "services/gateway/gateway_asset.h"

/* Scripts, styles and calls to this server and to nobody else; nothing inline, no frame around us.
   `blob:` is for the file that a list is exported to. */
#define PAGE_POLICY                                                                      \
 "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " \
 "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "         \
 "form-action 'none'; frame-ancestors 'none'"

const struct asset *asset_find(struct text path)
{
    for (size_t i = 0; i < asset_count; i++) {
        if (text_is(path, assets[i].path))
            return &assets[i];
    }
    return NULL;
}

void asset_reply(struct exchange *exchange, const struct asset *asset)
{
    bool known = text_is(http_header(&exchange->head, "if-none-match"), asset->etag);
    struct reply reply = {.code = known ? 304 : 200,
                          .type = asset->type,
                          .body = {(const char *)asset->bytes, known ? 0 : asset->length},
                          .policy = PAGE_POLICY,
                          .etag = asset->etag,
                          .keep = asset->forever ? REPLY_FOREVER : REPLY_CHECKED,
                          .packed = true};
    exchange_reply(exchange, &reply);
}
