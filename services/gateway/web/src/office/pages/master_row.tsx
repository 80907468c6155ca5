import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { call } from '../../base/api';
import type { ApiError } from '../../base/api';
import { codeWord } from '../../base/codes';
import { FormDialog, type Field, type Values } from '../form';
import { plant } from '../state';
import { say } from './bill_words';

/* Rows of master data, as ListMaster tells them and EditMaster takes them: a text a column. */

export interface Cell {
  column: string;
  value?: string;
}

export interface MasterRow {
  file: string;
  row?: number;
  object?: string;
  cells?: Cell[];
}

export type MasterFile = 'bom.csv' | 'routing.csv';

export const valuesOf = (cells: readonly Cell[] | undefined): Values =>
  Object.fromEntries((cells ?? []).map((cell) => [cell.column, cell.value ?? '']));

interface ColumnOf {
  column: string;
  kind?: Field['kind'];
  required?: boolean;
  /** Shown at first; the rest with "All columns", or where it has a value. */
  common?: boolean;
  from?: readonly string[];
  /** What the server gives where nothing was given: not worth a place. */
  default?: string;
}

const BILL: ColumnOf[] = [
  { column: 'component', kind: 'code', required: true, common: true },
  { column: 'position', kind: 'code', common: true },
  { column: 'qty', kind: 'number', required: true, common: true },
  { column: 'per_qty', kind: 'number', common: true, default: '1' },
  { column: 'uom', kind: 'code', common: true },
  { column: 'scrap_pct', kind: 'number', common: true, default: '0' },
  { column: 'operation', kind: 'code', common: true },
  { column: 'valid_from', kind: 'date', common: true },
  { column: 'valid_to', kind: 'date', common: true },
  {
    column: 'kind',
    from: ['component', 'phantom', 'coproduct', 'byproduct', 'consumable'],
    default: 'component',
  },
  { column: 'cost_share_pct', kind: 'number' },
  { column: 'alternative', kind: 'code' },
  { column: 'alternative_priority', kind: 'number', default: '0' },
  { column: 'revision', kind: 'code' },
  { column: 'substitute_group', kind: 'code' },
  { column: 'substitute_priority', kind: 'number', default: '0' },
  { column: 'mix_pct', kind: 'number' },
  { column: 'designators' },
  { column: 'pieces', kind: 'number', default: '1' },
  { column: 'qty_fixed', from: ['true', 'false'], default: 'false' },
  { column: 'lot_from', kind: 'number', default: '0' },
  { column: 'lot_to', kind: 'number' },
  { column: 'offset_days', kind: 'number' },
];

const ROUTING: ColumnOf[] = [
  { column: 'operation', kind: 'code', required: true, common: true },
  { column: 'work_center', kind: 'code', required: true, common: true },
  { column: 'setup', kind: 'number', common: true },
  { column: 'run', kind: 'number', common: true },
  { column: 'time_unit', common: true, from: ['h', 'min', 's'] },
  { column: 'per_qty', kind: 'number', common: true, default: '1' },
  { column: 'scrap_pct', kind: 'number', common: true, default: '0' },
  { column: 'valid_from', kind: 'date', common: true },
  { column: 'valid_to', kind: 'date', common: true },
  { column: 'cleanup', kind: 'number', default: '0' },
  { column: 'run_size', kind: 'number' },
  { column: 'lead_time_days', kind: 'number' },
  { column: 'parallel_group', kind: 'code' },
  { column: 'alternative', kind: 'code' },
  { column: 'alternative_priority', kind: 'number', default: '0' },
  { column: 'supplier', kind: 'code' },
  { column: 'subcontract_price', kind: 'number' },
];

const says = (one: ColumnOf, values: Values): boolean =>
  !!values[one.column] && values[one.column] !== one.default;

/** The column that says whose row it is. */
export const ownerColumn = (file: string): string => (file === 'bom.csv' ? 'parent' : 'item');

/** What a line is called: "WHEEL" of a bill, "10" of a routing. */
export const nameOf = (file: string, values: Values): string =>
  (file === 'bom.csv' ? values['component'] : values['operation']) ?? '';

const LABELS: Record<string, () => string> = { kind: () => say('lineKind'), run: () => say('runTime') };

export const columnWord = (column: string): string =>
  (LABELS[column] ?? (() => say(column as Parameters<typeof say>[0])))();

/** A value as people read it. */
export const shownValue = (column: string, value: string | undefined): string =>
  column === 'kind' ? codeWord(value) : (value ?? '');

/** Cells that differ from those it had; one that was emptied has no value. */
export function differing(values: Values, before: Values): Cell[] {
  const names = new Set([...Object.keys(values), ...Object.keys(before)]);
  return [...names]
    .map((column) => ({ column, value: (values[column] ?? '').trim() }))
    .filter((cell) => cell.value !== (before[cell.column] ?? ''));
}

interface RowFormProps {
  title: string;
  file: MasterFile;
  /** The row as it was when it was opened; empty: a new one. */
  before: Values;
  method: string;
  /** The API's name of a column in what is sent. */
  fieldOf: (column: string) => string;
  body: (cells: Cell[]) => object;
  done: (reply: Record<string, unknown>, cells: Cell[]) => void;
  close: () => void;
  /** Instead of the server. */
  keep?: (cells: Cell[]) => void;
  failed?: (error: ApiError) => void;
  children?: (cells: Cell[]) => ComponentChildren;
}

/** The columns of a line as a form; what differs is sent. */
export function RowForm(props: RowFormProps) {
  const all = useSignal(false);
  const columns = props.file === 'bom.csv' ? BILL : ROUTING;
  const fields: Field[] = columns
    .filter((one) => all.value || one.common || says(one, props.before))
    .map((one) => ({
      name: props.fieldOf(one.column),
      label: columnWord(one.column),
      kind: one.kind ?? 'text',
      ...(one.required ? { required: true } : {}),
      ...(one.from ? { from: one.from } : {}),
    }));
  /* the form names fields as the API does, the values are by column */
  const named = useSignal<Values>(
    Object.fromEntries(columns.map((one) => [props.fieldOf(one.column), props.before[one.column] ?? ''])),
  );
  const cellsNow = (): Cell[] => {
    const typed = Object.fromEntries(
      columns.map((one) => [one.column, named.value[props.fieldOf(one.column)] ?? '']),
    );
    return differing({ ...props.before, ...typed }, props.before);
  };
  return (
    <FormDialog
      title={props.title}
      method={props.method}
      fields={fields}
      values={named}
      body={() => props.body(cellsNow())}
      done={(reply) => props.done(reply, cellsNow())}
      close={props.close}
      {...(props.keep ? { keep: () => props.keep!(cellsNow()) } : {})}
      {...(props.failed ? { failed: props.failed } : {})}
    >
      <button type="button" class="button plain more" onClick={() => (all.value = !all.value)}>
        {all.value ? say('fewerColumns') : say('moreColumns')}
      </button>
      {props.children?.(cellsNow())}
    </FormDialog>
  );
}

export interface Master {
  rows: MasterRow[];
  version: number;
}

export async function listMaster(file: string, item: string): Promise<Master> {
  const reply = await call<{ rows?: MasterRow[]; version?: number | string }>(plant.value, 'Bom.ListMaster', {
    file,
    item,
  });
  return { rows: reply.rows ?? [], version: Number(reply.version ?? 0) };
}

const FIRST: Record<MasterFile, string[]> = {
  'bom.csv': ['position', 'component', 'qty', 'uom'],
  'routing.csv': ['operation', 'work_center', 'setup', 'run', 'time_unit'],
};

/** Columns worth a place: the first ones and those that a row uses. */
export function columnsOf(file: MasterFile, rows: readonly Values[]): string[] {
  const first = FIRST[file];
  const known = file === 'bom.csv' ? BILL : ROUTING;
  const used = known.filter((one) => !first.includes(one.column) && rows.some((row) => says(one, row)));
  return [...first, ...used.map((one) => one.column)];
}

export const isNumber = (file: MasterFile, column: string): boolean =>
  (file === 'bom.csv' ? BILL : ROUTING).find((one) => one.column === column)?.kind === 'number';

export const isCode = (column: string): boolean =>
  ['component', 'work_center', 'supplier', 'parent', 'item', 'operation', 'position', 'uom'].includes(column);
