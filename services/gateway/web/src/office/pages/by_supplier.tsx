import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError, call } from '../../base/api';
import { compare, isZero, minus, sum, times, type Decimal } from '../../base/decimal';
import { day, number, plusDays } from '../../base/format';
import { Name } from '../../base/names';
import { newKey } from '../../base/key';
import { resource } from '../../base/resource';
import { link } from '../../base/route';
import { saying } from '../../base/words';
import { Failure, useList } from '../list';
import { facts, planState } from '../live';
import { may, plant } from '../state';
import { say as sayOffice } from '../words';
import { acceptPlanned } from './accepted';
import { Money, toRequirements } from './columns';
import { valuesOf, type MasterRow } from './master_row';
import type { PlannedOrder } from './suggestions';
import { say as sayPage } from './words';

/*
 * What is to be bought, a purchase order a supplier: each line with what the supplier asks of a
 * quantity (least, multiple) and what its next price break would bring.  A group is accepted as a
 * whole by one command, whose key stays the same for as long as its lines do.
 */
const say = saying({
  within: ['下单期限', 'To be ordered within'],
  days: ['{n} 天', '{n} days'],
  always: ['全部', 'all of the plan'],
  lines: ['{n} 行', '{n} {n|line|lines}'],
  total: ['合计', 'Total'],
  accept: ['生成采购订单', 'Make the purchase order'],
  made: ['已生成采购订单 {code}', 'Purchase order {code} is made'],
  least: ['最小量', 'Least'],
  multiple: ['倍数', 'Multiple'],
  break: ['下一价格档', 'Next price break'],
  breakHow: [
    '满 {from} 单价 {price}，再加 {more}，总价 {sign}{extra}',
    'from {from} at {price}: {more} more, {sign}{extra} in all',
  ],
  noBreak: ['已是最低价', 'lowest price'],
  none: ['此期限内没有采购建议', 'Nothing is to be ordered in that time'],
  noSupplier: ['没有供应商', 'No supplier'],
} as const);

interface Price {
  supplier: string;
  price?: Decimal;
  from: Decimal;
  least?: Decimal;
  multiple?: Decimal;
}

const AT_ONCE = 6;

/** What suppliers ask for an item now. */
async function pricesOf(item: string, today: string): Promise<Price[]> {
  const reply = await call<{ rows?: MasterRow[] }>(plant.value, 'Bom.ListMaster', {
    file: 'suppliers.csv',
    item,
  });
  return (reply.rows ?? [])
    .map((row) => valuesOf(row.cells))
    .filter((row) => (row['valid_from'] || today) <= today && (row['valid_to'] || today) >= today)
    .map((row) => ({
      supplier: row['supplier'] ?? '',
      from: row['price_from_qty'] || '0',
      ...(row['price'] ? { price: row['price'] } : {}),
      ...(row['min_qty'] ? { least: row['min_qty'] } : {}),
      ...(row['multiple'] ? { multiple: row['multiple'] } : {}),
    }))
    .sort((a, b) => compare(a.from, b.from));
}

async function allPrices(items: readonly string[], today: string): Promise<Map<string, Price[]>> {
  const out = new Map<string, Price[]>();
  for (let at = 0; at < items.length; at += AT_ONCE) {
    const some = items.slice(at, at + AT_ONCE);
    const got = await Promise.all(some.map((item) => pricesOf(item, today)));
    some.forEach((item, index) => out.set(item, got[index]!));
  }
  return out;
}

const boughtOf = (row: PlannedOrder): Decimal => row.purchase_quantity ?? row.quantity;
const valueOf = (row: PlannedOrder): Decimal => times(boughtOf(row), row.price);

function Break({ row, prices }: { row: PlannedOrder; prices: readonly Price[] }) {
  const next = prices.find(
    (one) => compare(one.from, boughtOf(row)) > 0 && compare(one.price, row.price) < 0,
  );
  if (!next) return <span class="soft">{prices.length > 0 && row.price ? say('noBreak') : ''}</span>;
  const extra = minus(times(next.from, next.price), valueOf(row));
  return (
    <>
      {say('breakHow', {
        from: number(next.from),
        price: number(next.price),
        more: number(minus(next.from, boughtOf(row))),
        sign: compare(extra, '0') < 0 ? '−' : '+',
        extra: number(extra.replace('-', '')),
      })}
    </>
  );
}

interface GroupProps {
  supplier: string;
  rows: readonly PlannedOrder[];
  done: (order: string) => void;
}

function Group({ supplier, rows, done }: GroupProps) {
  const left = useSignal<ReadonlySet<string>>(new Set());
  const open = useSignal(false);
  const busy = useSignal(false);
  const failed = useSignal<ApiError | undefined>(undefined);
  const today = planState.value?.plan_start_on ?? '';
  const items = [...new Set(rows.map((row) => row.item))].sort();
  const prices = useMemo(() => resource(() => allPrices(items, today)), [items.join('\n'), today]);
  useEffect(() => {
    if (open.value) void prices.load();
  }, [open.value, prices]);

  const chosen = rows.filter((row) => !left.value.has(row.planned_order_id));
  const orders = chosen.map(({ planned_order_id, quantity, due_on }) => ({
    planned_order_id,
    quantity,
    due_on,
  }));
  const key = useMemo(newKey, [JSON.stringify(orders)]);

  function toggle(id: string): void {
    const next = new Set(left.value);
    if (!next.delete(id)) next.add(id);
    left.value = next;
  }

  async function accept(): Promise<void> {
    busy.value = true;
    failed.value = undefined;
    try {
      const made = await acceptPlanned(orders, key);
      done(made[0]?.order_id ?? '');
    } catch (cause) {
      failed.value = cause instanceof ApiError ? cause : new ApiError('PAGE', String(cause), '', -1, '');
    } finally {
      busy.value = false;
    }
  }

  return (
    <section class="panel wide group">
      <div class="head">
        <button class="button plain" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
          {open.value ? '▾' : '▸'} <b>{supplier || say('noSupplier')}</b>
        </button>
        <span class="soft">{say('lines', { n: chosen.length })}</span>
        <span>
          {say('total')} <Money text={sum(chosen.map(valueOf))} />
        </span>
        <div class="do">
          {may('buyer', 'planner') && (
            <button
              class="button main"
              disabled={busy.value || chosen.length === 0}
              onClick={() => void accept()}
            >
              {say('accept')}
            </button>
          )}
        </div>
      </div>
      {failed.value && <Failure error={failed.value} again={() => void accept()} />}
      {open.value && (
        <table class="plain-table">
          <thead>
            <tr>
              <th />
              <th>{sayPage('item')}</th>
              <th class="num">{sayPage('purchaseQuantity')}</th>
              <th class="num">{sayPage('price')}</th>
              <th class="num">{sayPage('value')}</th>
              <th>{sayPage('orderBy')}</th>
              <th>{sayPage('due')}</th>
              <th class="num">{say('least')}</th>
              <th class="num">{say('multiple')}</th>
              <th>{say('break')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const asked = (prices.value.value?.get(row.item) ?? []).filter(
                (one) => one.supplier === row.supplier,
              );
              return (
                <tr key={row.planned_order_id}>
                  <td>
                    <input
                      type="checkbox"
                      aria-label={`${row.item} ${row.due_on ?? ''}`}
                      checked={!left.value.has(row.planned_order_id)}
                      onChange={() => toggle(row.planned_order_id)}
                    />
                  </td>
                  <td class="code">
                    <a href={toRequirements(row.item)}>{row.item}</a>{' '}
                    <Name plant={plant.value} item={row.item} />
                  </td>
                  <td class="num">
                    {number(boughtOf(row))} <span class="soft">{row.purchase_uom}</span>
                  </td>
                  <td class="num">
                    <Money text={row.price} />
                  </td>
                  <td class="num">{!isZero(valueOf(row)) && <Money text={valueOf(row)} />}</td>
                  <td>{day(row.order_by_on)}</td>
                  <td>{day(row.due_on)}</td>
                  <td class="num">{number(asked[0]?.least)}</td>
                  <td class="num">{number(asked[0]?.multiple)}</td>
                  <td>{prices.loading.value ? '…' : <Break row={row} prices={asked} />}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}

const WINDOWS = [7, 30, 0] as const;
const BUY = { type: 'buy' };

export function BySupplier() {
  const within = useSignal<number>(WINDOWS[0]);
  const said = useSignal('');
  const loaded = useList<PlannedOrder>('Mrp.ListPlannedOrders', 'planned_orders', BUY);
  const today = planState.value?.plan_start_on ?? '';
  const last = within.value && today ? plusDays(today, within.value) : '9999-12-31';
  const groups = new Map<string, PlannedOrder[]>();
  for (const row of loaded.rows)
    if ((row.order_by_on ?? '') <= last)
      groups.set(row.supplier ?? '', [...(groups.get(row.supplier ?? '') ?? []), row]);
  return (
    <>
      {loaded.error && <Failure error={loaded.error} again={loaded.load} />}
      <label class="row-of">
        {say('within')}
        <select
          class="input"
          value={within.value}
          onChange={(event) => (within.value = Number(event.currentTarget.value))}
        >
          {WINDOWS.map((one) => (
            <option key={one} value={one}>
              {one ? say('days', { n: one }) : say('always')}
            </option>
          ))}
        </select>
      </label>
      {said.value && (
        <p class="notice good" role="status">
          <a class="code" href={link('purchase-order', { order: said.value })}>
            {say('made', { code: said.value })}
          </a>
        </p>
      )}
      {groups.size === 0 && <p class="soft">{loaded.loading ? sayOffice('loading') : say('none')}</p>}
      {[...groups].sort().map(([supplier, rows]) => (
        <Group
          key={supplier}
          supplier={supplier}
          rows={rows}
          done={(order) => {
            said.value = order;
            facts.value++;
          }}
        />
      ))}
    </>
  );
}
