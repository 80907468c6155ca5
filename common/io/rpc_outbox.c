#include "common/io/rpc_queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct rpc_outbox {
    pthread_mutex_t mutex;
    struct rpc_item *head;
    struct rpc_item **tail;
    int fd;
};

struct rpc_outbox *rpc_outbox_new(void)
{
    struct rpc_outbox *outbox = calloc(1, sizeof *outbox);
    ASSERT(outbox);
    pthread_mutex_init(&outbox->mutex, NULL);
    outbox->tail = &outbox->head;
    outbox->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    ASSERT(outbox->fd >= 0);
    return outbox;
}

void rpc_outbox_free(struct rpc_outbox **outbox)
{
    if (!*outbox)
        return;
    ASSERT(!(*outbox)->head);
    close((*outbox)->fd);
    pthread_mutex_destroy(&(*outbox)->mutex);
    free(*outbox);
    *outbox = NULL;
}

void rpc_outbox_put(struct rpc_outbox *outbox, struct rpc_item *const *items, size_t count)
{
    pthread_mutex_lock(&outbox->mutex);
    bool was_empty = outbox->head == NULL;
    for (size_t i = 0; i < count; i++) {
        items[i]->next = NULL;
        *outbox->tail = items[i];
        outbox->tail = &items[i]->next;
    }
    pthread_mutex_unlock(&outbox->mutex);
    if (was_empty && count > 0) {
        eventfd_t one = 1;
        int rc = eventfd_write(outbox->fd, one);
        ASSERT(rc == 0);
    }
}

struct rpc_item *rpc_outbox_take_all(struct rpc_outbox *outbox)
{
    eventfd_t ignored;
    (void)eventfd_read(outbox->fd, &ignored); /* nothing to read is fine */
    pthread_mutex_lock(&outbox->mutex);
    struct rpc_item *items = outbox->head;
    outbox->head = NULL;
    outbox->tail = &outbox->head;
    pthread_mutex_unlock(&outbox->mutex);
    return items;
}

int rpc_outbox_fd(const struct rpc_outbox *outbox)
{
    return outbox->fd;
}
