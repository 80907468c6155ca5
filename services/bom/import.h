#ifndef MILLRACE_BOM_IMPORT_H
#define MILLRACE_BOM_IMPORT_H

#include "common/io/rpc.h"

/* Bom.StartImport, AddImportChunk, FinishImport: a plant folder is spooled in chunks, then checked
   as a whole and written in one transaction, or not at all. */
enum status handle_start_import(struct rpc_request *request);
enum status handle_add_import_chunk(struct rpc_request *request);
enum status handle_finish_import(struct rpc_request *request);
enum status handle_get_import(struct rpc_request *request);

#endif
