#include "services/mrp/calendar_core.h"

#include <string.h>

/* Does the calendar work on each weekday and, where a date says so, on the date? */
static void mark_days(const struct plant *plant, uint32_t name, uint8_t *works, int32_t day_count)
{
    bool weekday[8];
    for (int k = 0; k < 8; k++)
        weekday[k] = true;
    for (uint32_t i = 0; i < plant->calendar_days_count; i++) {
        const struct calendar_day *row = &plant->calendar_days[i];
        if (row->calendar == name && !date_given(row->date) && row->weekday >= 1 &&
            row->weekday <= 7)
            weekday[row->weekday] = row->working != 0;
    }
    for (int32_t day = 0; day < day_count; day++)
        works[day] = weekday[date_weekday(plant->facts.plan_start + day)];
    for (uint32_t i = 0; i < plant->calendar_days_count; i++) {
        const struct calendar_day *row = &plant->calendar_days[i];
        if (row->calendar != name || !date_given(row->date))
            continue;
        int64_t day = (int64_t)row->date - plant->facts.plan_start;
        if (day >= 0 && day < day_count)
            works[day] = row->working != 0;
    }
}

static bool calendar_build(const uint8_t *works, int32_t day_count, struct arena *arena,
                           struct calendar *calendar)
{
    const size_t days = (size_t)day_count;
    uint32_t *before = arena_alloc(arena, days + 1, sizeof *before);
    int32_t *working = arena_alloc(arena, days, sizeof *working);
    if (!before || !working)
        return false;
    uint32_t count = 0;
    for (int32_t day = 0; day < day_count; day++) {
        before[day] = count;
        if (works[day])
            working[count++] = day;
    }
    before[day_count] = count;
    *calendar = (struct calendar){.before = before, .working = working, .day_count = day_count};
    return true;
}

/* The distinct calendar names, ascending by number, by insertion: calendars are few. */
static uint32_t collect_names(const struct plant *plant, uint32_t *names)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < plant->calendar_days_count; i++) {
        uint32_t name = plant->calendar_days[i].calendar;
        uint32_t at = 0;
        while (at < count && names[at] < name)
            at++;
        if (at < count && names[at] == name)
            continue;
        memmove(names + at + 1, names + at, (count - at) * sizeof *names);
        names[at] = name;
        count++;
    }
    return count;
}

bool calendar_set_build(const struct plant *plant, int32_t day_count, struct arena *arena,
                        struct calendar_set *set)
{
    *set = (struct calendar_set){0};
    if (plant->calendar_days_count == 0)
        return true;
    uint32_t *names = arena_alloc(arena, plant->calendar_days_count, sizeof *names);
    uint8_t *works = arena_alloc(arena, (size_t)day_count, sizeof *works);
    if (!names || !works)
        return false;
    uint32_t count = collect_names(plant, names);
    struct calendar *calendars = arena_alloc(arena, count, sizeof *calendars);
    if (!calendars)
        return false;
    for (uint32_t k = 0; k < count; k++) {
        mark_days(plant, names[k], works, day_count);
        if (!calendar_build(works, day_count, arena, &calendars[k]))
            return false;
    }
    *set = (struct calendar_set){.calendars = calendars, .names = names, .count = count};
    return true;
}

const struct calendar *calendar_find(const struct calendar_set *set, uint32_t name)
{
    for (uint32_t k = 0; name != 0 && k < set->count; k++) {
        const struct calendar *calendar = &set->calendars[k];
        if (set->names[k] == name)
            return calendar->before[calendar->day_count] > 0 ? calendar : NULL;
    }
    return NULL;
}

/* Number of working days before the day, which may lie beyond the table. */
static int32_t rank_of(const struct calendar *calendar, int32_t day)
{
    if (day <= calendar->day_count)
        return (int32_t)calendar->before[day];
    return (int32_t)calendar->before[calendar->day_count] + day - calendar->day_count;
}

static int32_t day_of_rank(const struct calendar *calendar, int32_t rank)
{
    int32_t inside = (int32_t)calendar->before[calendar->day_count];
    return rank < inside ? calendar->working[rank] : calendar->day_count + rank - inside;
}

int32_t calendar_back(const struct calendar *calendar, int32_t due_day, int32_t lead_days)
{
    ASSERT(lead_days >= 0);
    if (lead_days == 0)
        return due_day >= 0 ? due_day : CALENDAR_BEFORE_START;
    if (due_day < lead_days)
        return CALENDAR_BEFORE_START;
    if (!calendar)
        return due_day - lead_days;
    int32_t rank = rank_of(calendar, due_day) - lead_days;
    return rank < 0 ? CALENDAR_BEFORE_START : day_of_rank(calendar, rank);
}

int32_t calendar_forward(const struct calendar *calendar, int32_t start_day, int32_t lead_days)
{
    ASSERT(start_day >= 0 && lead_days >= 0);
    if (!calendar || lead_days == 0)
        return start_day + lead_days;
    return day_of_rank(calendar, rank_of(calendar, start_day) + lead_days);
}

int32_t calendar_count(const struct calendar *calendar, int32_t from_day, int32_t to_day)
{
    ASSERT(from_day >= 0 && from_day <= to_day);
    if (!calendar)
        return to_day - from_day;
    return rank_of(calendar, to_day) - rank_of(calendar, from_day);
}
