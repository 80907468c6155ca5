#ifndef MILLRACE_RELAY_SEAL_CHAIN_H
#define MILLRACE_RELAY_SEAL_CHAIN_H

#include "common/wire/digest.h"
#include "services/relay/seal_store.h"

/*
 * What is hashed, all SHA-256:
 *     row        the plant's code and a NUL, then the bytes of seal_record_write
 *     rows_hash  the hashes of the rows one after another
 *     hash       previous, then the hash of the seal's other columns in their order as texts with a
 *                NUL behind each (numbers in decimal), then that of the marks, then rows_hash
 * The first seal of a plant follows SEAL_NO_HASH.
 */
#define SEAL_NO_HASH "" /* as `previous` and in a head: nothing is sealed */

/* Rows of a range with their hashes, DIGEST_BYTES each. */
struct seal_rows {
    struct seal_row *rows; /* their bytes are gone */
    char *hashes;
    size_t count;
};

/* Memory of the arena, whatever the rows are long. */
enum status seal_read(struct sql *sql, const struct seal_range *range, struct arena *arena,
                      struct seal_rows *out, struct fault *fault) MUST_CHECK;

/* Marks and rows_hash of rows; memory of the arena. */
enum status seal_rows(const struct seal_rows *rows, struct arena *arena, struct seal *seal,
                      struct fault *fault) MUST_CHECK;

/* What seal->hash must be, by all the other members. */
enum status seal_hash(struct text plant, const struct seal *seal, uint8_t hash[DIGEST_BYTES],
                      struct fault *fault) MUST_CHECK;

#endif
