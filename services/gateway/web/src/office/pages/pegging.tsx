import { useMemo } from 'preact/hooks';
import { go, place } from '../../base/route';
import { language } from '../../base/words';
import type { Column } from '../grid';
import { ListPage } from '../list';
import { say as sayOffice } from '../words';
import { Chooser } from './chooser';
import {
  codeColumn,
  countColumn,
  dayColumn,
  numberColumn,
  tagColumn,
  textColumn,
  toRequirements,
} from './columns';
import { say } from './words';

interface Peg {
  item: string;
  level?: number;
  supply_kind: string;
  due_on?: string;
  supply?: string;
  reference?: string;
  for_item?: string;
  for_on?: string;
  quantity?: string;
  top_reference?: string;
  top_item?: string;
  customer?: string;
}

const columns = (): Column<Peg>[] => [
  countColumn('level', say('level'), '70px', (row) => row.level),
  codeColumn('item', say('item'), 'minmax(120px, 1fr)', (row) => row.item, toRequirements),
  tagColumn('supply', say('supply'), '110px', (row) => row.supply_kind),
  codeColumn('reference', say('reference'), 'minmax(100px, 1fr)', (row) => row.reference),
  dayColumn('due', say('due'), '108px', (row) => row.due_on),
  numberColumn('quantity', say('quantity'), '110px', (row) => row.quantity),
  codeColumn('for', say('forItem'), 'minmax(120px, 1fr)', (row) => row.for_item, toRequirements),
  dayColumn('for_on', say('need'), '108px', (row) => row.for_on),
  codeColumn(
    'top',
    say('topReference'),
    'minmax(120px, 1fr)',
    (row) => row.top_reference,
    (order) => `#/pegging?order=${encodeURIComponent(order)}`,
  ),
  textColumn('customer', say('customer'), 'minmax(90px, 1fr)', (row) => row.customer),
];

/** Up: what an item's supply is for.  Down: all that an order waits for. */
export function Pegging() {
  const shown = useMemo(columns, [language.value]);
  const { query } = place.value;
  const item = query.get('item') ?? '';
  const order = query.get('order') ?? '';
  const chooser = (
    <>
      <Chooser
        key={'i' + item}
        label={say('item')}
        value={item}
        choose={(code) => go('pegging', { item: code })}
      />
      <Chooser
        key={'o' + order}
        label={say('topReference')}
        value={order}
        choose={(code) => go('pegging', { order: code })}
      />
    </>
  );
  if (!item && !order)
    return (
      <div class="head">
        <h1>{sayOffice('pegging')}</h1>
        <div class="do">{chooser}</div>
      </div>
    );
  return (
    <ListPage
      key={item + order}
      name="pegging"
      title={sayOffice('pegging')}
      sub={item || order}
      method="Mrp.ListPegging"
      field="pegs"
      body={item ? { item } : { top_reference: order }}
      columns={shown}
      idOf={(row) =>
        [
          row.item,
          row.supply_kind,
          row.reference,
          row.due_on,
          row.for_item,
          row.for_on,
          row.top_reference,
          row.quantity,
        ].join('|')
      }
      actions={() => chooser}
    />
  );
}
