#ifndef MILLRACE_CLI_CLI_PRINT_CODEC_H
#define MILLRACE_CLI_CLI_PRINT_CODEC_H

#include "common/wire/wire.h"

/* Pages of Inventory.PrintLabels and Inventory.PrintPicks. */
struct print_page {
    const char *name;
    struct text svg;
};

size_t print_count(const ProtobufCMessage *print_reply);
struct print_page print_page(const ProtobufCMessage *print_reply, size_t page);

#endif
