import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { call } from '../base/api';
import { link } from '../base/route';
import { groups, pageOf } from './pages';
import { may, plant } from './state';
import { viewOf } from './views';
import { say } from './words';

/* Ctrl-K: any page by its name; an item or an order by its code, which the server resolves as it does
   a scan; else the items whose name has the words. */
interface Goal {
  title: string;
  kind: string;
  to: string;
  /** Words that the list it leads to is filtered by. */
  words?: string;
}

interface Match {
  kind: string;
  code: string;
  name?: string;
}

/** Pages about a thing, and how they call it in their address. */
const ABOUT: Record<string, readonly (readonly [page: string, query: string])[]> = {
  item: [
    ['requirements', 'item'],
    ['stock', 'item'],
    ['bill', 'item'],
  ],
  work_order: [
    ['work-order', 'order'],
    ['order-cost', 'order'],
  ],
  purchase_order: [['purchase-order', 'order']],
  sales_order: [
    ['sales-order', 'order'],
    ['pegging', 'order'],
  ],
};

function pagesOf({ kind, code, name }: Match): Goal[] {
  return (ABOUT[kind] ?? []).flatMap(([page, query]) => {
    const about = pageOf(page)!;
    if (about.roles && !may(...about.roles)) return [];
    return {
      title: [code, name].filter(Boolean).join(' · '),
      kind: about.title(),
      to: link(page, { [query]: code }),
    };
  });
}

/** What is called so; people type wo-12 and mean WO-12. */
async function resolved(text: string): Promise<Goal[]> {
  for (const scan of new Set([text, text.toUpperCase()])) {
    const reply = await call<{ matches?: Match[] }>(plant.value, 'Inventory.ResolveScan', { scan }).catch(
      () => ({ matches: [] }),
    );
    const found = (reply.matches ?? []).flatMap(pagesOf);
    if (found.length > 0) return found;
  }
  return [];
}

const named = (words: string): Goal[] => {
  const page = pageOf('items')!;
  return [{ title: say('itemsWith', { words }), kind: page.title(), to: link('items'), words }];
};

const pagesNamed = (word: string): Goal[] =>
  groups()
    .flatMap((group) => group.pages)
    .filter((page) => page.title().toLowerCase().includes(word) || page.name.includes(word))
    .map((page) => ({ title: page.title(), kind: '', to: link(page.name) }));

const REST_MS = 150;

export function Palette({ close }: { close: () => void }): JSX.Element {
  const text = useSignal('');
  const at = useSignal(0);
  const things = useSignal<Goal[] | undefined>([]);
  const eager = useSignal(false);
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => box.current!.showModal(), []);

  const asked = text.value.trim();
  useEffect(() => {
    if (!asked || !plant.value) return undefined;
    let mine = true;
    const rest = setTimeout(() => {
      void resolved(asked).then((found) => {
        if (mine) things.value = found;
      });
    }, REST_MS);
    return () => {
      mine = false;
      clearTimeout(rest);
    };
  }, [asked]);

  const found: Goal[] = [
    ...pagesNamed(asked.toLowerCase()),
    ...(things.value ?? []),
    ...(asked ? named(asked) : []),
  ];
  const chosen = Math.min(at.value, found.length - 1);

  function open({ to, words }: Goal): void {
    if (words) viewOf('items').value = { filter: words, hidden: [] };
    location.hash = to;
    close();
  }

  /* Enter before the server has said what it is called so: as soon as it has. */
  const waits = eager.value && things.value !== undefined;
  useEffect(() => {
    if (waits && found[chosen]) open(found[chosen]);
  }, [waits]);

  function onKey(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown') at.value = Math.min(chosen + 1, found.length - 1);
    else if (event.key === 'ArrowUp') at.value = Math.max(chosen - 1, 0);
    else if (event.key === 'Enter' && (things.value || found[chosen]?.kind === '')) open(found[chosen]!);
    else if (event.key === 'Enter') eager.value = true;
    else return;
    event.preventDefault();
  }

  return (
    <dialog class="palette" ref={box} onClose={close} aria-label={say('seek')}>
      <input
        autofocus
        placeholder={say('seek')}
        aria-label={say('seek')}
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={`palette-${chosen}`}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          at.value = 0;
          things.value = text.value.trim() && plant.value ? undefined : [];
          eager.value = false;
        }}
        onKeyDown={onKey}
      />
      <ul id="palette-list" role="listbox" aria-label={say('seek')}>
        {found.map((one, index) => (
          <li
            key={one.to + one.kind}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === chosen}
            onClick={() => open(one)}
          >
            <span>{one.title}</span>
            <span class="soft">{one.kind}</span>
          </li>
        ))}
      </ul>
    </dialog>
  );
}
