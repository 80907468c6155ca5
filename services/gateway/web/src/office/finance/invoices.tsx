import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { call } from '../../base/api';
import { codeWord } from '../../base/codes';
import { compare, isZero, sum, type Decimal } from '../../base/decimal';
import { day, number } from '../../base/format';
import { resource } from '../../base/resource';
import { go, link } from '../../base/route';
import { language } from '../../base/words';
import { FormDialog, typed, type Field, type Values } from '../form';
import { Acts, type Act } from '../acts';
import { Grid, type Column } from '../grid';
import { Failure, Head, Said, useList } from '../list';
import { may, person, plant } from '../state';
import { say as sayOffice } from '../words';
import { codeColumn, countColumn, dayColumn, Money, numberColumn, Tag, tagColumn } from '../pages/columns';
import { asked, Card, less, scaled, Tabs, turned } from './frame';
import { Over } from './order_cost';
import { say } from './words';

interface InvoiceLine {
  purchase_order?: string;
  order_line?: number;
  work_order?: string;
  operation?: string;
  quantity?: Decimal;
  amount?: Decimal;
}

interface Entry {
  posted_seq: number;
  line: number;
  document: string;
  item?: string;
  payable?: Decimal;
  to_stock?: Decimal;
  to_variance?: Decimal;
  to_order?: Decimal;
  effective_on?: string;
}

interface Invoice {
  invoice: string;
  kind: string;
  supplier: string;
  number: string;
  state: string;
  blocked_for?: string;
  basis?: string;
  amount?: Decimal;
  effective_on?: string;
  entered_by?: string;
  decided_by?: string;
  reversed_by?: string;
  reversal?: string;
  lines?: InvoiceLine[];
  entries?: Entry[];
}

const STATES = ['', 'blocked', 'posted', 'rejected', 'reversed'];

const columns = (): Column<Invoice>[] => [
  codeColumn(
    'invoice',
    say('invoice'),
    '120px',
    (row) => row.invoice,
    (invoice) => link('invoice', { invoice }),
  ),
  tagColumn('kind', say('kind'), '132px', (row) => row.kind),
  codeColumn('supplier', say('supplier'), 'minmax(110px, 1fr)', (row) => row.supplier),
  codeColumn('number', say('supplierNumber'), 'minmax(110px, 1fr)', (row) => row.number),
  { ...numberColumn<Invoice>('amount', say('amount'), '130px', (row) => row.amount, 'money'), total: true },
  tagColumn('state', say('state'), '110px', (row) => row.state),
  tagColumn('blocked', say('blockedFor'), '120px', (row) => row.blocked_for),
  dayColumn('day', say('day'), '104px', (row) => row.effective_on),
  codeColumn('by', say('enteredBy'), '110px', (row) => row.entered_by),
  codeColumn('decided', say('decidedBy'), '110px', (row) => row.decided_by),
];

const lineFields = (index: number, freight: boolean): Field[] => {
  const at = `lines[${index}].`;
  return [
    {
      name: at + 'purchase_order',
      label: say('purchaseOrder'),
      kind: 'code',
      required: freight && index === 0,
    },
    { name: at + 'order_line', label: say('orderLine'), kind: 'number' },
    ...(freight
      ? []
      : ([
          { name: at + 'work_order', label: say('orWorkOrder'), kind: 'code' },
          { name: at + 'operation', label: say('operation'), kind: 'code' },
          { name: at + 'quantity', label: say('billedQuantity'), kind: 'number' },
          { name: at + 'amount', label: say('billedAmount'), kind: 'number' },
        ] as Field[])),
  ];
};

const LINE = ['purchase_order', 'order_line', 'work_order', 'operation', 'quantity', 'amount'];

/** lines[0].., of those that name an order. */
function linesOf(values: Values, count: number): object[] {
  return Array.from({ length: count }, (_, index) => {
    const given = LINE.map((name) => [name, values[`lines[${index}].${name}`]?.trim()]).filter(
      (pair) => pair[1],
    );
    const { order_line, ...row } = Object.fromEntries(given) as Record<string, unknown>;
    if (row['purchase_order']) return { ...row, order_line: Number(order_line ?? 1) };
    return row['work_order'] ? row : undefined;
  }).filter((row) => row !== undefined);
}

function Entering({
  freight,
  done,
  close,
}: {
  freight: boolean;
  done: (reply: Record<string, unknown>) => void;
  close: () => void;
}) {
  const values = useSignal<Values>({ 'lines[0].order_line': '1', ...(freight ? { basis: 'value' } : {}) });
  const count = useSignal(1);
  const head: Field[] = [
    { name: 'supplier', label: say('supplier'), kind: 'code', required: true },
    { name: 'number', label: say('supplierNumber'), kind: 'code', required: true },
    ...(freight
      ? [{ name: 'basis', label: say('basis'), from: ['quantity', 'weight', 'value'], required: true }]
      : []),
    { name: 'amount', label: say('amount'), kind: 'number', required: freight },
    { name: 'effective_on', label: say('day'), kind: 'date' },
  ];
  return (
    <FormDialog
      title={freight ? say('enterFreight') : say('enterInvoice')}
      method={freight ? 'Cost.EnterFreight' : 'Cost.EnterInvoice'}
      fields={[
        ...head,
        ...Array.from({ length: count.value }, (_, index) => lineFields(index, freight)).flat(),
      ]}
      values={values}
      body={(given) => ({
        ...typed(given, 'supplier', 'number', 'basis', 'amount', 'effective_on'),
        lines: linesOf(given, count.value),
      })}
      done={done}
      close={close}
    >
      <button type="button" class="button plain more" onClick={() => count.value++}>
        {say('addLine')}
      </button>
    </FormDialog>
  );
}

function Tolerance({ done, close }: { done: () => void; close: () => void }) {
  const values = useSignal<Values>({});
  return (
    <FormDialog
      title={say('tolerance')}
      method="Cost.SetInvoiceTolerance"
      fields={[
        { name: 'percent', label: say('limitPercent'), kind: 'number' },
        { name: 'amount', label: say('limitAmount'), kind: 'number' },
      ]}
      values={values}
      body={(given) => typed(given, 'percent', 'amount')}
      done={done}
      close={close}
    />
  );
}

export function Invoices() {
  const state = asked('state');
  const got = useList<Invoice>('Cost.ListInvoices', 'invoices', { ...(state ? { state } : {}) });
  const shown = useMemo(columns, [language.value]);
  const asking = useSignal<'invoice' | 'freight' | 'tolerance' | ''>('');
  const said = useSignal('');
  const close = (): void => void (asking.value = '');
  function entered(reply: Record<string, unknown>): void {
    const invoice = String(reply['invoice'] ?? '');
    said.value = reply['blocked_for']
      ? say('enteredBlocked', { invoice, why: codeWord(String(reply['blocked_for'])) })
      : say('entered', { invoice });
    got.load();
  }
  return (
    <>
      <Head title={say('invoices')}>
        {may('finance') && (
          <>
            <button class="button" onClick={() => (asking.value = 'tolerance')}>
              {say('tolerance')}
            </button>
            <button class="button" onClick={() => (asking.value = 'freight')}>
              {say('enterFreight')}
            </button>
            <button class="button main" onClick={() => (asking.value = 'invoice')}>
              {say('enterInvoice')}
            </button>
          </>
        )}
      </Head>
      {got.error && <Failure error={got.error} again={got.load} />}
      <Said text={said.value} />
      <Grid
        name="invoices"
        title={say('invoices')}
        columns={shown}
        rows={got.rows}
        loading={got.loading}
        empty={say('noInvoices')}
        idOf={(row) => row.invoice}
        open={(row) => go('invoice', { invoice: row.invoice })}
      >
        <span class="choices" role="group" aria-label={say('state')}>
          {STATES.map((one) => (
            <a key={one} class={one === state ? 'button on' : 'button'} href={turned({ state: one })}>
              {one ? codeWord(one) : say('all')}
            </a>
          ))}
        </span>
      </Grid>
      {asking.value === 'invoice' && <Entering freight={false} done={entered} close={close} />}
      {asking.value === 'freight' && <Entering freight done={entered} close={close} />}
      {asking.value === 'tolerance' && (
        <Tolerance done={() => (said.value = say('toleranceSaved'))} close={close} />
      )}
    </>
  );
}

// ---- one bill ----

interface OrderLine {
  line?: number;
  operation?: string;
  item: string;
  quantity?: Decimal | undefined;
  price?: Decimal | undefined;
  received?: Decimal;
}

/** A line of the bill beside the line of the order, or the operation, that it bills. */
interface Matched extends InvoiceLine {
  order?: OrderLine | undefined;
}

const orderOf = (line: InvoiceLine): string => line.purchase_order ?? line.work_order ?? '';
const keyOf = (line: InvoiceLine): string => `${line.work_order ? 'work' : 'buy'} ${orderOf(line)}`;

async function readLines(order_id: string): Promise<OrderLine[]> {
  const got = await call<Record<string, unknown>>(plant.value, 'Order.GetPurchaseOrder', { order_id }).catch(
    () => undefined,
  );
  const order = (
    got?.['purchase_order'] && typeof got['purchase_order'] === 'object' ? got['purchase_order'] : got
  ) as { lines?: OrderLine[] } | undefined;
  return order?.lines ?? [];
}

interface WorkOrder {
  item: string;
  quantity?: Decimal;
  operations?: { operation: string; good?: Decimal; scrapped?: Decimal; subcontract_price?: Decimal }[];
}

/** What a subcontractor did: his price, and the pieces reported, good and scrapped. */
async function readOperations(work_order: string): Promise<OrderLine[]> {
  const got = await call<{ work_order?: WorkOrder }>(plant.value, 'Production.GetWorkOrder', {
    work_order,
  }).catch(() => undefined);
  return (got?.work_order?.operations ?? []).map((one) => ({
    operation: one.operation,
    item: got?.work_order?.item ?? '',
    quantity: got?.work_order?.quantity,
    price: one.subcontract_price,
    received: less(one.good, less('0', one.scrapped)),
  }));
}

async function readMatched(invoice: string): Promise<{ bill: Invoice | undefined; lines: Matched[] }> {
  const reply = await call<{ invoices?: Invoice[] }>(plant.value, 'Cost.ListInvoices', { invoice });
  const bill = reply.invoices?.[0];
  const lines = bill?.lines ?? [];
  const orders = new Map<string, Promise<OrderLine[]>>();
  for (const line of lines) {
    const key = keyOf(line);
    if (!orders.has(key)) orders.set(key, (line.work_order ? readOperations : readLines)(orderOf(line)));
  }
  return {
    bill,
    lines: await Promise.all(
      lines.map(async (line) => ({
        ...line,
        order: (await orders.get(keyOf(line)))?.find((one) =>
          line.work_order ? one.operation === line.operation : one.line === line.order_line,
        ),
      })),
    ),
  };
}

const priceOf = (row: Matched): Decimal | undefined => scaled(row.amount, '1', row.quantity, 6);
const expectedOf = (row: Matched): Decimal | undefined => scaled(row.quantity, row.order?.price, '1');

/** `work`: of a subcontractor, who bills operations and what was reported of them. */
const matchColumns = (work: boolean): Column<Matched>[] => [
  codeColumn('order', work ? say('order') : say('purchaseOrder'), '130px', orderOf, (order, row) =>
    link(row.work_order ? 'order-cost' : 'purchase-order', { order }),
  ),
  codeColumn(
    'line',
    work ? say('operation') : say('line'),
    work ? '92px' : '56px',
    (row) => row.operation ?? String(row.order_line ?? ''),
  ),
  codeColumn(
    'item',
    say('item'),
    'minmax(110px, 1fr)',
    (row) => row.order?.item,
    (item) => link('price-history', { item }),
  ),
  numberColumn('ordered', say('ordered'), '84px', (row) => row.order?.quantity),
  numberColumn(
    'received',
    work ? say('reportedQuantity') : say('receivedQuantity'),
    '104px',
    (row) => row.order?.received,
  ),
  {
    ...numberColumn<Matched>('billed', say('billedQuantity'), '92px', (row) => row.quantity),
    show: (row) => (
      <span class={compare(row.quantity, row.order?.received ?? row.quantity) > 0 ? 'bad-text' : ''}>
        {number(row.quantity)}
      </span>
    ),
  },
  numberColumn('price', say('orderPrice'), '96px', (row) => row.order?.price, 'money'),
  numberColumn('billed_price', say('billedPrice'), '96px', priceOf, 'money'),
  { ...numberColumn<Matched>('expected', say('expected'), '140px', expectedOf, 'money'), total: true },
  {
    ...numberColumn<Matched>('amount', say('billedAmount'), '112px', (row) => row.amount, 'money'),
    total: true,
  },
  {
    ...numberColumn<Matched>(
      'difference',
      say('difference'),
      '120px',
      (row) => less(row.amount, expectedOf(row)),
      'money',
    ),
    total: true,
    show: (row) => <Over text={less(row.amount, expectedOf(row))} />,
  },
];

const freightColumns = (): Column<Matched>[] =>
  matchColumns(false)
    .filter((one) => ['order', 'line', 'item', 'received'].includes(one.key))
    .concat([
      {
        ...numberColumn<Matched>('amount', say('amount'), '130px', (row) => row.amount, 'money'),
        total: true,
      },
    ]);

const entryColumns = (): Column<Entry>[] => [
  countColumn('seq', say('seq'), '72px', (row) => row.posted_seq),
  dayColumn('day', say('day'), '104px', (row) => row.effective_on),
  codeColumn(
    'document',
    say('document'),
    '130px',
    (row) => row.document,
    (document) => link('journal', { document }),
  ),
  countColumn('line', say('line'), '56px', (row) => row.line),
  codeColumn(
    'item',
    say('item'),
    'minmax(110px, 1fr)',
    (row) => row.item,
    (item) => link('price-history', { item }),
  ),
  { ...numberColumn<Entry>('payable', say('payable'), '130px', (row) => row.payable, 'money'), total: true },
  { ...numberColumn<Entry>('stock', say('toStock'), '130px', (row) => row.to_stock, 'money'), total: true },
  { ...numberColumn<Entry>('order', say('toWip'), '110px', (row) => row.to_order, 'money'), total: true },
  {
    ...numberColumn<Entry>('variance', say('toVariance'), '150px', (row) => row.to_variance, 'money'),
    total: true,
  },
];

const actsOf = (bill: Invoice): Act[] => [
  {
    name: 'reject',
    label: say('rejectIt'),
    method: 'Cost.DecideInvoice',
    states: ['blocked'],
    roles: ['finance'],
    body: () => ({ invoice: bill.invoice, release: false }),
  },
  {
    name: 'release',
    label: say('approveIt'),
    method: 'Cost.DecideInvoice',
    states: bill.entered_by === person.value?.login ? [] : ['blocked'],
    roles: ['finance'],
    main: true,
    body: () => ({ invoice: bill.invoice, release: true }),
  },
  {
    name: 'reverse',
    label: say('reverse'),
    method: 'Cost.ReverseInvoice',
    states: ['posted'],
    roles: ['finance'],
    fields: [{ name: 'reason', label: say('reason'), required: true }],
    body: (given) => ({ invoice: bill.invoice, reason: given['reason'] }),
  },
];

export function InvoicePage() {
  const invoice = asked('invoice');
  const got = useMemo(() => resource(() => readMatched(invoice)), [invoice]);
  useEffect(() => void got.load(), [got]);
  const work = !!got.value.value?.lines.some((row) => row.work_order);
  const shown = useMemo(() => matchColumns(work), [work, language.value]);
  const shared = useMemo(freightColumns, [language.value]);
  const posted = useMemo(entryColumns, [language.value]);
  const bill = got.value.value?.bill;
  const off = (got.value.value?.lines ?? []).map((row) => less(row.amount, expectedOf(row)));
  const expected = sum((got.value.value?.lines ?? []).map(expectedOf));
  const freight = bill?.kind === 'freight';
  return (
    <>
      <Head title={bill ? codeWord(bill.kind) : say('invoice')} sub={invoice}>
        {bill && (
          <>
            <Tag code={bill.state} />
            {bill.state === 'blocked' && bill.entered_by === person.value?.login && (
              <span class="soft">{say('ownInvoice')}</span>
            )}
            <Acts acts={actsOf(bill)} state={bill.state} of={invoice} done={() => void got.load()} />
          </>
        )}
      </Head>
      {got.error.value && <Failure error={got.error.value} again={() => void got.load()} />}
      {!got.value.value && !got.error.value && <p class="soft">{sayOffice('loading')}</p>}
      {got.value.value && !bill && <p class="notice warn">{sayOffice('nothing')}</p>}
      {bill && (
        <>
          <div class="cards five">
            <Card label={say('amount')} how={`${bill.supplier} · ${bill.number}`}>
              <Money text={bill.amount} />
            </Card>
            <Card
              label={say('match')}
              how={
                bill.basis
                  ? `${say('basis')} ${codeWord(bill.basis)}`
                  : bill.blocked_for
                    ? say('blockedFor')
                    : ''
              }
            >
              <span class={bill.blocked_for ? 'bad-text' : 'good-text'}>
                {bill.blocked_for ? codeWord(bill.blocked_for) : '✓'}
              </span>
            </Card>
            {!freight && (
              <Card label={say('difference')} how={`${say('expected')} ${number(expected, 2)}`}>
                <Over text={off.every(isZero) ? '0' : off.reduce((a, b) => less(a, less('0', b)), '0')} />
              </Card>
            )}
            <Card
              label={say('enteredBy')}
              how={[day(bill.effective_on), bill.decided_by && `${say('decidedBy')} ${bill.decided_by}`]
                .filter(Boolean)
                .join(' · ')}
            >
              <span class="small">{bill.entered_by}</span>
            </Card>
          </div>
          <Tabs
            label={say('invoice')}
            of={[
              ['match', say('match')],
              ['postings', say('postings')],
            ]}
          />
          {asked('way') === 'postings' ? (
            <Grid
              name="invoice-postings"
              title={`${invoice} ${say('postings')}`}
              columns={posted}
              rows={bill.entries ?? []}
              idOf={(row) => String(row.posted_seq)}
              open={(row) => go('journal', { document: row.document })}
            />
          ) : (
            <Grid
              name="invoice-match"
              title={`${invoice} ${say('match')}`}
              columns={freight ? shared : shown}
              rows={got.value.value?.lines ?? []}
              idOf={(row) => `${keyOf(row)}|${row.operation ?? row.order_line}`}
              open={(row) => go(row.work_order ? 'order-cost' : 'purchase-order', { order: orderOf(row) })}
            />
          )}
        </>
      )}
    </>
  );
}
