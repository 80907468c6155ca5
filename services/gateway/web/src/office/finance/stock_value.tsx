import { useMemo } from 'preact/hooks';
import { compare, sum, type Decimal } from '../../base/decimal';
import { number, plusDays } from '../../base/format';
import { link } from '../../base/route';
import { language } from '../../base/words';
import { Chart, type Level } from '../chart';
import { Grid, type Column } from '../grid';
import { Failure, Head } from '../list';
import { say as sayOffice } from '../words';
import { codeColumn, countColumn, Money, numberColumn, textColumn } from '../pages/columns';
import {
  Agrees,
  asked,
  DayPick,
  less,
  percentOf,
  scaled,
  Tabs,
  turn,
  turned,
  useReport,
  type Row,
} from './frame';
import { today } from '../live';
import { say } from './words';

interface Item {
  item: string;
  name: string;
  class: string;
  quantity: Decimal;
  value: Decimal;
}

interface Class {
  class: string;
  items: number;
  value: Decimal;
  share: Decimal;
}

const itemColumns = (): Column<Item>[] => [
  codeColumn(
    'item',
    say('item'),
    'minmax(120px, 1fr)',
    (row) => row.item,
    (item) => link('price-history', { item }),
  ),
  textColumn('name', say('name'), 'minmax(160px, 2fr)', (row) => row.name),
  textColumn('class', say('class'), '120px', (row) => row.class),
  numberColumn('quantity', say('quantity'), '120px', (row) => row.quantity),
  numberColumn('unit', say('unitCost'), '120px', (row) => scaled(row.value, '1', row.quantity, 6), 'money'),
  {
    ...numberColumn<Item>('value', say('value'), '140px', (row) => row.value, 'money'),
    total: true,
    show: (row) => (
      <a class="figure-link" href={link('ledger', { item: row.item })}>
        <Money text={row.value} />
      </a>
    ),
  },
];

const classColumns = (): Column<Class>[] => [
  textColumn('class', say('class'), 'minmax(140px, 1fr)', (row) => row.class || say('noClass')),
  countColumn('items', say('itemCount'), '100px', (row) => row.items),
  { ...numberColumn<Class>('value', say('value'), '160px', (row) => row.value, 'money'), total: true },
  {
    ...numberColumn<Class>('share', say('shareOf'), 'minmax(140px, 1fr)', (row) => row.share),
    show: (row) => (
      <span class="share">
        <i style={{ width: `${Math.max(0, Math.min(100, Number(row.share)))}%` }} />
        <span>{row.share} %</span>
      </span>
    ),
  },
];

function byClass(items: readonly Item[], total: Decimal): Class[] {
  const groups = new Map<string, Decimal[]>();
  for (const one of items) groups.set(one.class, [...(groups.get(one.class) ?? []), one.value]);
  return [...groups]
    .map(([name, values]) => {
      const value = sum(values);
      return { class: name, items: values.length, value, share: percentOf(value, total) ?? '0' };
    })
    .sort((a, b) => compare(b.value, a.value));
}

/** Steps of days that changed the value, from the first day shown to the last. */
function curveOf(rows: readonly Row[], to: string): { days: string[]; levels: Level[] } {
  const days = rows.map((row) => row['day']!);
  const values: Decimal[] = rows.map((row) => row['value']!);
  if (days.length > 0) {
    /* what it was before the first change that is shown */
    days.unshift(plusDays(days[0]!, -1));
    values.unshift(less(values[0], rows[0]!['change']));
  }
  if (days.length > 0 && days.at(-1)! < to) {
    days.push(to);
    values.push(values.at(-1)!);
  }
  return { days, levels: [{ label: say('stockValue'), color: '--accent', values, kind: 'step' }] };
}

function Curve({ item, to, total }: { item: string; to: string; total: Decimal | undefined }) {
  const got = useReport('stock_curve', { item, to_on: to });
  const drawn = useMemo(() => curveOf(got.value ?? [], to || today()), [got.value, to, language.value]);
  const last = got.value?.at(-1)?.['value'];
  return (
    <section class="panel">
      <h2 class="with-act">
        {say('curve')}
        {item && <span class="code">{item}</span>}
      </h2>
      {got.error && <Failure error={got.error} again={got.load} />}
      {got.value && got.value.length > 0 && (
        <>
          <Chart days={drawn.days} levels={drawn.levels} label={say('curve')} />
          {total && last && less(total, last) !== '0' && (
            <p class="notice bad">
              {say('differs', { account: say('curve'), by: number(less(total, last), 2) })}
            </p>
          )}
        </>
      )}
      {got.value?.length === 0 && <p class="soft body">{sayOffice('nothing')}</p>}
    </section>
  );
}

/** What stock was worth at the end of a day: by class, by item, over time, and as the journal has it. */
export function StockValue() {
  const to = asked('to');
  const within = asked('class');
  const got = useReport('stock_value', { to_on: to });
  const items = (got.value ?? []) as unknown as Item[];
  const total = sum(items.map((one) => one.value));
  const classes = useMemo(() => byClass(items, total), [got.value]);
  const shown = useMemo(itemColumns, [language.value]);
  const shownClasses = useMemo(classColumns, [language.value]);
  const way = asked('way');
  return (
    <>
      <Head title={say('stockValue')} {...(got.value ? { sub: number(total, 2) } : {})}>
        {got.value && <Agrees purpose="stock" figure={total} to={to} />}
        <DayPick label={say('asOf')} name="to" />
        <a class={to ? 'button' : 'button on'} href={turned({ to: '' })}>
          {say('now')}
        </a>
      </Head>
      {got.error && <Failure error={got.error} again={got.load} />}
      {!got.error && <Curve item="" to={to} total={got.value && total} />}
      <Tabs
        label={say('stockValue')}
        of={[
          ['items', say('items')],
          ['classes', say('classes')],
        ]}
      />
      {way === 'classes' ? (
        <Grid
          name="stock-classes"
          title={say('stockValue')}
          columns={shownClasses}
          rows={classes}
          loading={got.loading}
          idOf={(row) => row.class}
          open={(row) => turn({ way: '', class: row.class })}
        />
      ) : (
        <Grid
          name="stock-value"
          title={say('stockValue')}
          columns={shown}
          rows={items}
          loading={got.loading}
          {...(got.error ? {} : { empty: say('noStock') })}
          idOf={(row) => row.item}
          open={(row) => turn({ item: row.item })}
          {...(within ? { keep: (row: Item) => row.class === within } : {})}
        >
          {within && (
            <a class="tag" href={turned({ class: '' })}>
              {within} ×
            </a>
          )}
        </Grid>
      )}
      {asked('item') && <Curve key={asked('item')} item={asked('item')} to={to} total={undefined} />}
    </>
  );
}
