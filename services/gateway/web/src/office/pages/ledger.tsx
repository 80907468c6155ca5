import { useMemo } from 'preact/hooks';
import { moment } from '../../base/format';
import { go, link, place } from '../../base/route';
import { language } from '../../base/words';
import type { Column } from '../grid';
import { ListPage } from '../list';
import { may } from '../state';
import { say as sayOffice } from '../words';
import { Chooser } from './chooser';
import { lineColumn, codeColumn, countColumn, dayColumn, numberColumn, textColumn, toCost } from './columns';
import { say } from './words';

interface LedgerRow {
  posted_seq: number;
  document: string;
  kind: string;
  item?: string;
  quantity?: string;
  amount?: string;
  location?: string;
  lot?: string;
  order_id?: string;
  effective_on?: string;
  posted_at?: string;
  posted_by?: string;
  on_hand?: string;
  value?: string;
}

/** Its entries in the journal, for those who may see that. */
const toDocument = (document: string): string =>
  may('finance', 'auditor') ? link('journal', { document }) : '';

const columns = (): Column<LedgerRow>[] => [
  countColumn('seq', say('seq'), '70px', (row) => row.posted_seq),
  dayColumn('date', say('date'), '108px', (row) => row.effective_on),
  lineColumn('132px', say('kind'), (row) => row.kind),
  codeColumn('document', say('document'), '120px', (row) => row.document, toDocument),
  codeColumn('item', say('item'), 'minmax(110px, 1fr)', (row) => row.item),
  numberColumn('quantity', say('quantity'), '100px', (row) => row.quantity),
  { ...numberColumn<LedgerRow>('amount', say('amount'), '120px', (row) => row.amount, 'money'), total: true },
  codeColumn('order', say('orderOf'), '110px', (row) => row.order_id, toCost),
  codeColumn('lot', say('lot'), '100px', (row) => row.lot),
  numberColumn('on_hand', say('onHandAfter'), '120px', (row) => row.on_hand),
  numberColumn('value', say('valueAfter'), '120px', (row) => row.value, 'money'),
  textColumn('by', say('by'), '100px', (row) => row.posted_by),
  {
    ...textColumn<LedgerRow>('at', say('at'), '172px', (row) => row.posted_at),
    show: (row) => moment(row.posted_at),
  },
];

export function Ledger() {
  const shown = useMemo(columns, [language.value]);
  const { query } = place.value;
  const item = query.get('item') ?? '';
  const order = query.get('order') ?? '';
  return (
    <ListPage
      name="ledger"
      title={sayOffice('ledger')}
      sub={[item, order].filter(Boolean).join(' · ')}
      method="Inventory.ListLedger"
      field="rows"
      body={{ ...(item ? { item } : {}), ...(order ? { order_id: order } : {}) }}
      columns={shown}
      idOf={(row) => String(row.posted_seq)}
      actions={() => (
        <Chooser
          key={item}
          label={say('item')}
          value={item}
          choose={(code) => go('ledger', { item: code, order })}
        />
      )}
    />
  );
}
