import type { Signal } from '@preact/signals';

/** Ways to look at the same thing; the chosen one is pressed. */
export function Choices<T extends string>({ chosen, of }: { chosen: Signal<T>; of: readonly [T, string][] }) {
  return (
    <div class="choices" role="group">
      {of.map(([name, label]) => (
        <button
          key={name}
          class={chosen.value === name ? 'button on' : 'button'}
          aria-pressed={chosen.value === name}
          onClick={() => (chosen.value = name)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
