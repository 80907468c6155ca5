import { useLayoutEffect, useRef } from 'preact/hooks';
import { SignIn } from '../base/sign_in';
import { login, signIn } from './state';
import { say } from './words';

/** Over the terminal when a session ends in the middle: what was typed and what waits stay. */
export function Login({ over }: { over: boolean }) {
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => box.current!.showModal(), []);
  return (
    <dialog ref={box} class="login" onCancel={(event) => event.preventDefault()} aria-label={say('enter')}>
      <SignIn name={login.value} signIn={signIn}>
        <h1>Millrace · {say('title')}</h1>
        {over && <p class="soft">{say('goOn')}</p>}
      </SignIn>
    </dialog>
  );
}
