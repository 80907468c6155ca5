import { useSignal, type Signal } from '@preact/signals';
import { FormDialog, linesOf, typed, type Field, type Values } from '../form';
import { say } from './words';

/* Entering orders.  Lines are added as needed; an empty line is not sent. */

type Made = (code: string) => void;

interface NewProps {
  made: Made;
  close: () => void;
  /** What stands in it at first: a copy of another order. */
  given?: Values;
}

/** The lines of an order as the fields of a new one; days are to be said anew. */
export function copied(
  partner: Values,
  lines: readonly { item: string; quantity: string; price?: string }[],
): Values {
  const out = { ...partner };
  lines.forEach((line, index) => {
    out[`lines[${index}].item`] = line.item;
    out[`lines[${index}].quantity`] = line.quantity;
    if (line.price) out[`lines[${index}].price`] = line.price;
  });
  return out;
}

export function NewWorkOrder({ made, close, given = {} }: NewProps) {
  const values = useSignal<Values>(given);
  const fields: Field[] = [
    { name: 'item', label: say('item'), kind: 'code', required: true },
    { name: 'quantity', label: say('quantity'), kind: 'number', required: true },
    { name: 'start_on', label: say('start'), kind: 'date' },
    { name: 'due_on', label: say('due'), kind: 'date', required: true },
    { name: 'work_order', label: say('workOrder'), kind: 'code' },
  ];
  return (
    <FormDialog
      title={say('newWorkOrder')}
      method="Order.CreateWorkOrder"
      fields={fields}
      values={values}
      body={(now) => typed(now, 'work_order', 'item', 'quantity', 'start_on', 'due_on')}
      done={(reply) => made(String(reply['work_order'] ?? ''))}
      close={close}
    />
  );
}

const lineFields = (count: number, ...names: [string, string, Field['kind']][]): Field[] =>
  Array.from({ length: count }, (_, i) =>
    names.map(([name, label, kind]): Field => ({
      name: `lines[${i}].${name}`,
      label: `${label} ${i + 1}`,
      kind: kind ?? 'text',
      required: i === 0 && name !== 'price',
    })),
  ).flat();

const lineCount = (values: Values): number =>
  Object.keys(values).filter((name) => /^lines\[\d+\]\.item$/.test(name)).length;

const addLine = (values: Signal<Values>): void => {
  values.value = { ...values.value, [`lines[${lineCount(values.value)}].item`]: '' };
};

interface Kind {
  title: string;
  method: string;
  order: string;
  orderLabel: string;
  partner: string;
  partnerLabel: string;
  priced: boolean;
}

function NewOrder({ kind, made, close, given }: NewProps & { kind: Kind }) {
  const values = useSignal<Values>(given ?? { 'lines[0].item': '' });
  const names: [string, string, Field['kind']][] = [
    ['item', say('item'), 'code'],
    ['quantity', say('quantity'), 'number'],
    ...(kind.priced ? ([['price', say('price'), 'number']] as [string, string, Field['kind']][]) : []),
    ['due_on', say('due'), 'date'],
  ];
  const fields: Field[] = [
    { name: kind.partner, label: kind.partnerLabel, kind: 'code', required: true },
    { name: kind.order, label: kind.orderLabel, kind: 'code' },
    ...lineFields(lineCount(values.value), ...names),
  ];
  return (
    <FormDialog
      title={kind.title}
      method={kind.method}
      fields={fields}
      values={values}
      body={(now) => ({
        ...typed(now, kind.partner, kind.order),
        lines: linesOf(now, ...names.map((one) => one[0])),
      })}
      done={(reply) => made(String(reply[kind.order] ?? ''))}
      close={close}
    >
      <button type="button" class="button plain" onClick={() => addLine(values)}>
        + {say('addLine')}
      </button>
    </FormDialog>
  );
}

export const NewPurchaseOrder = (props: NewProps) => (
  <NewOrder
    {...props}
    kind={{
      title: say('newPurchaseOrder'),
      method: 'Order.CreatePurchaseOrder',
      order: 'purchase_order',
      orderLabel: say('purchaseOrder'),
      partner: 'supplier',
      partnerLabel: say('supplier'),
      priced: true,
    }}
  />
);

export const NewSalesOrder = (props: NewProps) => (
  <NewOrder
    {...props}
    kind={{
      title: say('newSalesOrder'),
      method: 'Order.CreateSalesOrder',
      order: 'sales_order',
      orderLabel: say('salesOrder'),
      partner: 'customer',
      partnerLabel: say('customer'),
      priced: false,
    }}
  />
);

export const NewTransferOrder = (props: NewProps) => (
  <NewOrder
    {...props}
    kind={{
      title: say('newTransferOrder'),
      method: 'Order.CreateTransferOrder',
      order: 'transfer_order',
      orderLabel: say('transferOrder'),
      partner: 'source_plant',
      partnerLabel: say('sourcePlant'),
      priced: false,
    }}
  />
);
