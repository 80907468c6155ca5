#include "common/io/sql_value.h"

#include "common/base/decimal.h"

#include <stdlib.h>
#include <string.h>

#define NUMERIC_BASE     10000
#define NUMERIC_NEGATIVE 0x4000
#define NUMERIC_DIGITS   9 /* 36 decimal digits: fits 128 bits, and is more than int64 can hold */
#define PG_EPOCH_US      ((int64_t)DATE_OF_PG_EPOCH * 86400 * 1000000)
#define SQL_PLACE_BYTES  6          /* tid: block, then offset in it */
#define SQL_NULL_LENGTH  UINT32_MAX /* -1: an element that is NULL */

static const int64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};

/* pg_type.dat */
static const struct sql_type {
    char letter;
    uint32_t scalar;
    uint32_t array;
} sql_types[] = {
    {'t', 25, 1009},   {'i', 20, 1016},   {'n', 23, 1007},   {'b', 16, 1000},
    {'d', 1082, 1182}, {'u', 2950, 2951}, {'x', 17, 1001},   {'q', 1700, 1231},
    {'c', 1700, 1231}, {'a', 1700, 1231}, {'z', 1184, 1185}, {'p', 27, 1010},
};

bool sql_letter_is_array(char letter)
{
    return letter >= 'A' && letter <= 'Z';
}

static char letter_of_element(char letter)
{
    if (sql_letter_is_array(letter))
        letter = (char)(letter - 'A' + 'a');
    return letter;
}

uint32_t sql_type_of(char letter)
{
    char element = letter_of_element(letter);
    for (size_t i = 0; i < COUNT_OF(sql_types); i++) {
        if (sql_types[i].letter == element)
            return sql_letter_is_array(letter) ? sql_types[i].array : sql_types[i].scalar;
    }
    ASSERT(false && "a type letter");
    return 0;
}

/* --- bytes --- */

void sql_bytes_release(struct sql_bytes *out)
{
    free(out->bytes);
    *out = (struct sql_bytes){0};
}

static enum status bytes_reserve(struct sql_bytes *out, size_t more)
{
    if (more > SQL_PARAM_BYTES_MAX - out->length)
        return STATUS_LIMIT;
    size_t need = out->length + more;
    if (need <= out->capacity)
        return STATUS_OK;
    size_t capacity = out->capacity ? out->capacity : KIB;
    while (capacity < need)
        capacity *= 2;
    char *bytes = realloc(out->bytes, capacity);
    if (!bytes)
        return STATUS_LIMIT;
    out->bytes = bytes;
    out->capacity = capacity;
    return STATUS_OK;
}

/* Big-endian, `width` bytes. */
static void put_be(char *at, uint64_t value, size_t width)
{
    for (size_t i = width; i > 0; i--) {
        at[i - 1] = (char)(value & 0xff);
        value >>= 8;
    }
}

static uint64_t get_be(const char *at, size_t width)
{
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++)
        value = value << 8 | (unsigned char)at[i];
    return value;
}

int64_t sql_integer(const char *bytes, size_t width)
{
    const unsigned unused = (unsigned)(sizeof(int64_t) - width) * 8;
    return (int64_t)(get_be(bytes, width) << unused) >> unused;
}

int64_t sql_array_count(struct text bytes)
{
    enum { DIMENSIONS = 0, ELEMENTS = 12, HEAD = 20 }; /* array_send: flags and type in between */

    if (bytes.length < HEAD || sql_integer(bytes.bytes + DIMENSIONS, 4) != 1)
        return 0;
    return sql_integer(bytes.bytes + ELEMENTS, 4);
}

/* --- numeric --- */

/* The digits of value x 10^-decimals in base 10000, highest first; *weight is the power of the
   first one.  No digits for zero. */
static size_t numeric_digits(uint64_t magnitude, int decimals, uint16_t digits[8], int *weight)
{
    uint64_t scale = (uint64_t)powers[decimals];
    uint64_t whole = magnitude / scale;
    uint64_t rest = magnitude % scale * (decimals == 6 ? 100 : 1); /* to a multiple of 4 places */
    int places = decimals == 6 ? 2 : decimals == 4 ? 1 : 0;
    uint16_t low_first[8];
    size_t count = 0;
    for (int i = 0; i < places; i++, rest /= NUMERIC_BASE)
        low_first[count++] = (uint16_t)(rest % NUMERIC_BASE);
    for (; whole > 0; whole /= NUMERIC_BASE)
        low_first[count++] = (uint16_t)(whole % NUMERIC_BASE);

    size_t low = 0; /* PostgreSQL wants neither leading nor trailing zeros */
    while (low < count && low_first[low] == 0)
        low++;
    while (count > low && low_first[count - 1] == 0)
        count--;
    *weight = count > low ? (int)count - 1 - places : 0;
    for (size_t i = count; i > low; i--)
        digits[count - i] = low_first[i - 1];
    return count - low;
}

size_t sql_numeric_encode(int64_t value, int decimals, char out[SQL_NUMERIC_MAX])
{
    ASSERT(decimals == 0 || decimals == 4 || decimals == 6);
    uint16_t digits[8] = {0};
    int weight = 0;
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    size_t count = numeric_digits(magnitude, decimals, digits, &weight);
    ASSERT(8 + 2 * count <= SQL_NUMERIC_MAX);
    put_be(out, count, 2);
    put_be(out + 2, (uint64_t)(uint16_t)weight, 2);
    put_be(out + 4, value < 0 ? NUMERIC_NEGATIVE : 0, 2);
    put_be(out + 6, (uint64_t)decimals, 2);
    for (size_t i = 0; i < count; i++)
        put_be(out + 8 + 2 * i, digits[i], 2);
    return 8 + 2 * count;
}

/* magnitude x 10^exponent as a whole number */
static enum status numeric_shift(int128 magnitude, int exponent, int128 *out)
{
    for (; exponent > 0 && magnitude > 0; exponent--) {
        if (magnitude > INT64_MAX)
            return STATUS_OVERFLOW;
        magnitude *= 10;
    }
    for (; exponent < 0 && magnitude > 0; exponent++) {
        if (magnitude % 10 != 0)
            return STATUS_INTERNAL;
        magnitude /= 10;
    }
    *out = magnitude;
    return STATUS_OK;
}

enum status sql_numeric_decode(struct text bytes, int decimals, int64_t *out)
{
    if (bytes.length < 8)
        return STATUS_INTERNAL;
    size_t count = (size_t)get_be(bytes.bytes, 2);
    int weight = (int16_t)get_be(bytes.bytes + 2, 2);
    uint64_t sign = get_be(bytes.bytes + 4, 2);
    if (bytes.length != 8 + 2 * count || (sign != 0 && sign != NUMERIC_NEGATIVE))
        return STATUS_INTERNAL; /* also NaN and the infinities */
    if (count > NUMERIC_DIGITS)
        return STATUS_OVERFLOW;
    int128 magnitude = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t digit = get_be(bytes.bytes + 8 + 2 * i, 2);
        if (digit >= NUMERIC_BASE)
            return STATUS_INTERNAL;
        magnitude = magnitude * NUMERIC_BASE + (int128)digit;
    }
    int exponent = 4 * (weight - (int)count + 1) + decimals;
    enum status status = numeric_shift(magnitude, exponent, &magnitude);
    if (status != STATUS_OK)
        return status;
    return int128_narrow(sign ? -magnitude : magnitude, out) ? STATUS_OK : STATUS_OVERFLOW;
}

/* --- encoding --- */

/* What one value looks like before it is written: short bytes, or somebody's text. */
struct encoded {
    bool null;
    struct text bytes;
    char room[SQL_NUMERIC_MAX];
};

static void encode_integer(struct encoded *out, uint64_t value, size_t width)
{
    put_be(out->room, value, width);
    out->bytes = (struct text){out->room, width};
}

static void encode_numeric(struct encoded *out, int64_t value, int decimals)
{
    out->bytes = (struct text){out->room, sql_numeric_encode(value, decimals, out->room)};
}

static void encode_scalar(char letter, const struct sql_value *value, struct encoded *out)
{
    switch (letter) {
    case 't':
    case 'x':
        out->bytes = value->as.text;
        break;
    case 'i':
        encode_integer(out, (uint64_t)value->as.integer, 8);
        break;
    case 'p':
        encode_integer(out, (uint64_t)value->as.integer, SQL_PLACE_BYTES);
        break;
    case 'n':
        ASSERT(value->as.integer >= INT32_MIN && value->as.integer <= INT32_MAX);
        encode_integer(out, (uint64_t)value->as.integer, 4);
        break;
    case 'z':
        encode_integer(out, (uint64_t)(value->as.integer - PG_EPOCH_US), 8);
        break;
    case 'b':
        encode_integer(out, value->as.boolean, 1);
        break;
    case 'd':
        encode_integer(out, (uint64_t)((int64_t)value->as.day - DATE_OF_PG_EPOCH), 4);
        break;
    case 'u':
        memcpy(out->room, value->as.uuid.bytes, sizeof value->as.uuid.bytes);
        out->bytes = (struct text){out->room, sizeof value->as.uuid.bytes};
        break;
    case 'q':
        encode_numeric(out, value->as.qty.micro, QTY_DECIMALS);
        break;
    case 'c':
        encode_numeric(out, value->as.unitcost.micro, QTY_DECIMALS);
        break;
    case 'a':
        encode_numeric(out, value->as.amount.e4, AMOUNT_DECIMALS);
        break;
    default:
        ASSERT(false && "a type letter");
    }
}

static void copy_field(void *to, size_t width, const void *field, size_t size)
{
    ASSERT(size == 0 || size == width); /* the member of SQL_ARRAY is not of the letter's type */
    memcpy(to, field, width);
}

static void read_integer(const void *field, size_t size, struct sql_value *value)
{
    int32_t narrow;
    if (size == sizeof narrow) {
        memcpy(&narrow, field, sizeof narrow);
        value->as.integer = narrow == INT32_MIN ? SQL_NO_INT : narrow;
        return;
    }
    copy_field(&value->as.integer, sizeof value->as.integer, field, size);
}

/* The field of an array's struct as a value; `null` when it holds its type's "none". */
static void read_element(char letter, const void *field, size_t size, struct sql_value *value)
{
    switch (letter) {
    case 't':
    case 'x':
        copy_field(&value->as.text, sizeof value->as.text, field, size);
        value->null = value->as.text.bytes == NULL;
        break;
    case 'b':
        copy_field(&value->as.boolean, sizeof value->as.boolean, field, size);
        break;
    case 'd':
        copy_field(&value->as.day, sizeof value->as.day, field, size);
        value->null = value->as.day == SQL_NO_DATE;
        break;
    case 'u':
        copy_field(&value->as.uuid, sizeof value->as.uuid, field, size);
        value->null = uuid_is_nil(value->as.uuid);
        break;
    case 'q':
    case 'c':
    case 'a': /* the three have one shape: a single int64 */
        copy_field(&value->as.qty, sizeof value->as.qty, field, size);
        value->null = value->as.qty.micro == SQL_NO_INT;
        break;
    default:
        read_integer(field, size, value);
        value->null = value->as.integer == SQL_NO_INT;
    }
}

static enum status append_element(struct sql_bytes *out, const struct encoded *element)
{
    size_t length = element->null ? 0 : element->bytes.length;
    enum status status = bytes_reserve(out, 4 + length);
    if (status != STATUS_OK)
        return status;
    put_be(out->bytes + out->length, element->null ? SQL_NULL_LENGTH : (uint32_t)length, 4);
    if (length > 0)
        memcpy(out->bytes + out->length + 4, element->bytes.bytes, length);
    out->length += 4 + length;
    return STATUS_OK;
}

/* ndim, has NULLs, element type; for one dimension also its size and lower bound. */
static enum status append_array_head(struct sql_bytes *out, char letter, size_t count)
{
    enum status status = bytes_reserve(out, 20);
    if (status != STATUS_OK)
        return status;
    char *at = out->bytes + out->length;
    put_be(at, count > 0, 4);
    put_be(at + 4, 0, 4);
    put_be(at + 8, sql_type_of(letter), 4);
    put_be(at + 12, count, 4);
    put_be(at + 16, 1, 4);
    out->length += count > 0 ? 20 : 12;
    return STATUS_OK;
}

static enum status append_field(char letter, const struct sql_value *value, struct sql_bytes *out)
{
    struct encoded encoded = {.null = value->null};
    if (!value->null)
        encode_scalar(letter, value, &encoded);
    return append_element(out, &encoded);
}

static enum status encode_array(char letter, const struct sql_value *value, struct sql_bytes *out)
{
    size_t count = value->as.array.count;
    size_t head = out->length;
    if (count > INT32_MAX)
        return STATUS_LIMIT;
    enum status status = append_array_head(out, letter, count);
    const char *field = value->as.array.first;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        struct sql_value element = {0};
        read_element(letter, field, value->as.array.size, &element);
        if (element.null)
            out->bytes[head + 7] = 1;
        status = append_field(letter, &element, out);
        field += value->as.array.stride;
    }
    return status;
}

enum status sql_encode(char letter, const struct sql_value *value, struct sql_bytes *out)
{
    ASSERT(!value->null);
    if (sql_letter_is_array(letter))
        return encode_array(letter_of_element(letter), value, out);
    struct encoded encoded = {0};
    encode_scalar(letter, value, &encoded);
    enum status status = bytes_reserve(out, encoded.bytes.length);
    if (status != STATUS_OK)
        return status;
    if (encoded.bytes.length > 0)
        memcpy(out->bytes + out->length, encoded.bytes.bytes, encoded.bytes.length);
    out->length += encoded.bytes.length;
    return STATUS_OK;
}

enum status sql_encode_field(char letter, const struct sql_value *value, size_t row,
                             struct sql_bytes *out)
{
    struct sql_value element = {0};
    if (!sql_letter_is_array(letter))
        return append_field(letter, value, out);
    ASSERT(row < value->as.array.count);
    letter = letter_of_element(letter);
    read_element(letter, (const char *)value->as.array.first + row * value->as.array.stride,
                 value->as.array.size, &element);
    return append_field(letter, &element, out);
}

enum status sql_bytes_put(struct sql_bytes *out, const void *bytes, size_t length)
{
    enum status status = bytes_reserve(out, length);
    if (status == STATUS_OK && length > 0)
        memcpy(out->bytes + out->length, bytes, length);
    if (status == STATUS_OK)
        out->length += length;
    return status;
}

/* --- decoding --- */

static size_t width_of(char letter)
{
    switch (letter) {
    case 'i':
    case 'z':
        return 8;
    case 'p':
        return SQL_PLACE_BYTES;
    case 'n':
    case 'd':
        return 4;
    case 'b':
        return 1;
    case 'u':
        return sizeof(struct uuid);
    default:
        return 0; /* not fixed */
    }
}

static enum status decode_fixed(char letter, const char *bytes, struct sql_value *out)
{
    switch (letter) {
    case 'i':
        out->as.integer = (int64_t)get_be(bytes, 8);
        return STATUS_OK;
    case 'p':
        out->as.integer = (int64_t)get_be(bytes, SQL_PLACE_BYTES);
        return STATUS_OK;
    case 'n':
        out->as.integer = (int32_t)(uint32_t)get_be(bytes, 4);
        return STATUS_OK;
    case 'z':
        if (__builtin_add_overflow((int64_t)get_be(bytes, 8), PG_EPOCH_US, &out->as.integer))
            return STATUS_OVERFLOW; /* infinity */
        return STATUS_OK;
    case 'b':
        out->as.boolean = bytes[0] != 0;
        return STATUS_OK;
    case 'd':
        if (__builtin_add_overflow((int32_t)(uint32_t)get_be(bytes, 4), DATE_OF_PG_EPOCH,
                                   &out->as.day) ||
            out->as.day < DATE_MIN || out->as.day > DATE_MAX)
            return STATUS_OVERFLOW;
        return STATUS_OK;
    default:
        memcpy(out->as.uuid.bytes, bytes, sizeof out->as.uuid.bytes);
        return STATUS_OK;
    }
}

static enum status decode_text(struct text bytes, struct arena *arena, struct sql_value *out)
{
    const char *copy = text_copy(bytes, arena);
    if (!copy)
        return STATUS_LIMIT;
    out->as.text = (struct text){copy, bytes.length};
    return STATUS_OK;
}

enum status sql_decode(char letter, struct text bytes, struct arena *arena, struct sql_value *out)
{
    out->null = false;
    size_t width = width_of(letter);
    if (width != 0)
        return bytes.length == width ? decode_fixed(letter, bytes.bytes, out) : STATUS_INTERNAL;
    switch (letter) {
    case 't':
    case 'x':
        return decode_text(bytes, arena, out);
    case 'q':
        return sql_numeric_decode(bytes, QTY_DECIMALS, &out->as.qty.micro);
    case 'c':
        return sql_numeric_decode(bytes, QTY_DECIMALS, &out->as.unitcost.micro);
    case 'a':
        return sql_numeric_decode(bytes, AMOUNT_DECIMALS, &out->as.amount.e4);
    default:
        ASSERT(false && "a type letter of a column");
        return STATUS_INTERNAL;
    }
}
