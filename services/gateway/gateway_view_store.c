#include "services/gateway/gateway_view_store.h"

enum statement { SAVE, DROP, LIST, STATE, STATEMENTS };

static const struct sql_statement statements[STATEMENTS] = {
    [SAVE] = {.name = "view.save",
              .text = "INSERT INTO saved_view (login, list, name, view) SELECT $1, $2, $3, $4"
                      " WHERE (SELECT count(*) FROM saved_view"
                      " WHERE login = $1 AND list = $2 AND name <> $3) < $5"
                      " ON CONFLICT (login, list, name) DO UPDATE SET view = excluded.view"
                      " RETURNING name",
              .params = "tttti",
              .columns = "t"},
    [DROP] = {.name = "view.drop",
              .text = "DELETE FROM saved_view WHERE login = $1 AND list = $2 AND name = $3",
              .params = "ttt",
              .columns = ""},
    [LIST] = {.name = "view.list",
              .text = "SELECT name, view FROM saved_view WHERE login = $1 AND list = $2"
                      " ORDER BY name",
              .params = "tt",
              .columns = "tt"},
    [STATE] = {.name = "view.state",
               .text = "SELECT jsonb_build_object('name', name, 'view', view)::text FROM saved_view"
                       " WHERE login = $1 AND list = $2 AND name = $3 FOR NO KEY UPDATE",
               .params = "ttt",
               .columns = "t"},
};

const struct sql_schema view_schema = {.statements = statements, .statement_count = STATEMENTS};

struct saving {
    struct arena *arena;
    const struct store_view *view;
};

static enum status save(struct sql *sql, void *context, struct fault *fault)
{
    const struct saving *saving = context;
    const struct store_view *view = saving->view;
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(text_of(view->login)),
                                       SQL_TEXT(text_of(view->list)), SQL_TEXT(text_of(view->name)),
                                       SQL_TEXT(text_of(view->view)), SQL_INT(VIEWS_MAX)};
    if (!view->view)
        return sql_run(sql, &statements[DROP], params, saving->arena, NULL, fault);
    enum status status = sql_run(sql, &statements[SAVE], params, saving->arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        status = fault_set(fault, STATUS_LIMIT, "name", "a list has at most %d views", VIEWS_MAX);
    return status;
}

enum status view_save(struct sql *sql, struct store_act *act, const struct store_view *view,
                      struct fault *fault)
{
    const struct sql_value key[] = {SQL_TEXT(text_of(view->login)), SQL_TEXT(text_of(view->list)),
                                    SQL_TEXT(text_of(view->name))};
    struct act_change told = {act->act, &statements[STATE], key, act->arena};
    struct saving saving = {act->arena, view};
    told.act.object = text_of(view->list);
    return act_run(sql, &told, save, &saving, fault);
}

enum status view_list(struct sql *sql, struct arena *arena, const char *login, const char *list,
                      struct sql_rows *rows, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(login)), SQL_TEXT(text_of(list))};
    return sql_run(sql, &statements[LIST], params, arena, rows, fault);
}
