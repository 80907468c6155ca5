#include "common/io/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

struct writing {
    lxw_worksheet *sheet;
    struct text csv;
    size_t at;
    char *field; /* room for one cell */
    lxw_row_t row;
    lxw_col_t column;
    const struct sheet_report *report; /* NULL: text throughout */
    lxw_format *bold;
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

static lxw_error put_cell(struct writing *writing)
{
    const struct sheet_report *report = writing->report;
    bool number = report && writing->row > 0 && writing->column < report->columns &&
                  report->numbers[writing->column];
    if (writing->field[0] == '\0')
        return LXW_NO_ERROR;
    if (number)
        return worksheet_write_number(writing->sheet, writing->row, writing->column,
                                      strtod(writing->field, NULL), NULL);
    return worksheet_write_string(writing->sheet, writing->row, writing->column, writing->field,
                                  report && writing->row == 0 ? writing->bold : NULL);
}

static bool put_cells(struct writing *writing)
{
    bool last;
    while (next_field(writing, &last)) {
        if (put_cell(writing) != LXW_NO_ERROR)
            return false;
        writing->row += last;
        writing->column = last ? 0 : (lxw_col_t)(writing->column + 1);
    }
    return true;
}

static bool put_totals(struct writing *writing)
{
    const struct sheet_report *report = writing->report;
    lxw_row_t rows = writing->row;
    bool ok = worksheet_write_string(writing->sheet, rows, 0, report->total, writing->bold) ==
              LXW_NO_ERROR;
    for (size_t i = 1; ok && i < report->columns && i < 26; i++) {
        char formula[64];
        char column = (char)('A' + i);
        snprintf(formula, sizeof formula, "=SUM(%c2:%c%u)", column, column, (unsigned)rows);
        if (report->numbers[i])
            ok = worksheet_write_formula(writing->sheet, rows, (lxw_col_t)i, formula,
                                         writing->bold) == LXW_NO_ERROR;
    }
    return ok;
}

static enum status write_book(struct writing *writing, const char *name, const char *path,
                              struct fault *fault)
{
    /* Always the same bytes: not the day on which it was written. */
    lxw_doc_properties properties = {.created = 1};
    lxw_workbook *book = workbook_new(path);
    writing->field = malloc(SHEET_TEXT_MAX + 1);
    if (!book || !writing->field) {
        free(writing->field);
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    }
    writing->sheet = workbook_add_worksheet(book, name);
    (void)workbook_set_properties(book, &properties);
    writing->bold = workbook_add_format(book);
    if (writing->report && writing->bold)
        format_set_bold(writing->bold);
    bool put = writing->sheet && put_cells(writing);
    if (put && writing->report)
        worksheet_freeze_panes(writing->sheet, 1, 0);
    if (put && writing->report && writing->row > 1)
        put = put_totals(writing);
    if (put)
        (void)worksheet_ignore_errors(writing->sheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT,
                                      "A1:XFD1048576");
    lxw_error error = workbook_close(book);
    free(writing->field);
    if (!put)
        return fault_set(fault, STATUS_LIMIT, "", "sheet \"%s\" does not fit a workbook", name);
    return error == LXW_NO_ERROR
               ? STATUS_OK
               : fault_set(fault, STATUS_UNAVAILABLE, "", "could not write \"%s\": %s", path,
                           lxw_strerror(error));
}

enum status sheet_write(struct text csv, const char *name, const char *path, struct fault *fault)
{
    struct writing writing = {.csv = csv};
    return write_book(&writing, name, path, fault);
}

/* The whole file; bytes NULL where it cannot be read. */
static struct text read_back(const char *path)
{
    struct text out = {NULL, 0};
    FILE *file = fopen(path, "rb");
    if (!file)
        return out;
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    char *bytes = size >= 0 ? malloc((size_t)size + 1) : NULL;
    rewind(file);
    if (bytes && fread(bytes, 1, (size_t)size, file) == (size_t)size)
        out = (struct text){bytes, (size_t)size};
    else
        free(bytes);
    fclose(file);
    return out;
}

enum status sheet_report(struct text csv, const struct sheet_report *report, struct text *book,
                         struct fault *fault)
{
    struct writing writing = {.csv = csv, .report = report};
    char path[] = "/tmp/millrace-report-XXXXXX"; /* libxlsxwriter writes to a path only */
    int place = mkstemp(path);
    if (place < 0)
        return fault_set(fault, STATUS_UNAVAILABLE, "", "could not make a temporary file");
    enum status status = write_book(&writing, report->name, path, fault);
    *book = status == STATUS_OK ? read_back(path) : (struct text){NULL, 0};
    if (status == STATUS_OK && !book->bytes)
        status = fault_set(fault, STATUS_UNAVAILABLE, "", "could not read \"%s\"", path);
    close(place);
    (void)unlink(path);
    return status;
}
