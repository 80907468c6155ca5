#ifndef MILLRACE_RELAY_SEAL_VERIFY_H
#define MILLRACE_RELAY_SEAL_VERIFY_H

#include "services/relay/seal_chain.h"

/* Are rows and seals what they were?  Reads only. */
#define VERIFY_SEALS_MAX    200 /* of one slice */
#define VERIFY_FINDINGS_MAX 100 /* of one slice; more are counted in the last one */
#define VERIFY_TEXT_MAX     400

struct verify_ask {
    struct text plant;
    int64_t after_seal;
    size_t limit;
    int64_t head_seal; /* of a head that was kept elsewhere; 0: none */
    uint8_t head_hash[DIGEST_BYTES];
};

enum verify_kind {
    VERIFY_CHANGED,
    VERIFY_MISSING,
    VERIFY_ADDED,
    VERIFY_GAP,
    VERIFY_SEAL,
    VERIFY_HEAD
};

const char *verify_kind_name(enum verify_kind kind);

struct verify_finding {
    enum verify_kind kind;
    char stream[32]; /* "" for a seal or the head */
    int64_t seal_no;
    char rows[VERIFY_TEXT_MAX];
    char text[VERIFY_TEXT_MAX];
};

struct verify_report {
    struct verify_finding *findings;
    size_t count;
    int64_t found; /* all of them */
    int64_t next;  /* the last seal that was looked at; 0: that was the end */
    int64_t seals;
    int64_t rows;
};

enum status verify_slice(struct sql *sql, const struct verify_ask *ask, struct arena *arena,
                         struct verify_report *report, struct fault *fault) MUST_CHECK;

#endif
