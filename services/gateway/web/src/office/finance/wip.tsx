import { useMemo } from 'preact/hooks';
import { sum, type Decimal } from '../../base/decimal';
import { go, link } from '../../base/route';
import { language } from '../../base/words';
import type { Column } from '../grid';
import { useList } from '../list';
import { may } from '../state';
import { say as sayOffice } from '../words';
import { codeColumn, Money, nameColumn, numberColumn, tagColumn, toCost, toStock } from '../pages/columns';
import { Agrees, asked, DayPick, turned, useReport } from './frame';
import { ReportPage } from './report_page';
import { say } from './words';

export interface WipRow {
  work_order: string;
  item: string;
  state: string;
  wip: Decimal;
}

const columns = (): Column<WipRow>[] => [
  codeColumn('work_order', say('workOrder'), 'minmax(140px, 1fr)', (row) => row.work_order, toCost),
  codeColumn('item', say('item'), 'minmax(110px, 1fr)', (row) => row.item, toStock),
  nameColumn((row) => row.item),
  tagColumn('state', say('state'), '120px', (row) => row.state),
  {
    ...numberColumn<WipRow>('wip', say('wip'), '160px', (row) => row.wip, 'money'),
    total: true,
    show: (row) => (
      <a class="figure-link" href={link('order-cost', { order: row.work_order, way: 'ledger' })}>
        <Money text={row.wip} />
      </a>
    ),
  },
];

/** What is in process now, or at the end of a day; beside it what the journal says. */
export function Wip() {
  const shown = useMemo(columns, [language.value]);
  const day = asked('to');
  const books = may('finance', 'auditor');
  const now = useList<WipRow>('Cost.ListWip', 'rows', { limit: 200 });
  const then = useReport('wip', { to_on: day }, !!day);
  const got = day ? then : { ...now, value: now.rows };
  const rows = day ? ((then.value ?? []) as unknown as WipRow[]) : now.rows;
  return (
    <ReportPage
      name="wip"
      title={sayOffice('wip')}
      got={got}
      rows={rows}
      columns={shown}
      idOf={(row) => row.work_order}
      empty={say('noWip')}
      open={(row) => go('order-cost', { order: row.work_order })}
      bar={
        books && (
          <>
            <DayPick label={say('asOf')} name="to" />
            <a class={day ? 'button' : 'button on'} href={turned({ to: '' })}>
              {say('now')}
            </a>
          </>
        )
      }
    >
      {books && !got.loading && <Agrees purpose="wip" figure={sum(rows.map((row) => row.wip))} to={day} />}
    </ReportPage>
  );
}
