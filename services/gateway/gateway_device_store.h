#ifndef MILLRACE_GATEWAY_DEVICE_STORE_H
#define MILLRACE_GATEWAY_DEVICE_STORE_H

#include "services/gateway/gateway_store.h"

/* Devices and badges in the database (sql/migrations/0026); gateway_device.h says what they are. */

extern const struct sql_schema device_schema;

struct store_device {
    struct text device_id;
    struct text plant;
    struct text name;
    struct text work_centers; /* one a line */
    struct text enrolled_by;
    int64_t enrolled_at_us;
    int64_t revoked_at_us; /* 0: in use */
};

struct store_enrollment {
    const uint8_t *hash;
    const char *device_id;
    const char *plant;
    const char *name;
    const struct text *work_centers;
    size_t work_center_count;
    const char *login; /* whose act it is */
};

enum status device_insert(struct sql *sql, struct store_act *act,
                          const struct store_enrollment *device, struct fault *fault) MUST_CHECK;
struct store_device device_row(const struct sql_rows *rows, size_t i);

/* The device with that cookie, in use: one row or none. */
enum status device_find(struct sql *sql, struct arena *arena, const uint8_t *hash,
                        struct sql_rows *rows, struct fault *fault) MUST_CHECK;
enum status device_find_id(struct sql *sql, struct arena *arena, const char *device_id,
                           struct sql_rows *rows, struct fault *fault) MUST_CHECK;
/* Devices after `after`, ascending, at most `limit`. */
enum status device_list(struct sql *sql, struct arena *arena, struct text after, size_t limit,
                        struct sql_rows *rows, struct fault *fault) MUST_CHECK;
/* The one that is the act's object.  Ends its sessions too. */
enum status device_revoke(struct sql *sql, struct store_act *act, struct fault *fault) MUST_CHECK;

struct store_badge {
    const char *badge;
    const uint8_t *device;   /* hash of its cookie */
    const char *certificate; /* the device it must be; NULL for any */
    struct store_user user;  /* out: with the PIN's hash */
    const char *plant;       /* out: of the device; NULL where it is not enrolled */
    const char *login;       /* out; "" where nobody has the badge */
    int64_t failures;        /* out: wrong PINs in a row */
};

/* UNAUTHENTICATED where the device is not enrolled (any more). */
enum status device_find_badge(struct sql *sql, struct arena *arena, struct store_badge *badge,
                              struct fault *fault) MUST_CHECK;
/* One more wrong PIN, or none any more. */
enum status device_count_failure(struct sql *sql, struct arena *arena,
                                 const struct store_badge *badge, bool right,
                                 struct fault *fault) MUST_CHECK;

struct store_badge_change {
    const char *login;
    const char *badge; /* "": taken away */
    const char *pin_hash;
};

/* Ends the person's sessions by badge.  EXISTS when somebody else has it. */
enum status device_set_badge(struct sql *sql, struct store_act *act,
                             const struct store_badge_change *change,
                             struct fault *fault) MUST_CHECK;

#endif
