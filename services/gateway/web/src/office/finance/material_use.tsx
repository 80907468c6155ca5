import { useMemo } from 'preact/hooks';
import type { Decimal } from '../../base/decimal';
import { plusDays } from '../../base/format';
import { go } from '../../base/route';
import { language } from '../../base/words';
import type { Column } from '../grid';
import { useList } from '../list';
import { codeColumn, dayColumn, nameColumn, numberColumn, toCost, toStock } from '../pages/columns';
import { asked, Period, turned } from './frame';
import { Over } from './order_cost';
import { ReportPage } from './report_page';
import { say } from './words';

interface Use {
  work_order?: string;
  product?: string;
  month_on?: string;
  component: string;
  theoretical_quantity?: Decimal;
  actual_quantity?: Decimal;
  difference_quantity?: Decimal;
  utilisation_pct?: Decimal;
  actual_cost?: Decimal;
}

const columnsOf = (by: string): Column<Use>[] => [
  ...(by === 'order'
    ? [codeColumn<Use>('order', say('workOrder'), '130px', (row) => row.work_order, toCost)]
    : []),
  ...(by === 'period' ? [dayColumn<Use>('month', say('month'), '110px', (row) => row.month_on)] : []),
  ...(by === 'period'
    ? []
    : [codeColumn<Use>('product', say('productOf'), 'minmax(110px, 1fr)', (row) => row.product)]),
  codeColumn('component', say('component'), 'minmax(110px, 1fr)', (row) => row.component, toStock),
  nameColumn((row) => row.component),
  numberColumn('theoretical', say('theoretical'), '120px', (row) => row.theoretical_quantity),
  numberColumn('actual', say('actual'), '120px', (row) => row.actual_quantity),
  {
    ...numberColumn<Use>('difference', say('difference'), '120px', (row) => row.difference_quantity),
    show: (row) => <Over text={row.difference_quantity} />,
  },
  numberColumn('utilisation', say('utilisation'), '110px', (row) => row.utilisation_pct),
  { ...numberColumn<Use>('cost', say('amount'), '150px', (row) => row.actual_cost, 'money'), total: true },
];

/** What orders should have used for what was received, and what they used. */
export function MaterialUse() {
  const by = asked('by') || 'order';
  const [from, to] = [asked('from'), asked('to')];
  const got = useList<Use>('Cost.ListMaterialUse', 'rows', {
    by,
    limit: 500,
    ...(from ? { from_on: from } : {}),
    ...(to ? { to_on: plusDays(to, 1) } : {}),
  });
  const shown = useMemo(() => columnsOf(by), [by, language.value]);
  const ways: [string, string][] = [
    ['order', say('byOrder')],
    ['product', say('byItem')],
    ['period', say('byMonth')],
  ];
  return (
    <ReportPage
      name="material-use"
      title={say('materialUse')}
      got={{ ...got, value: got.rows }}
      rows={got.rows}
      columns={shown}
      idOf={(row) => [row.work_order, row.product, row.month_on, row.component].join('|')}
      open={(row) => (row.work_order ? go('order-cost', { order: row.work_order, way: 'lines' }) : undefined)}
      above={
        <div class="ask">
          <span class="choices" role="group">
            {ways.map(([key, title]) => (
              <a
                key={key}
                class={key === by ? 'button on' : 'button'}
                href={turned({ by: key === 'order' ? '' : key })}
              >
                {title}
              </a>
            ))}
          </span>
          <Period />
        </div>
      }
    />
  );
}
