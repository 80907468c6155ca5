import { useSignal } from '@preact/signals';

/** Something that the server draws goes to the printer; why it does not, where it does not. */
export function PrintButton({ text, job }: { text: string; job: () => Promise<void> }) {
  const why = useSignal('');
  async function go(): Promise<void> {
    why.value = '';
    await job().catch((cause: unknown) => {
      why.value = cause instanceof Error ? cause.message : String(cause);
    });
  }
  return (
    <>
      <button class="button" onClick={() => void go()}>
        {text}
      </button>
      {why.value && (
        <span class="why" role="alert">
          {why.value}
        </span>
      )}
    </>
  );
}
