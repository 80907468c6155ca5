import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiError, call } from '../../base/api';
import { go } from '../../base/route';
import { Failure } from '../list';
import { facts } from '../live';
import { plant } from '../state';
import { say as sayOffice } from '../words';
import { say } from './bill_words';
import { columnWord, shownValue, valuesOf, type Cell } from './master_row';
import { Value } from './row_table';

/* Two bills side by side, or two revisions, alternatives or days of one. */

interface Difference {
  kind: 'added' | 'removed' | 'changed';
  component: string;
  position?: string;
  left_cells?: Cell[];
  right_cells?: Cell[];
}

interface Comparison {
  differences?: Difference[];
  same?: number;
}

const SIDES = ['left', 'right'] as const;
const ASKED = ['item', 'revision', 'alternative', 'start_on'] as const;
type Side = (typeof SIDES)[number];

const LOOK = { added: 'good', removed: 'bad', changed: 'warn' } as const;
const MUTE = new Set(['parent', 'component', 'position', 'inherited_from']);

type Typed = Record<string, string>;

function SideForm({ side, typed }: { side: Side; typed: Signal<Typed> }) {
  const labels = {
    item: say('item'),
    revision: say('revision'),
    alternative: say('alternative'),
    start_on: say('day'),
  };
  return (
    <fieldset class="roles side-fields">
      <legend>{say(side)}</legend>
      {ASKED.map((name) => (
        <label class="field" key={name}>
          <span>{labels[name]}</span>
          <input
            name={`${side}.${name}`}
            class={name === 'start_on' ? '' : 'code'}
            type={name === 'start_on' ? 'date' : 'text'}
            required={name === 'item'}
            autocomplete="off"
            value={typed.value[`${side}.${name}`] ?? ''}
            onInput={(event) =>
              (typed.value = { ...typed.value, [`${side}.${name}`]: event.currentTarget.value })
            }
          />
        </label>
      ))}
    </fieldset>
  );
}

function Cells({ difference }: { difference: Difference }) {
  const left = valuesOf(difference.left_cells);
  const right = valuesOf(difference.right_cells);
  const one = difference.kind === 'added' ? right : left;
  if (difference.kind !== 'changed')
    return (
      <>
        {Object.keys(one)
          .filter((name) => !MUTE.has(name) && one[name])
          .map((name) => (
            <span class="pair-of" key={name}>
              <span class="soft">{columnWord(name)}</span>{' '}
              <Value file="bom.csv" column={name} text={one[name]} />
            </span>
          ))}
      </>
    );
  return (
    <>
      {Object.keys({ ...left, ...right }).map((name) => (
        <span class="pair-of" key={name}>
          <span class="soft">{columnWord(name)}</span> <del>{shownValue(name, left[name]) || '–'}</del>{' '}
          <ins>{shownValue(name, right[name]) || '–'}</ins>
        </span>
      ))}
    </>
  );
}

function Table({ got }: { got: Comparison }) {
  const rows = got.differences ?? [];
  return (
    <section class="panel">
      <h2>
        {rows.length === 0 && say('noDifference')}
        {(['added', 'removed', 'changed'] as const).map((kind) => {
          const count = rows.filter((row) => row.kind === kind).length;
          return (
            count > 0 && (
              <span key={kind}>
                <span class={`tag ${LOOK[kind]}`}>
                  {say(kind)} {count}
                </span>{' '}
              </span>
            )
          );
        })}
        <span class="soft">· {say('same', { n: got.same ?? 0 })}</span>
      </h2>
      {rows.length > 0 && (
        <div class="wide">
          <table class="plain-table compared">
            <thead>
              <tr>
                <th>{say('kind')}</th>
                <th>{say('position')}</th>
                <th>{say('component')}</th>
                <th>{say('changeLines')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={index} class={LOOK[row.kind]}>
                  <td>
                    <span class={`tag ${LOOK[row.kind]}`}>{say(row.kind)}</span>
                  </td>
                  <td class="code">{row.position}</td>
                  <td>
                    <Value file="bom.csv" column="component" text={row.component} />
                  </td>
                  <td class="cells">
                    <Cells difference={row} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

export function Compare({ item, query }: { item: string; query: URLSearchParams }) {
  const got = useSignal<Comparison | undefined>(undefined);
  const error = useSignal<ApiError | undefined>(undefined);
  const asked = Object.fromEntries(query);
  const typed = useSignal<Typed>({ 'left.item': item, 'right.item': item, ...asked });
  const ready = !!asked['right.item'];

  function load(): void {
    if (!ready) return;
    const side = (name: Side): object =>
      Object.fromEntries(
        ASKED.map((one) => [one, (asked[`${name}.${one}`] ?? '').trim()]).filter((pair) => pair[1]),
      );
    call<Comparison>(plant.value, 'Bom.GetComparison', { left: side('left'), right: side('right') }).then(
      (reply) => {
        got.value = reply;
        error.value = undefined;
      },
      (cause: unknown) => {
        got.value = undefined;
        error.value = cause instanceof ApiError ? cause : new ApiError('PAGE', String(cause), '', -1, '');
      },
    );
  }
  useEffect(load, [query.toString(), plant.value, facts.value]);
  return (
    <>
      <form
        class="compare"
        onSubmit={(event) => {
          event.preventDefault();
          go('bill', { ...typed.value, item, way: 'compare' });
        }}
      >
        {SIDES.map((side) => (
          <SideForm key={side} side={side} typed={typed} />
        ))}
        <button class="button main">{say('show')}</button>
      </form>
      {error.value && <Failure error={error.value} again={load} />}
      {got.value ? (
        <Table got={got.value} />
      ) : (
        ready && !error.value && <p class="soft">{sayOffice('loading')}</p>
      )}
    </>
  );
}
