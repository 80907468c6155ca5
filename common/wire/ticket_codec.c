#include "common/wire/ticket_codec.h"

#include "common/wire/role.h"
#include "common/wire/wire.h"
#include "proto/envelope.pb-c.h"

#include <string.h>

/* protobuf-c's structs hold char *, also for what they only read. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

enum status ticket_encode(const struct ticket_content *content, struct arena *arena,
                          struct text *out, struct fault *fault)
{
    Millrace__Role roles[ROLE_COUNT];
    Millrace__Ticket ticket;
    millrace__ticket__init(&ticket);
    ticket.principal = borrowed(content->principal.name);
    ticket.plant = borrowed(content->principal.plant);
    ticket.audience = borrowed(content->audience);
    ticket.device = borrowed(content->principal.device);
    ticket.has_expires_at_us = true;
    ticket.expires_at_us = content->expires_at_us;
    ticket.roles = roles;
    for (unsigned number = 1; number <= ROLE_COUNT; number++) {
        if (content->principal.roles & (1u << number))
            roles[ticket.n_roles++] = (Millrace__Role)number;
    }
    return wire_pack(&ticket.base, arena, out, fault);
}

/* Copies a text that must have 1 to size - 1 bytes. */
static enum status copy_text(const char *field, const char *from, char *to, size_t size,
                             struct fault *fault)
{
    size_t length = from ? strlen(from) : 0;
    if (length == 0 || length >= size)
        return fault_set(fault, STATUS_INVALID, field, "text of 1 to %zu bytes expected", size - 1);
    memcpy(to, from, length + 1);
    return STATUS_OK;
}

static enum status copy_texts(const Millrace__Ticket *ticket, struct ticket_content *content,
                              struct fault *fault)
{
    struct principal *who = &content->principal;
    enum status status =
        copy_text("principal", ticket->principal, who->name, sizeof who->name, fault);
    if (status == STATUS_OK)
        status = copy_text("plant", ticket->plant, who->plant, sizeof who->plant, fault);
    if (status == STATUS_OK)
        status = copy_text("audience", ticket->audience, content->audience,
                           sizeof content->audience, fault);
    if (status == STATUS_OK && ticket->device && ticket->device[0] != '\0')
        status = copy_text("device", ticket->device, who->device, sizeof who->device, fault);
    return status;
}

enum status ticket_decode(struct text bytes, struct arena *arena, struct ticket_content *out,
                          struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__ticket__descriptor, bytes, arena, &message, fault);
    if (status != STATUS_OK)
        return status;

    const Millrace__Ticket *ticket = (const Millrace__Ticket *)message;
    struct ticket_content content = {0};
    status = copy_texts(ticket, &content, fault);
    if (status != STATUS_OK)
        return status;
    if (!ticket->has_expires_at_us)
        return fault_set(fault, STATUS_INVALID, "expires_at_us", "ticket has no end");
    content.expires_at_us = ticket->expires_at_us;
    for (size_t i = 0; i < ticket->n_roles; i++)
        content.principal.roles |= 1u << (unsigned)ticket->roles[i];
    *out = content;
    return STATUS_OK;
}
