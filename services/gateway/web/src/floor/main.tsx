import '../base/base.css';
import './floor.css';
import { render } from 'preact';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { signedOut } from '../base/api';
import { Confirm } from '../base/confirm';
import { look, wear } from '../base/look';
import { language, speak } from '../base/words';
import { refresh, send } from './queue';
import { findDevice, greet, loadReady, login, plant } from './state';
import { Terminal } from './terminal';
import { Login } from './login';

const READY_EVERY_MS = 30_000;

function App() {
  const asked = useSignal(false);
  useEffect(() => {
    void refresh().then(() => void send());
    findDevice()
      .catch(() => undefined)
      .then(greet)
      .catch(() => undefined)
      .finally(() => (asked.value = true));
    const timer = setInterval(() => void loadReady(), READY_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const someone = login.value && plant.value;
  useEffect(() => {
    if (asked.value && someone) void loadReady();
  }, [asked.value, someone, signedOut.value]);
  if (!asked.value) return null;
  return (
    <>
      {someone && <Terminal />}
      <Confirm />
      {(!someone || signedOut.value) && <Login over={!!someone} />}
    </>
  );
}

wear(look.value);
speak(language.value);
if ('serviceWorker' in navigator)
  void navigator.serviceWorker.register('/floor-worker.js', { scope: '/floor' });
void navigator.storage?.persist?.();
render(<App />, document.getElementById('app')!);
