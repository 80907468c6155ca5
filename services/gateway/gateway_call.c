#include "services/gateway/gateway_call.h"

#include "common/base/date.h"
#include "common/base/uuid.h"
#include "common/io/clock.h"
#include "common/io/rpc_client.h"
#include "common/wire/json.h"
#include "common/wire/json_field.h"
#include "common/wire/role.h"
#include "services/gateway/gateway_caller.h"
#include "services/gateway/gateway_guess.h"
#include "services/gateway/gateway_step.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define ETAG_MAX      24 /* quotation marks, 20 digits and a NUL fit */
#define US_PER_SECOND ((int64_t)1000000)

/* Answered here, and the only methods that never name a plant. */
static bool is_own(const struct catalog_service *service)
{
    return strcmp(service->process, "gateway") == 0;
}

/* The version of what the message is about, where it has one: proto/README.md. */
static bool etag_of(const ProtobufCMessage *message, char etag[ETAG_MAX])
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, "version");
    if (!field || field->type != PROTOBUF_C_TYPE_UINT64)
        return false;
    uint64_t version;
    memcpy(&version, (const char *)message + field->offset, sizeof version);
    snprintf(etag, ETAG_MAX, "\"%llu\"", (unsigned long long)version);
    return true;
}

/* If-Match: "7" is the member if_version of the request; "*" is any. */
static enum status take_if_match(struct exchange *exchange, ProtobufCMessage *request)
{
    struct text value = http_header(&exchange->head, "if-match");
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(request->descriptor, "if_version");
    uint64_t version = 0;
    if (value.length == 0)
        return STATUS_OK;
    if (!field || field->type != PROTOBUF_C_TYPE_UINT64)
        return fault_set(&exchange->fault, STATUS_MALFORMED, "If-Match",
                         "method %s does not take the header If-Match", exchange->method);
    if (text_is(value, "*"))
        return STATUS_OK;
    bool good = value.length > 2 && value.length < ETAG_MAX - 4 && value.bytes[0] == '"' &&
                value.bytes[value.length - 1] == '"';
    for (size_t i = 1; good && i + 1 < value.length; i++) {
        good = value.bytes[i] >= '0' && value.bytes[i] <= '9';
        version = version * 10 + (uint64_t)(value.bytes[i] - '0');
    }
    if (!good || version == 0)
        return fault_set(&exchange->fault, STATUS_MALFORMED, "If-Match",
                         "the header If-Match must be an ETag that was given: \"7\"");
    const protobuf_c_boolean given = 1;
    memcpy((char *)request + field->offset, &version, sizeof version);
    memcpy((char *)request + field->quantifier_offset, &given, sizeof given);
    return STATUS_OK;
}

void call_reply_with(struct exchange *exchange, const ProtobufCMessage *message,
                     const struct reply *like)
{
    char etag[ETAG_MAX];
    struct reply reply = *like;
    reply.code = status_http(STATUS_OK);
    reply.etag = etag_of(message, etag) ? etag : NULL;
    reply.type = "application/json";
    if (json_of_message(message, exchange->arena, &reply.body, &exchange->fault) != STATUS_OK)
        exchange_fail(exchange);
    else
        exchange_reply(exchange, &reply);
}

void call_reply(struct exchange *exchange, const ProtobufCMessage *message)
{
    call_reply_with(exchange, message, &(struct reply){.code = 0});
}

/* Answers that the gateway itself reads: for their ETag, or for the steps that are to be done. */
static bool is_read(const ProtobufCMessageDescriptor *type)
{
    return protobuf_c_message_descriptor_get_field_by_name(type, "version") ||
           protobuf_c_message_descriptor_get_field_by_name(type, "steps");
}

static void reply_malformed(struct exchange *exchange)
{
    struct fault unreadable = exchange->fault;
    exchange->fault = (struct fault){.status = STATUS_OK};
    (void)fault_set(&exchange->fault, STATUS_INTERNAL, "", "the service's answer is malformed");
    memcpy(exchange->fault.detail, unreadable.message, sizeof exchange->fault.detail);
    exchange_fail(exchange);
}

static void reply_bytes(struct exchange *exchange, const ProtobufCMessageDescriptor *type,
                        const struct rpc_answer *answer)
{
    struct reply reply = {
        .code = status_http(STATUS_OK), .type = "application/json", .repeated = answer->repeated};
    if (json_of_wire(type, answer->body, exchange->arena, &reply.body, &exchange->fault) !=
        STATUS_OK)
        reply_malformed(exchange);
    else
        exchange_reply(exchange, &reply);
}

static void on_answer(void *context, const struct rpc_answer *answer)
{
    struct exchange *exchange = context;
    const ProtobufCMessage *message;
    if (answer->fault->status != STATUS_OK) {
        exchange->fault = *answer->fault;
        exchange_fail(exchange);
        return;
    }
    const ProtobufCMessageDescriptor *type = exchange->called->output;
    if (!is_read(type))
        reply_bytes(exchange, type, answer);
    else if (wire_unpack(type, answer->body, exchange->arena, &message, &exchange->fault) !=
             STATUS_OK)
        reply_malformed(exchange);
    else if (!step_begin(exchange, message))
        call_reply_with(exchange, message, &(struct reply){.repeated = answer->repeated});
}

static enum status read_key(struct exchange *exchange, struct uuid *key)
{
    struct text value = http_header(&exchange->head, "idempotency-key");
    *key = (struct uuid){{0}};
    if (value.length == 0 && !catalog_writes(exchange->method))
        return STATUS_OK;
    if (value.length == 0)
        return fault_set(&exchange->fault, STATUS_MALFORMED, "Idempotency-Key",
                         "method %s needs the header Idempotency-Key, a UUID", exchange->method);
    if (!uuid_parse(value.bytes, value.length, key) || uuid_is_nil(*key))
        return fault_set(&exchange->fault, STATUS_MALFORMED, "Idempotency-Key",
                         "the header Idempotency-Key must be a UUID of 8-4-4-4-12 hexadecimal "
                         "digits, not all zero");
    return STATUS_OK;
}

static enum status read_timeout(struct exchange *exchange, uint32_t *timeout_ms)
{
    struct text value = http_header(&exchange->head, CALL_TIMEOUT_HEADER);
    uint64_t number = 0;
    bool bad = value.length > 6;
    for (size_t i = 0; !bad && i < value.length; i++) {
        bad = value.bytes[i] < '0' || value.bytes[i] > '9';
        number = number * 10 + (uint64_t)(value.bytes[i] - '0');
    }
    if (bad || (value.length > 0 && (number == 0 || number > CALL_TIMEOUT_MAX_MS)))
        return fault_set(&exchange->fault, STATUS_MALFORMED, "X-Timeout-Ms",
                         "the header X-Timeout-Ms must be a number from 1 to %d",
                         CALL_TIMEOUT_MAX_MS);
    *timeout_ms = number > 0 ? (uint32_t)number : exchange->gateway->limits.call_timeout_ms;
    return STATUS_OK;
}

/* When the device did what it posts, by its own clock; kept by nobody, but a wrong clock is told.
 */
static enum status check_device_time(struct exchange *exchange)
{
    struct text value = http_header(&exchange->head, CALL_DEVICE_TIME_HEADER);
    int64_t said_us;
    if (value.length == 0)
        return STATUS_OK;
    if (!json_time_parse(value, &said_us))
        return fault_set(&exchange->fault, STATUS_MALFORMED, "Device-Time",
                         "the header Device-Time must be a time like 2026-01-31T08:00:00.000000Z");
    int64_t ahead_s = (said_us - clock_unix_us()) / US_PER_SECOND;
    if (ahead_s <= DEVICE_AHEAD_S)
        return STATUS_OK;
    return fault_set(&exchange->fault, STATUS_FUTURE_TIME, "Device-Time",
                     "the device's time %.*s is %lld s ahead of the clock here, at most %d s are "
                     "allowed",
                     (int)value.length, value.bytes, (long long)ahead_s, DEVICE_AHEAD_S);
}

static enum status ask_service(struct exchange *exchange, const ProtobufCMessage *request)
{
    struct rpc_call call = {.process = exchange->service->process,
                            .method = exchange->method,
                            .plant = exchange->plant,
                            .trace = exchange->trace};
    struct ticket ticket = {{0}, {0}};
    enum status status = read_key(exchange, &call.key);
    if (status == STATUS_OK)
        status = read_timeout(exchange, &call.timeout_ms);
    if (status == STATUS_OK)
        status = check_device_time(exchange);
    if (status == STATUS_OK)
        status = wire_pack(request, exchange->arena, &call.body, &exchange->fault);
    if (status == STATUS_OK && call.body.length > WIRE_BODY_MAX)
        status = fault_set(&exchange->fault, STATUS_LIMIT, "",
                           "the request is longer than %zu bytes", WIRE_BODY_MAX);
    if (status == STATUS_OK && exchange->signed_in)
        status = ticket_for(exchange, exchange->service->descriptor->short_name, &ticket,
                            &exchange->fault);
    if (status != STATUS_OK)
        return status;
    call.ticket = ticket.bytes;
    call.ticket_signature = ticket.signature;
    rpc_client_call(exchange->gateway->rpc, &call, on_answer, exchange);
    return STATUS_OK;
}

/* The caller is permitted: read the body and pass it on. */
static void perform(struct exchange *exchange, const struct caller *caller)
{
    ProtobufCMessage *request;
    if (json_to_message(exchange->called->input, exchange->body, exchange->arena, &request,
                        &exchange->fault) != STATUS_OK) {
        exchange_fail(exchange);
        return;
    }
    if (take_if_match(exchange, request) != STATUS_OK) {
        exchange_fail(exchange);
        return;
    }
    if (is_own(exchange->service))
        access_call(exchange, caller, request);
    else if (ask_service(exchange, request) != STATUS_OK)
        exchange_fail(exchange);
}

static void set_principal(struct exchange *exchange, const struct caller *caller)
{
    struct principal *principal = &exchange->principal;
    const char *plant = exchange->plant[0] ? exchange->plant : TICKET_NO_PLANT;
    _Static_assert(sizeof principal->name == sizeof caller->login &&
                       sizeof principal->plant == sizeof exchange->plant &&
                       sizeof principal->device == sizeof caller->device,
                   "what is copied has room");
    exchange->signed_in = true;
    memcpy(principal->name, caller->login, sizeof principal->name);
    memcpy(principal->plant, plant, strlen(plant) + 1);
    memcpy(principal->device, caller->device, sizeof principal->device);
    principal->roles = caller_roles(caller, exchange->plant);
}

/* Whoever finds a terminal that somebody left must not approve with it. */
static enum status check_confirmed(struct exchange *exchange, const struct caller *caller)
{
    if (!caller || caller->by_token || caller->confirmed || !role_needs_password(exchange->method))
        return STATUS_OK;
    return fault_set(&exchange->fault, STATUS_CONFIRM, "password",
                     "method \"%s\" needs your password once more: call Access.Confirm",
                     exchange->method);
}

/* Pages of other sites may make a browser send its cookie: only our own may use it. */
static enum status check_origin(struct exchange *exchange)
{
    static const char scheme[] = "https://";
    struct text origin = http_header(&exchange->head, "origin");
    struct text host = exchange->head.host;
    bool same = origin.length == host.length + sizeof scheme - 1 &&
                memcmp(origin.bytes, scheme, sizeof scheme - 1) == 0 &&
                memcmp(origin.bytes + sizeof scheme - 1, host.bytes, host.length) == 0;
    if (same || (origin.length == 0 && !exchange->by_cookie))
        return STATUS_OK;
    return fault_set(&exchange->fault, STATUS_FORBIDDEN, "Origin",
                     "a session can only be used from its own pages");
}

/* A call with a cookie shows that it is from a page that could read our answers.  Signing in anew
   needs no session, and WhoAmI tells a page that was loaded again its token. */
static enum status check_csrf(struct exchange *exchange, const struct caller *caller)
{
    if (!caller || !exchange->by_cookie || strcmp(exchange->method, "Access.WhoAmI") == 0 ||
        role_is_public(exchange->method))
        return STATUS_OK;
    char wanted[CALLER_CSRF_TEXT];
    struct text shown = http_header(&exchange->head, "x-csrf-token");
    caller_csrf_token(exchange->credential, wanted);
    if (shown.length == sizeof wanted - 1 &&
        sodium_memcmp(shown.bytes, wanted, sizeof wanted - 1) == 0)
        return STATUS_OK;
    return fault_set(&exchange->fault, STATUS_FORBIDDEN, "X-CSRF-Token",
                     "a call with a session's cookie must carry the token that Access.Login and "
                     "Access.WhoAmI answer");
}

static void on_caller(struct exchange *exchange, const struct caller *caller)
{
    enum status status = exchange->fault.status;
    if (status == STATUS_OK && caller)
        set_principal(exchange, caller);
    if (status == STATUS_OK && caller)
        status = guess_refused(exchange, &exchange->fault);
    if (status == STATUS_OK)
        status = check_origin(exchange);
    if (status == STATUS_OK)
        status = check_csrf(exchange, caller);
    if (status == STATUS_OK)
        status =
            role_permit(exchange->method, caller ? &exchange->principal : NULL, &exchange->fault);
    if (status == STATUS_OK)
        status = check_confirmed(exchange, caller);
    if (status != STATUS_OK)
        exchange_fail(exchange);
    else
        perform(exchange, caller);
}

static enum status find_method(struct exchange *exchange, struct text name)
{
    exchange->method = exchange_copy(exchange, name);
    exchange->called = catalog_method(exchange->method, &exchange->service);
    /* Node is asked by GET /services/..., with a process in the path */
    if (exchange->called && exchange->service->process[0] != '\0')
        return STATUS_OK;
    exchange->method = "";
    return fault_set(&exchange->fault, STATUS_NOT_FOUND, "", "method \"%.*s\" does not exist",
                     (int)(name.length < 80 ? name.length : 80), name.bytes);
}

static enum status read_plant(struct exchange *exchange, struct text segment)
{
    struct fault *fault = &exchange->fault;
    const struct catalog_service *service = exchange->service;
    bool none = text_is(segment, "-");
    if (is_own(service) != none && !(none && role_takes_no_plant(exchange->method)))
        return fault_set(fault, STATUS_NOT_FOUND, "plant",
                         is_own(service) ? "method %s names no plant: use /v1/-/"
                                         : "method %s needs a plant in its path",
                         exchange->method);
    if (is_own(service))
        return STATUS_OK;
    if (!http_decode(segment, exchange->plant, sizeof exchange->plant) ||
        !text_is_code(text_of(exchange->plant)) || strcmp(exchange->plant, GRANT_ALL) == 0) {
        exchange->plant[0] = '\0';
        return fault_set(fault, STATUS_MALFORMED, "plant", "the path does not hold a plant's code");
    }
    return STATUS_OK;
}

static enum status check_head(struct exchange *exchange)
{
    if (exchange->head.method != HTTP_POST)
        return fault_set(&exchange->fault, STATUS_MALFORMED, "", "methods are called by POST");
    if (!http_is_type(&exchange->head, "application/json"))
        return fault_set(&exchange->fault, STATUS_MALFORMED, "Content-Type",
                         "the header Content-Type must be application/json");
    return STATUS_OK;
}

void call_exchange(struct exchange *exchange, struct text plant, struct text method)
{
    enum status status = find_method(exchange, method);
    if (status == STATUS_OK)
        status = check_head(exchange);
    if (status == STATUS_OK)
        status = read_plant(exchange, plant);
    if (status != STATUS_OK)
        exchange_fail(exchange);
    else if (role_is_public(exchange->method))
        on_caller(exchange, NULL);
    else
        caller_identify(exchange, on_caller);
}
