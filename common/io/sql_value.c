#define _DEFAULT_SOURCE /* endian.h */
#include "common/io/sql_value.h"

#include "common/base/decimal.h"

#include <endian.h>
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

/* Big-endian, `width` bytes of 1 to 8. */
static inline void put_be(char *at, uint64_t value, size_t width)
{
    const uint64_t first = htobe64(value << (sizeof value - width) * 8);
    memcpy(at, &first, width);
}

static inline uint64_t get_be(const char *at, size_t width)
{
    uint64_t first = 0;
    memcpy(&first, at, width);
    return be64toh(first) >> (sizeof first - width) * 8;
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

/* The digits of magnitude x 10^-decimals in base 10000, lowest first, and the power of the lowest;
   none for zero.  PostgreSQL wants zeros at neither end. */
static size_t numeric_digits(uint64_t magnitude, int decimals, uint16_t low_first[8], int *lowest)
{
    uint64_t whole = magnitude / (uint64_t)powers[decimals];
    uint64_t rest = magnitude % (uint64_t)powers[decimals] * (decimals == 6 ? 100 : 1);
    int power = rest > 0 ? -((decimals + 3) / 4) : 0;
    size_t count = 0;
    for (; rest > 0 && rest % NUMERIC_BASE == 0; rest /= NUMERIC_BASE)
        power++;
    for (int at = power; at < 0; at++, rest /= NUMERIC_BASE)
        low_first[count++] = (uint16_t)(rest % NUMERIC_BASE);
    for (; count == 0 && whole > 0 && whole % NUMERIC_BASE == 0; whole /= NUMERIC_BASE)
        power++;
    for (; whole > 0; whole /= NUMERIC_BASE)
        low_first[count++] = (uint16_t)(whole % NUMERIC_BASE);
    while (count > 0 && low_first[count - 1] == 0)
        count--; /* of a fraction */
    *lowest = power;
    return count;
}

size_t sql_numeric_encode(int64_t value, int decimals, char out[SQL_NUMERIC_MAX])
{
    ASSERT(decimals == 0 || decimals == 4 || decimals == 6);
    uint16_t low_first[8];
    int lowest;
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    const size_t count = numeric_digits(magnitude, decimals, low_first, &lowest);
    const int weight = count > 0 ? lowest + (int)count - 1 : 0;
    ASSERT(8 + 2 * count <= SQL_NUMERIC_MAX);
    put_be(out, count, 2);
    put_be(out + 2, (uint64_t)(uint16_t)weight, 2);
    put_be(out + 4, value < 0 ? NUMERIC_NEGATIVE : 0, 2);
    put_be(out + 6, (uint64_t)decimals, 2);
    for (size_t i = 0; i < count; i++)
        put_be(out + 8 + 2 * i, low_first[count - 1 - i], 2);
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

static bool is_text(char letter)
{
    return letter == 't' || letter == 'x';
}

/* Bytes that any value but a text takes at most. */
#define FIXED_MAX SQL_NUMERIC_MAX

static size_t encode_integer(char *to, uint64_t value, size_t width)
{
    put_be(to, value, width);
    return width;
}

/* Any value but a text; how many bytes it took. */
static size_t encode_fixed(char letter, const struct sql_value *value, char *to)
{
    switch (letter) {
    case 'i':
        return encode_integer(to, (uint64_t)value->as.integer, 8);
    case 'p':
        return encode_integer(to, (uint64_t)value->as.integer, SQL_PLACE_BYTES);
    case 'n':
        ASSERT(value->as.integer >= INT32_MIN && value->as.integer <= INT32_MAX);
        return encode_integer(to, (uint64_t)value->as.integer, 4);
    case 'z':
        return encode_integer(to, (uint64_t)(value->as.integer - PG_EPOCH_US), 8);
    case 'b':
        return encode_integer(to, value->as.boolean, 1);
    case 'd':
        return encode_integer(to, (uint64_t)((int64_t)value->as.day - DATE_OF_PG_EPOCH), 4);
    case 'u':
        memcpy(to, value->as.uuid.bytes, sizeof value->as.uuid.bytes);
        return sizeof value->as.uuid.bytes;
    case 'q':
        return sql_numeric_encode(value->as.qty.micro, QTY_DECIMALS, to);
    case 'c':
        return sql_numeric_encode(value->as.unitcost.micro, QTY_DECIMALS, to);
    case 'a':
        return sql_numeric_encode(value->as.amount.e4, AMOUNT_DECIMALS, to);
    default:
        ASSERT(false && "a type letter");
        return 0;
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

/* ndim, has NULLs, element type; for one dimension also its size and lower bound. */
static enum status append_array_head(struct sql_bytes *out, uint32_t type, size_t count)
{
    enum status status = bytes_reserve(out, 20);
    if (status != STATUS_OK)
        return status;
    char *at = out->bytes + out->length;
    put_be(at, count > 0, 4);
    put_be(at + 4, 0, 4);
    put_be(at + 8, type, 4);
    put_be(at + 12, count, 4);
    put_be(at + 16, 1, 4);
    out->length += count > 0 ? 20 : 12;
    return STATUS_OK;
}

/* Bytes that the value takes at most; where it is not NULL. */
static size_t room_of(char letter, const struct sql_value *value)
{
    return is_text(letter) ? value->as.text.length : FIXED_MAX;
}

/* The value where there is room for it; how many bytes it took. */
static size_t put_value(char letter, const struct sql_value *value, char *to)
{
    if (!is_text(letter))
        return encode_fixed(letter, value, to);
    if (value->as.text.length > 0)
        memcpy(to, value->as.text.bytes, value->as.text.length);
    return value->as.text.length;
}

/* Its length first; returns where it ends. */
static char *put_field(char letter, const struct sql_value *value, char *at)
{
    size_t length = value->null ? 0 : put_value(letter, value, at + 4);
    put_be(at, value->null ? SQL_NULL_LENGTH : length, 4);
    return at + 4 + length;
}

static enum status append_field(char letter, const struct sql_value *value, struct sql_bytes *out)
{
    enum status status = bytes_reserve(out, 4 + (value->null ? 0 : room_of(letter, value)));
    if (status == STATUS_OK)
        out->length = (size_t)(put_field(letter, value, out->bytes + out->length) - out->bytes);
    return status;
}

static enum status append_text(struct text text, struct sql_bytes *out)
{
    enum status status = bytes_reserve(out, 4 + text.length);
    if (status != STATUS_OK)
        return status;
    char *at = out->bytes + out->length;
    put_be(at, text.bytes ? text.length : SQL_NULL_LENGTH, 4);
    if (text.length > 0)
        memcpy(at + 4, text.bytes, text.length);
    out->length += 4 + text.length;
    return STATUS_OK;
}

/* A NULL sets the byte at `nulls`. */
static enum status append_texts(const struct sql_array *texts, struct sql_bytes *out, size_t nulls)
{
    enum status status = STATUS_OK;
    const char *field = texts->first;
    for (size_t i = 0; i < texts->count && status == STATUS_OK; i++, field += texts->stride) {
        struct text text;
        copy_field(&text, sizeof text, field, texts->size);
        status = append_text(text, out);
        out->bytes[nulls] |= !text.bytes;
    }
    return status;
}

/* Each is short: room is made for all of them at once. */
static enum status append_fixed(char letter, const struct sql_array *values, struct sql_bytes *out,
                                size_t nulls)
{
    enum status status = values->count > SQL_PARAM_BYTES_MAX
                             ? STATUS_LIMIT
                             : bytes_reserve(out, values->count * (4 + FIXED_MAX));
    if (status != STATUS_OK)
        return status;
    char *at = out->bytes + out->length;
    const char *field = values->first;
    for (size_t i = 0; i < values->count; i++, field += values->stride) {
        struct sql_value value = {0};
        read_element(letter, field, values->size, &value);
        at = put_field(letter, &value, at);
        out->bytes[nulls] |= value.null;
    }
    out->length = (size_t)(at - out->bytes);
    return STATUS_OK;
}

static enum status encode_array(char letter, const struct sql_value *value, struct sql_bytes *out)
{
    const struct sql_array *array = &value->as.array;
    const size_t nulls = out->length + 7; /* in the head */
    if (array->count > INT32_MAX)
        return STATUS_LIMIT;
    enum status status = append_array_head(out, sql_type_of(letter), array->count);
    if (status != STATUS_OK)
        return status;
    return is_text(letter) ? append_texts(array, out, nulls)
                           : append_fixed(letter, array, out, nulls);
}

enum status sql_encode(char letter, const struct sql_value *value, struct sql_bytes *out)
{
    ASSERT(!value->null);
    if (sql_letter_is_array(letter))
        return encode_array(letter_of_element(letter), value, out);
    enum status status = bytes_reserve(out, room_of(letter, value));
    if (status == STATUS_OK)
        out->length += put_value(letter, value, out->bytes + out->length);
    return status;
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

/* An array as a column of rows. */
struct column {
    const struct sql_array *array;
    uint32_t type;
    char letter;
};

#define COLUMNS_MAX 48

static size_t columns_of(const char *letters, const struct sql_value *params,
                         struct column columns[COLUMNS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; letters[i] != '\0'; i++) {
        if (!sql_letter_is_array(letters[i]))
            continue;
        const char letter = letter_of_element(letters[i]);
        ASSERT(count < COLUMNS_MAX && !params[i].null);
        columns[count++] = (struct column){&params[i].as.array, sql_type_of(letter), letter};
        ASSERT(params[i].as.array.count == columns[0].array->count);
    }
    return count;
}

static enum status append_cell(const struct column *column, size_t row, struct sql_bytes *out)
{
    const struct sql_array *array = column->array;
    struct sql_value value = {0};
    read_element(column->letter, (const char *)array->first + row * array->stride, array->size,
                 &value);
    enum status status = bytes_reserve(out, 8 + (value.null ? 0 : room_of(column->letter, &value)));
    if (status != STATUS_OK)
        return status;
    char *at = out->bytes + out->length;
    put_be(at, column->type, 4);
    out->length = (size_t)(put_field(column->letter, &value, at + 4) - out->bytes);
    return STATUS_OK;
}

/* Its length, and as record_send gives it (rowtypes.c) how many columns, then each with its type.
 */
static enum status append_row(const struct column *columns, size_t count, size_t row,
                              struct sql_bytes *out)
{
    const size_t begin = out->length;
    enum status status = bytes_reserve(out, 8);
    if (status != STATUS_OK)
        return status;
    put_be(out->bytes + begin + 4, count, 4);
    out->length += 8;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = append_cell(&columns[i], row, out);
    put_be(out->bytes + begin, out->length - begin - 4, 4);
    return status;
}

enum status sql_encode_rows(uint32_t type, const char *letters, const struct sql_value *params,
                            struct sql_bytes *out)
{
    struct column columns[COLUMNS_MAX];
    const size_t width = columns_of(letters, params, columns);
    const size_t count = width > 0 ? columns[0].array->count : 0;
    enum status status = count > INT32_MAX ? STATUS_LIMIT : append_array_head(out, type, count);
    for (size_t row = 0; row < count && status == STATUS_OK; row++)
        status = append_row(columns, width, row, out);
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
