#ifndef MILLRACE_BASE_BASE_H
#define MILLRACE_BASE_BASE_H

/* Language helpers every file may use.  Nothing here does I/O or allocates. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_CHECK __attribute__((warn_unused_result))
/* Out of line, so that what nearly always runs makes no room for it. */
#define RARELY            __attribute__((cold, noinline))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define COUNT_OF(array)   (sizeof(array) / sizeof((array)[0]))
#define KIB               ((size_t)1024)
#define MIB               (KIB * 1024)

__extension__ typedef __int128 int128; /* products of two int64, never stored */

/* Stays on in release builds: a wrong ledger is worse than a restarted service. */
#define ASSERT(condition)                                   \
 do {                                                       \
  if (!(condition))                                         \
   assert_failed(#condition, __FILE__, __LINE__, __func__); \
 } while (0)

_Noreturn void assert_failed(const char *text, const char *file, int line, const char *func);

#endif
