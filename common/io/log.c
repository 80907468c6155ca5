#include "common/io/log.h"

#include "common/base/decimal.h"
#include "common/base/text.h"
#include "common/io/clock.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A pipe takes up to 4096 bytes in one piece, so that lines of processes that share one do not
   mix either. */
#define LOG_LINE_MAX    4096
#define LOG_MESSAGE_MAX 2048 /* as formatted; escaping may lengthen it */
#define LOG_VALUE_MAX   160  /* one escaped value of the context */
#define LOG_DETAIL_MAX  600
#define LOG_CLOSING     24 /* ,"truncated":true} and the line feed */
#define LOG_SERVICE_MAX 32

/* Each value is cut to its own room, so that the line always fits and always ends well. */
struct log_line {
    size_t length;
    bool truncated;
    char bytes[LOG_LINE_MAX];
};

static const char *const log_level_names[] = {
    [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARNING] = "warning", [LOG_ERROR] = "error"};

static char log_service[LOG_SERVICE_MAX];
static _Atomic int log_least = LOG_INFO;
static _Thread_local struct log_context log_context;

/* Lines that wait for log_release. */
static _Thread_local struct {
    bool on;
    size_t length;
    char bytes[LOG_LINE_MAX];
} log_held;

void log_open(const char *service, enum log_level least)
{
    snprintf(log_service, sizeof log_service, "%s", service);
    atomic_store(&log_least, (int)least);
}

void log_about(const struct log_context *context)
{
    log_context = context ? *context : (struct log_context){0};
}

bool log_level_parse(const char *name, enum log_level *out)
{
    for (size_t i = 0; i < COUNT_OF(log_level_names); i++) {
        if (strcmp(name, log_level_names[i]) == 0) {
            *out = (enum log_level)i;
            return true;
        }
    }
    return false;
}

static bool log_wanted(enum log_level level)
{
    return (int)level >= atomic_load_explicit(&log_least, memory_order_relaxed);
}

static void line_put(struct log_line *line, const char *bytes, size_t length)
{
    ASSERT(length <= LOG_LINE_MAX - line->length);
    memcpy(line->bytes + line->length, bytes, length);
    line->length += length;
}

static void line_raw(struct log_line *line, const char *text)
{
    line_put(line, text, strlen(text));
}

/* Length of the well-formed UTF-8 character at `bytes`, 0 when there is none. */
static size_t character_length(const char *bytes, size_t left)
{
    unsigned char lead = (unsigned char)bytes[0];
    size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (length > left || !text_is_utf8((struct text){bytes, length}))
        return 0;
    return length;
}

/* What stands for the character at `bytes` inside a JSON string; returns how many it took. */
static size_t character_escape(const char *bytes, size_t left, char escaped[8])
{
    size_t length = character_length(bytes, left);
    unsigned char byte = (unsigned char)bytes[0];
    if (length == 0) {
        strcpy(escaped, "\xef\xbf\xbd"); /* U+FFFD for what is not UTF-8 */
        return 1;
    }
    if (byte == '"' || byte == '\\')
        snprintf(escaped, 8, "\\%c", byte);
    else if (byte == '\n')
        strcpy(escaped, "\\n");
    else if (byte < 0x20 || byte == 0x7f)
        snprintf(escaped, 8, "\\u%04x", byte);
    else {
        memcpy(escaped, bytes, length);
        escaped[length] = '\0';
    }
    return length;
}

/* How many of the bytes stand for themselves: nearly always all. */
static size_t plain_length(const char *bytes, size_t left)
{
    size_t length = 0;
    while (length < left && bytes[length] >= 0x20 && bytes[length] < 0x7f && bytes[length] != '"' &&
           bytes[length] != '\\')
        length++;
    return length;
}

#define MEMBER(name) ",\"" name "\":\""

/* What stands before the value, which has at most `room` bytes when it is escaped. */
static void line_value(struct log_line *line, const char *before, const char *value, size_t room)
{
    if (!value || !*value)
        return;
    line_raw(line, before);
    size_t left = strlen(value);
    while (left > 0) {
        char escaped[8];
        size_t plain = plain_length(value, left < room ? left : room);
        line_put(line, value, plain);
        room -= plain;
        value += plain;
        left -= plain;
        if (left == 0)
            break;
        size_t taken = character_escape(value, left, escaped);
        if (strlen(escaped) > room) {
            line->truncated = true;
            break;
        }
        line_raw(line, escaped);
        room -= strlen(escaped);
        value += taken;
        left -= taken;
    }
    line_raw(line, "\"");
}

/* A short word of our own, in which nothing is to be escaped. */
static void line_word(struct log_line *line, const char *before, const char *word)
{
    line_raw(line, before);
    line_raw(line, word);
    line_raw(line, "\"");
}

static void line_begin(struct log_line *line, enum log_level level)
{
    char time[CLOCK_TEXT_MAX];
    clock_format_us(clock_unix_us(), time);
    line->length = 0;
    line->truncated = false;
    line_word(line, "{\"ts\":\"", time);
    line_word(line, MEMBER("level"), log_level_names[level]);
    line_value(line, MEMBER("service"), log_service, LOG_VALUE_MAX);
    if (!uuid_is_nil(log_context.trace)) {
        char trace[UUID_TEXT_MAX];
        uuid_format(log_context.trace, trace);
        line_word(line, MEMBER("trace"), trace);
    }
    line_value(line, MEMBER("plant"), log_context.plant, LOG_VALUE_MAX);
    line_value(line, MEMBER("principal"), log_context.principal, LOG_VALUE_MAX);
    line_value(line, MEMBER("method"), log_context.method, LOG_VALUE_MAX);
    line_value(line, MEMBER("address"), log_context.address, LOG_VALUE_MAX);
    line_value(line, MEMBER("device"), log_context.device, LOG_VALUE_MAX);
}

/* What cannot be written is lost: there is nowhere to say so. */
static void write_out(const char *bytes, size_t length)
{
    ssize_t written;
    do
        written = write(STDERR_FILENO, bytes, length);
    while (written < 0 && errno == EINTR);
}

static void held_out(void)
{
    if (log_held.length > 0)
        write_out(log_held.bytes, log_held.length);
    log_held.length = 0;
}

void log_hold(void)
{
    log_held.on = true;
}

void log_release(void)
{
    held_out();
    log_held.on = false;
}

static void line_out(const struct log_line *line)
{
    if (!log_held.on) {
        write_out(line->bytes, line->length);
        return;
    }
    if (line->length > sizeof log_held.bytes - log_held.length)
        held_out();
    memcpy(log_held.bytes + log_held.length, line->bytes, line->length);
    log_held.length += line->length;
}

static void line_end(struct log_line *line, const char *message)
{
    size_t taken = line->length + strlen(",\"message\":\"\"") + LOG_CLOSING;
    ASSERT(taken < LOG_LINE_MAX);
    line_value(line, MEMBER("message"), message, LOG_LINE_MAX - taken);
    line_raw(line, line->truncated ? ",\"truncated\":true}\n" : "}\n");
    line_out(line);
}

void log_write(enum log_level level, const char *format, ...)
{
    if (!log_wanted(level))
        return;
    char message[LOG_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(message, sizeof message, format, args);
    va_end(args);

    struct log_line line;
    line_begin(&line, level);
    line.truncated = length >= (int)sizeof message;
    line_end(&line, message);
}

static void line_fault(struct log_line *line, const struct fault *fault)
{
    line_value(line, MEMBER("field"), fault->field, LOG_VALUE_MAX);
    line_value(line, MEMBER("detail"), fault->detail, LOG_DETAIL_MAX);
}

void log_fault(enum log_level level, const struct fault *fault, const char *doing)
{
    if (!log_wanted(level))
        return;
    struct log_line line;
    line_begin(&line, level);
    line_word(&line, MEMBER("status"), status_name(fault->status));
    line_fault(&line, fault);
    line_value(&line, MEMBER("doing"), doing, LOG_VALUE_MAX);
    line_end(&line, fault->message);
}

/* Refusals are the caller's business; what the operator must mend stands out. */
static enum log_level level_of(enum status status)
{
    if (status == STATUS_INTERNAL)
        return LOG_ERROR;
    return status_retryable(status) ? LOG_WARNING : LOG_INFO;
}

static void line_ms(struct log_line *line, int64_t elapsed_us)
{
    char digits[DECIMAL_TEXT_MAX];
    line_raw(line, ",\"ms\":");
    line_put(line, digits, decimal_format(elapsed_us, 3, digits));
}

void log_request(enum status status, const struct fault *fault, int64_t elapsed_us)
{
    if (!log_wanted(level_of(status)))
        return;
    struct log_line line;
    line_begin(&line, level_of(status));
    line_word(&line, MEMBER("status"), status_name(status));
    line_ms(&line, elapsed_us);
    if (fault && status != STATUS_OK)
        line_fault(&line, fault);
    line_end(&line, fault && status != STATUS_OK ? fault->message : "served");
}
