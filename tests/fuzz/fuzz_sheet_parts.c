/*
 * Hostile XML in a sound workbook: files begin at lines "--- NAME" and are put into a zip as they
 * are, with the right checksums, so that what is tried is the reading of the parts (fuzz_sheet
 * tries the zip).  Read or refused; what was read is text.
 */
#include "common/base/base.h"
#include "common/io/sheet.h"
#include "tests/fuzz/parts.h"

#include <stdlib.h>

#define PARTS_MAX  16
#define NAME_MOST  64
#define HEAD_BYTES 30
#define ROW_BYTES  46
#define END_BYTES  22

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct zipped {
    uint8_t *bytes;
    size_t length;
};

static uint32_t checksum(struct text text)
{
    uint32_t sum = 0xffffffffU;
    for (size_t i = 0; i < text.length; i++) {
        sum ^= (uint8_t)text.bytes[i];
        for (int bit = 0; bit < 8; bit++)
            sum = sum >> 1 ^ (sum & 1 ? 0xedb88320U : 0);
    }
    return ~sum;
}

/* Little-endian. */
static void put(struct zipped *zip, uint32_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        zip->bytes[zip->length++] = (uint8_t)(value >> 8 * i);
}

static void put_text(struct zipped *zip, struct text text)
{
    if (text.length > 0)
        memcpy(zip->bytes + zip->length, text.bytes, text.length);
    zip->length += text.length;
}

/* What the head of a file and its row in the directory have in common: stored, made in 1980. */
static void put_facts(struct zipped *zip, const struct fuzz_part *part)
{
    put(zip, 20, 2);
    put(zip, 0, 2);
    put(zip, 0, 2);
    put(zip, 0, 2);
    put(zip, 0x21, 2);
    put(zip, checksum(part->bytes), 4);
    put(zip, (uint32_t)part->bytes.length, 4);
    put(zip, (uint32_t)part->bytes.length, 4);
    put(zip, (uint32_t)part->name.length, 2);
    put(zip, 0, 2);
}

static struct zipped zip_of(const struct fuzz_part *parts, size_t count, size_t room)
{
    struct zipped zip = {malloc(room + END_BYTES), 0};
    uint32_t at[PARTS_MAX];
    ASSERT(zip.bytes);
    for (size_t i = 0; i < count; i++) {
        at[i] = (uint32_t)zip.length;
        put(&zip, 0x04034b50, 4);
        put_facts(&zip, &parts[i]);
        put_text(&zip, parts[i].name);
        put_text(&zip, parts[i].bytes);
    }
    size_t directory = zip.length;
    for (size_t i = 0; i < count; i++) {
        put(&zip, 0x02014b50, 4);
        put(&zip, 20, 2);
        put_facts(&zip, &parts[i]);
        put(&zip, 0, 2);
        put(&zip, 0, 2);
        put(&zip, 0, 2);
        put(&zip, 0, 4);
        put(&zip, at[i], 4);
        put_text(&zip, parts[i].name);
    }
    size_t length = zip.length - directory;
    put(&zip, 0x06054b50, 4);
    put(&zip, 0, 4);
    put(&zip, (uint32_t)count, 2);
    put(&zip, (uint32_t)count, 2);
    put(&zip, (uint32_t)length, 4);
    put(&zip, (uint32_t)directory, 4);
    put(&zip, 0, 2);
    return zip;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_part parts[PARTS_MAX];
    struct text rest = {(const char *)data, size};
    struct fault fault = {.status = STATUS_OK};
    char name[SHEET_NAME_MAX];
    struct text csv;
    size_t count = 0;
    size_t room = 0;
    while (count < PARTS_MAX && fuzz_part_next(&rest, &parts[count])) {
        if (parts[count].name.length == 0 || parts[count].name.length > NAME_MOST)
            return -1;
        room += HEAD_BYTES + ROW_BYTES + 2 * parts[count].name.length + parts[count].bytes.length;
        count++;
    }
    struct zipped zip = zip_of(parts, count, room);
    struct text book = {(const char *)zip.bytes, zip.length};
    if (sheet_read(book, &csv, name, &fault) == STATUS_OK) {
        ASSERT(text_is_utf8(csv) && strlen(name) < sizeof name);
        sheet_free(&csv);
    } else {
        ASSERT(fault.status != STATUS_OK && fault.message[0] != '\0');
    }
    free(zip.bytes);
    return 0;
}
