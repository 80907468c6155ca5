#include "services/gateway/gateway_tls.h"

#include "common/io/conf.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <stdio.h>
#include <string.h>

#define CIPHERS_OF_1_2 "ECDHE+AESGCM:ECDHE+CHACHA20" /* 1.3 has good ones only */

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

/* A list of revoked certificates that cannot be used, or is out of date, lets no certificate in. */
static enum status load_revoked(SSL_CTX *tls, const char *path, struct fault *fault)
{
    X509_STORE *store = SSL_CTX_get_cert_store(tls);
    X509_LOOKUP *lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
    if (!lookup || X509_load_crl_file(lookup, path, X509_FILETYPE_PEM) < 1)
        return tls_fault(fault, "tls.client_crl", path);
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
    return STATUS_OK;
}

/* Nothing is resumed: a resumed session would not be asked for its certificate again. */
static enum status load_clients(SSL_CTX *tls, const struct conf *conf, struct fault *fault)
{
    const char *authority = conf_text(conf, "tls.client_ca");
    const char *revoked = conf_text(conf, "tls.client_crl");
    if (authority[0] == '\0')
        return STATUS_OK;
    STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(authority);
    if (!names || SSL_CTX_load_verify_locations(tls, authority, NULL) != 1) {
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        return tls_fault(fault, "tls.client_ca", authority);
    }
    SSL_CTX_set_client_CA_list(tls, names);
    SSL_CTX_set_options(tls, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(tls, 0);
    int required = conf_bool(conf, "tls.client_required") ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER | required, NULL);
    return revoked[0] == '\0' ? STATUS_OK : load_revoked(tls, revoked, fault);
}

void tls_certificate(SSL *ssl, char *name, size_t size)
{
    X509 *certificate = SSL_get0_peer_certificate(ssl);
    name[0] = '\0';
    if (!certificate)
        return;
    int length = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name,
                                           (int)size);
    if (length <= 0 || strlen(name) != (size_t)length) /* a NUL within would hide the rest */
        snprintf(name, size, "?");
}

static enum status load(SSL_CTX *tls, const struct conf *conf, struct fault *fault)
{
    const char *certificate = conf_text(conf, "tls.certificate");
    const char *key = conf_text(conf, "tls.key");
    SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
    if (SSL_CTX_set_cipher_list(tls, CIPHERS_OF_1_2) != 1)
        return tls_fault(fault, "tls.certificate", certificate);
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
    return load_clients(tls, conf, fault);
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
