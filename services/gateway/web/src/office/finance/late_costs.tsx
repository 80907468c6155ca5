import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { isZero, sum } from '../../base/decimal';
import { go, link } from '../../base/route';
import { language } from '../../base/words';
import type { Column } from '../grid';
import { Said } from '../list';
import { may } from '../state';
import { codeColumn, dayColumn, numberColumn, textColumn, toCost } from '../pages/columns';
import { Period, period, Press, type Row, useReport } from './frame';
import { ReportPage } from './report_page';
import { say } from './words';

const columns = (): Column<Row>[] => [
  numberColumn('seq', say('seq'), '72px', (row) => row['posted_seq']),
  dayColumn('day', say('day'), '104px', (row) => row['effective_on']),
  codeColumn(
    'document',
    say('document'),
    '120px',
    (row) => row['document'],
    (document) => link('journal', { document }),
  ),
  textColumn('source', say('sourceBill'), 'minmax(140px, 1fr)', (row) => row['source']),
  codeColumn(
    'item',
    say('item'),
    'minmax(110px, 1fr)',
    (row) => row['item'],
    (item) => link('price-history', { item }),
  ),
  codeColumn('order', say('order'), '120px', (row) => row['order_id'], toCost),
  { ...numberColumn<Row>('stock', say('toStock'), '120px', (row) => row['to_stock'], 'money'), total: true },
  { ...numberColumn<Row>('wip', say('toWip'), '120px', (row) => row['to_wip'], 'money'), total: true },
  {
    ...numberColumn<Row>('variance', say('variance'), '120px', (row) => row['to_variance'], 'money'),
    total: true,
  },
  { ...numberColumn<Row>('waiting', say('waiting'), '120px', (row) => row['waiting'], 'money'), total: true },
];

/** What came after the pieces had gone: where it was moved to, and what still waits to be followed. */
export function LateCosts() {
  const said = useSignal('');
  const got = useReport('late_costs', period());
  const rows = got.value ?? [];
  const shown = useMemo(columns, [language.value]);
  const waiting =
    !isZero(sum(rows.map((row) => row['waiting']))) || rows.some((row) => !isZero(row['waiting']));
  return (
    <ReportPage
      name="late-costs"
      title={say('lateCosts')}
      got={got}
      rows={rows}
      columns={shown}
      empty={say('noLate')}
      idOf={(row) => `${row['posted_seq']} ${row['document']}`}
      open={(row) => row['document'] && go('journal', { document: row['document'] })}
      bar={
        <>
          <Period />
          {waiting && may('finance') && (
            <Press
              text={say('follow')}
              method="Cost.PostLateCosts"
              main
              done={() => {
                said.value = say('followed');
                got.load();
              }}
            />
          )}
        </>
      }
      above={<Said text={said.value} />}
    />
  );
}
