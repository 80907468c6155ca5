import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { decimal, isZero, micro } from '../../base/decimal';
import { go, link } from '../../base/route';
import { language } from '../../base/words';
import { Grid, type Column } from '../grid';
import { Failure, Head, ListPage, useList, Said } from '../list';
import { may } from '../state';
import { say as sayOffice } from '../words';
import {
  codeColumn,
  countColumn,
  dayColumn,
  nameColumn,
  numberColumn,
  tagColumn,
  textColumn,
  toOrder,
  toRequirements,
} from './columns';
import { NewPurchaseOrder, NewSalesOrder, NewTransferOrder, NewWorkOrder } from './new_order';
import { say } from './words';

interface WorkOrder {
  work_order: string;
  item: string;
  state: string;
  quantity: string;
  received?: string;
  scrapped?: string;
  start_on?: string;
  due_on?: string;
}

/** What is due last was made last. */
const NEWEST = { key: 'due', down: true };
const NEXT = { key: 'due', down: false };

const workColumns = (): Column<WorkOrder>[] => [
  codeColumn('work_order', say('workOrder'), 'minmax(120px, 1fr)', (row) => row.work_order, toOrder),
  codeColumn('item', say('item'), 'minmax(120px, 1fr)', (row) => row.item, toRequirements),
  nameColumn((row) => row.item),
  tagColumn('state', say('state'), '110px', (row) => row.state),
  numberColumn('quantity', say('quantity'), '110px', (row) => row.quantity),
  numberColumn('received', say('received'), '110px', (row) => row.received),
  numberColumn('scrapped', say('scrapped'), '90px', (row) => row.scrapped),
  dayColumn('start', say('start'), '108px', (row) => row.start_on),
  dayColumn('due', say('due'), '108px', (row) => row.due_on),
];

export function WorkOrders() {
  const shown = useMemo(workColumns, [language.value]);
  const entering = useSignal(false);
  return (
    <>
      {entering.value && (
        <NewWorkOrder
          made={(code) => go('work-order', { order: code })}
          close={() => (entering.value = false)}
        />
      )}
      <ListPage
        name="work-orders"
        title={sayOffice('workOrders')}
        method="Production.ListWorkOrders"
        field="work_orders"
        empty={say('noWork')}
        first={NEWEST}
        columns={shown}
        idOf={(row) => row.work_order}
        open={(row) => go('work-order', { order: row.work_order })}
        actions={() =>
          may('planner', 'supervisor') && (
            <button class="button main" onClick={() => (entering.value = true)}>
              {say('newWorkOrder')}
            </button>
          )
        }
      />
    </>
  );
}

/* Purchase and sales orders are shown a row a line: what a buyer follows is the line. */
interface Line {
  line: number;
  item: string;
  quantity: string;
  price?: string;
  due_on?: string;
  received?: string;
  shipped?: string;
}

interface Row extends Line {
  order: string;
  partner: string;
  done: string;
}

const openOf = (row: Row): string => decimal((micro(row.quantity) ?? 0n) - (micro(row.done) ?? 0n));

interface Kind {
  method: string;
  field: string;
  order: string;
  page: string;
  partner: string;
  title: () => string;
  newTitle: () => string;
  roles: string[];
  enter: typeof NewSalesOrder;
  orderTitle: () => string;
  partnerTitle: () => string;
  doneTitle: () => string;
}

const lineColumns = (kind: Kind): Column<Row>[] => [
  codeColumn(
    'order',
    kind.orderTitle(),
    'minmax(120px, 1fr)',
    (row) => row.order,
    (code) => link(kind.page, { order: code }),
  ),
  countColumn('line', say('line'), '56px', (row) => row.line),
  textColumn('partner', kind.partnerTitle(), 'minmax(110px, 1.2fr)', (row) => row.partner),
  codeColumn('item', say('item'), 'minmax(110px, 1fr)', (row) => row.item, toRequirements),
  nameColumn((row) => row.item),
  numberColumn('quantity', say('quantity'), '100px', (row) => row.quantity),
  numberColumn('done', kind.doneTitle(), '100px', (row) => row.done),
  numberColumn('open', say('open'), '100px', openOf),
  numberColumn('price', say('price'), '90px', (row) => (isZero(row.price) ? undefined : row.price), 'money'),
  dayColumn('due', say('due'), '108px', (row) => row.due_on),
];

type Order = Record<string, unknown> & { lines?: Line[] };

const rowsOf = (kind: Kind, orders: readonly Order[]): Row[] =>
  orders.flatMap((order) =>
    (order.lines ?? []).map((line) => ({
      ...line,
      order: String(order[kind.order]),
      partner: String(order[kind.partner] ?? ''),
      done: line.received ?? line.shipped ?? '0',
    })),
  );

function OrderLines({ kind }: { kind: Kind }) {
  const onlyOpen = useSignal(true);
  const entering = useSignal(false);
  const said = useSignal('');
  const made = useSignal('');
  const Enter = kind.enter;
  const loaded = useList<Order>(kind.method, kind.field, { open_only: onlyOpen.value });
  const rows = useMemo(() => rowsOf(kind, loaded.rows), [loaded.rows]);
  const shown = useMemo(() => lineColumns(kind), [language.value]);
  return (
    <>
      <Head title={kind.title()}>
        <label class="button plain">
          <input
            type="checkbox"
            checked={onlyOpen.value}
            onChange={(event) => (onlyOpen.value = event.currentTarget.checked)}
          />
          {say('onlyOpen')}
        </label>
        {may(...kind.roles) && (
          <button class="button main" onClick={() => (entering.value = true)}>
            {kind.newTitle()}
          </button>
        )}
        <button class="button" disabled={loaded.loading} onClick={loaded.load}>
          {sayOffice('refresh')}
        </button>
      </Head>
      {entering.value && (
        <Enter
          made={(code) => {
            said.value = say('made', { code });
            made.value = `${code}/1`;
            loaded.load();
          }}
          close={() => (entering.value = false)}
        />
      )}
      <Said text={said.value} />
      {loaded.error && <Failure error={loaded.error} again={loaded.load} />}
      <Grid
        name={kind.method}
        columns={shown}
        rows={rows}
        idOf={(row) => `${row.order}/${row.line}`}
        open={(row) => go(kind.page, { order: row.order })}
        loading={loaded.loading}
        empty={say('noOrders')}
        first={NEXT}
        made={made.value}
      />
    </>
  );
}

const purchase: Kind = {
  method: 'Order.ListPurchaseOrders',
  field: 'purchase_orders',
  order: 'purchase_order',
  page: 'purchase-order',
  partner: 'supplier',
  title: () => sayOffice('purchaseOrders'),
  newTitle: () => say('newPurchaseOrder'),
  roles: ['buyer', 'planner'],
  enter: NewPurchaseOrder,
  orderTitle: () => say('purchaseOrder'),
  partnerTitle: () => say('supplier'),
  doneTitle: () => say('received'),
};

const sales: Kind = {
  method: 'Order.ListSalesOrders',
  field: 'sales_orders',
  order: 'sales_order',
  page: 'sales-order',
  partner: 'customer',
  title: () => sayOffice('salesOrders'),
  newTitle: () => say('newSalesOrder'),
  roles: ['sales', 'planner'],
  enter: NewSalesOrder,
  orderTitle: () => say('salesOrder'),
  partnerTitle: () => say('customer'),
  doneTitle: () => say('shipped'),
};

/** Between plants: a purchase order whose supplier is another plant. */
const transfer: Kind = {
  ...purchase,
  method: 'Order.ListTransferOrders',
  partner: 'source_plant',
  title: () => sayOffice('transferOrders'),
  newTitle: () => say('newTransferOrder'),
  enter: NewTransferOrder,
  orderTitle: () => say('transferOrder'),
  partnerTitle: () => say('sourcePlant'),
};

export const TransferOrders = () => <OrderLines kind={transfer} />;
export const PurchaseOrders = () => <OrderLines kind={purchase} />;
export const SalesOrders = () => <OrderLines kind={sales} />;
