#include "services/gateway/gateway_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

static void take_v4(const void *bytes, struct address *out)
{
    out->origin = 0;
    memcpy(&out->origin, bytes, sizeof(struct in_addr));
    if (!inet_ntop(AF_INET, bytes, out->text, sizeof out->text))
        snprintf(out->text, sizeof out->text, "unknown");
}

static void take_v6(const struct in6_addr *v6, struct address *out)
{
    if (IN6_IS_ADDR_V4MAPPED(v6)) {
        take_v4(v6->s6_addr + 12, out);
        return;
    }
    memcpy(&out->origin, v6->s6_addr, sizeof out->origin);
    if (!inet_ntop(AF_INET6, v6, out->text, sizeof out->text))
        snprintf(out->text, sizeof out->text, "unknown");
}

void address_of(const struct sockaddr *peer, struct address *out)
{
    if (peer->sa_family == AF_INET6)
        take_v6(&((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr, out);
    else
        take_v4(&((const struct sockaddr_in *)(const void *)peer)->sin_addr, out);
}

/* A proxy adds to the client's header, or one of its own behind it. */
static struct text last_forwarded(const struct http_head *head)
{
    static const char name[] = "x-forwarded-for";
    struct text last = {NULL, 0};
    for (size_t i = 0; i < head->header_count; i++) {
        struct text at = head->headers[i].name;
        if (at.length == sizeof name - 1 && strncasecmp(at.bytes, name, at.length) == 0)
            last = head->headers[i].value;
    }
    for (size_t i = last.length; i > 0; i--) {
        if (last.bytes[i - 1] == ',' || last.bytes[i - 1] == ' ')
            return (struct text){last.bytes + i, last.length - i};
    }
    return last;
}

void address_forwarded(const struct http_head *head, struct address *address)
{
    struct text said = last_forwarded(head);
    char text[INET6_ADDRSTRLEN];
    struct in_addr v4;
    struct in6_addr v6;
    if (said.length == 0 || said.length >= sizeof text)
        return;
    memcpy(text, said.bytes, said.length);
    text[said.length] = '\0';
    if (inet_pton(AF_INET, text, &v4) == 1)
        take_v4(&v4, address);
    else if (inet_pton(AF_INET6, text, &v6) == 1)
        take_v6(&v6, address);
}
