#ifndef MILLRACE_IO_RPC_SOCKET_H
#define MILLRACE_IO_RPC_SOCKET_H

#include "common/base/status.h"
#include "common/base/text.h"
#include "common/io/rpc_wire.h"

#include <zmq.h>

/*
 * Making ZeroMQ sockets with the settings of design/architecture.md section 4; private to rpc and
 * feed.  Each of them was found to fail without: a peer that never finishes its handshake, one
 * that is gone without a word, a queue without end, a close that waits for ever.
 */
#define RPC_HIGH_WATER_MARK     4096 /* messages a peer and direction */
#define RPC_HANDSHAKE_MS        2000
#define RPC_HEARTBEAT_MS        1000
#define RPC_HEARTBEAT_LIMIT_MS  3000
#define RPC_RECONNECT_MS        20
#define RPC_RECONNECT_MOST_MS   200
#define RPC_ENVELOPE_ROOM_BYTES (4 * KIB) /* a frame may be a little larger than a body */

/* What is ready together for one peer travels as one message of several pairs [head, body]: each
   message by itself may wake two threads of libzmq and the receiver, which costs more than to serve
   it.  More pairs would keep the receiver waiting for the last of them. */
#define RPC_PAIRS_MAX 16

struct rpc_socket_kind {
    int type;           /* ZMQ_ROUTER, ... */
    size_t message_max; /* a larger frame closes its peer's connection */
};

void *rpc_socket_new(void *context, struct rpc_socket_kind kind);

/* A socket that is closed gives the last messages a moment: enough for answers to leave, and with
   none at all libzmq 4.3.4 aborts (session_base.cpp:260) when the connection of a message that was
   read half is lost at the same time.  NULL-safe. */
#define RPC_LINGER_MS 200
void rpc_socket_free(void *socket);

/* "mrp", and "mrp-2" for its second instance. */
void rpc_socket_instance(const char *process, unsigned instance, char name[RPC_PROCESS_MAX]);

/* "ipc://<dir>/<name>.sock"; UNAVAILABLE when it is longer than a socket's path may be. */
enum status rpc_socket_address(const char *dir, const char *name, char address[RPC_ADDRESS_MAX],
                               struct fault *fault) MUST_CHECK;

/* INVALID when the folder is missing or the address cannot be taken. */
enum status rpc_socket_bind(void *socket, const char *address, struct fault *fault) MUST_CHECK;
enum status rpc_socket_connect(void *socket, const char *address, struct fault *fault) MUST_CHECK;

void rpc_socket_set(void *socket, int option, int value);
int rpc_socket_get(void *socket, int option);

/* A copy of the bytes as one frame, never waiting.  False: not sent, errno says why. */
bool rpc_socket_send(void *socket, struct text bytes, int flags);

/*
 * All frames of the next message, without waiting: at most `room` are kept, *count says how many
 * came.  False when there is no message.  rpc_frames_release closes them.
 */
bool rpc_socket_receive(void *socket, zmq_msg_t *frames, size_t room, size_t *count);
void rpc_frames_release(zmq_msg_t *frames, size_t count);
struct text rpc_frame_text(zmq_msg_t *frame);

#endif
