import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { reachable, signedOut } from '../base/api';
import { look, wearNext } from '../base/look';
import { link, place } from '../base/route';
import { Confirm } from '../base/confirm';
import { LanguageChoice, SignIn } from '../base/sign_in';
import { groups, pageOf, type Page } from './pages';
import { Palette } from './palette';
import { choosePlant, person, plant, plants, signIn, signOut } from './state';
import { say } from './words';

export function Mark(): JSX.Element {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" aria-hidden="true">
      <circle cx="12" cy="12" r="8.2" />
      <circle cx="12" cy="12" r="2.2" />
      <path d="M12 3.8v6M12 14.2v6M3.8 12h6M14.2 12h6M6.2 6.2l4.2 4.2M13.6 13.6l4.2 4.2M17.8 6.2l-4.2 4.2M10.4 13.6l-4.2 4.2" />
    </svg>
  );
}

export function Login({ ended }: { ended: boolean }): JSX.Element {
  return (
    <div class="login">
      <SignIn name={person.value?.login ?? ''} signIn={signIn}>
        <div class="brand">
          <Mark />
          Millrace
        </div>
        <p class="soft">{ended ? say('again') : say('lead')}</p>
      </SignIn>
    </div>
  );
}

function Side({ open, close }: { open: boolean; close: () => void }): JSX.Element {
  const here = place.value.page || 'cockpit';
  return (
    <nav class={open ? 'side open' : 'side'} aria-label={say('menu')} onClick={close}>
      {groups().map((group) => (
        <section key={group.title()}>
          <h2>{group.title()}</h2>
          {group.pages.map((page) => (
            <a key={page.name} href={link(page.name)} aria-current={here === page.name ? 'page' : undefined}>
              {page.title()}
            </a>
          ))}
        </section>
      ))}
      <a href="/floor">{say('floor')}</a>
      <Own />
    </nav>
  );
}

/** What belongs to the person: in the bar on a desk, at the end of the menu on a phone. */
function Own(): JSX.Element {
  return (
    <div class="own">
      <LanguageChoice />
      <button class="button plain" aria-label={say('look')} title={say('look')} onClick={wearNext}>
        {LOOK_MARKS[look.value]}
      </button>
      <button class="button plain" title={person.value?.login} onClick={() => void signOut()}>
        {say('leave')}
      </button>
    </div>
  );
}

const LOOK_MARKS = { auto: '◐', light: '○', dark: '●' } as const;

function Top({ menu, seek }: { menu: () => void; seek: () => void }): JSX.Element {
  return (
    <header class="top">
      <button class="button plain menu" aria-label={say('menu')} onClick={menu}>
        ☰
      </button>
      <div class="brand">
        <Mark />
        <span class="who">Millrace</span>
      </div>
      <button class="button seek" onClick={seek}>
        <b aria-hidden="true">⌕</b>
        <span>{say('seek')}</span>
        <kbd aria-hidden="true">Ctrl K</kbd>
      </button>
      <select
        aria-label={say('plant')}
        value={plant.value}
        onChange={(event) => choosePlant(event.currentTarget.value)}
      >
        {plants.value.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      <Own />
    </header>
  );
}

function NoPage(): JSX.Element {
  return <p class="notice warn">{say('notFound')}</p>;
}

export function Shell(): JSX.Element {
  const seeking = useSignal(false);
  const menu = useSignal(false);

  /* Before the page is seen: a key pressed at once after it must not be lost on a slow machine. */
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      seeking.value = true;
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  const page: Page | undefined = pageOf(place.value.page || 'cockpit');
  const View = page?.view ?? NoPage;
  useEffect(() => {
    document.title = `${page?.title() ?? ''} · Millrace`;
  });
  return (
    <>
      <div class="shell" inert={signedOut.value}>
        <Top menu={() => (menu.value = !menu.value)} seek={() => (seeking.value = true)} />
        <Side open={menu.value} close={() => (menu.value = false)} />
        <main class="page" key={plant.value + page?.name}>
          {!reachable.value && (
            <p class="notice warn" role="status">
              {say('noConnection')}
            </p>
          )}
          <View />
        </main>
      </div>
      {seeking.value && <Palette close={() => (seeking.value = false)} />}
      <Confirm />
      {signedOut.value && <Ended />}
    </>
  );
}

/** Over the page, which stays as it was. */
function Ended(): JSX.Element {
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => box.current!.showModal(), []);
  return (
    <dialog ref={box} onCancel={(event) => event.preventDefault()} aria-label={say('enter')}>
      <Login ended />
    </dialog>
  );
}
