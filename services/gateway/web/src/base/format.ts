import { language } from './words';
import type { Decimal } from './decimal';

/** 1234567.5 as 1,234,567.5; by text, so that no digit is lost. */
export function number(text: Decimal | undefined, decimals?: number): string {
  if (text === undefined || text === '') return '';
  const [whole, rest = ''] = text.split('.') as [string, string?];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const shown = decimals === undefined ? rest : rest.padEnd(decimals, '0');
  return shown ? `${grouped}.${shown}` : grouped;
}

/** Money in two parts: what an accountant reads, and the decimals beyond, which are always exact. */
export function money(text: Decimal | undefined): { main: string; fine: string } {
  const padded = number(text, 2);
  const point = padded.indexOf('.');
  return point < 0
    ? { main: padded, fine: '' }
    : { main: padded.slice(0, point + 3), fine: padded.slice(point + 3) };
}

const DAY = {
  'zh-CN': { month: '2-digit', day: '2-digit' },
  en: { month: 'short', day: '2-digit' },
} as const;
const makers = new Map<string, Intl.DateTimeFormat>();

function maker(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language.value + name;
  let found = makers.get(key);
  if (!found) makers.set(key, (found = new Intl.DateTimeFormat(language.value, options)));
  return found;
}

/** A day "2026-01-31"; the year only where it is not the current one. */
export function day(text: string | undefined): string {
  if (!text) return '';
  const date = new Date(text + 'T00:00:00Z');
  const here = date.getUTCFullYear() === new Date().getUTCFullYear();
  const options = here ? DAY[language.value] : { ...DAY[language.value], year: 'numeric' as const };
  return maker(here ? 'day' : 'year', { ...options, timeZone: 'UTC' }).format(date);
}

export function moment(text: string | undefined): string {
  if (!text) return '';
  return maker('moment', { dateStyle: 'short', timeStyle: 'medium' }).format(new Date(text));
}

/** The day where this browser is. */
export function dayHere(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/** Days from one day to another. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to + 'T00:00:00Z') - Date.parse(from + 'T00:00:00Z')) / 86_400_000);

export const plusDays = (from: string, days: number): string =>
  new Date(Date.parse(from + 'T00:00:00Z') + days * 86_400_000).toISOString().slice(0, 10);
