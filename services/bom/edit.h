#ifndef MILLRACE_BOM_EDIT_H
#define MILLRACE_BOM_EDIT_H

#include "services/bom/bom_command.h"
#include "services/bom/edit_store.h"

/*
 * Edits of master data: rows added, changed, ended and removed, all or nothing.
 *
 * Under the plant's gate: the rows that an edit can meet (the whole bill of its parent, the routing
 * of its item) are read as texts, edited, read again by the reader of the plant folder, checked
 * against each other and, bills, against loops; variants of a changed bill get its lines; then
 * rows, history, counter and event are written.
 */
enum edit_action { EDIT_SAVE, EDIT_REMOVE, EDIT_END };

struct edit {
    enum plant_file_id file;
    enum edit_action action;
    int64_t row_no; /* 0: a new row */
    const struct cell *cells;
    size_t cell_count;
    date end_on;
    int64_t forced_row_no; /* a new row that is to have this number again; 0: the next */
};

#define EDITS_MAX 500

struct edits {
    const struct edit *items;
    size_t count;
    bool dry_run;
    int64_t if_version; /* refused where what is edited was changed after it; 0: whatever it is */
    bool plain;         /* fields of faults are not numbered: a single edit */
    struct text change_id; /* "" */
    const size_t *lines; /* of an engineering change: the line that each edit is of, which fields of
                            faults name instead; NULL: none */
};

struct edited {
    struct row_list rows; /* of the edits, in their order */
    int64_t change_seq;   /* 0: nothing was written */
    uint32_t inherited_rows;
};

/* Queues what these edits read (command_ask_fn; `asked` is a struct edits): they then need no round
   trip before they write. */
command_ask_fn edit_ask;

/* Within the transaction of `command`. */
enum status edit_apply(struct command *command, const struct edits *edits, struct edited *edited,
                       struct fault *fault) MUST_CHECK;

/* The event's number, the history and the event of what was written: the last thing of a change. */
enum status edit_tell(struct command *command, struct edit_write *write,
                      struct fault *fault) MUST_CHECK;

#endif
