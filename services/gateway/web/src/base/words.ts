import { signal } from '@preact/signals';

/*
 * Two languages from the first page.  A dictionary is an object {key: [zh-CN, en]}; codes of items,
 * orders and plants are never translated.
 */
export type Language = 'zh-CN' | 'en';
export type Words = Record<string, readonly [string, string]>;

const KEPT = 'millrace.language';

function first(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === 'zh-CN' || kept === 'en') return kept;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

export const language = signal<Language>(first());

export function speak(next: Language): void {
  localStorage.setItem(KEPT, next);
  document.documentElement.lang = next;
  language.value = next;
}

/**
 * A function that says the words of a dictionary; {name} in them is replaced from `values`, and
 * {name|row|rows} by the first word where that value is 1, else by the second.
 */
export function saying<W extends Words>(words: W) {
  return (key: keyof W, values?: Record<string, string | number>): string => {
    const pair = words[key]!;
    const text = language.value === 'zh-CN' ? pair[0] : pair[1];
    if (!values) return text;
    return text.replace(
      /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g,
      (_, name: string, one?: string, many?: string) => {
        const value = String(values[name] ?? '');
        return many === undefined ? value : value === '1' ? one! : many;
      },
    );
  };
}
