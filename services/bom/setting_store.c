#include "services/bom/setting_store.h"

/* clang-format off */
enum { LOAD, KNOWN, SAVE };

#define FACTS(r) \
    "jsonb_strip_nulls(jsonb_build_object('name', " r ".name, 'plan_start', " r ".plan_start, 'horizon_days'," \
    " " r ".horizon_days, 'time_zone', " r ".time_zone, 'calendar', " r ".calendar, 'reschedule_days'," \
    " " r ".reschedule_days))"

static const struct sql_statement statements[] = {
    [LOAD] = {"setting.load",
        "SELECT coalesce(p.name, ''), p.currency, p.plan_start, p.horizon_days::bigint, p.time_zone,"
        " coalesce(p.calendar, ''), p.reschedule_days::bigint, p.main_location, p.master_seq, s.approve_above,"
        " s.purchase_approve_above, s.unplanned_issue, s.invoice_tolerance_pct, s.invoice_tolerance_amount,"
        " s.variance_alarm_pct, s.variance_alarm_amount FROM plant p JOIN plant_seq s ON s.plant_id = p.plant_id"
        " WHERE p.plant_id = $1", "t", "ttdittitiaabqaqa"},
    [KNOWN] = {"setting.known",
        "SELECT EXISTS (SELECT FROM pg_timezone_names() AS z WHERE z.name = $2), $3 = '' OR EXISTS"
        " (SELECT FROM calendar WHERE plant_id = $1 AND calendar = $3)", "ttt", "bb"},
    [SAVE] = {"setting.save",
        "WITH old AS (SELECT * FROM plant WHERE plant_id = $1), new AS (UPDATE plant SET name = nullif($4, ''),"
        " plan_start = $5, horizon_days = $6, time_zone = $7, calendar = nullif($8, ''), reschedule_days = $9,"
        " master_seq = $2 WHERE plant_id = $1 RETURNING *) INSERT INTO master_change (plant_id, change_seq, place, file,"
        " object, old_row, new_row, changed_by) SELECT $1, $2, 1, 'plant.csv', '', " FACTS("old") ", " FACTS("new")
        ", $3 FROM old, new", "tittdnttn", ""},
};
/* clang-format on */

const struct sql_schema setting_schema = {.statements = statements,
                                          .statement_count = COUNT_OF(statements)};

enum status setting_load(struct sql *sql, struct text plant, struct arena *arena,
                         struct setting *out, struct fault *fault)
{
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(plant)};
    enum status status = sql_run(sql, &statements[LOAD], params, arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        status = fault_set(fault, STATUS_NOT_FOUND, "plant", "plant \"%.*s\" does not exist",
                           (int)plant.length, plant.bytes);
    if (status != STATUS_OK)
        return status;
    const struct sql_value *v = sql_at(&rows, 0, 0);
    *out = (struct setting){.name = v[0].as.text,
                            .currency = v[1].as.text,
                            .plan_start = v[2].null ? SQL_NO_DATE : v[2].as.day,
                            .horizon_days = v[3].as.integer,
                            .time_zone = v[4].as.text,
                            .calendar = v[5].as.text,
                            .reschedule_days = v[6].as.integer,
                            .main_location = v[7].as.text,
                            .version = v[8].as.integer,
                            .rules = &v[9]};
    return STATUS_OK;
}

enum status setting_check(struct sql *sql, struct text plant, const struct setting *setting,
                          struct arena *arena, struct fault *fault)
{
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(setting->time_zone),
                                       SQL_TEXT(setting->calendar)};
    enum status status = sql_run(sql, &statements[KNOWN], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    if (!sql_at(&rows, 0, 0)->as.boolean)
        return fault_set(fault, STATUS_INVALID, "time_zone", "time zone \"%.*s\" does not exist",
                         (int)setting->time_zone.length, setting->time_zone.bytes);
    if (!sql_at(&rows, 0, 1)->as.boolean)
        return fault_set(fault, STATUS_INVALID, "calendar", "calendar \"%.*s\" does not exist",
                         (int)setting->calendar.length, setting->calendar.bytes);
    return STATUS_OK;
}

enum status setting_save(struct sql *sql, const struct setting_write *write, struct arena *arena,
                         struct fault *fault)
{
    const struct setting *setting = write->setting;
    struct sql_value params[] = {SQL_TEXT(write->plant),           SQL_INT(write->change_seq),
                                 SQL_TEXT(write->principal),       SQL_TEXT(setting->name),
                                 SQL_DATE(setting->plan_start),    SQL_INT(setting->horizon_days),
                                 SQL_TEXT(setting->time_zone),     SQL_TEXT(setting->calendar),
                                 SQL_INT(setting->reschedule_days)};
    params[4].null = setting->plan_start == SQL_NO_DATE;
    return sql_run(sql, &statements[SAVE], params, arena, NULL, fault);
}
