#include "services/gateway/gateway_command.h"

#include "common/io/rpc_wire.h"
#include "common/wire/role.h"
#include "services/gateway/gateway_access.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define COMMAND_ARENA_BYTES (4 * MIB)
#define EXIT_REFUSED        1
#define EXIT_USAGE          2
#define EXIT_SYSTEM         3

struct words {
    const char *create_user;
    const char *create_token;
    const char *role;
    const char *plant;
    const char *login;
};

static int usage(void)
{
    fprintf(stderr, "usage: millrace-gateway --config FILE\n"
                    "       ... --create-user LOGIN --role ROLE [--plant P]   (password on stdin)\n"
                    "       ... --create-token NAME [--login LOGIN]\n"
                    "       ... --create-key FILE   (for rpc.key; prints the public half)\n");
    return EXIT_USAGE;
}

static bool read_words(int argc, char **argv, struct words *words)
{
    const struct {
        const char *name;
        const char **value;
    } options[] = {{"--create-user", &words->create_user},
                   {"--create-token", &words->create_token},
                   {"--role", &words->role},
                   {"--plant", &words->plant},
                   {"--login", &words->login}};

    for (int at = 1; at < argc; at += 2) {
        size_t i = 0;
        while (i < COUNT_OF(options) && strcmp(options[i].name, argv[at]) != 0)
            i++;
        if (i == COUNT_OF(options) || at + 1 == argc || *options[i].value)
            return false;
        *options[i].value = argv[at + 1];
    }
    return true;
}

static int report(const struct fault *fault)
{
    fprintf(stderr, "millrace-gateway: %s%s%s\n", fault->message, fault->detail[0] ? ": " : "",
            fault->detail);
    return status_http(fault->status) >= 500 ? EXIT_SYSTEM : EXIT_REFUSED;
}

static bool read_password(char password[ACCESS_PASSWORD_MAX + 2])
{
    if (!fgets(password, ACCESS_PASSWORD_MAX + 2, stdin))
        return false;
    password[strcspn(password, "\r\n")] = '\0';
    return true;
}

static enum status create_user(struct sql *sql, struct arena *arena, const struct words *words,
                               struct fault *fault)
{
    char password[ACCESS_PASSWORD_MAX + 2];
    uint32_t bit;
    struct access_user user = {
        .job = {.arena = arena}, .login = words->create_user, .active = true};
    if (!role_parse(words->role, &bit))
        return fault_set(fault, STATUS_INVALID, "role", "role \"%s\" does not exist", words->role);
    if (!read_password(password))
        return fault_set(fault, STATUS_INVALID, "password", "no password on standard input");
    user.password = password;
    if (!grants_add(&user.grants, words->plant ? words->plant : GRANT_ALL, bit))
        return fault_set(fault, STATUS_LIMIT, "plant", "too many plants");
    enum status status = access_user_check(&user, fault);
    if (status == STATUS_OK && access_user_work(&user.job, sql) != STATUS_OK) {
        *fault = user.job.fault;
        status = fault->status;
    }
    sodium_memzero(password, sizeof password);
    return status;
}

/* The owner of tokens made here without --login: its password hash is none, so nobody logs in. */
static enum status make_local(struct sql *sql, struct arena *arena, const struct grants *grants,
                              struct fault *fault)
{
    struct store_roles roles;
    struct store_change change = {.login = STORE_LOCAL_LOGIN,
                                  .password_hash = STORE_NO_PASSWORD,
                                  .roles = &roles,
                                  .active = true};
    enum status status = role_names_of(grants, arena, &roles, fault);
    struct store_act act = {.arena = arena,
                            .subject = ACT_OF_USER,
                            .act = {.plant = text_of(ACT_NO_PLANT),
                                    .by = text_of(STORE_LOCAL_LOGIN),
                                    .method = text_of("Access.SetUser"),
                                    .object = text_of(STORE_LOCAL_LOGIN)}};
    return status != STATUS_OK ? status : store_set_user(sql, &act, &change, fault);
}

static enum status create_token(struct sql *sql, struct arena *arena, const struct words *words,
                                struct fault *fault)
{
    struct store_user owner;
    struct access_token token = {.job = {.arena = arena},
                                 .login = words->login ? words->login : STORE_LOCAL_LOGIN,
                                 .name = words->create_token,
                                 .days = STORE_TOKEN_DAYS_MAX};
    enum status status = STATUS_OK;
    /* of somebody: whatever his own roles are */
    if (!grants_add(&token.grants, GRANT_ALL, words->login ? ROLE_EVERY : ROLE_ADMINISTRATOR))
        return fault_set(fault, STATUS_LIMIT, "roles", "too many roles");
    if (!words->login)
        status = make_local(sql, arena, &token.grants, fault);
    else
        status = store_find_user(sql, arena, words->login, &owner, fault);
    if (status == STATUS_OK && words->login && !owner.exists)
        return fault_set(fault, STATUS_NOT_FOUND, "login", "user \"%s\" does not exist",
                         words->login);
    if (status != STATUS_OK)
        return status;
    if (access_token_work(&token.job, sql) != STATUS_OK) {
        *fault = token.job.fault;
        return fault->status;
    }
    printf("%s\n", token.secret);
    return STATUS_OK;
}

static int run(const struct conf *conf, const struct words *words)
{
    struct fault fault = {0};
    struct sql *sql = NULL;
    struct arena *arena = arena_new(COMMAND_ARENA_BYTES);
    if (!arena)
        return EXIT_SYSTEM;
    enum status status = sql_open(conf_text(conf, "sql.conninfo"), &store_schema, &sql, &fault);
    if (status == STATUS_OK)
        status = words->create_user ? create_user(sql, arena, words, &fault)
                                    : create_token(sql, arena, words, &fault);
    int code = status == STATUS_OK ? 0 : report(&fault);
    sql_close(&sql);
    arena_free(&arena);
    return code;
}

/* The pair of a process that talks to other hosts (common/io/rpc_wire.h). */
static int create_key(const char *path)
{
    struct fault fault = {0};
    struct rpc_key key;
    if (rpc_key_make(path, &key, &fault) != STATUS_OK)
        return report(&fault);
    printf("%s\n", key.public);
    sodium_memzero(&key, sizeof key);
    return 0;
}

/* As rpc_serve does for the services: tests/sql/statements.sh asks every program. */
static int check_sql(const struct conf *conf)
{
    struct fault fault = {0};
    struct sql *sql = NULL;
    enum status status = sql_open(conf_text(conf, "sql.conninfo"), &store_schema, &sql, &fault);
    if (status == STATUS_OK)
        status = sql_check(sql, &fault);
    sql_close(&sql);
    return status == STATUS_OK ? 0 : report(&fault);
}

int command_run(const struct conf *conf, int argc, char **argv)
{
    struct words words = {0};
    if (argc <= 1)
        return -1;
    if (argc == 2 && strcmp(argv[1], "--check-sql") == 0)
        return check_sql(conf);
    if (argc == 3 && strcmp(argv[1], "--create-key") == 0)
        return create_key(argv[2]);
    if (!read_words(argc, argv, &words) || !words.create_user == !words.create_token)
        return usage();
    if (words.create_user ? !words.role || words.login : words.role || words.plant)
        return usage();
    return run(conf, &words);
}
