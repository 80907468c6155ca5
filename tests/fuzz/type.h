#ifndef MILLRACE_TESTS_FUZZ_TYPE_H
#define MILLRACE_TESTS_FUZZ_TYPE_H

#include "common/wire/catalog.h"
#include "proto/event.pb-c.h"
#include "proto/step.pb-c.h"

#include <string.h>

/*
 * Which message a kept input is one of: its first four bytes stand for the type whose name's hash
 * follows them next (FNV-1a, as on a ring).  So inputs keep their type when methods are added.
 */
#define FUZZ_TYPE_BYTES 4
#define FUZZ_TYPES_MAX  1024

struct fuzz_type {
    const ProtobufCMessageDescriptor *type;
    uint32_t place;
};

static inline uint32_t fuzz_place(const char *name)
{
    uint32_t hash = 2166136261U;
    for (; *name != '\0'; name++)
        hash = (hash ^ (uint8_t)*name) * 16777619U;
    return hash;
}

/* Every request and reply of every method, and what travels without one. */
static inline size_t fuzz_types(struct fuzz_type types[FUZZ_TYPES_MAX])
{
    const ProtobufCMessageDescriptor *const others[] = {&millrace__event__descriptor,
                                                        &millrace__step__descriptor};
    size_t count = 0;
    for (size_t i = 0; catalog_service(i); i++) {
        const ProtobufCServiceDescriptor *service = catalog_service(i)->descriptor;
        for (unsigned m = 0; m < service->n_methods; m++) {
            ASSERT(count + 2 + COUNT_OF(others) <= FUZZ_TYPES_MAX);
            types[count++].type = service->methods[m].input;
            types[count++].type = service->methods[m].output;
        }
    }
    for (size_t i = 0; i < COUNT_OF(others); i++)
        types[count++].type = others[i];
    for (size_t i = 0; i < count; i++)
        types[i].place = fuzz_place(types[i].type->name);
    return count;
}

/* Counts as coverage, so that the fuzzer looks for one of each type that is taken, and keeps it. */
__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t fuzz_taken[FUZZ_TYPES_MAX];

/* The number of the type of `data`, which has at least FUZZ_TYPE_BYTES. */
static inline size_t fuzz_type(const uint8_t *data, const ProtobufCMessageDescriptor **type)
{
    static struct fuzz_type types[FUZZ_TYPES_MAX];
    static size_t count;
    uint32_t place;
    size_t best = 0;
    if (count == 0)
        count = fuzz_types(types);
    memcpy(&place, data, FUZZ_TYPE_BYTES);
    for (size_t i = 1; i < count; i++) {
        if (types[i].place - place < types[best].place - place)
            best = i;
    }
    *type = types[best].type;
    return best;
}

#endif
