#ifndef MILLRACE_BOM_STRUCTURE_CODEC_H
#define MILLRACE_BOM_STRUCTURE_CODEC_H

#include "common/bom/bom_kit.h"
#include "common/bom/bom_lead.h"
#include "common/bom/bom_used.h"
#include "common/io/rpc.h"

/* Requests and replies of Bom.Explode, WhereUsed and GetKit. */
#define STRUCTURE_PAGE_MAX 10000

/* What the three ask, with codes that the caller resolves. */
struct structure_query {
    struct text item;
    struct qty quantity;
    date start_on; /* NO_DATE: the plant's today; of where-used: all days */
    uint32_t levels;
    const char *alternative; /* NULL: not given */
    const char *revision;
    bool summarised;
    bool net_stock;
    bool lead_times;
    bool ends;
    bool make;
    const char *after; /* NULL: from the first row; a number of rows, or the path of a line */
    size_t limit;
};

enum status decode_explode(struct rpc_request *request, struct structure_query *query) MUST_CHECK;
enum status decode_where_used(struct rpc_request *request,
                              struct structure_query *query) MUST_CHECK;
enum status decode_get_kit(struct rpc_request *request, struct structure_query *query) MUST_CHECK;

/* `after` as a number of rows, or as the path "1.3.2" in the arena.  INVALID: neither. */
enum status after_number(struct rpc_request *request, const struct structure_query *query,
                         int64_t *out) MUST_CHECK;
enum status after_path(struct rpc_request *request, const struct structure_query *query,
                       const uint32_t **path, uint32_t *level) MUST_CHECK;

/*
 * A page of rows under construction: a line of the indented explosion or of where-used, a component
 * of the summary, an end item.  page_add_... returns false when the page is full (the row is then
 * not on it) or memory was (request->fault is set then).
 */
struct structure_page;

enum status page_new(struct rpc_request *request, const struct bom_graph *graph, size_t limit,
                     struct structure_page **page) MUST_CHECK;
bool page_add_line(struct structure_page *page, const struct bom_row *row) MUST_CHECK;
bool page_add_need(struct structure_page *page, const struct bom_explosion *explosion,
                   const struct bom_need *need, const struct bom_lead *leads) MUST_CHECK;
bool page_add_end(struct structure_page *page, uint32_t item, const struct bom_end *end) MUST_CHECK;
size_t page_count(const struct structure_page *page);

/* The path of the last line, where the next page goes on; "" without one. */
const char *page_last_path(const struct structure_page *page);
const char *page_number(struct rpc_request *request, int64_t number);

/* next NULL: the last page.  leads may be NULL. */
enum status encode_explosion(struct rpc_request *request, struct structure_page *page,
                             const char *next) MUST_CHECK;
void page_set_leads(struct structure_page *page, const struct bom_explosion *explosion,
                    const struct bom_lead *leads);
enum status encode_where_used(struct rpc_request *request, struct structure_page *page,
                              const char *next) MUST_CHECK;
enum status encode_kit(struct rpc_request *request, const struct bom_graph *graph,
                       const struct bom_kit *kit) MUST_CHECK;

#endif
