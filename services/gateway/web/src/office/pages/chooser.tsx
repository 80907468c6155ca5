import { useSignal } from '@preact/signals';
import { say } from './words';

/** A code to look at; what is typed counts when Enter is pressed. */
export function Chooser({
  label,
  value,
  choose,
}: {
  label: string;
  value: string;
  choose: (code: string) => void;
}) {
  const typed = useSignal(value);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        choose(typed.value.trim());
      }}
    >
      <input
        class="input code"
        aria-label={label}
        placeholder={`${label}…`}
        title={say('choose')}
        value={typed.value}
        autofocus={!value}
        onInput={(event) => (typed.value = event.currentTarget.value)}
      />
    </form>
  );
}
