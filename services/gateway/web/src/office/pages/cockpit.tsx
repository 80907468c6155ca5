import { sum } from '../../base/decimal';
import { day, money, number } from '../../base/format';
import { link } from '../../base/route';
import { Head, useList } from '../list';
import { planState } from '../live';
import { may } from '../state';
import { say as sayOffice } from '../words';
import { toRequirements } from './columns';
import type { Shortage } from './shortages';
import type { WipRow } from './wip';
import { say } from './words';

/** A figure, what it counts, and the list behind it. */
function Card({
  label,
  figure,
  how,
  to,
  bad,
}: {
  label: string;
  figure: string;
  how: string;
  to: string;
  bad?: boolean;
}) {
  return (
    <a class="card" href={to}>
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

function LateCard() {
  const planned = useList<{ past_due_days?: number }>('Mrp.ListPlannedOrders', 'planned_orders', EVERY);
  const late = planned.rows.filter((row) => (row.past_due_days ?? 0) > 0).length;
  return (
    <Card
      label={say('lateCard')}
      figure={number(String(late))}
      how={say('lateHow')}
      to={link('suggestions')}
      bad={late > 0}
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
        {sees && (
          <Card
            label={say('messagesCard')}
            figure={number(String(state?.messages ?? 0))}
            how={say('messagesHow')}
            to={link('messages')}
          />
        )}
        {sees && (
          <Card
            label={say('plannedCard')}
            figure={number(String(state?.planned_orders ?? 0))}
            how={say('plannedHow')}
            to={link('suggestions')}
          />
        )}
        {may('finance', 'auditor', 'supervisor') && <WipCard />}
      </div>
      <Urgent rows={short.rows} />
    </>
  );
}
