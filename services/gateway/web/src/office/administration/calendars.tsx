import { useSignal, type Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError, call, command } from '../../base/api';
import { inWords } from '../../base/errors';
import { resource } from '../../base/resource';
import { language } from '../../base/words';
import { errorParts, fileOf, readFile, sendFiles, type Row } from '../folder';
import { Failure, Head, Said } from '../list';
import { planState } from '../live';
import { plant } from '../state';
import { say as sayOffice } from '../words';
import {
  calendarsOf,
  dayWorks,
  daysOfMonth,
  differences,
  rowsOf,
  turned,
  turnedWeek,
  weekday,
  weekWorks,
  type Calendar,
} from './calendar_days';
import { say } from './calendar_words';

/* Which days work: a calendar of the shop, of a work centre, of a supplier.  A year at a glance. */

interface User {
  key: string;
  label: string;
  calendar: string;
  set: (calendar: string) => Promise<void>;
}

interface Known {
  calendars: Map<string, Calendar>;
  users: User[];
}

/** An import of a few rows; its first error is the answer. */
async function take(name: string, rows: Row[], remove: string[] = []): Promise<void> {
  const report = await sendFiles(plant.value, [fileOf(name, rows)], { remove });
  const wrong = report.errors?.[0];
  if (wrong) throw new ApiError('INVALID', errorParts(wrong)[3], '', 422, '');
}

const SUPPLIER_KEYS = ['item', 'supplier', 'price_from_qty', 'valid_from'] as const;

function supplierUsers(rows: readonly Row[]): User[] {
  const codes = [...new Set(rows.map((row) => row['supplier'] ?? ''))].sort();
  return codes.map((code) => {
    const own = rows.filter((row) => row['supplier'] === code);
    return {
      key: 's/' + code,
      label: say('supplier', { code }),
      calendar: own[0]?.['calendar'] ?? '',
      set: (calendar) =>
        take(
          'suppliers.csv',
          own.map((row) => ({
            ...Object.fromEntries(SUPPLIER_KEYS.map((key) => [key, row[key] ?? ''])),
            calendar,
          })),
        ),
    };
  });
}

async function look(at: string): Promise<Known> {
  const [days, centers, suppliers, facts] = await Promise.all([
    readFile(at, 'calendar.csv'),
    readFile(at, 'work_centers.csv'),
    readFile(at, 'suppliers.csv'),
    call<{ calendar?: string }>(at, 'Bom.GetPlant'),
  ]);
  const own: User = {
    key: 'plant',
    label: say('plant'),
    calendar: facts.calendar ?? '',
    set: async (calendar) => void (await command(at, 'Bom.SetPlant', { calendar })),
  };
  const shops = centers.map((row): User => ({
    key: 'w/' + row['work_center'],
    label: say('center', { code: row['work_center'] ?? '' }),
    calendar: row['calendar'] ?? '',
    set: (calendar) => take('work_centers.csv', [{ work_center: row['work_center'] ?? '', calendar }]),
  }));
  return { calendars: calendarsOf(days), users: [own, ...shops, ...supplierUsers(suppliers)] };
}

const WEEK = [1, 2, 3, 4, 5, 6, 7];
/** The name of a day of the week; the first of January 2024 was a Monday. */
const dayName = (day: number, weekday: 'short' | 'narrow'): string =>
  new Date(Date.UTC(2024, 0, day)).toLocaleDateString(language.value, { weekday, timeZone: 'UTC' });

interface MonthProps {
  year: number;
  month: number;
  calendar: Calendar;
  turn: (date: string) => void;
}

function Month({ year, month, calendar, turn }: MonthProps) {
  const days = daysOfMonth(year, month);
  const name = new Date(Date.UTC(year, month - 1, 1)).toLocaleDateString(language.value, {
    month: 'long',
    timeZone: 'UTC',
  });
  const today = planState.value?.plan_start_on;
  return (
    <section class="month" aria-label={name}>
      <h3>
        {name}{' '}
        <span class="soft">
          {say('working', { n: days.filter((date) => dayWorks(calendar, date)).length })}
        </span>
      </h3>
      <div class="days">
        {WEEK.map((day) => (
          <span key={day} class="soft" aria-hidden="true">
            {dayName(day, 'narrow')}
          </span>
        ))}
        {days.map((date, index) => {
          const on = dayWorks(calendar, date);
          const look = [on ? 'on' : 'off', on === weekWorks(calendar, date) ? '' : 'odd'];
          if (date === today) look.push('today');
          return (
            <button
              key={date}
              class={look.join(' ')}
              style={index === 0 ? { gridColumnStart: weekday(date) } : {}}
              aria-pressed={!on}
              aria-label={`${Number(date.slice(8))} · ${date} ${on ? say('works') : say('free')}`}
              onClick={() => turn(date)}
            >
              {Number(date.slice(8))}
            </button>
          );
        })}
      </div>
    </section>
  );
}

function UserTable({
  users,
  names,
  changed,
}: {
  users: User[];
  names: string[];
  changed: (who: string) => void;
}) {
  const why = useSignal<ReadonlyMap<string, string>>(new Map());
  async function choose(user: User, calendar: string): Promise<void> {
    try {
      await user.set(calendar);
      changed(user.label);
    } catch (cause) {
      const text = cause instanceof ApiError ? cause.message : String(cause);
      why.value = new Map([...why.value, [user.key, text]]);
    }
  }
  return (
    <section class="panel wide">
      <h2>{say('usedBy')}</h2>
      <table class="plain-table">
        <tbody>
          {users.map((user) => (
            <tr key={user.key}>
              <td>{user.label}</td>
              <td>
                <select
                  class="input"
                  aria-label={user.label}
                  value={user.calendar}
                  onChange={(event) => void choose(user, event.currentTarget.value)}
                >
                  <option value="">{user.key === 'plant' ? say('everyDay') : say('none')}</option>
                  {names.map((name) => (
                    <option key={name}>{name}</option>
                  ))}
                </select>{' '}
                {why.value.get(user.key) && (
                  <span class="bad-text" role="alert">
                    {why.value.get(user.key)}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface EditorProps {
  name: string;
  before: Calendar;
  draft: Signal<Calendar | undefined>;
  saved: () => void;
}

function Editor({ name, before, draft, saved }: EditorProps) {
  const start = planState.value?.plan_start_on ?? new Date().toISOString();
  const year = useSignal(Number(start.slice(0, 4)));
  const why = useSignal('');
  const busy = useSignal(false);
  const now = draft.value ?? before;
  const changes = differences(before, now);
  const months = Array.from({ length: 12 }, (_, index) => index + 1);
  const all = months.flatMap((month) => daysOfMonth(year.value, month));

  async function save(): Promise<void> {
    busy.value = true;
    why.value = '';
    try {
      await take('calendar.csv', rowsOf(name, now), ['calendar.csv']);
      saved();
    } catch (cause) {
      why.value = cause instanceof ApiError ? cause.message : inWords('', String(cause));
    } finally {
      busy.value = false;
    }
  }

  return (
    <>
      <div class="row-of">
        <button class="button" aria-label="−1" onClick={() => year.value--}>
          ‹
        </button>
        <b>{year}</b>
        <button class="button" aria-label="+1" onClick={() => year.value++}>
          ›
        </button>
        <span class="soft">{say('working', { n: all.filter((date) => dayWorks(now, date)).length })}</span>
        <fieldset class="week">
          <legend>{say('weekly')}</legend>
          {WEEK.map((day) => (
            <label key={day}>
              <input
                type="checkbox"
                checked={!(now.week[day] ?? true)}
                onChange={() => (draft.value = turnedWeek(now, day))}
              />{' '}
              {dayName(day, 'short')}
            </label>
          ))}
        </fieldset>
        {changes > 0 && <span class="tag warn">{say('unsaved', { n: changes })}</span>}
        <button class="button" disabled={changes === 0} onClick={() => (draft.value = undefined)}>
          {say('undo')}
        </button>
        <button
          class="button main"
          disabled={busy.value || (changes === 0 && Object.keys(before.week).length > 0)}
          onClick={() => void save()}
        >
          {sayOffice('save')}
        </button>
      </div>
      {why.value && (
        <p class="notice bad" role="alert">
          {why.value}
        </p>
      )}
      <p class="soft">{say('help')}</p>
      <div class="year">
        {months.map((month) => (
          <Month
            key={month}
            year={year.value}
            month={month}
            calendar={now}
            turn={(date) => (draft.value = turned(now, date))}
          />
        ))}
      </div>
    </>
  );
}

const SUNDAY_OFF: Calendar = { week: { 7: false }, days: {} };

export function Calendars() {
  const got = useMemo(() => resource(() => look(plant.value)), [plant.value]);
  const chosen = useSignal('');
  const fresh = useSignal('');
  const draft = useSignal<Calendar | undefined>(undefined);
  const said = useSignal('');
  useEffect(() => void got.load(), [got]);

  if (got.error.value) return <Failure error={got.error.value} again={() => void got.load()} />;
  const known = got.value.value;
  if (!known) return <p class="soft">{sayOffice('loading')}</p>;
  const names = [...known.calendars.keys()].sort();
  const name = chosen.value || known.users[0]!.calendar || names[0] || '';
  const isNew = name !== '' && !known.calendars.has(name);
  const before = known.calendars.get(name) ?? { week: {}, days: {} };

  function begin(event: Event): void {
    event.preventDefault();
    draft.value = { ...(known!.calendars.get(name) ?? SUNDAY_OFF) };
    chosen.value = fresh.value.trim();
    fresh.value = '';
  }
  return (
    <>
      <Head title={sayOffice('calendars')} sub={name}>
        {names.length > 0 && (
          <select
            class="input"
            aria-label={say('calendar')}
            value={name}
            onChange={(event) => {
              chosen.value = event.currentTarget.value;
              draft.value = undefined;
            }}
          >
            {[...names, ...(isNew ? [name] : [])].map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        )}
        <form class="row-of" onSubmit={begin}>
          <input
            class="input code"
            name="calendar"
            required
            placeholder={say('name')}
            aria-label={say('name')}
            value={fresh.value}
            onInput={(event) => (fresh.value = event.currentTarget.value)}
          />
          <button class="button" title={name && `${say('copyOf')} ${name}`}>
            {say('fresh')}
          </button>
        </form>
      </Head>
      <Said text={said.value} />
      {name ? (
        <Editor
          key={name}
          name={name}
          before={before}
          draft={draft}
          saved={() => {
            said.value = say('saved', { name });
            draft.value = undefined;
            void got.load();
          }}
        />
      ) : (
        <p class="soft">{say('none_yet')}</p>
      )}
      <UserTable
        users={known.users}
        names={names}
        changed={(who) => {
          said.value = say('assigned', { who });
          void got.load();
        }}
      />
    </>
  );
}
