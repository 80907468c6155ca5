/* Bytes that a server could send as a column's value: never read past their end, and a number that
   is taken is the number that is sent back. */

#include "common/io/sql_value.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void round_trip(struct text bytes, int decimals)
{
    int64_t value = 0;
    int64_t again = 0;
    char sent[SQL_NUMERIC_MAX];
    if (sql_numeric_decode(bytes, decimals, &value) != STATUS_OK)
        return;
    size_t length = sql_numeric_encode(value, decimals, sent);
    enum status status = sql_numeric_decode((struct text){sent, length}, decimals, &again);
    if (status != STATUS_OK || again != value)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char letters[] = "tinbduxqcaz";
    char *exact = malloc(size ? size : 1); /* the sanitizer sees a read past the end */
    struct arena *arena = arena_new(MIB);
    if (!exact || !arena)
        abort();
    memcpy(exact, data, size);
    struct text bytes = {exact, size};
    for (size_t i = 0; letters[i] != '\0'; i++) {
        struct sql_value value = {0};
        enum status status = sql_decode(letters[i], bytes, arena, &value);
        if (status == STATUS_OK && letters[i] == 't' && value.as.text.length != size)
            abort();
    }
    round_trip(bytes, 4);
    round_trip(bytes, 6);
    arena_free(&arena);
    free(exact);
    return 0;
}
