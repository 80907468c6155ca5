#ifndef MILLRACE_IO_SQL_VALUE_H
#define MILLRACE_IO_SQL_VALUE_H

#include "common/io/sql.h"

/*
 * PostgreSQL's binary formats, as the types' send and receive functions define them
 * (src/backend/utils/adt: numeric.c, arrayfuncs.c, date.c, timestamp.c).  No connection needed.
 */

/* Bytes that grow; zero is empty. */
struct sql_bytes {
    char *bytes;
    size_t length;
    size_t capacity;
};

#define SQL_PARAM_BYTES_MAX (64 * MIB) /* all encoded parameters of one statement */

void sql_bytes_release(struct sql_bytes *out);

/* The type's number in pg_type; the letter must be one of sql.h's. */
uint32_t sql_type_of(char letter);
bool sql_letter_is_array(char letter);

/* Append the value as the letter's type.  LIMIT when SQL_PARAM_BYTES_MAX would be passed; an
   integer beyond int4 under the letter n is our bug and asserts. */
enum status sql_encode(char letter, const struct sql_value *value,
                       struct sql_bytes *out) MUST_CHECK;

/* Append the value as a field of a binary COPY, its length first: of a capital letter the element
   `row` of the array.  LIMIT as above. */
enum status sql_encode_field(char letter, const struct sql_value *value, size_t row,
                             struct sql_bytes *out) MUST_CHECK;

/* Append, as an array of the composite type numbered `type`, the rows of which the arrays among
   `params` are the columns: those whose letter is a capital one, all of one length.  LIMIT as
   above. */
enum status sql_encode_rows(uint32_t type, const char *letters, const struct sql_value *params,
                            struct sql_bytes *out) MUST_CHECK;

/* Append bytes as they are. */
enum status sql_bytes_put(struct sql_bytes *out, const void *bytes, size_t length) MUST_CHECK;

/* Read a value that is not NULL.  INTERNAL when the bytes are not of the letter's type, OVERFLOW
   when a number does not fit, LIMIT when the arena is full.  A numeric with more decimals than the
   letter has is INTERNAL: the statement forgot to round. */
enum status sql_decode(char letter, struct text bytes, struct arena *arena,
                       struct sql_value *out) MUST_CHECK;

/* How many elements an array has, as its type sends it: of one dimension; 0 for NULL, for none, and
   for what has more dimensions. */
int64_t sql_array_count(struct text bytes);

/* A signed number of `width` bytes, 1 to 8, most significant first. */
int64_t sql_integer(const char *bytes, size_t width);

/* NUMERIC: ndigits, weight, sign, dscale and then the digits in base 10000.  Returns the length. */
#define SQL_NUMERIC_MAX 24
size_t sql_numeric_encode(int64_t value, int decimals, char out[SQL_NUMERIC_MAX]);
enum status sql_numeric_decode(struct text bytes, int decimals, int64_t *out) MUST_CHECK;

#endif
