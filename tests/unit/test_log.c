#include "common/io/log.h"
#include "tests/unit/unit.h"

#include <string.h>
#include <unistd.h>

/* stderr stands aside into a file while one line is written; what was written comes back. */
struct capture {
    int saved;
    FILE *file;
    char text[8192];
};

static void capture_begin(struct capture *capture)
{
    fflush(stderr);
    capture->saved = dup(STDERR_FILENO);
    capture->file = tmpfile();
    CU_ASSERT_PTR_NOT_NULL_FATAL(capture->file);
    CU_ASSERT_EQUAL_FATAL(dup2(fileno(capture->file), STDERR_FILENO), STDERR_FILENO);
}

static const char *capture_end(struct capture *capture)
{
    CU_ASSERT_EQUAL_FATAL(dup2(capture->saved, STDERR_FILENO), STDERR_FILENO);
    close(capture->saved);
    rewind(capture->file);
    size_t length = fread(capture->text, 1, sizeof capture->text - 1, capture->file);
    capture->text[length] = '\0';
    fclose(capture->file);
    return capture->text;
}

static void test_a_line_has_service_level_and_message(void)
{
    struct capture capture;
    log_open("bom", LOG_INFO);
    capture_begin(&capture);
    log_write(LOG_WARNING, "read %d items", 7);
    const char *line = capture_end(&capture);
    CU_ASSERT_EQUAL(strncmp(line, "{\"ts\":\"20", 9), 0);
    const char *rest = strstr(line, "Z\"");
    CU_ASSERT_PTR_NOT_NULL_FATAL(rest);
    CU_ASSERT_STRING_EQUAL(
        rest, "Z\",\"level\":\"warning\",\"service\":\"bom\",\"message\":\"read 7 items\"}\n");
}

/* More than one write takes: all of it comes, line by line, and not before it is let go. */
static void test_held_lines_leave_in_order(void)
{
    struct capture capture;
    const int lines = 60;
    capture_begin(&capture);
    log_hold();
    log_write(LOG_WARNING, "held 0");
    CU_ASSERT_EQUAL(lseek(STDERR_FILENO, 0, SEEK_CUR), 0);
    for (int i = 1; i < lines; i++)
        log_write(LOG_WARNING, "held %d", i);
    log_release();
    const char *at = capture_end(&capture);
    for (int i = 0; i < lines; i++) {
        char want[64];
        snprintf(want, sizeof want, "\"message\":\"held %d\"}\n", i);
        at = strstr(at, want);
        CU_ASSERT_PTR_NOT_NULL_FATAL(at);
        at += strlen(want);
    }
    CU_ASSERT_EQUAL(*at, '\0');
}

static void test_values_are_escaped(void)
{
    static const struct {
        const char *raw;
        const char *escaped;
    } rows[] = {
        {"a\"b\\c", "a\\\"b\\\\c"},
        {"one\ntwo\r\t\x01\x1f\x7f", "one\\ntwo\\u000d\\u0009\\u0001\\u001f\\u007f"},
        {"螺丝 M4", "螺丝 M4"},
        {"bad \xff\xc3(", "bad \xef\xbf\xbd\xef\xbf\xbd("},
        {"overlong \xc0\xaf", "overlong \xef\xbf\xbd\xef\xbf\xbd"},
        {"cut \xe8\x9e", "cut \xef\xbf\xbd\xef\xbf\xbd"},
        {"\",\"level\":\"error", "\\\",\\\"level\\\":\\\"error"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct capture capture;
        char want[128];
        capture_begin(&capture);
        log_write(LOG_ERROR, "%s", rows[i].raw);
        const char *line = capture_end(&capture);
        snprintf(want, sizeof want, "\"message\":\"%s\"}\n", rows[i].escaped);
        CU_ASSERT_PTR_NOT_NULL(strstr(line, want));
    }
}

static void test_the_context_is_there_until_cleared(void)
{
    struct capture capture;
    struct log_context context = {
        .trace = {{1, 2}}, .plant = "DE\"MO", .principal = "mei", .method = "Bom.GetBill"};
    log_about(&context);
    capture_begin(&capture);
    log_write(LOG_INFO, "x");
    const char *line = capture_end(&capture);
    CU_ASSERT_PTR_NOT_NULL(strstr(
        line,
        "\"trace\":\"01020000-0000-0000-0000-000000000000\",\"plant\":\"DE\\\"MO\",\"principal\":"
        "\"mei\",\"method\":\"Bom.GetBill\",\"message\":\"x\"}\n"));
    log_about(NULL);
    capture_begin(&capture);
    log_write(LOG_INFO, "x");
    CU_ASSERT_PTR_NULL(strstr(capture_end(&capture), "trace"));
}

static void test_levels_below_the_least_are_left_out(void)
{
    struct capture capture;
    log_open("bom", LOG_WARNING);
    capture_begin(&capture);
    log_write(LOG_INFO, "no");
    log_request(STATUS_OK, NULL, 5);
    CU_ASSERT_STRING_EQUAL(capture_end(&capture), "");
    log_open("bom", LOG_INFO);
}

static void test_a_request_says_status_time_and_fault(void)
{
    struct capture capture;
    struct fault fault = {0};
    (void)fault_set(&fault, STATUS_INTERNAL, "lines[0].quantity", "internal error");
    snprintf(fault.detail, sizeof fault.detail, "SQLSTATE 42P01");
    capture_begin(&capture);
    log_request(STATUS_INTERNAL, &fault, 4012);
    const char *line = capture_end(&capture);
    CU_ASSERT_PTR_NOT_NULL(strstr(line, "\"level\":\"error\""));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(line, "\"status\":\"INTERNAL\",\"ms\":4.012,\"field\":\"lines[0].quantity\","
                     "\"detail\":\"SQLSTATE 42P01\",\"message\":\"internal error\"}\n"));
}

/* 2000 control characters are 12000 bytes when escaped: more than a line. */
static void test_long_lines_are_cut_and_say_so(void)
{
    struct capture capture;
    char message[2001];
    memset(message, 1, 2000);
    message[2000] = '\0';
    capture_begin(&capture);
    log_write(LOG_INFO, "%s", message);
    const char *line = capture_end(&capture);
    CU_ASSERT_TRUE(strlen(line) <= 4096);
    CU_ASSERT_TRUE(strlen(line) > 4000);
    CU_ASSERT_PTR_NOT_NULL(strstr(line, "\\u0001\",\"truncated\":true}\n"));
}

static void test_level_names(void)
{
    enum log_level level = LOG_INFO;
    CU_ASSERT_TRUE(log_level_parse("error", &level));
    CU_ASSERT_EQUAL(level, LOG_ERROR);
    CU_ASSERT_FALSE(log_level_parse("Error", &level));
    CU_ASSERT_FALSE(log_level_parse("", &level));
    CU_ASSERT_EQUAL(level, LOG_ERROR);
}

UNIT_SUITE("log", UNIT(test_a_line_has_service_level_and_message),
           UNIT(test_held_lines_leave_in_order), UNIT(test_values_are_escaped),
           UNIT(test_the_context_is_there_until_cleared),
           UNIT(test_levels_below_the_least_are_left_out),
           UNIT(test_a_request_says_status_time_and_fault),
           UNIT(test_long_lines_are_cut_and_say_so), UNIT(test_level_names))
