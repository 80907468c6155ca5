import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { codeWord, varianceWord } from '../../base/codes';
import { isNegative, isZero, micro, sum, type Decimal } from '../../base/decimal';
import { number } from '../../base/format';
import { Name } from '../../base/names';
import { go, link, place } from '../../base/route';
import { language } from '../../base/words';
import { Grid, type Column } from '../grid';
import { Failure, Head, ListPage, useList } from '../list';
import { may, plant } from '../state';
import { say as sayOffice } from '../words';
import { Chooser } from '../pages/chooser';
import {
  codeColumn,
  dayColumn,
  Money,
  lineColumn,
  nameColumn,
  numberColumn,
  Tag,
  tagColumn,
  toCost,
  toOrder,
} from '../pages/columns';
import { ActualCost } from './actual_cost';
import { Fall, type Step } from './fall';
import { Card, less, percentOf, scaled, Tabs, useAsk } from './frame';
import { Behind, type LedgerLine } from './ledger_behind';
import { say } from './words';

interface CostLine {
  element: string;
  item?: string;
  operation?: string;
  planned_quantity?: Decimal;
  actual_quantity?: Decimal;
  planned?: Decimal;
  target?: Decimal;
  actual?: Decimal;
}

interface OrderCostReply {
  work_order: string;
  item: string;
  state: string;
  quantity: Decimal;
  received?: Decimal;
  lines?: CostLine[];
  elements?: { element: string; planned?: Decimal; target?: Decimal; actual?: Decimal }[];
  planned?: Decimal;
  target?: Decimal;
  debits?: Decimal;
  credits?: Decimal;
  wip?: Decimal;
  unit_cost?: Decimal;
  currency?: string;
}

interface KindRow {
  kind: string;
  amount: Decimal;
}

/** What a figure stands for: which lines of the order, and whether it was posted or planned. */
interface Asked {
  what: string;
  posted: boolean;
  has: (line: LedgerLine) => boolean;
  note?: string;
}

const FINISHING = ['receipt', 'settlement'];
const isDebit = (line: LedgerLine): boolean => !FINISHING.includes(line.kind) && !isZero(line.wip);
const isConversion = (line: LedgerLine): boolean => isDebit(line) && !!line.operation && !line.item;
const isMaterial = (line: LedgerLine): boolean => isDebit(line) && !isConversion(line);

const ofLine = (cost: CostLine) => (line: LedgerLine) =>
  cost.item
    ? line.item === cost.item && isMaterial(line)
    : line.operation === cost.operation && isConversion(line);

// ---- from planned to actual ----

/** What a line should have used for what was received: as its plan was scaled to the target. */
const allowed = (line: CostLine): Decimal | undefined =>
  isZero(line.planned) ? undefined : scaled(line.planned_quantity, line.target, line.planned, 6);

/** Nothing more is to be expected of it: actual is compared with what was received, else with all of the plan. */
const isOver = (cost: OrderCostReply): boolean => ['closed', 'completed', 'cancelled'].includes(cost.state);

/** Its parts of the way from the plan to the actual cost: at the plan's prices what was used more or less, then prices. */
function stepOf(line: CostLine, over: boolean): [string, Decimal][] {
  if (isZero(line.planned)) return [[line.item ? 'unplanned' : 'hours', line.actual ?? '0']];
  const base = over ? line.target : line.planned;
  const used = scaled(line.actual_quantity, line.planned, line.planned_quantity) ?? '0';
  const usage = less(used, base);
  const rest = less(line.actual, used);
  const kind = !over && isNegative(usage) ? 'toCome' : line.item ? 'usage' : 'hours';
  return [
    [kind, usage],
    [line.item ? 'price' : 'rates', rest],
  ];
}

/** Of the plan of an order that was imported with its material only, what no line tells. */
const untold = (cost: OrderCostReply): Decimal =>
  less(cost.planned, sum((cost.elements ?? []).map((one) => one.planned)));

const FROM_PLAN = ['toCome', 'usage', 'price', 'unplanned', 'hours', 'rates'] as const;

function stepsOfPlan(cost: OrderCostReply): Step[] {
  const over = isOver(cost);
  const sums = new Map<string, Decimal[]>();
  for (const [key, amount] of (cost.lines ?? []).flatMap((line) => stepOf(line, over)))
    sums.set(key, [...(sums.get(key) ?? []), amount]);
  if (!over) sums.set('toCome', [...(sums.get('toCome') ?? []), less('0', untold(cost))]);
  const found = FROM_PLAN.map((key) => ({
    key,
    label: say(key),
    amount: sum(sums.get(key) ?? []),
    plain: key === 'toCome',
  }));
  const target: Step[] = [
    { key: 'made', label: say('made'), amount: less(cost.target, cost.planned), plain: true },
    { key: 'target', label: say('target'), amount: cost.target ?? '0', level: true },
  ];
  return [
    { key: 'planned', label: say('planned'), amount: cost.planned ?? '0', level: true },
    ...(over ? target : []),
    ...found.filter((one) => !isZero(one.amount)),
    { key: 'actual', label: say('actual'), amount: cost.debits ?? '0', level: true },
  ];
}

/** With the kinds as they were booked: they lie between the standard of what was received and the actual cost. */
function stepsOfBooks(cost: OrderCostReply, kinds: readonly KindRow[]): Step[] {
  const standard = less(cost.debits, sum(kinds.map((one) => one.amount)));
  return [
    { key: 'planned', label: say('planned'), amount: cost.planned ?? '0', level: true },
    { key: 'made', label: say('made'), amount: less(cost.target, cost.planned), plain: true },
    { key: 'toStandard', label: say('toStandard'), amount: less(standard, cost.target), plain: true },
    ...kinds.map((one) => ({ key: one.kind, label: varianceWord(one.kind), amount: one.amount })),
    { key: 'actual', label: say('actual'), amount: cost.debits ?? '0', level: true },
  ];
}

/** The lines of the order that a step is made of. */
function askOf(cost: OrderCostReply, key: string, label: string): Asked {
  if (['planned', 'made', 'target', 'toStandard', 'toCome'].includes(key))
    return { what: label, posted: false, has: () => false, note: say('behindPlan') };
  if (key === 'actual') return { what: label, posted: true, has: isDebit };
  if (['hours', 'rates', 'labor_rate', 'machine_rate', 'efficiency', 'overhead'].includes(key))
    return { what: label, posted: true, has: isConversion };
  const off = new Set(
    (cost.lines ?? [])
      .filter(
        (line) =>
          line.item &&
          (key === 'unplanned'
            ? isZero(line.planned)
            : stepOf(line, isOver(cost)).some(([one, by]) => one === key && !isZero(by))),
      )
      .map((line) => line.item),
  );
  return {
    what: label,
    posted: true,
    has: (line) => isMaterial(line) && (off.size === 0 || off.has(line.item)),
  };
}

// ---- the parts of the page ----

function Cards({ cost, ask }: { cost: OrderCostReply; ask: (asked: Asked) => void }) {
  const received = number(cost.received ?? '0');
  const press = (
    what: string,
    posted: boolean,
    has: (line: LedgerLine) => boolean,
    text: Decimal | undefined,
  ) => (
    <button
      class="figure-link"
      onClick={() => ask({ what, posted, has, ...(posted ? {} : { note: say('behindPlan') }) })}
    >
      <Money text={text ?? '0'} plain />
    </button>
  );
  return (
    <div class="cards five">
      <Card label={say('planned')} how={say('plannedHow', { n: number(cost.quantity) })}>
        {press(say('planned'), false, () => false, cost.planned)}
      </Card>
      <Card label={say('target')} how={say('targetHow', { n: received })}>
        {press(say('target'), false, () => false, cost.target)}
      </Card>
      <Card label={say('actual')} how={say('actualHow')}>
        {press(say('actual'), true, isDebit, cost.debits)}
      </Card>
      <Card
        label={say('wip')}
        how={say('wipHow', { debits: number(cost.debits, 2), credits: number(cost.credits, 2) })}
      >
        {press(say('wip'), true, (line) => !isZero(line.wip), cost.wip)}
      </Card>
      <Card label={say('unit')} how={cost.unit_cost ? say('unitHow', { n: received }) : say('unitNone')}>
        {cost.unit_cost ? press(say('unit'), true, isDebit, cost.unit_cost) : '–'}
      </Card>
    </div>
  );
}

function Elements({ cost, ask }: { cost: OrderCostReply; ask: (asked: Asked) => void }) {
  return (
    <section class="panel">
      <h2>{say('element')}</h2>
      <div class="wide">
        <table class="plain-table">
          <thead>
            <tr>
              <th>{say('element')}</th>
              <th class="num">{say('planned')}</th>
              <th class="num">{say('target')}</th>
              <th class="num">{say('actual')}</th>
              <th class="num">{say('difference')}</th>
              <th class="num">%</th>
            </tr>
          </thead>
          <tbody>
            {(cost.elements ?? []).map((one) => (
              <tr key={one.element}>
                <td>{codeWord(one.element)}</td>
                <td class="num">
                  <Money text={one.planned} />
                </td>
                <td class="num">
                  <Money text={one.target} />
                </td>
                <td class="num">
                  <button
                    class="figure-link"
                    onClick={() =>
                      ask({
                        what: codeWord(one.element),
                        posted: true,
                        has: one.element === 'material' ? isMaterial : isConversion,
                        ...(one.element === 'material' ? {} : { note: say('together') }),
                      })
                    }
                  >
                    <Money text={one.actual} />
                  </button>
                </td>
                <td class="num">
                  <Over text={less(one.actual, one.target)} />
                </td>
                <td class="num">{percentOf(less(one.actual, one.target), one.target)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            {!isZero(untold(cost)) && (
              <tr>
                <td>{say('untold')}</td>
                <td class="num">
                  <Money text={untold(cost)} />
                </td>
                <td colSpan={4} />
              </tr>
            )}
            <tr>
              <td>{say('total')}</td>
              <td class="num">
                <Money text={cost.planned} />
              </td>
              <td class="num">
                <Money text={cost.target} />
              </td>
              <td class="num">
                <Money text={cost.debits} />
              </td>
              <td class="num">
                <Over text={less(cost.debits, cost.target)} />
              </td>
              <td class="num">{percentOf(less(cost.debits, cost.target), cost.target)}</td>
            </tr>
          </tfoot>
        </table>
      </div>
    </section>
  );
}

/** More than it should: red; less: green. */
export function Over({ text }: { text: Decimal | undefined }) {
  const value = micro(text) ?? 0n;
  return (
    <span class={value > 0n ? 'bad-text' : value < 0n ? 'good-text' : ''}>
      {value > 0n ? '+' : ''}
      <Money text={text ?? '0'} plain />
    </span>
  );
}

const lineColumns = (ask: (asked: Asked) => void): Column<CostLine>[] => [
  { ...tagColumn<CostLine>('element', say('element'), '92px', (row) => row.element) },
  codeColumn('what', say('what'), 'minmax(100px, 1fr)', (row) => row.item ?? row.operation, undefined),
  nameColumn((row) => row.item, 'minmax(120px, 1.6fr)'),
  numberColumn('planned_quantity', say('plannedQuantity'), '92px', (row) => row.planned_quantity),
  numberColumn('allowed', say('allowedQuantity'), '92px', allowed),
  numberColumn('actual_quantity', say('actualQuantity'), '92px', (row) => row.actual_quantity),
  {
    ...numberColumn<CostLine>('planned', say('planned'), '112px', (row) => row.planned, 'money'),
    total: true,
  },
  { ...numberColumn<CostLine>('target', say('target'), '112px', (row) => row.target, 'money'), total: true },
  {
    ...numberColumn<CostLine>('actual', say('actual'), '112px', (row) => row.actual, 'money'),
    total: true,
    show: (row) => (
      <button
        class="figure-link"
        tabIndex={-1}
        onClick={() =>
          ask({
            what: [codeWord(row.element), row.item ?? row.operation].join(' '),
            posted: true,
            has: ofLine(row),
            ...(row.item ? {} : { note: say('together') }),
          })
        }
      >
        <Money text={row.actual} />
      </button>
    ),
  },
  {
    ...numberColumn<CostLine>(
      'deviation',
      say('deviation'),
      '126px',
      (row) => less(row.actual, row.target),
      'money',
    ),
    total: true,
    show: (row) => <Over text={less(row.actual, row.target)} />,
  },
];

function Lines({ cost, ask }: { cost: OrderCostReply; ask: (asked: Asked) => void }) {
  const shown = useMemo(() => lineColumns(ask), [language.value]);
  return (
    <Grid
      name="order-cost-lines"
      title={`${sayOffice('orderCost')} ${cost.work_order}`}
      columns={shown}
      rows={cost.lines ?? []}
      idOf={(row) => [row.element, row.item, row.operation].join('|')}
      open={(row) =>
        ask({
          what: [codeWord(row.element), row.item ?? row.operation].join(' '),
          posted: true,
          has: ofLine(row),
        })
      }
    />
  );
}

function Waterfall({
  cost,
  kinds,
  ask,
}: {
  cost: OrderCostReply;
  kinds: readonly KindRow[];
  ask: (asked: Asked) => void;
}) {
  const chosen = useSignal('');
  const plan = useSignal(false);
  const booked = kinds.length > 0 && !plan.value;
  const steps = (booked ? stepsOfBooks(cost, kinds) : stepsOfPlan(cost)).filter(
    (step) => step.level || !isZero(step.amount),
  );
  return (
    <section class="panel">
      <h2 class="with-act">
        {say('fall')}
        {kinds.length > 0 && (
          <span class="choices" role="group">
            <button
              class={booked ? 'button on' : 'button'}
              aria-pressed={booked}
              onClick={() => (plan.value = false)}
            >
              {say('asBooked')}
            </button>
            <button
              class={booked ? 'button' : 'button on'}
              aria-pressed={!booked}
              onClick={() => (plan.value = true)}
            >
              {say('fromPlan')}
            </button>
          </span>
        )}
      </h2>
      <Fall
        label={say('fall')}
        steps={steps}
        chosen={chosen.value}
        choose={(key) => {
          chosen.value = key;
          ask(askOf(cost, key, steps.find((one) => one.key === key)!.label));
        }}
      />
    </section>
  );
}

const LEDGER = (): Column<LedgerLine>[] => [
  numberColumn('seq', say('seq'), '72px', (row) => String(row.posted_seq)),
  dayColumn('day', say('day'), '104px', (row) => row.effective_on),
  lineColumn('132px', say('kind'), (row) => row.kind),
  codeColumn(
    'document',
    say('document'),
    '120px',
    (row) => row.document,
    (document) => link('journal', { document }),
  ),
  codeColumn('item', say('what'), 'minmax(110px, 1fr)', (row) => row.item ?? row.operation),
  codeColumn('lot', say('lot'), '120px', (row) => row.lot),
  numberColumn('quantity', say('quantity'), '100px', (row) => row.quantity),
  { ...numberColumn<LedgerLine>('wip', say('wip'), '120px', (row) => row.wip, 'money'), total: true },
  {
    ...numberColumn<LedgerLine>('variance', say('variance'), '110px', (row) => row.variance, 'money'),
    total: true,
  },
  codeColumn('by', say('by'), '100px', (row) => row.posted_by),
];

function Cost({ order }: { order: string }) {
  const behind = useSignal<Asked | undefined>(undefined);
  const cost = useAsk<OrderCostReply>('Cost.GetOrderCost', { work_order: order });
  const ledger = useList<LedgerLine>('Inventory.ListLedger', 'rows', { order_id: order, limit: 500 });
  const kinds = useAsk<{ rows?: KindRow[] }>(
    'Cost.ListVariances',
    { work_order: order },
    may('finance', 'auditor'),
  );
  const shown = useMemo(LEDGER, [language.value]);
  const way = place.value.query.get('way') ?? 'summary';
  if (cost.error) return <Failure error={cost.error} again={cost.load} />;
  const got = cost.value;
  if (!got) return <p class="soft">{sayOffice('loading')}</p>;
  const ask = (asked: Asked): void => void (behind.value = asked);
  const open = !isOver(got);
  return (
    <>
      <p class="of-order">
        <a class="code" href={link('stock', { item: got.item })}>
          {got.item}
        </a>
        <Name plant={plant.value} item={got.item} />
        <Tag code={got.state} /> {number(got.received ?? '0')} / {number(got.quantity)}
        <span class="soft">{got.currency}</span>
        <a class="button" href={toOrder(order)}>
          {say('workOrder')}
        </a>
      </p>
      <Tabs
        label={sayOffice('orderCost')}
        of={[
          ['summary', say('summary')],
          ['lines', say('lines')],
          ['levels', say('levels')],
          ['ledger', say('ledger')],
        ]}
      />
      {open && (way === 'summary' || way === 'lines') && (
        <p class="notice">
          {say('stillOpen', { received: number(got.received ?? '0'), quantity: number(got.quantity) })}
        </p>
      )}
      {way === 'summary' && (
        <>
          <Cards cost={got} ask={ask} />
          <div class="columns uneven">
            <Waterfall cost={got} kinds={kinds.value?.rows ?? []} ask={ask} />
            <Elements cost={got} ask={ask} />
          </div>
        </>
      )}
      {way === 'lines' && <Lines cost={got} ask={ask} />}
      {way === 'levels' && <ActualCost of={{ work_order: order }} name={order} />}
      {way === 'ledger' && (
        <>
          {ledger.error && <Failure error={ledger.error} again={ledger.load} />}
          <Grid
            name="order-ledger"
            title={`${say('ledger')} ${order}`}
            columns={shown}
            rows={ledger.rows}
            loading={ledger.loading}
            idOf={(row) => String(row.posted_seq)}
            open={(row) => go('journal', { document: row.document })}
          />
        </>
      )}
      {behind.value && (way === 'summary' || way === 'lines') && (
        <Behind
          what={behind.value.what}
          note={behind.value.note}
          lines={behind.value.posted ? ledger.rows.filter(behind.value.has) : []}
          close={() => (behind.value = undefined)}
        />
      )}
    </>
  );
}

// ---- without an order ----

interface OrderRow {
  work_order: string;
  item: string;
  name?: string;
  state: string;
  quantity: Decimal;
  received?: Decimal;
  due_on?: string;
}

/* What has cost something first, the newest of it before the others. */
const STATES = ['completed', 'closed', 'in_progress', 'held', 'released', 'firm', 'cancelled'];
const FINISHED = { key: 'state', down: false };
const rankOf = (row: OrderRow): number => STATES.indexOf(row.state);

const orderColumns = (): Column<OrderRow>[] => [
  codeColumn('work_order', say('workOrder'), 'minmax(130px, 1fr)', (row) => row.work_order, toCost),
  codeColumn('item', say('item'), 'minmax(110px, 1fr)', (row) => row.item),
  nameColumn((row) => row.item),
  {
    ...tagColumn<OrderRow>('state', say('state'), '120px', (row) => row.state),
    order: (a, b) => rankOf(a) - rankOf(b) || ((a.due_on ?? '') < (b.due_on ?? '') ? 1 : -1),
  },
  numberColumn('quantity', say('quantity'), '110px', (row) => row.quantity),
  numberColumn('received', say('received'), '110px', (row) => row.received),
  dayColumn('due', say('due'), '110px', (row) => row.due_on),
];

function Choice() {
  const shown = useMemo(orderColumns, [language.value]);
  return (
    <ListPage
      name="order-cost"
      title={sayOffice('orderCost')}
      sub={say('chooseOrder')}
      method="Production.ListWorkOrders"
      field="work_orders"
      columns={shown}
      idOf={(row) => row.work_order}
      open={(row) => go('order-cost', { order: row.work_order })}
      first={FINISHED}
      actions={() => <Choosers order="" />}
    />
  );
}

function Choosers({ order }: { order: string }) {
  const item = useSignal('');
  const lot = useSignal('');
  return (
    <>
      <Chooser
        key={order}
        label={say('workOrder')}
        value={order}
        choose={(code) => go('order-cost', { order: code })}
      />
      {!order && (
        <form
          class="inline"
          onSubmit={(event) => {
            event.preventDefault();
            go('order-cost', { item: item.value.trim(), lot: lot.value.trim() });
          }}
        >
          <span>{say('ofLot')}</span>
          <input
            class="input code narrow"
            aria-label={say('item')}
            placeholder={say('item')}
            value={item.value}
            onInput={(event) => (item.value = event.currentTarget.value)}
          />
          <input
            class="input code narrow"
            aria-label={say('lot')}
            placeholder={say('lot')}
            value={lot.value}
            onInput={(event) => (lot.value = event.currentTarget.value)}
          />
          <button class="button">{say('openLot')}</button>
        </form>
      )}
    </>
  );
}

export function OrderCost() {
  const order = place.value.query.get('order') ?? '';
  const item = place.value.query.get('item') ?? '';
  const lot = place.value.query.get('lot') ?? '';
  if (!order && !lot) return <Choice />;
  return (
    <>
      <Head title={order ? sayOffice('orderCost') : say('ofLot')} sub={order || `${item} · ${lot}`}>
        <Choosers order={order} />
      </Head>
      {order ? <Cost key={order} order={order} /> : <ActualCost of={{ item, lot }} name={`${item}-${lot}`} />}
    </>
  );
}
