import { useMemo } from 'preact/hooks';
import { go } from '../../base/route';
import { language } from '../../base/words';
import type { Column } from '../grid';
import { ListPage } from '../list';
import { say as sayOffice } from '../words';
import { codeColumn, numberColumn, tagColumn, toCost, toStock } from './columns';
import { say } from './words';

export interface WipRow {
  work_order: string;
  item: string;
  state: string;
  wip: string;
}

const columns = (): Column<WipRow>[] => [
  codeColumn('work_order', say('workOrder'), 'minmax(140px, 1fr)', (row) => row.work_order, toCost),
  codeColumn('item', say('item'), 'minmax(140px, 1fr)', (row) => row.item, toStock),
  tagColumn('state', say('state'), '120px', (row) => row.state),
  numberColumn('wip', say('wip'), '160px', (row) => row.wip, 'money'),
];

export function Wip() {
  const shown = useMemo(columns, [language.value]);
  return (
    <ListPage
      name="wip"
      title={sayOffice('wip')}
      method="Cost.ListWip"
      field="rows"
      columns={shown}
      idOf={(row) => row.work_order}
      open={(row) => go('order-cost', { order: row.work_order })}
    />
  );
}
