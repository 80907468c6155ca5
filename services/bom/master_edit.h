#ifndef MILLRACE_BOM_MASTER_EDIT_H
#define MILLRACE_BOM_MASTER_EDIT_H

#include "common/io/rpc.h"

/* Methods that change items, bills, routings and units, and that tell how they stand. */
rpc_handler_fn handle_edit_master;
rpc_handler_fn handle_deactivate_item;
rpc_handler_fn handle_list_master;
rpc_handler_fn handle_list_master_changes;
rpc_handler_fn handle_get_conversion;

#endif
