#include "services/gateway/gateway_http_core.h"

#include <string.h>

static enum status malformed(struct fault *fault, const char *message)
{
    return fault_set(fault, STATUS_MALFORMED, "", "%s", message);
}

/* A line up to its LF; without one (`ended` is false) it is still coming and may end in CR. */
static enum status scan_line(struct text line, bool ended, struct fault *fault)
{
    if (line.length == 0)
        return ended ? malformed(fault, "the header holds a LF without CR") : STATUS_OK;
    const char *cr = memchr(line.bytes, '\r', line.length);
    if (memchr(line.bytes, '\0', line.length))
        return malformed(fault, "the header holds a NUL");
    if (cr && cr != line.bytes + line.length - 1)
        return malformed(fault, "the header holds a CR without LF");
    if (!cr && ended)
        return malformed(fault, "the header holds a LF without CR");
    return STATUS_OK;
}

enum status http_head_scan(struct text bytes, size_t *length, struct fault *fault)
{
    *length = 0;
    for (size_t at = 0; at < bytes.length;) {
        struct text line = {bytes.bytes + at, bytes.length - at};
        const char *lf = memchr(line.bytes, '\n', line.length);
        if (lf)
            line.length = (size_t)(lf - line.bytes);
        enum status status = scan_line(line, lf != NULL, fault);
        if (status != STATUS_OK || !lf)
            return status;
        if (line.length == 1 && at == 0)
            return malformed(fault, "the request line is empty");
        at += line.length + 1;
        if (line.length == 1) {
            *length = at;
            return STATUS_OK;
        }
    }
    return STATUS_OK;
}

static bool is_token_char(char c)
{
    const unsigned char letter = (unsigned char)((c | 0x20) - 'a');
    return letter <= 'z' - 'a' || c == '-' || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("!#$%&'*+.^_`|~", c));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* `b` is in lower case. */
static bool same_text(struct text a, struct text b)
{
    if (a.length != b.length) /* most differ already in it */
        return false;
    for (size_t i = 0; i < a.length; i++) {
        if (a.bytes[i] != b.bytes[i] && lower(a.bytes[i]) != b.bytes[i])
            return false;
    }
    return true;
}

static inline bool same_name(struct text a, const char *b)
{
    return same_text(a, text_of(b));
}

static struct text trimmed(struct text text)
{
    while (text.length > 0 && is_blank(text.bytes[0])) {
        text.bytes++;
        text.length--;
    }
    while (text.length > 0 && is_blank(text.bytes[text.length - 1]))
        text.length--;
    return text;
}

/* What stands before the separator; *rest moves behind it. */
static struct text take_until(struct text *rest, char separator)
{
    const char *end = rest->length > 0 ? memchr(rest->bytes, separator, rest->length) : NULL;
    struct text part = *rest;
    if (end) {
        part.length = (size_t)(end - rest->bytes);
        rest->bytes += part.length + 1;
        rest->length -= part.length + 1;
    } else {
        rest->bytes += rest->length;
        rest->length = 0;
    }
    return part;
}

static enum http_method method_of(struct text word)
{
    if (text_is(word, "GET"))
        return HTTP_GET;
    if (text_is(word, "POST"))
        return HTTP_POST;
    return text_is(word, "HEAD") ? HTTP_HEAD : HTTP_OTHER;
}

static enum status parse_target(struct text target, struct http_head *head, struct fault *fault)
{
    if (target.length == 0 || target.bytes[0] != '/')
        return malformed(fault, "the target of the request is not a path");
    if (target.length > HTTP_TARGET_MAX)
        return fault_set(fault, STATUS_MALFORMED, "",
                         "the target of the request is longer than %d bytes", HTTP_TARGET_MAX);
    for (size_t i = 0; i < target.length; i++) {
        if (target.bytes[i] <= ' ' || target.bytes[i] > '~' || target.bytes[i] == '#')
            return malformed(fault, "the target of the request holds a forbidden character");
    }
    head->query = target;
    head->path = take_until(&head->query, '?');
    return STATUS_OK;
}

static enum status parse_request_line(struct text line, struct http_head *head, struct fault *fault)
{
    struct text rest = line;
    struct text word = take_until(&rest, ' ');
    for (size_t i = 0; i < word.length; i++) {
        if (!is_token_char(word.bytes[i]))
            return malformed(fault, "the request line is malformed");
    }
    struct text target = take_until(&rest, ' ');
    if (word.length == 0 || !text_is(rest, "HTTP/1.1"))
        return malformed(fault, "the request line is not METHOD PATH HTTP/1.1");
    head->method = method_of(word);
    return parse_target(target, head, fault);
}

static enum status parse_header(struct text line, struct http_head *head, struct fault *fault)
{
    const char *colon = memchr(line.bytes, ':', line.length);
    if (!colon || colon == line.bytes)
        return malformed(fault, "a header line has no name");
    struct http_header header = {.name = {line.bytes, (size_t)(colon - line.bytes)}};
    for (size_t i = 0; i < header.name.length; i++) {
        if (!is_token_char(header.name.bytes[i]))
            return malformed(fault, "the name of a header holds a forbidden character");
    }
    header.value.bytes = colon + 1;
    header.value.length = line.length - header.name.length - 1;
    for (size_t i = 0; i < header.value.length; i++) {
        unsigned char c = (unsigned char)header.value.bytes[i];
        const bool shown = c >= ' ' && c != 0x7f;
        if (!shown && c != '\t')
            return malformed(fault, "the value of a header holds a forbidden character");
    }
    if (head->header_count == HTTP_HEADERS_MAX)
        return fault_set(fault, STATUS_LIMIT, "", "more than %d headers", HTTP_HEADERS_MAX);
    header.value = trimmed(header.value);
    head->headers[head->header_count++] = header;
    return STATUS_OK;
}

static size_t count_text(const struct http_head *head, struct text name, struct text *value)
{
    size_t count = 0;
    for (size_t i = 0; i < head->header_count; i++) {
        if (same_text(head->headers[i].name, name)) {
            *value = head->headers[i].value;
            count++;
        }
    }
    return count;
}

static inline size_t count_of(const struct http_head *head, const char *name, struct text *value)
{
    return count_text(head, text_of(name), value);
}

struct text http_header_text(const struct http_head *head, struct text name)
{
    struct text value;
    return count_text(head, name, &value) == 1 ? value : text_of("");
}

static enum status parse_length(struct http_head *head, struct fault *fault)
{
    struct text value;
    if (count_of(head, "transfer-encoding", &value) > 0)
        return malformed(fault, "transfer encodings are not accepted: send Content-Length");
    size_t count = count_of(head, "content-length", &value);
    if (count == 0)
        return STATUS_OK;
    if (count > 1)
        return malformed(fault, "Content-Length is given more than once");
    if (value.length == 0 || value.length > HTTP_LENGTH_MAX)
        return malformed(fault, "Content-Length is not a number of at most 9 digits");
    for (size_t i = 0; i < value.length; i++) {
        if (value.bytes[i] < '0' || value.bytes[i] > '9')
            return malformed(fault, "Content-Length is not a number of at most 9 digits");
        head->content_length = head->content_length * 10 + (size_t)(value.bytes[i] - '0');
    }
    return STATUS_OK;
}

static bool list_has(struct text list, const char *word)
{
    while (list.length > 0) {
        if (same_name(trimmed(take_until(&list, ',')), word))
            return true;
    }
    return false;
}

static enum status parse_control(struct http_head *head, struct fault *fault)
{
    struct text value = {NULL, 0};
    if (count_of(head, "host", &head->host) != 1 || head->host.length == 0)
        return malformed(fault, "exactly one Host header is needed");
    for (size_t i = 0; i < head->header_count; i++) {
        if (same_name(head->headers[i].name, "connection") &&
            list_has(head->headers[i].value, "close"))
            head->close = true;
    }
    size_t expects = count_of(head, "expect", &value);
    if (expects > 1 || (expects == 1 && !same_name(value, "100-continue")))
        return malformed(fault, "only the expectation 100-continue is known");
    head->expects_continue = expects == 1;
    if (head->method != HTTP_POST && head->content_length > 0)
        return malformed(fault, "only POST takes a body");
    return STATUS_OK;
}

enum status http_head_parse(struct text bytes, struct http_head *head, struct fault *fault)
{
    *head = (struct http_head){.path = {bytes.bytes, 0}};
    struct text rest = bytes;
    for (size_t number = 0; rest.length > 0; number++) {
        struct text line = take_until(&rest, '\n');
        ASSERT(line.length > 0 && line.bytes[line.length - 1] == '\r'); /* http_head_scan */
        line.length--;
        if (number > 0 && line.length == 0)
            break;
        enum status status =
            number == 0 ? parse_request_line(line, head, fault) : parse_header(line, head, fault);
        if (status != STATUS_OK)
            return status;
    }
    enum status status = parse_length(head, fault);
    return status != STATUS_OK ? status : parse_control(head, fault);
}

bool http_is_type(const struct http_head *head, const char *type)
{
    struct text value = http_header(head, "content-type");
    return same_name(trimmed(take_until(&value, ';')), type);
}

struct text http_cookie(const struct http_head *head, const char *name)
{
    struct text found = text_of("");
    size_t count = 0;
    for (size_t i = 0; i < head->header_count; i++) {
        if (!same_name(head->headers[i].name, "cookie"))
            continue;
        struct text rest = head->headers[i].value;
        while (rest.length > 0) {
            struct text value = trimmed(take_until(&rest, ';'));
            if (text_is(take_until(&value, '='), name)) {
                found = value;
                count++;
            }
        }
    }
    return count == 1 ? found : text_of("");
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool http_decode(struct text segment, char *out, size_t size)
{
    size_t length = 0;
    for (size_t at = 0; at < segment.length; at++) {
        int c = (unsigned char)segment.bytes[at];
        if (c == '%') {
            if (at + 2 >= segment.length)
                return false;
            int high = hex_digit(segment.bytes[at + 1]);
            int low = hex_digit(segment.bytes[at + 2]);
            if (high < 0 || low < 0)
                return false;
            c = high * 16 + low;
            at += 2;
        }
        if (c == 0 || length + 1 >= size)
            return false;
        out[length++] = (char)c;
    }
    out[length] = '\0';
    return true;
}

/* The weight behind ";q=", in thousandths; 1000 when there is none. */
static int weight_of(struct text parameters)
{
    struct text value = trimmed(parameters);
    if (value.length < 3 || lower(value.bytes[0]) != 'q' || value.bytes[1] != '=')
        return 1000;
    int weight = 0;
    int unit = 1000;
    for (size_t i = 2; i < value.length && unit > 0; i++) {
        if (value.bytes[i] == '.')
            continue;
        if (value.bytes[i] < '0' || value.bytes[i] > '9')
            return 0;
        weight += (value.bytes[i] - '0') * unit;
        unit /= 10;
    }
    return weight;
}

bool http_prefers_chinese(const struct http_head *head)
{
    struct text list = http_header(head, "accept-language");
    int chinese = 0;
    int english = 0;
    while (list.length > 0) {
        struct text rest = trimmed(take_until(&list, ','));
        struct text range = trimmed(take_until(&rest, ';'));
        struct text primary = take_until(&range, '-');
        int weight = weight_of(rest);
        if (same_name(primary, "zh") && weight > chinese)
            chinese = english >= weight ? weight - 1 : weight;
        else if (same_name(primary, "en") && weight > english)
            english = chinese >= weight ? weight - 1 : weight;
    }
    return chinese > english;
}
