#ifndef MILLRACE_CLI_CLI_JSON_H
#define MILLRACE_CLI_CLI_JSON_H

#include "common/base/arena.h"
#include "common/base/text.h"

/* A request of the command line, put together member by member in an arena. */
struct cli_json {
    struct arena *arena;
    char *bytes;
    size_t length;
    size_t capacity;
    bool full; /* out of memory; told by cli_json_done */
};

void cli_json_init(struct cli_json *json, struct arena *arena);
void cli_json_text(struct cli_json *json, const char *name, struct text value);
void cli_json_raw(struct cli_json *json, const char *name, const char *value); /* number, true */
void cli_json_base64(struct cli_json *json, const char *name, struct text value);

/* An object or a list as a member; name NULL: as an element of a list. */
void cli_json_open(struct cli_json *json, const char *name, char bracket);
void cli_json_close(struct cli_json *json, char bracket);

/* The object; "" when memory was full. */
struct text cli_json_done(struct cli_json *json);

#endif
