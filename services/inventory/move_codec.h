#ifndef MILLRACE_INVENTORY_MOVE_CODEC_H
#define MILLRACE_INVENTORY_MOVE_CODEC_H

#include "services/inventory/move_core.h"
#include "services/inventory/return_core.h"

/* Bytes to commands of move_core.h and return_core.h. */
enum status decode_transfer(struct text body, struct arena *arena, struct move_command *command,
                            struct fault *fault) MUST_CHECK;
enum status decode_arrival(struct text body, struct arena *arena, struct arrival_command *command,
                           struct fault *fault) MUST_CHECK;
enum status decode_status_change(struct text body, struct arena *arena,
                                 struct move_command *command, struct fault *fault) MUST_CHECK;
enum status decode_inspection(struct text body, struct arena *arena,
                              struct inspection_command *command, struct fault *fault) MUST_CHECK;
enum status decode_supplier_return(struct text body, struct arena *arena,
                                   struct return_command *command, struct fault *fault) MUST_CHECK;
enum status decode_customer_return(struct text body, struct arena *arena,
                                   struct return_command *command, struct fault *fault) MUST_CHECK;
enum status decode_rule(struct text body, struct arena *arena, struct rule_command *command,
                        struct fault *fault) MUST_CHECK;
enum status encode_rule(const struct rule_command *command, const struct book *book,
                        struct text *reply, struct fault *fault) MUST_CHECK;
/* JSON of a rule, as its request says it, for the audit trail. */
enum status encode_rule_state(const struct rule_command *rule, struct arena *arena,
                              struct text *json, struct fault *fault) MUST_CHECK;

#endif
