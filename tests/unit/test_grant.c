/* Roles by plant, tokens that never exceed their owner, and the counting of failed logins. */

#include "services/gateway/gateway_grant_core.h"
#include "tests/unit/unit.h"

#include <stdio.h>

#define ADD(grants, plant, roles) CU_ASSERT_TRUE(grants_add(&(grants), plant, roles))

static void test_at(void)
{
    struct grants grants = {0};
    ADD(grants, "A", 2);
    ADD(grants, "*", 4);
    ADD(grants, "A", 8);
    CU_ASSERT_EQUAL(grants.count, 2);
    CU_ASSERT_EQUAL(grants_at(&grants, "A"), 14);
    CU_ASSERT_EQUAL(grants_at(&grants, "B"), 4);
    CU_ASSERT_EQUAL(grants_at(&grants, ""), 4);
}

static void test_full(void)
{
    struct grants grants = {0};
    for (int i = 0; i < GRANTS_MAX; i++) {
        char plant[16];
        snprintf(plant, sizeof plant, "P%d", i);
        ADD(grants, plant, 2);
    }
    CU_ASSERT_FALSE(grants_add(&grants, "more", 2));
    CU_ASSERT_TRUE(grants_add(&grants, "P7", 4));
    CU_ASSERT_EQUAL(grants_at(&grants, "P7"), 6);
}

static void test_token(void)
{
    struct caller caller = {.by_token = true};
    ADD(caller.own, "A", 2 | 4);
    ADD(caller.token, "*", 4 | 8);
    CU_ASSERT_EQUAL(caller_roles(&caller, "A"), 4);
    CU_ASSERT_EQUAL(caller_roles(&caller, "B"), 0);
    CU_ASSERT_EQUAL(caller_roles(&caller, ""), 0);
    caller.by_token = false;
    CU_ASSERT_EQUAL(caller_roles(&caller, "A"), 6);
}

/* A badge opens what its person may do on the floor of one plant. */
static void test_confine(void)
{
    struct grants grants = {0};
    ADD(grants, "A", 2 | 4);
    ADD(grants, "B", 2);
    ADD(grants, "*", 8 | 16);
    grants_confine(&grants, "A", 4 | 8);
    CU_ASSERT_EQUAL(grants_at(&grants, "A"), 4 | 8);
    CU_ASSERT_EQUAL(grants_at(&grants, "B"), 0);
    CU_ASSERT_EQUAL(grants_at(&grants, ""), 0);
    grants_confine(&grants, "B", 4 | 8);
    CU_ASSERT_EQUAL(grants.count, 0);
}

static void test_covers(void)
{
    struct caller caller = {0};
    struct grants wanted = {0};
    ADD(caller.own, "A", 2 | 4);
    CU_ASSERT_TRUE(caller_covers(&caller, &wanted));
    ADD(wanted, "A", 4);
    CU_ASSERT_TRUE(caller_covers(&caller, &wanted));
    ADD(wanted, "B", 4);
    CU_ASSERT_FALSE(caller_covers(&caller, &wanted));
    struct grants all = {0};
    ADD(all, "*", 4);
    CU_ASSERT_FALSE(caller_covers(&caller, &all));
    ADD(caller.own, "*", 4);
    CU_ASSERT_TRUE(caller_covers(&caller, &all));
    CU_ASSERT_TRUE(caller_covers(&caller, &wanted));
}

static void test_lockout(void)
{
    static struct lockout lockout = {.window_us = LOCKOUT_WINDOW_US};
    const uint64_t key = 12345;
    for (int i = 0; i < 4; i++)
        lockout_failed(&lockout, key, i);
    CU_ASSERT_FALSE(lockout_refuses(&lockout, key, 5, 10));
    lockout_failed(&lockout, key, 5);
    CU_ASSERT_TRUE(lockout_refuses(&lockout, key, 5, 10));
    CU_ASSERT_FALSE(lockout_refuses(&lockout, key + 1, 5, 10));
    CU_ASSERT_TRUE(lockout_refuses(&lockout, key, 5, LOCKOUT_WINDOW_US - 1));
    CU_ASSERT_FALSE(lockout_refuses(&lockout, key, 5, LOCKOUT_WINDOW_US));
    lockout_failed(&lockout, key, LOCKOUT_WINDOW_US);
    CU_ASSERT_FALSE(lockout_refuses(&lockout, key, 5, LOCKOUT_WINDOW_US));
    CU_ASSERT_TRUE(lockout_refuses(&lockout, key, 1, LOCKOUT_WINDOW_US));
    lockout_failed(&lockout, key, LOCKOUT_WINDOW_US);
    lockout_take_back(&lockout, key);
    CU_ASSERT_TRUE(lockout_refuses(&lockout, key, 1, LOCKOUT_WINDOW_US));
    lockout_take_back(&lockout, key);
    CU_ASSERT_FALSE(lockout_refuses(&lockout, key, 1, LOCKOUT_WINDOW_US));
    lockout_take_back(&lockout, key + LOCKOUT_SLOTS); /* the same slot, another key */
    CU_ASSERT_FALSE(lockout_refuses(&lockout, key, 1, LOCKOUT_WINDOW_US));
}

UNIT_SUITE("grant", UNIT(test_at), UNIT(test_full), UNIT(test_token), UNIT(test_confine),
           UNIT(test_covers), UNIT(test_lockout))
