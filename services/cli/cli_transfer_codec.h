#ifndef MILLRACE_CLI_CLI_TRANSFER_CODEC_H
#define MILLRACE_CLI_CLI_TRANSFER_CODEC_H

#include "common/wire/wire.h"

/* What import and export read out of the answers of service Bom. */

struct text transfer_job(const ProtobufCMessage *start_import_reply); /* 16 bytes */

/* The reply of Bom.FinishImport. */
struct transfer_result {
    uint64_t error_count;
    size_t error_shown;
    char *const *errors;
    size_t file_count;
};

struct transfer_result transfer_result(const ProtobufCMessage *finish_import_reply);

struct transfer_file {
    const char *name;
    uint32_t rows;
    bool merged; /* into a plant that had data: the rest is given */
    uint32_t added;
    uint32_t changed;
    uint32_t unchanged;
    uint32_t missing;
    uint32_t removed;
    uint32_t follow;
};

struct transfer_file transfer_file(const ProtobufCMessage *finish_import_reply, size_t file);

/* The reply of a method that gives a file in parts: bytes, and where to go on ("" at the end). */
struct text transfer_content(const ProtobufCMessage *answer, const char **next);

#endif
