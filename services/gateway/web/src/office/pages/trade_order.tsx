import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { call } from '../../base/api';
import { decimal, isZero, micro, sum, times, type Decimal } from '../../base/decimal';
import { day, number } from '../../base/format';
import { Name } from '../../base/names';
import { resource } from '../../base/resource';
import { go, link, place } from '../../base/route';
import { Acts, type Act } from '../acts';
import { typed, type Field, type Values } from '../form';
import { Failure, Head, useList, Trail } from '../list';
import { facts } from '../live';
import { may, plant } from '../state';
import { say as sayOffice } from '../words';
import { Changes, type Change } from './changes';
import { Chooser } from './chooser';
import { Money, Tag, toRequirements } from './columns';
import { copied, NewPurchaseOrder, NewSalesOrder, NewTransferOrder } from './new_order';
import { say } from './words';

/* One purchase or sales order: its lines, what can be done with it now, and what was. */

interface Line {
  line: number;
  item: string;
  quantity: Decimal;
  price?: Decimal;
  due_on?: string;
  received?: Decimal;
  shipped?: Decimal;
  promised_on?: string;
  promise_limit?: string;
}

interface Order {
  source_plant?: string;
  supplier?: string;
  customer?: string;
  lines?: Line[];
  state: string;
  version?: number;
  made_by?: string;
  approved_by?: string;
  approve_above?: Decimal;
}

const doneOf = (line: Line): Decimal => line.received ?? line.shipped ?? '0';
const openOf = (line: Line): Decimal => {
  const rest = (micro(line.quantity) ?? 0n) - (micro(doneOf(line)) ?? 0n);
  return decimal(rest > 0n ? rest : 0n);
};

const valueOf = (line: Line): Decimal => times(line.quantity, line.price);

const at = (index: number, name: string): string => `lines[${index}].${name}`;

type Part = readonly [name: string, label: string, kind: Field['kind']];

/** A row of fields for each of the lines. */
const fieldsOf = (lines: readonly Line[], parts: readonly Part[]): Field[] =>
  lines.flatMap((line, index) =>
    parts.map(([name, label, kind]): Field => ({
      name: at(index, name),
      label: `${line.line} ${line.item} · ${label}`,
      kind: kind ?? 'text',
    })),
  );

/** What was typed in them, as the API wants it. */
const linesOf = (lines: readonly Line[], parts: readonly Part[], now: Values): object[] =>
  lines.map((line, index) => {
    const told = Object.entries(typed(now, ...parts.map(([name]) => at(index, name))));
    const row = Object.fromEntries(told.map(([name, text]) => [name.split('.').at(-1)!, text]));
    return { line: line.line, ...row };
  });

const step = (code: string) => (now: Values) => ({ order_id: code, ...typed(now, 'reason') });
const REASON = (): Field[] => [{ name: 'reason', label: say('reason'), required: true }];

/** Goods of the lines that are still open: all of them unless something else is typed. */
function goods(order: Order, named: object): Pick<Act, 'fields' | 'given' | 'body'> {
  const lines = (order.lines ?? []).filter((line) => !isZero(openOf(line)));
  const parts: Part[] = [
    ['quantity', say('quantity'), 'number'],
    ['location', say('location'), 'code'],
    ['lot', say('lot'), 'code'],
  ];
  if (order.supplier !== undefined) parts.push(['expires_on', say('expires'), 'date']);
  return {
    fields: fieldsOf(lines, parts),
    given: Object.fromEntries(lines.map((line, index) => [at(index, 'quantity'), openOf(line)])),
    body: (now) => ({ ...named, lines: linesOf(lines, parts, now) }),
  };
}

/** Quantities, days and prices; refused when somebody else has changed the order meanwhile. */
function terms(order: Order, code: string): Pick<Act, 'fields' | 'given' | 'body'> {
  const lines = order.lines ?? [];
  const parts: Part[] = [
    ['quantity', say('quantity'), 'number'],
    ['due_on', say('due'), 'date'],
    ...(order.supplier === undefined ? [] : [['price', say('price'), 'number'] as const]),
  ];
  const given = lines.flatMap((line, index) => [
    [at(index, 'quantity'), line.quantity],
    [at(index, 'due_on'), line.due_on ?? ''],
    [at(index, 'price'), line.price ?? ''],
  ]);
  return {
    fields: [...fieldsOf(lines, parts), { name: 'reason', label: say('reason') }],
    given: Object.fromEntries(given) as Values,
    body: (now) => ({
      ...step(code)(now),
      if_version: order.version,
      lines: linesOf(lines, parts, now),
    }),
  };
}

const purchaseActs = (order: Order, code: string): Act[] => [
  {
    name: 'approve',
    method: 'Order.ApprovePurchaseOrder',
    label: say('approve'),
    states: ['draft'],
    roles: ['buyer', 'finance', 'supervisor'],
    main: true,
    body: step(code),
  },
  {
    name: 'send',
    method: 'Order.SendPurchaseOrder',
    label: say('send'),
    states: ['approved'],
    roles: ['buyer'],
    main: true,
    body: step(code),
  },
  {
    name: 'receive',
    method: 'Inventory.PostPurchaseReceipt',
    label: say('receive'),
    states: ['sent', 'partly_received'],
    roles: ['storekeeper', 'supervisor'],
    main: true,
    ...goods(order, { purchase_order: code }),
  },
  {
    name: 'change',
    method: 'Order.ChangePurchaseOrder',
    label: say('change'),
    states: ['draft', 'approved', 'sent', 'partly_received'],
    roles: ['buyer', 'planner'],
    ...terms(order, code),
  },
  {
    name: 'close',
    method: 'Order.ClosePurchaseOrder',
    label: say('close'),
    states: ['partly_received'],
    roles: ['buyer'],
    fields: REASON(),
    body: step(code),
  },
  {
    name: 'cancel',
    method: 'Order.CancelPurchaseOrder',
    label: say('cancelOrder'),
    states: ['draft', 'approved', 'sent'],
    roles: ['buyer', 'planner'],
    fields: REASON(),
    body: step(code),
  },
];

const salesActs = (order: Order, code: string): Act[] => [
  {
    name: 'promise',
    method: 'Mrp.PromiseSalesOrder',
    label: say('promise'),
    states: ['open', 'partly_shipped'],
    roles: ['sales', 'planner', 'supervisor'],
    body: () => ({ sales_order: code, again: true }),
  },
  {
    name: 'ship',
    method: 'Inventory.PostShipment',
    label: say('ship'),
    states: ['open', 'partly_shipped'],
    roles: ['storekeeper', 'supervisor'],
    main: true,
    ...goods(order, { sales_order: code }),
  },
  {
    name: 'change',
    method: 'Order.ChangeSalesOrder',
    label: say('change'),
    states: ['open', 'partly_shipped'],
    roles: ['sales', 'planner'],
    ...terms(order, code),
  },
  {
    name: 'close',
    method: 'Order.CloseSalesOrder',
    label: say('close'),
    states: ['partly_shipped'],
    roles: ['sales', 'planner'],
    fields: REASON(),
    body: step(code),
  },
  {
    name: 'cancel',
    method: 'Order.CancelSalesOrder',
    label: say('cancelOrder'),
    states: ['open'],
    roles: ['sales', 'planner'],
    fields: REASON(),
    body: step(code),
  },
];

function Lines({ order }: { order: Order }) {
  const buys = order.supplier !== undefined;
  return (
    <div class="panel wide">
      <table class="plain-table">
        <thead>
          <tr>
            <th class="num">{say('line')}</th>
            <th>{say('item')}</th>
            <th class="num">{say('quantity')}</th>
            <th class="num">{buys ? say('received') : say('shipped')}</th>
            <th class="num">{say('open')}</th>
            <th class="num">{say('price')}</th>
            <th class="num">{say('value')}</th>
            <th>{say('due')}</th>
            {!buys && <th>{say('promised')}</th>}
          </tr>
        </thead>
        <tbody>
          {(order.lines ?? []).map((line) => (
            <tr key={line.line}>
              <td class="num">{line.line}</td>
              <td class="code">
                <a href={toRequirements(line.item)}>{line.item}</a>{' '}
                <Name plant={plant.value} item={line.item} />
              </td>
              <td class="num">{number(line.quantity)}</td>
              <td class="num">{number(doneOf(line))}</td>
              <td class="num">{isZero(openOf(line)) ? '–' : <b>{number(openOf(line))}</b>}</td>
              <td class="num">{isZero(line.price) ? '–' : <Money text={line.price} />}</td>
              <td class="num">{isZero(line.price) ? '–' : <Money text={valueOf(line)} />}</td>
              <td>{day(line.due_on)}</td>
              {!buys && (
                <td class={line.promise_limit ? 'bad-text' : ''} title={line.promise_limit}>
                  {day(line.promised_on)}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface Kind {
  kind: 'purchase_order' | 'sales_order';
  page: string;
  get: string;
  label: () => string;
  acts: (order: Order, code: string) => Act[];
  /** Whom it is with, and who may enter another one. */
  partner: 'supplier' | 'customer';
  roles: string[];
}

/** A new order with the same lines; the one that was made is shown then. */
function Copy({ kind, order, close }: { kind: Kind; order: Order; close: () => void }) {
  const made = (code: string): void => go(kind.page, { order: code });
  const partner = order.source_plant
    ? { source_plant: order.source_plant }
    : { [kind.partner]: order[kind.partner] ?? '' };
  const given = copied(partner, order.lines ?? []);
  if (order.source_plant) return <NewTransferOrder given={given} made={made} close={close} />;
  if (kind.partner === 'customer') return <NewSalesOrder given={given} made={made} close={close} />;
  return <NewPurchaseOrder given={given} made={made} close={close} />;
}

function Loaded({ kind, code }: { kind: Kind; code: string }) {
  const got = useMemo(
    () => resource(() => call<Order>(plant.value, kind.get, { order_id: code })),
    [kind, code],
  );
  const changes = useList<Change>('Order.ListOrderChanges', 'changes', { kind: kind.kind, order_id: code });
  const said = useSignal('');
  const copying = useSignal(false);
  useEffect(() => void got.load(), [got, facts.value]);

  if (got.error.value) return <Failure error={got.error.value} again={() => void got.load()} />;
  const order = got.value.value;
  if (!order) return <p class="soft">{sayOffice('loading')}</p>;
  const value = sum((order.lines ?? []).map(valueOf));
  return (
    <>
      <div class="head">
        <Tag code={order.state} />
        <b>{order.source_plant ?? order.supplier ?? order.customer}</b>
        {!isZero(value) && (
          <span>
            {say('value')} <Money text={value} />
          </span>
        )}
        {order.state === 'draft' && order.approve_above && (
          <span class="soft">{say('needsApproval', { above: number(order.approve_above) })}</span>
        )}
        <div class="do">
          <Acts
            acts={kind.acts(order, code)}
            state={order.state}
            of={code}
            done={(reply) => {
              said.value = reply['state'] === 'waiting' ? say('waitsForSecond') : '';
              void got.load();
              changes.load();
            }}
          />
          {may(...kind.roles) && (
            <button class="button" onClick={() => (copying.value = true)}>
              {say('copyOrder')}
            </button>
          )}
          {kind.kind === 'sales_order' && (
            <a class="button" href={link('pegging', { order: code })}>
              {sayOffice('pegging')}
            </a>
          )}
        </div>
      </div>
      {said.value && (
        <p class="notice warn" role="status">
          {said.value}
        </p>
      )}
      {copying.value && <Copy kind={kind} order={order} close={() => (copying.value = false)} />}
      <Lines order={order} />
      <Changes changes={changes.rows} />
    </>
  );
}

function OrderPage({ kind }: { kind: Kind }) {
  const code = place.value.query.get('order') ?? '';
  return (
    <>
      <Head title={kind.label()} sub={code}>
        <Trail object={code} />
        <Chooser
          key={code}
          label={kind.label()}
          value={code}
          choose={(next) => go(kind.page, { order: next })}
        />
      </Head>
      {code ? <Loaded key={code} kind={kind} code={code} /> : <p class="soft">{say('choose')}</p>}
    </>
  );
}

const purchase: Kind = {
  kind: 'purchase_order',
  page: 'purchase-order',
  get: 'Order.GetPurchaseOrder',
  label: () => say('purchaseOrder'),
  acts: purchaseActs,
  partner: 'supplier',
  roles: ['buyer', 'planner'],
};

const sales: Kind = {
  kind: 'sales_order',
  page: 'sales-order',
  get: 'Order.GetSalesOrder',
  label: () => say('salesOrder'),
  acts: salesActs,
  partner: 'customer',
  roles: ['sales', 'planner'],
};

export const PurchaseOrderPage = () => <OrderPage kind={purchase} />;
export const SalesOrderPage = () => <OrderPage kind={sales} />;
