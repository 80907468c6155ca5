/*
 * Linked with the objects of millrace-gateway into bench_plain_gateway, for ops/bench secure: the
 * same gateway without TLS, without looking who asks and without the table of roles, so that what
 * these cost can be measured.  It is no setting of the product; nobody but that benchmark starts
 * it.
 */
#include "common/wire/role.h"
#include "services/gateway/gateway_caller.h"

#include <event2/bufferevent_ssl.h>
#include <openssl/ssl.h>

struct bufferevent *__wrap_bufferevent_openssl_socket_new(struct event_base *base,
                                                          evutil_socket_t fd, SSL *ssl,
                                                          enum bufferevent_ssl_state state,
                                                          int options);
SSL *__wrap_bufferevent_openssl_get_ssl(struct bufferevent *bev);
int __wrap_SSL_shutdown(SSL *ssl);
void __wrap_caller_identify(struct exchange *exchange, caller_found_fn *found);
enum status __wrap_role_permit(const char *method, const struct principal *caller,
                               struct fault *fault);

struct bufferevent *__wrap_bufferevent_openssl_socket_new(struct event_base *base,
                                                          evutil_socket_t fd, SSL *ssl,
                                                          enum bufferevent_ssl_state state,
                                                          int options)
{
    (void)state;
    SSL_free(ssl);
    return bufferevent_socket_new(base, fd, options);
}

SSL *__wrap_bufferevent_openssl_get_ssl(struct bufferevent *bev)
{
    (void)bev;
    return NULL;
}

int __wrap_SSL_shutdown(SSL *ssl)
{
    (void)ssl;
    return 0;
}

void __wrap_caller_identify(struct exchange *exchange, caller_found_fn *found)
{
    static struct caller anybody = {.login = "bench-plain"};
    if (anybody.own.count == 0 && !grants_add(&anybody.own, GRANT_ALL, ROLE_ADMINISTRATOR))
        ASSERT(false && "one plant finds room");
    found(exchange, &anybody);
}

enum status __wrap_role_permit(const char *method, const struct principal *caller,
                               struct fault *fault)
{
    (void)method, (void)caller, (void)fault;
    return STATUS_OK;
}
