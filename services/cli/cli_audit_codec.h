#ifndef MILLRACE_CLI_CLI_AUDIT_CODEC_H
#define MILLRACE_CLI_CLI_AUDIT_CODEC_H

#include "common/wire/wire.h"

/* A head that was kept: what Relay.GetAuditHead answered.  Memory of the arena. */
struct audit_kept {
    const char *plant;
    uint64_t seal_no;
    const char *hash;
};

enum status audit_read_kept(struct text json, struct arena *arena, struct audit_kept *out,
                            struct fault *fault) MUST_CHECK;

/* Pages of Relay.ListAuditFindings. */
struct audit_page {
    size_t count;
    const char *next; /* NULL past the last */
    uint64_t seals;
    uint64_t rows;
};

struct audit_page audit_page(const ProtobufCMessage *findings_reply);
const char *audit_finding(const ProtobufCMessage *findings_reply, size_t i);

#endif
