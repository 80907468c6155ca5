import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { number } from '../../base/format';
import { language } from '../../base/words';
import type { Column } from '../grid';
import { ListPage } from '../list';
import { say as sayOffice } from '../words';
import { codeColumn, dayColumn, numberColumn, toRequirements } from './columns';
import { LoadBehind } from './load_behind';
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
    <svg
      class={row.overload && Number(row.overload) > 0 ? 'fill over' : 'fill'}
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      role="img"
      aria-label={`${Math.round(share)} %`}
    >
      <rect class="whole" width="100" height="10" />
      <rect class="part" width={share} height="10" />
    </svg>
  );
};

/** Hundredths of an hour are enough to read; copied and exported it is exact. */
const hoursColumn = (
  key: string,
  title: string,
  value: (row: LoadDay) => string | undefined,
): Column<LoadDay> => ({
  ...numberColumn<LoadDay>(key, title, '92px', value),
  show: (row) => number(value(row)?.replace(/(\.\d\d)\d+$/, '$1')),
});

const columns = (): Column<LoadDay>[] => [
  codeColumn('work_center', say('workCenter'), 'minmax(110px, 1fr)', (row) => row.work_center),
  dayColumn('date', say('date'), '120px', (row) => row.date_on),
  { key: 'fill', title: '%', width: 'minmax(120px, 2fr)', text: () => '', show: (row) => <Fill row={row} /> },
  hoursColumn('hours', say('hours'), (row) => row.hours),
  hoursColumn('capacity', say('capacity'), (row) => row.capacity),
  hoursColumn('overload', say('overload'), (row) => row.overload),
  hoursColumn('released', say('released'), (row) => row.released),
  hoursColumn('firm', say('firm'), (row) => row.firm),
  hoursColumn('planned', say('planned'), (row) => row.planned),
  codeColumn('item', say('mostly'), 'minmax(110px, 1fr)', (row) => row.item, toRequirements),
];

export function Load() {
  const shown = useMemo(columns, [language.value]);
  const only = useSignal(false);
  const opened = useSignal<LoadDay | undefined>(undefined);
  return (
    <ListPage
      name="load"
      title={sayOffice('load')}
      method="Mrp.ListLoad"
      field="days"
      body={only.value ? { overloaded: true } : {}}
      columns={shown}
      idOf={(row) => `${row.work_center}|${row.date_on}`}
      open={(row) => (opened.value = row)}
      beside={
        opened.value ? (
          <LoadBehind
            key={opened.value.work_center + opened.value.date_on}
            center={opened.value.work_center}
            date={opened.value.date_on}
          />
        ) : (
          <aside class="aside">
            <p class="soft why">{say('pickDay')}</p>
          </aside>
        )
      }
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
