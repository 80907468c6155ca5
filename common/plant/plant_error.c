#include "common/plant/plant_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void keep(struct plant_reader *reader, const char *place, const char *message)
{
    char text[PLANT_ERROR_TEXT_MAX];
    int length = snprintf(text, sizeof(text), "%s: %s", place, message);
    size_t size = length < (int)sizeof(text) ? (size_t)length : sizeof(text) - 1;
    char *kept = text_copy((struct text){text, size}, reader->scratch);
    if (kept)
        reader->errors[reader->errors_kept++] = kept;
}

bool plant_error(struct plant_reader *reader, const char *column, const char *format, ...)
{
    char place[160];
    char message[PLANT_ERROR_TEXT_MAX];
    reader->error_count++;
    if (reader->errors_kept == PLANT_ERRORS_KEPT)
        return false;

    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    snprintf(place, sizeof(place), "%s:%u%s%s", plant_files[reader->file].name, reader->line,
             column ? ": " : "", column ? column : "");
    keep(reader, place, message);
    return false;
}

/* Cuts in front of a character, never inside one. */
static size_t whole_characters(struct text text, size_t most)
{
    if (text.length <= most)
        return text.length;
    size_t length = most;
    while (length > 0 && ((unsigned char)text.bytes[length] & 0xc0) == 0x80)
        length--;
    return length;
}

const char *plant_shown(struct text text, char shown[SHOWN_MAX])
{
    size_t length = whole_characters(text, SHOWN_MAX - 4);
    bool utf8 = text_is_utf8((struct text){text.bytes, length});
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        bool plain = c >= 0x20 && c != 0x7f && (c < 0x80 || utf8);
        shown[i] = '?';
        if (plain)
            shown[i] = text.bytes[i];
    }
    strcpy(shown + length, length < text.length ? "..." : "");
    return shown;
}

void plant_reader_refuse(struct plant_reader *reader, enum plant_file_id file, uint32_t row,
                         const char *column, const char *message)
{
    ASSERT(file == FILE_BOM || file == FILE_ROUTING);
    const uint32_t *lines = file == FILE_BOM ? reader->bom_line_lines : reader->operation_lines;
    reader->file = file;
    reader->line = lines[row];
    plant_error(reader, column, "%s", message);
}

uint64_t plant_reader_error_count(const struct plant_reader *reader)
{
    return reader->error_count;
}

uint32_t plant_reader_error_kept(const struct plant_reader *reader)
{
    return reader->errors_kept;
}

const char *plant_reader_error(const struct plant_reader *reader, uint32_t index)
{
    ASSERT(index < reader->errors_kept);
    return reader->errors[index];
}
