#ifndef MILLRACE_IO_RPC_CODEC_H
#define MILLRACE_IO_RPC_CODEC_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/base/text.h"
#include "common/base/uuid.h"

/* The messages of proto/envelope.proto as plain structs; private to rpc. */

#define RPC_ENVELOPE_MAX (2 * KIB) /* far above what the fields below can fill */
#define RPC_HEAD_MAX     KIB
#define RPC_METHOD_MAX   96 /* "Production.PostIssue" and its NUL */

struct rpc_envelope {
    const char *method; /* never NULL */
    const char *plant;  /* "" for none */
    struct uuid id;     /* of the request: the same in each resend */
    struct uuid trace;
    struct uuid key; /* nil: none */
    struct text ticket;
    struct text signature;
    uint32_t timeout_ms; /* 0: not said */
};

/* Texts must be within their limits; returns the length. */
size_t rpc_envelope_pack(const struct rpc_envelope *envelope, uint8_t bytes[RPC_ENVELOPE_MAX]);

/* As far as it goes: *out->id is set whenever the bytes hold one, so that a refusal finds its way
   back; the rest only with STATUS_OK. */
enum status rpc_envelope_unpack(struct text bytes, struct arena *arena, struct rpc_envelope *out,
                                struct fault *fault) MUST_CHECK;

struct rpc_head {
    struct uuid id;
    enum status status;
    const char *field;
    const char *message;
    bool repeated;
    uint32_t instance; /* of UNAVAILABLE: who to ask; 0: not said */
};

size_t rpc_head_pack(const struct rpc_head *head, uint8_t bytes[RPC_HEAD_MAX]);
enum status rpc_head_unpack(struct text bytes, struct arena *arena, struct rpc_head *out,
                            struct fault *fault) MUST_CHECK;

struct rpc_health {
    const char *service;
    const char *version;
    const char *waiting_for; /* NULL: ready */
    int64_t started_at_us;
};

enum status rpc_health_pack(const struct rpc_health *health, struct arena *arena, struct text *out,
                            struct fault *fault) MUST_CHECK;
enum status rpc_metrics_pack(const char *text, struct arena *arena, struct text *out,
                             struct fault *fault) MUST_CHECK;

#endif
