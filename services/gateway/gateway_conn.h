#ifndef MILLRACE_GATEWAY_CONN_H
#define MILLRACE_GATEWAY_CONN_H

#include "services/gateway/gateway_server.h"

/*
 * Connections: TLS, the framing of requests, time limits, answers.  One request at a time a
 * connection; what a client sends ahead waits in its buffer, whose size is bounded.
 */

/* TLS 1.2 or newer with the configured certificate, listening at the configured address.  INVALID
   when a file cannot be used, UNAVAILABLE when the port is taken. */
enum status conn_listen(struct gateway *gateway, struct fault *fault) MUST_CHECK;

/* Accept nothing more and close what is idle; connections that are busy close after their
   answer. */
void conn_drain(struct gateway *gateway);
/* The list of revoked certificates was read again: who showed one shows it again, on a new
   connection. */
void conn_close_certified(struct gateway *gateway);

/* Is every answer given and sent? */
bool conn_drained(const struct gateway *gateway);
void conn_close_all(struct gateway *gateway);

/* From now on only what conn_push sends; input is thrown away.  stream_gone says when it is over.
 */
void conn_stream(struct conn *conn, struct stream *stream, struct text head);
void conn_push(struct conn *conn, struct text bytes);
size_t conn_unsent(const struct conn *conn);
void conn_end(struct conn *conn); /* of a stream: what is sent goes out, then it closes */

/* The exchange's answer, in full. */
void conn_answer(struct conn *conn, const char *head, size_t head_length, struct text body,
                 bool close);

#endif
