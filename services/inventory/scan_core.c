#include "services/inventory/scan_core.h"

#include <string.h>

#define GROUP '\x1d'

enum ai_kind { AI_TEXT, AI_DIGITS, AI_CHECKED, AI_DAY, AI_COUNT, AI_MEASURE };

/* An identifier that begins with `name` and has `length` digits in all; lengths of its value.  Of
   fixed length are those that GS1 figure 7.8.5-2 lists: no separator has to follow them. */
static const struct ai {
    const char *name;
    size_t length;
    size_t least;
    size_t most;
    enum ai_kind kind;
    bool fixed;
    const char *title;
} table[] = {
    {"00", 2, 18, 18, AI_CHECKED, true, "SSCC"},
    {"01", 2, 14, 14, AI_CHECKED, true, "GTIN"},
    {"02", 2, 14, 14, AI_CHECKED, true, "CONTENT"},
    {"10", 2, 1, 20, AI_TEXT, false, "BATCH/LOT"},
    {"11", 2, 6, 6, AI_DAY, true, "PROD DATE"},
    {"12", 2, 6, 6, AI_DAY, true, "DUE DATE"},
    {"13", 2, 6, 6, AI_DAY, true, "PACK DATE"},
    {"15", 2, 6, 6, AI_DAY, true, "BEST BEFORE"},
    {"16", 2, 6, 6, AI_DAY, true, "SELL BY"},
    {"17", 2, 6, 6, AI_DAY, true, "USE BY"},
    {"20", 2, 2, 2, AI_DIGITS, true, "VARIANT"},
    {"21", 2, 1, 20, AI_TEXT, false, "SERIAL"},
    {"22", 2, 1, 20, AI_TEXT, false, "CPV"},
    {"240", 3, 1, 30, AI_TEXT, false, "ADDITIONAL ID"},
    {"241", 3, 1, 30, AI_TEXT, false, "CUST. PART No."},
    {"250", 3, 1, 30, AI_TEXT, false, "SECONDARY SERIAL"},
    {"251", 3, 1, 30, AI_TEXT, false, "REF. TO SOURCE"},
    {"254", 3, 1, 20, AI_TEXT, false, "GLN EXTENSION"},
    {"30", 2, 1, 8, AI_COUNT, false, "VAR. COUNT"},
    {"310", 4, 6, 6, AI_MEASURE, true, "NET WEIGHT (kg)"},
    {"311", 4, 6, 6, AI_MEASURE, true, "LENGTH (m)"},
    {"314", 4, 6, 6, AI_MEASURE, true, "AREA (m2)"},
    {"315", 4, 6, 6, AI_MEASURE, true, "NET VOLUME (l)"},
    {"316", 4, 6, 6, AI_MEASURE, true, "NET VOLUME (m3)"},
    {"330", 4, 6, 6, AI_DIGITS, true, "GROSS WEIGHT (kg)"},
    {"37", 2, 1, 8, AI_COUNT, false, "COUNT"},
    {"400", 3, 1, 30, AI_TEXT, false, "ORDER NUMBER"},
    {"401", 3, 1, 30, AI_TEXT, false, "GINC"},
    {"410", 3, 13, 13, AI_CHECKED, true, "SHIP TO LOC"},
    {"412", 3, 13, 13, AI_CHECKED, true, "PURCHASE FROM"},
    {"414", 3, 13, 13, AI_CHECKED, true, "LOC No."},
    {"422", 3, 3, 3, AI_DIGITS, false, "ORIGIN"},
    {"90", 2, 1, 30, AI_TEXT, false, "INTERNAL"},
    {"91", 2, 1, 90, AI_TEXT, false, "WORK ORDER"},
    {"92", 2, 1, 90, AI_TEXT, false, "OPERATION"},
    {"93", 2, 1, 90, AI_TEXT, false, "LOCATION"},
    {"94", 2, 1, 90, AI_TEXT, false, "BADGE"},
    {"95", 2, 1, 90, AI_TEXT, false, "INTERNAL"},
    {"96", 2, 1, 90, AI_TEXT, false, "INTERNAL"},
    {"97", 2, 1, 90, AI_TEXT, false, "INTERNAL"},
    {"98", 2, 1, 90, AI_TEXT, false, "INTERNAL"},
    {"99", 2, 1, 90, AI_TEXT, false, "INTERNAL"},
};

struct reading {
    struct scan *scan;
    struct text rest;
    date today;
    bool brackets;
    struct fault *fault;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct text from(struct text text, size_t at)
{
    return (struct text){text.bytes + at, text.length - at};
}

static enum status refuse(const struct reading *reading, struct text ai, const char *why)
{
    return fault_set(reading->fault, STATUS_INVALID, "scan", "GS1 element (%.*s) \"%.*s\": %s",
                     (int)ai.length, ai.bytes, (int)reading->rest.length, reading->rest.bytes, why);
}

/* ---- values ---- */

char scan_check_digit(struct text digits)
{
    int sum = 0;
    for (size_t i = 0; i < digits.length; i++)
        sum += (digits.bytes[digits.length - 1 - i] - '0') * (i % 2 == 0 ? 3 : 1);
    return (char)('0' + (10 - sum % 10) % 10);
}

static bool all_digits(struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (!is_digit(text.bytes[i]))
            return false;
    }
    return true;
}

static int two(const char *digits)
{
    return (digits[0] - '0') * 10 + digits[1] - '0';
}

/* YYMMDD, of the hundred years around today; day 00 is the last of its month. */
static bool day_of(struct text value, date today, date *out)
{
    int now = date_split(today).year;
    int year = now - now % 100 + two(value.bytes);
    int month = two(value.bytes + 2);
    int day = two(value.bytes + 4);
    if (year - now > 50)
        year -= 100;
    else if (year - now < -49)
        year += 100;
    for (int last = day > 0 ? day : 31; last > 0; last--) {
        char text[] = {(char)('0' + year / 1000),
                       (char)('0' + year / 100 % 10),
                       (char)('0' + year / 10 % 10),
                       (char)('0' + year % 10),
                       '-',
                       (char)('0' + month / 10),
                       (char)('0' + month % 10),
                       '-',
                       (char)('0' + last / 10),
                       (char)('0' + last % 10)};
        if (date_parse(text, sizeof text, out))
            return true;
        if (day > 0)
            break;
    }
    return false;
}

static int64_t number_of(struct text digits)
{
    int64_t number = 0;
    for (size_t i = 0; i < digits.length; i++)
        number = number * 10 + digits.bytes[i] - '0';
    return number;
}

/* The last digit of its identifier says how many of the six are decimals. */
static enum status measure(struct reading *reading, const struct ai *known,
                           const struct scan_element *element)
{
    static const char *const units[] = {"KG", "M", "", "", "M2", "L", "M3"};
    int64_t micro = number_of(element->value) * QTY_SCALE;
    int decimals = element->ai.bytes[3] - '0';
    if (decimals > 5)
        return refuse(reading, element->ai, "at most 5 decimals");
    for (int i = 0; i < decimals; i++)
        micro /= 10;
    reading->scan->quantity.micro = micro;
    reading->scan->uom = units[known->name[2] - '0'];
    return STATUS_OK;
}

static enum status note_day(struct reading *reading, const struct scan_element *element)
{
    date day;
    struct scan *scan = reading->scan;
    if (!day_of(element->value, reading->today, &day))
        return refuse(reading, element->ai, "not a day, YYMMDD");
    if (text_is(element->ai, "17") || (text_is(element->ai, "15") && !date_given(scan->expires_on)))
        scan->expires_on = day;
    else if (text_is(element->ai, "11"))
        scan->made_on = day;
    return STATUS_OK;
}

/* The later of the list wins over the earlier: our own item over the trade's. */
static void note_text(struct scan *scan, const struct scan_element *element)
{
    const struct {
        const char *ai;
        struct text *to;
        bool weak; /* not over what is there */
    } notes[] = {{"01", &scan->item, true},       {"241", &scan->item, false},
                 {"240", &scan->item, false},     {"21", &scan->lot, true},
                 {"10", &scan->lot, false},       {"91", &scan->order, false},
                 {"92", &scan->operation, false}, {"93", &scan->location, false},
                 {"94", &scan->person, false}};

    for (size_t i = 0; i < COUNT_OF(notes); i++) {
        if (text_is(element->ai, notes[i].ai) && (!notes[i].weak || notes[i].to->length == 0))
            *notes[i].to = element->value;
    }
}

static enum status check(struct reading *reading, const struct ai *known,
                         const struct scan_element *element)
{
    struct text value = element->value;
    if (value.length < known->least || value.length > known->most)
        return fault_set(reading->fault, STATUS_INVALID, "scan",
                         "GS1 element (%.*s) has %zu characters, %zu to %zu are right",
                         (int)element->ai.length, element->ai.bytes, value.length, known->least,
                         known->most);
    if (known->kind != AI_TEXT && !all_digits(value))
        return refuse(reading, element->ai, "digits only");
    if (known->kind != AI_CHECKED)
        return STATUS_OK;
    char right = scan_check_digit((struct text){value.bytes, value.length - 1});
    if (value.bytes[value.length - 1] == right)
        return STATUS_OK;
    return fault_set(reading->fault, STATUS_INVALID, "scan",
                     "check digit of (%.*s) %.*s is %c, %c is right", (int)element->ai.length,
                     element->ai.bytes, (int)value.length, value.bytes,
                     value.bytes[value.length - 1], right);
}

static enum status note(struct reading *reading, const struct ai *known,
                        const struct scan_element *element)
{
    switch (known->kind) {
    case AI_DAY:
        return note_day(reading, element);
    case AI_COUNT:
        reading->scan->quantity.micro = number_of(element->value) * QTY_SCALE;
        return STATUS_OK;
    case AI_MEASURE:
        return measure(reading, known, element);
    case AI_TEXT:
    case AI_DIGITS:
    case AI_CHECKED:
        note_text(reading->scan, element);
        return STATUS_OK;
    }
    return STATUS_OK;
}

/* ---- the string ---- */

static const struct ai *find(struct text digits)
{
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        const struct ai *at = &table[i];
        if (digits.length >= at->length && memcmp(digits.bytes, at->name, strlen(at->name)) == 0 &&
            all_digits((struct text){digits.bytes, at->length}))
            return at;
    }
    return NULL;
}

/* "(" two to four digits ")": how long that is, 0: it is none. */
static size_t bracket(struct text text)
{
    size_t at = 1;
    while (at < text.length && is_digit(text.bytes[at]))
        at++;
    bool one = text.length > 0 && text.bytes[0] == '(' && at >= 3 && at <= 5 && at < text.length &&
               text.bytes[at] == ')';
    return one ? at + 1 : 0;
}

/* Up to the next bracket, or a separator, or the end; what is of fixed length ends by itself. */
static size_t value_length(const struct reading *reading, const struct ai *known)
{
    struct text rest = reading->rest;
    size_t at = 0;
    if (!reading->brackets && known->fixed)
        return rest.length < known->most ? rest.length : known->most;
    while (at < rest.length && rest.bytes[at] != GROUP &&
           !(reading->brackets && bracket(from(rest, at)) > 0))
        at++;
    return at;
}

static enum status add(struct reading *reading, const struct ai *known, struct scan_element element)
{
    struct scan *scan = reading->scan;
    enum status status = check(reading, known, &element);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < scan->element_count; i++) {
        if (text_equal(scan->elements[i].ai, element.ai))
            return text_equal(scan->elements[i].value, element.value)
                       ? STATUS_OK
                       : refuse(reading, element.ai, "it stands there twice, with two values");
    }
    if (scan->element_count == SCAN_ELEMENTS_MAX)
        return fault_set(reading->fault, STATUS_LIMIT, "scan", "more than %d GS1 elements",
                         SCAN_ELEMENTS_MAX);
    scan->elements[scan->element_count++] = element;
    return note(reading, known, &element);
}

static enum status read_element(struct reading *reading)
{
    size_t skip = reading->brackets ? bracket(reading->rest) : 0;
    struct text digits = reading->brackets && skip > 0
                             ? (struct text){reading->rest.bytes + 1, skip - 2}
                             : reading->rest;
    const struct ai *known = reading->brackets && skip == 0 ? NULL : find(digits);
    if (!known || (reading->brackets && known->length != digits.length))
        return fault_set(reading->fault, STATUS_INVALID, "scan",
                         "no GS1 application identifier is known at \"%.*s\"",
                         (int)reading->rest.length, reading->rest.bytes);
    struct scan_element element = {.ai = {digits.bytes, known->length}, .title = known->title};
    reading->rest = from(reading->rest, reading->brackets ? skip : known->length);
    size_t length = value_length(reading, known);
    element.value = (struct text){reading->rest.bytes, length};
    enum status status = add(reading, known, element);
    if (length < reading->rest.length && reading->rest.bytes[length] == GROUP)
        length++;
    reading->rest = from(reading->rest, length);
    return status;
}

static struct text trimmed(struct text text)
{
    while (text.length > 0 && (unsigned char)text.bytes[0] <= ' ' && text.bytes[0] != GROUP)
        text = from(text, 1);
    while (text.length > 0 && (unsigned char)text.bytes[text.length - 1] <= ' ')
        text.length--;
    return text;
}

/* "]C1" and the like: the symbology says so itself.  True: of a GS1 symbol. */
static bool take_prefix(struct text *text)
{
    static const char *const marks[] = {"C1", "d2", "Q3", "J1", "e0"};
    bool letter = text->length > 2 && ((text->bytes[1] >= 'A' && text->bytes[1] <= 'Z') ||
                                       (text->bytes[1] >= 'a' && text->bytes[1] <= 'z'));
    bool gs1 = false;
    if (!letter || text->bytes[0] != ']' || !is_digit(text->bytes[2]))
        return false;
    for (size_t i = 0; i < COUNT_OF(marks); i++)
        gs1 = gs1 || memcmp(text->bytes + 1, marks[i], 2) == 0;
    *text = from(*text, 3);
    return gs1;
}

static enum status read_text(struct text text, bool gs1, struct reading *reading)
{
    struct scan *out = reading->scan;
    *out = (struct scan){.quantity = NO_QTY, .uom = "", .expires_on = NO_DATE, .made_on = NO_DATE};
    out->item = out->lot = out->order = out->operation = out->location = out->person = text_of("");
    if (text.length > SCAN_BYTES_MAX)
        return fault_set(reading->fault, STATUS_LIMIT, "scan", "a scan has at most %d bytes",
                         SCAN_BYTES_MAX);
    text = trimmed(text);
    out->gs1 = take_prefix(&text) || gs1;
    out->code = text = trimmed(text);
    if (text.length == 0)
        return fault_set(reading->fault, STATUS_INVALID, "scan", "nothing was scanned");
    reading->brackets = bracket(text) > 0;
    out->gs1 = out->gs1 || reading->brackets || memchr(text.bytes, GROUP, text.length) != NULL;
    enum status status = STATUS_OK;
    reading->rest = text.bytes[0] == GROUP ? from(text, 1) : text;
    while (out->gs1 && status == STATUS_OK && reading->rest.length > 0)
        status = read_element(reading);
    if (status == STATUS_OK && out->gs1 && out->element_count == 0)
        return fault_set(reading->fault, STATUS_INVALID, "scan", "nothing was scanned");
    return status;
}

enum status scan_read(struct text text, date today, struct scan *out, struct fault *fault)
{
    struct reading reading = {.scan = out, .today = today, .fault = fault};
    return read_text(text, false, &reading);
}

enum status scan_read_bare(struct text text, date today, struct scan *out, struct fault *fault)
{
    struct reading reading = {.scan = out, .today = today, .fault = fault};
    return read_text(text, true, &reading);
}

/* ---- what next ---- */

static const struct {
    const char *kind;
    const char *states; /* with blanks between; NULL: any */
    struct scan_action action;
} actions[] = {
    {"work_order", "firm", {"release", "Production.ReleaseWorkOrder"}},
    {"work_order", "released in_progress completed", {"issue", "Production.PostIssue"}},
    {"work_order", "released in_progress completed", {"return", "Production.PostReturn"}},
    {"work_order", "released in_progress", {"receive", "Receipt.PostReceipt"}},
    {"work_order", "released in_progress", {"scrap", "Receipt.PostReceipt"}},
    {"work_order", "released in_progress", {"report", "Production.ReportOperation"}},
    {"work_order", "released in_progress", {"pick", "Inventory.ListPicks"}},
    {"work_order", "held", {"resume", "Production.ResumeWorkOrder"}},
    {"work_order", "completed", {"close", "Production.CloseWorkOrder"}},
    {"operation", "released in_progress", {"report", "Production.ReportOperation"}},
    {"item", NULL, {"transfer", "Inventory.PostTransfer"}},
    {"item", NULL, {"count", "Inventory.PostAdjustment"}},
    {"lot", NULL, {"transfer", "Inventory.PostTransfer"}},
    {"lot", NULL, {"count", "Inventory.PostAdjustment"}},
    {"lot", NULL, {"status", "Inventory.ChangeStatus"}},
    {"lot", NULL, {"trace", "Inventory.ListLotTrace"}},
    {"location", NULL, {"transfer", "Inventory.PostTransfer"}},
    {"location", NULL, {"count", "Inventory.StartCount"}},
    {"person", NULL, {"sign_in", "Access.LoginBadge"}},
    {"purchase_order", "sent", {"receive", "Inventory.PostPurchaseReceipt"}},
    {"sales_order", "open", {"ship", "Inventory.PostShipment"}},
    {"transfer", "sent", {"sign", "Inventory.ReceiveTransfer"}},
    {"count", "open", {"count", "Inventory.RecordCount"}},
    {"adjustment", "waiting", {"decide", "Inventory.DecideDocument"}},
    {"count", "waiting", {"decide", "Inventory.DecideDocument"}},
};

static bool has_word(const char *words, struct text word)
{
    while (words && *words) {
        size_t length = strcspn(words, " ");
        if (text_equal((struct text){words, length}, word))
            return true;
        words += length + (words[length] == ' ');
    }
    return false;
}

const struct scan_action *scan_action(struct text kind, struct text state, size_t n)
{
    for (size_t i = 0; i < COUNT_OF(actions); i++) {
        if (!text_is(kind, actions[i].kind) ||
            (actions[i].states && !has_word(actions[i].states, state)))
            continue;
        if (n == 0)
            return &actions[i].action;
        n--;
    }
    return NULL;
}
