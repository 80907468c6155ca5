/* JSON <-> messages by descriptor: golden pairs, every refusal with its path, exact numbers. */

#include "common/wire/json.h"
#include "common/wire/json_field.h"
#include "proto/bom.pb-c.h"
#include "proto/cost.pb-c.h"
#include "proto/envelope.pb-c.h"
#include "proto/event.pb-c.h"
#include "proto/gateway.pb-c.h"
#include "proto/inventory.pb-c.h"
#include "proto/mrp.pb-c.h"
#include "proto/order.pb-c.h"
#include "proto/production.pb-c.h"
#include "proto/receipt.pb-c.h"
#include "proto/relay.pb-c.h"
#include "tests/unit/unit.h"

#include <string.h>

#define ARENA_BYTES (64 * MIB)

static struct arena *arena;

static ProtobufCMessage *read_as(const ProtobufCMessageDescriptor *type, const char *json,
                                 struct fault *fault)
{
    ProtobufCMessage *message = NULL;
    *fault = (struct fault){0};
    enum status status = json_to_message(type, text_of(json), arena, &message, fault);
    CU_ASSERT_EQUAL(status, fault->status);
    return status == STATUS_OK ? message : NULL;
}

static const char *written(const ProtobufCMessage *message)
{
    struct text out;
    struct fault fault = {0};
    if (json_of_message(message, arena, &out, &fault) != STATUS_OK)
        return "(refused)";
    const char *copy = text_copy(out, arena);
    return copy ? copy : "(full)";
}

static void check_text(const char *got, const char *want)
{
    CU_ASSERT_STRING_EQUAL(got, want);
    if (strcmp(got, want) != 0)
        printf("\n  got  %s\n  want %s\n", got, want);
}

struct pair {
    const ProtobufCMessageDescriptor *type;
    const char *in;
    const char *out; /* NULL: the same as in */
};

static const struct pair pairs[] = {
    {&millrace__post_issue_request__descriptor,
     "{\"work_order\":\"WO-17\",\"effective_on\":\"2026-01-31\",\"lines\":[{\"item\":\"A\","
     "\"quantity\":\"12.5\"},{\"item\":\"B\",\"quantity\":\"-0.000001\",\"lot\":\"L1\"}]}",
     NULL},
    {&millrace__post_issue_request__descriptor,
     " { \"lines\" : [ { \"quantity\" : 12.500000 } ] , \"work_order\" : null } ",
     "{\"lines\":[{\"quantity\":\"12.5\"}]}"},
    {&millrace__post_issue_request__descriptor, "{}", "{\"lines\":[]}"},
    {&millrace__post_issue_request__descriptor, "{\"work_order\":\"\"}",
     "{\"work_order\":\"\",\"lines\":[]}"},
    {&millrace__post_issue_request__descriptor,
     "{\"work_order\":\"\\u9f7f\\u8f6e \\ud83d\\ude00 \\\"\\\\\\/\\n\\t\\u0001\"}",
     "{\"work_order\":\"齿轮 😀 \\\"\\\\/\\n\\t\\u0001\",\"lines\":[]}"},
    {&millrace__event__descriptor,
     "{\"plant\":\"DEMO\",\"event_seq\":18446744,\"kind\":\"work_order\",\"committed_at\":"
     "\"2026-01-31T08:00:00.000000Z\",\"stock\":{\"on_hand\":\"9223372036854.775807\","
     "\"value\":\"-922337203685477.5808\"}}",
     NULL},
    {&millrace__event__descriptor, "{\"committed_at\":\"2026-01-31T08:00:00.25+08:00\"}",
     "{\"committed_at\":\"2026-01-31T00:00:00.250000Z\"}"},
    {&millrace__event__descriptor, "{\"committed_at\":\"1969-12-31T23:59:59.999999Z\"}", NULL},
    {&millrace__add_import_chunk_request__descriptor,
     "{\"job_uuid\":\"017f22e2-79b0-7cc3-98c4-dc0c0c07398f\",\"file\":\"items.csv\",\"chunk\":0,"
     "\"content\":\"aXRlbQ==\"}",
     NULL},
    {&millrace__add_import_chunk_request__descriptor, "{\"content\":\"\"}", NULL},
    {&millrace__add_import_chunk_request__descriptor, "{\"content\":\"/+8A\"}", NULL},
    {&millrace__add_import_chunk_request__descriptor, "{\"chunk\":4294967295}", NULL},
    {&millrace__finish_import_request__descriptor, "{\"dry_run\":true}",
     "{\"dry_run\":true,\"remove\":[]}"},
    {&millrace__finish_import_request__descriptor, "{\"dry_run\":false}",
     "{\"dry_run\":false,\"remove\":[]}"},
    {&millrace__finish_import_reply__descriptor,
     "{\"files\":[{\"file\":\"a\",\"rows\":1}],\"errors\":[\"x\",\"\"],\"error_count\":2}", NULL},
    {&millrace__ticket__descriptor, "{\"roles\":[\"planner\",\"administrator\"]}", NULL},
    {&millrace__logout_request__descriptor, "{}", NULL},
};

static void test_pairs(void)
{
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        struct fault fault;
        const ProtobufCMessage *message = read_as(pairs[i].type, pairs[i].in, &fault);
        CU_ASSERT_PTR_NOT_NULL(message);
        check_text(message ? written(message) : fault.message,
                   pairs[i].out ? pairs[i].out : pairs[i].in);
        arena_reset(arena);
    }
}

struct refusal {
    const ProtobufCMessageDescriptor *type;
    const char *in;
    enum status status;
    const char *field;
    const char *message; /* how it begins */
};

#define ISSUE &millrace__post_issue_request__descriptor
#define CHUNK &millrace__add_import_chunk_request__descriptor
#define EVENT &millrace__event__descriptor

static const struct refusal refusals[] = {
    {ISSUE, "", STATUS_MALFORMED, "", "the request is not JSON: byte 0: premature EOF"},
    {ISSUE, "{", STATUS_MALFORMED, "", "the request is not JSON: byte 1: premature EOF"},
    {ISSUE, "{} {}", STATUS_MALFORMED, "", "the request is not JSON: byte 4: trailing garbage"},
    {ISSUE, "{\"work_order\":tru}", STATUS_MALFORMED, "",
     "the request is not JSON: byte 17: invalid string"},
    {ISSUE, "{\"work_order\":\"\xc3(\"}", STATUS_MALFORMED, "", "the request is not JSON: byte 1"},
    {ISSUE, "{'a':1}", STATUS_MALFORMED, "", "the request is not JSON: byte 2"},
    {ISSUE, "{/* */}", STATUS_MALFORMED, "", "the request is not JSON"},
    {ISSUE, "{\"lines\":[{\"quantity\":01}]}", STATUS_MALFORMED, "", "the request is not JSON"},
    {ISSUE, "{\"work_order\":\"\\ud83d\"}", STATUS_MALFORMED, "", "the request holds half a surr"},
    {ISSUE, "{\"work_order\":\"\\ude00\"}", STATUS_MALFORMED, "", "the request holds half a surr"},
    {ISSUE, "{\"work_order\":\"\\ud83dx\\ude00\"}", STATUS_MALFORMED, "", "the request holds half"},
    {ISSUE, "[]", STATUS_MALFORMED, "", "the request must be a JSON object"},
    {ISSUE, "null", STATUS_MALFORMED, "", "the request must be a JSON object"},
    {ISSUE, "7", STATUS_MALFORMED, "", "the request must be a JSON object"},
    {ISSUE, "{\"order\":1}", STATUS_INVALID, "order", "member \"order\" is not known"},
    {ISSUE, "{\"lines\":[{},{\"qty\":1}]}", STATUS_INVALID, "lines[1].qty",
     "member \"qty\" is not known"},
    {ISSUE, "{\"lines\":[{\"quantity_micro\":1}]}", STATUS_INVALID, "lines[0].quantity_micro",
     "member \"quantity_micro\" is not known"},
    {ISSUE, "{\"work_order\":\"A\",\"work_order\":\"B\"}", STATUS_INVALID, "work_order",
     "member \"work_order\" is given twice"},
    {ISSUE, "{\"work_order\":17}", STATUS_INVALID, "work_order",
     "work_order must be a string, not 17"},
    {ISSUE, "{\"work_order\":[\"A\"]}", STATUS_INVALID, "work_order",
     "work_order must be a string, not an array"},
    {ISSUE, "{\"work_order\":{}}", STATUS_INVALID, "work_order",
     "work_order must be a string, not an object"},
    {ISSUE, "{\"work_order\":\"a\\u0000b\"}", STATUS_INVALID, "work_order",
     "work_order must not contain a NUL character"},
    {ISSUE, "{\"lines\":{}}", STATUS_INVALID, "lines", "lines must be an array, not an object"},
    {ISSUE, "{\"lines\":[null]}", STATUS_INVALID, "lines[0]",
     "lines[0] must be an object, not null"},
    {ISSUE, "{\"lines\":[{},[]]}", STATUS_INVALID, "lines[1]",
     "lines[1] must be an object, not an array"},
    {ISSUE, "{\"lines\":[{},{},{\"quantity\":\"1.0000001\"}]}", STATUS_INVALID, "lines[2].quantity",
     "quantity must be a decimal number with at most 6 decimals such as \"12.5\", not "
     "\"1.0000001\""},
    {ISSUE, "{\"lines\":[{\"quantity\":1.0000001}]}", STATUS_INVALID, "lines[0].quantity",
     "quantity must be a decimal number with at most 6 decimals such as \"12.5\", not "
     "1.0000001"},
    {ISSUE, "{\"lines\":[{\"quantity\":1e3}]}", STATUS_INVALID, "lines[0].quantity",
     "quantity must be a decimal"},
    {ISSUE, "{\"lines\":[{\"quantity\":\"\"}]}", STATUS_INVALID, "lines[0].quantity",
     "quantity must be a decimal"},
    {ISSUE, "{\"lines\":[{\"quantity\":\" 1\"}]}", STATUS_INVALID, "lines[0].quantity",
     "quantity must be a decimal"},
    {ISSUE, "{\"lines\":[{\"quantity\":true}]}", STATUS_INVALID, "lines[0].quantity",
     "quantity must be a decimal number with at most 6 decimals such as \"12.5\", not "
     "true"},
    {ISSUE, "{\"lines\":[{\"quantity\":9223372036854.775808}]}", STATUS_INVALID,
     "lines[0].quantity", "quantity is out of range"},
    {ISSUE, "{\"effective_on\":\"2026-02-29\"}", STATUS_INVALID, "effective_on",
     "effective_on must be a date such as \"2026-01-31\", not \"2026-02-29\""},
    {ISSUE, "{\"effective_on\":20260131}", STATUS_INVALID, "effective_on",
     "effective_on must be a date such as \"2026-01-31\", not 20260131"},
    {CHUNK, "{\"chunk\":-1}", STATUS_INVALID, "chunk", "chunk is out of range"},
    {CHUNK, "{\"chunk\":4294967296}", STATUS_INVALID, "chunk", "chunk is out of range"},
    {CHUNK, "{\"chunk\":99999999999999999999}", STATUS_INVALID, "chunk", "chunk is out of range"},
    {CHUNK, "{\"chunk\":1.0}", STATUS_INVALID, "chunk", "chunk must be a whole number, not 1.0"},
    {CHUNK, "{\"chunk\":\"1\"}", STATUS_INVALID, "chunk",
     "chunk must be a whole number, not \"1\""},
    {CHUNK, "{\"job_uuid\":\"17\"}", STATUS_INVALID, "job_uuid", "job_uuid must be a UUID"},
    {CHUNK, "{\"content\":\"abc\"}", STATUS_INVALID, "content", "content must be base64"},
    {CHUNK, "{\"content\":\"ab=c\"}", STATUS_INVALID, "content", "content must be base64"},
    {CHUNK, "{\"content\":\"a===\"}", STATUS_INVALID, "content", "content must be base64"},
    {CHUNK, "{\"content\":\"ab-_\"}", STATUS_INVALID, "content", "content must be base64"},
    {CHUNK, "{\"content\":\"aXRlbR==\"}", STATUS_INVALID, "content", "content must be base64"},
    {EVENT, "{\"kind\":\"WORK_ORDER\"}", STATUS_INVALID, "kind",
     "kind must be one of \"none\", \"stock\", \"work_order\""},
    {EVENT, "{\"kind\":2}", STATUS_INVALID, "kind", "kind must be one of"},
    {EVENT, "{\"stock\":{\"on_hand\":\"x\"}}", STATUS_INVALID, "stock.on_hand",
     "on_hand must be a decimal"},
    {EVENT, "{\"stock\":\"x\"}", STATUS_INVALID, "stock", "stock must be an object, not \"x\""},
    {EVENT, "{\"event_seq\":-1}", STATUS_INVALID, "event_seq", "event_seq is out of range"},
    {EVENT, "{\"committed_at\":\"2026-01-31\"}", STATUS_INVALID, "committed_at",
     "committed_at must be a time"},
    {EVENT, "{\"committed_at\":\"2026-01-31T24:00:00Z\"}", STATUS_INVALID, "committed_at",
     "committed_at must be a time"},
    {EVENT, "{\"committed_at\":\"2026-01-31T08:00:00\"}", STATUS_INVALID, "committed_at",
     "committed_at must be a time"},
    {EVENT, "{\"committed_at\":\"2026-01-31T08:00:00.1234567Z\"}", STATUS_INVALID, "committed_at",
     "committed_at must be a time"},
};

static void test_refusals(void)
{
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        const struct refusal *want = &refusals[i];
        struct fault fault;
        CU_ASSERT_PTR_NULL(read_as(want->type, want->in, &fault));
        CU_ASSERT_EQUAL(fault.status, want->status);
        CU_ASSERT_STRING_EQUAL(fault.field, want->field);
        fault.message[strlen(want->message)] = '\0';
        check_text(fault.message, want->message);
        arena_reset(arena);
    }
}

static void test_nul_in_text(void)
{
    struct fault fault = {0};
    ProtobufCMessage *message;
    CU_ASSERT_EQUAL(json_to_message(ISSUE, (struct text){"{}\0", 3}, arena, &message, &fault),
                    STATUS_MALFORMED);
}

/* Every decimal of a spread over the whole range survives both ways. */
static void test_exact(void)
{
    uint64_t state = 42;
    for (int i = 0; i < 2000; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        Millrace__StockState stock;
        millrace__stock_state__init(&stock);
        stock.has_on_hand_micro = 1;
        stock.on_hand_micro = (int64_t)state >> (i % 64);
        stock.has_value_e4 = 1;
        stock.value_e4 = -stock.on_hand_micro;
        struct fault fault;
        const Millrace__StockState *back =
            (const void *)read_as(stock.base.descriptor, written(&stock.base), &fault);
        CU_ASSERT_PTR_NOT_NULL_FATAL(back);
        CU_ASSERT_EQUAL(back->on_hand_micro, stock.on_hand_micro);
        CU_ASSERT_EQUAL(back->value_e4, stock.value_e4);
        arena_reset(arena);
    }
}

/* n times `piece` between head and tail */
static const char *repeat(const char *head, const char *piece, const char *tail, size_t n)
{
    size_t length = strlen(piece);
    char *text = arena_alloc(arena, strlen(head) + n * length + strlen(tail) + 1, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    char *at = text;
    memcpy(at, head, strlen(head));
    at += strlen(head);
    for (size_t i = 0; i < n; i++, at += length)
        memcpy(at, piece, length);
    memcpy(at, tail, strlen(tail) + 1);
    return text;
}

static void test_naturals(void)
{
    static const struct {
        uint64_t value;
        const char *json;
    } rows[] = {{0, "{\"event_seq\":0}"},
                {INT64_MAX, "{\"event_seq\":9223372036854775807}"},
                {(uint64_t)INT64_MAX + 1, "{\"event_seq\":9223372036854775808}"},
                {UINT64_MAX, "{\"event_seq\":18446744073709551615}"}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        Millrace__Event event = MILLRACE__EVENT__INIT;
        event.has_event_seq = true;
        event.event_seq = rows[i].value;
        check_text(written(&event.base), rows[i].json);
    }
}

static void test_deep(void)
{
    struct fault fault;
    CU_ASSERT_PTR_NULL(read_as(ISSUE, repeat("", "[", "", 100000), &fault));
    CU_ASSERT_PTR_NULL(read_as(ISSUE, repeat("", "{\"lines\":[", "", 100000), &fault));
    CU_ASSERT_EQUAL(fault.status, STATUS_INVALID);
    CU_ASSERT_STRING_EQUAL(fault.field, "lines[0].lines");
    CU_ASSERT_PTR_NULL(read_as(ISSUE, repeat("{\"lines\":[{\"item\":", "[", "", 100000), &fault));
    CU_ASSERT_STRING_EQUAL(fault.field, "lines[0].item");
    arena_reset(arena);
}

static void test_large(void)
{
    struct fault fault;
    const char *json =
        repeat("{\"lines\":[{}", ",{\"item\":\"齿\",\"quantity\":\"1.5\"}", "]}", 50000);
    const Millrace__PostIssueRequest *message = (const void *)read_as(ISSUE, json, &fault);
    CU_ASSERT_PTR_NOT_NULL_FATAL(message);
    CU_ASSERT_EQUAL(message->n_lines, 50001);
    CU_ASSERT_EQUAL(message->lines[50000]->quantity_micro, 1500000);
    CU_ASSERT_STRING_EQUAL(written(&message->base), json);
    arena_reset(arena);
}

/* The arena's limit is the decode limit, and the limit of an answer. */
static void test_full(void)
{
    struct arena *small = arena_new(64 * KIB);
    ProtobufCMessage *message = NULL;
    struct text out;
    const char *json = repeat("{\"lines\":[{}", ",{\"item\":\"A\"}", "]}", 5000);
    struct fault fault = {0};
    CU_ASSERT_EQUAL(json_to_message(ISSUE, text_of(json), small, &message, &fault), STATUS_LIMIT);
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(json_to_message(ISSUE, text_of(json), arena, &message, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(json_of_message(message, small, &out, &fault), STATUS_LIMIT);
    arena_free(&small);
    arena_reset(arena);
}

static void test_fault(void)
{
    struct fault fault = {0};
    struct text out;
    (void)fault_set(&fault, STATUS_INSUFFICIENT_STOCK, "lines[2].quantity", "lot \"L\" is empty");
    CU_ASSERT_EQUAL(json_of_fault(&fault, "t-1", arena, &out), STATUS_OK);
    const char *copy = text_copy(out, arena);
    check_text(copy ? copy : "",
               "{\"type\":\"/docs#INSUFFICIENT_STOCK\",\"title\":\"insufficient stock\","
               "\"status\":409,\"detail\":\"lot \\\"L\\\" is empty\","
               "\"instance\":\"t-1\",\"error\":{\"code\":\"INSUFFICIENT_STOCK\",\"field\":"
               "\"lines[2].quantity\",\"message\":\"lot \\\"L\\\" is empty\","
               "\"retryable\":false,\"trace\":\"t-1\"}}");

    fault = (struct fault){0};
    (void)fault_set(&fault, STATUS_INVALID, "", "%s", repeat("", "齿", "", 100)); /* is cut */
    CU_ASSERT_EQUAL(json_of_fault(&fault, "", arena, &out), STATUS_OK);
    CU_ASSERT_TRUE(text_is_utf8(out));

    fault = (struct fault){.status = STATUS_BUSY};
    CU_ASSERT_EQUAL(json_of_fault(&fault, "", arena, &out), STATUS_OK);
    copy = text_copy(out, arena);
    check_text(
        copy ? copy : "",
        "{\"type\":\"/docs#BUSY\",\"title\":\"service busy\",\"status\":503,"
        "\"detail\":\"service busy\",\"instance\":\"\",\"error\":{\"code\":\"BUSY\",\"field\":\"\",\"message\":\"service "
        "busy\",\"retryable\":true,\"trace\":\"\"}}");
    arena_reset(arena);
}

static const ProtobufCServiceDescriptor *const services[] = {
    &millrace__access__descriptor,    &millrace__bom__descriptor,
    &millrace__cost__descriptor,      &millrace__node__descriptor,
    &millrace__inventory__descriptor, &millrace__mrp__descriptor,
    &millrace__order__descriptor,     &millrace__production__descriptor,
    &millrace__receipt__descriptor,   &millrace__relay__descriptor,
};

/* Names stay distinct when the suffixes go, and every message fits the reader's limits. */
static void check_names(const ProtobufCMessageDescriptor *type, size_t depth)
{
    CU_ASSERT_FATAL(depth < JSON_DEPTH_MAX && type->n_fields <= 64);
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        CU_ASSERT_PTR_EQUAL(json_find(type, json_name(field)), field);
        if (json_kind(field) == JSON_MESSAGE)
            check_names(field->descriptor, depth + 1);
    }
}

static void test_every_method(void)
{
    for (size_t i = 0; i < COUNT_OF(services); i++) {
        for (unsigned m = 0; m < services[i]->n_methods; m++) {
            check_names(services[i]->methods[m].input, 0);
            check_names(services[i]->methods[m].output, 0);
        }
    }
}

static void run(void (*test)(void))
{
    arena = arena_new(ARENA_BYTES);
    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
    test();
    arena_free(&arena);
}

#define WITH_ARENA(test)           \
 static void test##_in_arena(void) \
 {                                 \
  run(test);                       \
 }

/* ---- straight from the packed bytes ---- */

static uint64_t randomness = 1;

static uint32_t random_below(uint32_t bound)
{
    randomness = randomness * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(randomness >> 33) % bound;
}

/* Says what unpacking and writing say, whatever the bytes are. */
static bool says_the_same(const ProtobufCMessageDescriptor *type, struct text bytes)
{
    const ProtobufCMessage *message;
    struct text slow = {NULL, 0};
    struct text fast = {NULL, 0};
    struct fault faults[2] = {{0}, {0}};
    enum status status = wire_unpack(type, bytes, arena, &message, &faults[0]);
    if (status == STATUS_OK)
        status = json_of_message(message, arena, &slow, &faults[0]);
    enum status found = json_of_wire(type, bytes, arena, &fast, &faults[1]);
    bool same = found == status && strcmp(faults[0].message, faults[1].message) == 0 &&
                (status != STATUS_OK || text_equal(slow, fast));
    if (!same)
        printf("\n  slow %.*s\n  fast %.*s\n", (int)slow.length, slow.bytes, (int)fast.length,
               fast.bytes);
    return same;
}

#define MUTATIONS 2000

static void check_wire(const ProtobufCMessageDescriptor *type, struct text packed)
{
    CU_ASSERT_TRUE(says_the_same(type, packed));
    char *changed = text_copy(packed, arena);
    CU_ASSERT_PTR_NOT_NULL_FATAL(changed);
    for (int i = 0; packed.length > 0 && i < MUTATIONS; i++) {
        struct text cut = {changed, packed.length - random_below(2) * random_below(3)};
        memcpy(changed, packed.bytes, packed.length);
        for (uint32_t k = random_below(3); k > 0; k--)
            changed[random_below((uint32_t)packed.length)] = (char)random_below(256);
        cut.length = cut.length > packed.length ? 0 : cut.length;
        CU_ASSERT_TRUE_FATAL(says_the_same(type, cut));
    }
}

/* Every pair as it is, then with bytes changed, taken away and said twice. */
static void test_wire(void)
{
    struct arena *kept = arena;
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        struct fault fault;
        struct text packed;
        arena = arena_new(ARENA_BYTES * 8);
        CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
        ProtobufCMessage *message = read_as(pairs[i].type, pairs[i].in, &fault);
        CU_ASSERT_PTR_NOT_NULL_FATAL(message);
        CU_ASSERT_EQUAL_FATAL(wire_pack(message, arena, &packed, &fault), STATUS_OK);
        check_wire(pairs[i].type, packed);
        char *twice = arena_alloc(arena, 2 * packed.length + 1, 1);
        CU_ASSERT_PTR_NOT_NULL_FATAL(twice);
        memcpy(twice, packed.bytes, packed.length);
        memcpy(twice + packed.length, packed.bytes, packed.length);
        CU_ASSERT_TRUE(says_the_same(pairs[i].type, (struct text){twice, 2 * packed.length}));
        arena_free(&arena);
    }
    arena = kept;
}

WITH_ARENA(test_pairs)
WITH_ARENA(test_wire)
WITH_ARENA(test_refusals)
WITH_ARENA(test_nul_in_text)
WITH_ARENA(test_exact)
WITH_ARENA(test_naturals)
WITH_ARENA(test_deep)
WITH_ARENA(test_large)
WITH_ARENA(test_full)
WITH_ARENA(test_fault)

UNIT_SUITE("json", UNIT(test_naturals_in_arena), UNIT(test_pairs_in_arena),
           UNIT(test_wire_in_arena), UNIT(test_refusals_in_arena), UNIT(test_nul_in_text_in_arena),
           UNIT(test_exact_in_arena), UNIT(test_deep_in_arena), UNIT(test_large_in_arena),
           UNIT(test_full_in_arena), UNIT(test_fault_in_arena), UNIT(test_every_method))
