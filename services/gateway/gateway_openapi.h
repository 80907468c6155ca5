#ifndef MILLRACE_GATEWAY_OPENAPI_H
#define MILLRACE_GATEWAY_OPENAPI_H

#include "common/base/status.h"
#include "common/base/text.h"

/*
 * The description of the API (OpenAPI 3.1), made once at start from the descriptors of proto/, the
 * role table and the status table: a method, a field, a role or an outcome that is added there is
 * described here without further work.
 */
struct document;

#define OPENAPI_BYTES_MAX    (4 * MIB)
#define OPENAPI_MESSAGES_MAX 512
#define OPENAPI_EXAMPLE_MAX  (16 * KIB)

enum status openapi_new(struct document **out, struct fault *fault) MUST_CHECK;
void openapi_free(struct document **document); /* NULL-safe */
/* "planner, administrator": who may call the method; `own`: it names no plant.  Cut off where it
   does not fit. */
void openapi_roles(const char *method, bool own, char *out, size_t size);

struct text openapi_text(const struct document *document);

#endif
