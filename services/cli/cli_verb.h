#ifndef MILLRACE_CLI_CLI_VERB_H
#define MILLRACE_CLI_CLI_VERB_H

#include "services/cli/cli_online.h"

/*
 * A command that is one call: a table of which words and options become which members of the
 * method's request.  What it answers is the method's JSON, as with "call".
 */
#define VERB_WORDS_MAX 16

/* Where a member goes: into the request, or into an object of it. */
enum verb_place {
    VERB_REQUEST,
    VERB_LINE, /* the one line of "lines", or of the list that a file would fill; a column of it */
    VERB_LOCATION, /* the one of "locations" */
    VERB_LEFT,     /* "left" and "right" */
    VERB_RIGHT,
    VERB_PLACES
};

enum verb_kind {
    VERB_TEXT,
    VERB_NUMBER,
    VERB_FLAG,
    VERB_TRUE, /* said without a word, as the next */
    VERB_FALSE,
    VERB_CODES, /* A,B,C: a list; member "orders.work_order": of objects that hold one each */
    VERB_PARTS, /* A=2,B=1: a list of objects with item and quantity */
    VERB_ROWS, /* names a CSV file, - for stdin: each row an object of the member's list; a column's
                  name is a member, or an option in place VERB_LINE */
    VERB_LISTED, /* the same of a list that another command wrote: columns of no word are left out
                  */
    VERB_FILE    /* names a file, - for stdin, whose text is the member */
};

struct verb_word {
    const char *option; /* NULL: the next word that is none */
    const char *member;
    enum verb_kind kind;
    enum verb_place place;
};

struct verb {
    const char *name;
    const char *method;
    struct verb_word words[VERB_WORDS_MAX]; /* those without an option first; all needed */
};

/* clang-format off */
#define NEEDED(member)          {NULL, member, VERB_TEXT, VERB_REQUEST}
#define GIVEN(option, member)   {option, member, VERB_TEXT, VERB_REQUEST}
#define OF_LINE(option, member) {option, member, VERB_TEXT, VERB_LINE}
#define CODES(member)           {NULL, member, VERB_CODES, VERB_REQUEST}
#define NUMBER(option, member)  {option, member, VERB_NUMBER, VERB_REQUEST}
#define ROWS(option)            {option, "lines", VERB_ROWS, VERB_REQUEST}
#define FLAG(option, member)    {option, member, VERB_FLAG, VERB_REQUEST}
/* clang-format on */

/* Returns an exit status. */
int verb_run(const struct verb *verb, int argc, char **argv);

/* The one of the verbs, NULL behind the last, whose name goes on with the first word: "invoice" and
   "list" of "invoice list". */
int verb_run_one(const char *said, const struct verb *const *verbs, int argc, char **argv);

/* int PREFIX_NAME(argc, argv) for the table NAME. */
#define VERB_COMMAND(prefix, name)          \
 int prefix##_##name(int argc, char **argv) \
 {                                          \
  return verb_run(&name, argc, argv);       \
 }

#endif
