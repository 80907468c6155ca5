#ifndef MILLRACE_BOM_EXPORT_H
#define MILLRACE_BOM_EXPORT_H

#include "common/io/rpc.h"

/* Bom.ExportFile: a file of the plant folder part by part, as CSV or as a workbook, with English or
   Chinese headers. */
rpc_handler_fn handle_export_file;

#endif
