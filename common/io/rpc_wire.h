#ifndef MILLRACE_IO_RPC_WIRE_H
#define MILLRACE_IO_RPC_WIRE_H

#include "common/io/conf.h"

/*
 * Where the sockets of an installation are.  On one host: ipc in the folder rpc.dir (mode 0750),
 * and nothing else is needed.  Between hosts: tcp with CURVE, by a map that is the same file on all
 * of them (rpc.map), a line a socket:
 *
 *     # name      address                public key (Z85)     whose clients it takes
 *     gateway     -                      Yne@$w-vo<fVvi...    -
 *     production  tcp://10.0.0.2:7102    rq:rM>}U?@Lns4...    gateway
 *     relay       tcp://10.0.0.2:7108    ...                  gateway
 *     doorbell    tcp://10.0.0.2:7109    ... (the relay's)    bom,mrp,production,order
 *
 * A socket that has no line, or whose address is "-", is ipc.  `name` is a process ("mrp-2" its
 * second instance), "doorbell" or "events".  A server takes exactly the clients whose key stands in
 * a line that its own line names; a client takes only the server with the key of its line.  Each
 * process has its own secret key in a file that nobody else may read (rpc.key).
 */
#define RPC_PROCESS_MAX    32 /* "mrp-2" and its NUL */
#define RPC_ADDRESS_MAX    128
#define RPC_MAP_ROWS_MAX   64
#define RPC_MAP_LINE_MAX   512
#define RPC_MAP_ACCEPT_MAX 256
#define RPC_KEY_BYTES      32
#define RPC_KEY_TEXT       41 /* Z85 and its NUL */

struct rpc_wire {
    const char *dir; /* of the ipc sockets */
    const char *map; /* "" where all is on one host */
    const char *key; /* file of our secret key; "" where no socket of ours is tcp */
};

/* Points into the configuration, which must last. */
struct rpc_wire rpc_wire_of(const struct conf *conf);

/* Everything on one host, the sockets in folder `dir`. */
struct rpc_wire rpc_wire_local(const char *dir);

/* --- the map --- */

struct rpc_map_row {
    char name[RPC_PROCESS_MAX];
    char address[RPC_ADDRESS_MAX];
    char key[RPC_KEY_TEXT];
    char accepts[RPC_MAP_ACCEPT_MAX]; /* names with commas between, "-" for nobody */
};

struct rpc_map {
    struct rpc_map_row rows[RPC_MAP_ROWS_MAX];
    size_t count;
};

/* INVALID with file and line when it cannot be read or is not as described above. */
enum status rpc_map_read(const char *path, struct rpc_map *map, struct fault *fault) MUST_CHECK;

/* NULL: no such line. */
const struct rpc_map_row *rpc_map_find(const struct rpc_map *map, const char *name);

/* The name of the client with this key where the line of socket `name` takes it, else NULL. */
const char *rpc_map_client(const struct rpc_map *map, const char *name, const char *key);

/* --- keys --- */

struct rpc_key {
    char secret[RPC_KEY_TEXT];
    char public[RPC_KEY_TEXT];
};

/* INVALID when the file cannot be read, is no key or may be read by others than its owner. */
enum status rpc_key_read(const char *path, struct rpc_key *key, struct fault *fault) MUST_CHECK;

/* Makes a new pair and writes the secret half to the file (mode 0600), which must not exist. */
enum status rpc_key_make(const char *path, struct rpc_key *key, struct fault *fault) MUST_CHECK;

/* --- sockets --- */

struct rpc_guard;

/* Takes the address of `name`.  *guard checks the keys of callers, NULL on ipc: see rpc_guard.h for
   its end. */
struct rpc_place {
    const struct rpc_wire *wire;
    const char *name;
    void *context;
    void *socket;
};

enum status rpc_wire_bind(const struct rpc_place *place, struct rpc_guard **guard,
                          struct fault *fault) MUST_CHECK;
enum status rpc_wire_connect(const struct rpc_place *place, struct fault *fault) MUST_CHECK;

#endif
