import { useEffect, useMemo } from 'preact/hooks';
import { call } from '../../base/api';
import { compare, decimal, isNegative, micro, type Decimal } from '../../base/decimal';
import { day, number, plusDays } from '../../base/format';
import { resource } from '../../base/resource';
import { language } from '../../base/words';
import { Failure } from '../list';
import { facts, planState } from '../live';
import { plant } from '../state';
import { say as sayOffice } from '../words';
import { toRequirements } from './columns';
import type { Shortage } from './shortages';
import { say } from './words';

/* Items by days, coloured by what covers them: enough, below the safety stock, short.  For the items
   that run short first; the list has them all. */
const ITEMS_MAX = 60;
const AT_ONCE = 6;

interface Levels {
  shortage: Shortage;
  safety: Decimal;
  /** What is there at the end of each day. */
  ends: Decimal[];
}

interface Requirements {
  safety_stock?: Decimal;
  elements?: { date_on?: string; quantity?: Decimal; planned_order_id?: string }[];
}

/** What is there and what is ordered, less what is needed: a plan that nobody has accepted covers nothing. */
function endsOf(got: Requirements, days: readonly string[]): Decimal[] {
  const elements = (got.elements ?? []).filter((one) => !one.planned_order_id);
  let next = 0;
  let there = 0n;
  return days.map((date) => {
    while (next < elements.length && (elements[next]!.date_on ?? '') <= date)
      there += micro(elements[next++]!.quantity) ?? 0n;
    return decimal(there);
  });
}

async function levelsOf(shortage: Shortage, days: readonly string[]): Promise<Levels> {
  const got = await call<Requirements>(plant.value, 'Mrp.GetStockRequirements', { item: shortage.item });
  return { shortage, safety: got.safety_stock ?? '0', ends: endsOf(got, days) };
}

/** A few at a time, in their order. */
async function allLevels(rows: readonly Shortage[], days: readonly string[]): Promise<Levels[]> {
  const out: Levels[] = [];
  for (let at = 0; at < rows.length; at += AT_ONCE)
    out.push(...(await Promise.all(rows.slice(at, at + AT_ONCE).map((row) => levelsOf(row, days)))));
  return out;
}

const toneOf = (end: Decimal, safety: Decimal): string =>
  isNegative(end) ? 'short' : compare(end, safety) < 0 ? 'low' : 'enough';

const told = (row: Shortage): string =>
  [
    row.name,
    row.top_reference &&
      `${say('forCustomer')}: ${[row.top_reference, row.customer].filter(Boolean).join(' ')}`,
    row.move_reference && `${say('couldMove')}: ${row.move_reference} ${day(row.move_due_on)}`,
  ]
    .filter(Boolean)
    .join('\n');

export function ShortageCalendar({ rows, count }: { rows: readonly Shortage[]; count: number }) {
  const first = planState.value?.plan_start_on;
  const days = useMemo(
    () => (first ? Array.from({ length: count }, (_, index) => plusDays(first, index)) : []),
    [first, count],
  );
  const asked = useMemo(
    () => [...rows].sort((a, b) => (a.short_on < b.short_on ? -1 : 1)).slice(0, ITEMS_MAX),
    [rows],
  );
  const got = useMemo(() => resource(() => allLevels(asked, days)), [asked, days]);
  useEffect(() => void got.load(), [got, facts.value]);

  if (got.error.value) return <Failure error={got.error.value} again={() => void got.load()} />;
  const levels = got.value.value;
  if (!levels) return <p class="soft">{sayOffice('loading')}</p>;
  if (levels.length === 0) return <p class="soft">{sayOffice('nothing')}</p>;
  return (
    <>
      <p class="legend">
        <span class="cell short" /> {say('isShort')} <span class="cell low" /> {say('isLow')}{' '}
        <span class="cell enough" /> {say('isEnough')}
      </p>
      {rows.length > ITEMS_MAX && (
        <p class="notice">{sayOffice('rows', { shown: ITEMS_MAX, all: rows.length })}</p>
      )}
      <div class="panel calendar" tabIndex={0} lang={language.value}>
        <table class="plain-table">
          <thead>
            <tr>
              <th>{say('item')}</th>
              {days.map((one) => (
                <th key={one} class="num">
                  {day(one)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {levels.map(({ shortage, safety, ends }) => (
              <tr key={shortage.item}>
                <th scope="row" title={told(shortage)}>
                  <a class="code" href={toRequirements(shortage.item)}>
                    {shortage.item}
                  </a>
                  <span class="name">{shortage.name}</span>
                </th>
                {ends.map((end, index) => (
                  <td key={days[index]} class={`num ${toneOf(end, safety)}`} title={day(days[index])}>
                    {number(end)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
