#ifndef MILLRACE_RELAY_WEBHOOK_CORE_H
#define MILLRACE_RELAY_WEBHOOK_CORE_H

#include "common/base/status.h"
#include "common/base/text.h"

/*
 * Where webhooks may go and when they are tried again.  Pure.
 *
 * A target is an https URL without user and fragment.  Its host is looked up before each delivery
 * and every address must be a public one, whatever way it is written (an IPv4 address inside an
 * IPv6 one too); the connection then goes to the address that was checked.  Redirects are not
 * followed.  Where private targets are allowed, http is as well.
 */
#define WEBHOOK_URL_MAX       1024
#define WEBHOOK_HOST_MAX      255
#define WEBHOOK_TRIES         12
#define WEBHOOK_TRIES_MAX     30
#define WEBHOOK_PAUSE_MS      1000 /* before the second try; doubles */
#define WEBHOOK_PAUSE_MOST_MS (60 * 60 * 1000)

struct webhook_target {
    bool https;
    char host[WEBHOOK_HOST_MAX + 1]; /* without the brackets of an IPv6 address */
    int port;
};

/* INVALID with field "url". */
enum status webhook_parse(struct text url, bool allow_private, struct webhook_target *out,
                          struct fault *fault) MUST_CHECK;

/* Is the address (4 or 16 bytes, network order) one of the public internet? */
bool webhook_is_public(const uint8_t *address, size_t length);

/* Milliseconds to wait after that many failures (1 ...) of one event. */
int64_t webhook_pause_ms(int64_t failures);

/* Is the kind ("stock") among those wanted ("stock,work_order"; "": all)? */
bool webhook_wants(struct text kinds, const char *kind);

#endif
