#include "services/inventory/location_core.h"

#include <stdio.h>

#define LOCATION_NAME_MAX 200 /* bytes */

static const char *field_of(const struct book *book, size_t i, const char *name)
{
    enum { FIELD_MAX = 48 };

    char *field = arena_alloc(book->arena, FIELD_MAX, 1);
    if (field)
        snprintf(field, FIELD_MAX, "locations[%zu].%s", i, name);
    return field ? field : "locations";
}

enum status location_wants(const struct location_command *command, struct book *book,
                           struct fault *fault)
{
    if (command->count == 0 || command->count > INVENTORY_LINES_MAX)
        return fault_set(fault, STATUS_INVALID, "locations", "%zu locations, 1 to %d may be set",
                         command->count, INVENTORY_LINES_MAX);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < command->count && status == STATUS_OK; i++) {
        status = book_code(command->rows[i].location, field_of(book, i, "location"), fault);
        if (status != STATUS_OK)
            return status;
        if (command->rows[i].name.length > LOCATION_NAME_MAX)
            return fault_set(fault, STATUS_INVALID, field_of(book, i, "name"),
                             "name is longer than %d bytes", LOCATION_NAME_MAX);
        status = book_want_location(book, command->rows[i].location, fault);
    }
    return status;
}

static bool named_before(const struct location_command *command, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (text_equal(command->rows[i].location, command->rows[at].location))
            return true;
    }
    return false;
}

enum status location_decide(const struct location_command *command, const size_t *stray,
                            struct book *book, struct fault *fault)
{
    if (stray && *stray < command->count)
        return fault_set(fault, STATUS_NOT_FOUND, field_of(book, *stray, "work_center"),
                         "work centre \"%.*s\" does not exist",
                         (int)command->rows[*stray].work_center.length,
                         command->rows[*stray].work_center.bytes);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < command->count && status == STATUS_OK; i++) {
        const struct location_row *row = &command->rows[i];
        if (named_before(command, i))
            return fault_set(fault, STATUS_INVALID, field_of(book, i, "location"),
                             "location \"%.*s\" is named twice", (int)row->location.length,
                             row->location.bytes);
        if (!row->active && text_equal(row->location, book->plant.main_location))
            return fault_set(fault, STATUS_STATE_CONFLICT, field_of(book, i, "active"),
                             "location \"%.*s\" is the plant's main one", (int)row->location.length,
                             row->location.bytes);
        status = book_set_location(book, row, fault);
    }
    return status;
}
