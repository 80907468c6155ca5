/* Any bytes as a workbook: read or refused, never more than the limits; what was read is rows of
   text that the CSV reader takes. */
#include "common/base/base.h"
#include "common/io/sheet.h"
#include "common/plant/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct csv csv;
    struct fault fault = {.status = STATUS_OK};
    char name[SHEET_NAME_MAX];
    struct text text;
    struct csv_row row;
    uint32_t line = 0;
    if (sheet_read((struct text){(const char *)data, size}, &text, name, &fault) != STATUS_OK) {
        ASSERT(fault.status != STATUS_OK);
        return 0;
    }
    csv_init(&csv, text);
    while (csv_next(&csv, &row)) {
        ASSERT(row.line > line);
        line = row.line;
    }
    sheet_free(&text);
    return 0;
}
