import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { language } from '../../base/words';
import type { Column } from '../grid';
import { Failure, Head, ListPage, useList } from '../list';
import { Choices } from '../choices';
import { say as sayOffice } from '../words';
import { codeColumn, dayColumn, numberColumn, textColumn, toRequirements } from './columns';
import { ShortageCalendar } from './shortage_calendar';
import { say } from './words';

export interface Shortage {
  item: string;
  name?: string;
  short_on: string;
  quantity: string;
  on_hand?: string;
  top_reference?: string;
  customer?: string;
  move_reference?: string;
  move_due_on?: string;
}

const columns = (): Column<Shortage>[] => [
  codeColumn('item', say('item'), 'minmax(120px, 1fr)', (row) => row.item, toRequirements),
  textColumn('name', say('name'), 'minmax(160px, 2fr)', (row) => row.name),
  dayColumn('short_on', say('shortOn'), '108px', (row) => row.short_on),
  numberColumn('missing', say('missing'), '120px', (row) => row.quantity),
  numberColumn('on_hand', say('onHand'), '120px', (row) => row.on_hand),
  textColumn('hits', say('forCustomer'), 'minmax(120px, 1fr)', (row) =>
    [row.top_reference, row.customer].filter(Boolean).join(' · '),
  ),
  textColumn('move', say('couldMove'), 'minmax(140px, 1fr)', (row) =>
    [row.move_reference, row.move_due_on].filter(Boolean).join(' · '),
  ),
];

const shownAs = signal<'calendar' | 'list'>('calendar');
const days = signal(14);

function Choose() {
  return (
    <>
      <Choices
        chosen={shownAs}
        of={[
          ['calendar', say('asCalendar')],
          ['list', say('asList')],
        ]}
      />
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
    </>
  );
}

function List() {
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
      actions={() => <Choose />}
    />
  );
}

function Calendar() {
  const body = useMemo(() => ({ days: days.value }), [days.value]);
  const short = useList<Shortage>('Mrp.ListShortages', 'shortages', body, { paged: false });
  return (
    <>
      <Head title={sayOffice('shortages')}>
        <Choose />
      </Head>
      {short.error ? (
        <Failure error={short.error} again={short.load} />
      ) : (
        <ShortageCalendar rows={short.rows} count={days.value} />
      )}
    </>
  );
}

/** What runs out within some days: by day, or as a list with the demand hit and the supply that could move. */
export const Shortages = () => (shownAs.value === 'calendar' ? <Calendar /> : <List />);
