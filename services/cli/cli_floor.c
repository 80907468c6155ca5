#include "services/cli/cli_verb.h"

/* Postings of the floor and the store in a line each. */

/* clang-format off */
#define DAY    GIVEN("date", "effective_on")
#define REASON GIVEN("reason", "reason")

static const struct verb release = {
    "release", "Production.ReleaseWorkOrder",
    {NEEDED("work_order"), DAY, FLAG("complete", "complete_only")}};

static const struct verb issue = {
    "issue", "Production.PostIssue",
    {NEEDED("work_order"), OF_LINE("item", "item"), OF_LINE("qty", "quantity"), OF_LINE("lot", "lot"),
     OF_LINE("location", "location"), OF_LINE("reason", "reason"), ROWS("lines"),
     GIVEN("operation", "operation"), DAY}};

static const struct verb give_back = {
    "return", "Production.PostReturn",
    {NEEDED("work_order"), OF_LINE("item", "item"), OF_LINE("qty", "quantity"), OF_LINE("lot", "lot"),
     OF_LINE("location", "location"), OF_LINE("type", "type"), OF_LINE("reason", "reason"), DAY}};

static const struct verb report = {
    "report", "Production.ReportOperation",
    {NEEDED("work_order"), NEEDED("operation"), GIVEN("hours", "hours"), GIVEN("good", "good"),
     GIVEN("scrapped", "scrapped"), GIVEN("subcontract", "subcontract"), REASON, DAY}};

static const struct verb receive = {
    "receive", "Receipt.PostReceipt",
    {NEEDED("work_order"), GIVEN("qty", "quantity"), GIVEN("scrapped", "scrapped"), GIVEN("lot", "lot"),
     GIVEN("location", "location"), FLAG("final", "final"), FLAG("inspection", "inspection"),
     GIVEN("expires", "expires_on"), {"serials", "serials", VERB_CODES, VERB_REQUEST},
     {"beside", "outputs", VERB_PARTS, VERB_REQUEST}, REASON, DAY}};

static const struct verb shut = {
    "close", "Production.CloseWorkOrder",
    {NEEDED("work_order"), FLAG("anyway", "anyway"), DAY}};

static const struct verb close_completed = {
    "close-completed", "Production.CloseCompletedOrders",
    {GIVEN("after", "after"), {"limit", "limit", VERB_NUMBER, VERB_REQUEST}, DAY}};

static const struct verb rework = {
    "rework", "Production.StartRework",
    {NEEDED("item"), GIVEN("qty", "quantity"), GIVEN("lot", "lot"), GIVEN("location", "location"),
     GIVEN("status", "status"), REASON, DAY}};

static const struct verb unbuild = {
    "unbuild", "Production.PostUnbuild",
    {NEEDED("item"), GIVEN("qty", "quantity"), GIVEN("lot", "lot"), GIVEN("location", "location"),
     GIVEN("status", "status"), ROWS("lines"), REASON, DAY}};

static const struct verb move = {
    "move", "Inventory.PostTransfer",
    {NEEDED("to_location"), OF_LINE("item", "item"), OF_LINE("qty", "quantity"), OF_LINE("from", "location"),
     OF_LINE("lot", "lot"), REASON, DAY}};

static const struct verb reverse = {
    "reverse", "Inventory.ReverseDocument",
    {NEEDED("document"), REASON, DAY}};

static const struct verb recall = {
    "recall", "Inventory.ListRecall",
    {NEEDED("item"), NEEDED("lot")}};
/* clang-format on */

VERB_COMMAND(cli_floor, release)
VERB_COMMAND(cli_floor, issue)
VERB_COMMAND(cli_floor, give_back)
VERB_COMMAND(cli_floor, report)
VERB_COMMAND(cli_floor, receive)
VERB_COMMAND(cli_floor, shut)
VERB_COMMAND(cli_floor, close_completed)
VERB_COMMAND(cli_floor, rework)
VERB_COMMAND(cli_floor, unbuild)
VERB_COMMAND(cli_floor, move)
VERB_COMMAND(cli_floor, reverse)
VERB_COMMAND(cli_floor, recall)
