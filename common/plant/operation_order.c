#include "common/plant/operation_order.h"

#include <stdbool.h>
#include <string.h>

static bool all_digits(const char *text)
{
    while (*text >= '0' && *text <= '9')
        text++;
    return *text == '\0';
}

int operation_number_cmp(const char *a, const char *b)
{
    if (!all_digits(a) || !all_digits(b))
        return strcmp(a, b);
    while (*a == '0')
        a++;
    while (*b == '0')
        b++;
    size_t a_length = strlen(a);
    size_t b_length = strlen(b);
    if (a_length != b_length)
        return a_length < b_length ? -1 : 1;
    return strcmp(a, b);
}
