import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { varianceWord } from '../../base/codes';
import { compare, sum, type Decimal } from '../../base/decimal';
import { moment } from '../../base/format';
import { go } from '../../base/route';
import { language } from '../../base/words';
import { FormDialog, typed, type Values } from '../form';
import { Grid, type Column } from '../grid';
import { Failure, Head, Said, useList } from '../list';
import { may } from '../state';
import {
  codeColumn,
  countColumn,
  dayColumn,
  nameColumn,
  numberColumn,
  textColumn,
  toCost,
} from '../pages/columns';
import { asked, bySize, endOf, Period, period, Tabs, turn, turned } from './frame';
import { Fall } from './fall';
import { Over } from './order_cost';
import { say } from './words';

const BY = ['work_order', 'item', 'class', 'month', 'work_center'] as const;
type By = (typeof BY)[number];

const byWord = (by: By): string =>
  ({
    work_order: say('byOrder'),
    item: say('byItem'),
    class: say('byClass'),
    month: say('byMonth'),
    work_center: say('byCenter'),
  })[by];

interface KindRow {
  of: string;
  kind: string;
  amount: Decimal;
  orders?: number;
  alarm?: boolean;
}

/** One row a group: its kinds side by side. */
interface Group {
  of: string;
  kinds: Record<string, Decimal>;
  total: Decimal;
  orders: number;
  alarm: boolean;
}

function grouped(rows: readonly KindRow[], above: Decimal): Group[] {
  const groups = new Map<string, KindRow[]>();
  for (const row of rows) groups.set(row.of ?? '', [...(groups.get(row.of ?? '') ?? []), row]);
  const list = [...groups].map(([of, mine]) => {
    const total = sum(mine.map((row) => row.amount));
    return {
      of,
      kinds: Object.fromEntries(mine.map((row) => [row.kind, row.amount])),
      total,
      orders: Math.max(...mine.map((row) => row.orders ?? 0)),
      alarm: mine.some((row) => row.alarm) || (above !== '' && compare(total.replace('-', ''), above) > 0),
    };
  });
  return list.sort((a, b) => bySize(a.total, b.total));
}

const KINDS = [
  'price',
  'mix',
  'scrap',
  'usage',
  'labor_rate',
  'machine_rate',
  'efficiency',
  'overhead',
  'lot_size',
  'subcontract',
  'rounding',
];

const columnsOf = (by: By, kinds: readonly string[]): Column<Group>[] => [
  {
    ...codeColumn<Group>('of', byWord(by), 'minmax(130px, 1.4fr)', (row) => row.of || say('without')),
    ...(by === 'work_order'
      ? { show: (row: Group) => <a class="code" href={toCost(row.of)}>{row.of}</a> } /* prettier-ignore */
      : {}),
  },
  {
    ...textColumn<Group>('alarm', say('alarms'), '92px', (row) => (row.alarm ? say('over') : '')),
    show: (row) => row.alarm && <span class="tag bad">{say('over')}</span>,
  },
  ...kinds.map((kind) => ({
    ...numberColumn<Group>(kind, varianceWord(kind), '112px', (row) => row.kinds[kind], 'money'),
    total: true,
    show: (row: Group) => row.kinds[kind] && <Over text={row.kinds[kind]} />,
  })),
  {
    ...numberColumn<Group>('total', say('total'), '124px', (row) => row.total, 'money'),
    total: true,
    show: (row) => <Over text={row.total} />,
  },
  countColumn('orders', say('orders'), '76px', (row) => row.orders),
];

/** The orders behind a group. */
function drill(by: By, row: Group): void {
  if (by === 'work_order') go('order-cost', { order: row.of });
  else if (by === 'month') turn({ by: '', from: `${row.of}-01`, to: endOf(`${row.of}-01`), way: 'report' });
  else if (row.of) turn({ by: '', [by]: row.of, way: 'report' });
}

function Report() {
  const by = (asked('by') || 'work_order') as By;
  const within = { item: asked('item'), class: asked('class'), work_center: asked('work_center') };
  const above = asked('above');
  const given = Object.fromEntries(
    Object.entries({ ...within, ...period(), alarm_above: above }).filter((one) => one[1]),
  );
  const got = useList<KindRow>('Cost.ListVariances', 'rows', { by, ...given });
  const groups = useMemo(() => grouped(got.rows, above), [got.rows, above]);
  const kinds = KINDS.filter((kind) => groups.some((group) => group.kinds[kind]));
  const shown = useMemo(() => columnsOf(by, kinds), [by, kinds.join(), language.value]);
  const narrowed = Object.entries(within).find((pair) => pair[1]);
  const kindSum = kinds.map((kind) => ({
    key: kind,
    label: varianceWord(kind),
    amount: sum(groups.map((group) => group.kinds[kind])),
  }));
  return (
    <>
      <div class="ask">
        <span class="choices" role="group" aria-label={say('by')}>
          {BY.map((one) => (
            <a
              key={one}
              class={one === by ? 'button on' : 'button'}
              href={turned({ by: one === 'work_order' ? '' : one, item: '', class: '', work_center: '' })}
            >
              {byWord(one)}
            </a>
          ))}
        </span>
        <Period />
        <label class="inline">
          <span>{say('alarmAbove')}</span>
          <input
            class="input narrow num"
            inputMode="decimal"
            name="above"
            value={above}
            onChange={(event) => turn({ above: event.currentTarget.value.trim() })}
          />
        </label>
      </div>
      {narrowed && (
        <p class="notice">
          {say('within', { what: `${byWord(narrowed[0] as By)} ${narrowed[1]}` })}
          <a class="button plain" href={turned({ [narrowed[0]]: '' })}>
            {say('all')}
          </a>
        </p>
      )}
      {got.error && <Failure error={got.error} again={got.load} />}
      {kindSum.length > 1 && (
        <details class="panel folded" open>
          <summary>{say('byKind')}</summary>
          <Fall
            label={say('byKind')}
            steps={[
              ...kindSum,
              {
                key: 'total',
                label: say('total'),
                amount: sum(kindSum.map((one) => one.amount)),
                level: true,
              },
            ]}
            chosen=""
            choose={(kind) =>
              kind === 'total'
                ? undefined
                : go('journal', { purpose: kind, from: asked('from'), to: asked('to') })
            }
          />
        </details>
      )}
      <Grid
        name="variances"
        title={say('variances')}
        columns={shown}
        rows={groups}
        loading={got.loading}
        empty={say('noVariances')}
        idOf={(row) => row.of}
        open={(row) => drill(by, row)}
      />
    </>
  );
}

// ---- alarms ----

interface Alarm {
  posted_seq: number;
  work_order: string;
  item: string;
  effective_on: string;
  variance: Decimal;
  standard?: Decimal;
  percent?: Decimal;
  raised_at?: string;
  noted_by?: string;
  note?: string;
}

const alarmColumns = (): Column<Alarm>[] => [
  codeColumn('work_order', say('workOrder'), 'minmax(120px, 1fr)', (row) => row.work_order, toCost),
  codeColumn('item', say('item'), 'minmax(110px, 1fr)', (row) => row.item),
  nameColumn((row) => row.item),
  dayColumn('day', say('day'), '104px', (row) => row.effective_on),
  {
    ...numberColumn<Alarm>('variance', say('variance'), '120px', (row) => row.variance, 'money'),
    total: true,
    show: (row) => <Over text={row.variance} />,
  },
  numberColumn('standard', say('standard'), '120px', (row) => row.standard, 'money'),
  numberColumn('percent', say('percent'), '90px', (row) => row.percent),
  {
    ...textColumn<Alarm>('at', say('raisedAt'), '180px', (row) => row.raised_at),
    show: (row) => moment(row.raised_at),
  },
  codeColumn('by', say('notedBy'), '110px', (row) => row.noted_by),
  textColumn('note', say('note'), 'minmax(140px, 2fr)', (row) => row.note),
];

function Alarms() {
  const noted = useSignal(false);
  const noting = useSignal<Alarm | undefined>(undefined);
  const limits = useSignal(false);
  const values = useSignal<Values>({});
  const said = useSignal('');
  const got = useList<Alarm>('Cost.ListVarianceAlarms', 'alarms', noted.value ? { noted: true } : {});
  const shown = useMemo(alarmColumns, [language.value]);
  return (
    <>
      <div class="ask">
        <label class="check">
          <input type="checkbox" checked={noted.value} onChange={() => (noted.value = !noted.value)} />
          {say('alsoNoted')}
        </label>
        {may('finance') && (
          <button
            class="button"
            onClick={() => {
              values.value = {};
              limits.value = true;
            }}
          >
            {say('limits')}
          </button>
        )}
      </div>
      <Said text={said.value} />
      {got.error && <Failure error={got.error} again={got.load} />}
      <Grid
        name="variance-alarms"
        title={say('alarms')}
        columns={shown}
        rows={got.rows}
        loading={got.loading}
        empty={say('noAlarms')}
        idOf={(row) => String(row.posted_seq)}
        open={(row) => {
          values.value = { note: row.note ?? '' };
          noting.value = row;
        }}
      />
      {noting.value && (
        <FormDialog
          title={say('noteTitle', { order: noting.value.work_order })}
          method="Cost.NoteVarianceAlarm"
          fields={[{ name: 'note', label: say('note'), required: true }]}
          values={values}
          body={(given) => ({ work_order: noting.value?.work_order, note: given['note'] })}
          done={got.load}
          close={() => (noting.value = undefined)}
        />
      )}
      {limits.value && (
        <FormDialog
          title={say('limits')}
          method="Cost.SetVarianceAlarm"
          fields={[
            { name: 'percent', label: say('limitPercent'), kind: 'number' },
            { name: 'amount', label: say('limitAmount'), kind: 'number' },
          ]}
          values={values}
          body={(given) => typed(given, 'percent', 'amount')}
          done={() => (said.value = say('limitsSaved'))}
          close={() => (limits.value = false)}
        />
      )}
    </>
  );
}

export function Variances() {
  return (
    <>
      <Head title={say('variances')} />
      <Tabs
        label={say('variances')}
        of={[
          ['report', say('report')],
          ['alarms', say('alarms')],
        ]}
      />
      {asked('way') === 'alarms' ? <Alarms /> : <Report />}
    </>
  );
}
