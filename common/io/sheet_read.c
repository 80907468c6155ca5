#include "common/base/bytes.h"
#include "common/base/date.h"
#include "common/io/sheet.h"
#include "common/io/sheet_number.h"

#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#define READ_BYTES  ((size_t)64 * KIB)
#define STRINGS_MAX 4000000u
#define STYLES_MAX  65536u
#define FORMATS_MAX 1024u
#define TARGET_MAX  256

struct reading {
    zip_t *zip;
    struct fault *fault;
    XML_Parser parser;
    /* workbook */
    char name[SHEET_NAME_MAX];
    char relation_id[64];
    char target[TARGET_MAX];
    bool named;
    bool since_1904;
    /* shared strings: text and where each begins */
    struct bytes strings;
    size_t *string_at;
    uint32_t string_count;
    uint32_t string_room;
    /* styles */
    uint32_t date_formats[FORMATS_MAX];
    uint32_t date_format_count;
    unsigned char *date_style;
    uint32_t style_count;
    bool in_styles;
    /* the sheet */
    struct bytes csv;
    struct bytes cell;
    uint32_t row; /* rows that are ended in csv */
    uint32_t column;
    uint32_t put;   /* commas put of the row */
    uint32_t width; /* columns of the first row that has any: later ones are filled up to it */
    bool filled;    /* the row has a cell that is not empty */
    uint32_t style;
    char type;
    bool in_value;
    bool in_phonetic;
};

/* Nothing comes any more: of an element <c/> expat would still tell the end. */
static void stop(struct reading *reading, enum status status, const char *message)
{
    (void)fault_set(reading->fault, status, "", "%s", message);
    XML_SetElementHandler(reading->parser, NULL, NULL);
    XML_SetCharacterDataHandler(reading->parser, NULL);
    (void)XML_StopParser(reading->parser, XML_FALSE);
}

static const char *attribute(const XML_Char **attributes, const char *name)
{
    for (size_t i = 0; attributes[i]; i += 2) {
        if (strcmp(attributes[i], name) == 0)
            return attributes[i + 1];
    }
    return NULL;
}

/* The name without its prefix: workbooks differ in them. */
static const char *local(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon ? colon + 1 : name;
}

/* A number of digits only; UINT32_MAX for anything else. */
static uint32_t number_of(const char *text)
{
    uint64_t number = 0;
    if (!text || *text == '\0' || strlen(text) > 9)
        return UINT32_MAX;
    for (; *text >= '0' && *text <= '9'; text++)
        number = number * 10 + (uint64_t)(*text - '0');
    return *text == '\0' ? (uint32_t)number : UINT32_MAX;
}

/* ---- parts ---- */

static void refuse_doctype(void *context, const XML_Char *name, const XML_Char *system,
                           const XML_Char *public, int internal)
{
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    stop(context, STATUS_INVALID, "workbook declares a document type");
}

static enum status check_size(struct reading *reading, const zip_stat_t *stat, const char *part)
{
    bool known = (stat->valid & ZIP_STAT_SIZE) && (stat->valid & ZIP_STAT_COMP_SIZE);
    if (!known || stat->size > SHEET_PART_MAX)
        return fault_set(reading->fault, STATUS_LIMIT, "", "part \"%s\" is above %zu MiB", part,
                         SHEET_PART_MAX / MIB);
    if (stat->size > MIB && stat->size / SHEET_RATIO_MAX > stat->comp_size)
        return fault_set(reading->fault, STATUS_LIMIT, "",
                         "part \"%s\" unpacks to more than %d times its size", part,
                         SHEET_RATIO_MAX);
    return STATUS_OK;
}

static enum status parse_bytes(struct reading *reading, zip_file_t *file, const char *part,
                               size_t announced)
{
    size_t total = 0;
    zip_int64_t count;
    do {
        void *buffer = XML_GetBuffer(reading->parser, (int)READ_BYTES);
        count = buffer ? zip_fread(file, buffer, READ_BYTES) : -1;
        total += count > 0 ? (size_t)count : 0;
        if (count < 0 || total > announced)
            return fault_set(reading->fault, STATUS_INVALID, "", "part \"%s\" cannot be unpacked",
                             part);
        if (XML_ParseBuffer(reading->parser, (int)count, count == 0) != XML_STATUS_OK)
            return reading->fault->status != STATUS_OK
                       ? reading->fault->status
                       : fault_set(reading->fault, STATUS_INVALID, "", "part \"%s\": %s", part,
                                   XML_ErrorString(XML_GetErrorCode(reading->parser)));
    } while (count > 0);
    return reading->fault->status;
}

struct handlers {
    XML_StartElementHandler start;
    XML_EndElementHandler end;
    XML_CharacterDataHandler text;
};

static enum status parse_file(struct reading *reading, zip_file_t *file, const zip_stat_t *stat,
                              const struct handlers *handlers)
{
    reading->parser = XML_ParserCreate(NULL);
    if (!reading->parser)
        return fault_set(reading->fault, STATUS_LIMIT, "", "out of memory");
    XML_SetUserData(reading->parser, reading);
    XML_SetElementHandler(reading->parser, handlers->start, handlers->end);
    XML_SetCharacterDataHandler(reading->parser, handlers->text);
    XML_SetStartDoctypeDeclHandler(reading->parser, refuse_doctype);
    enum status status = parse_bytes(reading, file, stat->name, (size_t)stat->size);
    XML_ParserFree(reading->parser);
    reading->parser = NULL;
    return status;
}

/* A part that is missing is nothing to read, unless it must be there. */
static enum status parse_part(struct reading *reading, const char *part, bool must,
                              const struct handlers *handlers)
{
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat(reading->zip, part, 0, &stat) != 0)
        return must ? fault_set(reading->fault, STATUS_INVALID, "", "workbook has no part \"%s\"",
                                part)
                    : STATUS_OK;
    enum status status = check_size(reading, &stat, part);
    if (status != STATUS_OK)
        return status;
    zip_file_t *file = zip_fopen(reading->zip, part, 0);
    if (!file)
        return fault_set(reading->fault, STATUS_INVALID, "", "part \"%s\" cannot be unpacked",
                         part);
    status = parse_file(reading, file, &stat, handlers);
    zip_fclose(file);
    return status;
}

/* ---- workbook and its relations ---- */

static void workbook_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
    struct reading *reading = context;
    const char *value;
    if (strcmp(local(name), "workbookPr") == 0) {
        value = attribute(attributes, "date1904");
        reading->since_1904 = value && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
    }
    if (strcmp(local(name), "sheet") != 0 || reading->named)
        return;
    value = attribute(attributes, "name");
    snprintf(reading->name, sizeof reading->name, "%s", value ? value : "sheet");
    value = attribute(attributes, "r:id");
    snprintf(reading->relation_id, sizeof reading->relation_id, "%s", value ? value : "");
    reading->named = true;
}

static void relations_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
    struct reading *reading = context;
    const char *id = attribute(attributes, "Id");
    const char *target = attribute(attributes, "Target");
    if (strcmp(local(name), "Relationship") != 0 || !id || !target ||
        strcmp(id, reading->relation_id) != 0)
        return;
    if (target[0] == '/')
        snprintf(reading->target, sizeof reading->target, "%s", target + 1);
    else
        snprintf(reading->target, sizeof reading->target, "xl/%s", target);
}

/* ---- shared strings ---- */

static void strings_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
    struct reading *reading = context;
    (void)attributes;
    if (strcmp(local(name), "rPh") == 0)
        reading->in_phonetic = true;
    if (strcmp(local(name), "t") == 0)
        reading->in_value = !reading->in_phonetic;
    if (strcmp(local(name), "si") != 0)
        return;
    if (reading->string_count + 1 >= reading->string_room) {
        uint32_t room = reading->string_room == 0 ? 1024 : reading->string_room * 2;
        size_t *grown = room > STRINGS_MAX * 2
                            ? NULL
                            : realloc(reading->string_at, room * sizeof *reading->string_at);
        if (!grown) {
            stop(reading, STATUS_LIMIT, "workbook has too many texts");
            return;
        }
        reading->string_at = grown;
        reading->string_room = room;
    }
    reading->string_at[reading->string_count++] = reading->strings.length;
    reading->string_at[reading->string_count] = reading->strings.length;
}

static void strings_end(void *context, const XML_Char *name)
{
    struct reading *reading = context;
    if (strcmp(local(name), "t") == 0)
        reading->in_value = false;
    if (strcmp(local(name), "rPh") == 0)
        reading->in_phonetic = false;
}

static void strings_text(void *context, const XML_Char *text, int length)
{
    struct reading *reading = context;
    if (!reading->in_value || reading->string_count == 0)
        return;
    if (!bytes_add(&reading->strings, text, (size_t)length)) {
        stop(reading, STATUS_LIMIT, "texts of the workbook do not fit in memory");
        return;
    }
    reading->string_at[reading->string_count] = reading->strings.length;
}

/* ---- styles: which cells are dates ---- */

static bool built_in_date(uint32_t format)
{
    return (format >= 14 && format <= 17) || format == 22 || (format >= 27 && format <= 31) ||
           format == 36 || (format >= 50 && format <= 54) || format == 57 || format == 58;
}

static bool is_date_format(const struct reading *reading, uint32_t format)
{
    bool found = built_in_date(format);
    for (uint32_t i = 0; i < reading->date_format_count && !found; i++)
        found = reading->date_formats[i] == format;
    return found;
}

static void styles_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
    struct reading *reading = context;
    uint32_t format = number_of(attribute(attributes, "numFmtId"));
    const char *code = attribute(attributes, "formatCode");
    if (strcmp(local(name), "cellXfs") == 0)
        reading->in_styles = true;
    if (strcmp(local(name), "numFmt") == 0 && code && sheet_format_is_date(code) &&
        reading->date_format_count < FORMATS_MAX)
        reading->date_formats[reading->date_format_count++] = format;
    if (strcmp(local(name), "xf") == 0 && reading->in_styles && reading->style_count < STYLES_MAX)
        reading->date_style[reading->style_count++] = is_date_format(reading, format);
}

static void styles_end(void *context, const XML_Char *name)
{
    struct reading *reading = context;
    if (strcmp(local(name), "cellXfs") == 0)
        reading->in_styles = false;
}

/* ---- the sheet ---- */

static bool csv_add(struct reading *reading, const char *text, size_t length)
{
    bool fits = bytes_add(&reading->csv, text, length);
    if (!fits)
        stop(reading, STATUS_LIMIT, "sheet does not fit in memory");
    return fits;
}

/* One field, quoted where needed. */
static void put_field(struct reading *reading, struct text field)
{
    bool quoted = false;
    for (size_t i = 0; i < field.length; i++)
        quoted = quoted || strchr(",\"\r\n", field.bytes[i]) != NULL;
    bool fits = !quoted || csv_add(reading, "\"", 1);
    for (size_t i = 0; fits && i < field.length; i++) {
        char at = field.bytes[i];
        if (at == '"')
            fits = csv_add(reading, "\"", 1);
        if (at == '\r' || at == '\n')
            at = ' ';
        fits = fits && csv_add(reading, &at, 1);
    }
    if (fits && quoted)
        (void)csv_add(reading, "\"", 1);
}

static bool skip_to(struct reading *reading, uint32_t column)
{
    bool fits = true;
    ASSERT(column < SHEET_COLUMNS_MAX);
    for (; fits && reading->put < column; reading->put++)
        fits = csv_add(reading, ",", 1);
    return fits;
}

/* The cell's text as the column tables want it. */
static struct text cell_text(struct reading *reading, char room[SHEET_NUMBER_MAX])
{
    struct text raw = {reading->cell.bytes, reading->cell.length};
    if (reading->type == 's') {
        char digits[16];
        snprintf(digits, sizeof digits, "%.*s", (int)(raw.length < 12 ? raw.length : 12),
                 raw.bytes);
        uint32_t number = number_of(digits);
        if (number >= reading->string_count) {
            stop(reading, STATUS_INVALID, "a cell names a text that the workbook does not have");
            return text_of("");
        }
        size_t at = reading->string_at[number];
        return (struct text){reading->strings.bytes + at, reading->string_at[number + 1] - at};
    }
    if (reading->type != 'n')
        return raw;
    bool day = reading->style < reading->style_count && reading->date_style[reading->style];
    return day ? sheet_date_text(raw, reading->since_1904, room) : sheet_number_text(raw, room);
}

static void end_cell(struct reading *reading)
{
    char room[SHEET_NUMBER_MAX];
    if (reading->cell.length == 0 || reading->column >= SHEET_COLUMNS_MAX) /* a row in a cell */
        return;
    struct text text = cell_text(reading, room);
    if (text.length > SHEET_TEXT_MAX) {
        stop(reading, STATUS_LIMIT, "text of a cell is too long");
        return;
    }
    if (text.length > 0 && skip_to(reading, reading->column)) {
        put_field(reading, text);
        reading->filled = true;
    }
}

/* "BC12": 54 */
static uint32_t column_of(const char *place)
{
    uint32_t column = 0;
    for (; *place >= 'A' && *place <= 'Z' && column <= SHEET_COLUMNS_MAX; place++)
        column = column * 26 + (uint32_t)(*place - 'A') + 1;
    return column;
}

static void start_cell(struct reading *reading, const XML_Char **attributes)
{
    const char *place = attribute(attributes, "r");
    const char *type = attribute(attributes, "t");
    uint32_t column = place ? column_of(place) : reading->column + 2;
    if (column == 0 || column > SHEET_COLUMNS_MAX || column - 1 < reading->put) {
        stop(reading, STATUS_LIMIT, "sheet has more columns than 64, or cells out of order");
        return;
    }
    reading->column = column - 1;
    reading->style = number_of(attribute(attributes, "s"));
    reading->type = 'n';
    if (type && strcmp(type, "n") != 0)
        reading->type = strcmp(type, "s") == 0 ? 's' : 't';
    reading->cell.length = 0;
}

static void start_row(struct reading *reading, const XML_Char **attributes)
{
    const char *place = attribute(attributes, "r");
    uint32_t row = place ? number_of(place) : reading->row + 1;
    if (row <= reading->row || row > SHEET_ROWS_MAX) {
        stop(reading, STATUS_LIMIT, "sheet has too many rows, or rows out of order");
        return;
    }
    for (; reading->row + 1 < row; reading->row++) {
        if (!csv_add(reading, "\n", 1))
            return;
    }
    reading->put = 0;
    reading->filled = false;
    reading->column = UINT32_MAX; /* the first cell without a place is in the first column */
}

static void sheet_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
    struct reading *reading = context;
    const char *at = local(name);
    if (strcmp(at, "row") == 0)
        start_row(reading, attributes);
    else if (strcmp(at, "c") == 0)
        start_cell(reading, attributes);
    else if (strcmp(at, "rPh") == 0)
        reading->in_phonetic = true;
    else if (strcmp(at, "v") == 0 || strcmp(at, "t") == 0)
        reading->in_value = !reading->in_phonetic;
}

static void sheet_end(void *context, const XML_Char *name)
{
    struct reading *reading = context;
    const char *at = local(name);
    if (strcmp(at, "row") == 0) {
        if (reading->width == 0 && reading->filled)
            reading->width = reading->put + 1;
        if (reading->filled && reading->width > 0)
            (void)skip_to(reading, reading->width - 1);
        reading->row++;
        (void)csv_add(reading, "\n", 1);
    } else if (strcmp(at, "c") == 0) {
        end_cell(reading);
    } else if (strcmp(at, "rPh") == 0) {
        reading->in_phonetic = false;
    } else if (strcmp(at, "v") == 0 || strcmp(at, "t") == 0) {
        reading->in_value = false;
    }
}

static void sheet_text(void *context, const XML_Char *text, int length)
{
    struct reading *reading = context;
    if (reading->in_value && !bytes_add(&reading->cell, text, (size_t)length))
        stop(reading, STATUS_LIMIT, "text of a cell is too long");
}

/* ---- all of it ---- */

static enum status read_parts(struct reading *reading)
{
    static const struct handlers workbook = {workbook_start, NULL, NULL};
    static const struct handlers relations = {relations_start, NULL, NULL};
    static const struct handlers strings = {strings_start, strings_end, strings_text};
    static const struct handlers styles = {styles_start, styles_end, NULL};
    static const struct handlers sheet = {sheet_start, sheet_end, sheet_text};
    snprintf(reading->target, sizeof reading->target, "xl/worksheets/sheet1.xml");
    enum status status = parse_part(reading, "xl/workbook.xml", true, &workbook);
    if (status == STATUS_OK)
        status = parse_part(reading, "xl/_rels/workbook.xml.rels", false, &relations);
    if (status == STATUS_OK)
        status = parse_part(reading, "xl/sharedStrings.xml", false, &strings);
    reading->in_value = reading->in_phonetic = false;
    if (status == STATUS_OK)
        status = parse_part(reading, "xl/styles.xml", false, &styles);
    return status == STATUS_OK ? parse_part(reading, reading->target, true, &sheet) : status;
}

static enum status open_zip(struct reading *reading, struct text xlsx)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(xlsx.bytes, xlsx.length, 0, &error);
    if (source && xlsx.length > 0)
        reading->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (source && !reading->zip)
        zip_source_free(source);
    zip_error_fini(&error);
    return reading->zip ? STATUS_OK
                        : fault_set(reading->fault, STATUS_INVALID, "", "file is no workbook");
}

enum status sheet_read(struct text xlsx, struct text *csv, char name[SHEET_NAME_MAX],
                       struct fault *fault)
{
    struct fault own = {.status = STATUS_OK};
    struct reading *reading = calloc(1, sizeof *reading);
    if (!reading)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    reading->fault = &own;
    reading->csv.max = reading->cell.max = reading->strings.max = SHEET_PART_MAX;
    reading->date_style = calloc(STYLES_MAX, 1);
    enum status status = reading->date_style ? open_zip(reading, xlsx)
                                             : fault_set(&own, STATUS_LIMIT, "", "out of memory");
    if (status == STATUS_OK)
        status = read_parts(reading);
    if (status == STATUS_OK) {
        *csv = (struct text){reading->csv.bytes, reading->csv.length};
        memcpy(name, reading->name, SHEET_NAME_MAX);
        reading->csv.bytes = NULL;
    } else {
        *fault = own;
    }
    if (reading->zip)
        zip_discard(reading->zip);
    bytes_release(&reading->csv);
    bytes_release(&reading->cell);
    bytes_release(&reading->strings);
    free(reading->string_at);
    free(reading->date_style);
    free(reading);
    return status;
}

void sheet_free(struct text *csv)
{
    union {
        const char *constant;
        void *bytes;
    } own = {csv->bytes};

    free(own.bytes);
    *csv = (struct text){NULL, 0};
}
