import '../base/base.css';
import './office.css';
import './finance/finance.css';
import { render } from 'preact';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { look, wear } from '../base/look';
import { language, speak } from '../base/words';
import { Login, Shell } from './shell';
import { greet, person } from './state';

function App() {
  const asked = useSignal(false);
  useEffect(() => {
    greet()
      .catch(() => undefined)
      .finally(() => (asked.value = true));
  }, []);
  if (!asked.value) return null;
  return person.value ? <Shell /> : <Login ended={false} />;
}

wear(look.value);
speak(language.value);
render(<App />, document.getElementById('app')!);
