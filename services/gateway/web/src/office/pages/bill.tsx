import { useSignal, type Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { call } from '../../base/api';
import { codeWord } from '../../base/codes';
import { decimal } from '../../base/decimal';
import { day, daysBetween, moment, number, plusDays } from '../../base/format';
import { go, link, place } from '../../base/route';
import { language } from '../../base/words';
import { Grid, type Column } from '../grid';
import { Failure, Head, useList, Trail, Said } from '../list';
import { facts, today as dayOfPlant } from '../live';
import { may, plant } from '../state';
import { say as sayOffice } from '../words';
import { Rows } from './bill_rows';
import { say as sayBill } from './bill_words';
import { Chooser } from './chooser';
import { codeColumn, countColumn, dayColumn, nameColumn, textColumn } from './columns';
import { Compare } from './compare';
import { ItemChoice } from './items';
import { columnWord, listMaster, shownValue, valuesOf, type Cell } from './master_row';
import { say } from './words';

/* The bill of an item: its structure on any day, its lines to edit, where it is used, two of it side
   by side, who changed it. */

interface Row {
  level: number;
  path: string;
  parent?: string;
  component: string;
  component_name?: string;
  parent_name?: string;
  quantity_per?: string;
  quantity?: string;
  uom?: string;
  low_level_code?: number;
  valid_from_on?: string;
  valid_to_on?: string;
  end_item?: string;
  ways?: number;
  lead_time_days?: number;
  cumulative_days?: number;
  critical?: boolean;
}

/** A fraction such as 16/225 is exact in a copy or a file; people read 0.071111. */
function amount(text: string | undefined) {
  const [top, bottom] = (text ?? '').split('/');
  if (!bottom) return number(text);
  const shown = decimal((BigInt(top!) * 2_000_000n + BigInt(bottom)) / (2n * BigInt(bottom)));
  return <span title={`${sayBill('exactly')} ${text}`}>≈ {number(shown)}</span>;
}

const indented = (code: string | undefined, name: string | undefined, level: number) => (
  <span style={{ paddingLeft: `${(level - 1) * 18}px` }} title={name}>
    <a class="code" href={link('bill', { item: code })}>
      {code}
    </a>{' '}
    <span class="soft">{name}</span>
  </span>
);

const perColumn = (): Column<Row> => ({
  ...textColumn<Row>('per', say('per'), '120px', (row) => row.quantity_per),
  numeric: true,
  show: (row) => amount(row.quantity_per),
});

const validColumns = (): Column<Row>[] => [
  dayColumn('from', say('validFrom'), '108px', (row) => row.valid_from_on),
  dayColumn('to', say('validTo'), '108px', (row) => row.valid_to_on),
];

const explosion = (): Column<Row>[] => [
  {
    ...codeColumn<Row>('component', say('component'), 'minmax(200px, 2fr)', (row) => row.component),
    show: (row) => indented(row.component, row.component_name, row.level ?? 1),
  },
  countColumn('depth', sayBill('depth'), '70px', (row) => row.level ?? row.low_level_code),
  perColumn(),
  {
    ...textColumn<Row>('needed', say('needed'), '130px', (row) => row.quantity),
    numeric: true,
    show: (row) => amount(row.quantity),
  },
  textColumn('uom', say('uom'), '70px', (row) => row.uom),
  ...validColumns(),
];

/** A row a component: what is needed in all, and how long it takes until it is there. */
const summed = (): Column<Row>[] => [
  codeColumn(
    'component',
    say('component'),
    'minmax(130px, 1fr)',
    (row) => row.component,
    (item) => link('bill', { item }),
  ),
  nameColumn((row) => row.component),
  countColumn('depth', say('level'), '70px', (row) => row.low_level_code),
  {
    ...textColumn<Row>('needed', say('needed'), '130px', (row) => row.quantity),
    numeric: true,
    show: (row) => amount(row.quantity),
  },
  textColumn('uom', say('uom'), '70px', (row) => row.uom),
  countColumn('lead', say('leadTime'), '140px', (row) => row.lead_time_days),
  countColumn('cumulative', sayBill('cumulativeDays'), '150px', (row) => row.cumulative_days),
  {
    ...textColumn<Row>('critical', sayBill('criticalPath'), '130px', (row) =>
      row.critical ? sayBill('critical') : '',
    ),
    show: (row) => row.critical && <span class="tag warn">{sayBill('critical')}</span>,
  },
];

const uses = (): Column<Row>[] => [
  {
    ...codeColumn<Row>('parent', say('parent'), 'minmax(200px, 2fr)', (row) => row.parent),
    show: (row) => indented(row.parent, row.parent_name, row.level ?? 1),
  },
  countColumn('depth', sayBill('depth'), '70px', (row) => row.level),
  perColumn(),
  ...validColumns(),
];

const ends = (): Column<Row>[] => [
  codeColumn(
    'end',
    sayBill('endItem'),
    'minmax(130px, 1fr)',
    (row) => row.parent,
    (item) => link('bill', { item }),
  ),
  nameColumn((row) => row.parent),
  perColumn(),
  countColumn('ways', sayBill('ways'), '90px', (row) => row.ways),
];

/* ---- the day ---- */

const BACK_DAYS = 90;
const AHEAD_DAYS = 540;

/** Days on which a line of the bill begins or ends. */
function marksOf(rows: readonly { cells?: Cell[] }[]): string[] {
  const days = rows.flatMap((row) => {
    const values = valuesOf(row.cells);
    return [values['valid_from'], values['valid_to']];
  });
  return [...new Set(days.filter((one): one is string => !!one))].sort();
}

/** A slider over the days around today, with the days on which the bill changes. */
function DaySlider({ item, day: at, marks }: { item: string; day: Signal<string>; marks: string[] }) {
  const today = dayOfPlant();
  const first = [plusDays(today, -BACK_DAYS), marks[0] ?? today].sort()[0]!;
  const last = [plusDays(today, AHEAD_DAYS), marks.at(-1) ?? today].sort().at(-1)!;
  const here = at.value || today;
  const slid = useSignal<string | undefined>(undefined);
  const shown = slid.value ?? here;
  const before = marks.filter((one) => one < here).at(-1);
  const after = marks.find((one) => one > here);
  const span = daysBetween(first, last);
  const set = (to: string): void => {
    slid.value = undefined;
    at.value = to;
    /* so that the day is in a bookmark, and no step of going back */
    history.replaceState(null, '', link('bill', { item, on: to }));
  };
  return (
    <section class="panel day-slider" aria-label={sayBill('day')}>
      <button class="button" disabled={!before} onClick={() => set(before!)}>
        ‹ {before ? day(before) : sayBill('before')}
      </button>
      <div class="track">
        <input
          type="range"
          min={0}
          max={span}
          aria-label={sayBill('day')}
          aria-valuetext={day(shown)}
          value={daysBetween(first, shown)}
          onInput={(event) => (slid.value = plusDays(first, Number(event.currentTarget.value)))}
          onChange={(event) => set(plusDays(first, Number(event.currentTarget.value)))}
        />
        <div class="marks" aria-hidden="true">
          {marks.map((one) => (
            <i key={one} style={{ left: `${(100 * daysBetween(first, one)) / span}%` }} title={day(one)} />
          ))}
        </div>
      </div>
      <button class="button" disabled={!after} onClick={() => set(after!)}>
        {after ? day(after) : sayBill('after')} ›
      </button>
      <input
        class="input"
        type="date"
        aria-label={sayBill('day')}
        value={shown}
        onChange={(event) => event.currentTarget.value && set(event.currentTarget.value)}
      />
      <button class="button plain" disabled={!at.value} onClick={() => set('')}>
        {sayBill('today')}
      </button>
    </section>
  );
}

/* ---- structure ---- */

interface Kit {
  quantity?: string;
  shorts?: { item: string; lacks?: string; uom?: string }[];
}

/** How many can be built now, and what limits it. */
function KitLine({ item, on }: { item: string; on: string }) {
  const kit = useSignal<Kit | undefined>(undefined);
  useEffect(() => {
    const body = { item, ...(on ? { start_on: on } : {}) };
    call<Kit>(plant.value, 'Bom.GetKit', body).then(
      (reply) => (kit.value = reply),
      () => (kit.value = undefined),
    );
  }, [item, on, plant.value, facts.value]);
  const short = kit.value?.shorts?.[0];
  if (!kit.value) return null;
  return (
    <p class="soft kit">
      <b>{sayBill('canBuild', { n: number(kit.value.quantity) })}</b>
      {short &&
        ` · ${sayBill('limitedBy', { item: short.item, n: `${number(short.lacks)} ${short.uom ?? ''}` })}`}
    </p>
  );
}

function Choice({
  label,
  none,
  from,
  at,
}: {
  label: string;
  none: string;
  from: string[];
  at: Signal<string>;
}) {
  if (from.length === 0) return null;
  return (
    <select
      class="input"
      aria-label={label}
      value={at.value}
      onChange={(event) => (at.value = event.currentTarget.value)}
    >
      <option value="">
        {label}: {none}
      </option>
      {from.map((one) => (
        <option key={one} value={one}>
          {label}: {one}
        </option>
      ))}
    </select>
  );
}

const distinct = (rows: readonly { cells?: Cell[] }[], column: string): string[] =>
  [...new Set(rows.map((row) => valuesOf(row.cells)[column]).filter((one): one is string => !!one))].sort();

function Structure({ item }: { item: string }) {
  const on = useSignal(place.value.query.get('on') ?? '');
  const quantity = useSignal('1');
  const alternative = useSignal('');
  const revision = useSignal('');
  const summary = useSignal(false);
  const own = useSignal<readonly { cells?: Cell[] }[]>([]);
  useEffect(() => {
    listMaster('bom.csv', item).then(
      (master) => (own.value = master.rows),
      () => (own.value = []),
    );
  }, [item, plant.value, facts.value]);
  const body = {
    item,
    quantity: quantity.value,
    ...(on.value ? { start_on: on.value } : {}),
    ...(alternative.value ? { alternative: alternative.value } : {}),
    ...(revision.value ? { revision: revision.value } : {}),
    ...(summary.value ? { summarised: true, lead_times: true } : {}),
  };
  const loaded = useList<Row>('Bom.Explode', 'rows', body);
  const sums = summary.value;
  const shown = useMemo(sums ? summed : explosion, [language.value, sums]);
  return (
    <>
      <DaySlider item={item} day={on} marks={marksOf(own.value)} />
      <KitLine item={item} on={on.value} />
      {loaded.error && <Failure error={loaded.error} again={loaded.load} />}
      <Grid
        name={sums ? 'explosion-summary' : 'explosion'}
        columns={shown}
        rows={loaded.error ? [] : loaded.rows}
        idOf={(row) => row.path || row.component}
        loading={loaded.loading}
      >
        <input
          class="input num short"
          aria-label={say('quantity')}
          value={quantity.value}
          onChange={(event) => (quantity.value = event.currentTarget.value || '1')}
        />
        <Choice
          label={sayBill('alternative')}
          none={sayBill('first')}
          from={distinct(own.value, 'alternative')}
          at={alternative}
        />
        <Choice
          label={sayBill('revision')}
          none={sayBill('newest')}
          from={distinct(own.value, 'revision')}
          at={revision}
        />
        <label class="check">
          <input
            type="checkbox"
            checked={summary.value}
            onChange={(event) => (summary.value = event.currentTarget.checked)}
          />
          {sayBill('summary')}
        </label>
      </Grid>
    </>
  );
}

/* ---- where used ---- */

const REACH = ['allLevels', 'oneLevel', 'endItems'] as const;

function UsedIn({ item }: { item: string }) {
  const reach = useSignal<(typeof REACH)[number]>('allLevels');
  const atEnds = reach.value === 'endItems';
  const body = {
    item,
    ...(reach.value === 'oneLevel' ? { levels: 1 } : {}),
    ...(atEnds ? { ends: true } : {}),
  };
  const loaded = useList<Row>('Bom.WhereUsed', 'rows', body);
  const shown = useMemo(() => (atEnds ? ends() : uses()), [language.value, atEnds]);
  return (
    <>
      {loaded.error && <Failure error={loaded.error} again={loaded.load} />}
      <Grid
        name="where-used"
        columns={shown}
        rows={loaded.rows}
        idOf={(row) => row.path || row.parent || ''}
        loading={loaded.loading}
      >
        <select
          class="input"
          aria-label={sayBill('usedIn')}
          value={reach.value}
          onChange={(event) => (reach.value = event.currentTarget.value as (typeof REACH)[number])}
        >
          {REACH.map((one) => (
            <option key={one} value={one}>
              {sayBill(one)}
            </option>
          ))}
        </select>
      </Grid>
    </>
  );
}

/* ---- history ---- */

interface Change {
  change_seq: number;
  place: number;
  file: string;
  object: string;
  row?: number;
  change?: string;
  changed_by?: string;
  changed_at?: string;
  old_cells?: Cell[];
  new_cells?: Cell[];
}

function History({ item }: { item: string }) {
  const loaded = useList<Change>('Bom.ListMasterChanges', 'changes', { object: item });
  if (loaded.error) return <Failure error={loaded.error} again={loaded.load} />;
  if (!loaded.loading && loaded.rows.length === 0) return <p class="soft">{sayBill('noHistory')}</p>;
  return (
    <section class="panel wide">
      <table class="plain-table compared">
        <tbody>
          {loaded.rows.map((row) => {
            const left = valuesOf(row.old_cells);
            const right = valuesOf(row.new_cells);
            const look = !row.old_cells?.length ? 'good' : !row.new_cells?.length ? 'bad' : 'warn';
            const names = Object.keys({ ...left, ...right }).filter(
              (name) => left[name] !== right[name] && name !== 'row_no',
            );
            return (
              <tr key={`${row.change_seq}.${row.place}`} class={look}>
                <td>{moment(row.changed_at)}</td>
                <td>{row.changed_by}</td>
                <td class="code">{row.change}</td>
                <td class="code">
                  {row.file} {row.row}
                </td>
                <td class="code">
                  {right['component'] ?? left['component'] ?? right['operation'] ?? left['operation']}
                </td>
                <td class="cells">
                  {names.map((name) => (
                    <span class="pair-of" key={name}>
                      <span class="soft">{columnWord(name)}</span>{' '}
                      {left[name] && <del>{shownValue(name, left[name])}</del>}{' '}
                      {right[name] && <ins>{shownValue(name, right[name])}</ins>}
                    </span>
                  ))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/* ---- the page ---- */

const WAYS = ['structure', 'lines', 'up', 'compare', 'history'] as const;
type Way = (typeof WAYS)[number];

const wayWord = (way: Way): string => sayBill(way === 'up' ? 'usedIn' : way);
const READERS = ['engineer', 'planner', 'finance', 'auditor'];

/** "DL-100 Smart lock · make · EA" */
function useName(item: string): string {
  const name = useSignal('');
  useEffect(() => {
    name.value = '';
    if (!item) return;
    call<{ item?: { name?: string; type?: string; uom?: string } }>(plant.value, 'Bom.GetItem', {
      item,
    }).then(
      ({ item: got }) =>
        (name.value = [got?.name, codeWord(got?.type), got?.uom].filter(Boolean).join(' · ')),
      () => undefined,
    );
  }, [item, plant.value, language.value]);
  return name.value;
}

export function Bill() {
  const { query } = place.value;
  const item = query.get('item') ?? '';
  const way = (WAYS.find((one) => one === query.get('way')) ?? 'structure') as Way;
  const said = useSignal('');
  const name = useName(item);
  useEffect(() => void (said.value = ''), [item, way]);
  const to = (one: Way): string => link('bill', { item, ...(one === 'structure' ? {} : { way: one }) });
  return (
    <>
      <Head title={sayOffice('bill')} sub={`${item} ${name}`}>
        <Trail object={item} />
        <Chooser
          key={item}
          label={say('item')}
          value={item}
          choose={(code) => go('bill', { item: code, ...(way === 'structure' ? {} : { way }) })}
        />
      </Head>
      {item && (
        <nav class="tabs" aria-label={sayOffice('bill')}>
          {WAYS.filter((one) => one !== 'history' || may(...READERS)).map((one) => (
            <a key={one} href={to(one)} aria-current={one === way ? 'page' : undefined}>
              {wayWord(one)}
            </a>
          ))}
        </nav>
      )}
      <Said text={said.value} />
      {!item && <ItemChoice page="bill" />}
      {item && way === 'structure' && <Structure key={item} item={item} />}
      {item && way === 'lines' && (
        <>
          <Rows key={`${item} lines`} file="bom.csv" item={item} said={said} />
          <Rows key={`${item} operations`} file="routing.csv" item={item} said={said} />
        </>
      )}
      {item && way === 'up' && <UsedIn key={item} item={item} />}
      {item && way === 'compare' && <Compare key={item} item={item} query={query} />}
      {item && way === 'history' && <History key={item} item={item} />}
    </>
  );
}
