import { signal, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { ApiError, command } from '../../base/api';
import { codeWord } from '../../base/codes';
import { compare } from '../../base/decimal';
import { place } from '../../base/route';
import { language } from '../../base/words';
import { Choices } from '../choices';
import { FormDialog, typed, type Values } from '../form';
import type { Column } from '../grid';
import { Head, ListPage, type Loaded } from '../list';
import { facts } from '../live';
import { may, plant } from '../state';
import { say as sayOffice } from '../words';
import { acceptPlanned, OrdersMade, type Accepted } from './accepted';
import { BySupplier } from './by_supplier';
import {
  codeColumn,
  countColumn,
  dayColumn,
  nameColumn,
  numberColumn,
  tagColumn,
  textColumn,
  toRequirements,
} from './columns';
import { Explain } from './explain';
import { say } from './words';

export interface PlannedOrder {
  planned_order_id: string;
  item: string;
  type: string;
  quantity: string;
  start_on?: string;
  due_on?: string;
  need_on?: string;
  past_due_days?: number;
  supplier?: string;
  purchase_quantity?: string;
  purchase_uom?: string;
  price?: string;
  order_by_on?: string;
  segment?: string;
  flags?: string;
}

const columns = (): Column<PlannedOrder>[] => [
  tagColumn('type', say('type'), '70px', (row) => row.type),
  codeColumn('item', say('item'), 'minmax(110px, 1fr)', (row) => row.item, toRequirements),
  nameColumn((row) => row.item, 'minmax(130px, 2fr)'),
  numberColumn('quantity', say('quantity'), '84px', (row) => row.quantity),
  dayColumn('order_by', say('orderBy'), '104px', (row) => row.order_by_on),
  dayColumn('start', say('start'), '104px', (row) => row.start_on),
  dayColumn('due', say('due'), '104px', (row) => row.due_on),
  dayColumn('need', say('need'), '104px', (row) => row.need_on),
  {
    ...countColumn<PlannedOrder>('late', say('late'), '86px', (row) => row.past_due_days || undefined),
    show: (row) => (row.past_due_days ? <span class="tag bad">{row.past_due_days}</span> : ''),
  },
  textColumn('supplier', say('supplier'), 'minmax(80px, 1fr)', (row) => row.supplier),
  {
    ...numberColumn<PlannedOrder>('buy', say('purchaseQuantity'), '104px', (row) => row.purchase_quantity),
    text: (row) => (row.purchase_quantity ? `${row.purchase_quantity} ${row.purchase_uom ?? ''}` : ''),
    show: (row) => (row.purchase_quantity ? `${row.purchase_quantity} ${row.purchase_uom ?? ''}` : ''),
    order: (a, b) => compare(a.purchase_quantity, b.purchase_quantity),
  },
  numberColumn('price', say('price'), '80px', (row) => row.price, 'money'),
  textColumn('flags', say('flags'), '90px', (row) => row.flags?.split(';').map(codeWord).join(' · ')),
];

/** What has to be begun first. */
const SOONEST = { key: 'start', down: false };

/** A person's choice for as long as the page is open. */
const shownAs = signal<'list' | 'supplier'>('list');

const Choose = () => (
  <Choices
    chosen={shownAs}
    of={[
      ['list', say('asList')],
      ['supplier', say('asSuppliers')],
    ]}
  />
);

/** One list; or what is to be bought, by supplier. */
export function Suggestions() {
  const item = place.value.query.get('item') ?? undefined;
  if (shownAs.value === 'list' || item) return <SuggestionList item={item} />;
  return (
    <>
      <Head title={sayOffice('suggestions')}>
        <Choose />
      </Head>
      <BySupplier />
    </>
  );
}

function SuggestionList({ item }: { item: string | undefined }) {
  const picked = useSignal<ReadonlySet<string>>(new Set());
  const said = useSignal('');
  const made = useSignal<readonly Accepted[]>([]);
  const kind = useSignal('');
  const busy = useSignal(false);
  const opened = useSignal<PlannedOrder | undefined>(undefined);
  const marking = useSignal<'note' | 'reject' | undefined>(undefined);
  const rejecting = useSignal<Loaded<PlannedOrder> | undefined>(undefined);
  const typedIn = useSignal<Values>({});
  const shown = useMemo(columns, [language.value]);
  const body = { ...(kind.value ? { type: kind.value } : {}), ...(item ? { item } : {}) };

  async function accept(loaded: Loaded<PlannedOrder>): Promise<void> {
    const asked = loaded.rows.filter((row) => picked.value.has(row.planned_order_id));
    const orders = asked.map((row) => ({
      planned_order_id: row.planned_order_id,
      quantity: row.quantity,
      due_on: row.due_on,
    }));
    busy.value = true;
    try {
      made.value = await acceptPlanned(orders);
      said.value = '';
      picked.value = new Set();
    } catch (cause) {
      said.value = say('notAccepted', {
        n: asked.length,
        why: cause instanceof ApiError ? cause.message : String(cause),
      });
    } finally {
      busy.value = false;
      loaded.load();
    }
  }

  /** One after the other; the first that is refused ends it, those before it stay rejected. */
  async function rejectAll(loaded: Loaded<PlannedOrder>, reason: string): Promise<void> {
    const asked = loaded.rows.filter((row) => picked.value.has(row.planned_order_id));
    busy.value = true;
    let done = 0;
    try {
      for (const { planned_order_id, quantity, due_on } of asked) {
        await command(plant.value, 'Mrp.RejectPlannedOrder', { planned_order_id, quantity, due_on, reason });
        done++;
      }
      said.value = say('rejected', { n: done });
      picked.value = new Set();
    } catch (cause) {
      said.value = say('notAccepted', {
        n: asked.length - done,
        why: cause instanceof ApiError ? cause.message : String(cause),
      });
    } finally {
      busy.value = false;
      facts.value++;
    }
  }

  const chosen = opened.value;
  return (
    <>
      {said.value && (
        <p class="notice" role="status">
          {said.value}
        </p>
      )}
      <OrdersMade made={made.value} />
      <ListPage
        name="suggestions"
        title={sayOffice('suggestions')}
        {...(item ? { sub: item } : {})}
        method="Mrp.ListPlannedOrders"
        field="planned_orders"
        body={body}
        columns={shown}
        idOf={(row) => row.planned_order_id}
        picked={picked}
        first={SOONEST}
        empty={say('noSuggestions')}
        open={(row) => (opened.value = row)}
        beside={
          chosen && (
            <Explain
              key={chosen.planned_order_id}
              id={chosen.planned_order_id}
              note={() => (marking.value = 'note')}
              reject={() => (marking.value = 'reject')}
            />
          )
        }
        actions={(loaded) => (
          <>
            {!item && <Choose />}
            <select
              class="input"
              aria-label={say('type')}
              value={kind.value}
              onChange={(event) => (kind.value = event.currentTarget.value)}
            >
              <option value="">{say('kinds')}</option>
              {['buy', 'make', 'transfer'].map((one) => (
                <option key={one} value={one}>
                  {codeWord(one)}
                </option>
              ))}
            </select>
            {may('planner', 'buyer') && (
              <button
                class="button"
                disabled={busy.value || picked.value.size === 0}
                onClick={() => (rejecting.value = loaded)}
              >
                {say('rejectPicked')}
              </button>
            )}
            {may('planner', 'buyer') && (
              <button
                class="button main"
                disabled={busy.value || picked.value.size === 0}
                onClick={() => void accept(loaded)}
              >
                {say('accept')}
              </button>
            )}
          </>
        )}
      />
      {chosen && marking.value && (
        <FormDialog
          title={`${say(marking.value === 'note' ? 'noteTitle' : 'rejectTitle')} · ${chosen.item}`}
          method={marking.value === 'note' ? 'Mrp.NotePlannedOrder' : 'Mrp.RejectPlannedOrder'}
          fields={[
            {
              name: marking.value === 'note' ? 'note' : 'reason',
              label: say(marking.value === 'note' ? 'note' : 'reason'),
              required: true,
            },
          ]}
          values={typedIn}
          body={(now) => ({
            planned_order_id: chosen.planned_order_id,
            ...(marking.value === 'reject' ? { quantity: chosen.quantity, due_on: chosen.due_on } : {}),
            ...typed(now, 'note', 'reason'),
          })}
          done={() => {
            typedIn.value = {};
            opened.value = undefined;
            facts.value++;
          }}
          close={() => (marking.value = undefined)}
        />
      )}
      {rejecting.value && (
        <FormDialog
          title={`${say('rejectTitle')} · ${picked.value.size}`}
          method="Mrp.RejectPlannedOrder"
          fields={[{ name: 'reason', label: say('reason'), required: true }]}
          values={typedIn}
          body={(now) => typed(now, 'reason')}
          keep={() => {
            void rejectAll(rejecting.value!, typedIn.value['reason']?.trim() ?? '');
            typedIn.value = {};
          }}
          done={() => undefined}
          close={() => (rejecting.value = undefined)}
        />
      )}
    </>
  );
}
