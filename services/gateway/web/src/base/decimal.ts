/*
 * Quantities and money come as decimal text and stay decimal text.  Where one must be compared,
 * added or drawn it becomes a bigint of millionths; a float is made for the pixel of a chart only.
 */
export type Decimal = string;

const SCALE = 6;
const UNIT = 1_000_000n;
const SHAPE = /^([-+]?)(\d{1,13})(?:\.(\d{1,6}))?$/;

/** Millionths of a decimal text; undefined when it is none. */
export function micro(text: Decimal | undefined): bigint | undefined {
  const match = SHAPE.exec(text?.trim() ?? '');
  if (!match) return undefined;
  const whole = BigInt(match[2]!) * UNIT + BigInt((match[3] ?? '').padEnd(SCALE, '0'));
  return match[1] === '-' ? -whole : whole;
}

/** The shortest decimal text of millionths. */
export function decimal(value: bigint): Decimal {
  const size = value < 0n ? -value : value;
  const rest = (size % UNIT).toString().padStart(SCALE, '0').replace(/0+$/, '');
  return (value < 0n ? '-' : '') + (size / UNIT).toString() + (rest ? '.' + rest : '');
}

export function sum(values: Iterable<Decimal | undefined>): Decimal {
  let total = 0n;
  for (const value of values) total += micro(value) ?? 0n;
  return decimal(total);
}

/** Exact; beyond the millionth it is cut. */
export const times = (a: Decimal | undefined, b: Decimal | undefined): Decimal =>
  decimal(((micro(a) ?? 0n) * (micro(b) ?? 0n)) / UNIT);

export const minus = (a: Decimal | undefined, b: Decimal | undefined): Decimal =>
  decimal((micro(a) ?? 0n) - (micro(b) ?? 0n));

/** Rounded to hundredths, half away from zero: hours of a machine are not told to the second. */
export function hundredths(text: Decimal | undefined): Decimal | undefined {
  const value = micro(text);
  if (value === undefined) return text;
  const half = value < 0n ? -5_000n : 5_000n;
  return decimal(((value + half) / 10_000n) * 10_000n);
}

export function compare(a: Decimal | undefined, b: Decimal | undefined): number {
  const x = micro(a);
  const y = micro(b);
  if (x === undefined || y === undefined) return (x === undefined ? 0 : 1) - (y === undefined ? 0 : 1);
  return x < y ? -1 : x > y ? 1 : 0;
}

export const isNegative = (text: Decimal | undefined): boolean => (micro(text) ?? 0n) < 0n;
export const isZero = (text: Decimal | undefined): boolean => (micro(text) ?? 0n) === 0n;

/** For the place of a pixel; never shown, never sent. */
export const drawn = (text: Decimal | undefined): number => Number(micro(text) ?? 0n) / Number(UNIT);
