#ifndef MILLRACE_WIRE_TICKET_CODEC_H
#define MILLRACE_WIRE_TICKET_CODEC_H

#include "common/wire/ticket.h"

/* The bytes of a Ticket and what they say. */
struct ticket_content {
    struct principal principal;
    char audience[TEXT_CODE_MAX + 1];
    int64_t expires_at_us;
};

enum status ticket_encode(const struct ticket_content *content, struct arena *arena,
                          struct text *out, struct fault *fault) MUST_CHECK;

/* MALFORMED, INVALID or LIMIT when it is no ticket with a name, a plant, an audience and an end. */
enum status ticket_decode(struct text bytes, struct arena *arena, struct ticket_content *out,
                          struct fault *fault) MUST_CHECK;

#endif
