#include "common/io/conf.h"
#include "tests/unit/unit.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void write_file(char path[64], const char *content)
{
    strcpy(path, "/tmp/millrace-conf-XXXXXX");
    int file = mkstemp(path);
    CU_ASSERT_TRUE_FATAL(file >= 0);
    CU_ASSERT_EQUAL_FATAL(write(file, content, strlen(content)), (ssize_t)strlen(content));
    close(file);
}

static struct conf *load(const char *process, const char *content, struct fault *fault)
{
    char path[64];
    write_file(path, content);
    char program[] = "millrace";
    char option[] = "--config";
    char *argv[] = {program, option, path, NULL};
    int argc = 3;
    struct conf *conf = NULL;
    *fault = (struct fault){0};
    enum status status = conf_load(process, &argc, argv, &conf, fault);
    unlink(path);
    CU_ASSERT_EQUAL(status, fault->status);
    CU_ASSERT_EQUAL(conf != NULL, status == STATUS_OK);
    return conf;
}

static void test_defaults_stand_without_a_file(void)
{
    char program[] = "millrace";
    char *argv[] = {program, NULL};
    int argc = 1;
    struct conf *conf = NULL;
    struct fault fault = {0};
    CU_ASSERT_EQUAL_FATAL(conf_load("bom", &argc, argv, &conf, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(conf_int(conf, "rpc.workers"), 2);
    CU_ASSERT_STRING_EQUAL(conf_text(conf, "rpc.dir"), "var/run");
    CU_ASSERT_STRING_EQUAL(conf_text(conf, "log.level"), "info");
    conf_free(&conf);
    CU_ASSERT_PTR_NULL(conf);
}

static void test_own_section_wins_over_the_shared_one(void)
{
    static const char *const content = "; a comment\n"
                                       "[gateway]\nport = 9443\nrpc.workers=3\n"
                                       "[bom]\nrpc.workers = 5\n"
                                       "[millrace]\nrpc.workers = 4\n"
                                       "sql.conninfo = host=/x dbname=y application_name='a b'\n";
    struct fault fault;
    struct conf *conf = load("gateway", content, &fault);
    CU_ASSERT_PTR_NOT_NULL_FATAL(conf);
    CU_ASSERT_EQUAL(conf_int(conf, "rpc.workers"), 3);
    CU_ASSERT_EQUAL(conf_int(conf, "port"), 9443);
    CU_ASSERT_STRING_EQUAL(conf_text(conf, "sql.conninfo"),
                           "host=/x dbname=y application_name='a b'");
    conf_free(&conf);
    conf = load("mrp", content, &fault);
    CU_ASSERT_PTR_NOT_NULL_FATAL(conf);
    CU_ASSERT_EQUAL(conf_int(conf, "rpc.workers"), 4);
    conf_free(&conf);
}

static void test_the_environment_wins_over_all(void)
{
    struct fault fault;
    setenv("MILLRACE_RPC_WORKERS", "9", 1);
    struct conf *conf = load("bom", "[bom]\nrpc.workers = 5\n", &fault);
    CU_ASSERT_PTR_NOT_NULL_FATAL(conf);
    CU_ASSERT_EQUAL(conf_int(conf, "rpc.workers"), 9);
    conf_free(&conf);

    setenv("MILLRACE_RPC_WORKERS", "none", 1);
    CU_ASSERT_PTR_NULL(load("bom", "", &fault));
    CU_ASSERT_EQUAL(fault.status, STATUS_INVALID);
    CU_ASSERT_STRING_EQUAL(fault.message, "MILLRACE_RPC_WORKERS: setting \"rpc.workers\" must be "
                                          "a number from 1 to 64");
    unsetenv("MILLRACE_RPC_WORKERS");
}

/* Every refusal: what stands in the file, and how the message ends. */
static void test_refusals_name_the_line(void)
{
    static const struct {
        const char *content;
        const char *message;
    } rows[] = {
        {"[millrace]\nrpc.worker = 1\n",
         " line 2: setting \"rpc.worker\" does not exist in section \"millrace\""},
        {"[millrace]\nport = 1\n",
         " line 2: setting \"port\" does not exist in section \"millrace\""},
        {"\n[bim]\nrpc.workers = 1\n", " line 3: section \"bim\" does not exist"},
        {"rpc.workers = 1\n", " line 1: section \"\" does not exist"},
        {"[millrace]\nrpc.workers = 0\n",
         " line 2: setting \"rpc.workers\" must be a number from 1 to 64"},
        {"[millrace]\nrpc.workers = 65\n",
         " line 2: setting \"rpc.workers\" must be a number from 1 to 64"},
        {"[millrace]\nrpc.workers = 2.5\n",
         " line 2: setting \"rpc.workers\" must be a number from 1 to 64"},
        {"[millrace]\nrpc.workers =\n",
         " line 2: setting \"rpc.workers\" must be a number from 1 to 64"},
        {"[millrace]\nrpc.workers = 2\nrpc.workers = 3\n",
         " line 3: setting \"rpc.workers\" is given twice"},
        {"[millrace]\nlog.level = loud\n",
         " line 2: setting \"log.level\" must be debug, info, warning or error"},
        {"[millrace]\nrpc.dir =\n", " line 2: setting \"rpc.dir\" must have 1 to 80 bytes"},
        /* a mistake in another process's section is a mistake too: all read the same file */
        {"[gateway]\nport = 65536\n", " line 2: setting \"port\" must be a number from 1 to 65535"},
        {"[millrace]\nwhat is this\n", " line 2: neither a section nor a setting"},
        {"[millrace\nrpc.workers = 1\n", " line 1: neither a section nor a setting"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fault fault;
        CU_ASSERT_PTR_NULL(load("bom", rows[i].content, &fault));
        CU_ASSERT_EQUAL(fault.status, STATUS_INVALID);
        size_t length = strlen(fault.message);
        size_t want = strlen(rows[i].message);
        bool same = length > want && !strcmp(fault.message + length - want, rows[i].message);
        CU_ASSERT_TRUE(same);
        if (!same)
            printf("\nwant %s\ngot  %s\n", rows[i].message, fault.message);
    }
}

static void test_a_line_too_long_is_refused(void)
{
    char content[6000] = "[millrace]\nsql.conninfo = ";
    memset(content + strlen(content), 'x', 5000);
    struct fault fault;
    CU_ASSERT_PTR_NULL(load("bom", content, &fault));
    CU_ASSERT_PTR_NOT_NULL(strstr(fault.message, " line 2: line is longer than 40"));
}

static void test_words_that_are_not_ours_stay(void)
{
    char path[64];
    write_file(path, "[millrace]\nrpc.workers = 7\n");
    char words[][80] = {"millrace-bom", "--check-sql", "", "--other"};
    snprintf(words[2], sizeof words[2], "--config=%s", path);
    char *argv[] = {words[0], words[1], words[2], words[3], NULL};
    int argc = 4;
    struct conf *conf = NULL;
    struct fault fault = {0};
    CU_ASSERT_EQUAL_FATAL(conf_load("bom", &argc, argv, &conf, &fault), STATUS_OK);
    unlink(path);
    CU_ASSERT_EQUAL(argc, 3);
    CU_ASSERT_STRING_EQUAL(argv[1], "--check-sql");
    CU_ASSERT_STRING_EQUAL(argv[2], "--other");
    CU_ASSERT_PTR_NULL(argv[3]);
    CU_ASSERT_EQUAL(conf_int(conf, "rpc.workers"), 7);
    conf_free(&conf);
}

static void test_missing_files_are_refused(void)
{
    char words[][32] = {"millrace-bom", "--config", "/nonexistent/x.ini"};
    char *argv[] = {words[0], words[1], words[2], NULL};
    int argc = 3;
    struct conf *conf = NULL;
    struct fault fault = {0};
    CU_ASSERT_EQUAL(conf_load("bom", &argc, argv, &conf, &fault), STATUS_INVALID);
    CU_ASSERT_PTR_NOT_NULL(strstr(fault.message, "could not open file \"/nonexistent/x.ini\""));

    fault = (struct fault){0};
    argv[2] = NULL;
    argc = 2;
    argv[1] = words[1];
    CU_ASSERT_EQUAL(conf_load("bom", &argc, argv, &conf, &fault), STATUS_INVALID);
    CU_ASSERT_STRING_EQUAL(fault.message, "--config needs a file");
}

/* Runs in a child, because --help ends the process. */
static void test_help_prints_the_table(void)
{
    int ends[2];
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    fflush(stdout);
    pid_t child = fork();
    CU_ASSERT_TRUE_FATAL(child >= 0);
    if (child == 0) {
        char words[][16] = {"millrace-mrp", "--help"};
        char *argv[] = {words[0], words[1], NULL};
        int argc = 2;
        struct conf *conf = NULL;
        struct fault fault = {0};
        dup2(ends[1], STDOUT_FILENO);
        _exit(conf_load("mrp", &argc, argv, &conf, &fault) == STATUS_OK ? 98 : 99);
    }
    close(ends[1]);
    char text[16384] = "";
    size_t length = 0;
    ssize_t got;
    while ((got = read(ends[0], text + length, sizeof text - 1 - length)) > 0)
        length += (size_t)got;
    close(ends[0]);
    int code = 0;
    waitpid(child, &code, 0);
    CU_ASSERT_TRUE(WIFEXITED(code) && WEXITSTATUS(code) == 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "rpc.workers"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "MILLRACE_SQL_CONNINFO"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "poll_ms"));
    CU_ASSERT_PTR_NULL(strstr(text, "tls.key"));
}

UNIT_SUITE("conf", UNIT(test_defaults_stand_without_a_file),
           UNIT(test_own_section_wins_over_the_shared_one),
           UNIT(test_the_environment_wins_over_all), UNIT(test_refusals_name_the_line),
           UNIT(test_a_line_too_long_is_refused), UNIT(test_words_that_are_not_ours_stay),
           UNIT(test_missing_files_are_refused), UNIT(test_help_prints_the_table))
