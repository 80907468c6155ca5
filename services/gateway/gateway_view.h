#ifndef MILLRACE_GATEWAY_VIEW_H
#define MILLRACE_GATEWAY_VIEW_H

#include "services/gateway/gateway_call.h"

/* Access.SaveView and Access.ListViews: how a person likes to see the lists of the pages. */
void view_call_save(struct exchange *exchange, const struct caller *caller,
                    const ProtobufCMessage *message);
void view_call_list(struct exchange *exchange, const struct caller *caller,
                    const ProtobufCMessage *message);

#endif
