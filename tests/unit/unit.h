#ifndef MILLRACE_TESTS_UNIT_H
#define MILLRACE_TESTS_UNIT_H

/*
 * The frame of a CUnit program, one suite a source file:
 *
 *     UNIT_SUITE("qty", UNIT(test_parse), UNIT(test_round))
 *
 * The closing line "N passed, N failed" counts tests, not assertions: ops/test adds them up.
 */

#include "common/base/base.h"

#include <CUnit/Basic.h>

#include <stdio.h>
#include <stdlib.h>

struct unit_test {
    const char *name;
    void (*run)(void);
};

static inline int unit_run(const char *suite_name, const struct unit_test *tests, size_t count)
{
    if (CU_initialize_registry() != CUE_SUCCESS)
        return EXIT_FAILURE;
    CU_pSuite suite = CU_add_suite(suite_name, NULL, NULL);
    for (size_t i = 0; suite && i < count; i++) {
        if (!CU_add_test(suite, tests[i].name, tests[i].run))
            return EXIT_FAILURE;
    }
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    unsigned failed = CU_get_number_of_tests_failed();
    printf("%s: %u passed, %u failed\n", suite_name, CU_get_number_of_tests_run() - failed, failed);
    CU_cleanup_registry();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define UNIT(function) \
 {                     \
#  function, function  \
 }
#define UNIT_SUITE(name, ...)                            \
 int main(void)                                          \
 {                                                       \
  static const struct unit_test tests[] = {__VA_ARGS__}; \
  return unit_run(name, tests, COUNT_OF(tests));         \
 }

#endif
