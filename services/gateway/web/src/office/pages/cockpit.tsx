import { useEffect, useMemo } from 'preact/hooks';
import { call } from '../../base/api';
import { isZero, sum, type Decimal } from '../../base/decimal';
import { day, money, number } from '../../base/format';
import { resource } from '../../base/resource';
import { link } from '../../base/route';
import { Head, useList } from '../list';
import { planState } from '../live';
import { may, plant } from '../state';
import { viewOf, type View } from '../views';
import { say as sayOffice } from '../words';
import { toRequirements } from './columns';
import type { Shortage } from './shortages';
import type { WipRow } from '../finance/wip';
import { say } from './words';

/** A figure, what it counts, and the list behind it. */
function Card({
  label,
  figure,
  how,
  to,
  bad,
  as,
}: {
  label: string;
  figure: string;
  how: string;
  to: string;
  bad?: boolean;
  /** The list that it leads to, and how it is to be looked at. */
  as?: [list: string, view: View];
}) {
  return (
    <a class="card" href={to} onClick={() => as && (viewOf(as[0]).value = as[1])}>
      <span class="label">{label}</span>
      <span class={bad ? 'figure bad-text' : 'figure'}>{figure}</span>
      <span class="how">{how}</span>
    </a>
  );
}

const WEEK = { days: 7 };
const EVERY = {};
const SHOWN = 10;

function WipCard() {
  const wip = useList<WipRow>('Cost.ListWip', 'rows', EVERY);
  return (
    <Card
      label={say('wipCard')}
      figure={money(sum(wip.rows.map((row) => row.wip))).main}
      how={say('wipHow')}
      to={link('wip')}
    />
  );
}

interface Figure {
  figure: string;
  unit: string;
  value?: Decimal;
  part?: Decimal;
  whole?: Decimal;
}

const SHOWN_FIGURES = {
  stock_value: ['stockValue', 'stock'],
  stock_turnover: ['turnover', 'ledger'],
  on_time_in_full: ['onTime', 'sales-orders'],
  orders_behind: ['behind', 'sales-orders'],
} as const;

/** As people read it; the reply has every decimal. */
function short(figure: Figure): string {
  if (figure.value === undefined) return '–';
  if (figure.unit === 'money') return money(figure.value).main;
  const [whole = '', rest = ''] = figure.value.split('.');
  const tenths = figure.unit === 'count' ? '' : rest.slice(0, 1);
  const text = number(tenths ? `${whole}.${tenths}` : whole);
  return figure.unit === 'percent' ? `${text} %` : text;
}

const plain = (text: Decimal | undefined): string => money(text).main.replace(/\.00$/, '');

/** What the last 90 days came to; asked once a visit, as it reads the ledger of all of them. */
function FigureCards() {
  const got = useMemo(
    () => resource(() => call<{ figures?: Figure[] }>(plant.value, 'Cost.GetFigures')),
    [plant.value],
  );
  useEffect(() => void got.load(), [got]);
  const shown = (got.value.value?.figures ?? []).filter((one) => one.figure in SHOWN_FIGURES);
  return (
    <>
      {shown.map((one) => {
        const [name, to] = SHOWN_FIGURES[one.figure as keyof typeof SHOWN_FIGURES];
        return (
          <Card
            key={one.figure}
            label={say(name)}
            figure={short(one)}
            how={say(`${name}How`, { part: plain(one.part), whole: plain(one.whole) })}
            to={link(to)}
            bad={one.figure === 'orders_behind' && !isZero(one.value)}
          />
        );
      })}
    </>
  );
}

function LateCard() {
  const planned = useList<{ past_due_days?: number }>('Mrp.ListPlannedOrders', 'planned_orders', EVERY);
  const late = planned.rows.filter((row) => (row.past_due_days ?? 0) > 0).length;
  return (
    <Card
      label={say('lateCard')}
      figure={number(String(late))}
      how={say('lateHow')}
      to={link('suggestions')}
      as={['suggestions', { filter: '', hidden: [], sort: { key: 'late', down: true } }]}
      bad={late > 0}
    />
  );
}

const NOW = { urgency: 'now' };

/** Those that cannot wait, of all. */
function MessagesCard({ all }: { all: number }) {
  const now = useList('Mrp.ListPlanMessages', 'messages', NOW).rows.length;
  return (
    <Card
      label={say('messagesCard')}
      figure={number(String(now))}
      how={say('messagesHow', { all: number(String(all)) })}
      to={link('messages')}
      as={['messages', { filter: '', hidden: [], sort: { key: 'urgency', down: false } }]}
      bad={now > 0}
    />
  );
}

function Urgent({ rows }: { rows: readonly Shortage[] }) {
  const first = [...rows].sort((a, b) => (a.short_on < b.short_on ? -1 : 1)).slice(0, SHOWN);
  return (
    <section class="panel wide">
      <h2>{say('urgent')}</h2>
      {first.length === 0 ? (
        <p class="body soft">{say('noShortage')}</p>
      ) : (
        <table class="plain-table">
          <thead>
            <tr>
              <th>{say('item')}</th>
              <th>{say('name')}</th>
              <th>{say('shortOn')}</th>
              <th class="num">{say('missing')}</th>
              <th class="num">{say('onHand')}</th>
            </tr>
          </thead>
          <tbody>
            {first.map((row) => (
              <tr key={row.item}>
                <td class="code">
                  <a href={toRequirements(row.item)}>{row.item}</a>
                </td>
                <td>{row.name}</td>
                <td>{day(row.short_on)}</td>
                <td class="num">{number(row.quantity)}</td>
                <td class="num">{number(row.on_hand)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

export function Cockpit() {
  const short = useList<Shortage>('Mrp.ListShortages', 'shortages', WEEK, { paged: false });
  const state = planState.value;
  const sees = may('planner', 'buyer', 'sales', 'supervisor', 'auditor');
  return (
    <>
      <Head
        title={sayOffice('cockpit')}
        sub={state ? say('planOf', { version: state.plan_version ?? 0, seq: state.event_seq ?? 0 }) : ''}
      />
      <div class="cards">
        <Card
          label={say('shortagesCard')}
          figure={number(String(short.rows.length))}
          how={say('shortagesHow')}
          to={link('shortages')}
          bad={short.rows.length > 0}
        />
        {sees && <LateCard />}
        {sees && <MessagesCard all={state?.messages ?? 0} />}
        {sees && (
          <Card
            label={say('plannedCard')}
            figure={number(String(state?.planned_orders ?? 0))}
            how={say('plannedHow')}
            to={link('suggestions')}
          />
        )}
        {may('finance', 'auditor', 'supervisor') && <WipCard />}
        {may('finance', 'auditor', 'supervisor', 'planner') && <FigureCards />}
      </div>
      <Urgent rows={short.rows} />
    </>
  );
}
