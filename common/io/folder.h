#ifndef MILLRACE_IO_FOLDER_H
#define MILLRACE_IO_FOLDER_H

#include "common/base/status.h"
#include "common/base/text.h"

/* Whole files of a folder: the only place where CSV meets the file system. */

#define FOLDER_FILE_MAX ((size_t)4096 * MIB)

/*
 * The bytes of dir/file; folder_file_free(&bytes) when done.  NOT_FOUND: there is no such file;
 * UNAVAILABLE: it cannot be read; LIMIT: it is longer than FOLDER_FILE_MAX.
 */
enum status folder_read(const char *dir, const char *file, struct text *bytes,
                        struct fault *fault) MUST_CHECK;
void folder_file_free(struct text *bytes);

/* Make the folder, with its parents' last one only, where it is missing. */
enum status folder_make(const char *dir, struct fault *fault) MUST_CHECK;

/* Collects bytes for a file that appears whole or not at all: written beside it, then renamed. */
struct folder_file;

enum status folder_file_new(const char *dir, const char *file, struct folder_file **out,
                            struct fault *fault) MUST_CHECK;
enum status folder_file_write(struct folder_file *file, struct text bytes,
                              struct fault *fault) MUST_CHECK;

/* Bytes at a place of the file, by any thread, next to others that write other places; not together
   with folder_file_write. */
enum status folder_file_write_at(struct folder_file *file, struct text bytes, uint64_t offset,
                                 struct fault *fault) MUST_CHECK;

/* Put the file in its place and free it. */
enum status folder_file_finish(struct folder_file **file, struct fault *fault) MUST_CHECK;

/* Forget what was written. NULL-safe. */
void folder_file_cancel(struct folder_file **file);

#endif
