#include "common/ledger/post_pause.h"

#include "common/io/clock.h"

#ifdef MILLRACE_PAUSES

# include <fcntl.h>
# include <stdio.h>
# include <unistd.h>

# define PATH_MAX_BYTES 512
# define LOOK_AGAIN_US  1000

static char folder[PATH_MAX_BYTES]; /* "": no pauses */

void post_pause_open(const char *rpc_dir)
{
    int length = snprintf(folder, sizeof folder, "%s/pause", rpc_dir);
    if (length < 0 || (size_t)length >= sizeof folder)
        folder[0] = '\0';
}

void post_pause(struct uuid key, char step)
{
    char name[UUID_TEXT_MAX];
    char path[PATH_MAX_BYTES + UUID_TEXT_MAX + 16];
    char here[sizeof path + 8];
    if (folder[0] == '\0' || access(folder, F_OK) != 0)
        return;
    uuid_format(key, name);
    snprintf(path, sizeof path, "%s/%s.%c", folder, name, step);
    if (access(path, F_OK) != 0)
        return;
    snprintf(here, sizeof here, "%s.here", path);
    int file = open(here, O_CREAT | O_WRONLY, 0666);
    if (file >= 0)
        close(file);
    int64_t until = clock_monotonic_us() + PAUSE_LIMIT_US;
    while (access(path, F_OK) == 0 && clock_monotonic_us() < until)
        clock_sleep_us(LOOK_AGAIN_US);
}

#endif
