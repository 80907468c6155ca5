import { signal } from '@preact/signals';

/** Light, dark, or as the machine says. */
export type Look = 'auto' | 'light' | 'dark';
const KEPT = 'millrace.look';
const LOOKS: readonly Look[] = ['auto', 'light', 'dark'];

export const look = signal<Look>((localStorage.getItem(KEPT) as Look | null) ?? 'auto');

export function wear(next: Look): void {
  localStorage.setItem(KEPT, next);
  look.value = next;
  if (next === 'auto') delete document.documentElement.dataset['look'];
  else document.documentElement.dataset['look'] = next;
}

export const wearNext = (): void => wear(LOOKS[(LOOKS.indexOf(look.value) + 1) % LOOKS.length]!);
