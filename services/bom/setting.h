#ifndef MILLRACE_BOM_SETTING_H
#define MILLRACE_BOM_SETTING_H

#include "common/ledger/command.h"
#include "services/bom/setting_store.h"

/*
 * What is set of a plant as a whole: its name, time zone, calendar and how it is planned, and the
 * rules of other services, which are only told here.  A change is a change of master data: it is in
 * the history under plant.csv, and the plan is made anew.
 */
#define PLANT_DAYS_MAX 3660
#define PLANT_NAME_MAX 200

/* bytes NULL, SQL_NO_DATE or -1: stays as it is. */
struct setting_change {
    struct text name;
    date plan_start;
    bool from_today;
    int64_t horizon_days;
    struct text time_zone;
    struct text calendar;
    int64_t reschedule_days;
};

enum status decode_set_plant(struct rpc_request *request, struct setting_change *change) MUST_CHECK;
enum status encode_setting(const struct setting *facts, struct arena *arena, struct text *reply,
                           struct fault *fault) MUST_CHECK;

enum status handle_get_plant(struct rpc_request *request);
enum status handle_set_plant(struct rpc_request *request);

#endif
