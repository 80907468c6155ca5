import { signal } from '@preact/signals';

/** Light, dark, or as the machine says. */
export type Look = 'auto' | 'light' | 'dark';
const KEPT = 'millrace.look';
const LOOKS: readonly Look[] = ['auto', 'light', 'dark'];
const machine = matchMedia('(prefers-color-scheme: dark)');

export const look = signal<Look>((localStorage.getItem(KEPT) as Look | null) ?? 'auto');

/** The style sheet knows light and dark only; what "auto" is at this moment is settled here. */
export function wear(next: Look): void {
  localStorage.setItem(KEPT, next);
  look.value = next;
  document.documentElement.dataset['look'] = next === 'auto' ? (machine.matches ? 'dark' : 'light') : next;
}

machine.addEventListener('change', () => wear(look.value));

export const wearNext = (): void => wear(LOOKS[(LOOKS.indexOf(look.value) + 1) % LOOKS.length]!);
