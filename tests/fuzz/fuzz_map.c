/* Any bytes as the map of sockets (common/io/rpc_wire.h): what is taken is well formed. */
#include "common/io/rpc_wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file without a name, made when first used. */
static const char *file_of(const uint8_t *data, size_t size)
{
    static char path[32];
    static int fd = -1;
    if (fd < 0) {
        char name[] = "/tmp/millrace-map-XXXXXX";
        fd = mkstemp(name);
        ASSERT(fd >= 0 && unlink(name) == 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    bool written = ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size;
    ASSERT(written);
    return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct rpc_map map;
    struct fault fault = {0};
    if (rpc_map_read(file_of(data, size), &map, &fault) != STATUS_OK) {
        ASSERT(map.count == 0 && fault.status == STATUS_INVALID);
        return 0;
    }
    for (size_t i = 0; i < map.count; i++) {
        const struct rpc_map_row *row = &map.rows[i];
        ASSERT(rpc_map_find(&map, row->name) == row);
        ASSERT(strlen(row->key) == RPC_KEY_TEXT - 1);
        const char *client = rpc_map_client(&map, row->name, row->key);
        ASSERT(!client || rpc_map_find(&map, client));
    }
    return 0;
}
