#include "common/io/rpc_socket.h"

#include <errno.h>
#include <stdio.h>

#define SOCKET_PATH_MAX 107 /* sun_path less its NUL */

void rpc_socket_set(void *socket, int option, int value)
{
    int rc = zmq_setsockopt(socket, option, &value, sizeof value);
    ASSERT(rc == 0);
}

int rpc_socket_get(void *socket, int option)
{
    int value = 0;
    size_t size = sizeof value;
    int rc;
    do /* ZMQ_EVENTS looks into the socket's mailbox, which a signal may disturb */
        rc = zmq_getsockopt(socket, option, &value, &size);
    while (rc < 0 && errno == EINTR);
    ASSERT(rc == 0);
    return value;
}

void *rpc_socket_new(void *context, struct rpc_socket_kind kind)
{
    void *socket = zmq_socket(context, kind.type);
    ASSERT(socket);
    int64_t message_max = (int64_t)kind.message_max;
    int rc = zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &message_max, sizeof message_max);
    ASSERT(rc == 0);
    rpc_socket_set(socket, ZMQ_SNDHWM, RPC_HIGH_WATER_MARK);
    rpc_socket_set(socket, ZMQ_RCVHWM, RPC_HIGH_WATER_MARK);
    rpc_socket_set(socket, ZMQ_LINGER, 0);
    rpc_socket_set(socket, ZMQ_HANDSHAKE_IVL, RPC_HANDSHAKE_MS);
    rpc_socket_set(socket, ZMQ_HEARTBEAT_IVL, RPC_HEARTBEAT_MS);
    rpc_socket_set(socket, ZMQ_HEARTBEAT_TIMEOUT, RPC_HEARTBEAT_LIMIT_MS);
    rpc_socket_set(socket, ZMQ_RECONNECT_IVL, RPC_RECONNECT_MS);
    rpc_socket_set(socket, ZMQ_RECONNECT_IVL_MAX, RPC_RECONNECT_MOST_MS);
    if (kind.type == ZMQ_ROUTER) {
        rpc_socket_set(socket, ZMQ_ROUTER_MANDATORY, 1);
        rpc_socket_set(socket, ZMQ_ROUTER_HANDOVER, 0);
    }
    return socket;
}

void rpc_socket_free(void *socket)
{
    if (!socket)
        return;
    rpc_socket_set(socket, ZMQ_LINGER, RPC_LINGER_MS);
    zmq_close(socket);
}

void rpc_socket_instance(const char *process, unsigned instance, char name[RPC_PROCESS_MAX])
{
    int length = instance > 1 ? snprintf(name, RPC_PROCESS_MAX, "%s-%u", process, instance)
                              : snprintf(name, RPC_PROCESS_MAX, "%s", process);
    ASSERT(length > 0 && length < RPC_PROCESS_MAX);
}

enum status rpc_socket_address(const char *dir, const char *name, char address[RPC_ADDRESS_MAX],
                               struct fault *fault)
{
    int length = snprintf(address, RPC_ADDRESS_MAX, "ipc://%s/%s.sock", dir, name);
    if (length < 0 || (size_t)length >= sizeof "ipc://" + SOCKET_PATH_MAX)
        return fault_set(fault, STATUS_INVALID, "rpc.dir",
                         "path of socket \"%s\" in folder \"%s\" is too long", name, dir);
    return STATUS_OK;
}

enum status rpc_socket_bind(void *socket, const char *address, struct fault *fault)
{
    if (zmq_bind(socket, address) != 0)
        return fault_set(fault, STATUS_INVALID, "rpc.dir", "could not listen at \"%s\": %s",
                         address, zmq_strerror(errno));
    return STATUS_OK;
}

enum status rpc_socket_connect(void *socket, const char *address, struct fault *fault)
{
    if (zmq_connect(socket, address) != 0)
        return fault_set(fault, STATUS_INVALID, "rpc.dir", "could not connect to \"%s\": %s",
                         address, zmq_strerror(errno));
    return STATUS_OK;
}

bool rpc_socket_send(void *socket, struct text bytes, int flags)
{
    int rc;
    do
        rc = zmq_send(socket, bytes.bytes, bytes.length, flags | ZMQ_DONTWAIT);
    while (rc < 0 && errno == EINTR);
    return rc >= 0;
}

bool rpc_socket_receive(void *socket, zmq_msg_t *frames, size_t room, size_t *count)
{
    *count = 0;
    bool more = true;
    while (more) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(&frame);
            if (errno == EINTR)
                continue;
            ASSERT(*count == 0); /* a message comes whole */
            return false;
        }
        more = zmq_msg_more(&frame) != 0;
        if (*count < room) {
            zmq_msg_init(&frames[*count]);
            zmq_msg_move(&frames[*count], &frame);
        }
        zmq_msg_close(&frame);
        (*count)++;
    }
    return true;
}

void rpc_frames_release(zmq_msg_t *frames, size_t count)
{
    for (size_t i = 0; i < count; i++)
        zmq_msg_close(&frames[i]);
}

struct text rpc_frame_text(zmq_msg_t *frame)
{
    return (struct text){zmq_msg_data(frame), zmq_msg_size(frame)};
}
