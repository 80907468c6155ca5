import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { codeWord } from '../../base/codes';
import { compare, type Decimal } from '../../base/decimal';
import { day, number } from '../../base/format';
import { go, link } from '../../base/route';
import { language } from '../../base/words';
import { Acts, type Act } from '../acts';
import { FormDialog, typed, type Values } from '../form';
import { Grid, type Column } from '../grid';
import { Failure, Head, ListPage, Said, useList } from '../list';
import { may } from '../state';
import { say as sayOffice } from '../words';
import { codeColumn, dayColumn, Money, numberColumn, Tag, tagColumn, textColumn } from '../pages/columns';
import { asked, Card, percentOf, Press, Tabs, turn, useAsk, useReport, type Row } from './frame';
import { Over } from './order_cost';
import { ELEMENTS } from './roll_up';
import { say } from './words';

interface Fact {
  kind: string;
  code: string;
  value?: Decimal;
}

interface Version {
  cost_version: string;
  state: string;
  note?: string;
  prices?: string;
  costed_on?: string;
  made_by?: string;
  changed_by?: string;
  frozen_by?: string;
  released_by?: string;
  reverted_by?: string;
  marked_on?: string;
  effective_on?: string;
  lines?: Fact[];
  items?: number;
  different?: number;
  revaluation?: Decimal;
}

const PRICES = ['standard', 'last', 'average', 'supplier'];
const FACTS = ['price', 'labor_rate', 'machine_rate', 'overhead_rate', 'currency'];

const columns = (): Column<Version>[] => [
  codeColumn(
    'version',
    say('version'),
    'minmax(120px, 1fr)',
    (row) => row.cost_version,
    (version) => link('cost-version', { version }),
  ),
  tagColumn('state', say('state'), '110px', (row) => row.state),
  textColumn('note', say('note'), 'minmax(160px, 2fr)', (row) => row.note),
  textColumn('prices', say('prices'), '190px', (row) => codeWord(row.prices)),
  dayColumn('costed', say('costedOn'), '150px', (row) => row.costed_on),
  codeColumn('made', say('madeBy'), '110px', (row) => row.made_by),
  codeColumn('frozen', say('frozenBy'), '110px', (row) => row.frozen_by),
  codeColumn('released', say('releasedBy'), '110px', (row) => row.released_by),
  dayColumn('in_force', say('effectiveOn'), '120px', (row) => row.effective_on),
];

const HEAD = ['note', 'prices', 'costed_on'] as const;

function Entry({
  of,
  close,
  done,
}: {
  of: Version | undefined;
  close: () => void;
  done: (reply: Record<string, unknown>) => void;
}) {
  const values = useSignal<Values>({
    ...(of?.note ? { note: of.note } : {}),
    ...(of?.prices ? { prices: of.prices } : {}),
    ...(of?.costed_on ? { costed_on: of.costed_on } : {}),
  });
  return (
    <FormDialog
      title={of ? `${say('changeVersion')} ${of.cost_version}` : say('newVersion')}
      method="Cost.SaveCostVersion"
      fields={[
        ...(of
          ? []
          : [{ name: 'cost_version', label: say('version'), kind: 'code' as const, required: true }]),
        { name: 'note', label: say('note') },
        { name: 'prices', label: say('prices'), from: PRICES },
        { name: 'costed_on', label: say('costedOn'), kind: 'date' },
        ...(of ? [] : [{ name: 'copy_of', label: say('copyOf'), kind: 'code' as const }]),
      ]}
      values={values}
      body={(given) => ({
        ...typed(given, ...HEAD, 'copy_of'),
        cost_version: of?.cost_version ?? given['cost_version']?.trim(),
      })}
      done={done}
      close={close}
    />
  );
}

export function CostVersions() {
  const shown = useMemo(columns, [language.value]);
  const entering = useSignal(false);
  return (
    <>
      <ListPage
        name="cost-versions"
        title={say('versions')}
        method="Cost.ListCostVersions"
        field="versions"
        empty={say('noVersions')}
        columns={shown}
        idOf={(row) => row.cost_version}
        open={(row) => go('cost-version', { version: row.cost_version })}
        actions={() =>
          may('finance') && (
            <button class="button main" onClick={() => (entering.value = true)}>
              {say('newVersion')}
            </button>
          )
        }
      />
      {entering.value && (
        <Entry
          of={undefined}
          done={(reply) => go('cost-version', { version: String(reply['cost_version']) })}
          close={() => (entering.value = false)}
        />
      )}
    </>
  );
}

// ---- one version ----

const actsOf = (version: Version): Act[] => {
  const body = (typedIn: Values): object => ({
    cost_version: version.cost_version,
    ...typed(typedIn, 'effective_on'),
  });
  const on = { name: 'effective_on', label: say('effectiveOn'), kind: 'date' as const };
  const act = (
    name: string,
    label: string,
    method: string,
    states: string[],
    more: Partial<Act> = {},
  ): Act => ({
    name,
    label,
    method: `Cost.${method}`,
    states,
    roles: ['finance'],
    body,
    ...more,
  });
  return [
    act('simulate', say('simulate'), 'SimulateCostVersion', ['draft', 'simulated'], {
      main: version.state === 'draft',
    }),
    act('freeze', say('freeze'), 'FreezeCostVersion', ['simulated'], { main: true }),
    act('mark', say('mark'), 'MarkCostVersion', ['frozen'], { fields: [on] }),
    act('release', say('release'), 'ReleaseCostVersion', ['frozen', 'releasing'], {
      fields: [on],
      main: true,
    }),
    act('revert', say('revert'), 'RevertCostVersion', ['released', 'reverting'], { fields: [on] }),
    act('withdraw', say('withdraw'), 'WithdrawCostVersion', ['draft', 'simulated', 'frozen']),
  ];
};

interface Difference {
  item: string;
  name?: string;
  element: string;
  before?: Decimal;
  after?: Decimal;
  difference?: Decimal;
  on_hand_quantity?: Decimal;
  stock_effect?: Decimal;
}

const compareColumns = (): Column<Difference>[] => [
  codeColumn(
    'item',
    say('item'),
    'minmax(120px, 1fr)',
    (row) => row.item,
    (item) => link('price-history', { item }),
  ),
  textColumn('name', say('name'), 'minmax(140px, 1.6fr)', (row) => row.name),
  tagColumn('element', say('element'), '100px', (row) => row.element),
  numberColumn('before', say('before'), '120px', (row) => row.before, 'money'),
  numberColumn('after', say('after'), '120px', (row) => row.after, 'money'),
  {
    ...numberColumn<Difference>('difference', say('difference'), '120px', (row) => row.difference, 'money'),
    show: (row) => <Over text={row.difference} />,
  },
  numberColumn('pct', '%', '76px', (row) => percentOf(row.difference, row.before)),
  numberColumn('on_hand', say('onHand'), '110px', (row) => row.on_hand_quantity),
  {
    ...numberColumn<Difference>('effect', say('stockEffect'), '130px', (row) => row.stock_effect, 'money'),
    total: true,
  },
];

function Comparison({ version }: { version: string }) {
  const totals = useSignal(true);
  const ends = useSignal(false);
  const equal = useSignal(false);
  const against = asked('against');
  const list = useAsk<{ versions?: Version[] }>('Cost.ListCostVersions', { limit: 100 });
  const got = useList<Difference>('Cost.GetCostComparison', 'rows', {
    cost_version: version,
    ...(against ? { against } : {}),
    ...(equal.value ? { all: true } : {}),
  });
  /* the low-level code of an item that nothing is made of is 0 */
  const levels = useReport('cost_rollup', {}, ends.value);
  const tops = useMemo(
    () => new Set((levels.value ?? []).filter((row: Row) => row['level'] === '0').map((row) => row['item'])),
    [levels.value],
  );
  const shown = useMemo(compareColumns, [language.value]);
  const [onlyTotals, onlyEnds] = [totals.value, ends.value];
  const keep = useMemo(
    () => (row: Difference) => (!onlyTotals || row.element === 'total') && (!onlyEnds || tops.has(row.item)),
    [onlyTotals, onlyEnds, tops],
  );
  const rows = useMemo(
    () => [...got.rows].sort((a, b) => compare(b.stock_effect, a.stock_effect)),
    [got.rows],
  );
  const box = (what: typeof totals, text: string) => (
    <label class="check">
      <input type="checkbox" checked={what.value} onChange={() => (what.value = !what.value)} />
      {text}
    </label>
  );
  return (
    <>
      {got.error && <Failure error={got.error} again={got.load} />}
      <Grid
        name="cost-comparison"
        title={`${version} ${say('compare')}`}
        columns={shown}
        rows={rows}
        loading={got.loading}
        keep={keep}
        idOf={(row) => `${row.item}|${row.element}`}
        open={(row) => go('roll-up', { item: row.item })}
      >
        <label class="inline">
          <span>{say('against')}</span>
          <select
            class="input"
            name="against"
            value={against}
            onChange={(event) => turn({ against: event.currentTarget.value })}
          >
            <option value="">{say('currentStandards')}</option>
            {(list.value?.versions ?? [])
              .filter((one) => one.cost_version !== version && one.state !== 'draft')
              .map((one) => (
                <option key={one.cost_version}>{one.cost_version}</option>
              ))}
          </select>
        </label>
        {box(totals, say('totalsOnly'))}
        {box(ends, say('endItems'))}
        {box(equal, say('equalToo'))}
      </Grid>
    </>
  );
}

interface ItemCost extends Record<string, string | undefined> {
  item: string;
}

const costColumns = (): Column<ItemCost>[] => [
  codeColumn(
    'item',
    say('item'),
    'minmax(140px, 1.4fr)',
    (row) => row.item,
    (item) => link('roll-up', { item }),
  ),
  ...ELEMENTS.map((element) =>
    numberColumn<ItemCost>(
      element,
      element === 'material' ? say('materialCost') : say(element),
      '116px',
      (row) => row[element],
      'money',
    ),
  ),
  numberColumn('this', say('thisLevel'), '116px', (row) => row['this_level'], 'money'),
  numberColumn('lower', say('lowerLevels'), '116px', (row) => row['lower_levels'], 'money'),
  numberColumn('total', say('total'), '124px', (row) => row['total'], 'money'),
];

function Costs({ version }: { version: string }) {
  const got = useList<ItemCost>('Cost.ListVersionCosts', 'costs', { cost_version: version });
  const shown = useMemo(costColumns, [language.value]);
  return (
    <>
      {got.error && <Failure error={got.error} again={got.load} />}
      <Grid
        name="version-costs"
        title={`${version} ${say('costs')}`}
        columns={shown}
        rows={got.rows}
        loading={got.loading}
        idOf={(row) => row.item}
        open={(row) => go('roll-up', { item: row.item })}
      />
    </>
  );
}

const factColumns = (): Column<Fact>[] => [
  textColumn('kind', say('kind'), '160px', (row) => codeWord(row.kind)),
  codeColumn('code', say('code'), 'minmax(140px, 1fr)', (row) => row.code),
  numberColumn('value', say('value'), '160px', (row) => row.value, 'money'),
];

function Facts({ version, changed }: { version: Version; changed: () => void }) {
  const adding = useSignal(false);
  const values = useSignal<Values>({ 'lines[0].kind': 'price' });
  const shown = useMemo(factColumns, [language.value]);
  const mayChange = may('finance') && ['draft', 'simulated'].includes(version.state);
  const change = (line: object): object => ({ cost_version: version.cost_version, lines: [line] });
  const picked = useSignal<ReadonlySet<string>>(new Set());
  const chosen = (version.lines ?? []).filter((line) => picked.value.has(`${line.kind}|${line.code}`));
  return (
    <>
      <Grid
        name="version-facts"
        title={`${version.cost_version} ${say('facts')}`}
        columns={shown}
        rows={version.lines ?? []}
        idOf={(row) => `${row.kind}|${row.code}`}
        {...(mayChange ? { picked } : {})}
      >
        {mayChange && (
          <>
            <button class="button main" onClick={() => (adding.value = true)}>
              {say('addFact')}
            </button>
            {chosen.length > 0 && (
              <Press
                text={say('removeFact')}
                method="Cost.SaveCostVersion"
                body={{
                  cost_version: version.cost_version,
                  lines: chosen.map((line) => ({ kind: line.kind, code: line.code, remove: true })),
                }}
                done={() => {
                  picked.value = new Set();
                  changed();
                }}
              />
            )}
          </>
        )}
      </Grid>
      {adding.value && (
        <FormDialog
          title={say('addFact')}
          method="Cost.SaveCostVersion"
          fields={[
            { name: 'lines[0].kind', label: say('kind'), from: FACTS, required: true },
            { name: 'lines[0].code', label: say('code'), kind: 'code', required: true },
            { name: 'lines[0].value', label: say('value'), kind: 'number', required: true },
          ]}
          values={values}
          body={(given) =>
            change({
              kind: given['lines[0].kind']?.trim(),
              code: given['lines[0].code']?.trim(),
              value: given['lines[0].value']?.trim(),
            })
          }
          done={changed}
          close={() => (adding.value = false)}
        />
      )}
    </>
  );
}

/** A version of standard costs from its first facts to its release by a second person, and back. */
export function CostVersionPage() {
  const name = asked('version');
  const got = useAsk<Version>('Cost.GetCostVersion', { cost_version: name });
  const said = useSignal('');
  const changing = useSignal(false);
  const version = got.value;
  const way = asked('way');
  return (
    <>
      <Head title={say('version')} sub={name}>
        {version && (
          <>
            <Tag code={version.state} />
            {may('finance') && ['draft', 'simulated'].includes(version.state) && (
              <button class="button" onClick={() => (changing.value = true)}>
                {say('changeVersion')}
              </button>
            )}
            <Acts
              acts={actsOf(version)}
              state={version.state}
              of={name}
              done={(reply) => {
                said.value =
                  'changed' in reply
                    ? say('simulated', {
                        items: Number(reply['items'] ?? 0),
                        changed: Number(reply['changed'] ?? 0),
                      })
                    : reply['state'] === 'released'
                      ? say('released', { amount: number(String(reply['revaluation'] ?? '0'), 2) })
                      : codeWord(String(reply['state'] ?? ''));
                got.load();
              }}
            />
          </>
        )}
      </Head>
      {got.error && <Failure error={got.error} again={got.load} />}
      <Said text={said.value} />
      {!version && !got.error && <p class="soft">{sayOffice('loading')}</p>}
      {version && (
        <>
          <div class="cards five">
            <Card
              label={say('costed')}
              how={[codeWord(version.prices), day(version.costed_on)].filter(Boolean).join(' · ')}
            >
              {version.items ?? 0}
            </Card>
            <Card label={say('different')} how={say('currentStandards')}>
              {version.different ?? 0}
            </Card>
            <Card
              label={say('revaluation')}
              how={[
                version.marked_on && `${say('markedOn')} ${day(version.marked_on)}`,
                version.effective_on && `${say('effectiveOn')} ${day(version.effective_on)}`,
              ]
                .filter(Boolean)
                .join(' · ')}
            >
              <Money text={version.revaluation ?? '0'} plain />
            </Card>
            <Card
              label={say('by')}
              how={[
                version.frozen_by && `${say('frozenBy')} ${version.frozen_by}`,
                version.released_by && `${say('releasedBy')} ${version.released_by}`,
                version.note,
              ]
                .filter(Boolean)
                .join(' · ')}
            >
              <span class="small">{version.made_by}</span>
            </Card>
          </div>
          <Tabs
            label={say('version')}
            of={[
              ['facts', say('facts')],
              ['compare', say('compare')],
              ['costs', say('costs')],
            ]}
          />
          {way === '' && <Facts version={version} changed={got.load} />}
          {way === 'compare' && <Comparison key={version.state} version={name} />}
          {way === 'costs' && <Costs version={name} />}
          {changing.value && <Entry of={version} done={got.load} close={() => (changing.value = false)} />}
        </>
      )}
    </>
  );
}
