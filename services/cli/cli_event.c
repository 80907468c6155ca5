#include "services/cli/cli_verb.h"

/* Events of the plant in their order, and the webhooks that are told of them. */

/* clang-format off */
static const struct verb list = {
    "events", "Relay.ListEvents", {NUMBER("after", "after_seq"), NUMBER("limit", "limit")}};

static const struct verb hook_new = {
    "webhook new", "Relay.CreateWebhook",
    {NEEDED("webhook"), GIVEN("url", "url"), GIVEN("kinds", "kinds"), FLAG("allow-private", "allow_private"),
     NUMBER("after", "after_seq"), NUMBER("tries", "tries")}};
static const struct verb hook_start = {
    "webhook start", "Relay.SetWebhook",
    {NEEDED("webhook"), {NULL, "active", VERB_TRUE, VERB_REQUEST}, NUMBER("after", "after_seq")}};
static const struct verb hook_stop = {
    "webhook stop", "Relay.SetWebhook", {NEEDED("webhook"), {NULL, "active", VERB_FALSE, VERB_REQUEST}}};
static const struct verb hook_delete = {"webhook delete", "Relay.DeleteWebhook", {NEEDED("webhook")}};
static const struct verb hook_list = {
    "webhook list", "Relay.ListWebhooks", {NUMBER("limit", "limit"), GIVEN("after", "after")}};
static const struct verb hook_dead = {
    "webhook dead", "Relay.ListDeadDeliveries",
    {GIVEN("webhook", "webhook"), NUMBER("limit", "limit"), GIVEN("after", "after")}};
static const struct verb hook_again = {
    "webhook again", "Relay.RedeliverWebhook", {NEEDED("webhook"), NUMBER("event", "event_seq")}};

/* clang-format on */

int cli_event_webhook(int argc, char **argv)
{
    static const struct verb *const verbs[] = {&hook_new,  &hook_start, &hook_stop,  &hook_delete,
                                               &hook_list, &hook_dead,  &hook_again, NULL};
    return verb_run_one("webhook", verbs, argc, argv);
}

VERB_COMMAND(cli_event, list)
