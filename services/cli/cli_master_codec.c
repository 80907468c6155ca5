#include "services/cli/cli_master_codec.h"

#include "proto/bom.pb-c.h"

#include <string.h>

size_t master_row_count(const ProtobufCMessage *list_master_reply)
{
    const Millrace__ListMasterReply *reply = (const void *)list_master_reply;
    return reply->n_rows;
}

uint32_t master_row_number(const ProtobufCMessage *list_master_reply, size_t row)
{
    const Millrace__ListMasterReply *reply = (const void *)list_master_reply;
    return reply->rows[row]->row;
}

const char *master_row_cell(const ProtobufCMessage *list_master_reply, size_t row,
                            const char *column)
{
    const Millrace__ListMasterReply *reply = (const void *)list_master_reply;
    const Millrace__MasterRow *found = reply->rows[row];
    for (size_t i = 0; i < found->n_cells; i++) {
        if (strcmp(found->cells[i]->column, column) == 0)
            return found->cells[i]->value;
    }
    return NULL;
}
