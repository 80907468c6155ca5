#include "services/mrp/owner_store.h"

#include <string.h>

#define LOCK_NOT_AVAILABLE "55P03" /* a writer holds the row longer than lock_timeout */

/* clang-format off */
enum { ENROL, RENEW, LEASES, PATIENCE, TAKE, RELEASE, BEGIN, HOLD };

static const struct sql_statement statements[] = {
    [ENROL] = {
        .name = "owner.enrol",
        .text = "INSERT INTO plan_owner (plant_id, epoch, instance, expires_at)"
                " SELECT plant_id, 0, 0, now() - interval '1 ms' FROM plant p"
                " WHERE NOT EXISTS (SELECT FROM plan_owner o WHERE o.plant_id = p.plant_id)"
                " ORDER BY plant_id ON CONFLICT DO NOTHING",
        .params = "", .columns = "",
    },
    [RENEW] = {
        .name = "owner.renew",
        .text = "UPDATE plan_owner o SET expires_at = now() + $3::bigint * interval '1 s'"
                " FROM unnest($1::text[], $2::bigint[]) t (plant_id, epoch)"
                " WHERE o.plant_id = t.plant_id AND o.epoch = t.epoch",
        .params = "TIi", .columns = "",
    },
    [LEASES] = {
        .name = "owner.leases",
        .text = "SELECT plant_id, epoch, instance, expires_at < now(), expires_at < now()"
                " - CASE WHEN (hashtext(plant_id) & 1073741823) % $2::bigint + 1 = $1 THEN interval '0'"
                " ELSE $3::bigint * interval '1 ms' END FROM plan_owner ORDER BY plant_id",
        .params = "iii", .columns = "tinbb",
    },
    [PATIENCE] = {
        .name = "owner.patience",
        .text = "SELECT set_config('lock_timeout', '200ms', true)",
        .params = "", .columns = "t",
    },
    [TAKE] = {
        .name = "owner.take",
        .text = "UPDATE plan_owner SET epoch = epoch + 1, instance = $3,"
                " expires_at = now() + $4::bigint * interval '1 s'"
                " WHERE plant_id = $1 AND epoch = $2 AND (expires_at < now() OR instance = $3)"
                " RETURNING epoch",
        .params = "tini", .columns = "i",
    },
    [RELEASE] = {
        .name = "owner.release",
        .text = "UPDATE plan_owner SET expires_at = now() - interval '1 s'"
                " WHERE instance = $1 AND expires_at > now()",
        .params = "n", .columns = "",
    },
    [BEGIN] = {
        .name = "owner.begin",
        /* and tables that grow are not read whole because they were small */
        .text = "SELECT FROM set_config('idle_in_transaction_session_timeout', $1::bigint || 's', true) AS i,"
                " set_config('enable_seqscan', 'off', true) AS s",
        .params = "i", .columns = "",
    },
    [HOLD] = {
        .name = "owner.hold",
        .text = "SELECT epoch FROM plan_owner WHERE plant_id = $1 AND epoch = $2 FOR KEY SHARE",
        .params = "ti", .columns = "i",
    },
};
/* clang-format on */

const struct sql_schema owner_schema = {.statements = statements,
                                        .statement_count = COUNT_OF(statements)};

enum status owner_enrol(struct sql *sql, struct fault *fault)
{
    return sql_run(sql, &statements[ENROL], NULL, NULL, NULL, fault);
}

enum status owner_renew(struct sql *sql, const struct lease *leases, size_t count,
                        struct fault *fault)
{
    struct sql_value params[] = {SQL_ARRAY(leases, count, plant), SQL_ARRAY(leases, count, epoch),
                                 SQL_INT(OWNER_LEASE_S)};
    return count == 0 ? STATUS_OK : sql_run(sql, &statements[RENEW], params, NULL, NULL, fault);
}

enum status owner_leases(struct sql *sql, int64_t self, int64_t instances, struct arena *arena,
                         struct lease **leases, size_t *count, struct fault *fault)
{
    struct sql_value params[] = {SQL_INT(self), SQL_INT(instances), SQL_INT(OWNER_GRACE_MS)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[LEASES], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct lease *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return fault_set(fault, STATUS_LIMIT, "", "too many plants");
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        list[i] = (struct lease){.plant = v[0].as.text,
                                 .epoch = v[1].as.integer,
                                 .instance = v[2].as.integer,
                                 .expired = v[3].as.boolean,
                                 .takeable = v[4].as.boolean};
    }
    *leases = list;
    *count = rows.count;
    return STATUS_OK;
}

enum status owner_take(struct sql *sql, const struct lease *lease, int64_t self,
                       struct arena *arena, int64_t *epoch, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(lease->plant), SQL_INT(lease->epoch), SQL_INT(self),
                                 SQL_INT(OWNER_LEASE_S)};
    struct sql_rows rows = {0};
    *epoch = 0;
    enum status status = sql_begin(sql, fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[PATIENCE], NULL, NULL, NULL, fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[TAKE], params, arena, &rows, fault);
    if (status == STATUS_OK)
        status = sql_commit(sql, fault);
    if (status == STATUS_OK && rows.count == 1)
        *epoch = sql_at(&rows, 0, 0)->as.integer;
    sql_rollback(sql);
    if (status == STATUS_OK || strcmp(sql_state(sql), LOCK_NOT_AVAILABLE) != 0)
        return status;
    *fault = (struct fault){0};
    return STATUS_OK;
}

enum status owner_release(struct sql *sql, int64_t self, struct fault *fault)
{
    struct sql_value params[] = {SQL_INT(self)};
    return sql_run(sql, &statements[RELEASE], params, NULL, NULL, fault);
}

enum status owner_begin(struct sql *sql, struct fault *fault)
{
    struct sql_value params[] = {SQL_INT(OWNER_IDLE_S)};
    return sql_push(sql, &statements[BEGIN], params, fault);
}

enum status owner_queue_hold(struct sql *sql, struct text plant, int64_t epoch, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_INT(epoch)};
    return sql_queue(sql, &statements[HOLD], params, fault);
}

enum status owner_held(const struct sql_rows *hold, struct text plant, struct fault *fault)
{
    return hold->count == 1 ? STATUS_OK
                            : fault_set(fault, STATUS_UNAVAILABLE, "plant",
                                        "plan of plant \"%.*s\" is kept by another instance now",
                                        (int)plant.length, plant.bytes);
}
