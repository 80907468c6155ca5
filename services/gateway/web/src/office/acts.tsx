import { useSignal } from '@preact/signals';
import { ApiError, command } from '../base/api';
import { FormDialog, type Field, type Values } from './form';
import { may, plant } from './state';

/*
 * What can be done to a document in a state, and by whom: a button each.  The server decides; this
 * only spares a no.  An act with fields asks for them first and shows an error at its field.
 */
export interface Act {
  name: string;
  method: string;
  label: string;
  states: readonly string[];
  roles: readonly string[];
  main?: boolean;
  /** Asked for in a dialog. */
  fields?: Field[];
  /** What stands in them at first. */
  given?: Values;
  body: (typed: Values) => object;
}

interface ActsProps {
  acts: readonly Act[];
  state: string;
  /** The document, for the title of a dialog. */
  of: string;
  done: (reply: Record<string, unknown>) => void;
}

function Dialog({ act, of, done, close }: ActsProps & { act: Act; close: () => void }) {
  const values = useSignal<Values>(act.given ?? {});
  return (
    <FormDialog
      title={`${act.label} ${of}`}
      method={act.method}
      fields={act.fields ?? []}
      values={values}
      body={act.body}
      done={done}
      close={close}
    />
  );
}

export function Acts(props: ActsProps) {
  const asked = useSignal<Act | undefined>(undefined);
  const wrong = useSignal('');
  const busy = useSignal(false);

  async function act(one: Act): Promise<void> {
    wrong.value = '';
    if (one.fields) {
      asked.value = one;
      return;
    }
    busy.value = true;
    try {
      props.done(await command(plant.value, one.method, one.body({})));
    } catch (cause) {
      wrong.value = cause instanceof ApiError ? cause.message : String(cause);
    } finally {
      busy.value = false;
    }
  }

  return (
    <>
      {props.acts
        .filter((one) => one.states.includes(props.state) && may(...one.roles))
        .map((one) => (
          <button
            key={one.name}
            class={one.main ? 'button main' : 'button'}
            disabled={busy.value}
            onClick={() => void act(one)}
          >
            {one.label}
          </button>
        ))}
      {wrong.value && (
        <span class="bad-text" role="alert">
          {wrong.value}
        </span>
      )}
      {asked.value && <Dialog {...props} act={asked.value} close={() => (asked.value = undefined)} />}
    </>
  );
}
