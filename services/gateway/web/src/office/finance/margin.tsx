import { useMemo } from 'preact/hooks';
import { isZero, sum } from '../../base/decimal';
import { go, link } from '../../base/route';
import { language } from '../../base/words';
import type { Column } from '../grid';
import { codeColumn, Money, lineColumn, numberColumn } from '../pages/columns';
import { asked, Card, percentOf, Period, period, type Row, useReport } from './frame';
import { ReportPage } from './report_page';
import { say } from './words';

/** Shipped without a price: what it cost is known, its margin is not. */
const isFree = (row: Row): boolean => !!row['sales_order'] && isZero(row['revenue']);
const marginOf = (row: Row): string | undefined => (isFree(row) ? undefined : row['margin']);

const columns = (): Column<Row>[] => [
  codeColumn(
    'order',
    say('salesOrder'),
    'minmax(120px, 1fr)',
    (row) => row['sales_order'],
    (order) => link('sales-order', { order }),
  ),
  numberColumn('line', say('line'), '60px', (row) => (row['line'] === '0' ? '' : row['line'])),
  codeColumn('customer', say('customer'), 'minmax(100px, 1fr)', (row) => row['customer']),
  codeColumn(
    'item',
    say('item'),
    'minmax(110px, 1fr)',
    (row) => row['item'],
    (item) => link('price-history', { item }),
  ),
  lineColumn('132px', say('kind'), (row) => row['kind']),
  numberColumn('shipped', say('shipped'), '100px', (row) => row['shipped']),
  { ...numberColumn<Row>('revenue', say('revenue'), '130px', (row) => row['revenue'], 'money'), total: true },
  {
    ...numberColumn<Row>('cost', say('costOfSales'), '130px', (row) => row['cost'], 'money'),
    total: true,
    show: (row) => (
      <a
        class="figure-link"
        href={link(
          'ledger',
          row['sales_order'] ? { order: row['sales_order'], item: row['item'] } : { item: row['item'] },
        )}
      >
        <Money text={row['cost']} />
      </a>
    ),
  },
  {
    ...numberColumn<Row>('margin', say('margin'), '130px', marginOf, 'money'),
    total: true,
  },
  {
    ...numberColumn<Row>('pct', say('marginPct'), '96px', (row) => row['margin_pct']),
    show: (row) => (isFree(row) ? <span class="tag warn">{say('unpriced')}</span> : row['margin_pct']),
  },
];

/** What each line of a sales order brought and cost; cost that no line has, by item. */
export function Margin() {
  const got = useReport('margin', { item: asked('item'), ...period() });
  const rows = got.value ?? [];
  const shown = useMemo(columns, [language.value]);
  const [revenue, cost] = [sum(rows.map((row) => row['revenue'])), sum(rows.map((row) => row['cost']))];
  const margin = sum(rows.map(marginOf));
  const free = rows.filter(isFree).length;
  return (
    <ReportPage
      name="margin"
      title={say('margin')}
      got={got}
      rows={rows}
      columns={shown}
      idOf={(row) => [row['sales_order'], row['line'], row['item'], row['kind']].join('|')}
      open={(row) => go('ledger', row['sales_order'] ? { order: row['sales_order'] } : { item: row['item'] })}
      bar={<Period />}
      above={
        rows.length > 0 && (
          <>
            <div class="cards five">
              <Card label={say('revenue')}>
                <Money text={revenue} />
              </Card>
              <Card label={say('costOfSales')}>
                <Money text={cost} />
              </Card>
              <Card label={say('margin')}>
                <Money text={margin} />
              </Card>
              <Card label={say('marginPct')}>
                {isZero(revenue) ? '–' : `${percentOf(margin, revenue)} %`}
              </Card>
            </div>
            {free > 0 && <p class="notice warn">{say('noPrice', { n: free })}</p>}
          </>
        )
      }
    />
  );
}
