import { useSignal, type Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { ApiError, command } from '../base/api';
import { Detail } from '../base/detail';
import { fieldWord } from '../base/errors';
import { newKey } from '../base/key';
import { plant } from './state';
import { say } from './words';

/*
 * Entering something: fields by name, an error of the server at the field that it names ("quantity",
 * "lines[1].item"), and one key for as long as what was typed stays the same, so that a second press
 * after a lost answer makes nothing twice.
 */
export interface Field {
  /** As the API names it: "customer" or "lines[0].quantity". */
  name: string;
  label: string;
  kind?: 'text' | 'number' | 'date' | 'code' | 'password';
  required?: boolean;
  /** Known answers, offered while typing. */
  from?: readonly string[];
}

export type Values = Record<string, string>;

interface FormProps {
  title: string;
  method: string;
  fields: Field[];
  values: Signal<Values>;
  body: (values: Values) => object;
  /** Of the plant in hand unless the method names none. */
  at?: string;
  done: (reply: Record<string, unknown>) => void;
  close: () => void;
  /** Instead of one call of the method. */
  send?: (values: Values) => Promise<Record<string, unknown>>;
  /** Instead of asking the server. */
  keep?: () => void;
  failed?: (error: ApiError) => void;
  children?: ComponentChildren;
}

function Entry({
  field,
  values,
  why,
  first,
}: {
  field: Field;
  values: Signal<Values>;
  why: ApiError | undefined;
  first: boolean;
}) {
  const list = `${field.name}-known`;
  const kind = field.kind ?? 'text';
  return (
    <label class={why ? 'field wrong' : 'field'}>
      <span>{field.label}</span>
      <input
        name={field.name}
        class={kind === 'code' ? 'code' : kind === 'number' ? 'num' : ''}
        type={kind === 'date' || kind === 'password' ? kind : 'text'}
        inputMode={kind === 'number' ? 'decimal' : 'text'}
        autocomplete={kind === 'password' ? 'new-password' : 'off'}
        required={field.required}
        autofocus={first}
        list={field.from ? list : undefined}
        aria-invalid={!!why}
        value={values.value[field.name] ?? ''}
        onInput={(event) => (values.value = { ...values.value, [field.name]: event.currentTarget.value })}
      />
      {field.from && (
        <datalist id={list}>
          {field.from.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
      {why && (
        <span class="why">
          {why.message} <Detail error={why} />
        </span>
      )}
    </label>
  );
}

export function FormDialog(props: FormProps) {
  const box = useRef<HTMLDialogElement>(null);
  const failed = useSignal<ApiError | undefined>(undefined);
  const busy = useSignal(false);
  const key = useMemo(newKey, [JSON.stringify(props.body(props.values.value))]);
  useLayoutEffect(() => box.current!.showModal(), []);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (props.keep) {
      props.keep();
      props.close();
      return;
    }
    busy.value = true;
    try {
      const { values, body, at = plant.value, method } = props;
      props.done(
        props.send
          ? await props.send(values.value)
          : await command<Record<string, unknown>>(at, method, body(values.value), key),
      );
      props.close();
    } catch (cause) {
      failed.value = cause instanceof ApiError ? cause : new ApiError('PAGE', String(cause), '', -1, '');
      props.failed?.(failed.value);
    } finally {
      busy.value = false;
    }
  }

  const wrong = failed.value;
  const placed = props.fields.some((field) => field.name === wrong?.field);
  return (
    <dialog ref={box} onClose={props.close} aria-label={props.title}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <h2>{props.title}</h2>
        <div class="fields">
          {props.fields.map((field, index) => (
            <Entry
              key={field.name}
              field={field}
              values={props.values}
              first={index === 0}
              why={wrong && wrong.field === field.name ? wrong : undefined}
            />
          ))}
        </div>
        {props.children}
        {wrong && !placed && (
          <p class="notice bad" role="alert">
            {wrong.field && wrong.code !== 'CHANGED' && <b>{fieldWord(wrong.field)}</b>}
            {wrong.message || wrong.code} <Detail error={wrong} />
          </p>
        )}
        <div class="pair">
          <button type="button" class="button" onClick={props.close}>
            {say('cancel')}
          </button>
          <button class="button main" disabled={busy.value}>
            {say('save')}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** Only what was typed: the server's default stands for the rest. */
export const typed = (values: Values, ...names: string[]): Record<string, string> =>
  Object.fromEntries(
    names.filter((name) => values[name]?.trim()).map((name) => [name, values[name]!.trim()]),
  );

/** A whole number as JSON has it; anything else as it was typed, for the server to refuse. */
export const counted = (text: string): number | string => (/^\d{1,9}$/.test(text) ? Number(text) : text);

/** lines[0].item, lines[1].item ... as rows; a row without an item is not sent. */
export function linesOf(values: Values, ...names: string[]): Record<string, unknown>[] {
  const rows: Record<string, unknown>[] = [];
  for (let i = 0; `lines[${i}].item` in values; i++) {
    const given = Object.fromEntries(
      names.map((name) => [name, values[`lines[${i}].${name}`]?.trim()]).filter((pair) => pair[1]),
    ) as Record<string, unknown>;
    if (given['item']) rows.push({ line: rows.length + 1, ...given });
  }
  return rows;
}
