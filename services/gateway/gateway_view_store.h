#ifndef MILLRACE_GATEWAY_VIEW_STORE_H
#define MILLRACE_GATEWAY_VIEW_STORE_H

#include "services/gateway/gateway_act_store.h"

/* How people like to see their lists (sql/migrations/0041). */
#define VIEWS_MAX      50   /* of one list of one person */
#define VIEW_BYTES_MAX 4096 /* of one view */

extern const struct sql_schema view_schema;

struct store_view {
    const char *login;
    const char *list;
    const char *name;
    const char *view; /* NULL: taken away; it need not be there */
};

/* With its act, whose object is the list.  LIMIT when the list has VIEWS_MAX others. */
enum status view_save(struct sql *sql, struct store_act *act, const struct store_view *view,
                      struct fault *fault) MUST_CHECK;

/* Rows of name and view, by name. */
enum status view_list(struct sql *sql, struct arena *arena, const char *login, const char *list,
                      struct sql_rows *rows, struct fault *fault) MUST_CHECK;

#endif
