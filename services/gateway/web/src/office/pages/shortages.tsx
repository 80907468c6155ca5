import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { language } from '../../base/words';
import type { Column } from '../grid';
import { ListPage } from '../list';
import { say as sayOffice } from '../words';
import { codeColumn, dayColumn, numberColumn, textColumn, toStock } from './columns';
import { say } from './words';

export interface Shortage {
  item: string;
  name?: string;
  short_on: string;
  quantity: string;
  on_hand?: string;
}

const columns = (): Column<Shortage>[] => [
  codeColumn('item', say('item'), 'minmax(120px, 1fr)', (row) => row.item, toStock),
  textColumn('name', say('name'), 'minmax(160px, 2fr)', (row) => row.name),
  dayColumn('short_on', say('shortOn'), '108px', (row) => row.short_on),
  numberColumn('missing', say('missing'), '120px', (row) => row.quantity),
  numberColumn('on_hand', say('onHand'), '120px', (row) => row.on_hand),
];

export function Shortages() {
  const days = useSignal(7);
  const shown = useMemo(columns, [language.value]);
  return (
    <ListPage
      name="shortages"
      title={sayOffice('shortages')}
      method="Mrp.ListShortages"
      field="shortages"
      body={{ days: days.value }}
      whole
      columns={shown}
      idOf={(row) => row.item}
      actions={() => (
        <select
          class="input"
          aria-label={say('within')}
          value={days.value}
          onChange={(event) => (days.value = Number(event.currentTarget.value))}
        >
          {[3, 7, 14, 30, 60, 90].map((one) => (
            <option key={one} value={one}>
              {one} {say('within')}
            </option>
          ))}
        </select>
      )}
    />
  );
}
