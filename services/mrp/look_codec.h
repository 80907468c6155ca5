#ifndef MILLRACE_MRP_LOOK_CODEC_H
#define MILLRACE_MRP_LOOK_CODEC_H

#include "common/io/rpc.h"
#include "services/mrp/load_core.h"
#include "services/mrp/look_core.h"
#include "services/mrp/pegging_core.h"
#include "services/mrp/promise_core.h"
#include "services/mrp/shortage_core.h"

/*
 * Questions to the plan in memory and their answers as bytes.  Texts of a request are in its arena,
 * without bytes where they were not given.  Answers copy what they say of the plan.
 */
#define LOOK_PAGE_MAX 500

struct stock_question {
    struct text item;
    struct text segment;
    enum plan_language language;
};

struct message_question {
    const char *alarm; /* not asked: what the last audit found, NULL for nothing */
    struct text item;
    struct text message;
    struct text class;
    int urgency; /* enum look_urgency, or -1: any */
    enum plan_language language;
    int64_t after;
    size_t limit;
};

struct pegging_question {
    struct text item;
    struct text top_reference;
    int64_t after;
    size_t limit;
};

struct load_question {
    struct text work_center;
    date from;
    date to;
    bool overloaded;
    int64_t after;
    size_t limit;
};

struct promise_question {
    struct text item;
    struct text segment;
    struct qty qty;
    date wanted; /* NO_DATE: plan_start */
};

/* INVALID with the field's path. */
enum status decode_stock_question(struct rpc_request *request,
                                  struct stock_question *question) MUST_CHECK;
enum status decode_message_question(struct rpc_request *request,
                                    struct message_question *question) MUST_CHECK;
enum status decode_planned_question(struct rpc_request *request, struct text *id) MUST_CHECK;
enum status decode_pegging_question(struct rpc_request *request,
                                    struct pegging_question *question) MUST_CHECK;
enum status decode_load_question(struct rpc_request *request,
                                 struct load_question *question) MUST_CHECK;
enum status decode_promise_question(struct rpc_request *request,
                                    struct promise_question *question) MUST_CHECK;

enum status encode_stock_list(struct rpc_request *request, const struct plan *plan, uint32_t item,
                              const struct stock_question *question,
                              const struct look_list *list) MUST_CHECK;

/* rows: places in plan->messages; next: of the last one, 0 on the last page. */
#define LOOK_ALARM "plan differs" /* the message in front while an audit's difference stands */

struct message_page {
    const char *alarm; /* of the audit, a message in front of all others; NULL: none */
    const uint32_t *rows;
    size_t count;
    int64_t next;
    enum plan_language language;
};
enum status encode_message_page(struct rpc_request *request, const struct plan *plan,
                                const struct message_page *page) MUST_CHECK;

struct peg_page {
    const struct peg *pegs;
    const uint32_t *items; /* supplied */
    size_t count;
    int64_t next;
};
enum status encode_peg_page(struct rpc_request *request, const struct plan *plan,
                            const struct peg_page *page) MUST_CHECK;

/* rows: places in plan->load. */
struct load_page {
    const uint32_t *rows;
    size_t count;
    int64_t next;
};
enum status encode_load_page(struct rpc_request *request, const struct plan *plan,
                             const struct load_page *page) MUST_CHECK;

enum status encode_promise(struct rpc_request *request, const struct plan *plan,
                           const struct promise_answer *available,
                           const struct promise_answer *capable) MUST_CHECK;

enum status encode_shortage_list(struct rpc_request *request, const struct plan *plan,
                                 const struct plan_shortage *rows, uint32_t count) MUST_CHECK;

#endif
