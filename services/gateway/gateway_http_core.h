#ifndef MILLRACE_GATEWAY_HTTP_CORE_H
#define MILLRACE_GATEWAY_HTTP_CORE_H

#include "common/base/status.h"
#include "common/base/text.h"

/*
 * The head of an HTTP/1.1 request, read strictly (RFC 9112): nothing that two readers could frame
 * differently is accepted.  Refused are line ends other than CR LF, NUL, blanks before a colon,
 * folded lines, any Transfer-Encoding, a second Content-Length or one that is not digits alone, a
 * missing or second Host, targets that are not a path.  Whoever refuses must close the connection,
 * as the place of the next request is not known.
 */
#define HTTP_HEADERS_MAX 64
#define HTTP_TARGET_MAX  2048
#define HTTP_LENGTH_MAX  9 /* digits of a Content-Length */

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OTHER };

struct http_header {
    struct text name;
    struct text value; /* without blanks at its ends */
};

struct http_head {
    enum http_method method;
    struct text path;  /* of the target, up to a '?' */
    struct text query; /* behind it, may be empty */
    struct http_header headers[HTTP_HEADERS_MAX];
    size_t header_count;
    struct text host;
    size_t content_length;
    bool close; /* the client wants no further request on this connection */
    bool expects_continue;
};

/*
 * Length of the head at the start of `bytes`, with its empty line; 0 when more must come first.
 * MALFORMED as soon as it can be seen that no good head will come of it.
 */
enum status http_head_scan(struct text bytes, size_t *length, struct fault *fault) MUST_CHECK;

/* `bytes` is exactly one head; texts of *head point into it.  MALFORMED, or LIMIT for too many
   headers. */
enum status http_head_parse(struct text bytes, struct http_head *head,
                            struct fault *fault) MUST_CHECK;

/* The value of the header, by its name in any case, ours in lower case; the empty text when it is
   absent or given more than once. */
struct text http_header_text(const struct http_head *head, struct text name);

static inline struct text http_header(const struct http_head *head, const char *name)
{
    return http_header_text(head, text_of(name));
}

/* Is the media type of the Content-Type `type`, whatever its parameters? */
bool http_is_type(const struct http_head *head, const char *type);

/* The value of a cookie; the empty text when there is none or more than one. */
struct text http_cookie(const struct http_head *head, const char *name);

/* A segment of a path with its %XX decoded, NUL-terminated; false when it is not well formed, holds
   a NUL or does not fit. */
bool http_decode(struct text segment, char *out, size_t size) MUST_CHECK;

/* Does the client like Chinese better than English?  Accept-Language, first of the two named with
   the highest weight. */
bool http_prefers_chinese(const struct http_head *head);

#endif
