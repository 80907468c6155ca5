#include "services/cost/report.h"
#include "services/cost/report_store.h"

/*
 * The scheme of accounts as it works: a purpose's own account of the plant or of the product, then
 * the classes with an account of their own, and those that need one and have none.
 */

static void put_account(struct reporting *r, enum journal_key key, struct text class,
                        struct text account, const char *source)
{
    const struct journal_key_name *name = &journal_names[key];
    csv_put(&r->out, text_of(name->key));
    csv_put(&r->out, text_of(r->query->chinese ? name->name_zh : name->name));
    csv_put(&r->out, class);
    csv_put(&r->out, account);
    csv_put(&r->out, text_of(source));
    report_end_row(r);
}

static bool has_own(const struct books_scheme *scheme, enum journal_key key, struct text class)
{
    for (size_t i = 0; i < scheme->count; i++) {
        if (text_is(scheme->rows[i].key, journal_names[key].key) &&
            text_equal(scheme->rows[i].class, class))
            return true;
    }
    return false;
}

static void put_purpose(struct reporting *r, const struct books_scheme *scheme,
                        enum journal_key key, const struct sql_rows *classes)
{
    struct text every = text_of("");
    struct text account = books_account(scheme, every, key);
    bool by_class = account.length == 0;
    put_account(r, key, every, account,
                by_class                      ? "by_class"
                : has_own(scheme, key, every) ? "plant"
                                              : "product");
    for (size_t i = 0; i < scheme->count; i++) {
        const struct account_row *row = &scheme->rows[i];
        if (row->class.length > 0 && text_is(row->key, journal_names[key].key))
            put_account(r, key, row->class, row->account, "class");
    }
    for (size_t i = 0; by_class && i < classes->count; i++) {
        struct text class = sql_at(classes, i, 0)->as.text;
        if (!has_own(scheme, key, class))
            put_account(r, key, class, every, "missing");
    }
}

enum status report_accounts(struct reporting *r)
{
    struct books_scheme scheme;
    struct sql_rows classes;
    struct rpc_request *request = r->request;
    enum status status = books_scheme(request, &scheme);
    if (status == STATUS_OK)
        status = store_classes(request->sql, r->query->range.plant, request->arena, &classes,
                               &request->fault);
    for (int key = 0; status == STATUS_OK && key < JOURNAL_KEYS; key++)
        put_purpose(r, &scheme, (enum journal_key)key, &classes);
    return status;
}
