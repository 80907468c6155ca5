#include "services/cli/cli_audit_codec.h"

#include "common/wire/json.h"
#include "proto/relay.pb-c.h"

enum status audit_read_kept(struct text json, struct arena *arena, struct audit_kept *out,
                            struct fault *fault)
{
    ProtobufCMessage *message;
    enum status status =
        json_to_message(&millrace__get_audit_head_reply__descriptor, json, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetAuditHeadReply *head = (const void *)message;
    *out = (struct audit_kept){head->plant ? head->plant : "", head->seal_no,
                               head->hash ? head->hash : ""};
    return STATUS_OK;
}

struct audit_page audit_page(const ProtobufCMessage *findings_reply)
{
    const Millrace__ListAuditFindingsReply *reply = (const void *)findings_reply;
    return (struct audit_page){reply->n_findings, reply->next, reply->checked_seals,
                               reply->checked_rows};
}

const char *audit_finding(const ProtobufCMessage *findings_reply, size_t i)
{
    const Millrace__ListAuditFindingsReply *reply = (const void *)findings_reply;
    return reply->findings[i]->finding;
}
