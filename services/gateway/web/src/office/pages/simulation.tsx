import { useSignal, type Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError, call, command } from '../../base/api';
import { codeWord } from '../../base/codes';
import type { Decimal } from '../../base/decimal';
import { day, number } from '../../base/format';
import { go, place } from '../../base/route';
import { language } from '../../base/words';
import { FormDialog, typed, type Field, type Values } from '../form';
import { Grid, type Column } from '../grid';
import { Failure, Head } from '../list';
import { facts } from '../live';
import { person, plant } from '../state';
import { codeColumn, dayColumn, Money, numberColumn, textColumn, toRequirements } from './columns';
import { say } from './simulation_words';

/* A what-if: changes on the left, what the plan would make of them on the right.  The server plans
   anew after every change and answers with the difference; this page adds nothing up. */

type Kind = 'demand' | 'lead_time' | 'supplier_lost' | 'stock' | 'bill';

interface Change {
  kind: Kind;
  item?: string;
  quantity?: Decimal;
  due_on?: string;
  days?: number;
  supplier?: string;
  component?: string;
  customer?: string;
}

export interface Simulation {
  name: string;
  note?: string;
  shared?: boolean;
  version?: number;
  made_by?: string;
  made_at?: string;
  state?: 'open' | 'applying' | 'applied';
  change_count?: number;
  changes?: Change[];
  moved?: string[];
}

interface Sum {
  planned_orders?: number;
  late_orders?: number;
  late_demands?: number;
  messages?: number;
  purchases?: Decimal;
}

interface Difference {
  change: 'remove' | 'change' | 'insert';
  item: string;
  need_on?: string;
  quantity?: Decimal;
  start_on?: string;
  due_on?: string;
  supplier?: string;
  old_quantity?: Decimal;
  old_start_on?: string;
  old_due_on?: string;
  old_supplier?: string;
}

interface Outcome {
  before?: Sum;
  after?: Sum;
  messages?: { message: string; before?: number; after?: number }[];
  removed?: number;
  changed?: number;
  inserted?: number;
  differences?: Difference[];
  simulation?: Simulation;
}

interface Step {
  method?: string;
  state?: string;
  message?: string;
}

const DIFFERENCES = 500;

/** What each kind of change is made of; the server says what is wrong at the field. */
const FIELDS: Record<Kind, () => Field[]> = {
  demand: () => [
    { name: 'item', label: say('item'), kind: 'code', required: true },
    { name: 'quantity', label: say('quantity'), kind: 'number', required: true },
    { name: 'due_on', label: say('dueOn'), kind: 'date', required: true },
    { name: 'customer', label: say('customer') },
  ],
  lead_time: () => [
    { name: 'item', label: say('item'), kind: 'code', required: true },
    { name: 'days', label: say('days'), kind: 'number', required: true },
  ],
  supplier_lost: () => [
    { name: 'supplier', label: say('supplier'), required: true },
    { name: 'item', label: say('itemOrAll'), kind: 'code' },
  ],
  stock: () => [
    { name: 'item', label: say('item'), kind: 'code', required: true },
    { name: 'quantity', label: say('counted'), kind: 'number', required: true },
  ],
  bill: () => [
    { name: 'item', label: say('item'), kind: 'code', required: true },
    { name: 'component', label: say('component'), kind: 'code', required: true },
    { name: 'quantity', label: say('perOne'), kind: 'number', required: true },
  ],
};

const ADD = {
  demand: 'addDemand',
  lead_time: 'addLeadTime',
  supplier_lost: 'addSupplierLost',
  stock: 'addStock',
  bill: 'addBill',
} as const satisfies Record<Kind, string>;

function inWords(change: Change): string {
  switch (change.kind) {
    case 'demand':
      return say('isDemand', { quantity: number(change.quantity), due: day(change.due_on) });
    case 'lead_time':
      return say('isLeadTime', { days: change.days ?? 0 });
    case 'supplier_lost':
      return say('isLost', { supplier: change.supplier ?? '' });
    case 'stock':
      return say('isStock', { quantity: number(change.quantity) });
    case 'bill':
      return say('isBill', { component: change.component ?? '', quantity: number(change.quantity) });
  }
}

/** Asked with all changes, so that a wrong one is refused at its field before it joins them. */
function AddChange(props: {
  kind: Kind;
  changes: readonly Change[];
  done: (changes: Change[], outcome: Outcome) => void;
  close: () => void;
}) {
  const values = useSignal<Values>({});
  const at = `changes[${props.changes.length}]`;
  const fields = FIELDS[props.kind]().map((field) => ({ ...field, name: `${at}.${field.name}` }));
  const made = (now: Values): Change[] => {
    const given = typed(now, ...fields.map((field) => field.name));
    const parts = Object.entries(given).map(([name, text]) => [
      name.slice(at.length + 1),
      name.endsWith('.days') && /^\d+$/.test(text) ? Number(text) : text,
    ]);
    return [...props.changes, { kind: props.kind, ...(Object.fromEntries(parts) as object) }];
  };
  return (
    <FormDialog
      title={say(ADD[props.kind])}
      method="Mrp.GetSimulation"
      fields={fields}
      values={values}
      body={(now) => ({ changes: made(now), limit: DIFFERENCES })}
      done={(reply) => props.done(made(values.value), reply as Outcome)}
      close={props.close}
    />
  );
}

function Changes(props: { changes: readonly Change[]; remove: ((index: number) => void) | undefined }) {
  if (props.changes.length === 0) return <p class="body soft">{say('noChanges')}</p>;
  return (
    <ul class="changes">
      {props.changes.map((change, index) => (
        <li key={index}>
          <span class="tag">{say(change.kind)}</span>
          <span>
            <span class="code">{change.item ?? say('everything')}</span> {inWords(change)}{' '}
            {change.customer && <span class="soft">{change.customer}</span>}
          </span>
          {props.remove && (
            <button
              class="button plain"
              aria-label={`${say('remove')} ${index + 1}`}
              onClick={() => props.remove!(index)}
            >
              ×
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Now and then side by side; what gets worse is red. */
function Sums({ before, after, kinds }: { before: Sum; after: Sum; kinds: Outcome['messages'] }) {
  const rows: [string, ComponentChildren, ComponentChildren, boolean][] = [
    count(say('lateDemands'), before.late_demands, after.late_demands, true),
    count(say('lateOrders'), before.late_orders, after.late_orders, true),
    count(say('messages'), before.messages, after.messages, true),
    ...(kinds ?? []).map((one) => count('· ' + codeWord(one.message), one.before, one.after, true)),
    count(say('plannedOrders'), before.planned_orders, after.planned_orders, false),
    [say('purchases'), <Money text={before.purchases} />, <Money text={after.purchases} />, false],
  ];
  return (
    <table class="plain-table">
      <thead>
        <tr>
          <th />
          <th class="num">{say('before')}</th>
          <th class="num">{say('after')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([label, was, is, worse]) => (
          <tr key={label}>
            <td>{label}</td>
            <td class="num">{was}</td>
            <td class={worse ? 'num bad-text' : 'num'}>{is}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const count = (
  label: string,
  before = 0,
  after = 0,
  fewerIsBetter: boolean,
): [string, string, string, boolean] => [
  label,
  number(String(before)),
  number(String(after)),
  fewerIsBetter && after > before,
];

const HOW = { insert: 'insert', change: 'change', remove: 'removeRow' } as const;

/** What it would be, and softly what it is in the plan as it stands. */
const columns = (): Column<Difference>[] => [
  textColumn('change', say('how'), '92px', (row) => say(HOW[row.change])),
  codeColumn('item', say('item'), 'minmax(120px, 1.4fr)', (row) => row.item, toRequirements),
  numberColumn('old_quantity', `${say('quantity')} · ${say('was')}`, '120px', (row) => row.old_quantity),
  numberColumn('quantity', say('quantity'), '110px', (row) => row.quantity),
  dayColumn('old_due', `${say('dueOn')} · ${say('was')}`, '116px', (row) => row.old_due_on),
  dayColumn('due', say('dueOn'), '108px', (row) => row.due_on),
  textColumn('old_supplier', `${say('supplier')} · ${say('was')}`, '130px', (row) => row.old_supplier),
  textColumn('supplier', say('supplier'), 'minmax(100px, 1fr)', (row) => row.supplier),
];

const none = (got: Outcome): boolean => !got.inserted && !got.changed && !got.removed;

function Result({ got }: { got: Outcome }) {
  const shown = useMemo(columns, [language.value]);
  return (
    <>
      <section class="panel wide">
        <Sums before={got.before ?? {}} after={got.after ?? {}} kinds={got.messages} />
      </section>
      <p>
        {none(got)
          ? say('same')
          : say('counts', {
              inserted: got.inserted ?? 0,
              changed: got.changed ?? 0,
              removed: got.removed ?? 0,
            })}
      </p>
      {!none(got) && (
        <Grid
          name="differences"
          columns={shown}
          rows={got.differences ?? []}
          idOf={(row) =>
            [
              row.change,
              row.item,
              row.need_on,
              row.quantity,
              row.old_quantity,
              row.due_on,
              row.old_due_on,
            ].join('|')
          }
        />
      )}
    </>
  );
}

/** Its name, whether others see it, and what can be done with it. */
function Keep(props: {
  changes: readonly Change[];
  saved: Simulation | undefined;
  done: (name: string) => void;
  close: () => void;
}) {
  const values = useSignal<Values>({ name: props.saved?.name ?? '', note: props.saved?.note ?? '' });
  const shared = useSignal(props.saved?.shared ?? false);
  const fields: Field[] = [
    { name: 'name', label: say('name'), kind: 'code', required: true },
    { name: 'note', label: say('note') },
  ];
  return (
    <FormDialog
      title={say('save')}
      method="Mrp.SaveSimulation"
      fields={fields}
      values={values}
      body={(now) => ({
        ...typed(now, 'name', 'note'),
        changes: props.changes,
        shared: shared.value,
        ...(props.saved && props.saved.name === now['name'] ? { if_version: props.saved.version } : {}),
      })}
      done={(reply) => props.done(String(reply['name'] ?? ''))}
      close={props.close}
    >
      <label>
        <input
          type="checkbox"
          checked={shared.value}
          onChange={(event) => (shared.value = event.currentTarget.checked)}
        />{' '}
        {say('share')}
      </label>
    </FormDialog>
  );
}

const wrongOf = (cause: unknown): ApiError =>
  cause instanceof ApiError ? cause : new ApiError('PAGE', String(cause), '', -1, '');

interface Work {
  changes: Signal<readonly Change[]>;
  got: Signal<Outcome | undefined>;
  saved: Signal<Simulation | undefined>;
  wrong: Signal<ApiError | undefined>;
  steps: Signal<readonly Step[]>;
}

async function look(work: Work, body: object): Promise<void> {
  try {
    const reply = await call<Outcome>(plant.value, 'Mrp.GetSimulation', { ...body, limit: DIFFERENCES });
    work.got.value = reply;
    work.wrong.value = undefined;
    if (reply.simulation) {
      work.saved.value = reply.simulation;
      work.changes.value = reply.simulation.changes ?? [];
    }
  } catch (cause) {
    work.wrong.value = wrongOf(cause);
  }
}

async function apply(work: Work, name: string): Promise<void> {
  if (!confirm(say('applySure', { n: work.changes.value.length }))) return;
  try {
    const reply = await command<{ steps?: Step[] }>(plant.value, 'Mrp.ApplySimulation', { name });
    work.steps.value = reply.steps ?? [];
    await look(work, { name });
  } catch (cause) {
    work.wrong.value = wrongOf(cause);
  }
}

async function discard(work: Work, name: string): Promise<void> {
  try {
    await command(plant.value, 'Mrp.DiscardSimulation', { name });
    go('simulations');
  } catch (cause) {
    work.wrong.value = wrongOf(cause);
  }
}

function Steps({ steps }: { steps: readonly Step[] }) {
  if (steps.length === 0) return null;
  return (
    <section class="panel">
      <h2>{say('steps')}</h2>
      <ul class="changes">
        {steps.map((step, index) => (
          <li key={index}>
            <span class={step.state === 'done' ? 'tag good' : 'tag warn'}>{step.state}</span>
            <span>
              <span class="code">{step.method}</span> {step.message}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Editor({ name }: { name: string }) {
  const work: Work = {
    changes: useSignal<readonly Change[]>([]),
    got: useSignal<Outcome | undefined>(undefined),
    saved: useSignal<Simulation | undefined>(undefined),
    wrong: useSignal<ApiError | undefined>(undefined),
    steps: useSignal<readonly Step[]>([]),
  };
  const adding = useSignal<Kind | undefined>(undefined);
  const keeping = useSignal(false);
  const again = (): void => {
    if (work.changes.value.length > 0) void look(work, { changes: work.changes.value });
    else if (name) void look(work, { name });
  };
  useEffect(again, [name, facts.value]);

  const { changes, got, saved } = work;
  const mine = !saved.value || saved.value.made_by === person.value?.login;
  const open = (saved.value?.state ?? 'open') === 'open';
  const remove = (index: number): void => {
    changes.value = changes.value.filter((_, at) => at !== index);
    got.value = undefined;
    again();
  };
  return (
    <>
      <Head title={say('simulation')} sub={name}>
        {saved.value && open && (
          <button class="button" onClick={() => void apply(work, name)}>
            {say('apply')}
          </button>
        )}
        {saved.value && mine && (
          <button class="button danger" onClick={() => void discard(work, name)}>
            {say('discard')}
          </button>
        )}
        {open && mine && (
          <button
            class="button main"
            disabled={changes.value.length === 0}
            onClick={() => (keeping.value = true)}
          >
            {say('save')}
          </button>
        )}
      </Head>
      {work.wrong.value && <Failure error={work.wrong.value} again={again} />}
      {(saved.value?.moved ?? []).length > 0 && (
        <p class="notice warn" role="status">
          {say('moved')} {saved.value!.moved!.join('; ')}
        </p>
      )}
      <Steps steps={work.steps.value} />
      <div class="what-if">
        <section class="panel">
          <h2>
            {say('changes')} {saved.value && <span class="tag">{say(saved.value.state ?? 'open')}</span>}
          </h2>
          <Changes changes={changes.value} remove={open ? remove : undefined} />
          {open && (
            <div class="adds">
              {(Object.keys(ADD) as Kind[]).map((kind) => (
                <button key={kind} class="button" onClick={() => (adding.value = kind)}>
                  {say(ADD[kind])}
                </button>
              ))}
            </div>
          )}
        </section>
        <div class="outcome">
          {got.value ? <Result got={got.value} /> : <p class="soft">{say('lead')}</p>}
        </div>
      </div>
      {adding.value && (
        <AddChange
          kind={adding.value}
          changes={changes.value}
          done={(made, outcome) => {
            changes.value = made;
            got.value = outcome;
            work.wrong.value = undefined;
          }}
          close={() => (adding.value = undefined)}
        />
      )}
      {keeping.value && (
        <Keep
          changes={changes.value}
          saved={saved.value}
          done={(made) => {
            go('simulation', { name: made });
            if (made === name) void look(work, { name });
          }}
          close={() => (keeping.value = false)}
        />
      )}
    </>
  );
}

export function SimulationPage() {
  const name = place.value.query.get('name') ?? '';
  return <Editor key={name} name={name} />;
}
