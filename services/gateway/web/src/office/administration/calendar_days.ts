import { plusDays } from '../../base/format';
import type { Row } from '../folder';

/* What a calendar says: days of the week that are free, and days that are otherwise.  A day wins over
   its weekday; what nothing is said of works. */
export interface Calendar {
  /** 1 Monday .. 7 Sunday: true where it works. */
  week: Record<number, boolean>;
  days: Record<string, boolean>;
}

const NO = ['0', 'no', 'false', '否'];
const works = (row: Row): boolean => !NO.includes((row['working'] ?? '1').toLowerCase());

export const weekday = (date: string): number => new Date(date + 'T00:00:00Z').getUTCDay() || 7;

export function calendarsOf(rows: readonly Row[]): Map<string, Calendar> {
  const out = new Map<string, Calendar>();
  for (const row of rows) {
    const name = row['calendar'] ?? '';
    const one = out.get(name) ?? { week: {}, days: {} };
    if (row['date']) one.days[row['date']] = works(row);
    else one.week[Number(row['weekday'])] = works(row);
    out.set(name, one);
  }
  return out;
}

export const weekWorks = (calendar: Calendar, date: string): boolean => calendar.week[weekday(date)] ?? true;

export const dayWorks = (calendar: Calendar, date: string): boolean =>
  calendar.days[date] ?? weekWorks(calendar, date);

/** The other way round on that day; no word about it where the week says so already. */
export function turned(calendar: Calendar, date: string): Calendar {
  const days = { ...calendar.days };
  const next = !dayWorks(calendar, date);
  if (next === weekWorks(calendar, date)) delete days[date];
  else days[date] = next;
  return { ...calendar, days };
}

export const turnedWeek = (calendar: Calendar, day: number): Calendar => ({
  ...calendar,
  week: { ...calendar.week, [day]: !(calendar.week[day] ?? true) },
});

/** As rows of calendar.csv. */
export function rowsOf(name: string, calendar: Calendar): Row[] {
  const row = (date: string, day: string, on: boolean): Row => ({
    calendar: name,
    date,
    weekday: day,
    working: on ? '1' : '0',
  });
  const week = Object.entries(calendar.week).map(([day, on]) => row('', day, on));
  const days = Object.entries(calendar.days).sort();
  return [...week, ...days.map(([date, on]) => row(date, '', on))];
}

/** How many days and weekdays two calendars say differently. */
export function differences(a: Calendar, b: Calendar): number {
  const said = (one: Calendar): Map<string, boolean> =>
    new Map([...Object.entries(one.week).filter(([, on]) => !on), ...Object.entries(one.days)]);
  const [x, y] = [said(a), said(b)];
  return [...new Set([...x.keys(), ...y.keys()])].filter((key) => x.get(key) !== y.get(key)).length;
}

export const daysOfMonth = (year: number, month: number): string[] => {
  const first = `${year}-${String(month).padStart(2, '0')}-01`;
  const next = month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`;
  const out: string[] = [];
  for (let date = first; date < next; date = plusDays(date, 1)) out.push(date);
  return out;
};
