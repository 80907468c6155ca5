import { signal, useSignal, type Signal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { ApiError } from '../base/api';
import { isZero } from '../base/decimal';
import { day, number } from '../base/format';
import { Missing } from '../base/missing';
import { Name, unitOf } from '../base/names';
import { print, printLabel } from '../base/print';
import { LanguageChoice } from '../base/sign_in';
import {
  chooseLine,
  emptyDraft,
  endCount,
  issueAll,
  issueOrReturn,
  receive,
  recordCount,
  report,
  scanned,
  scrap,
  tell,
  transfer,
  undo,
  type Draft,
} from './act';
import { Camera, hasCamera } from './camera';
import { counting } from './count';
import { dismiss, list, waits } from './queue';
import {
  choosePlant,
  connected,
  device,
  enroll,
  heldOf,
  loadReady,
  login,
  mayEnroll,
  mode,
  modes,
  needOf,
  order,
  plant,
  plants,
  ready,
  result,
  signOut,
} from './state';
import type { Component, Posting, WorkOrder } from './store';
import { say } from './words';

/* One screen: what was scanned above, what to do with it in the middle, what happened below. */

function age(made: string): string {
  const minutes = Math.floor((Date.now() - Date.parse(made)) / 60_000);
  return minutes < 120 ? say('minutes', { n: minutes }) : say('hours', { n: Math.floor(minutes / 60) });
}

/** Shown to a supervisor who signed in with a password on a browser that is no device yet. */
function Enroll() {
  const name = useSignal<string | undefined>(undefined);
  const centers = useSignal('');
  const why = useSignal('');
  async function save(event: Event): Promise<void> {
    event.preventDefault();
    const named = centers.value.split(/[\s,，]+/).filter(Boolean);
    await enroll(name.value!.trim(), named).catch((cause: unknown) => {
      why.value = cause instanceof ApiError ? cause.message : String(cause);
    });
  }
  if (name.value === undefined)
    return (
      <button class="button plain" onClick={() => (name.value = '')}>
        {say('enroll')}
      </button>
    );
  return (
    <form class="enroll" onSubmit={(event) => void save(event)}>
      <input
        name="device"
        required
        placeholder={say('enrollName')}
        aria-label={say('enrollName')}
        aria-invalid={!!why.value}
        value={name.value}
        onInput={(event) => (name.value = event.currentTarget.value)}
      />
      <input
        name="centers"
        placeholder={say('centers')}
        aria-label={say('centers')}
        value={centers.value}
        onInput={(event) => (centers.value = event.currentTarget.value)}
      />
      <button class="button main">{say('enroll')}</button>
      {why.value && (
        <span class="why" role="alert">
          {why.value}
        </span>
      )}
    </form>
  );
}

function Bar() {
  const first = waits.value[0];
  return (
    <header class="bar">
      <span class={connected.value ? 'dot good' : 'dot bad'} aria-hidden="true" />
      <span>{connected.value ? say('online') : say('offline')}</span>
      {first && (
        <span class="tag warn" role="status">
          {say('waiting', { n: waits.value.length })} · {say('oldest', { age: age(first.made_at) })}
        </span>
      )}
      {device.value ? (
        <span class="soft">{[device.value.name, ...(device.value.work_centers ?? [])].join(' · ')}</span>
      ) : (
        mayEnroll.value && <Enroll />
      )}
      {plants.value.length > 1 && (
        <select
          aria-label={say('plant')}
          value={plant.value}
          onChange={(event) => {
            event.currentTarget.blur();
            void choosePlant(event.currentTarget.value);
          }}
        >
          {plants.value.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      )}
      <span class="who">{login.value}</span>
      <LanguageChoice />
      <button class="button plain" onClick={() => void signOut()}>
        {say('leave')}
      </button>
    </header>
  );
}

/** A person is typing into another field: the scan field does not take the focus from there. */
const busy = (): boolean =>
  document.activeElement instanceof HTMLSelectElement ||
  (document.activeElement instanceof HTMLInputElement &&
    document.activeElement.dataset['scan'] === undefined);

function ScanField({ now, take }: { now: Signal<Draft>; take: (found: Draft) => void }) {
  const text = useSignal('');
  const looking = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    const back = setInterval(() => {
      if (!busy() && !document.querySelector('dialog[open]')) field.current?.focus({ preventScroll: true });
    }, 400);
    field.current?.focus();
    return () => clearInterval(back);
  }, []);

  async function scan(event: Event): Promise<void> {
    event.preventDefault();
    const raw = text.value;
    text.value = '';
    await read(raw);
  }
  async function read(raw: string): Promise<void> {
    const found = await scanned(raw, now.value);
    if (found) take(found);
  }
  return (
    <form class="scanner" onSubmit={(event) => void scan(event)}>
      <input
        class="scan"
        data-scan=""
        ref={field}
        placeholder={say('scan')}
        aria-label={say('scan')}
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      {hasCamera && (
        <button
          type="button"
          class="button big"
          aria-label={say('camera')}
          onClick={() => (looking.value = true)}
        >
          <svg viewBox="0 0 24 24" width="28" height="28" aria-hidden="true">
            <path
              fill="none"
              stroke="currentColor"
              stroke-width="2"
              d="M4 8h4l2-3h4l2 3h4v11H4zM12 10a3.5 3.5 0 1 0 .01 0"
            />
          </svg>
        </button>
      )}
      {looking.value && (
        <Camera
          found={(raw) => {
            looking.value = false;
            void read(raw);
          }}
          close={() => (looking.value = false)}
        />
      )}
    </form>
  );
}

function Said() {
  const now = result.value;
  if (!now) return null;
  return (
    <p class={`said ${now.look}`} role="status" aria-live="assertive">
      <b aria-hidden="true">{now.look === 'good' ? '✓' : now.look === 'warn' ? '…' : '✕'}</b> {now.text}
    </p>
  );
}

function Modes({ choose }: { choose: () => void }) {
  return (
    <nav class="modes">
      {modes.map((one) => (
        <button
          key={one}
          aria-pressed={mode.value === one}
          onClick={() => {
            mode.value = one;
            result.value = undefined;
            choose();
          }}
        >
          {say(one)}
        </button>
      ))}
    </nav>
  );
}

/** What the server draws goes to the printer; without a connection that is said. */
const printed = (job: Promise<void>): void =>
  void job.catch((cause: unknown) => tell('bad', String(cause instanceof Error ? cause.message : cause)));

const ItemName = ({ item }: { item: string }) => <Name plant={plant.value} item={item} />;

/** A person's choice, for all orders. */
const drawn = signal(false);

function OrderCard({ now }: { now: WorkOrder }) {
  return (
    <section class="order">
      <button class="button" onClick={() => (order.value = undefined)} aria-label={say('back')}>
        ‹
      </button>
      <div>
        <strong class="code">{now.work_order}</strong>
        <span class="code">{now.item}</span> <ItemName item={now.item} />
      </div>
      <div class="figures">
        <span>
          {say('received')} <b>{number(now.received ?? '0')}</b> / {number(now.quantity)}{' '}
          {unitOf(plant.value, now.item)}
        </span>
        <span class="soft">
          {say('due')} {day(now.due_on)}
        </span>
      </div>
      <div class="prints">
        <button class="button" aria-pressed={drawn.value} onClick={() => (drawn.value = !drawn.value)}>
          {say('missing')}
        </button>
        <button
          class="button"
          onClick={() => printed(printLabel(plant.value, { kind: 'work_order', code: now.work_order }))}
        >
          {say('label')}
        </button>
        <button
          class="button"
          onClick={() =>
            printed(print(plant.value, 'Inventory.PrintPicks', { work_orders: [now.work_order] }))
          }
        >
          {say('pickList')}
        </button>
      </div>
    </section>
  );
}

/** "Quantity, KG" */
const counted = (item: string, label = say('quantity')): string =>
  [label, unitOf(plant.value, item)].filter(Boolean).join(', ');

interface Entry {
  label: string;
  value: string;
  set: (text: string) => void;
  numeric?: boolean;
  first?: boolean;
}

function Field({ label, value, set, numeric, first }: Entry) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (first) field.current?.select();
  }, []);
  return (
    <label class="field">
      <span>{label}</span>
      <input
        ref={field}
        inputMode={numeric ? 'decimal' : 'text'}
        autocomplete="off"
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </label>
  );
}

/** The number pad of a form: Enter or the green button posts. */
function Form({
  title,
  of,
  fields,
  go,
  cancel,
}: {
  title: string;
  /** The item that it is about. */
  of?: string;
  fields: Entry[];
  go: () => Promise<boolean>;
  cancel: () => void;
}) {
  const sending = useSignal(false);
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (sending.value) return;
    sending.value = true;
    if (await go()) cancel();
    sending.value = false;
  }
  return (
    <form class="entry" onSubmit={(event) => void submit(event)}>
      <h2>
        <span class="code">{title}</span> {of && <ItemName item={of} />}
      </h2>
      <div class="fields">
        {fields.map((one, index) => (
          <Field key={index} {...one} />
        ))}
      </div>
      <div class="pair">
        <button type="button" class="button big" onClick={cancel}>
          {say('cancel')}
        </button>
        <button class="button main big" disabled={sending.value}>
          {say('done')}
        </button>
      </div>
    </form>
  );
}

function LineForm({ now }: { now: Signal<Draft> }) {
  const edit = editing(now);
  const { item, quantity, lot, location, reason } = now.value;
  const fields: Entry[] = [
    { label: counted(item), value: quantity, set: edit('quantity'), numeric: true, first: true },
    { label: say('lot'), value: lot, set: edit('lot') },
    { label: say('location'), value: location, set: edit('location') },
    { label: say('reason'), value: reason, set: edit('reason') },
  ];
  return (
    <Form
      key={item}
      title={`${say(mode.value)} · ${item}`}
      of={item}
      fields={fields}
      go={() => issueOrReturn(now.value)}
      cancel={() => (now.value = emptyDraft)}
    />
  );
}

function Lines({ now, choose }: { now: WorkOrder; choose: (line: Component) => void }) {
  const left = mode.value === 'issue' ? needOf : heldOf;
  const isDone = (line: Component): boolean => isZero(left(line));
  const all = now.components ?? [];
  const some = !all.every(isDone);
  return (
    <>
      {mode.value === 'issue' && some && (
        <button class="button main big" onClick={() => void issueAll()}>
          {say('all')}
        </button>
      )}
      {all.length > 0 && (
        <p class="caption soft">
          {mode.value === 'issue' ? `${say('needed')} / ${say('required')}` : say('issued')}
        </p>
      )}
      <ul class="lines">
        {[...all.filter((line) => !isDone(line)), ...all.filter(isDone)].map((line) => (
          <li key={line.line}>
            <button class={isDone(line) ? 'line done' : 'line'} onClick={() => choose(line)}>
              <span>
                <span class="code">{line.item}</span> <ItemName item={line.item} />
              </span>
              <span class="num">
                {mode.value === 'issue' && isDone(line) ? (
                  <b>✓ {number(line.required)}</b>
                ) : (
                  <b>{number(left(line))}</b>
                )}{' '}
                {mode.value === 'issue' && !isDone(line) && (
                  <span class="soft">/ {number(line.required)}</span>
                )}{' '}
                <span class="soft">{unitOf(plant.value, line.item)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

const editing =
  (now: Signal<Draft>) =>
  (name: 'quantity' | 'lot' | 'location' | 'reason' | 'to') =>
  (text: string): void => {
    now.value = { ...now.value, [name]: text };
  };

function ReceiveForm({ here, now }: { here: WorkOrder; now: Signal<Draft> }) {
  const scrapped = useSignal('');
  const final = useSignal(false);
  const edit = editing(now);
  const { quantity, location, lot } = now.value;
  const clear = (): void => {
    scrapped.value = '';
    now.value = emptyDraft;
  };
  const fields: Entry[] = [
    { label: counted(here.item), value: quantity, set: edit('quantity'), numeric: true, first: true },
    { label: say('scrapped'), value: scrapped.value, set: (text) => (scrapped.value = text), numeric: true },
    { label: say('lot'), value: lot, set: edit('lot') },
    { label: say('location'), value: location, set: edit('location') },
  ];
  return (
    <>
      <label class="button big check">
        <input
          type="checkbox"
          checked={final.value}
          onChange={(event) => (final.value = event.currentTarget.checked)}
        />
        {say('final')}
      </label>
      <Form
        title={`${say('receive')} · ${here.item}`}
        of={here.item}
        fields={fields}
        go={() => receive(quantity, scrapped.value, final.value, location, lot)}
        cancel={clear}
      />
    </>
  );
}

function ScrapForm({ now }: { now: Signal<Draft> }) {
  const edit = editing(now);
  const { item, quantity, lot, location, reason } = now.value;
  const fields: Entry[] = [
    {
      label: counted(order.value?.item ?? item),
      value: quantity,
      set: edit('quantity'),
      numeric: true,
      first: true,
    },
    { label: say('reason'), value: reason, set: edit('reason') },
  ];
  if (!order.value)
    fields.push(
      { label: say('lot'), value: lot, set: edit('lot') },
      { label: say('location'), value: location, set: edit('location') },
    );
  return (
    <Form
      title={`${say('scrap')} · ${order.value?.item ?? item}`}
      of={order.value?.item ?? item}
      fields={fields}
      go={() => scrap(now.value)}
      cancel={() => (now.value = emptyDraft)}
    />
  );
}

/** The order's operations to press, then what was done. */
function ReportForm({ here, now }: { here: WorkOrder; now: Signal<Draft> }) {
  const hours = useSignal('');
  const scrapped = useSignal('');
  const edit = editing(now);
  const { operation, quantity, reason } = now.value;
  if (!operation)
    return (
      <ul class="lines">
        {(here.operations ?? []).map((one) => (
          <li key={one.operation}>
            <button class="line" onClick={() => (now.value = { ...emptyDraft, operation: one.operation })}>
              <span>
                <strong class="code">{one.operation}</strong> <span class="code soft">{one.work_center}</span>
              </span>
              <span class="num">
                <b>{number(one.good ?? '0')}</b> <span class="soft">/ {number(here.quantity)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    );
  const fields: Entry[] = [
    { label: say('good'), value: quantity, set: edit('quantity'), numeric: true, first: true },
    { label: say('hours1'), value: hours.value, set: (text) => (hours.value = text), numeric: true },
    { label: say('scrapped'), value: scrapped.value, set: (text) => (scrapped.value = text), numeric: true },
    { label: say('reason'), value: reason, set: edit('reason') },
  ];
  return (
    <Form
      key={operation}
      title={`${say('report')} · ${operation}`}
      fields={fields}
      go={() => report(now.value, hours.value, scrapped.value)}
      cancel={() => (now.value = emptyDraft)}
    />
  );
}

function TransferForm({ now }: { now: Signal<Draft> }) {
  const edit = editing(now);
  const { item, quantity, to, location, lot } = now.value;
  const fields: Entry[] = [
    { label: counted(item), value: quantity, set: edit('quantity'), numeric: true, first: true },
    { label: say('toLocation'), value: to, set: edit('to') },
    { label: say('fromLocation'), value: location, set: edit('location') },
    { label: say('lot'), value: lot, set: edit('lot') },
  ];
  return (
    <>
      <Form
        key={item}
        title={`${say('transfer')} · ${item}`}
        of={item}
        fields={fields}
        go={() => transfer(now.value)}
        cancel={() => (now.value = emptyDraft)}
      />
      <button
        class="button big"
        onClick={() =>
          printed(
            printLabel(plant.value, { kind: lot ? 'lot' : 'item', code: item, ...(lot ? { lot } : {}) }),
          )
        }
      >
        {say('label')}
      </button>
    </>
  );
}

/** The lines of the count in hand, without what the book has: it is blind. */
function CountWork({ now }: { now: Signal<Draft> }) {
  const here = counting.value;
  const { item, lot, location, line, quantity } = now.value;
  if (!here) return <p class="soft">{say('scanCount')}</p>;
  if (line)
    return (
      <Form
        key={line}
        title={[item, lot, location].filter(Boolean).join(' · ')}
        of={item}
        fields={[
          {
            label: counted(item, say('found')),
            value: quantity,
            set: editing(now)('quantity'),
            numeric: true,
            first: true,
          },
        ]}
        go={() => recordCount(now.value)}
        cancel={() => (now.value = emptyDraft)}
      />
    );
  return (
    <>
      <button class="button main big" onClick={() => void endCount()}>
        {say('endCount')}
      </button>
      <ul class="lines">
        {here.lines.map((one) => (
          <li key={one.line}>
            <button
              class={one.found === undefined ? 'line' : 'line done'}
              onClick={() => (now.value = chooseLine(one))}
            >
              <span>
                <span class="code">{one.item}</span> <ItemName item={one.item} />{' '}
                <span class="code soft">{[one.lot, one.location].filter(Boolean).join(' · ')}</span>
              </span>
              <b class="num">{one.found === undefined ? '' : `✓ ${number(one.found)}`}</b>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Ready({ open }: { open: (code: string) => void }) {
  return (
    <section>
      <h2>{say('ready')}</h2>
      {ready.value.length === 0 && <p class="soft">{say('nothingReady')}</p>}
      <ul class="lines">
        {ready.value.map((one) => (
          <li key={one.work_order}>
            <button class="line" onClick={() => open(one.work_order)}>
              <span>
                <strong class="code">{one.work_order}</strong> <span class="code soft">{one.item}</span>{' '}
                <ItemName item={one.item} />
              </span>
              <span class="num">
                <b>{number(one.quantity)}</b> <span class="soft">{unitOf(plant.value, one.item)}</span>
                <span class="soft when">{day(one.due_on)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A reversal is not reversed; what was counted is counted again. */
const KEPT_AS_THEY_ARE = /ReverseDocument|RecordCount/;
const MARKS = { waiting: '…', done: '✓', refused: '✕' } as const;
const SHOWN = 10;

function Past({ posting }: { posting: Posting }) {
  return (
    <li class={`past ${posting.state}`}>
      <b aria-hidden="true">{MARKS[posting.state]}</b>
      <span>
        {posting.title}
        {posting.why && <span class="bad-text"> {posting.why}</span>}
        {posting.state === 'waiting' && <span class="soft"> · {age(posting.made_at)}</span>}
      </span>
      {posting.state === 'done' &&
        posting.document &&
        !posting.undone &&
        !KEPT_AS_THEY_ARE.test(posting.method) && (
          <button class="button" onClick={() => void undo(posting)}>
            {say('undo')}
          </button>
        )}
      {posting.undone && <span class="tag dim">{say('undone')}</span>}
      {posting.state === 'refused' && (
        <button class="button" onClick={() => void dismiss(posting)}>
          {say('dismiss')}
        </button>
      )}
    </li>
  );
}

function Recent() {
  const refused = list.value.filter((one) => one.state === 'refused');
  const rest = list.value.filter((one) => one.state !== 'refused').slice(0, SHOWN);
  return (
    <section>
      <h2>{say('recent')}</h2>
      {list.value.length === 0 && <p class="soft">{say('nothingYet')}</p>}
      <ul class="lines">
        {[...refused, ...rest].map((one) => (
          <Past key={one.key} posting={one} />
        ))}
      </ul>
    </section>
  );
}

/** What the mode asks of the order in hand. */
function OrderWork({
  here,
  now,
  take,
}: {
  here: WorkOrder;
  now: Signal<Draft>;
  take: (found: Draft) => void;
}) {
  if (mode.value === 'receive') return <ReceiveForm key={here.work_order} here={here} now={now} />;
  if (mode.value === 'report') return <ReportForm key={here.work_order} here={here} now={now} />;
  if (mode.value === 'scrap') return <ScrapForm key={here.work_order} now={now} />;
  if (now.value.item) return <LineForm now={now} />;
  const choose = (line: Component): void =>
    void scanned(line.item, now.value).then((found) => found && take(found));
  return <Lines now={here} choose={choose} />;
}

function Work({ now, take }: { now: Signal<Draft>; take: (found: Draft) => void }) {
  const here = order.value;
  if (mode.value === 'count') return <CountWork now={now} />;
  if (mode.value === 'transfer')
    return now.value.item ? <TransferForm now={now} /> : <p class="soft">{say('scanTransfer')}</p>;
  if (mode.value === 'scrap' && !here)
    return now.value.item ? <ScrapForm now={now} /> : <p class="soft">{say('scanScrap')}</p>;
  if (!here)
    return <Ready open={(code) => void scanned(code, now.value).then((found) => found && take(found))} />;
  return (
    <>
      <OrderCard now={here} />
      {drawn.value && (
        <Missing
          plant={plant.value}
          needs={(here.components ?? []).map((line) => ({ item: line.item, need: needOf(line) }))}
        />
      )}
      <OrderWork here={here} now={now} take={take} />
    </>
  );
}

export function Terminal() {
  const now = useSignal<Draft>(emptyDraft);
  const take = (found: Draft): void => {
    now.value = found;
  };
  useEffect(() => void loadReady(), []);
  return (
    <div class="terminal">
      <Bar />
      <main>
        <div class="left">
          <ScanField now={now} take={take} />
          <Said />
          <Modes choose={() => (now.value = emptyDraft)} />
          <Work now={now} take={take} />
        </div>
        <div class="right">
          <Recent />
        </div>
      </main>
    </div>
  );
}
