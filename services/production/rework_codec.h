#ifndef MILLRACE_PRODUCTION_REWORK_CODEC_H
#define MILLRACE_PRODUCTION_REWORK_CODEC_H

#include "services/production/rework_core.h"

/* Bytes to commands of rework_core.h and back: shapes as struct post_kind wants them. */
enum status decode_rework(struct text body, struct arena *arena, const void **request,
                          struct fault *fault) MUST_CHECK;
enum status encode_rework(const void *outcome, const struct book *book, struct text *reply,
                          struct fault *fault) MUST_CHECK;
enum status decode_unbuild(struct text body, struct arena *arena, const void **request,
                           struct fault *fault) MUST_CHECK;
enum status encode_unbuild(const void *outcome, const struct book *book, struct text *reply,
                           struct fault *fault) MUST_CHECK;

#endif
