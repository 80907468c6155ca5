#define _DEFAULT_SOURCE /* madvise */
#include "common/io/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder_file {
    char path[PATH_MAX];
    char draft[PATH_MAX];
    FILE *stream;
};

static enum status system_fault(struct fault *fault, const char *doing, const char *path)
{
    return fault_set(fault, STATUS_UNAVAILABLE, "", "could not %s \"%s\": %s", doing, path,
                     strerror(errno));
}

#define HUGE_PAGE_BYTES  ((size_t)2 * MIB)
#define HUGE_BYTES_LEAST (4 * HUGE_PAGE_BYTES)

/* A large file is read into huge pages: one fault for 2 MiB, and when they are freed what comes
   next gets them whole. */
static char *buffer_new(size_t bytes)
{
    void *buffer;
    if (bytes < HUGE_BYTES_LEAST)
        return malloc(bytes);
    if (posix_memalign(&buffer, HUGE_PAGE_BYTES, bytes) != 0)
        return NULL;
    (void)madvise(buffer, bytes, MADV_HUGEPAGE); /* without them it is as right, and slower */
    return buffer;
}

static enum status read_whole(int fd, size_t size, const char *path, struct text *bytes,
                              struct fault *fault)
{
    char *buffer = buffer_new(size + 1);
    size_t used = 0;
    if (!buffer)
        return fault_set(fault, STATUS_LIMIT, "", "no memory for \"%s\"", path);
    while (used < size) {
        ssize_t got = read(fd, buffer + used, size - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            free(buffer);
            return system_fault(fault, "read", path);
        }
        if (got == 0)
            break;
        used += (size_t)got;
    }
    *bytes = (struct text){buffer, used};
    return STATUS_OK;
}

static enum status path_join(char path[PATH_MAX], const char *dir, const char *file,
                             struct fault *fault)
{
    int length = snprintf(path, PATH_MAX, "%s/%s", dir, file);
    if (length < 0 || length >= PATH_MAX)
        return fault_set(fault, STATUS_INVALID, "", "path is too long");
    return STATUS_OK;
}

enum status folder_read(const char *dir, const char *file, struct text *bytes, struct fault *fault)
{
    char path[PATH_MAX];
    struct stat about;
    enum status status = path_join(path, dir, file, fault);
    if (status != STATUS_OK)
        return status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return fault_set(fault, STATUS_NOT_FOUND, "", "file \"%s\" does not exist", path);
    if (fd < 0)
        return system_fault(fault, "open", path);
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
        status = fault_set(fault, STATUS_UNAVAILABLE, "", "\"%s\" is not a file", path);
    else if ((size_t)about.st_size > FOLDER_FILE_MAX)
        status = fault_set(fault, STATUS_LIMIT, "", "file \"%s\" is too long", path);
    else
        status = read_whole(fd, (size_t)about.st_size, path, bytes, fault);
    close(fd);
    return status;
}

void folder_file_free(struct text *bytes)
{
    union {
        const char *given;
        void *owned;
    } memory = {.given = bytes->bytes};

    free(memory.owned);
    *bytes = (struct text){NULL, 0};
}

enum status folder_make(const char *dir, struct fault *fault)
{
    struct stat about;
    if (mkdir(dir, 0777) == 0)
        return STATUS_OK;
    if (errno != EEXIST)
        return system_fault(fault, "make folder", dir);
    if (stat(dir, &about) != 0 || !S_ISDIR(about.st_mode))
        return fault_set(fault, STATUS_UNAVAILABLE, "", "\"%s\" is not a folder", dir);
    return STATUS_OK;
}

enum status folder_file_new(const char *dir, const char *file, struct folder_file **out,
                            struct fault *fault)
{
    struct folder_file *made = calloc(1, sizeof(*made));
    if (!made)
        return fault_set(fault, STATUS_LIMIT, "", "no memory for \"%s\"", file);
    enum status status = path_join(made->path, dir, file, fault);
    int length = snprintf(made->draft, PATH_MAX, "%s/.%s.%ld", dir, file, (long)getpid());
    if (status == STATUS_OK && (length < 0 || length >= PATH_MAX))
        status = fault_set(fault, STATUS_INVALID, "", "path is too long");
    if (status == STATUS_OK) {
        made->stream = fopen(made->draft, "wb");
        if (!made->stream)
            status = system_fault(fault, "create", made->draft);
    }
    if (status != STATUS_OK) {
        free(made);
        return status;
    }
    *out = made;
    return STATUS_OK;
}

enum status folder_file_write(struct folder_file *file, struct text bytes, struct fault *fault)
{
    if (bytes.length > 0 && fwrite(bytes.bytes, 1, bytes.length, file->stream) != bytes.length)
        return system_fault(fault, "write", file->draft);
    return STATUS_OK;
}

enum status folder_file_write_at(struct folder_file *file, struct text bytes, uint64_t offset,
                                 struct fault *fault)
{
    const int fd = fileno(file->stream);
    for (size_t done = 0; done < bytes.length;) {
        ssize_t put = pwrite(fd, bytes.bytes + done, bytes.length - done, (off_t)(offset + done));
        if (put < 0 && errno != EINTR)
            return system_fault(fault, "write", file->draft);
        done += put > 0 ? (size_t)put : 0;
    }
    return STATUS_OK;
}

enum status folder_file_finish(struct folder_file **file, struct fault *fault)
{
    struct folder_file *done = *file;
    bool flushed = fflush(done->stream) == 0;
    bool closed = fclose(done->stream) == 0;
    enum status status = STATUS_OK;
    if (!flushed || !closed || rename(done->draft, done->path) != 0) {
        status = system_fault(fault, "write", done->path);
        unlink(done->draft);
    }
    free(done);
    *file = NULL;
    return status;
}

void folder_file_cancel(struct folder_file **file)
{
    if (!*file)
        return;
    fclose((*file)->stream);
    unlink((*file)->draft);
    free(*file);
    *file = NULL;
}
