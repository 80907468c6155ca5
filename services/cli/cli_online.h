#ifndef MILLRACE_CLI_CLI_ONLINE_H
#define MILLRACE_CLI_CLI_ONLINE_H

#include "services/cli/cli.h"
#include "services/cli/cli_remote.h"

#include <stdio.h>

/*
 * The commands that work on a running Millrace.  plan, explode and where-used are the words of the
 * commands that run on a folder: without --from they mean the plant of the server.
 *
 * All take --config FILE (or MILLRACE_CONFIG, or var/millrace.ini where that exists) and --plant P
 * (or MILLRACE_PLANT).
 */

/* NULL when there is none of that name. */
const struct cli_command *cli_online_find(const char *name);
void cli_online_help(FILE *to);

/* The fault on stderr, with its field; returns its exit status. */
int cli_online_fault(const struct fault *fault);

/* Any method with its JSON, the answer's JSON on stdout (a refusal's on stderr). */
int cli_call_method(const char *method, struct text json, const struct remote_words *words);

int cli_call(int argc, char **argv);
int cli_plan_audit(int argc, char **argv); /* [PLANT] */
int cli_import(int argc, char **argv);
int cli_export(int argc, char **argv);
int cli_online_plan(int argc, char **argv);
int cli_online_explode(int argc, char **argv);
int cli_online_where_used(int argc, char **argv);
int cli_online_kit(int argc, char **argv);
int cli_edit(int argc, char **argv);
int cli_change_save(int argc, char **argv);
int cli_bill_item(int argc, char **argv);
int cli_master_rows(int argc, char **argv);
int cli_bill_convert(int argc, char **argv);
int cli_bill_deactivate(int argc, char **argv);
int cli_bill_history(int argc, char **argv);
int cli_bill_compare(int argc, char **argv);
int cli_bill_mass_preview(int argc, char **argv);
int cli_bill_mass_run(int argc, char **argv);
int cli_bill_mass_undo(int argc, char **argv);
int cli_bill_mass_show(int argc, char **argv);
int cli_bill_change_list(int argc, char **argv);
int cli_bill_change_show(int argc, char **argv);
int cli_bill_change_effect(int argc, char **argv);
int cli_bill_change_submit(int argc, char **argv);
int cli_bill_change_approve(int argc, char **argv);
int cli_bill_change_apply(int argc, char **argv);
int cli_bill_change_revert(int argc, char **argv);
int cli_bill_change_withdraw(int argc, char **argv);
int cli_simulation(int argc, char **argv);
int cli_look_stock(int argc, char **argv);
int cli_look_pegging(int argc, char **argv);
int cli_look_shortages(int argc, char **argv);
int cli_look_messages(int argc, char **argv);
int cli_look_suggestions(int argc, char **argv);
int cli_look_load(int argc, char **argv);
int cli_look_changes(int argc, char **argv);
int cli_look_forecasts(int argc, char **argv);
int cli_look_figures(int argc, char **argv);
int cli_look_promise_order(int argc, char **argv);
int cli_look_consumption(int argc, char **argv);
int cli_suggestion_apply(int argc, char **argv);
int cli_suggestion_state(int argc, char **argv);
int cli_suggestion_keep(int argc, char **argv);
int cli_suggestion_kept(int argc, char **argv);
int cli_suggestion_drop(int argc, char **argv);
int cli_suggestion_promise(int argc, char **argv);
int cli_order_sales(int argc, char **argv);
int cli_order_purchase(int argc, char **argv);
int cli_order_transfer(int argc, char **argv);
int cli_order_work(int argc, char **argv);
int cli_order_forecast(int argc, char **argv);
int cli_order_import(int argc, char **argv);
int cli_order_changes(int argc, char **argv);
int cli_event_list(int argc, char **argv);
int cli_event_webhook(int argc, char **argv);
int cli_follow(int argc, char **argv);
int cli_suggestion_explain(int argc, char **argv);
int cli_suggestion_accept(int argc, char **argv);
int cli_suggestion_note(int argc, char **argv);
int cli_suggestion_reject(int argc, char **argv);
int cli_suggestion_restore(int argc, char **argv);
int cli_floor_release(int argc, char **argv);
int cli_floor_issue(int argc, char **argv);
int cli_floor_give_back(int argc, char **argv);
int cli_floor_report(int argc, char **argv);
int cli_floor_receive(int argc, char **argv);
int cli_floor_shut(int argc, char **argv);
int cli_floor_close_completed(int argc, char **argv);
int cli_floor_rework(int argc, char **argv);
int cli_floor_unbuild(int argc, char **argv);
int cli_floor_move(int argc, char **argv);
int cli_floor_reverse(int argc, char **argv);
int cli_floor_recall(int argc, char **argv);
int cli_goods_work_order(int argc, char **argv);
int cli_goods_work_orders(int argc, char **argv);
int cli_goods_picks(int argc, char **argv);
int cli_goods_scan(int argc, char **argv);
int cli_print_label(int argc, char **argv);
int cli_print_picks(int argc, char **argv);
int cli_goods_wave(int argc, char **argv);
int cli_goods_hold(int argc, char **argv);
int cli_goods_resume(int argc, char **argv);
int cli_goods_cancel(int argc, char **argv);
int cli_goods_split(int argc, char **argv);
int cli_goods_merge(int argc, char **argv);
int cli_goods_resize(int argc, char **argv);
int cli_goods_needs(int argc, char **argv);
int cli_goods_arrive(int argc, char **argv);
int cli_goods_ship(int argc, char **argv);
int cli_goods_to_supplier(int argc, char **argv);
int cli_goods_from_customer(int argc, char **argv);
int cli_goods_adjust(int argc, char **argv);
int cli_goods_send(int argc, char **argv);
int cli_goods_sign(int argc, char **argv);
int cli_goods_status(int argc, char **argv);
int cli_goods_inspect(int argc, char **argv);
int cli_goods_count(int argc, char **argv);
int cli_goods_counted(int argc, char **argv);
int cli_goods_end_count(int argc, char **argv);
int cli_goods_approve(int argc, char **argv);
int cli_goods_reject(int argc, char **argv);
int cli_goods_documents(int argc, char **argv);
int cli_goods_balance(int argc, char **argv);
int cli_goods_shelves(int argc, char **argv);
int cli_goods_ledger(int argc, char **argv);
int cli_goods_trace(int argc, char **argv);
int cli_goods_place(int argc, char **argv);
int cli_goods_places(int argc, char **argv);
int cli_goods_rule(int argc, char **argv);
int cli_books_report(int argc, char **argv);
int cli_books_journal(int argc, char **argv);
int cli_books_entries(int argc, char **argv);
int cli_books_order_cost(int argc, char **argv);
int cli_books_variances(int argc, char **argv);
int cli_books_split(int argc, char **argv);
int cli_books_account(int argc, char **argv);
int cli_books_month(int argc, char **argv);
int cli_invoice(int argc, char **argv);
int cli_landed_cost(int argc, char **argv);
int cli_cost_what_if(int argc, char **argv);
int cli_cost_material_use(int argc, char **argv);
int cli_cost_version(int argc, char **argv);
int cli_actual_cost(int argc, char **argv);
int cli_audit(int argc, char **argv); /* verify, head, list */
int cli_variance_alarm(int argc, char **argv);

#endif
