#include "common/base/names.h"

#include "common/base/sort.h"

#include <stdlib.h>
#include <string.h>

#define POOL_BYTES_FIRST 4096
#define SLOTS_FIRST      256

/*
 * A text of up to 8 bytes stands in its slot, so finding it costs one cache miss; of a longer one
 * the slot holds the hash, and the text in the pool is compared.  12 bytes: there are millions.
 */
#define HEAD_BYTES 8

/* The upper bits of slot.number: what the head is. */
#define KIND_FULL  0x00000000u /* a text of 8 bytes */
#define KIND_SHORT 0x40000000u /* a shorter one, its length in the last byte */
#define KIND_HASH  0x80000000u
#define KIND_BITS  0xc0000000u /* both: free */

struct slot {
    uint32_t head[2];
    uint32_t number; /* with its kind; NAMES_NONE: free */
};

struct entry {
    uint32_t offset;
    uint32_t length;
};

struct names {
    char *pool;
    size_t pool_used;
    size_t pool_size;
    size_t pool_limit;
    struct entry *entries;
    uint32_t count;
    uint32_t entries_size;
    struct slot *slots;
    uint32_t slot_count;
    uint32_t slot_limit; /* names that the slots take before they grow */
};

static struct slot *slots_new(uint32_t count)
{
    struct slot *slots = malloc(count * sizeof(*slots));
    if (slots)
        memset(slots, 0xff, count * sizeof(*slots));
    return slots;
}

struct names *names_new(size_t limit_bytes)
{
    struct names *names = calloc(1, sizeof(*names));
    if (!names)
        return NULL;
    names->pool_limit = limit_bytes < UINT32_MAX ? limit_bytes : UINT32_MAX;
    names->slots = slots_new(SLOTS_FIRST);
    names->slot_count = SLOTS_FIRST;
    names->slot_limit = SLOTS_FIRST / 2;
    if (!names->slots)
        names_free(&names);
    return names;
}

void names_free(struct names **names)
{
    if (!*names)
        return;
    free((*names)->pool);
    free((*names)->entries);
    free((*names)->slots);
    free(*names);
    *names = NULL;
}

static struct text entry_text(const struct names *names, uint32_t number)
{
    const struct entry *entry = &names->entries[number];
    return (struct text){names->pool + entry->offset, entry->length};
}

static struct slot slot_of(struct text text, uint64_t hash, uint32_t number)
{
    unsigned char head[HEAD_BYTES] = {0};
    struct slot slot;
    if (text.length > HEAD_BYTES) {
        memcpy(head, &hash, sizeof head);
        slot.number = number | KIND_HASH;
    } else {
        if (text.length > 0)
            memcpy(head, text.bytes, text.length);
        slot.number = number | (text.length == HEAD_BYTES ? KIND_FULL : KIND_SHORT);
        if (text.length < HEAD_BYTES)
            head[HEAD_BYTES - 1] = (unsigned char)text.length;
    }
    memcpy(slot.head, head, sizeof slot.head);
    return slot;
}

/* Of any count of slots, each as likely. */
static uint32_t slot_home(const struct names *names, uint64_t hash)
{
    return (uint32_t)(((hash & UINT32_MAX) * names->slot_count) >> 32);
}

static uint32_t slot_after(const struct names *names, uint32_t at)
{
    return at + 1 == names->slot_count ? 0 : at + 1;
}

static void slot_put(struct names *names, uint64_t hash, struct slot slot)
{
    uint32_t at = slot_home(names, hash);
    while (names->slots[at].number != NAMES_NONE)
        at = slot_after(names, at);
    names->slots[at] = slot;
}

static void slots_fill(struct names *names)
{
    memset(names->slots, 0xff, names->slot_count * sizeof(*names->slots));
    for (uint32_t i = 0; i < names->count; i++) {
        struct text text = entry_text(names, i);
        uint64_t hash = text_hash(text);
        slot_put(names, hash, slot_of(text, hash, i));
    }
}

static bool entries_size(struct names *names, uint32_t size)
{
    if (size <= names->entries_size)
        return true;
    struct entry *entries = realloc(names->entries, size * sizeof(*entries));
    if (!entries)
        return false;
    names->entries = entries;
    names->entries_size = size;
    return true;
}

/* Room for one more. */
static bool entries_reserve(struct names *names)
{
    if (names->count < names->entries_size)
        return true;
    return names->count < NAMES_NONE / 4 &&
           entries_size(names, names->entries_size ? names->entries_size * 2 : SLOTS_FIRST);
}

static bool slots_make(struct names *names, uint32_t count, uint32_t limit)
{
    struct slot *slots = slots_new(count);
    if (!slots)
        return false;
    free(names->slots);
    names->slots = slots;
    names->slot_count = count;
    names->slot_limit = limit;
    slots_fill(names);
    return true;
}

/* Names that an index made for `count` takes, and its slots: seven tenths full a name is still
   found within the cache line where the search begins. */
static uint32_t tight_limit(uint32_t count)
{
    return count + count / 100 + SLOTS_FIRST / 2;
}

static uint32_t tight_slots(uint32_t count)
{
    return (uint32_t)((uint64_t)tight_limit(count) * 10 / 7);
}

bool names_reserve(struct names *names, uint32_t count)
{
    return count < names->slot_limit || (count < NAMES_NONE / 4 && entries_size(names, count) &&
                                         slots_make(names, tight_slots(count), tight_limit(count)));
}

void names_trim(struct names *names)
{
    if (tight_slots(names->count) < names->slot_count)
        (void)slots_make(names, tight_slots(names->count), tight_limit(names->count));
}

static bool pool_reserve(struct names *names, size_t bytes)
{
    size_t need = names->pool_used + bytes;
    if (need > names->pool_limit)
        return false;
    if (need <= names->pool_size)
        return true;
    size_t size = names->pool_size ? names->pool_size : POOL_BYTES_FIRST;
    while (size < need)
        size *= 2;
    char *pool = realloc(names->pool, size);
    if (!pool)
        return false;
    names->pool = pool;
    names->pool_size = size;
    return true;
}

static uint32_t find(const struct names *names, struct text text, uint64_t hash)
{
    struct slot want = slot_of(text, hash, 0);
    for (uint32_t at = slot_home(names, hash);; at = slot_after(names, at)) {
        const struct slot *slot = &names->slots[at];
        if (slot->number == NAMES_NONE)
            return NAMES_NONE;
        if (slot->head[0] != want.head[0] || slot->head[1] != want.head[1] ||
            (slot->number & KIND_BITS) != want.number)
            continue;
        uint32_t number = slot->number & ~KIND_BITS;
        if (want.number != KIND_HASH || text_equal(entry_text(names, number), text))
            return number;
    }
}

void names_ahead(const struct names *names, struct text text)
{
    __builtin_prefetch(&names->slots[slot_home(names, text_hash(text))]);
}

uint32_t names_find(const struct names *names, struct text text)
{
    return find(names, text, text_hash(text));
}

uint32_t names_add(struct names *names, struct text text)
{
    uint64_t hash = text_hash(text);
    uint32_t number = find(names, text, hash);
    if (number != NAMES_NONE)
        return number;
    if (!pool_reserve(names, text.length + 1) || !entries_reserve(names))
        return NAMES_NONE;
    if (names->count >= names->slot_limit &&
        !slots_make(names, names->slot_count * 2, names->slot_count))
        return NAMES_NONE;

    number = names->count++;
    names->entries[number] = (struct entry){(uint32_t)names->pool_used, (uint32_t)text.length};
    if (text.length > 0)
        memcpy(names->pool + names->pool_used, text.bytes, text.length);
    names->pool[names->pool_used + text.length] = '\0';
    names->pool_used += text.length + 1;
    slot_put(names, hash, slot_of(text, hash, number));
    return number;
}

const char *names_text(const struct names *names, uint32_t number)
{
    ASSERT(number < names->count);
    return names->pool + names->entries[number].offset;
}

size_t names_length(const struct names *names, uint32_t number)
{
    ASSERT(number < names->count);
    return names->entries[number].length;
}

uint32_t names_count(const struct names *names)
{
    return names->count;
}

bool names_sorted(const struct names *names)
{
    for (uint32_t i = 1; i < names->count; i++) {
        if (text_cmp(entry_text(names, i - 1), entry_text(names, i)) > 0)
            return false;
    }
    return true;
}

static int compare_names(const void *context, uint32_t a, uint32_t b)
{
    const struct names *names = context;
    return text_cmp(entry_text(names, a), entry_text(names, b));
}

bool names_sort(struct names *names, uint32_t *new_of)
{
    uint32_t count = names->count;
    uint32_t *work = malloc(((size_t)count + 1) * 2 * sizeof(*work));
    struct entry *entries = malloc(((size_t)count + 1) * sizeof(*entries));
    if (work && entries) {
        for (uint32_t i = 0; i < count; i++)
            work[i] = i;
        sort_u32(work, work + count, count, compare_names, names);
        for (uint32_t i = 0; i < count; i++) {
            new_of[work[i]] = i;
            entries[i] = names->entries[work[i]];
        }
        if (count > 0)
            memcpy(names->entries, entries, count * sizeof(*entries));
        slots_fill(names);
    }
    bool done = work && entries;
    free(work);
    free(entries);
    return done;
}
