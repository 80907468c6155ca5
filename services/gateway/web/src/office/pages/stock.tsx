import { useMemo } from 'preact/hooks';
import { unitOf } from '../../base/names';
import { printLabel } from '../../base/print';
import { go, link, place } from '../../base/route';
import { language } from '../../base/words';
import type { Column } from '../grid';
import { ListPage } from '../list';
import { PrintButton } from '../print_button';
import { plant } from '../state';
import { say as sayOffice } from '../words';
import { Chooser } from './chooser';
import {
  codeColumn,
  dayColumn,
  nameColumn,
  numberColumn,
  tagColumn,
  textColumn,
  toRequirements,
} from './columns';
import { say } from './words';

interface StockRow {
  item: string;
  location: string;
  lot?: string;
  status: string;
  segment?: string;
  quantity: string;
  expires_on?: string;
}

const columns = (): Column<StockRow>[] => [
  codeColumn('item', say('item'), 'minmax(120px, 1fr)', (row) => row.item, toRequirements),
  nameColumn((row) => row.item),
  codeColumn('location', say('location'), 'minmax(90px, 1fr)', (row) => row.location),
  codeColumn('lot', say('lot'), 'minmax(90px, 1fr)', (row) => row.lot),
  tagColumn('status', say('state'), '100px', (row) => row.status),
  textColumn('segment', say('segment'), '100px', (row) => row.segment),
  dayColumn('expires', say('expires'), '108px', (row) => row.expires_on),
  numberColumn('quantity', say('quantity'), '120px', (row) => row.quantity),
  textColumn('uom', say('uom'), '64px', (row) => unitOf(plant.value, row.item)),
];

export function Stock() {
  const shown = useMemo(columns, [language.value]);
  const item = place.value.query.get('item') ?? '';
  return (
    <ListPage
      name="stock"
      title={sayOffice('stock')}
      method="Inventory.ListStock"
      field="rows"
      body={item ? { item } : {}}
      columns={shown}
      idOf={(row) => [row.item, row.location, row.lot, row.status, row.segment].join('|')}
      actions={() => (
        <>
          <Chooser
            key={item}
            label={say('item')}
            value={item}
            choose={(code) => go('stock', { item: code })}
          />
          {item && (
            <>
              <PrintButton
                text={say('printLabel')}
                job={() => printLabel(plant.value, { kind: 'item', code: item })}
              />
              <a class="button" href={link('ledger', { item })}>
                {say('lines')}
              </a>
              <a class="button" href={link('suggestions', { item })}>
                {sayOffice('suggestions')}
              </a>
            </>
          )}
        </>
      )}
    />
  );
}
