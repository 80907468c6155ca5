import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { call } from '../../base/api';
import { codeWord } from '../../base/codes';
import type { Decimal } from '../../base/decimal';
import { day, number } from '../../base/format';
import { resource } from '../../base/resource';
import { link } from '../../base/route';
import { language } from '../../base/words';
import type { Column } from '../grid';
import { Failure, Said } from '../list';
import { facts } from '../live';
import { may, person, plant } from '../state';
import { say as sayOffice } from '../words';
import { codeColumn, dayColumn, Money, numberColumn, textColumn, toCost } from '../pages/columns';
import { today } from '../live';
import { asked, endOf, monthOf, Press, turn, useAsk, useReport, type Row } from './frame';
import { ReportPage } from './report_page';
import { say } from './words';

interface Obstacle {
  what: Check;
  count?: number;
  amount?: Decimal;
  detail?: string;
}

interface Month {
  month_on: string;
  state: 'open' | 'closed' | 'reopening';
  closed_by?: string;
  reopen_asked_by?: string;
  stock?: Decimal;
  wip?: Decimal;
  obstacles?: Obstacle[];
  running?: boolean;
}

const CHECKS = [
  'completed_orders',
  'unreported_outside',
  'late_costs',
  'open_counts',
  'waiting_documents',
  'missing_accounts',
  'stock_differs',
  'wip_differs',
] as const;
type Check = (typeof CHECKS)[number];

/** Where what stands in the way can be looked at and done. */
const whereTo = (check: Check, month: string): string =>
  ({
    completed_orders: link('work-orders'),
    unreported_outside: link('work-orders'),
    late_costs: link('late-costs', { to: endOf(month) }),
    open_counts: link('approvals'),
    waiting_documents: link('approvals'),
    missing_accounts: link('accounts'),
    stock_differs: link('stock-value', { to: endOf(month) }),
    wip_differs: link('wip', { to: endOf(month) }),
  })[check];

/** What one press does away with. */
const CURES: Partial<Record<Check, string>> = {
  late_costs: 'Cost.PostLateCosts',
  completed_orders: 'Production.CloseCompletedOrders',
};

export const monthWord = (text: string): string =>
  new Intl.DateTimeFormat(language.value, { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    new Date(text + 'T00:00:00Z'),
  );

const LOOKS = { open: 'tag good', closed: 'tag dim', reopening: 'tag warn' } as const;

function State({ code }: { code: string | undefined }) {
  const state = code as keyof typeof LOOKS;
  return code ? <span class={LOOKS[state]}>{say(state)}</span> : null;
}

const columns = (): Column<Row>[] => [
  {
    ...textColumn<Row>('month', say('month'), 'minmax(130px, 1fr)', (row) => row['month']),
    show: (row) => monthWord(row['month']!),
  },
  {
    ...textColumn<Row>('state', say('state'), '120px', (row) => say(row['state'] as keyof typeof LOOKS)),
    show: (row) => <State code={row['state']} />,
  },
  codeColumn('by', say('closedBy'), 'minmax(100px, 1fr)', (row) => row['closed_by']),
  dayColumn('on', say('closedOn'), '110px', (row) => row['closed_on']),
  numberColumn('stock', say('stock'), '150px', (row) => row['stock'], 'money'),
  numberColumn('wip', say('wip'), '150px', (row) => row['wip'], 'money'),
];

/** What is counted by a check, where a list of it says more than another page does. */
interface Open {
  code: string;
  what: string;
  to: string;
}

interface StockDocument {
  document: string;
  kind: string;
  state: string;
  location?: string;
  effective_on?: string;
}

async function documentsIn(
  states: string[],
  month: string,
  has: (one: StockDocument) => boolean,
): Promise<Open[]> {
  const found = await Promise.all(
    states.map((state) =>
      call<{ documents?: StockDocument[] }>(plant.value, 'Inventory.ListDocuments', { state, limit: 100 }),
    ),
  );
  return found
    .flatMap((reply) => reply.documents ?? [])
    .filter((one) => has(one) && (one.effective_on ?? '') <= endOf(month))
    .map((one) => ({
      code: one.document,
      what: [codeWord(one.kind), codeWord(one.state), one.location].filter(Boolean).join(' · '),
      to: link('approvals'),
    }));
}

const LISTS: Partial<Record<Check, (month: string) => Promise<Open[]>>> = {
  completed_orders: async () => {
    const reply = await call<{ work_orders?: { work_order: string; item: string }[] }>(
      plant.value,
      'Production.ListWorkOrders',
      { state: 'completed', limit: 100 },
    );
    return (reply.work_orders ?? []).map((one) => ({
      code: one.work_order,
      what: one.item,
      to: toCost(one.work_order),
    }));
  },
  open_counts: (month) => documentsIn(['open', 'waiting'], month, (one) => one.kind === 'count'),
  waiting_documents: (month) => documentsIn(['waiting', 'sent'], month, (one) => one.kind !== 'count'),
};

function Listed({ ask, month }: { ask: (month: string) => Promise<Open[]>; month: string }) {
  const got = useMemo(() => resource(() => ask(month)), [month]);
  useEffect(() => void got.load(), [got, facts.value]);
  if (got.error.value) return <Failure error={got.error.value} again={() => void got.load()} />;
  return (
    <ul class="listed">
      {(got.value.value ?? []).map((one) => (
        <li key={one.code}>
          <a class="code" href={one.to}>
            {one.code}
          </a>{' '}
          <span class="soft">{one.what}</span>
        </li>
      ))}
    </ul>
  );
}

function CheckRow({
  check,
  found,
  month,
  done,
}: {
  check: Check;
  found: Obstacle | undefined;
  month: string;
  done: () => void;
}) {
  const listed = useSignal(false);
  const cure = CURES[check];
  const list = LISTS[check];
  return (
    <li class={found ? 'bad' : 'good'}>
      <span class="mark" aria-hidden="true">
        {found ? '✕' : '✓'}
      </span>
      <span>
        {say(check)}
        {found?.detail && <span class="soft"> {found.detail}</span>}
      </span>
      <span class={found ? 'bad-text' : 'soft'}>
        {!found ? say('fine') : found.count ? say('toDo', { n: found.count }) : ''}
        {found?.amount && found.amount !== '0' && <> {number(found.amount, 2)}</>}
      </span>
      <span class="acts">
        {found && cure && may('finance') && <Press text={say('doIt')} method={cure} done={done} />}
        {found && list && (
          <button class="button" aria-expanded={listed.value} onClick={() => (listed.value = !listed.value)}>
            {say('show')}
          </button>
        )}
        {found && !list && (
          <a class="button" href={whereTo(check, month)}>
            {say('show')}
          </a>
        )}
      </span>
      {found && list && listed.value && <Listed ask={list} month={month} />}
    </li>
  );
}

function Checklist({ month, changed }: { month: string; changed: (text: string) => void }) {
  const got = useAsk<Month>('Cost.GetMonth', { month_on: month });
  const one = got.value;
  const name = monthWord(month);
  if (got.error) return <Failure error={got.error} again={got.load} />;
  if (!one) return <p class="soft">{sayOffice('loading')}</p>;
  const obstacles = one.obstacles ?? [];
  const done = (text: string) => () => {
    changed(text);
    got.load();
  };
  return (
    <section class="panel month">
      <h2 class="with-act">
        <span>
          {say('checklist', { month: name })} <State code={one.state} />
        </span>
        <span class="pair">
          {one.state === 'open' && may('finance') && (
            <Press
              text={say(one.running ? 'closeEarly' : 'closeMonth')}
              method="Cost.CloseMonth"
              body={{ month_on: month, before_end: one.running }}
              main={obstacles.length === 0 && !one.running}
              done={done(say('monthClosed', { month: name }))}
            />
          )}
          {one.state === 'closed' && may('finance') && (
            <Press
              text={say('askReopen')}
              method="Cost.AskReopenMonth"
              body={{ month_on: month }}
              done={done(say('reopenAsked', { who: person.value?.login ?? '' }))}
            />
          )}
          {one.state === 'reopening' && may('finance') && one.reopen_asked_by !== person.value?.login && (
            <Press
              text={say('reopen')}
              method="Cost.ReopenMonth"
              body={{ month_on: month }}
              main
              done={done(say('monthOpen', { month: name }))}
            />
          )}
        </span>
      </h2>
      <dl class="facts three">
        <dt>{say('stock')}</dt>
        <dd>
          <a href={link('stock-value', { to: endOf(month) })}>
            <Money text={one.stock} />
          </a>{' '}
          <span class="soft">{one.state === 'open' ? say('atEnd') : say('frozenAt')}</span>
        </dd>
        <dt>{say('wip')}</dt>
        <dd>
          <a href={link('wip', { to: endOf(month) })}>
            <Money text={one.wip} />
          </a>{' '}
          <span class="soft">{one.state === 'open' ? say('atEnd') : say('frozenAt')}</span>
        </dd>
        {one.closed_by && (
          <>
            <dt>{say('closedBy')}</dt>
            <dd class="code">{one.closed_by}</dd>
          </>
        )}
      </dl>
      {one.state === 'reopening' && (
        <p class="notice warn">{say('reopenAsked', { who: one.reopen_asked_by ?? '' })}</p>
      )}
      {one.state === 'open' && (
        <>
          <p class={obstacles.length ? 'notice warn' : 'notice good'} role="status">
            {obstacles.length ? say('inTheWay', { n: obstacles.length }) : say('ready')}
          </p>
          <ul class="checks">
            {CHECKS.map((check) => (
              <CheckRow
                key={check}
                check={check}
                month={month}
                found={obstacles.find((found) => found.what === check)}
                done={got.load}
              />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** Every month and its state; of the chosen one what stands in the way of closing it. */
export function Months() {
  const got = useReport('months');
  const said = useSignal('');
  const shown = useMemo(columns, [language.value]);
  const month = asked('month') || monthOf(today());
  return (
    <ReportPage
      name="months"
      title={say('months')}
      sub={day(today())}
      got={got}
      rows={got.value ?? []}
      columns={shown}
      idOf={(row) => row['month']!}
      open={(row) => turn({ month: row['month'] })}
      above={
        <>
          <Said text={said.value} />
          <Checklist
            key={month}
            month={month}
            changed={(text) => {
              said.value = text;
              got.load();
            }}
          />
        </>
      }
    />
  );
}
