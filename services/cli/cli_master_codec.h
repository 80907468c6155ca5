#ifndef MILLRACE_CLI_CLI_MASTER_CODEC_H
#define MILLRACE_CLI_CLI_MASTER_CODEC_H

#include "common/wire/wire.h"

/* Rows of Bom.ListMaster: what a row says in a column, and its number. */
size_t master_row_count(const ProtobufCMessage *list_master_reply);
uint32_t master_row_number(const ProtobufCMessage *list_master_reply, size_t row);

/* NULL: nothing. */
const char *master_row_cell(const ProtobufCMessage *list_master_reply, size_t row,
                            const char *column);

#endif
