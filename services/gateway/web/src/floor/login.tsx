import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ApiError } from '../base/api';
import { language, speak } from '../base/words';
import { login, signIn } from './state';
import { say } from './words';

/** Over the terminal when a session ends in the middle: what was typed and what waits stay. */
export function Login({ over }: { over: boolean }) {
  const name = useSignal(login.value);
  const password = useSignal('');
  const why = useSignal('');
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => box.current!.showModal(), []);

  async function enter(event: Event): Promise<void> {
    event.preventDefault();
    why.value = '';
    try {
      await signIn(name.value, password.value);
    } catch (cause) {
      why.value = cause instanceof ApiError && cause.message ? cause.message : String(cause);
    }
  }
  const other = language.value === 'en' ? 'zh-CN' : 'en';
  return (
    <dialog ref={box} class="login" onCancel={(event) => event.preventDefault()} aria-label={say('enter')}>
      <form onSubmit={(event) => void enter(event)}>
        <h1>Millrace · {say('title')}</h1>
        {over && <p class="soft">{say('goOn')}</p>}
        <label class="field">
          <span>{say('login')}</span>
          <input
            name="login"
            autocomplete="username"
            autocapitalize="none"
            required
            value={name.value}
            onInput={(event) => (name.value = event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{say('password')}</span>
          <input
            name="password"
            type="password"
            autocomplete="current-password"
            required
            value={password.value}
            onInput={(event) => (password.value = event.currentTarget.value)}
          />
        </label>
        {why.value && (
          <p class="notice bad" role="alert">
            {why.value}
          </p>
        )}
        <button class="button main">{say('enter')}</button>
        <button type="button" class="button plain" lang={other} onClick={() => speak(other)}>
          {other === 'en' ? 'English' : '中文'}
        </button>
      </form>
    </dialog>
  );
}
