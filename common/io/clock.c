#include "common/io/clock.h"

#include "common/base/date.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define US_OF_SECOND INT64_C(1000000)
#define US_OF_DAY    (INT64_C(86400) * US_OF_SECOND)

static int64_t clock_read_us(clockid_t id)
{
    struct timespec now;
    int failed = clock_gettime(id, &now);
    ASSERT(!failed);
    return (int64_t)now.tv_sec * US_OF_SECOND + now.tv_nsec / 1000;
}

int64_t clock_unix_us(void)
{
    return clock_read_us(CLOCK_REALTIME);
}

int64_t clock_monotonic_us(void)
{
    return clock_read_us(CLOCK_MONOTONIC);
}

/* getrandom only fails for our mistakes once the kernel's pool is ready, and waits until it is. */
void clock_random(void *bytes, size_t count)
{
    char *at = bytes;
    while (count > 0) {
        ssize_t got = getrandom(at, count, 0);
        if (got < 0) {
            ASSERT(errno == EINTR);
            continue;
        }
        at += got;
        count -= (size_t)got;
    }
}

struct uuid clock_uuid(void)
{
    uint8_t random[10];
    clock_random(random, sizeof random);
    return uuid_v7(clock_unix_us() / 1000, random);
}

void clock_sleep_us(int64_t us)
{
    ASSERT(us >= 0);
    struct timespec left = {.tv_sec = (time_t)(us / US_OF_SECOND),
                            .tv_nsec = (long)(us % US_OF_SECOND) * 1000};
    while (nanosleep(&left, &left) != 0)
        ASSERT(errno == EINTR);
}

static void put_digits(char *at, int count, int64_t value)
{
    while (count-- > 0) {
        at[count] = (char)('0' + value % 10);
        value /= 10;
    }
}

size_t clock_format_us(int64_t unix_us, char text[CLOCK_TEXT_MAX])
{
    int64_t day = unix_us / US_OF_DAY;
    int64_t rest = unix_us % US_OF_DAY;
    if (rest < 0) {
        rest += US_OF_DAY;
        day--;
    }
    ASSERT(day >= DATE_MIN && day <= DATE_MAX);
    date_format((date)day, text);

    static const char pattern[] = "T00:00:00.000000Z"; /* by hand: each line of log has one */
    _Static_assert(sizeof pattern == CLOCK_TEXT_MAX - 10, "as long as its room");
    int64_t seconds = rest / US_OF_SECOND;
    memcpy(text + 10, pattern, sizeof pattern);
    put_digits(text + 11, 2, seconds / 3600);
    put_digits(text + 14, 2, seconds / 60 % 60);
    put_digits(text + 17, 2, seconds % 60);
    put_digits(text + 20, 6, rest % US_OF_SECOND);
    return CLOCK_TEXT_MAX - 1;
}
