import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError, call, command } from '../../base/api';
import { compare, decimal, isZero, micro, sum, type Decimal } from '../../base/decimal';
import { number } from '../../base/format';
import { resource } from '../../base/resource';
import { go, link, place } from '../../base/route';
import { language } from '../../base/words';
import { facts, today } from '../live';
import { plant } from '../state';
import { say } from './words';

/* What the pages of finance share: a question that is asked again when the plant moved on, a report
   with all its rows, days and tabs that stand in the address, and whether a sum is the journal's. */

export interface Asked<T> {
  value: T | undefined;
  error: ApiError | undefined;
  loading: boolean;
  load: () => void;
}

function useResource<T>(ask: () => Promise<T>, key: string, on: boolean): Asked<T> {
  const got = useMemo(() => resource(ask), [key, plant.value]);
  const moved = facts.value;
  useEffect(() => {
    if (on) void got.load();
  }, [got, moved, on]);
  return {
    value: got.value.value,
    error: got.error.value,
    loading: on && got.loading.value,
    load: () => void got.load(),
  };
}

export const useAsk = <T,>(method: string, body: object, on = true): Asked<T> =>
  useResource(() => call<T>(plant.value, method, body), method + JSON.stringify(body), on);

/** A row of a report by the names of its columns. */
export type Row = Record<string, string>;

interface ReportPage {
  columns: { name: string }[];
  rows?: { cells: string[] }[];
  next?: string;
}

const READS = 3; /* a report that changed between its parts is begun again */

async function readAll(body: object): Promise<Row[]> {
  const rows: Row[] = [];
  let after: string | undefined;
  do {
    const page: ReportPage = await call(plant.value, 'Cost.GetReport', {
      ...body,
      ...(after ? { after } : {}),
    });
    for (const row of page.rows ?? [])
      rows.push(Object.fromEntries(page.columns.map((column, at) => [column.name, row.cells[at] ?? ''])));
    after = page.next;
  } while (after);
  return rows;
}

async function readReport(body: object): Promise<Row[]> {
  for (let tried = 1; ; tried++) {
    try {
      return await readAll(body);
    } catch (cause) {
      if (!(cause instanceof ApiError) || cause.field !== 'after' || tried === READS) throw cause;
    }
  }
}

/** All rows of a report in the language of the page. */
export function useReport(
  report: string,
  query: Record<string, string | undefined> = {},
  on = true,
): Asked<Row[]> {
  const given = Object.fromEntries(Object.entries(query).filter((pair) => pair[1]));
  const body = { report, chinese: language.value === 'zh-CN', ...given };
  return useResource(() => readReport(body), JSON.stringify(body), on);
}

// ---- the address ----

export const asked = (name: string): string => place.value.query.get(name) ?? '';

/** The address with some of it changed; "" takes it out. */
export function turned(change: Record<string, string | undefined>): string {
  return link(place.value.page, { ...Object.fromEntries(place.value.query), ...change });
}

export const turn = (change: Record<string, string | undefined>): void =>
  go(place.value.page, { ...Object.fromEntries(place.value.query), ...change });

/** Ways to look at a page; the first one is meant where the address names none. */
export function Tabs({
  label,
  of,
  name = 'way',
}: {
  label: string;
  of: readonly [string, string][];
  name?: string;
}) {
  const chosen = asked(name) || of[0]![0];
  return (
    <nav class="tabs" aria-label={label}>
      {of.map(([key, title], index) => (
        <a
          key={key}
          href={turned({ [name]: index === 0 ? '' : key })}
          aria-current={key === chosen ? 'page' : undefined}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}

export function DayPick({ label, name }: { label: string; name: string }) {
  return (
    <label class="inline">
      <span>{label}</span>
      <input
        class="input"
        type="date"
        name={name}
        value={asked(name)}
        onChange={(event) => turn({ [name]: event.currentTarget.value })}
      />
    </label>
  );
}

export const monthOf = (day: string): string => day.slice(0, 7) + '-01';
const lastOf = (month: string): string => {
  const [year, at] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, at, 0)).toISOString().slice(0, 10);
};
export const before = (month: string): string => {
  const [year, at] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, at - 2, 1)).toISOString().slice(0, 10);
};
export const endOf = lastOf;

/** The days that Period leaves in the address, as reports ask for them. */
export const period = (): { from_on: string; to_on: string } => ({
  from_on: asked('from'),
  to_on: asked('to'),
});

/** Days from..to in the address, and the periods that people mean most. */
export function Period() {
  const month = monthOf(today());
  const quick: [string, string, string][] = [
    [say('thisMonth'), month, lastOf(month)],
    [say('lastMonth'), before(month), lastOf(before(month))],
    [say('thisYear'), month.slice(0, 4) + '-01-01', month.slice(0, 4) + '-12-31'],
    [say('always'), '', ''],
  ];
  return (
    <div class="period">
      <DayPick label={say('from')} name="from" />
      <DayPick label={say('to')} name="to" />
      <span class="choices" role="group">
        {quick.map(([title, from, to]) => (
          <a
            key={title}
            class={asked('from') === from && asked('to') === to ? 'button on' : 'button'}
            href={turned({ from, to })}
          >
            {title}
          </a>
        ))}
      </span>
    </div>
  );
}

// ---- money ----

export const less = (a: Decimal | undefined, b: Decimal | undefined): Decimal =>
  decimal((micro(a) ?? 0n) - (micro(b) ?? 0n));

/** a x b / c to the given decimals, half away from zero; undefined where c is 0. */
export function scaled(
  a: Decimal | undefined,
  b: Decimal | undefined,
  c: Decimal | undefined,
  decimals = 4,
): Decimal | undefined {
  const [x, y, z] = [micro(a), micro(b), micro(c)];
  if (x === undefined || y === undefined || !z) return undefined;
  const step = 10n ** BigInt(6 - decimals);
  const [top, bottom] = [x * y, z * step];
  const half = (bottom < 0n ? -bottom : bottom) / 2n;
  const up = top < 0n === bottom < 0n ? half : -half;
  return decimal(((top + (bottom < 0n ? -up : up)) / bottom) * step);
}

/** a as a percentage of b, with one decimal. */
export const percentOf = (a: Decimal | undefined, b: Decimal | undefined): Decimal | undefined =>
  scaled(a, '100', b, 1);

interface Balance {
  account: string;
  purpose: string;
  debit: Decimal;
  credit: Decimal;
}

/** Is a sum what the journal has for a purpose at the end of a day? */
export function Agrees({ purpose, figure, to }: { purpose: string; figure: Decimal; to: string }) {
  const got = useAsk<{ accounts?: Balance[] }>('Cost.GetTrialBalance', to ? { to_on: to } : {});
  if (got.error) return <span class="tag warn">{got.error.message || got.error.code}</span>;
  if (!got.value) return null;
  const mine = (got.value.accounts ?? []).filter((one) => one.purpose === purpose);
  const account = [...new Set(mine.map((one) => one.account))].join(', ');
  const by = less(figure, sum(mine.map((one) => less(one.debit, one.credit))));
  const same = isZero(by);
  return (
    <a class={same ? 'tag good' : 'tag bad'} href={link('journal', { way: 'balances', to })}>
      {same
        ? '✓ ' + (account ? say('agrees', { account }) : say('agreesPlain'))
        : say('differs', { account, by: number(by, 2) })}
    </a>
  );
}

/** Order of two decimals by what they are without their sign, the largest first. */
export const bySize = (a: Decimal, b: Decimal): number => {
  const size = (text: Decimal): Decimal => text.replace(/^-/, '');
  return compare(size(b), size(a));
};

// ---- doing something ----

/** A press that runs a command; what came of it is told beside. */
export function Press({
  text,
  method,
  body = {},
  main,
  done,
}: {
  text: string;
  method: string;
  body?: object;
  main?: boolean;
  done: (reply: Record<string, unknown>) => void;
}) {
  const wrong = useSignal('');
  const busy = useSignal(false);
  async function press(): Promise<void> {
    wrong.value = '';
    busy.value = true;
    try {
      done(await command<Record<string, unknown>>(plant.value, method, body));
    } catch (cause) {
      wrong.value = cause instanceof ApiError ? cause.message || cause.code : String(cause);
    } finally {
      busy.value = false;
    }
  }
  return (
    <>
      <button class={main ? 'button main' : 'button'} disabled={busy.value} onClick={() => void press()}>
        {text}
      </button>
      {wrong.value && (
        <span class="bad-text" role="alert">
          {wrong.value}
        </span>
      )}
    </>
  );
}

export function Card({ label, how, children }: { label: string; how?: string; children: ComponentChildren }) {
  return (
    <div class="card">
      <span class="label">{label}</span>
      <span class="figure">{children}</span>
      {how && <span class="how">{how}</span>}
    </div>
  );
}
