import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { language } from '../../base/words';
import type { Column } from '../grid';
import { ListPage } from '../list';
import { say as sayOffice } from '../words';
import { codeColumn, dayColumn, numberColumn, toRequirements } from './columns';
import { say } from './words';

interface LoadDay {
  work_center: string;
  date_on: string;
  hours?: string;
  planned?: string;
  firm?: string;
  released?: string;
  capacity?: string;
  overload?: string;
  item?: string;
}

/** How full the day is, as a bar behind the number. */
const Fill = ({ row }: { row: LoadDay }) => {
  const share = row.capacity
    ? Math.min(100, (100 * Number(row.hours ?? 0)) / Math.max(Number(row.capacity), 0.01))
    : 0;
  return (
    <span class={row.overload && Number(row.overload) > 0 ? 'fill over' : 'fill'}>
      <meter min={0} max={100} value={share} aria-label={`${Math.round(share)} %`} />
    </span>
  );
};

const columns = (): Column<LoadDay>[] => [
  codeColumn('work_center', say('workCenter'), 'minmax(110px, 1fr)', (row) => row.work_center),
  dayColumn('date', say('date'), '120px', (row) => row.date_on),
  { key: 'fill', title: '%', width: 'minmax(120px, 2fr)', text: () => '', show: (row) => <Fill row={row} /> },
  numberColumn('hours', say('hours'), '100px', (row) => row.hours),
  numberColumn('capacity', say('capacity'), '100px', (row) => row.capacity),
  numberColumn('overload', say('overload'), '100px', (row) => row.overload),
  numberColumn('released', say('released'), '100px', (row) => row.released),
  numberColumn('firm', say('firm'), '100px', (row) => row.firm),
  numberColumn('planned', say('planned'), '100px', (row) => row.planned),
  codeColumn('item', say('mostly'), 'minmax(110px, 1fr)', (row) => row.item, toRequirements),
];

export function Load() {
  const shown = useMemo(columns, [language.value]);
  const only = useSignal(false);
  return (
    <ListPage
      name="load"
      title={sayOffice('load')}
      method="Mrp.ListLoad"
      field="days"
      body={only.value ? { overloaded: true } : {}}
      columns={shown}
      idOf={(row) => `${row.work_center}|${row.date_on}`}
      actions={() => (
        <label class="button plain">
          <input
            type="checkbox"
            checked={only.value}
            onChange={(event) => (only.value = event.currentTarget.checked)}
          />
          {say('onlyOver')}
        </label>
      )}
    />
  );
}
