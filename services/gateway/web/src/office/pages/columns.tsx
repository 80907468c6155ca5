import type { ComponentChildren } from 'preact';
import { codeWord, lineWord } from '../../base/codes';
import { compare, isNegative, type Decimal } from '../../base/decimal';
import { day, money, number } from '../../base/format';
import { link } from '../../base/route';
import { nameOf } from '../../base/names';
import type { Column } from '../grid';
import { plant } from '../state';
import { say } from './words';

/* Makers of the columns that every list has. */

/** Every decimal there is; those beyond the cent in a softer colour, so that cents stand in line.
    Below zero it is red, unless that is `plain`, neither good nor bad. */
export function Money({ text, plain }: { text: Decimal | undefined; plain?: boolean }) {
  const { main, fine } = money(text);
  return (
    <span class={!plain && isNegative(text) ? 'bad-text' : ''}>
      {main}
      <span class="fine">{fine}</span>
    </span>
  );
}

export function textColumn<R>(
  key: string,
  title: string,
  width: string,
  text: (row: R) => string | undefined,
): Column<R> {
  return { key, title, width, text: (row) => text(row) ?? '' };
}

/** A code as it is, in the type that tells 0 from O. */
export function codeColumn<R>(
  key: string,
  title: string,
  width: string,
  text: (row: R) => string | undefined,
  to?: (code: string, row: R) => string,
): Column<R> {
  const show = (row: R): ComponentChildren => {
    const code = text(row) ?? '';
    const at = code && to?.(code, row);
    return at ? (
      <a class="code" href={at}>
        {code}
      </a>
    ) : (
      <span class="code">{code}</span>
    );
  };
  return { key, title, width, text: (row) => text(row) ?? '', show };
}

/** What the item is called, beside its code. */
export function nameColumn<R>(item: (row: R) => string | undefined, width = 'minmax(150px, 2fr)'): Column<R> {
  return {
    key: 'name',
    title: say('name'),
    width,
    text: (row) => nameOf(plant.value, item(row) ?? ''),
    names: item,
  };
}

export const toStock = (item: string): string => link('stock', { item });
export const toOrder = (order: string): string => link('work-order', { order });
export const toRequirements = (item: string): string => link('requirements', { item });
export const toCost = (order: string): string => link('order-cost', { order });

export function numberColumn<R>(
  key: string,
  title: string,
  width: string,
  value: (row: R) => Decimal | undefined,
  as: 'quantity' | 'money' = 'quantity',
): Column<R> {
  return {
    key,
    title,
    width,
    numeric: true,
    text: (row) => value(row) ?? '',
    show: (row) => {
      const text = value(row);
      return as === 'money' ? (
        <Money text={text} />
      ) : (
        <span class={isNegative(text) ? 'bad-text' : ''}>{number(text)}</span>
      );
    },
    order: (a, b) => compare(value(a), value(b)),
  };
}

export function countColumn<R>(
  key: string,
  title: string,
  width: string,
  value: (row: R) => number | undefined,
): Column<R> {
  return {
    key,
    title,
    width,
    numeric: true,
    text: (row) => String(value(row) ?? ''),
    order: (a, b) => (value(a) ?? 0) - (value(b) ?? 0),
  };
}

/** Sorted, filtered and exported as 2026-01-31, shown as people write it. */
export function dayColumn<R>(
  key: string,
  title: string,
  width: string,
  value: (row: R) => string | undefined,
): Column<R> {
  return { key, title, width, text: (row) => value(row) ?? '', show: (row) => day(value(row)) };
}

const STATE_LOOK: Record<string, string> = {
  released: 'tag',
  in_progress: 'tag',
  completed: 'tag good',
  closed: 'tag dim',
  cancelled: 'tag dim',
  held: 'tag warn',
  blocked: 'tag bad',
  inspection: 'tag warn',
  available: 'tag good',
  'late demand': 'tag bad',
  shortage: 'tag bad',
  'past due': 'tag bad',
  'data error': 'tag bad',
  now: 'tag bad',
  soon: 'tag warn',
  later: 'tag dim',
};

export const Tag = ({ code }: { code: string | undefined }) =>
  code ? <span class={STATE_LOOK[code] ?? 'tag'}>{codeWord(code)}</span> : null;

export function tagColumn<R>(
  key: string,
  title: string,
  width: string,
  value: (row: R) => string | undefined,
): Column<R> {
  return { key, title, width, text: (row) => codeWord(value(row)), show: (row) => <Tag code={value(row)} /> };
}

/** The kind of a ledger line. */
export function lineColumn<R>(width: string, title: string, kind: (row: R) => string | undefined): Column<R> {
  return {
    key: 'kind',
    title,
    width,
    text: (row) => lineWord(kind(row)),
    show: (row) => <span class="tag">{lineWord(kind(row))}</span>,
  };
}
