import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { call } from './api';

/*
 * What an item is called and counted in, beside its code: plans and orders tell codes only.  Asked
 * together for all that a page shows, once for as long as the application is open.
 */
export interface Named {
  name: string;
  uom: string;
}

const AT_ONCE = 500; /* as many as Bom.ListItems tells at once */

/** By plant and code. */
export const named = signal<ReadonlyMap<string, Named>>(new Map());
const keyOf = (plant: string, item: string): string => `${plant}\t${item}`;
const asked = new Set<string>();
const wanted = new Map<string, string[]>();

export const nameOf = (plant: string, item: string): string =>
  named.value.get(keyOf(plant, item))?.name ?? '';
export const unitOf = (plant: string, item: string): string => named.value.get(keyOf(plant, item))?.uom ?? '';

async function ask(plant: string, items: string[]): Promise<void> {
  const next = new Map<string, Named>();
  try {
    for (let at = 0; at < items.length; at += AT_ONCE) {
      const some = { items: items.slice(at, at + AT_ONCE) };
      const reply = await call<{ items?: (Partial<Named> & { item: string })[] }>(
        plant,
        'Bom.ListItems',
        some,
      );
      for (const { item, name = '', uom = '' } of reply.items ?? [])
        next.set(keyOf(plant, item), { name, uom });
    }
  } catch {
    for (const item of items) asked.delete(keyOf(plant, item)); /* with the next page that shows them */
  }
  if (next.size > 0) named.value = new Map([...named.value, ...next]);
}

function askAll(): void {
  for (const [plant, items] of wanted) void ask(plant, items);
  wanted.clear();
}

/** Their names become known, a moment later. */
export function wantNames(plant: string, items: Iterable<string | undefined>): void {
  for (const item of items) {
    if (!item || asked.has(keyOf(plant, item))) continue;
    asked.add(keyOf(plant, item));
    if (wanted.size === 0) queueMicrotask(askAll);
    const list = wanted.get(plant);
    if (list) list.push(item);
    else wanted.set(plant, [item]);
  }
}

/** Beside or under a code. */
export function Name({ plant, item }: { plant: string; item: string }): JSX.Element {
  useEffect(() => wantNames(plant, [item]), [plant, item]);
  return <span class="name">{nameOf(plant, item)}</span>;
}
