#ifndef MILLRACE_WIRE_CATALOG_H
#define MILLRACE_WIRE_CATALOG_H

#include "common/base/base.h"

#include <protobuf-c/protobuf-c.h>

/*
 * All services of proto/ and the process that answers each: what the gateway, the CLI's generic
 * `call`, the API description and the tests walk through.
 */
struct catalog_service {
    const ProtobufCServiceDescriptor *descriptor;
    const char *process; /* "production"; "gateway" for Access, "" for Node, which all answer */
};

/* NULL past the last one. */
const struct catalog_service *catalog_service(size_t index);

/* "Production.PostIssue"; NULL when there is no such method.  *service may be NULL. */
const ProtobufCMethodDescriptor *catalog_method(const char *name,
                                                const struct catalog_service **service);

/* Does the method change anything, so that it needs an idempotency key?  All do but those whose
   name begins with one of a few verbs, and those that the gateway answers by itself. */
bool catalog_writes(const char *name);

#endif
