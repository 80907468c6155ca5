import { useEffect, useMemo } from 'preact/hooks';
import { call } from '../../base/api';
import type { Decimal } from '../../base/decimal';
import { plusDays } from '../../base/format';
import { resource } from '../../base/resource';
import { go, link } from '../../base/route';
import { language } from '../../base/words';
import { Chart, type Level } from '../chart';
import type { Column } from '../grid';
import { Head } from '../list';
import { plant } from '../state';
import { Chooser } from '../pages/chooser';
import { ItemChoice } from '../pages/items';
import { codeColumn, dayColumn, lineColumn, numberColumn, toCost } from '../pages/columns';
import { today } from '../live';
import { asked, Period, period, type Row, useReport } from './frame';
import { ReportPage } from './report_page';
import { say } from './words';

const toOrder = (row: Row): string =>
  row['kind'] === 'receipt' || row['kind'] === 'settlement'
    ? toCost(row['order_id']!)
    : link('purchase-order', { order: row['order_id'] });

const columns = (): Column<Row>[] => [
  dayColumn('day', say('day'), '104px', (row) => row['effective_on']),
  lineColumn('156px', say('kind'), (row) => row['kind']),
  codeColumn(
    'document',
    say('document'),
    '120px',
    (row) => row['document'],
    (document) => link('journal', { document }),
  ),
  {
    ...codeColumn<Row>('order', say('order'), 'minmax(110px, 1fr)', (row) => row['order_id']),
    show: (row) =>
      row['order_id'] && (
        <a class="code" href={toOrder(row)}>
          {row['order_id']}
        </a>
      ),
  },
  codeColumn('supplier', say('supplier'), 'minmax(100px, 1fr)', (row) => row['supplier']),
  numberColumn('quantity', say('quantity'), '110px', (row) => row['quantity']),
  { ...numberColumn<Row>('amount', say('amount'), '120px', (row) => row['amount'], 'money'), total: true },
  numberColumn('price', say('unitPrice'), '120px', (row) => row['unit_price'], 'money'),
  numberColumn('after', say('unitAfter'), '130px', (row) => row['unit_cost_after'], 'money'),
];

interface Version {
  cost_version: string;
  state: string;
  effective_on?: string;
}

interface Standard {
  day: string;
  cost: Decimal;
}

/** What each released version made the item's standard, and from which day on. */
async function readStandards(item: string): Promise<Standard[]> {
  const list = await call<{ versions?: Version[] }>(plant.value, 'Cost.ListCostVersions', { limit: 100 });
  const released = (list.versions ?? []).filter(
    (one) => one.effective_on && ['released', 'reverted'].includes(one.state),
  );
  const costs = await Promise.all(
    released.map((one) =>
      call<{ costs?: { total?: Decimal }[] }>(plant.value, 'Cost.ListVersionCosts', {
        cost_version: one.cost_version,
        item,
      }),
    ),
  );
  const known = released
    .flatMap((one, at) => {
      const total = costs[at]!.costs?.[0]?.total;
      return total ? [{ day: one.effective_on!, cost: total }] : [];
    })
    .sort((a, b) => (a.day < b.day ? -1 : 1));
  if (known.length > 0) return known;
  /* no version has made it: what stands with the item, as of its first day here */
  const { item: own } = await call<{ item?: { valuation?: string; unit_cost?: Decimal } }>(
    plant.value,
    'Bom.GetItem',
    {
      item,
    },
  );
  return own?.unit_cost && (own.valuation ?? 'standard') === 'standard'
    ? [{ day: '', cost: own.unit_cost }]
    : [];
}

const PAID = ['purchase_receipt', 'supplier_return'];

/** Each curve keeps its last value until it has another. */
function curves(newest: readonly Row[], standards: readonly Standard[]): { days: string[]; levels: Level[] } {
  const rows = [...newest].reverse();
  const days = [
    ...new Set([
      ...rows.map((row) => row['effective_on']!),
      ...standards.map((one) => one.day).filter(Boolean),
      today(),
    ]),
  ].sort();
  if (days.length === 1) days.push(plusDays(days[0]!, 1)); /* a curve needs two */
  const kept = (pick: (day: string) => Decimal | undefined): (Decimal | undefined)[] => {
    let last: Decimal | undefined;
    return days.map((day) => (last = pick(day) ?? last));
  };
  const last = (name: string, has: (row: Row) => boolean) => {
    const of = new Map(
      rows.filter((row) => has(row) && row[name]).map((row) => [row['effective_on'], row[name]]),
    );
    return kept((day) => of.get(day));
  };
  const standard = new Map(standards.map((one) => [one.day, one.cost]));
  const all: Level[] = [
    {
      label: say('purchasePrice'),
      color: '--info',
      values: last('unit_price', (row) => PAID.includes(row['kind']!)),
      kind: 'step',
    },
    {
      label: say('billPrice'),
      color: '--warn',
      values: last('unit_price', (row) => row['kind'] === 'invoice'),
      kind: 'step',
    },
    {
      label: say('averageCost'),
      color: '--accent',
      values: last('unit_cost_after', () => true),
      kind: 'step',
    },
    {
      label: say('standardCost'),
      color: '--bad',
      values: kept((day) => standard.get(day) ?? (day === days[0] ? standard.get('') : undefined)),
      kind: 'line',
    },
  ];
  return { days, levels: all.filter((one) => one.values.some(Boolean)) };
}

const newestFirst = (a: Row, b: Row): number =>
  a['effective_on'] === b['effective_on']
    ? Number(b['posted_seq']) - Number(a['posted_seq'])
    : a['effective_on']! < b['effective_on']!
      ? 1
      : -1;

function History({ item }: { item: string }) {
  const got = useReport('price_history', { item, ...period() });
  const standards = useMemo(() => resource(() => readStandards(item)), [item]);
  useEffect(() => void standards.load(), [standards]);
  const shown = useMemo(columns, [language.value]);
  const rows = useMemo(() => [...(got.value ?? [])].sort(newestFirst), [got.value]);
  const drawn = useMemo(
    () => curves(rows, standards.value.value ?? []),
    [got.value, standards.value.value, language.value],
  );
  return (
    <ReportPage
      name="price-history"
      title={say('history')}
      sub={item}
      got={got}
      rows={rows}
      columns={shown}
      idOf={(row) => `${row['posted_seq']} ${row['amount']}`}
      open={(row) => go('journal', { document: row['document'] })}
      bar={
        <>
          <Chooser
            key={item}
            label={say('item')}
            value={item}
            choose={(code) => go('price-history', { item: code })}
          />
          <a class="button" href={link('roll-up', { item })}>
            {say('rollUp')}
          </a>
        </>
      }
      above={
        <>
          <div class="ask">
            <Period />
          </div>
          {drawn.levels.length > 0 && (
            <section class="panel">
              <Chart days={drawn.days} levels={drawn.levels} label={say('history')} />
            </section>
          )}
        </>
      }
    />
  );
}

export function PriceHistory() {
  const item = asked('item');
  if (item) return <History key={item} item={item} />;
  return (
    <>
      <Head title={say('history')}>
        <Chooser label={say('item')} value="" choose={(code) => go('price-history', { item: code })} />
      </Head>
      <ItemChoice page="price-history" />
    </>
  );
}
