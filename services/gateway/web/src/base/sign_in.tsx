import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { ApiError } from './api';
import { language, saying, speak } from './words';

const say = saying({
  login: ['用户名', 'User'],
  password: ['密码', 'Password'],
  enter: ['登录', 'Sign in'],
} as const);

interface SignInProps {
  name: string;
  signIn: (login: string, password: string) => Promise<void>;
  children: ComponentChildren;
}

/** Name and password; what the server says about them stands above the button, the name stays. */
export function SignIn({ name, signIn, children }: SignInProps): JSX.Element {
  const login = useSignal(name);
  const password = useSignal('');
  const why = useSignal('');
  const busy = useSignal(false);

  async function enter(event: Event): Promise<void> {
    event.preventDefault();
    busy.value = true;
    why.value = '';
    try {
      await signIn(login.value, password.value);
    } catch (cause) {
      why.value = cause instanceof ApiError && cause.message ? cause.message : String(cause);
    } finally {
      busy.value = false;
    }
  }

  return (
    <form onSubmit={(event) => void enter(event)}>
      {children}
      <label class="field">
        <span>{say('login')}</span>
        <input
          name="login"
          autocomplete="username"
          autocapitalize="none"
          required
          autofocus
          value={login.value}
          onInput={(event) => (login.value = event.currentTarget.value)}
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
      <button class="button main" disabled={busy.value}>
        {say('enter')}
      </button>
      <LanguageChoice />
    </form>
  );
}

export function LanguageChoice(): JSX.Element {
  const other = language.value === 'en' ? 'zh-CN' : 'en';
  return (
    <button type="button" class="button plain" lang={other} onClick={() => speak(other)}>
      {other === 'en' ? 'English' : '中文'}
    </button>
  );
}
