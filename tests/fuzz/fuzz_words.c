/* Any bytes as the short texts that clients write by rules of their own: URLs of webhooks, places
   of pages, reference designators, base64, parts of a path. */
#include "common/plant/designators.h"
#include "common/wire/json_field.h"
#include "common/wire/page.h"
#include "services/gateway/gateway_http_core.h"
#include "services/relay/webhook_core.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_url(struct text bytes, bool allow_private)
{
    struct webhook_target target;
    struct fault fault = {0};
    if (webhook_parse(bytes, allow_private, &target, &fault) != STATUS_OK) {
        ASSERT(text_is(text_of(fault.field), "url") && fault.message[0] != '\0');
        return;
    }
    ASSERT(target.https || allow_private);
    ASSERT(target.host[0] != '\0' && target.port > 0 && target.port < 65536);
    ASSERT(!strpbrk(target.host, "@#/?\\%[] "));
}

static void try_base64(struct text bytes)
{
    size_t length;
    uint8_t *decoded = malloc(bytes.length / 4 * 3 + 1);
    char *again = malloc(bytes.length + 4);
    ASSERT(decoded && again);
    if (json_base64_parse(bytes, decoded, &length)) {
        ASSERT(length <= bytes.length / 4 * 3);
        size_t wrote = json_base64_format(decoded, length, again);
        ASSERT(text_equal((struct text){again, wrote}, bytes)); /* one content has one text */
    }
    free(again);
    free(decoded);
}

static void try_terminated(const char *text)
{
    struct fault fault = {0};
    int64_t place;
    ASSERT((page_after(text, &place, &fault) == STATUS_OK) == (fault.status == STATUS_OK));
    ASSERT(fault.status != STATUS_OK || place >= 0);
}

static void try_designators(struct text bytes)
{
    uint64_t count = 0;
    const char *message = NULL;
    if (!designators_count(bytes, &count, &message))
        ASSERT(message && message[0] != '\0');
}

static void try_segment(struct text bytes)
{
    char decoded[TEXT_CODE_MAX + 1];
    if (http_decode(bytes, decoded, sizeof decoded))
        ASSERT(strlen(decoded) <= bytes.length && strlen(decoded) < sizeof decoded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *terminated = malloc(size + 1);
    ASSERT(terminated);
    memcpy(terminated, data, size);
    terminated[size] = '\0';
    struct text bytes = {(const char *)data, size};
    try_url(bytes, false);
    try_url(bytes, true);
    try_base64(bytes);
    try_designators(bytes);
    try_segment(bytes);
    try_terminated(terminated);
    free(terminated);
    return 0;
}
