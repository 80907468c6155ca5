#ifndef MILLRACE_BOM_SETTING_STORE_H
#define MILLRACE_BOM_SETTING_STORE_H

#include "common/io/sql.h"

/* What is set of a plant as a whole (setting.h), in the tables plant and plant_seq. */
#define SETTING_RULES 7

struct setting {
    struct text name;
    struct text currency;
    date plan_start; /* SQL_NO_DATE: today */
    int64_t horizon_days;
    struct text time_zone;
    struct text calendar; /* "": none */
    int64_t reschedule_days;
    struct text main_location;
    int64_t version;
    const struct sql_value *rules; /* SETTING_RULES of them, in the order of the message */
};

extern const struct sql_schema setting_schema;

/* NOT_FOUND: no such plant. */
enum status setting_load(struct sql *sql, struct text plant, struct arena *arena,
                         struct setting *out, struct fault *fault) MUST_CHECK;

/* INVALID where the time zone or the calendar is unknown. */
enum status setting_check(struct sql *sql, struct text plant, const struct setting *setting,
                          struct arena *arena, struct fault *fault) MUST_CHECK;

/* The fields that can be set, and the change in the history. */
struct setting_write {
    struct text plant;
    struct text principal;
    int64_t change_seq;
    const struct setting *setting;
};

enum status setting_save(struct sql *sql, const struct setting_write *write, struct arena *arena,
                         struct fault *fault) MUST_CHECK;

#endif
