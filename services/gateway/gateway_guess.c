#include "services/gateway/gateway_guess.h"

#include "common/io/clock.h"
#include "services/gateway/gateway_store.h"

#include <sodium.h>
#include <string.h>

enum kind { BY_PAIR, BY_NAME, BY_ADDRESS, BY_DEVICE, BY_STRANGER, BY_REFUSED, KINDS };

static struct {
    struct lockout lockout;
    uint32_t most;
} counts[KINDS] = {
    [BY_PAIR] = {{.window_us = LOCKOUT_WINDOW_US}, GUESS_LOGIN_MAX},
    [BY_NAME] = {{.window_us = LOCKOUT_HOUR_US}, GUESS_USER_MAX},
    [BY_ADDRESS] = {{.window_us = LOCKOUT_WINDOW_US}, GUESS_ADDRESS_MAX},
    [BY_DEVICE] = {{.window_us = LOCKOUT_WINDOW_US}, GUESS_DEVICE_MAX},
    [BY_STRANGER] = {{.window_us = LOCKOUT_WINDOW_US}, GUESS_STRANGER_MAX},
    [BY_REFUSED] = {{.window_us = LOCKOUT_WINDOW_US}, GUESS_REFUSED_MAX},
};

/* Keyed by chance at each start: nobody can name logins that push the count of another one out of
   its slot. */
static uint64_t key_of(const void *bytes, size_t length)
{
    static uint8_t secret[crypto_shorthash_KEYBYTES];
    static bool made;
    uint64_t key;
    if (!made)
        clock_random(secret, sizeof secret);
    made = true;
    crypto_shorthash((uint8_t *)&key, bytes, length, secret);
    return key;
}

struct keys {
    uint64_t of[BY_STRANGER];
    size_t count;
};

static struct keys keys_of(const struct exchange *exchange, const char *name, const uint8_t *device)
{
    struct keys keys = {.count = device ? BY_DEVICE + 1 : BY_ADDRESS + 1};
    keys.of[BY_NAME] = key_of(name, strlen(name));
    keys.of[BY_ADDRESS] = key_of(&exchange->address.origin, sizeof exchange->address.origin);
    const uint64_t pair[2] = {keys.of[BY_NAME], keys.of[BY_ADDRESS]};
    keys.of[BY_PAIR] = key_of(pair, sizeof pair);
    if (device)
        keys.of[BY_DEVICE] = key_of(device, STORE_HASH_BYTES);
    return keys;
}

static bool too_many(size_t kind, uint64_t key, int64_t now_us)
{
    return lockout_refuses(&counts[kind].lockout, key, counts[kind].most, now_us);
}

static enum status refuse(struct fault *fault)
{
    return fault_set(fault, STATUS_UNAUTHENTICATED, "",
                     "too many failed logins: wait a few minutes");
}

enum status guess_begun(const struct exchange *exchange, const char *name, const uint8_t *device,
                        struct fault *fault)
{
    struct keys keys = keys_of(exchange, name, device);
    int64_t now_us = clock_monotonic_us();
    for (size_t kind = 0; kind < keys.count; kind++) {
        if (too_many(kind, keys.of[kind], now_us))
            return refuse(fault);
    }
    for (size_t kind = 0; kind < keys.count; kind++)
        lockout_failed(&counts[kind].lockout, keys.of[kind], now_us);
    return STATUS_OK;
}

void guess_ended(const struct exchange *exchange, const char *name, const uint8_t *device,
                 bool wrong)
{
    struct keys keys = keys_of(exchange, name, device);
    for (size_t kind = 0; !wrong && kind < keys.count; kind++)
        lockout_take_back(&counts[kind].lockout, keys.of[kind]);
}

enum status guess_stranger(const struct exchange *exchange, struct fault *fault)
{
    uint64_t key = key_of(&exchange->address.origin, sizeof exchange->address.origin);
    return too_many(BY_STRANGER, key, clock_monotonic_us()) ? refuse(fault) : STATUS_OK;
}

void guess_was_stranger(const struct exchange *exchange)
{
    uint64_t key = key_of(&exchange->address.origin, sizeof exchange->address.origin);
    lockout_failed(&counts[BY_STRANGER].lockout, key, clock_monotonic_us());
}

enum status guess_refused(const struct exchange *exchange, struct fault *fault)
{
    uint64_t key = key_of(exchange->credential, sizeof exchange->credential);
    return too_many(BY_REFUSED, key, clock_monotonic_us())
               ? fault_set(fault, STATUS_FORBIDDEN, "",
                           "too many refused calls: wait a few minutes")
               : STATUS_OK;
}

void guess_was_refused(const struct exchange *exchange)
{
    uint64_t key = key_of(exchange->credential, sizeof exchange->credential);
    lockout_failed(&counts[BY_REFUSED].lockout, key, clock_monotonic_us());
}
