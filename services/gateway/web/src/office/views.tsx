import { signal, useSignal, type Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { ApiError, call } from '../base/api';
import { saying } from '../base/words';
import { say as sayOffice } from './words';

/*
 * How a list is looked at: words of the filter, order, columns.  It stays for as long as the page is
 * open; under a name the server keeps it for the person (Access.SaveView), at whatever browser.
 */
export interface View {
  filter: string;
  sort?: { key: string; down: boolean } | undefined;
  hidden: readonly string[];
}

const PLAIN: View = { filter: '', hidden: [] };
const kept = new Map<string, Signal<View>>();

/** `first`: how the list is sorted until a person does. */
export function viewOf(list: string, first?: View['sort']): Signal<View> {
  let found = kept.get(list);
  if (!found) kept.set(list, (found = signal(first ? { ...PLAIN, sort: first } : PLAIN)));
  return found;
}

const say = saying({
  views: ['视图', 'Views'],
  name: ['视图名称', 'Name of the view'],
  save: ['保存当前视图', 'Save this view'],
  columns: ['列', 'Columns'],
  plain: ['恢复默认', 'As it was'],
  drop: ['删除视图 {name}', 'Delete the view {name}'],
  none: ['还没有保存的视图', 'No view is saved yet'],
} as const);

interface Saved {
  name: string;
  view: string;
}

/** A view of an earlier version of the page may lack something. */
function readView(text: string): View {
  try {
    return { ...PLAIN, ...(JSON.parse(text) as Partial<View>) };
  } catch {
    return PLAIN;
  }
}

interface ViewsProps {
  list: string;
  columns: readonly { key: string; title: string }[];
  first: View['sort'];
}

const WIDTH = 280;

export function Views({ list, columns, first }: ViewsProps): JSX.Element {
  const view = viewOf(list);
  const saved = useSignal<Saved[] | undefined>(undefined);
  const name = useSignal('');
  const why = useSignal('');
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);

  async function load(): Promise<void> {
    why.value = '';
    try {
      saved.value = (await call<{ views?: Saved[] }>('-', 'Access.ListViews', { list })).views ?? [];
    } catch (cause) {
      why.value = cause instanceof ApiError ? cause.message : String(cause);
    }
  }

  async function save(named: string, text?: string): Promise<void> {
    why.value = '';
    try {
      await call('-', 'Access.SaveView', { list, name: named, ...(text ? { view: text } : {}) });
      name.value = '';
      await load();
    } catch (cause) {
      why.value = cause instanceof ApiError ? cause.message : String(cause);
    }
  }

  function open(): void {
    const place = button.current!.getBoundingClientRect();
    box.current!.style.top = `${place.bottom + 4}px`;
    box.current!.style.left = `${Math.max(8, Math.min(place.left, innerWidth - WIDTH - 8))}px`;
    box.current!.togglePopover();
    void load();
  }

  function toggle(key: string): void {
    const hidden = view.value.hidden;
    const next = hidden.includes(key) ? hidden.filter((one) => one !== key) : [...hidden, key];
    if (next.length < columns.length) view.value = { ...view.value, hidden: next };
  }

  return (
    <>
      <button class="button plain" ref={button} aria-haspopup="dialog" onClick={open}>
        {say('views')} ▾
      </button>
      <div class="views" popover="auto" ref={box} role="dialog" aria-label={say('views')}>
        {saved.value?.length === 0 && <p class="soft">{say('none')}</p>}
        <ul>
          {(saved.value ?? []).map((one) => (
            <li key={one.name}>
              <button
                class="button plain"
                onClick={() => {
                  view.value = readView(one.view);
                  box.current!.hidePopover();
                }}
              >
                {one.name}
              </button>
              <button
                class="button plain"
                aria-label={say('drop', { name: one.name })}
                title={say('drop', { name: one.name })}
                onClick={() => void save(one.name)}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void save(name.value.trim(), JSON.stringify(view.value));
          }}
        >
          <input
            class="input"
            name="view"
            required
            maxLength={40}
            placeholder={say('name')}
            aria-label={say('name')}
            value={name.value}
            onInput={(event) => (name.value = event.currentTarget.value)}
          />
          <button class="button">{sayOffice('save')}</button>
        </form>
        {why.value && (
          <p class="bad-text" role="alert">
            {why.value}
          </p>
        )}
        <fieldset>
          <legend>{say('columns')}</legend>
          {columns
            .filter((one) => one.title)
            .map((one) => (
              <label key={one.key}>
                <input
                  type="checkbox"
                  checked={!view.value.hidden.includes(one.key)}
                  onChange={() => toggle(one.key)}
                />{' '}
                {one.title}
              </label>
            ))}
        </fieldset>
        <button class="button plain" onClick={() => (view.value = { ...PLAIN, sort: first })}>
          {say('plain')}
        </button>
      </div>
    </>
  );
}
