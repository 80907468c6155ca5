import { useEffect, useMemo } from 'preact/hooks';
import { call, pages } from '../../base/api';
import { day, number } from '../../base/format';
import { Name } from '../../base/names';
import { resource } from '../../base/resource';
import { readFile } from '../folder';
import { Failure } from '../list';
import { plant } from '../state';
import { say as sayOffice } from '../words';
import { Tag, toOrder, toRequirements } from './columns';
import { say } from './words';

/* The orders behind a bar: those at work around that day whose routing has an operation at the work
   centre.  Released ones as the floor knows them, planned ones by the routing of their item. */
interface Behind {
  code: string;
  item: string;
  state: string;
  quantity: string;
  from: string;
  to: string;
}

interface Order {
  work_order?: string;
  planned_order_id?: string;
  item: string;
  state?: string;
  quantity: string;
  start_on?: string;
  due_on?: string;
}

const OPEN = ['firm', 'released', 'in_progress'];

const behindOf = (order: Order): Behind => ({
  code: order.work_order ?? order.planned_order_id ?? '',
  item: order.item,
  state: order.state ?? 'planned',
  quantity: order.quantity,
  from: order.start_on ?? '',
  to: order.due_on ?? '',
});

async function every(method: string, field: string, body: object): Promise<Order[]> {
  const out: Order[] = [];
  await pages<Order>(plant.value, method, body, field, (rows) => out.push(...rows) > 0);
  return out;
}

async function ordersAt(center: string, date: string): Promise<Behind[]> {
  const [routing, planned, ...open] = await Promise.all([
    readFile(plant.value, 'routing.csv'),
    every('Mrp.ListPlannedOrders', 'planned_orders', { type: 'make' }),
    ...OPEN.map((state) =>
      call<{ work_orders?: Order[] }>(plant.value, 'Production.ListWorkOrders', {
        state,
        work_centers: [center],
        limit: 500,
      }).then((reply) => reply.work_orders ?? []),
    ),
  ]);
  const made = new Set(routing.filter((row) => row['work_center'] === center).map((row) => row['item']));
  return [...open.flat(), ...planned.filter((order) => made.has(order.item))]
    .map(behindOf)
    .filter((order) => order.from <= date && order.to >= date)
    .sort((a, b) => (a.from + a.code < b.from + b.code ? -1 : 1));
}

export function LoadBehind({ center, date }: { center: string; date: string }) {
  const got = useMemo(() => resource(() => ordersAt(center, date)), [center, date]);
  useEffect(() => void got.load(), [got]);
  const rows = got.value.value;
  return (
    <aside class="aside" aria-label={say('ordersBehind', { center, day: day(date) })}>
      <h2 class="why-title">{say('ordersBehind', { center, day: day(date) })}</h2>
      {got.error.value && <Failure error={got.error.value} again={() => void got.load()} />}
      {!rows && !got.error.value && <p class="facts soft">{sayOffice('loading')}</p>}
      {rows?.length === 0 && <p class="facts soft">{sayOffice('nothing')}</p>}
      <ul class="behind">
        {(rows ?? []).map((row) => (
          <li key={row.code}>
            <Tag code={row.state} />{' '}
            <a class="code" href={row.state === 'planned' ? toRequirements(row.item) : toOrder(row.code)}>
              {row.state === 'planned' ? row.item : row.code}
            </a>{' '}
            {number(row.quantity)}
            <span class="soft">
              {row.state === 'planned' ? '' : row.item} <Name plant={plant.value} item={row.item} />{' '}
              {day(row.from)} – {day(row.to)}
            </span>
          </li>
        ))}
      </ul>
    </aside>
  );
}
