#ifndef MILLRACE_RECEIPT_CODEC_H
#define MILLRACE_RECEIPT_CODEC_H

#include "services/receipt/receipt_core.h"

/* Bytes to structs and back; the only file here that includes a generated header. */
extern const void *const receipt_descriptor;

enum status decode_post_receipt(struct text body, struct arena *arena,
                                struct receipt_command *command, struct fault *fault) MUST_CHECK;
enum status encode_post_receipt(const struct receipt_outcome *outcome, const struct book *book,
                                struct text *reply, struct fault *fault) MUST_CHECK;

#endif
