/* Heads of HTTP requests: whatever is taken has one framing only. */

#include "services/gateway/gateway_http_core.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text bytes = {(const char *)data, size};
    struct http_head head;
    struct fault fault = {0};
    size_t length;
    char decoded[TEXT_CODE_MAX + 1];
    if (http_head_scan(bytes, &length, &fault) != STATUS_OK || length == 0)
        return 0;
    ASSERT(length <= size && memcmp(data + length - 4, "\r\n\r\n", 4) == 0);
    if (http_head_parse((struct text){bytes.bytes, length}, &head, &fault) != STATUS_OK)
        return 0;
    ASSERT(http_header(&head, "transfer-encoding").length == 0 && head.host.length > 0);
    ASSERT(head.content_length == 0 || head.method == HTTP_POST);
    (void)http_cookie(&head, "__Host-millrace");
    (void)http_prefers_chinese(&head);
    if (http_decode(head.path, decoded, sizeof decoded))
        ASSERT(strlen(decoded) < sizeof decoded);
    return 0;
}
