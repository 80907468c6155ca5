import { useSignal, type Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError, call, command } from '../../base/api';
import { codeWord } from '../../base/codes';
import { day, moment, number } from '../../base/format';
import { newKey } from '../../base/key';
import { go, link, place } from '../../base/route';
import { FormDialog, type Values } from '../form';
import { Failure, Head } from '../list';
import { facts } from '../live';
import { may, person, plant } from '../state';
import { say as sayOffice } from '../words';
import { say } from './bill_words';
import { ChangeState, whenWord } from './change_list';
import { Chooser } from './chooser';
import {
  columnWord,
  listMaster,
  nameOf,
  ownerColumn,
  RowForm,
  shownValue,
  valuesOf,
  type Cell,
  type MasterFile,
} from './master_row';
import { RowTable } from './row_table';

/* One engineering change: drawn up line by line out of bills, its effect seen, then submitted,
   approved by another person, reverted.  A draft that is not saved yet stays in this browser. */

interface ChangeLine {
  action: 'add' | 'change' | 'remove';
  file?: MasterFile;
  row?: number;
  cells?: Cell[];
  /** The row as it is, where it is known; not sent. */
  before?: Values;
}

interface Change {
  change: string;
  title?: string;
  state: string;
  author?: string;
  approver?: string;
  effective_on?: string;
  stock_of?: string;
  lines?: ChangeLine[];
  steps?: { action: string; note?: string; done_by?: string; done_at?: string }[];
}

interface Draft {
  title: string;
  effective_on: string;
  stock_of: string;
  lines: ChangeLine[];
}

const failure = (cause: unknown): ApiError =>
  cause instanceof ApiError ? cause : new ApiError('PAGE', String(cause), '', -1, '');

const LOOK = { add: 'good', remove: 'bad', change: 'warn' } as const;

/* ---- lines ---- */

/** "DOOR › HINGE"; a row that is not known any more by its file and number. */
function called(line: ChangeLine, values: Values): string {
  const file = line.file ?? 'bom.csv';
  const row = { ...values, ...line.before };
  const owner = row[ownerColumn(file)];
  return owner ? `${owner} › ${nameOf(file, row)}` : `${file} ${line.row ?? ''}`;
}

/** Rows of the bills that the change touches, as they are now. */
async function rowsNow(code: string): Promise<Map<string, Values>> {
  const effect = await call<Effect>(plant.value, 'Bom.GetChangeEffect', { change: code, limit: 20 });
  const found = new Map<string, Values>();
  const bills = (effect.touched ?? []).filter((one) => one.kind === 'bill' && one.why === 'change');
  for (const file of ['bom.csv', 'routing.csv'])
    for (const bill of bills)
      for (const row of (await listMaster(file, bill.item ?? '')).rows)
        found.set(`${file} ${row.row}`, valuesOf(row.cells));
  return found;
}

function withRows(lines: readonly ChangeLine[], rows: Map<string, Values>): ChangeLine[] {
  return lines.map((line) => {
    const before = rows.get(`${line.file ?? 'bom.csv'} ${line.row}`);
    return before ? { ...line, before } : line;
  });
}

function Lines({
  lines,
  wrong,
  takeOut,
}: {
  lines: readonly ChangeLine[];
  wrong?: ApiError | undefined;
  takeOut?: (index: number) => void;
}) {
  if (lines.length === 0) return <p class="body soft">{say('draftEmpty')}</p>;
  return (
    <div class="wide">
      <table class="plain-table compared">
        <tbody>
          {lines.map((line, index) => {
            const values = valuesOf(line.cells);
            const bad = wrong?.field.startsWith(`lines[${index}]`);
            return (
              <tr key={index} class={LOOK[line.action]}>
                <td>
                  <span class={`tag ${LOOK[line.action]}`}>{say(line.action)}</span>
                </td>
                <td class="code">{called(line, values)}</td>
                <td class="cells">
                  {Object.keys(values)
                    .filter((name) => name !== 'parent' && name !== 'item' && line.action !== 'remove')
                    .map((name) => (
                      <span class="pair-of" key={name}>
                        <span class="soft">{columnWord(name)}</span>{' '}
                        {line.action === 'change' &&
                          line.before?.[name] &&
                          line.before[name] !== values[name] && (
                            <del>{shownValue(name, line.before[name])}</del>
                          )}{' '}
                        <ins>{shownValue(name, values[name]) || '–'}</ins>
                      </span>
                    ))}
                  {bad && <span class="why bad-text">{wrong!.message}</span>}
                </td>
                {takeOut && (
                  <td class="acts">
                    <button class="button plain" onClick={() => takeOut(index)}>
                      {say('takeOut')}
                    </button>
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/* ---- a bill to take lines from ---- */

interface Picked {
  row: number;
  values: Values;
}

function BillOf({ item, add }: { item: string; add: (line: ChangeLine) => void }) {
  const file: MasterFile = 'bom.csv';
  const lines = useSignal<Picked[] | undefined>(undefined);
  const error = useSignal<ApiError | undefined>(undefined);
  const open = useSignal<{ line?: Picked } | undefined>(undefined);
  useEffect(() => {
    listMaster(file, item).then(
      (master) => {
        error.value = undefined;
        lines.value = master.rows.map((row) => ({ row: row.row ?? 0, values: valuesOf(row.cells) }));
      },
      (cause: unknown) => (error.value = failure(cause)),
    );
  }, [item, plant.value]);
  if (error.value) return <Failure error={error.value} again={() => undefined} />;
  const line = open.value?.line;
  const own: Cell = { column: ownerColumn(file), value: item };
  return (
    <>
      <RowTable
        file={file}
        rows={(lines.value ?? []).filter((one) => !one.values['inherited_from'])}
        keyOf={(one) => one.row}
        act={(one) => (
          <>
            <button type="button" class="button plain" onClick={() => (open.value = { line: one })}>
              {say('changeLine')}
            </button>
            <button
              type="button"
              class="button plain danger"
              onClick={() => add({ action: 'remove', file, row: one.row, before: one.values })}
            >
              {say('removeLine')}
            </button>
          </>
        )}
      />
      <p class="body">
        <button type="button" class="button" onClick={() => (open.value = {})}>
          + {say('addLine')}
        </button>
      </p>
      {open.value && (
        <RowForm
          title={line ? `${item} › ${nameOf(file, line.values)}` : `${item}: ${say('addLine')}`}
          file={file}
          before={line?.values ?? {}}
          method=""
          fieldOf={(column) => column}
          body={(cells) => cells}
          keep={(cells) =>
            cells.length > 0 &&
            add(
              line
                ? { action: 'change', file, row: line.row, cells, before: line.values }
                : { action: 'add', file, cells: [own, ...cells] },
            )
          }
          done={() => undefined}
          close={() => (open.value = undefined)}
        />
      )}
    </>
  );
}

/* ---- the draft ---- */

const keptName = (code: string): string => `millrace.draft.${plant.value}.${code}`;

function keptDraft(code: string): Draft | undefined {
  try {
    return JSON.parse(localStorage.getItem(keptName(code)) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

const draftOf = (change: Change | undefined): Draft => ({
  title: change?.title ?? '',
  effective_on: change?.effective_on ?? '',
  stock_of: change?.stock_of ?? '',
  lines: change?.lines ?? [],
});

function DraftField({
  draft,
  name,
  label,
  kind,
  wrong,
}: {
  draft: Signal<Draft>;
  name: 'title' | 'effective_on' | 'stock_of';
  label: string;
  kind: string;
  wrong: ApiError | undefined;
}) {
  const why = wrong?.field === name ? wrong.message : '';
  return (
    <label class={why ? 'field wrong' : 'field'}>
      <span>{label}</span>
      <input
        name={name}
        type={kind === 'date' ? 'date' : 'text'}
        class={kind === 'code' ? 'code' : ''}
        autocomplete="off"
        aria-invalid={!!why}
        value={draft.value[name]}
        onInput={(event) => (draft.value = { ...draft.value, [name]: event.currentTarget.value })}
      />
      {why && <span class="why">{why}</span>}
    </label>
  );
}

const sent = ({ before: _, ...line }: ChangeLine): ChangeLine => line;

function DraftForm({ code, change, saved }: { code: string; change: Change | undefined; saved: () => void }) {
  const draft = useSignal<Draft>(keptDraft(code) ?? draftOf(change));
  const bill = useSignal('');
  const wrong = useSignal<ApiError | undefined>(undefined);
  const busy = useSignal(false);
  const key = useMemo(newKey, [JSON.stringify(draft.value)]);
  useEffect(() => localStorage.setItem(keptName(code), JSON.stringify(draft.value)), [draft.value]);

  async function save(): Promise<void> {
    const { title, effective_on, stock_of, lines } = draft.value;
    busy.value = true;
    try {
      await command(
        plant.value,
        'Bom.SaveChange',
        {
          change: code,
          ...(title ? { title } : {}),
          ...(effective_on ? { effective_on } : {}),
          ...(stock_of ? { stock_of } : {}),
          lines: lines.map(sent),
        },
        key,
      );
      localStorage.removeItem(keptName(code));
      saved();
    } catch (cause) {
      wrong.value = failure(cause);
    } finally {
      busy.value = false;
    }
  }
  const setLines = (lines: ChangeLine[]): void => {
    draft.value = { ...draft.value, lines };
    wrong.value = undefined;
  };
  const placed = /^(title|effective_on|stock_of|lines\[)/.test(wrong.value?.field ?? '');
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <section class="panel">
        <div class="form">
          <div class="fields">
            <DraftField draft={draft} name="title" label={say('title')} kind="text" wrong={wrong.value} />
            <DraftField
              draft={draft}
              name="effective_on"
              label={say('effectiveOn')}
              kind="date"
              wrong={wrong.value}
            />
            <DraftField
              draft={draft}
              name="stock_of"
              label={say('stockOf')}
              kind="code"
              wrong={wrong.value}
            />
          </div>
          {wrong.value && !placed && (
            <p class="notice bad" role="alert">
              {wrong.value.field && <span class="code">{wrong.value.field}</span>}
              {wrong.value.message || wrong.value.code}
            </p>
          )}
        </div>
        <Lines
          lines={draft.value.lines}
          wrong={wrong.value}
          takeOut={(index) => setLines(draft.value.lines.filter((_, at) => at !== index))}
        />
        <div class="form">
          <div class="pair">
            <button class="button main" disabled={busy.value || draft.value.lines.length === 0}>
              {say('saveDraft')}
            </button>
          </div>
        </div>
      </section>
      <section class="panel">
        <h2 class="with-act">{say('billOf')}</h2>
        <div class="body">
          <BillChoice bill={bill} />
        </div>
        {bill.value && (
          <BillOf
            key={bill.value}
            item={bill.value}
            add={(line) =>
              setLines([...draft.value.lines.filter((one) => !line.row || one.row !== line.row), line])
            }
          />
        )}
      </section>
    </form>
  );
}

/** Enter chooses the bill and must not save the draft around it. */
function BillChoice({ bill }: { bill: Signal<string> }) {
  return (
    <input
      class="input code"
      aria-label={say('billOf')}
      placeholder={say('item')}
      autocomplete="off"
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        bill.value = event.currentTarget.value.trim();
      }}
      onBlur={(event) => (bill.value = event.currentTarget.value.trim())}
    />
  );
}

/* ---- what it touches ---- */

interface Touch {
  kind: string;
  id: string;
  quantity?: string;
  item?: string;
  start_on?: string;
  state?: string;
  why?: string;
}

interface Effect {
  touched?: Touch[];
  refusal?: string;
  count?: number;
  next?: string;
}

function EffectPanel({ code }: { code: string }) {
  const effect = useSignal<Effect | undefined>(undefined);
  const error = useSignal<ApiError | undefined>(undefined);
  const load = (before?: Effect) => {
    const after = before?.next ? { after: before.next } : {};
    call<Effect>(plant.value, 'Bom.GetChangeEffect', { change: code, ...after }).then(
      (reply) => {
        effect.value = { ...reply, touched: [...(before?.touched ?? []), ...(reply.touched ?? [])] };
        error.value = undefined;
      },
      (cause: unknown) => (error.value = failure(cause)),
    );
  };
  useEffect(() => load(), [code, plant.value, facts.value]);
  if (error.value) return <Failure error={error.value} again={() => undefined} />;
  const got = effect.value;
  if (!got) return <p class="soft">{sayOffice('loading')}</p>;
  const rows = got.touched ?? [];
  return (
    <section class="panel">
      <h2>
        {say('effect')} <span class="soft">{got.count}</span>
      </h2>
      {got.refusal && (
        <p class="notice warn" role="alert">
          {say('refusal', { why: got.refusal })}
        </p>
      )}
      {rows.length === 0 ? (
        <p class="body soft">{say('noEffect')}</p>
      ) : (
        <div class="wide tall-list">
          <table class="plain-table">
            <thead>
              <tr>
                <th>{say('kind')}</th>
                <th>{say('document')}</th>
                <th>{say('item')}</th>
                <th class="num">{say('orderQuantity')}</th>
                <th>{say('startOn')}</th>
                <th>{say('state')}</th>
                <th>{say('why')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={`${row.kind} ${row.id}`}>
                  <td>{say(row.kind as Parameters<typeof say>[0])}</td>
                  <td class="code">{row.kind === 'bill' ? '' : row.id}</td>
                  <td class="code">
                    <a href={link('bill', { item: row.item })}>{row.item}</a>
                  </td>
                  <td class="num">{number(row.quantity)}</td>
                  <td>{day(row.start_on)}</td>
                  <td>{codeWord(row.state || undefined)}</td>
                  <td>{say(`why_${row.why}` as Parameters<typeof say>[0])}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {got.next && (
        <p class="body">
          <button type="button" class="button plain" onClick={() => load(got)}>
            {say('furtherTouched')}
          </button>{' '}
          <span class="soft">
            {rows.length} / {got.count}
          </span>
        </p>
      )}
    </section>
  );
}

/* ---- steps ---- */

const STEPS = {
  submit: 'Bom.SubmitChange',
  approve: 'Bom.ApproveChange',
  apply: 'Bom.ApplyChange',
  revert: 'Bom.RevertChange',
  withdraw: 'Bom.WithdrawChange',
} as const;
type Step = keyof typeof STEPS;

/** What can be done with a change as it stands. */
function stepsOf(change: Change): Step[] {
  const mine = change.author === person.value?.login;
  if (change.state === 'draft') return mine ? ['submit'] : [];
  if (change.state === 'submitted') return mine ? ['withdraw'] : ['approve'];
  if (change.state === 'approved') return ['apply'];
  return change.state === 'effective' ? ['revert'] : [];
}

function StepForm({
  change,
  step,
  done,
  close,
}: {
  change: Change;
  step: Step;
  done: () => void;
  close: () => void;
}) {
  const values = useSignal<Values>({});
  return (
    <FormDialog
      title={`${say(step)}: ${change.change}`}
      method={STEPS[step]}
      fields={[{ name: 'note', label: say('note') }]}
      values={values}
      body={(typed) => ({ change: change.change, ...(typed['note'] ? { note: typed['note'] } : {}) })}
      done={done}
      close={close}
    />
  );
}

function Steps({ change }: { change: Change }) {
  return (
    <section class="panel">
      <h2>{say('steps')}</h2>
      <ol class="steps">
        {(change.steps ?? []).map((step, index) => (
          <li key={index}>
            <b>{say(`step_${step.action}` as Parameters<typeof say>[0])}</b>{' '}
            <span class="soft">
              {say('whoWhen', { who: step.done_by ?? '', when: moment(step.done_at) })}
            </span>{' '}
            {step.note}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Shown({ change, edit, load }: { change: Change; edit: () => void; load: () => void }) {
  const step = useSignal<Step | undefined>(undefined);
  const mine = change.author === person.value?.login;
  const engineer = may('engineer');
  return (
    <>
      <div class="head">
        <ChangeState state={change.state} />
        <span>
          {change.title}{' '}
          <span class="soft">
            {change.stock_of
              ? whenWord(change)
              : change.effective_on
                ? day(change.effective_on)
                : say('atOnce')}{' '}
            · {change.author}
            {change.approver && ` → ${change.approver}`}
          </span>
        </span>
        <div class="do">
          {engineer && mine && change.state === 'draft' && (
            <button class="button" onClick={edit}>
              {say('edit')}
            </button>
          )}
          {engineer &&
            stepsOf(change).map((one) => (
              <button
                key={one}
                class={one === 'revert' || one === 'withdraw' ? 'button danger' : 'button main'}
                onClick={() => (step.value = one)}
              >
                {say(one)}
              </button>
            ))}
        </div>
      </div>
      {engineer && mine && change.state === 'submitted' && <p class="notice">{say('ownChange')}</p>}
      <section class="panel">
        <h2>{say('changeLines')}</h2>
        <Lines lines={change.lines ?? []} />
      </section>
      {['draft', 'submitted', 'approved'].includes(change.state) && <EffectPanel code={change.change} />}
      <Steps change={change} />
      {step.value && (
        <StepForm change={change} step={step.value} done={load} close={() => (step.value = undefined)} />
      )}
    </>
  );
}

function One({ code, fresh }: { code: string; fresh: boolean }) {
  const got = useSignal<Change | undefined>(undefined);
  const error = useSignal<ApiError | undefined>(undefined);
  const editing = useSignal(fresh || !!keptDraft(code));
  function load(): void {
    call<Change>(plant.value, 'Bom.GetChange', { change: code }).then(
      (reply) => {
        got.value = reply;
        error.value = undefined;
        rowsNow(code).then(
          (rows) => (got.value = { ...reply, lines: withRows(reply.lines ?? [], rows) }),
          () => undefined,
        );
      },
      (cause: unknown) => (error.value = failure(cause)),
    );
  }
  useEffect(load, [code, plant.value, facts.value]);
  const missing = error.value?.status === 404;
  const draftable = missing ? editing.value : got.value?.state === 'draft' && editing.value;
  if (error.value && !(missing && editing.value)) return <Failure error={error.value} again={load} />;
  if (!got.value && !missing) return <p class="soft">{sayOffice('loading')}</p>;
  if (draftable)
    return (
      <DraftForm
        code={code}
        change={got.value}
        saved={() => {
          editing.value = false;
          load();
          go('change', { change: code });
        }}
      />
    );
  return got.value ? <Shown change={got.value} edit={() => (editing.value = true)} load={load} /> : null;
}

export function ChangePage() {
  const { query } = place.value;
  const code = query.get('change') ?? '';
  return (
    <>
      <Head title={say('changeTitle', { code })}>
        <Chooser
          key={code}
          label={say('code')}
          value={code}
          choose={(typed) => go('change', { change: typed })}
        />
        <a class="button" href={link('changes')}>
          {say('changes')}
        </a>
      </Head>
      {code && <One key={code} code={code} fresh={query.get('draft') === 'new'} />}
    </>
  );
}
