import { command } from '../../base/api';
import { link } from '../../base/route';
import { plant } from '../state';
import { toOrder } from './columns';
import { say } from './words';

/* Suggestions become orders: one command for all, an order a supplier; none when one of them changed. */
export interface Wanted {
  planned_order_id: string | undefined;
  quantity: string | undefined;
  due_on: string | undefined;
}

export interface Accepted {
  type?: string;
  order_id: string;
}

export async function acceptPlanned(orders: readonly Wanted[], key?: string): Promise<Accepted[]> {
  const reply = await command<{ orders?: Accepted[] }>(
    plant.value,
    'Order.AcceptPlannedOrders',
    { orders },
    key,
  );
  return [...new Map((reply.orders ?? []).map((one) => [one.order_id, one])).values()];
}

const placeOf = ({ type, order_id }: Accepted): string =>
  type === 'make'
    ? toOrder(order_id)
    : type === 'buy'
      ? link('purchase-order', { order: order_id })
      : link('transfer-orders');

const SHOWN = 8;

/** What became of them, each a way to it. */
export function OrdersMade({ made }: { made: readonly Accepted[] }) {
  if (made.length === 0) return null;
  return (
    <p class="notice good" role="status">
      <span>
        {say('accepted', { n: made.length })}{' '}
        {made.slice(0, SHOWN).map((one) => (
          <>
            <a key={one.order_id} class="code" href={placeOf(one)}>
              {one.order_id}
            </a>{' '}
          </>
        ))}
        {made.length > SHOWN && '…'}
      </span>
    </p>
  );
}
