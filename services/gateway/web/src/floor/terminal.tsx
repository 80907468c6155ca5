import { useSignal, type Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ApiError } from '../base/api';
import { isZero } from '../base/decimal';
import { day, number } from '../base/format';
import {
  emptyDraft,
  issueAll,
  issueOrReturn,
  receive,
  report,
  scanned,
  transfer,
  undo,
  type Draft,
} from './act';
import { dismiss, list, waits } from './queue';
import {
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
  const why = useSignal('');
  async function save(event: Event): Promise<void> {
    event.preventDefault();
    await enroll(name.value!.trim()).catch((cause: unknown) => {
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
      {device.value ? <span class="soft">{device.value.name}</span> : mayEnroll.value && <Enroll />}
      <span class="who">{login.value}</span>
      <button class="button plain" onClick={() => void signOut()}>
        {say('leave')}
      </button>
    </header>
  );
}

/** A person is typing into another field: the scan field does not take the focus from there. */
const busy = (): boolean =>
  document.activeElement instanceof HTMLInputElement && document.activeElement.dataset['scan'] === undefined;

function ScanField({ take }: { take: (found: Draft) => void }) {
  const text = useSignal('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
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
    const found = await scanned(raw);
    if (found) take(found);
  }
  return (
    <form onSubmit={(event) => void scan(event)}>
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

function Modes() {
  return (
    <nav class="modes">
      {modes.map((one) => (
        <button
          key={one}
          aria-pressed={mode.value === one}
          onClick={() => {
            mode.value = one;
            result.value = undefined;
          }}
        >
          {say(one)}
        </button>
      ))}
    </nav>
  );
}

function OrderCard({ now }: { now: WorkOrder }) {
  return (
    <section class="order">
      <button class="button" onClick={() => (order.value = undefined)} aria-label={say('back')}>
        ‹
      </button>
      <div>
        <strong class="code">{now.work_order}</strong>
        <span class="code">{now.item}</span>
      </div>
      <div class="figures">
        <span>
          {say('received')} <b>{number(now.received ?? '0')}</b> / {number(now.quantity)}
        </span>
        <span class="soft">
          {say('due')} {day(now.due_on)}
        </span>
      </div>
    </section>
  );
}

interface Entry {
  label: string;
  value: string;
  set: (text: string) => void;
  numeric?: boolean;
  first?: boolean;
}

function Field({ label, value, set, numeric, first }: Entry) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
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
  fields,
  go,
  cancel,
}: {
  title: string;
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
      <h2 class="code">{title}</h2>
      <div class="fields">
        {fields.map((one) => (
          <Field key={one.label} {...one} />
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
  const edit = (name: keyof Draft) => (text: string) => (now.value = { ...now.value, [name]: text });
  const { item, quantity, lot, location, reason } = now.value;
  const fields: Entry[] = [
    { label: say('quantity'), value: quantity, set: edit('quantity'), numeric: true, first: true },
    { label: say('lot'), value: lot, set: edit('lot') },
    { label: say('location'), value: location, set: edit('location') },
    { label: say('reason'), value: reason, set: edit('reason') },
  ];
  return (
    <Form
      key={item}
      title={`${say(mode.value)} · ${item}`}
      fields={fields}
      go={() => issueOrReturn(now.value)}
      cancel={() => (now.value = emptyDraft)}
    />
  );
}

function Lines({ now, choose }: { now: WorkOrder; choose: (line: Component) => void }) {
  const some = (now.components ?? []).some((line) => !isZero(needOf(line)));
  return (
    <>
      {mode.value === 'issue' && some && (
        <button class="button main big" onClick={() => void issueAll()}>
          {say('all')}
        </button>
      )}
      <ul class="lines">
        {(now.components ?? []).map((line) => {
          const done = mode.value === 'issue' ? isZero(needOf(line)) : isZero(heldOf(line));
          return (
            <li key={line.line}>
              <button class={done ? 'line done' : 'line'} onClick={() => choose(line)}>
                <span class="code">{line.item}</span>
                <span class="num">
                  {mode.value === 'issue' ? (
                    <>
                      <b>{number(needOf(line))}</b> <span class="soft">/ {number(line.required)}</span>
                    </>
                  ) : (
                    <b>{number(heldOf(line))}</b>
                  )}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function ReceiveForm({ now }: { now: WorkOrder }) {
  const quantity = useSignal('');
  const scrapped = useSignal('');
  const location = useSignal('');
  const lot = useSignal('');
  const final = useSignal(false);
  const clear = (): void => {
    for (const one of [quantity, scrapped, location, lot]) one.value = '';
  };
  const fields: Entry[] = [
    {
      label: say('quantity'),
      value: quantity.value,
      set: (text) => (quantity.value = text),
      numeric: true,
      first: true,
    },
    { label: say('scrapped'), value: scrapped.value, set: (text) => (scrapped.value = text), numeric: true },
    { label: say('lot'), value: lot.value, set: (text) => (lot.value = text) },
    { label: say('location'), value: location.value, set: (text) => (location.value = text) },
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
        title={`${say('receive')} · ${now.item}`}
        fields={fields}
        go={() => receive(quantity.value, scrapped.value, final.value, location.value, lot.value)}
        cancel={clear}
      />
    </>
  );
}

function ReportForm() {
  const operation = useSignal('10');
  const hours = useSignal('');
  const fields: Entry[] = [
    { label: say('operation'), value: operation.value, set: (text) => (operation.value = text) },
    {
      label: say('hours1'),
      value: hours.value,
      set: (text) => (hours.value = text),
      numeric: true,
      first: true,
    },
  ];
  return (
    <Form
      title={say('report')}
      fields={fields}
      go={() => report(operation.value, hours.value)}
      cancel={() => (hours.value = '')}
    />
  );
}

function TransferForm({ now }: { now: Signal<Draft> }) {
  const to = useSignal('');
  const edit = (name: keyof Draft) => (text: string) => (now.value = { ...now.value, [name]: text });
  const fields: Entry[] = [
    { label: say('quantity'), value: now.value.quantity, set: edit('quantity'), numeric: true, first: true },
    { label: say('toLocation'), value: to.value, set: (text) => (to.value = text) },
    { label: say('location'), value: now.value.location, set: edit('location') },
    { label: say('lot'), value: now.value.lot, set: edit('lot') },
  ];
  return (
    <Form
      title={`${say('transfer')} · ${now.value.item}`}
      fields={fields}
      go={() => transfer(now.value, to.value)}
      cancel={() => (now.value = emptyDraft)}
    />
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
                <strong class="code">{one.work_order}</strong> <span class="code soft">{one.item}</span>
              </span>
              <span class="num">
                <b>{number(one.quantity)}</b> <span class="soft">{day(one.due_on)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const MARKS = { waiting: '…', done: '✓', refused: '✕' } as const;
const SHOWN = 10;

function Past({ posting }: { posting: Posting }) {
  return (
    <li class={`past ${posting.state}`}>
      <b aria-hidden="true">{MARKS[posting.state]}</b>
      <span>
        {posting.title}
        {posting.why && <span class="bad-text"> {posting.why}</span>}
        {posting.state === 'waiting' && <span class="soft"> {age(posting.made_at)}</span>}
      </span>
      {posting.state === 'done' &&
        posting.document &&
        !posting.undone &&
        !posting.method.endsWith('ReverseDocument') && (
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

function Work({ now, take }: { now: Signal<Draft>; take: (found: Draft) => void }) {
  const here = order.value;
  if (mode.value === 'transfer') return now.value.item ? <TransferForm now={now} /> : null;
  if (!here) return <Ready open={(code) => void scanned(code).then((found) => found && take(found))} />;
  return (
    <>
      <OrderCard now={here} />
      {mode.value === 'receive' && <ReceiveForm key={here.work_order} now={here} />}
      {mode.value === 'report' && <ReportForm key={here.work_order} />}
      {(mode.value === 'issue' || mode.value === 'return') &&
        (now.value.item ? (
          <LineForm now={now} />
        ) : (
          <Lines
            now={here}
            choose={(line) => void scanned(line.item).then((found) => found && take(found))}
          />
        ))}
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
          <ScanField take={take} />
          <Said />
          <Modes />
          <Work now={now} take={take} />
        </div>
        <div class="right">
          <Recent />
        </div>
      </main>
    </div>
  );
}
