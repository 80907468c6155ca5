#include "common/wire/wire.h"
#include "proto/envelope.pb-c.h"
#include "proto/production.pb-c.h"
#include "tests/unit/unit.h"

#include <string.h>

static struct arena *arena;
static struct fault fault;

static void start(void)
{
    arena_free(&arena);
    arena = arena_new(MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
    fault = (struct fault){0};
}

static enum status unpack(const ProtobufCMessageDescriptor *type, const char *bytes, size_t length,
                          const ProtobufCMessage **out)
{
    start();
    return wire_unpack(type, (struct text){bytes, length}, arena, out, &fault);
}

static void test_round_trip(void)
{
    static char work_order[] = "WO-1";
    static char item[] = "软管";
    Millrace__IssueLine line;
    Millrace__IssueLine *lines[] = {&line};
    Millrace__PostIssueRequest request;
    millrace__issue_line__init(&line);
    millrace__post_issue_request__init(&request);
    line.item = item;
    line.has_quantity_micro = true;
    line.quantity_micro = -2500000;
    request.work_order = work_order;
    request.lines = lines;
    request.n_lines = 1;

    start();
    struct text bytes;
    const ProtobufCMessage *message;
    CU_ASSERT_EQUAL_FATAL(wire_pack(&request.base, arena, &bytes, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(
        wire_unpack(&millrace__post_issue_request__descriptor, bytes, arena, &message, &fault),
        STATUS_OK);
    const Millrace__PostIssueRequest *back = (const Millrace__PostIssueRequest *)message;
    CU_ASSERT_STRING_EQUAL(back->work_order, "WO-1");
    CU_ASSERT_FALSE(back->has_effective_on);
    CU_ASSERT_EQUAL_FATAL(back->n_lines, 1);
    CU_ASSERT_STRING_EQUAL(back->lines[0]->item, "软管");
    CU_ASSERT_EQUAL(back->lines[0]->quantity_micro, -2500000);
    char copy[64];
    CU_ASSERT_FATAL(bytes.length <= sizeof copy);
    memcpy(copy, bytes.bytes, bytes.length);
    for (size_t length = 1; length < bytes.length; length++) {
        /* Where the cut falls between two fields, what is left is a message too. */
        enum status status =
            unpack(&millrace__post_issue_request__descriptor, copy, length, &message);
        CU_ASSERT_EQUAL(status, length == 6 ? STATUS_OK : STATUS_MALFORMED);
    }
}

/* What is wrong, and where the fault says it is. */
static const struct {
    const ProtobufCMessageDescriptor *type;
    const char *bytes;
    size_t length;
    enum status status;
    const char *field;
} refused[] = {
    /* field 0, a group, a varint of eleven bytes, a length past the end, a wrong kind */
    {&millrace__post_issue_request__descriptor, "\x00\x01", 2, STATUS_MALFORMED, ""},
    {&millrace__post_issue_request__descriptor, "\x0b\x0c", 2, STATUS_MALFORMED, "work_order"},
    {&millrace__post_issue_request__descriptor, "\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
     12, STATUS_MALFORMED, "effective_on"},
    {&millrace__post_issue_request__descriptor, "\x0a\x05WO", 4, STATUS_MALFORMED, "work_order"},
    {&millrace__post_issue_request__descriptor, "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11,
     STATUS_MALFORMED, "work_order"},
    {&millrace__post_issue_request__descriptor, "\x08\x01", 2, STATUS_MALFORMED, ""},
    /* text: a surrogate, a NUL, and both deep inside */
    {&millrace__post_issue_request__descriptor, "\x0a\x03\xed\xa0\x80", 5, STATUS_INVALID,
     "work_order"},
    {&millrace__post_issue_request__descriptor, "\x0a\x03W\0O", 5, STATUS_INVALID, "work_order"},
    {&millrace__post_issue_request__descriptor, "\x1a\x00\x1a\x03\x0a\x01X\x1a\x03\x0a\x01\xff", 12,
     STATUS_INVALID, "lines[2].item"},
    {&millrace__post_issue_request__descriptor, "\x1a\x05\x0a\x01X\x22\x09", 7, STATUS_MALFORMED,
     "lines[0].lot"},
    /* an id of 15 bytes, unknown roles, one packed and one not */
    {&millrace__envelope__descriptor,
     "\x12\x0f"
     "123456789012345",
     17, STATUS_INVALID, "request_uuid"},
    {&millrace__ticket__descriptor, "\x12\x02\x01\x63", 4, STATUS_INVALID, "roles[0]"},
    {&millrace__ticket__descriptor, "\x10\x63", 2, STATUS_INVALID, "roles[0]"},
    {&millrace__ticket__descriptor, "\x12\x01\x80", 3, STATUS_MALFORMED, "roles[0]"},
};

static void test_refused(void)
{
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        const ProtobufCMessage *message = NULL;
        enum status status = unpack(refused[i].type, refused[i].bytes, refused[i].length, &message);
        if (status != refused[i].status || strcmp(fault.field, refused[i].field) != 0)
            printf("row %zu: %s \"%s\" %s\n", i, status_name(status), fault.field, fault.message);
        CU_ASSERT_EQUAL(status, refused[i].status);
        CU_ASSERT_STRING_EQUAL(fault.field, refused[i].field);
        CU_ASSERT_PTR_NULL(message);
    }
}

/* A field that only a later version knows is passed over. */
static void test_unknown_field(void)
{
    const ProtobufCMessage *message;
    enum status status = unpack(&millrace__get_work_order_request__descriptor,
                                "\x0a\x01W\xfa\x07\x02\xff\x00\x80\x08\x01", 11, &message);
    CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
    const Millrace__GetWorkOrderRequest *request = (const Millrace__GetWorkOrderRequest *)message;
    CU_ASSERT_STRING_EQUAL(request->work_order, "W");
}

/* 60,000 empty lines are 120 KB on the wire and megabytes unpacked. */
static void test_arena_is_the_limit(void)
{
    static char bytes[120000];
    for (size_t i = 0; i < sizeof bytes; i += 2)
        bytes[i] = '\x1a';
    const ProtobufCMessage *message = NULL;
    enum status status =
        unpack(&millrace__post_issue_request__descriptor, bytes, sizeof bytes, &message);
    CU_ASSERT_EQUAL(status, STATUS_LIMIT);
    CU_ASSERT_PTR_NULL(message);
}

static void test_size_limits(void)
{
    static char bytes[WIRE_UNPACK_MAX + 1];
    const ProtobufCMessage *message;
    CU_ASSERT_EQUAL(unpack(&millrace__envelope__descriptor, bytes, sizeof bytes, &message),
                    STATUS_LIMIT);

    Millrace__GetMetricsReply reply;
    millrace__get_metrics_reply__init(&reply);
    memset(bytes, 'x', sizeof bytes - 1);
    bytes[sizeof bytes - 1] = '\0';
    reply.text = bytes;
    struct text out;
    start();
    CU_ASSERT_EQUAL(wire_pack(&reply.base, arena, &out, &fault), STATUS_LIMIT);
    bytes[1000] = '\0';
    start();
    CU_ASSERT_EQUAL(wire_pack(&reply.base, arena, &out, &fault), STATUS_OK);
}

static struct text object_of(const ProtobufCMessageDescriptor *type, const char *bytes,
                             size_t length)
{
    return wire_object(type, (struct text){bytes, length});
}

/* The first field of a request where it is a text, and nothing else. */
static void test_object(void)
{
    static const ProtobufCMessageDescriptor *const issue =
        &millrace__post_issue_request__descriptor;
    char bytes[TEXT_CODE_MAX + 3] = {1 << 3 | 2, TEXT_CODE_MAX};
    memset(bytes + 2, 'x', TEXT_CODE_MAX + 1);
    CU_ASSERT_EQUAL(object_of(issue, bytes, TEXT_CODE_MAX + 2).length, TEXT_CODE_MAX);
    CU_ASSERT_EQUAL(object_of(issue, bytes, TEXT_CODE_MAX + 1).length, 0); /* cut short */
    bytes[1] = TEXT_CODE_MAX + 1;
    CU_ASSERT_EQUAL(object_of(issue, bytes, sizeof bytes).length, 0); /* no code */
    CU_ASSERT_TRUE(text_is(object_of(issue, "\x0a\x04WO-1\x10\x02", 8), "WO-1"));
    CU_ASSERT_EQUAL(object_of(issue, "\x10\x02", 2).length, 0);
    CU_ASSERT_EQUAL(object_of(issue, "\x0a", 1).length, 0);
    CU_ASSERT_EQUAL(object_of(issue, "", 0).length, 0);
    /* the first field is no text, or there is none */
    CU_ASSERT_EQUAL(object_of(&millrace__post_issues_request__descriptor, "\x0a\x01x", 3).length,
                    0);
    CU_ASSERT_EQUAL(object_of(&millrace__get_metrics_request__descriptor, "\x0a\x01x", 3).length,
                    0);
}

UNIT_SUITE("wire", UNIT(test_round_trip), UNIT(test_refused), UNIT(test_unknown_field),
           UNIT(test_arena_is_the_limit), UNIT(test_size_limits), UNIT(test_object))
