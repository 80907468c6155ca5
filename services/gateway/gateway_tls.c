#include "services/gateway/gateway_tls.h"

#include "common/io/conf.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

/* NOLINTNEXTLINE(readability-function-size): the shape of an OpenSSL callback */
static int choose_http11(SSL *ssl, const unsigned char **out, unsigned char *out_length,
                         const unsigned char *offered, unsigned offered_length, void *context)
{
    (void)ssl, (void)context;
    static const unsigned char ours[] = "\x08http/1.1";
    unsigned char *chosen;
    if (SSL_select_next_proto(&chosen, out_length, ours, sizeof ours - 1, offered,
                              offered_length) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static enum status tls_fault(struct fault *fault, const char *field, const char *path)
{
    enum status status = fault_set(fault, STATUS_INVALID, field, "could not use file \"%s\"", path);
    ERR_error_string_n(ERR_get_error(), fault->detail, sizeof fault->detail);
    return status;
}

static enum status load(SSL_CTX *tls, const struct conf *conf, struct fault *fault)
{
    const char *certificate = conf_text(conf, "tls.certificate");
    const char *key = conf_text(conf, "tls.key");
    SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
    SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                 SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(tls, choose_http11, NULL);
    if (SSL_CTX_use_certificate_chain_file(tls, certificate) != 1)
        return tls_fault(fault, "tls.certificate", certificate);
    if (SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(tls) != 1)
        return tls_fault(fault, "tls.key", key);
    return STATUS_OK;
}

enum status tls_open(struct gateway *gateway, struct fault *fault)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    if (!tls)
        return fault_set(fault, STATUS_INTERNAL, "", "could not set up TLS");
    enum status status = load(tls, gateway->conf, fault);
    if (status != STATUS_OK) {
        SSL_CTX_free(tls);
        return status;
    }
    tls_close(gateway);
    gateway->tls = tls;
    return STATUS_OK;
}

void tls_close(struct gateway *gateway)
{
    SSL_CTX_free(gateway->tls); /* connections keep theirs */
    gateway->tls = NULL;
}
