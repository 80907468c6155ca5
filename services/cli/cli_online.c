#include "services/cli/cli_online.h"

#include <string.h>

/* clang-format off */
static const struct cli_command online_commands[] = {
    {"call", "SERVICE.METHOD [JSON] [--key UUID]", "call any method of a service", cli_call},
    {"import", "DIR [--dry-run] [--only FILE,FILE] [--remove FILE,FILE]",
     "bring a plant folder (CSV or XLSX) into a new plant, or its master files into one that has data:\n"
     "      rows are added and changed by their keys, columns that a file lacks stay as they are; --remove\n"
     "      bom.csv: lines of the bills it names that it lacks go; --dry-run: only say what would come of it", cli_import},
    {"export", "DIR [--chinese] [--xlsx]", "write the running plant as a plant folder", cli_export},
    {"plan", "[--out OUT]", "plan the running plant anew and show the planned orders", cli_online_plan},
    {"plan-audit", "[PLANT]", "compare the running plan, row for row, with one made anew from the facts",
     cli_plan_audit},
    {"audit", "list [--who LOGIN] [--what METHOD] [--object O] [--device D] [--from T] [--to T]\n"
     "      [--stream S] [--out OUT], or verify [--head FILE], or head",
     "who did what, from which device, before and after, as CSV; verify: is every row what it was when it\n"
     "      was sealed (exit status 1: no); head: the end of the seals, to be kept elsewhere for verify;\n"
     "      --plant -: people, tokens and sign-ins, which belong to no plant", cli_audit},
    {"explode", "ITEM [--qty Q] [--date D] [--levels N] [--alternative A] [--revision R]\n"
     "      [--summary] [--net] [--out OUT]",
     "what an order of the item needs; --net: less what is in stock", cli_online_explode},
    {"where-used", "ITEM [--date D] [--levels N] [--ends] [--out OUT]",
     "the bills that an item stands in; --ends: the end items only", cli_online_where_used},
    {"kit", "ITEM [--date D] [--make]", "how many can be built now from stock, and what limits it",
     cli_online_kit},
    {"item", "ITEM", "an item with its type, unit, costs and low-level code", cli_bill_item},
    {"rows", "FILE [--item ITEM] [--json] [--out OUT]",
     "rows of items.csv, bom.csv, routing.csv, units.csv or suppliers.csv with their numbers and the columns\n"
     "      that say something", cli_master_rows},
    {"convert", "ITEM --qty Q --uom U", "a quantity in the item's own unit: exact, and rounded as the conversion names it",
     cli_bill_convert},
    {"edit", "[--dry-run] ACTION FILE [ROW] [COLUMN=VALUE ...] [+ ACTION FILE ...]",
     "change master data, all rows or none: save bom.csv parent=A component=B qty=2 + remove bom.csv 12\n"
     "      + end bom.csv 13 2026-12-01 + save items.csv item=B lead_time_days=5", cli_edit},
    {"deactivate", "ITEM [--even-if-used]", "an item out of use; what still uses it is listed", cli_bill_deactivate},
    {"history", "[--item ITEM] [--limit N] [--after A]", "who changed master data when, from what to what", cli_bill_history},
    {"compare", "ITEM ITEM [--revision R] [--to-revision R] [--alternative A] [--to-alternative A]\n"
     "      [--date D] [--to-date D]", "two bills, or two revisions, alternatives or dates of one: added, removed, changed",
     cli_bill_compare},
    {"change-save", "CHANGE [--title T] [--date D | --stock-of ITEM] ACTION FILE [ROW] [COLUMN=VALUE ...] [+ ...]",
     "draft of an engineering change: add bom.csv parent=A component=B qty=2 + change bom.csv 12 qty=3\n"
     "      + remove bom.csv 13; effective on the day, or once no stock of the item is left", cli_change_save},
    {"change-effect", "CHANGE [--limit N] [--after A]", "every bill, open order and planned order that it touches",
     cli_bill_change_effect},
    {"change-submit", "CHANGE [--note N]", "to be approved", cli_bill_change_submit},
    {"change-approve", "CHANGE [--note N]", "by another person than its author", cli_bill_change_approve},
    {"change-apply", "CHANGE [--note N]", "one that waited for stock to be used up", cli_bill_change_apply},
    {"change-revert", "CHANGE [--note N]", "rows as they were before it", cli_bill_change_revert},
    {"change-withdraw", "CHANGE [--note N]", "give it up before it is effective", cli_bill_change_withdraw},
    {"change-list", "[--state S] [--limit N] [--after A]",
     "engineering and mass changes, those worked on last first", cli_bill_change_list},
    {"change-show", "CHANGE", "its state, lines and steps", cli_bill_change_show},
    {"mass-preview", "--component C [--new-component C] [--factor F | --qty Q] [--end D] [--class CLASS]",
     "what one rule would do to all bills", cli_bill_mass_preview},
    {"mass-run", "CHANGE and a rule as above", "do it, in one transaction", cli_bill_mass_run},
    {"mass-undo", "CHANGE", "take it back", cli_bill_mass_undo},
    {"mass-show", "CHANGE", "how far it is, and what it did", cli_bill_mass_show},
    {"stock", "ITEM [--segment S] [--language zh-CN] [--out OUT]",
     "stock and requirements of an item, dated, with what is there after each", cli_look_stock},
    {"pegging", "[--item ITEM] [--order REFERENCE] [--out OUT]",
     "what an item's supplies serve; what an order waits for, through all levels", cli_look_pegging},
    {"shortages", "[--days N] [--out OUT]", "what stops the next days if nothing is done", cli_look_shortages},
    {"messages", "[--item ITEM] [--kind K] [--urgency now|soon|later] [--class C] [--language zh-CN] [--out OUT]",
     "what the planner should know; a class of items is a planner's", cli_look_messages},
    {"figures", "[--since DATE] [--until DATE] [--out OUT]",
     "stock turnover, on time in full, orders behind and others, over a period", cli_look_figures},
    {"suggestions", "[--item ITEM] [--type make|buy|transfer] [--supplier S] [--until D] [--rejected] [--out OUT]",
     "planned orders as they stand, with notes; --until: those to be ordered or started by then", cli_look_suggestions},
    {"explain", "SUGGESTION", "why it is there: the arithmetic of the day that made it", cli_suggestion_explain},
    {"accept", "SUGGESTION --qty SEEN --due SEEN [--order-qty Q] [--order-due D], or --lines FILE.csv",
     "it becomes an order; refused where it is no longer as it was seen.  FILE, - for stdin, is what suggestions\n"
     "      wrote: all of it or nothing, a purchase order for each supplier; columns order_qty and order_due as above:\n"
     "      millrace suggestions --supplier S --until D | millrace accept --lines -", cli_suggestion_accept},
    {"note-suggestion", "SUGGESTION [--note TEXT]", "a note that stays when it is planned anew; without one: none any more",
     cli_suggestion_note},
    {"reject-suggestion", "SUGGESTION --qty SEEN --due SEEN --reason R",
     "hide it until the plan says something else", cli_suggestion_reject},
    {"restore-suggestion", "SUGGESTION", "show it again", cli_suggestion_restore},
    {"apply-messages", "--lines FILE.csv [--reason R]",
     "do what messages propose for open orders; FILE, - for stdin, is what messages wrote:\n"
     "      millrace messages --item I --kind 'reschedule in' | millrace apply-messages --lines -", cli_suggestion_apply},
    {"follow", "[ITEM ...] [--after N] [--for SECONDS]",
     "what happens in the plant as it happens, and of these items each suggestion that comes, changes or goes,\n"
     "      with its reason; --after: from this place in the order of events", cli_follow},
    {"load", "[--center C] [--since D] [--until D] [--overloaded] [--out OUT]", "hours by work centre and day",
     cli_look_load},
    {"plan-state", "", "the plan's version, the event it knows, and its last audit", cli_suggestion_state},
    {"keep-plan", "NAME", "put the plan aside under a name", cli_suggestion_keep},
    {"kept-plans", "", "plans put aside", cli_suggestion_kept},
    {"drop-plan", "NAME", "forget a plan put aside", cli_suggestion_drop},
    {"changes", "NAME [--item ITEM] [--out OUT]", "the plan against the one that was put aside under this name",
     cli_look_changes},
    {"consumption", "ITEM [--out OUT]", "which order took how much of which forecast", cli_look_consumption},
    {"promise", "ITEM --qty Q [--date D] [--segment S]",
     "when it can be promised by what is free and by making and buying it, and what limits it", cli_suggestion_promise},
    {"promise-order", "ORDER [--again] [--out OUT]",
     "promise the lines of a sales order: the day, and what limits it; --again: also those promised already",
     cli_look_promise_order},
    {"forecasts", "[--item ITEM] [--out OUT]", "forecasts", cli_look_forecasts},
    {"simulation", "try CHANGE ... | save NAME [CHANGE ...] [--shared] [--note N] | list | show NAME |\n"
     "      differences NAME [--out OUT] | share NAME | unshare NAME | apply NAME | discard NAME",
     "what if; a CHANGE is demand=ITEM,QTY,DATE[,CUSTOMER], lead_time=ITEM,DAYS, supplier_lost=SUPPLIER[,ITEM],\n"
     "      stock=ITEM,QTY or bill=PARENT,COMPONENT,QTY", cli_simulation},
    {"sales-order", "new CUSTOMER (--item I --qty Q --due D [--price P] [--priority N] | --lines FILE.csv) [--order O] [--date D],\n"
     "      change ORDER (--line N | --item I) [--qty Q] [--due D] [--version N] [--reason R], show ORDER, close ORDER,\n"
     "      cancel ORDER, list [--customer C] [--state S] [--item I] [--since D] [--until D] [--open]",
     "FILE has the columns item,quantity,due_on,price,priority; --version: refused where it is at another", cli_order_sales},
    {"purchase-order", "new SUPPLIER (--item I --qty Q --due D --price P | --lines FILE.csv) [--draft] [--order O] [--date D],\n"
     "      change ORDER (--line N | --item I) [--qty Q] [--due D] [--price P] [--version N] [--reason R], approve ORDER,\n"
     "      send ORDER, close ORDER, cancel ORDER, show ORDER, rule VALUE,\n"
     "      list [--supplier S] [--state S] [--item I] [--since D] [--until D] [--open]",
     "draft, approved, sent, partly received, closed; rule: above this value a second person approves", cli_order_purchase},
    {"transfer-order", "new PLANT (--item I --qty Q --due D [--price P] | --lines FILE.csv) [--order O], list [--from PLANT]",
     "from another plant, which gets its sales order by itself; changed and ended as a purchase-order", cli_order_transfer},
    {"work-order", "new ITEM --qty Q --start D --due D [--order O], move ORDER --due D [--start D] [--seen D] [--reason R]",
     "a firm one; other days for it.  order, orders, release and what follows: the shop floor", cli_order_work},
    {"forecast", "set --item I --due D --days N --qty Q [--row N] [--reference R] [--customer C], list [--item I]",
     "a bucket of a forecast; --row: a new state of that one, of quantity 0: delete it", cli_order_forecast},
    {"import-orders", "sales|purchase|forecast FILE.csv",
     "orders out of a file, all or nothing: order,partner,item,qty,due and price (purchase) or priority (sales);\n"
     "      of forecasts item,qty,due,days,reference", cli_order_import},
    {"order-changes", "[--order O] [--kind K]", "who changed orders and forecasts, from what to what", cli_order_changes},
    {"events", "[--after N] [--limit N]", "events in the plant's order, without a gap", cli_event_list},
    {"webhook", "new NAME --url URL [--kinds K,K] [--after N] [--tries N] [--allow-private], start NAME [--after N],\n"
     "      stop NAME, delete NAME, list, dead [--webhook NAME], again NAME [--event N]",
     "who is told of events, signed by the Standard Webhooks rules; dead: what was given up; again: once more", cli_event_webhook},
    {"release", "ORDER [--complete] [--date D]", "freeze and reserve what a work order needs; says what is short",
     cli_floor_release},
    {"issue", "ORDER [--item I --qty Q [--lot L] [--location P] [--reason R] | --lines FILE.csv]\n"
     "      [--operation O] [--date D]",
     "material to a work order; without an item everything that it, or its operation, still needs; FILE has\n"
     "      the columns item,quantity,lot,location,reason", cli_floor_issue},
    {"return", "ORDER --item I --qty Q [--lot L] [--location P] [--type surplus|defective|other] [--reason R]",
     "material back from a work order", cli_floor_give_back},
    {"report", "ORDER OPERATION [--hours H] [--good Q] [--scrapped Q] [--reason R] [--date D]",
     "what an operation has worked, made and lost", cli_floor_report},
    {"receive", "ORDER --qty Q [--scrapped Q] [--lot L [--expires D] | --serials S,S...] [--location P]\n"
     "      [--beside ITEM=Q,ITEM=Q...] [--inspection] [--final] [--reason R]",
     "finished pieces into stock; --beside: co- and by-products on the same document", cli_floor_receive},
    {"close", "ORDER [--anyway] [--date D]", "settle a work order; --anyway: also while material or pieces of it\n"
     "      are on the floor", cli_floor_shut},
    {"close-completed", "[--limit N] [--after ORDER] [--date D]", "settle and close the completed work orders, up to 1000;\n"
     "      next: where to go on", cli_floor_close_completed},
    {"rework", "ITEM --qty Q [--lot L] [--status blocked|inspection|available] --reason R", "pieces to a work order of their own, to be mended",
     cli_floor_rework},
    {"unbuild", "ITEM --qty Q [--lot L] [--location P] [--status S] [--lines FILE.csv] --reason R",
     "take a product apart by its bill; FILE: what is recovered, with the columns\n"
     "      item,quantity,location,lot,expires_on,status; the rest is lost", cli_floor_unbuild},
    {"move", "TO --item I --qty Q [--from P] [--lot L]", "stock to another location, the line's for one", cli_floor_move},
    {"reverse", "DOCUMENT --reason R", "take a posted document back", cli_floor_reverse},
    {"recall", "ITEM LOT", "documents, customers and stock that a lot went into", cli_floor_recall},
    {"order", "ORDER", "a work order: state, material, operations, and who changed what", cli_goods_work_order},
    {"orders", "[--state S]", "work orders", cli_goods_work_orders},
    {"picks", "ORDER[,ORDER...]",
     "pick list of an order or a wave in the order of the walk, with barcodes; what is\n      short has no location", cli_goods_picks},
    {"scan", "TEXT", "what a scanner sent: a code or a GS1 string, what is called so, and what can be done\n"
     "      with it", cli_goods_scan},
    {"label", "order|operation|item|lot|location CODE[,CODE...] [--lot L] [--qty Q] [--size 100x50|62x29|50x30] [--out DIR]",
     "labels with bar codes as SVG, a file each; of a lot CODE is its item", cli_print_label},
    {"pick-list", "ORDER[,ORDER...] [--out DIR]", "the pick list of an order or a wave on A4, as SVG, a file a page", cli_print_picks},
    {"issue-wave", "ORDER,ORDER[,...] [--per-order] [--date D]",
     "what several orders still need, in one document; --per-order: of those that can\n      have it", cli_goods_wave},
    {"hold", "ORDER --reason R", "stop a work order for now", cli_goods_hold},
    {"resume", "ORDER", "let a held work order go on", cli_goods_resume},
    {"cancel", "ORDER --reason R", "give up a work order that holds nothing", cli_goods_cancel},
    {"split", "ORDER --qty Q [--to ORDER] [--reason R]", "part of a work order as one of its own", cli_goods_split},
    {"merge", "ORDER ORDER [--reason R]", "the second work order into the first", cli_goods_merge},
    {"resize", "ORDER --qty Q [--reason R]", "the quantity of a work order", cli_goods_resize},
    {"needs", "ORDER (--line N | --item I) --qty Q [--operation O] [--reason R]",
     "what a released work order needs of a component: a recorded change", cli_goods_needs},
    {"arrive", "PURCHASE_ORDER [--line N --qty Q [--location P] [--lot L] [--expires D] | --lines FILE.csv]\n"
     "      [--inspection]",
     "goods against a purchase order; without a line all that is open; FILE has the columns\n"
     "      line,quantity,location,lot,expires_on", cli_goods_arrive},
    {"ship", "SALES_ORDER [--line N --qty Q [--location P] [--lot L]]",
     "goods to a customer; without a line all that is open", cli_goods_ship},
    {"return-to-supplier", "PURCHASE_ORDER --line N --qty Q [--location P] [--lot L] [--status S] --reason R",
     "goods back to a supplier", cli_goods_to_supplier},
    {"return-from-customer", "SALES_ORDER --line N --qty Q [--location P] [--lot L] [--status S] --reason R",
     "goods back from a customer, into inspection unless said otherwise", cli_goods_from_customer},
    {"adjust", "REASON (--item I --qty Q [--cost C] [--location P] [--lot L] [--expires D] | --lines FILE.csv)",
     "stock up or down; above the plant's limit it waits for a second person; FILE has the columns\n"
     "      item,quantity,unit_cost,location,lot,expires_on", cli_goods_adjust},
    {"send", "TO --item I --qty Q [--from P] [--lot L]",
     "stock on its way to another location, to be signed for there", cli_goods_send},
    {"sign", "TRANSFER [--line N --qty Q] [--send-back]",
     "what was sent has come; without a line all of it", cli_goods_sign},
    {"status", "REASON --item I --qty Q --from S --to S [--location P] [--lot L]",
     "quality status of stock: available, inspection, blocked", cli_goods_status},
    {"inspect", "--item I [--accepted Q] [--rejected Q] [--location P] [--lot L] [--reason R]",
     "the result of an inspection", cli_goods_inspect},
    {"count", "[--location P] [--items I,I...] [--freeze] [--reason R]", "begin a count, blind", cli_goods_count},
    {"counted", "COUNT --line N --qty Q [--at TIME]", "what was found of a line of a count", cli_goods_counted},
    {"end-count", "COUNT", "post the differences of a count", cli_goods_end_count},
    {"approve", "DOCUMENT", "what waits for a second person", cli_goods_approve},
    {"reject", "DOCUMENT", "the same, refused", cli_goods_reject},
    {"documents", "[--document D | --state waiting|open|sent]",
     "adjustments, counts and transfers", cli_goods_documents},
    {"balance", "ITEM [--line N | --date D]",
     "quantity and value now, after a ledger line, or at the end of a day", cli_goods_balance},
    {"shelves", "[--item I]", "stock by location, lot and status", cli_goods_shelves},
    {"ledger", "[--item I] [--order O]", "ledger lines", cli_goods_ledger},
    {"trace", "ITEM LOT [--backward]",
     "what a lot went into, level by level; --backward: what it is made of", cli_goods_trace},
    {"location", "LOCATION [--name N] [--work-center W]",
     "a location; with a work centre its line-side stock", cli_goods_place},
    {"locations", "", "all locations", cli_goods_places},
    {"stock-rule", "[--item I [--backflush] [--inspect] [--over-issue PCT] [--over-receipt PCT]] [--approve-above V]",
     "what an item may do, and what one person may adjust alone", cli_goods_rule},
    {"order-cost", "ORDER", "planned, target and actual cost of a work order by component and operation", cli_books_order_cost},
    {"cost-report", "REPORT [--item I] [--order O] [--by B] [--from D] [--to D] [--chinese] [--xlsx] [--out FILE]",
     "trial_balance, variances (--by item|class|month|work_order|work_center), wip and stock_value (as of --to),\n"
     "      order_cost (--order), price_history, cost_rollup (--item: level by level), margin, stock_curve (value at each day's end),\n"
     "      months, late_costs or accounts (the scheme), as CSV or workbook", cli_books_report},
    {"variances", "[--by item|class|month|work_order|work_center] [--order O] [--from D] [--to D] [--alarm-above A]",
     "what orders cost above standard, by kind", cli_books_variances},
    {"split-variances", "[--limit N]", "say what made the variances of orders settled since the last time", cli_books_split},
    {"journal", "[--from D] [--to D] [--neutral] [--chinese] [--out FILE]",
     "the journal as CSV; --neutral: with control totals and hashes for another system's import", cli_books_journal},
    {"entries", "[--document D] [--from D] [--to D] [--limit N] [--after A]", "journal entries, each with its ledger line",
     cli_books_entries},
    {"account", "set PURPOSE ACCOUNT [--class C], by-class PURPOSE",
     "the account of a purpose (stock, wip, received, sales ...), of a class of items; by-class: each class needs its own",
     cli_books_account},
    {"month", "show DAY | close DAY [--before-end] | ask-reopen DAY | reopen DAY",
     "what stands in the way of closing a month; close it, with --before-end also one that is not over; open it\n"
     "      again, by two people", cli_books_month},
    {"invoice", "enter --supplier S --number N ((--order PO --line L | --work-order WO --operation OP) --qty Q --amount A\n"
     "      | --lines FILE.csv) [--total A] [--date D], release INVOICE, reject INVOICE, reverse INVOICE --reason R,\n"
     "      list [--invoice I] [--supplier S] [--state S], tolerance [--percent P] [--amount A]",
     "supplier invoices, matched with orders and receipts, or with what was reported of an operation; what\n"
     "      does not match is blocked, and released by a second person; FILE has the columns\n"
     "      purchase_order,order_line,quantity,amount or work_order,operation,quantity,amount", cli_invoice},
    {"landed-cost", "enter --supplier S --number N --amount A --by quantity|weight|value\n"
     "      (--order PO --line L [--weight W] | --lines FILE.csv) [--date D], reverse INVOICE --reason R, follow",
     "freight and duty on what was received, to the last cent; FILE has the columns\n"
     "      purchase_order,order_line,weight; follow: late costs that are still on their way", cli_landed_cost},
    {"cost-version", "save V [--prices standard|last|average|supplier] [--date D] [--copy-of V] [--note N]\n"
     "      [--kind price|labor_rate|machine_rate|overhead_rate|currency --code C --value X | --lines FILE.csv],\n"
     "      simulate V, compare V [--against V] [--item I] [--all], freeze V, mark V [--date D],\n"
     "      release V [--date D], revert V [--date D], withdraw V, show V, list [--state S], costs V [--item I], post",
     "versions of standard costs: a second person releases one, which revalues the stock; without --against it is\n"
     "      compared with the current standards; FILE has the columns kind,code,value; post goes on with a release", cli_cost_version},
    {"what-if", "(--item I --price P | --work-center W [--labor-rate R] [--machine-rate R] [--overhead-rate R]\n"
     "      | --lines FILE.csv) [--all] [--limit N] [--after A]",
     "what every end item would cost at another price of a bought item or other rates of a work centre; --all: every item\n"
     "      whose cost moves; FILE has the columns item,unit_cost,work_center,labor_rate,machine_rate,overhead_rate",
     cli_cost_what_if},
    {"material-use", "[--by order|product|period] [--from D] [--to D] [--limit N] [--after A]",
     "what orders should have used for what was received, what they used, and the utilisation in percent; --to: the\n"
     "      first day that is not in it", cli_cost_material_use},
    {"actual-cost", "order ORDER [--levels N], lot ITEM LOT [--levels N]",
     "what it really cost, down the levels: each lot that went in, what it was charged at and what its maker spent on it",
     cli_actual_cost},
    {"variance-alarm", "list [--noted], limits [--percent P] [--amount A], note ORDER --note N",
     "orders whose variance at close passed the plant's limits, until finance or a supervisor has noted them", cli_variance_alarm},
};

/* clang-format on */

const struct cli_command *cli_online_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(online_commands); i++) {
        if (strcmp(online_commands[i].name, name) == 0)
            return &online_commands[i];
    }
    return NULL;
}

void cli_online_help(FILE *to)
{
    fprintf(
        to,
        "\non a running Millrace (all take --config FILE and --plant P; those that are one call\n"
        "--key UUID too: said again with the same key, it is done once and answers the same):\n\n");
    for (size_t i = 0; i < COUNT_OF(online_commands); i++)
        cli_command_help(to, &online_commands[i]);
}

int cli_online_fault(const struct fault *fault)
{
    int http = status_http(fault->status);
    if (fault->field[0] != '\0')
        fprintf(stderr, "millrace: %s: %s\n", fault->field, fault->message);
    else
        fprintf(stderr, "millrace: %s\n", fault->message);
    return http >= 500 ? CLI_SYSTEM_FAILED : CLI_BAD_DATA;
}
