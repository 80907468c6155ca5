#include "common/io/sheet.h"

#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

struct writing {
    lxw_worksheet *sheet;
    struct text csv;
    size_t at;
    char *field; /* room for one cell */
    lxw_row_t row;
    lxw_col_t column;
};

/* The next field into writing->field; false at the end.  *last: a row ends behind it. */
static bool next_field(struct writing *writing, bool *last)
{
    size_t length = 0;
    const char *bytes = writing->csv.bytes;
    size_t end = writing->csv.length;
    bool quoted = writing->at < end && bytes[writing->at] == '"';
    if (writing->at >= end)
        return false;
    for (writing->at += quoted; writing->at < end; writing->at++) {
        char at = bytes[writing->at];
        bool twice = quoted && at == '"' && writing->at + 1 < end && bytes[writing->at + 1] == '"';
        if (quoted && at == '"' && !twice) {
            quoted = false;
            continue;
        }
        if (!quoted && (at == ',' || at == '\n'))
            break;
        writing->at += twice;
        if (length < SHEET_TEXT_MAX && (quoted || at != '\r'))
            writing->field[length++] = at;
    }
    writing->field[length] = '\0';
    *last = writing->at >= end || bytes[writing->at] == '\n';
    writing->at++;
    return true;
}

static bool put_cells(struct writing *writing)
{
    bool last;
    while (next_field(writing, &last)) {
        if (writing->field[0] != '\0' &&
            worksheet_write_string(writing->sheet, writing->row, writing->column, writing->field,
                                   NULL) != LXW_NO_ERROR)
            return false;
        writing->row += last;
        writing->column = last ? 0 : (lxw_col_t)(writing->column + 1);
    }
    return true;
}

enum status sheet_write(struct text csv, const char *name, const char *path, struct fault *fault)
{
    struct writing writing = {.csv = csv, .field = malloc(SHEET_TEXT_MAX + 1)};
    /* Always the same bytes: not the day on which it was written. */
    lxw_doc_properties properties = {.created = 1};
    lxw_workbook *book = workbook_new(path);
    if (!book || !writing.field) {
        free(writing.field);
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    }
    writing.sheet = workbook_add_worksheet(book, name);
    (void)workbook_set_properties(book, &properties);
    bool put = writing.sheet && put_cells(&writing);
    if (put)
        (void)worksheet_ignore_errors(writing.sheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT,
                                      "A1:XFD1048576");
    lxw_error error = workbook_close(book);
    free(writing.field);
    if (!put)
        return fault_set(fault, STATUS_LIMIT, "", "sheet \"%s\" does not fit a workbook", name);
    return error == LXW_NO_ERROR
               ? STATUS_OK
               : fault_set(fault, STATUS_UNAVAILABLE, "", "could not write \"%s\": %s", path,
                           lxw_strerror(error));
}
