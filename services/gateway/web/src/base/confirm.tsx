import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { ApiError, call, confirming } from './api';
import { saying } from './words';

const say = saying({
  title: ['请再次输入密码', 'Your password once more'],
  why: ['审批需要确认是您本人。', 'An approval must be yours.'],
  password: ['密码', 'Password'],
  confirm: ['确认', 'Confirm'],
  cancel: ['取消', 'Cancel'],
} as const);

/** Over any page: asks for the password that a method wants, then the method goes on. */
export function Confirm(): JSX.Element | null {
  return confirming.value ? <Ask done={confirming.value} /> : null;
}

function Ask({ done }: { done: (given: boolean) => void }): JSX.Element {
  const password = useSignal('');
  const why = useSignal('');
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => box.current!.showModal(), []);

  async function confirm(event: Event): Promise<void> {
    event.preventDefault();
    try {
      await call('-', 'Access.Confirm', { password: password.value });
      done(true);
    } catch (cause) {
      why.value = cause instanceof ApiError && cause.message ? cause.message : String(cause);
    }
  }

  return (
    <dialog ref={box} onCancel={() => done(false)} aria-label={say('title')}>
      <form class="form" onSubmit={(event) => void confirm(event)}>
        <h2>{say('title')}</h2>
        <p class="soft">{say('why')}</p>
        <label class={why.value ? 'field wrong' : 'field'}>
          <span>{say('password')}</span>
          <input
            name="confirm"
            type="password"
            autocomplete="current-password"
            required
            autofocus
            value={password.value}
            onInput={(event) => (password.value = event.currentTarget.value)}
          />
          {why.value && <span class="why">{why.value}</span>}
        </label>
        <div class="pair">
          <button type="button" class="button" onClick={() => done(false)}>
            {say('cancel')}
          </button>
          <button class="button main">{say('confirm')}</button>
        </div>
      </form>
    </dialog>
  );
}
