#include "common/io/rpc_wire.h"

#include "common/io/rpc_guard.h"
#include "common/io/rpc_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY "-"

struct rpc_wire rpc_wire_of(const struct conf *conf)
{
    return (struct rpc_wire){conf_text(conf, "rpc.dir"), conf_text(conf, "rpc.map"),
                             conf_text(conf, "rpc.key")};
}

struct rpc_wire rpc_wire_local(const char *dir)
{
    return (struct rpc_wire){dir, "", ""};
}

/* --- the map --- */

static bool is_key(const char *text)
{
    uint8_t bytes[RPC_KEY_BYTES];
    return strlen(text) == RPC_KEY_TEXT - 1 && zmq_z85_decode(bytes, text);
}

static bool is_address(const char *text)
{
    return strcmp(text, NOBODY) == 0 || strncmp(text, "tcp://", 6) == 0;
}

/* Names, addresses and keys of one line; the sizes are those of struct rpc_map_row, less a NUL. */
static bool parse_row(const char *line, struct rpc_map_row *row)
{
    char rest[2];
    return sscanf(line, "%31s %127s %40s %255s %1s", row->name, row->address, row->key,
                  row->accepts, rest) == 4 &&
           is_address(row->address) && is_key(row->key);
}

static enum status add_row(struct rpc_map *map, const char *line, struct fault *fault)
{
    struct rpc_map_row row;
    const char *first = line + strspn(line, " \t\r\n");
    if (*first == '\0' || *first == '#')
        return STATUS_OK;
    if (!parse_row(first, &row))
        return fault_set(fault, STATUS_INVALID, "rpc.map",
                         "name, address, public key and accepted names expected");
    if (rpc_map_find(map, row.name))
        return fault_set(fault, STATUS_INVALID, "rpc.map", "socket \"%s\" is given twice",
                         row.name);
    if (map->count == RPC_MAP_ROWS_MAX)
        return fault_set(fault, STATUS_LIMIT, "rpc.map", "more than %d sockets", RPC_MAP_ROWS_MAX);
    map->rows[map->count++] = row;
    return STATUS_OK;
}

enum status rpc_map_read(const char *path, struct rpc_map *map, struct fault *fault)
{
    char line[RPC_MAP_LINE_MAX];
    struct fault why = {0};
    int number = 0;
    map->count = 0;
    FILE *file = fopen(path, "r");
    if (!file)
        return fault_set(fault, STATUS_INVALID, "rpc.map", "could not open file \"%.120s\": %s",
                         path, strerror(errno));
    while (why.status == STATUS_OK && fgets(line, sizeof line, file)) {
        number++;
        if (strlen(line) == sizeof line - 1)
            (void)fault_set(&why, STATUS_LIMIT, "rpc.map", "line is too long");
        else
            (void)add_row(map, line, &why);
    }
    fclose(file);
    if (why.status == STATUS_OK)
        return STATUS_OK;
    map->count = 0;
    return fault_set(fault, STATUS_INVALID, "rpc.map", "\"%.120s\" line %d: %s", path, number,
                     why.message);
}

const struct rpc_map_row *rpc_map_find(const struct rpc_map *map, const char *name)
{
    for (size_t i = 0; i < map->count; i++) {
        if (strcmp(map->rows[i].name, name) == 0)
            return &map->rows[i];
    }
    return NULL;
}

/* Is the name one of those with commas between? */
static bool lists(const char *names, const char *name)
{
    size_t length = strlen(name);
    while (*names != '\0') {
        size_t here = strcspn(names, ",");
        if (here == length && memcmp(names, name, length) == 0)
            return true;
        names += names[here] == ',' ? here + 1 : here;
    }
    return false;
}

const char *rpc_map_client(const struct rpc_map *map, const char *name, const char *key)
{
    const struct rpc_map_row *server = rpc_map_find(map, name);
    for (size_t i = 0; server && i < map->count; i++) {
        const struct rpc_map_row *row = &map->rows[i];
        if (strcmp(row->key, key) == 0 && lists(server->accepts, row->name))
            return row->name;
    }
    return NULL;
}

/* --- keys --- */

static enum status key_fault(struct fault *fault, const char *path, const char *why)
{
    return fault_set(fault, STATUS_INVALID, "rpc.key", "key file \"%.120s\": %s", path, why);
}

static enum status check_mode(FILE *file, const char *path, struct fault *fault)
{
    struct stat about;
    if (fstat(fileno(file), &about) != 0 || !S_ISREG(about.st_mode))
        return key_fault(fault, path, "is not a file");
    if (about.st_mode & (S_IRWXG | S_IRWXO))
        return key_fault(fault, path, "others than its owner may use it (mode 0600 expected)");
    return STATUS_OK;
}

enum status rpc_key_read(const char *path, struct rpc_key *key, struct fault *fault)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return key_fault(fault, path, strerror(errno));
    enum status status = check_mode(file, path, fault);
    if (status == STATUS_OK && (fscanf(file, "%40s", key->secret) != 1 || !is_key(key->secret) ||
                                zmq_curve_public(key->public, key->secret) != 0))
        status = key_fault(fault, path, "is not a key of 40 characters (Z85)");
    fclose(file);
    return status;
}

enum status rpc_key_make(const char *path, struct rpc_key *key, struct fault *fault)
{
    if (zmq_curve_keypair(key->public, key->secret) != 0)
        return key_fault(fault, path, "could not make a pair of keys");
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file)
        return key_fault(fault, path, strerror(errno));
    bool written = fprintf(file, "%s\n", key->secret) > 0;
    if (fclose(file) != 0 || !written)
        return key_fault(fault, path, "could not be written");
    return STATUS_OK;
}

/* --- sockets --- */

/* What the map says about the place; *row stays NULL where it is ipc. */
static enum status look_up(const struct rpc_place *place, struct rpc_map *map,
                           const struct rpc_map_row **row, struct fault *fault)
{
    *row = NULL;
    if (place->wire->map[0] == '\0')
        return STATUS_OK;
    enum status status = rpc_map_read(place->wire->map, map, fault);
    if (status != STATUS_OK)
        return status;
    const struct rpc_map_row *found = rpc_map_find(map, place->name);
    if (found && strcmp(found->address, NOBODY) != 0)
        *row = found;
    return STATUS_OK;
}

static enum status own_key(const struct rpc_place *place, struct rpc_key *key, struct fault *fault)
{
    if (place->wire->key[0] == '\0')
        return fault_set(fault, STATUS_INVALID, "rpc.key",
                         "socket \"%s\" is tcp, which needs a key of our own", place->name);
    return rpc_key_read(place->wire->key, key, fault);
}

static void set_text(void *socket, int option, const char *text)
{
    int rc = zmq_setsockopt(socket, option, text, strlen(text));
    ASSERT(rc == 0);
}

static enum status bind_tcp(const struct rpc_place *place, const struct rpc_map_row *row,
                            struct rpc_guard **guard, struct fault *fault)
{
    struct rpc_key key;
    if (own_key(place, &key, fault) != STATUS_OK)
        return fault->status;
    if (strcmp(key.public, row->key) != 0)
        return fault_set(fault, STATUS_INVALID, "rpc.key",
                         "the map has another key for socket \"%s\" than file \"%.120s\"",
                         place->name, place->wire->key);
    rpc_socket_set(place->socket, ZMQ_CURVE_SERVER, 1);
    set_text(place->socket, ZMQ_CURVE_SECRETKEY, key.secret);
    if (rpc_guard_start(place, guard, fault) != STATUS_OK)
        return fault->status;
    return rpc_socket_bind(place->socket, row->address, fault);
}

static enum status connect_tcp(const struct rpc_place *place, const struct rpc_map_row *row,
                               struct fault *fault)
{
    struct rpc_key key;
    if (own_key(place, &key, fault) != STATUS_OK)
        return fault->status;
    set_text(place->socket, ZMQ_CURVE_SERVERKEY, row->key);
    set_text(place->socket, ZMQ_CURVE_PUBLICKEY, key.public);
    set_text(place->socket, ZMQ_CURVE_SECRETKEY, key.secret);
    return rpc_socket_connect(place->socket, row->address, fault);
}

static enum status open_ipc(const struct rpc_place *place, bool binds, struct fault *fault)
{
    char address[RPC_ADDRESS_MAX];
    enum status status = rpc_socket_address(place->wire->dir, place->name, address, fault);
    if (status != STATUS_OK)
        return status;
    return binds ? rpc_socket_bind(place->socket, address, fault)
                 : rpc_socket_connect(place->socket, address, fault);
}

/* Binds where there is a place for a guard, else connects. */
static enum status open_place(const struct rpc_place *place, struct rpc_guard **guard,
                              struct fault *fault)
{
    const struct rpc_map_row *row = NULL;
    struct rpc_map *map = malloc(sizeof *map);
    ASSERT(map);
    enum status status = look_up(place, map, &row, fault);
    if (status == STATUS_OK && !row)
        status = open_ipc(place, guard != NULL, fault);
    else if (status == STATUS_OK)
        status = guard ? bind_tcp(place, row, guard, fault) : connect_tcp(place, row, fault);
    free(map);
    return status;
}

enum status rpc_wire_bind(const struct rpc_place *place, struct rpc_guard **guard,
                          struct fault *fault)
{
    *guard = NULL;
    return open_place(place, guard, fault);
}

enum status rpc_wire_connect(const struct rpc_place *place, struct fault *fault)
{
    return open_place(place, NULL, fault);
}
