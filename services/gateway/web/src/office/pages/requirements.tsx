import { useMemo } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiError, call } from '../../base/api';
import { codeWord } from '../../base/codes';
import { decimal, isNegative, micro, type Decimal } from '../../base/decimal';
import { day, number } from '../../base/format';
import { go, link, place } from '../../base/route';
import { language } from '../../base/words';
import { Chart, type Level } from '../chart';
import { Grid, type Column } from '../grid';
import { Failure, Head } from '../list';
import { facts, planState } from '../live';
import { may, plant } from '../state';
import { say as sayOffice } from '../words';
import { Chooser } from './chooser';
import { codeColumn, dayColumn, numberColumn, tagColumn, textColumn, toRequirements } from './columns';
import { acceptPlanned, OrdersMade, type Accepted } from './accepted';
import { ItemChoice } from './items';
import { say } from './words';

interface Element {
  kind: string;
  segment?: string;
  date_on?: string;
  quantity?: Decimal;
  running?: Decimal;
  reference?: string;
  order_kind?: string;
  planned_order_id?: string;
  for_item?: string;
  message?: string;
  proposed_on?: string;
  cause?: string;
  action?: string;
}

interface Reply {
  item: string;
  name?: string;
  type?: string;
  uom?: string;
  safety_stock?: Decimal;
  elements?: Element[];
}

/** Where the order behind an element is looked at. */
const PLACES: Record<string, string> = {
  purchase: 'purchase-order',
  transfer: 'purchase-order',
  work_order: 'work-order',
  firm: 'work-order',
  order: 'sales-order',
  component: 'work-order',
};

/** An order to make that is not released yet stands in the plan as it was accepted. */
const kindOf = (row: Element): string => {
  const kind = row.order_kind ?? row.kind;
  return kind === 'planned' && row.reference ? 'firm' : kind;
};

function placeOf(row: Element): string | undefined {
  if (!row.reference) return row.for_item && toRequirements(row.for_item);
  const page = PLACES[kindOf(row)];
  return page && link(page, { order: row.reference });
}

const referenceOf = (row: Element): string => row.reference ?? row.for_item ?? '';

const columns = (accept: (row: Element) => void): Column<Element>[] => [
  dayColumn('date', say('date'), '108px', (row) => row.date_on),
  tagColumn('kind', say('kind'), '140px', kindOf),
  {
    ...codeColumn<Element>('reference', say('reference'), 'minmax(110px, 1fr)', referenceOf),
    show: (row) => {
      const place = placeOf(row);
      return place ? (
        <a class="code" href={place}>
          {referenceOf(row)}
        </a>
      ) : (
        <span class="code">{referenceOf(row)}</span>
      );
    },
  },
  numberColumn('quantity', say('quantity'), '110px', (row) => row.quantity),
  numberColumn('running', say('running'), '110px', (row) => row.running),
  tagColumn('message', say('message'), '130px', (row) => row.message),
  dayColumn('proposed', say('proposed'), '108px', (row) => row.proposed_on),
  textColumn('action', say('action'), 'minmax(140px, 2fr)', (row) => row.action),
  {
    ...textColumn<Element>('do', '', '90px', () => ''),
    show: (row) =>
      row.planned_order_id &&
      may('planner', 'buyer') && (
        <button class="button small" onClick={() => accept(row)}>
          {say('acceptOne')}
        </button>
      ),
  },
];

/** A row a day: what is there at its end, and what came and went. */
function dayLevels(
  got: Reply,
  today: string,
): { days: string[]; levels: Level[]; short: string | undefined } {
  const byDay = new Map<string, { running: Decimal; came: bigint; went: bigint }>();
  for (const one of got.elements ?? []) {
    const date = one.date_on ?? today;
    const held = byDay.get(date) ?? { running: '0', came: 0n, went: 0n };
    const size = micro(one.quantity) ?? 0n;
    if (one.kind !== 'stock') {
      if (size > 0n) held.came += size;
      else held.went += size;
    }
    held.running = one.running ?? held.running;
    byDay.set(date, held);
  }
  const days = [...byDay.keys()].sort();
  const rows = days.map((date) => byDay.get(date)!);
  const levels: Level[] = [
    { label: say('comes'), color: '--good', kind: 'bar', values: rows.map((row) => decimal(row.came)) },
    { label: say('goes'), color: '--warn', kind: 'bar', values: rows.map((row) => decimal(row.went)) },
    { label: say('projected'), color: '--info', kind: 'step', values: rows.map((row) => row.running) },
    { label: say('safety'), color: '--bad', kind: 'line', values: rows.map(() => got.safety_stock ?? '0') },
  ];
  return { days, levels, short: days.find((date) => isNegative(byDay.get(date)!.running)) };
}

function Picture({ got }: { got: Reply }) {
  const today = planState.value?.plan_start_on ?? '';
  const { days, levels, short } = useMemo(() => dayLevels(got, today), [got, today, language.value]);
  const marks = useMemo(
    () => [
      ...(today ? [{ day: today, color: '--text-soft', label: say('today') }] : []),
      ...(short ? [{ day: short, color: '--bad', label: say('firstShort') }] : []),
    ],
    [today, short, language.value],
  );
  if (days.length === 0) return null;
  const text = short ? say('shortFrom', { day: day(short) }) : say('neverShort');
  return (
    <section class="panel">
      <h2>
        {text} · {say('safety')} {number(got.safety_stock ?? '0')} {got.uom}
      </h2>
      <div class="body">
        <Chart days={days} levels={levels} marks={marks} label={`${got.item}: ${text}`} />
      </div>
    </section>
  );
}

function Item({ item }: { item: string }) {
  const got = useSignal<Reply | undefined>(undefined);
  const error = useSignal<ApiError | undefined>(undefined);
  const said = useSignal('');
  const made = useSignal<readonly Accepted[]>([]);

  /** As it was seen: refused when the plan has moved on. */
  async function accept({ planned_order_id, quantity, date_on }: Element): Promise<void> {
    try {
      made.value = await acceptPlanned([{ planned_order_id, quantity, due_on: date_on }]);
      said.value = '';
    } catch (cause) {
      said.value = cause instanceof ApiError ? cause.message : String(cause);
    }
    load();
  }
  const shown = useMemo(() => columns((row) => void accept(row)), [language.value]);

  function load(): void {
    call<Reply>(plant.value, 'Mrp.GetStockRequirements', { item, language: language.value }).then(
      (reply) => {
        got.value = reply;
        error.value = undefined;
      },
      (cause: unknown) =>
        (error.value = cause instanceof ApiError ? cause : new ApiError('PAGE', String(cause), '', -1, '')),
    );
  }
  useEffect(load, [item, facts.value, language.value, plant.value]);

  if (error.value) return <Failure error={error.value} again={load} />;
  const reply = got.value;
  if (!reply) return <p class="soft">{sayOffice('loading')}</p>;
  return (
    <>
      <p>
        {reply.name} <span class="soft">{codeWord(reply.type)}</span>
      </p>
      {said.value && (
        <p class="notice" role="status">
          {said.value}
        </p>
      )}
      <OrdersMade made={made.value} />
      <Picture got={reply} />
      <Grid
        name="requirements"
        columns={shown}
        rows={reply.elements ?? []}
        idOf={(row) =>
          [
            row.kind,
            row.date_on,
            row.reference,
            row.for_item,
            row.planned_order_id,
            row.running,
            row.segment,
          ].join('|')
        }
        open={(row) => row.planned_order_id && go('suggestions', { item })}
      />
    </>
  );
}

export function Requirements() {
  const item = place.value.query.get('item') ?? '';
  return (
    <>
      <Head title={sayOffice('requirements')} sub={item}>
        <Chooser
          key={item}
          label={say('item')}
          value={item}
          choose={(code) => go('requirements', { item: code })}
        />
        {item && (
          <>
            <a class="button" href={link('stock', { item })}>
              {sayOffice('stock')}
            </a>
            <a class="button" href={link('pegging', { item })}>
              {sayOffice('pegging')}
            </a>
            <a class="button" href={link('suggestions', { item })}>
              {sayOffice('suggestions')}
            </a>
          </>
        )}
      </Head>
      {item ? <Item key={item} item={item} /> : <ItemChoice page="requirements" />}
    </>
  );
}
