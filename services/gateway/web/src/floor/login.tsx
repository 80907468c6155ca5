import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { ApiError } from '../base/api';
import { LanguageChoice, SignIn } from '../base/sign_in';
import { device, login, signIn, signInByBadge } from './state';
import { say } from './words';

/** Over the terminal when a session ends in the middle: what was typed and what waits stay. */
export function Login({ over }: { over: boolean }) {
  const box = useRef<HTMLDialogElement>(null);
  const byPassword = useSignal(false);
  useLayoutEffect(() => box.current!.showModal(), []);
  const title = (
    <>
      <h1>
        Millrace · {say('title')} {device.value && <span class="soft">{device.value.name}</span>}
      </h1>
      {over && <p class="soft">{say('goOn')}</p>}
    </>
  );
  return (
    <dialog ref={box} class="login" onCancel={(event) => event.preventDefault()} aria-label={say('enter')}>
      {device.value && !byPassword.value ? (
        <BadgeForm>{title}</BadgeForm>
      ) : (
        <SignIn name={login.value} signIn={signIn}>
          {title}
        </SignIn>
      )}
      {device.value && (
        <button class="button plain" onClick={() => (byPassword.value = !byPassword.value)}>
          {byPassword.value ? say('byBadge') : say('byPassword')}
        </button>
      )}
    </dialog>
  );
}

/** The scanner types the badge and Enter; then the PIN on the terminal's keys. */
function BadgeForm({ children }: { children: ComponentChildren }) {
  const badge = useSignal('');
  const pin = useSignal('');
  const why = useSignal('');
  const keys = useRef<HTMLInputElement>(null);

  async function enter(event: Event): Promise<void> {
    event.preventDefault();
    if (!pin.value) {
      keys.current?.focus();
      return;
    }
    try {
      why.value = '';
      await signInByBadge(badge.value.trim(), pin.value);
    } catch (cause) {
      why.value = cause instanceof ApiError && cause.message ? cause.message : String(cause);
      pin.value = '';
      keys.current?.focus();
    }
  }
  return (
    <form onSubmit={(event) => void enter(event)}>
      {children}
      <label class="field">
        <span>{say('badge')}</span>
        <input
          name="badge"
          autocomplete="off"
          autofocus
          required
          value={badge.value}
          onInput={(event) => (badge.value = event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>PIN</span>
        <input
          name="pin"
          type="password"
          inputMode="numeric"
          autocomplete="off"
          ref={keys}
          value={pin.value}
          onInput={(event) => (pin.value = event.currentTarget.value)}
        />
      </label>
      {why.value && (
        <p class="notice bad" role="alert">
          {why.value}
        </p>
      )}
      <button class="button main">{say('enter')}</button>
      <LanguageChoice />
    </form>
  );
}
