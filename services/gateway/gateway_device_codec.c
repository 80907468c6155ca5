#include "common/io/clock.h"
#include "common/wire/page.h"
#include "common/wire/role.h"
#include "proto/gateway.pb-c.h"
#include "services/gateway/gateway_call.h"
#include "services/gateway/gateway_device.h"
#include "services/gateway/gateway_job.h"

#include <stdio.h>
#include <string.h>

#define KEEPERS (ROLE_SUPERVISOR | ROLE_ADMINISTRATOR)

bool device_of(const struct exchange *exchange, uint8_t hash[STORE_HASH_BYTES])
{
    struct text cookie = http_cookie(&exchange->head, DEVICE_COOKIE);
    memset(hash, 0, STORE_HASH_BYTES);
    if (cookie.length > 0)
        crypto_hash_sha256(hash, (const unsigned char *)cookie.bytes, cookie.length);
    return cookie.length > 0;
}

/* ---- badges ---- */

struct badge_job {
    struct auth_job job;
    struct store_badge_change change;
    const char *pin;
};

static enum status work_set_badge(struct auth_job *job, struct sql *sql)
{
    struct badge_job *badge = (struct badge_job *)job;
    char hash[crypto_pwhash_STRBYTES] = "";
    badge->change.pin_hash = hash;
    if (badge->change.badge[0] != '\0' && access_hash(badge->pin, hash, &job->fault) != STATUS_OK)
        return job->fault.status;
    struct store_act act = job_act(job, "Access.SetBadge");
    act.subject = ACT_OF_USER;
    act.act.object = text_of(badge->change.login);
    act.act.anew = text_of(hash[0] != '\0' ? "pin" : "");
    return device_set_badge(sql, &act, &badge->change, &job->fault);
}

static void done_set_badge(struct auth_job *job)
{
    if (job_failed(job))
        return;
    Millrace__SetBadgeReply reply = MILLRACE__SET_BADGE_REPLY__INIT;
    callers_forget_all(job->gateway->callers);
    call_reply(job->exchange, &reply.base);
}

void device_call_set_badge(struct exchange *exchange, const struct caller *caller,
                           const ProtobufCMessage *message)
{
    (void)caller;
    const Millrace__SetBadgeRequest *request = (const void *)message;
    struct badge_job *badge = job_new(exchange, sizeof *badge, work_set_badge, done_set_badge);
    if (!badge)
        return;
    badge->change = (struct store_badge_change){.login = job_text(request->login),
                                                .badge = job_text(request->badge)};
    badge->pin = job_text(request->pin);
    badge->job.hashes = true;
    bool taken = !request->badge && !request->pin;
    if (!text_is_code(text_of(badge->change.login)))
        job_refuse(exchange, STATUS_INVALID, "login", "a login is needed");
    else if (!taken && !text_is_code(text_of(badge->change.badge)))
        job_refuse(exchange, STATUS_INVALID, "badge", "a badge is needed, as a scanner reads it");
    else if (!taken && !access_pin_is_one(badge->pin))
        job_refuse(exchange, STATUS_INVALID, "pin", "a PIN has 6 to 12 digits");
    else
        auth_submit(exchange->gateway->auth, &badge->job);
}

/* ---- devices ---- */

/* Lines of a text as strings; the number of them. */
static size_t lines_of(struct exchange *exchange, struct text lines, char **out, size_t most)
{
    size_t count = 0;
    while (lines.length > 0 && count < most) {
        const char *end = memchr(lines.bytes, '\n', lines.length);
        size_t length = end ? (size_t)(end - lines.bytes) : lines.length;
        out[count++] = exchange_copy(exchange, (struct text){lines.bytes, length});
        length += end ? 1 : 0;
        lines = (struct text){lines.bytes + length, lines.length - length};
    }
    return count;
}

static Millrace__Device *device_message(struct exchange *exchange, const struct store_device *from)
{
    Millrace__Device *out = arena_alloc(exchange->arena, 1, sizeof *out);
    char **centers = arena_alloc(exchange->arena, DEVICE_WORK_CENTERS_MAX, sizeof *centers);
    if (!out || !centers)
        return NULL;
    millrace__device__init(out);
    out->device_id = exchange_copy(exchange, from->device_id);
    out->plant = exchange_copy(exchange, from->plant);
    out->name = exchange_copy(exchange, from->name);
    out->work_centers = centers;
    out->n_work_centers = lines_of(exchange, from->work_centers, centers, DEVICE_WORK_CENTERS_MAX);
    out->enrolled_by = exchange_copy(exchange, from->enrolled_by);
    out->has_enrolled_at_us = true;
    out->enrolled_at_us = from->enrolled_at_us;
    out->has_revoked_at_us = from->revoked_at_us != 0;
    out->revoked_at_us = from->revoked_at_us;
    return out;
}

struct enroll_job {
    struct auth_job job;
    struct store_enrollment device;
    uint8_t hash[STORE_HASH_BYTES];
    char device_id[UUID_TEXT_MAX];
    char secret[CALLER_SECRET_TEXT];
    struct sql_rows rows;
};

static enum status work_enroll(struct auth_job *job, struct sql *sql)
{
    struct enroll_job *enroll = (struct enroll_job *)job;
    caller_secret_new("", enroll->secret, enroll->hash);
    uuid_format(clock_uuid(), enroll->device_id);
    enroll->device.hash = enroll->hash;
    enroll->device.device_id = enroll->device_id;
    struct store_act act = job_act(job, "Access.EnrollDevice");
    act.subject = ACT_OF_DEVICE;
    act.act.plant = text_of(enroll->device.plant);
    act.act.object = text_of(enroll->device_id);
    enum status status = device_insert(sql, &act, &enroll->device, &job->fault);
    return status != STATUS_OK
               ? status
               : device_find(sql, job->arena, enroll->hash, &enroll->rows, &job->fault);
}

static void done_enroll(struct auth_job *job)
{
    struct enroll_job *enroll = (struct enroll_job *)job;
    char cookie[ACCESS_COOKIE_BYTES];
    if (job_failed(job))
        return;
    snprintf(cookie, sizeof cookie,
             DEVICE_COOKIE "=%s; Path=/; Max-Age=%d; Secure; HttpOnly; SameSite=Strict",
             enroll->secret, DEVICE_COOKIE_S);
    Millrace__EnrollDeviceReply reply = MILLRACE__ENROLL_DEVICE_REPLY__INIT;
    struct store_device device = device_row(&enroll->rows, 0);
    reply.device = device_message(job->exchange, &device);
    call_reply_with(job->exchange, &reply.base, &(struct reply){.cookie = cookie});
}

static enum status read_enrollment(const Millrace__EnrollDeviceRequest *request,
                                   struct store_enrollment *device, struct text *centers,
                                   struct fault *fault)
{
    device->plant = job_text(request->plant);
    device->name = job_text(request->name);
    device->work_centers = centers;
    device->work_center_count = request->n_work_centers;
    if (!text_is_code(text_of(device->plant)) || strcmp(device->plant, GRANT_ALL) == 0)
        return fault_set(fault, STATUS_INVALID, "plant", "a plant's code is needed");
    if (!text_is_code(text_of(device->name)))
        return fault_set(fault, STATUS_INVALID, "name", "a name of 1 to %d bytes is needed",
                         TEXT_CODE_MAX);
    for (size_t i = 0; i < request->n_work_centers; i++) {
        char field[64];
        snprintf(field, sizeof field, "work_centers[%zu]", i);
        centers[i] = text_of(request->work_centers[i]);
        if (!text_is_code(centers[i]))
            return fault_set(fault, STATUS_INVALID, field, "a work center's code is needed");
    }
    return STATUS_OK;
}

void device_call_enroll(struct exchange *exchange, const struct caller *caller,
                        const ProtobufCMessage *message)
{
    const Millrace__EnrollDeviceRequest *request = (const void *)message;
    struct enroll_job *enroll = job_new(exchange, sizeof *enroll, work_enroll, done_enroll);
    struct text *centers = arena_alloc(exchange->arena, DEVICE_WORK_CENTERS_MAX, sizeof *centers);
    if (!enroll)
        return;
    enroll->device.login = exchange_copy(exchange, text_of(caller->login));
    if (!centers || request->n_work_centers > DEVICE_WORK_CENTERS_MAX)
        job_refuse(exchange, STATUS_LIMIT, "work_centers", "a device has at most 32 work centers");
    else if (read_enrollment(request, &enroll->device, centers, &exchange->fault) != STATUS_OK)
        exchange_fail(exchange);
    else if (caller->by_badge || !(caller_roles(caller, enroll->device.plant) & KEEPERS))
        job_refuse(exchange, STATUS_FORBIDDEN, "plant",
                   "a supervisor or administrator of the plant enrolls devices, with a password");
    else
        auth_submit(exchange->gateway->auth, &enroll->job);
}

struct revoke_job {
    struct auth_job job;
    struct caller caller;
    const char *device_id;
};

static enum status work_revoke(struct auth_job *job, struct sql *sql)
{
    struct revoke_job *revoke = (struct revoke_job *)job;
    struct sql_rows rows;
    enum status status = device_find_id(sql, job->arena, revoke->device_id, &rows, &job->fault);
    if (status != STATUS_OK)
        return status;
    const char *plant = rows.count > 0 ? text_copy(device_row(&rows, 0).plant, job->arena) : NULL;
    if (!plant || !(caller_roles(&revoke->caller, plant) & KEEPERS)) /* no hint at what exists */
        return fault_set(&job->fault, STATUS_NOT_FOUND, "device_id", "device \"%s\" does not exist",
                         revoke->device_id);
    struct store_act act = job_act(job, "Access.RevokeDevice");
    act.subject = ACT_OF_DEVICE;
    act.act.plant = text_of(plant);
    act.act.object = text_of(revoke->device_id);
    return device_revoke(sql, &act, &job->fault);
}

static void done_revoke(struct auth_job *job)
{
    if (job_failed(job))
        return;
    Millrace__RevokeDeviceReply reply = MILLRACE__REVOKE_DEVICE_REPLY__INIT;
    callers_forget_all(job->gateway->callers);
    call_reply(job->exchange, &reply.base);
}

void device_call_revoke(struct exchange *exchange, const struct caller *caller,
                        const ProtobufCMessage *message)
{
    const Millrace__RevokeDeviceRequest *request = (const void *)message;
    struct revoke_job *revoke = job_new(exchange, sizeof *revoke, work_revoke, done_revoke);
    if (!revoke)
        return;
    revoke->caller = *caller;
    revoke->device_id = job_text(request->device_id);
    auth_submit(exchange->gateway->auth, &revoke->job);
}

struct list_job {
    struct auth_job job;
    struct caller caller;
    struct text after;
    size_t limit;
    struct sql_rows rows; /* one more than the limit where there is another page */
};

static enum status work_list(struct auth_job *job, struct sql *sql)
{
    struct list_job *list = (struct list_job *)job;
    return device_list(sql, job->arena, list->after, list->limit + 1, &list->rows, &job->fault);
}

static void done_list(struct auth_job *job)
{
    struct list_job *list = (struct list_job *)job;
    Millrace__ListDevicesReply reply = MILLRACE__LIST_DEVICES_REPLY__INIT;
    if (job_failed(job))
        return;
    size_t count = list->rows.count > list->limit ? list->limit : list->rows.count;
    reply.devices = arena_alloc(job->arena, count + 1, sizeof(void *));
    for (size_t i = 0; reply.devices && i < count; i++) {
        struct store_device row = device_row(&list->rows, i);
        Millrace__Device *device = device_message(job->exchange, &row);
        if (!device) {
            job_refuse(job->exchange, STATUS_LIMIT, "", "out of memory");
            return;
        }
        if (count < list->rows.count && i + 1 == count)
            reply.next = device->device_id;
        if (caller_roles(&list->caller, device->plant) & KEEPERS)
            reply.devices[reply.n_devices++] = device;
    }
    call_reply(job->exchange, &reply.base);
}

void device_call_list(struct exchange *exchange, const struct caller *caller,
                      const ProtobufCMessage *message)
{
    const Millrace__ListDevicesRequest *request = (const void *)message;
    struct list_job *list = job_new(exchange, sizeof *list, work_list, done_list);
    if (!list)
        return;
    list->caller = *caller;
    list->after = text_of(job_text(request->after));
    if (page_limit(request->has_limit, request->limit, DEVICES_MAX, &list->limit,
                   &exchange->fault) != STATUS_OK)
        exchange_fail(exchange);
    else
        auth_submit(exchange->gateway->auth, &list->job);
}

struct get_job {
    struct auth_job job;
    uint8_t hash[STORE_HASH_BYTES];
    struct sql_rows rows;
};

static enum status work_get(struct auth_job *job, struct sql *sql)
{
    struct get_job *get = (struct get_job *)job;
    return device_find(sql, job->arena, get->hash, &get->rows, &job->fault);
}

static void done_get(struct auth_job *job)
{
    struct get_job *get = (struct get_job *)job;
    Millrace__GetDeviceReply reply = MILLRACE__GET_DEVICE_REPLY__INIT;
    if (job_failed(job))
        return;
    if (get->rows.count > 0) {
        struct store_device device = device_row(&get->rows, 0);
        reply.device = device_message(job->exchange, &device);
    }
    call_reply(job->exchange, &reply.base);
}

void device_call_get(struct exchange *exchange, const struct caller *caller,
                     const ProtobufCMessage *message)
{
    (void)caller, (void)message;
    struct get_job *get = job_new(exchange, sizeof *get, work_get, done_get);
    if (!get)
        return;
    if (device_of(exchange, get->hash)) {
        auth_submit(exchange->gateway->auth, &get->job);
        return;
    }
    Millrace__GetDeviceReply reply = MILLRACE__GET_DEVICE_REPLY__INIT; /* nobody need be asked */
    call_reply(exchange, &reply.base);
}
