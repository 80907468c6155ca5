/* The head of an HTTP request: what is taken, and everything that two readers could frame
   differently is refused. */

#include "services/gateway/gateway_http_core.h"
#include "tests/unit/unit.h"

#include <string.h>

#define GOOD "GET / HTTP/1.1\r\nHost: a\r\n"

static enum status parse(struct text bytes, struct http_head *head, struct fault *fault)
{
    size_t length;
    *fault = (struct fault){0};
    enum status status = http_head_scan(bytes, &length, fault);
    if (status != STATUS_OK)
        return status;
    CU_ASSERT_EQUAL(length, bytes.length);
    return length == bytes.length ? http_head_parse(bytes, head, fault) : STATUS_INTERNAL;
}

static void test_good(void)
{
    struct http_head head;
    struct fault fault;
    struct text bytes =
        text_of("POST /v1/D%45MO/Bom.Explode?x=1 HTTP/1.1\r\nhost: localhost:8443\r\n"
                "Content-Type: Application/JSON; charset=utf-8\r\nCONTENT-LENGTH:12\r\n"
                "Cookie: a=1; __Host-millrace=abc=; b=2\r\nConnection: x, Close\r\n"
                "Expect: 100-continue\r\nX-Empty:\r\n\r\n");
    CU_ASSERT_EQUAL_FATAL(parse(bytes, &head, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(head.method, HTTP_POST);
    CU_ASSERT_TRUE(text_is(head.path, "/v1/D%45MO/Bom.Explode"));
    CU_ASSERT_TRUE(text_is(head.query, "x=1"));
    CU_ASSERT_TRUE(text_is(head.host, "localhost:8443"));
    CU_ASSERT_EQUAL(head.content_length, 12);
    CU_ASSERT_TRUE(head.close && head.expects_continue);
    CU_ASSERT_TRUE(http_is_type(&head, "application/json"));
    CU_ASSERT_FALSE(http_is_type(&head, "text/plain"));
    CU_ASSERT_TRUE(text_is(http_cookie(&head, "__Host-millrace"), "abc="));
    CU_ASSERT_EQUAL(http_cookie(&head, "c").length, 0);
    CU_ASSERT_EQUAL(http_header(&head, "x-empty").length, 0);
}

static void test_scan(void)
{
    size_t length;
    struct fault fault = {0};
    const char *head = GOOD "\r\n";
    for (size_t cut = 0; cut < strlen(head); cut++) {
        CU_ASSERT_EQUAL(http_head_scan((struct text){head, cut}, &length, &fault), STATUS_OK);
        CU_ASSERT_EQUAL(length, 0);
    }
    static const struct text hopeless[] = {{"GET / HT\0", 9}, {"GET /\ra", 7}, {GOOD "\r\r", 27}};
    for (size_t i = 0; i < COUNT_OF(hopeless); i++) {
        struct fault why = {0};
        CU_ASSERT_EQUAL(http_head_scan(hopeless[i], &length, &why), STATUS_MALFORMED);
    }
    CU_ASSERT_EQUAL(http_head_scan(text_of(GOOD "\r\nGET\n"), &length, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(length, strlen(head));
}

struct bad {
    struct text bytes;
    const char *message; /* how it begins */
};

#define BYTES(literal)           \
 {                               \
  (literal), sizeof(literal) - 1 \
 }

static const struct bad bads[] = {
    {BYTES("GET / HTTP/1.1\nHost: a\r\n\r\n"), "the header holds a LF without CR"},
    {BYTES("\n"), "the header holds a LF without CR"},
    {BYTES("\r\n:"), "the request line is empty"},
    {BYTES("GET / HTTP/1.1\r\nHost: a\n\r\n"), "the header holds a LF without CR"},
    {BYTES("GET / HTTP/1.1\rHost: a\r\n\r\n"), "the header holds a CR without LF"},
    {BYTES("GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n"), "the header holds a NUL"},
    {BYTES("GET /\r\nHost: a\r\n\r\n"), "the request line is not"},
    {BYTES("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), "the request line is not"},
    {BYTES("GET / HTTP/1.0\r\nHost: a\r\n\r\n"), "the request line is not"},
    {BYTES("GET / HTTP/1.1 \r\nHost: a\r\n\r\n"), "the request line is not"},
    {BYTES("G(T / HTTP/1.1\r\nHost: a\r\n\r\n"), "the request line is malformed"},
    {BYTES("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n"), "the target of the request is not a path"},
    {BYTES("GET /\x80 HTTP/1.1\r\nHost: a\r\n\r\n"), "the target of the request holds"},
    {BYTES("GET / HTTP/1.1\r\n\r\n"), "exactly one Host"},
    {BYTES(GOOD "Host: a\r\n\r\n"), "exactly one Host"},
    {BYTES(GOOD "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"), "Content-Length is given more"},
    {BYTES(GOOD "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"), "Content-Length is given more"},
    {BYTES(GOOD "Content-Length: 5, 5\r\n\r\n"), "Content-Length is not a number"},
    {BYTES(GOOD "Content-Length: +5\r\n\r\n"), "Content-Length is not a number"},
    {BYTES(GOOD "Content-Length: -5\r\n\r\n"), "Content-Length is not a number"},
    {BYTES(GOOD "Content-Length: 0x5\r\n\r\n"), "Content-Length is not a number"},
    {BYTES(GOOD "Content-Length:\r\n\r\n"), "Content-Length is not a number"},
    {BYTES(GOOD "Content-Length: 9999999999\r\n\r\n"), "Content-Length is not a number"},
    {BYTES(GOOD "Content-Length : 5\r\n\r\n"), "the name of a header holds"},
    {BYTES(GOOD "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"), "transfer encodings"},
    {BYTES(GOOD "Transfer-Encoding: identity\r\n\r\n"), "transfer encodings"},
    {BYTES(GOOD "X: 1\r\n folded\r\n\r\n"), "a header line has no name"},
    {BYTES(GOOD " X: 1\r\n\r\n"), "the name of a header holds"},
    {BYTES(GOOD "X\r\n\r\n"), "a header line has no name"},
    {BYTES(GOOD ": 1\r\n\r\n"), "a header line has no name"},
    {BYTES(GOOD "X: a\x01\r\n\r\n"), "the value of a header holds"},
    {BYTES(GOOD "Expect: more\r\n\r\n"), "only the expectation"},
    {BYTES(GOOD "Content-Length: 5\r\n\r\n"), "only POST takes a body"},
};

static void test_bad(void)
{
    for (size_t i = 0; i < COUNT_OF(bads); i++) {
        struct http_head head;
        struct fault fault;
        CU_ASSERT_EQUAL(parse(bads[i].bytes, &head, &fault), STATUS_MALFORMED);
        CU_ASSERT_EQUAL(strncmp(fault.message, bads[i].message, strlen(bads[i].message)), 0);
        if (strncmp(fault.message, bads[i].message, strlen(bads[i].message)) != 0)
            printf("\n  row %zu: %s\n", i, fault.message);
    }
}

static void test_limits(void)
{
    char bytes[8192] = "GET /";
    struct http_head head;
    struct fault fault;
    memset(bytes + 5, 'a', HTTP_TARGET_MAX);
    strcpy(bytes + 5 + HTTP_TARGET_MAX, " HTTP/1.1\r\nHost: a\r\n\r\n");
    CU_ASSERT_EQUAL(parse(text_of(bytes), &head, &fault), STATUS_MALFORMED);
    strcpy(bytes, GOOD);
    for (int i = 1; i < HTTP_HEADERS_MAX; i++)
        strcat(bytes, "A: b\r\n");
    size_t end = strlen(bytes);
    strcpy(bytes + end, "\r\n");
    CU_ASSERT_EQUAL(parse(text_of(bytes), &head, &fault), STATUS_OK);
    strcpy(bytes + end, "A: b\r\n\r\n");
    CU_ASSERT_EQUAL(parse(text_of(bytes), &head, &fault), STATUS_LIMIT);
}

static void test_decode(void)
{
    char out[8];
    CU_ASSERT_TRUE(http_decode(text_of("D%45%4d"), out, sizeof out));
    CU_ASSERT_STRING_EQUAL(out, "DEM");
    CU_ASSERT_TRUE(http_decode(text_of("%E5%8E%82"), out, sizeof out));
    CU_ASSERT_STRING_EQUAL(out, "厂");
    CU_ASSERT_TRUE(http_decode(text_of("1234567"), out, sizeof out));
    CU_ASSERT_FALSE(http_decode(text_of("12345678"), out, sizeof out));
    CU_ASSERT_FALSE(http_decode(text_of("%4"), out, sizeof out));
    CU_ASSERT_FALSE(http_decode(text_of("%4g"), out, sizeof out));
    CU_ASSERT_FALSE(http_decode(text_of("a%00b"), out, sizeof out));
}

static bool chinese(const char *accept)
{
    char bytes[256];
    struct http_head head;
    struct fault fault;
    snprintf(bytes, sizeof bytes, GOOD "Accept-Language: %s\r\n\r\n", accept);
    CU_ASSERT_EQUAL(parse(text_of(bytes), &head, &fault), STATUS_OK);
    return http_prefers_chinese(&head);
}

static void test_language(void)
{
    CU_ASSERT_TRUE(chinese("zh-CN,zh;q=0.9,en;q=0.8"));
    CU_ASSERT_FALSE(chinese("en-US,en;q=0.9,zh-CN;q=0.8"));
    CU_ASSERT_TRUE(chinese("en;q=0.5, zh;q=0.6"));
    CU_ASSERT_FALSE(chinese("en, zh"));
    CU_ASSERT_TRUE(chinese("zh, en"));
    CU_ASSERT_FALSE(chinese("de"));
    CU_ASSERT_FALSE(chinese("zh;q=0"));
}

UNIT_SUITE("http", UNIT(test_good), UNIT(test_scan), UNIT(test_bad), UNIT(test_limits),
           UNIT(test_decode), UNIT(test_language))
