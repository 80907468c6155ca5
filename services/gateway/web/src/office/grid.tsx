import { useSignal, type Signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { sum } from '../base/decimal';
import { number } from '../base/format';
import { keepFile } from '../base/keep';
import { named, wantNames } from '../base/names';
import { workbook, type Cell } from '../base/xlsx';
import { plant } from './state';
import { Views, viewOf, type View } from './views';
import { say } from './words';

/*
 * The list of everything: rows of one height, of which only those in sight exist in the page, so
 * that 100,000 scroll as ten do.  Typing filters over all columns; a click or Enter on a title
 * sorts; with the keys, Tab goes on from the list to its titles; arrows move, space picks, Enter opens, Ctrl-A picks all, Ctrl-C copies for a spreadsheet.
 */
export interface Column<R> {
  key: string;
  /** Empty: of what is done with a row, not of something that it says. */
  title: string;
  /** CSS width of the grid track: "90px", "minmax(120px, 1fr)". */
  width: string;
  /** The cell as text: what is filtered, copied and exported. */
  text: (row: R) => string;
  /** How the cell looks, where it is more than its text. */
  show?: (row: R) => ComponentChildren;
  /** Order of two rows; by text when absent. */
  order?: (a: R, b: R) => number;
  numeric?: boolean;
  /** Added up below the rows that are shown, there and in a workbook. */
  total?: boolean;
  /** The item whose name the cell is: asked for with the rows. */
  names?: (row: R) => string | undefined;
}

export interface GridProps<R> {
  name: string;
  /** Of the sheet of a workbook; the name where it is absent. */
  title?: string;
  columns: Column<R>[];
  rows: readonly R[];
  idOf: (row: R) => string;
  open?: (row: R) => void;
  /** Rows can be picked when this is given. */
  picked?: Signal<ReadonlySet<string>>;
  /** Narrows the rows before the words of the filter do. */
  keep?: (row: R) => boolean;
  loading?: boolean;
  /** Why there may be nothing, and what to do then. */
  empty?: string;
  /** How the rows stand until a person sorts them. */
  first?: Sort;
  /** The row that is brought into sight once it is there, by its id: what has just been made. */
  made?: string;
  children?: ComponentChildren;
}

/** A finger does not press twice. */
const TOUCH = matchMedia('(pointer: coarse)');
const ROW = 30;
const SPARE = 8;

type Sort = NonNullable<View['sort']>;

interface Line<R> {
  row: R;
  hay: string;
}

/** What the filter looks through. */
const lined = <R,>(rows: readonly R[], columns: Column<R>[]): Line<R>[] =>
  rows.map((row) => ({
    row,
    hay: columns
      .map((one) => one.text(row))
      .join('\t')
      .toLowerCase(),
  }));

function sorted<R>(lines: Line<R>[], columns: Column<R>[], sort: Sort | undefined): Line<R>[] {
  const column = columns.find((one) => one.key === sort?.key);
  if (!column) return lines;
  const order =
    column.order ??
    ((a: R, b: R) => (column.text(a) < column.text(b) ? -1 : column.text(a) > column.text(b) ? 1 : 0));
  const sign = sort!.down ? -1 : 1;
  return [...lines].sort((a, b) => sign * order(a.row, b.row));
}

/** A word for a spreadsheet: no tabs or ends of line, and never a formula. */
const cell = (text: string): string => {
  const flat = text.replace(/[\t\r\n]+/g, ' ');
  return /^[=+@]|^-(?![\d.]+$)/.test(flat) ? `'${flat}` : flat;
};

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export function Grid<R>(props: GridProps<R>): JSX.Element {
  const { rows, idOf, picked } = props;
  const view = viewOf(props.name, props.first);
  const { filter, sort: order, hidden } = view.value;
  const naming = props.columns.find((one) => one.names)?.names;
  const columns = useMemo(
    () => props.columns.filter((one) => !hidden.includes(one.key)),
    [props.columns, hidden, naming && named.value],
  );
  useEffect(() => {
    if (naming) wantNames(plant.value, rows.map(naming));
  }, [rows, naming]);
  const here = useSignal(0);
  const top = useSignal(0);
  const height = useSignal(600);
  const said = useSignal('');
  const scroll = useRef<HTMLDivElement>(null);

  const found = useMemo(() => lined(rows, columns), [rows, columns]);
  const lines = useMemo(() => sorted(found, columns, order), [found, order]);
  const keep = props.keep;
  const shown = useMemo(() => {
    const asked = filter.toLowerCase().split(/\s+/).filter(Boolean);
    return lines.filter(
      (line) => asked.every((word) => line.hay.includes(word)) && (!keep || keep(line.row)),
    );
  }, [lines, filter, keep]);

  useEffect(() => {
    const box = scroll.current!;
    const watch = new ResizeObserver(() => (height.value = box.clientHeight));
    watch.observe(box);
    return () => watch.disconnect();
  }, []);

  const at = Math.min(here.value, Math.max(0, shown.length - 1));
  const first = Math.max(0, Math.floor(top.value / ROW) - SPARE);
  const last = Math.min(shown.length, Math.ceil((top.value + height.value) / ROW) + SPARE);
  const totals = columns.some((one) => one.total);
  const tracks = (picked ? '34px ' : '') + columns.map((one) => one.width).join(' ');

  function move(to: number): void {
    const next = Math.max(0, Math.min(shown.length - 1, to));
    here.value = next;
    const box = scroll.current!;
    const y = next * ROW;
    const below = (totals ? 3 : 2) * ROW; /* the row and what stays in sight around it */
    if (y < box.scrollTop) box.scrollTop = y;
    else if (y + below > box.scrollTop + box.clientHeight) box.scrollTop = y + below - box.clientHeight;
  }

  const moved = useRef('');
  useEffect(() => {
    const index = props.made ? shown.findIndex((line) => idOf(line.row) === props.made) : -1;
    if (index < 0 || moved.current === props.made) return;
    moved.current = props.made!;
    move(index);
  }, [props.made, shown]);

  function toggle(row: R): void {
    if (!picked) return;
    const next = new Set(picked.value);
    if (!next.delete(idOf(row))) next.add(idOf(row));
    picked.value = next;
  }

  function pickAll(): void {
    if (!picked) return;
    const every = shown.every((line) => picked.value.has(idOf(line.row)));
    picked.value = every ? new Set() : new Set(shown.map((line) => idOf(line.row)));
  }

  /** The picked rows, or all in sight of the filter. */
  function chosen(): R[] {
    const some = shown.filter((line) => picked?.value.has(idOf(line.row)));
    return (some.length > 0 ? some : shown).map((line) => line.row);
  }

  async function copy(): Promise<void> {
    const out = chosen();
    const text = [
      columns.map((one) => one.title),
      ...out.map((row) => columns.map((one) => cell(one.text(row)))),
    ];
    await navigator.clipboard.writeText(text.map((line) => line.join('\t')).join('\n'));
    said.value = say('copied', { n: out.length });
  }

  const file = (props.title ?? props.name).replace(/[\\/:*?"<>|]+/g, ' ');

  function save(): void {
    const text = [
      columns.map((one) => one.title),
      ...chosen().map((row) => columns.map((one) => cell(one.text(row)))),
    ];
    const bytes = '\ufeff' + text.map((line) => line.map(quoted).join(',')).join('\r\n') + '\r\n';
    keepFile(`${file}.csv`, new Blob([bytes], { type: 'text/csv' }));
  }

  async function saveBook(): Promise<void> {
    const head = columns.map((one) => ({ text: one.title, numeric: false }));
    const body = chosen().map((row) =>
      columns.map((one) => ({ text: one.text(row), numeric: one.numeric ?? false })),
    );
    const foot: Cell[] = totals
      ? columns.map((one, index) => ({
          text: one.total ? sum(chosen().map(one.text)) : index === 0 ? say('total') : '',
          numeric: false,
          sum: one.total ?? false,
        }))
      : [];
    const book = await workbook(props.title ?? props.name, [head, ...body, ...(totals ? [foot] : [])]);
    keepFile(`${file}.xlsx`, book);
  }

  function onKey(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(height.value / ROW) - 2);
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: shown.length - 1,
    };
    const row = shown[at]?.row;
    if (event.key in steps) move(steps[event.key]!);
    else if (event.key === ' ' && row && event.target === scroll.current) toggle(row);
    else if (event.key === 'Enter' && row && event.target === scroll.current) props.open?.(row);
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) pickAll();
    else if (event.key === 'c' && (event.ctrlKey || event.metaKey) && !getSelection()?.toString())
      void copy();
    else return;
    event.preventDefault();
  }

  const all = rows.length;
  return (
    <div class="grid">
      <div class="bar">
        <input
          class="input"
          type="search"
          placeholder={say('filter')}
          aria-label={say('filter')}
          value={filter}
          onInput={(event) => {
            view.value = { ...view.value, filter: event.currentTarget.value };
            here.value = 0;
            scroll.current!.scrollTop = 0;
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown' || event.key === 'Enter') scroll.current!.focus();
          }}
        />
        {props.children}
        <Views list={props.name} columns={props.columns} first={props.first} />
        <span class="count" role="status">
          {said.value ? said.value + ' · ' : ''}
          {picked && picked.value.size > 0 ? say('picked', { n: picked.value.size }) + ' · ' : ''}
          {shown.length === all ? say('allRows', { all }) : say('rows', { shown: shown.length, all })}
        </span>
        <button class="button plain" onClick={() => void copy()}>
          {say('copy')}
        </button>
        <button class="button plain" onClick={save}>
          {say('exportCsv')}
        </button>
        <button class="button plain" onClick={() => void saveBook()}>
          {say('exportBook')}
        </button>
      </div>
      <div
        class="scroll"
        ref={scroll}
        tabIndex={0}
        role="grid"
        aria-label={props.name}
        aria-rowcount={shown.length + 1}
        aria-multiselectable={!!picked}
        aria-activedescendant={shown[at] ? `${props.name}-${at}` : undefined}
        onScroll={(event) => (top.value = event.currentTarget.scrollTop)}
        onKeyDown={onKey}
      >
        <div style={{ position: 'relative', height: `${(shown.length + 1) * ROW}px` }} role="rowgroup">
          <div
            class="row title"
            role="row"
            aria-rowindex={1}
            style={{ gridTemplateColumns: tracks, width: '100%' }}
          >
            {picked && (
              <span role="columnheader">
                <input
                  type="checkbox"
                  tabIndex={-1}
                  aria-label={say('all')}
                  checked={shown.length > 0 && shown.every((line) => picked.value.has(idOf(line.row)))}
                  onChange={pickAll}
                />
              </span>
            )}
            {columns.map((one) => (
              <Title
                key={one.key}
                column={one}
                sort={order}
                choose={(next) => (view.value = { ...view.value, sort: next })}
              />
            ))}
          </div>
          {shown.slice(first, last).map((line, index) => (
            <Row
              key={idOf(line.row)}
              id={`${props.name}-${first + index}`}
              index={first + index}
              line={line}
              tracks={tracks}
              columns={columns}
              here={first + index === at}
              picked={picked ? picked.value.has(idOf(line.row)) : undefined}
              touch={() => (here.value = first + index)}
              toggle={() => toggle(line.row)}
              open={props.open}
            />
          ))}
          {shown.length === 0 && (
            <div class="nothing" style={{ paddingTop: '24px' }}>
              {props.loading ? say('loading') : all > 0 ? say('noMatch') : say('nothing')}
              {!props.loading && all === 0 && props.empty && <p>{props.empty}</p>}
            </div>
          )}
        </div>
        {totals && shown.length > 0 && (
          <Totals columns={columns} lines={shown} tracks={tracks} lead={!!picked} />
        )}
      </div>
    </div>
  );
}

/** Below the rows, always in sight: what the shown ones add up to. */
function Totals<R>({
  columns,
  lines,
  tracks,
  lead,
}: {
  columns: Column<R>[];
  lines: readonly Line<R>[];
  tracks: string;
  lead: boolean;
}): JSX.Element {
  const sums = useMemo(
    () => columns.map((one) => (one.total ? sum(lines.map((line) => one.text(line.row))) : undefined)),
    [columns, lines],
  );
  return (
    <div class="row total" role="row" style={{ gridTemplateColumns: tracks, width: '100%' }}>
      {lead && <span role="gridcell" />}
      {columns.map((one, index) => (
        <span role="gridcell" key={one.key} class={one.numeric ? 'num' : ''}>
          {one.total ? number(sums[index], 2) : index === 0 ? say('total') : ''}
        </span>
      ))}
    </div>
  );
}

interface TitleProps<R> {
  column: Column<R>;
  sort: Sort | undefined;
  choose: (next: Sort | undefined) => void;
}

/** A press sorts, one more turns it round, a third lets it be. */
function Title<R>({ column, sort, choose }: TitleProps<R>): JSX.Element {
  const mine = sort?.key === column.key;
  const down = mine && sort.down;
  return (
    <span
      role="columnheader"
      class={column.numeric ? 'num' : ''}
      aria-sort={mine ? (down ? 'descending' : 'ascending') : 'none'}
    >
      {column.title && (
        <button
          class="sort"
          onClick={() => choose(mine && down ? undefined : { key: column.key, down: mine })}
        >
          {column.title}
          {mine ? (down ? ' ↓' : ' ↑') : ''}
        </button>
      )}
    </span>
  );
}

interface RowProps<R> {
  id: string;
  index: number;
  line: Line<R>;
  tracks: string;
  columns: Column<R>[];
  here: boolean;
  picked: boolean | undefined;
  touch: () => void;
  toggle: () => void;
  open: ((row: R) => void) | undefined;
}

function Row<R>(props: RowProps<R>): JSX.Element {
  const { line, columns, picked } = props;
  const look = `row on${picked ? ' picked' : ''}${props.here ? ' here' : ''}`;
  return (
    <div
      class={look}
      id={props.id}
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={picked}
      style={{ gridTemplateColumns: props.tracks, width: '100%', top: `${(props.index + 1) * ROW}px` }}
      onClick={(event) => {
        props.touch();
        if (TOUCH.matches && !(event.target as Element).closest('a, input')) props.open?.(line.row);
      }}
      onDblClick={() => props.open?.(line.row)}
    >
      {picked !== undefined && (
        <span role="gridcell">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={say('pick')}
            checked={picked}
            onChange={props.toggle}
          />
        </span>
      )}
      {columns.map((one) => (
        <span role="gridcell" key={one.key} class={one.numeric ? 'num' : ''} title={one.text(line.row)}>
          {one.show ? one.show(line.row) : one.text(line.row)}
        </span>
      ))}
    </div>
  );
}
