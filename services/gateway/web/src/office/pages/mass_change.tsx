import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError, call, command } from '../../base/api';
import { day, number } from '../../base/format';
import { newKey } from '../../base/key';
import { go, link, place } from '../../base/route';
import { FormDialog, typed, type Values } from '../form';
import { Failure, Head } from '../list';
import { facts } from '../live';
import { may, plant } from '../state';
import { say } from './bill_words';
import { ChangeState } from './change_list';

/* One rule over all bills: seen first, run in one transaction, undone by one press. */

interface Line {
  parent: string;
  row: number;
  component: string;
  quantity?: string;
  new_component?: string;
  new_quantity?: string;
  new_end_on?: string;
}

interface Mass {
  change?: string;
  state: string;
  lines?: number;
  bills?: number;
  lines_done?: number;
  first_lines?: Line[];
}

const RULE = ['component', 'new_component', 'factor', 'quantity', 'end_on', 'parent_class'] as const;

const failure = (cause: unknown): ApiError =>
  cause instanceof ApiError ? cause : new ApiError('PAGE', String(cause), '', -1, '');

function Preview({ got }: { got: Mass }) {
  const rows = got.first_lines ?? [];
  return (
    <section class="panel">
      <h2>
        <ChangeState state={got.state} />{' '}
        {say('massCounts', { lines: got.lines ?? 0, bills: got.bills ?? 0 })}{' '}
        {Number(got.lines ?? 0) > rows.length && rows.length > 0 && (
          <span class="soft">{say('firstOf', { n: rows.length })}</span>
        )}
      </h2>
      {rows.length > 0 && (
        <div class="wide tall-list">
          <table class="plain-table">
            <thead>
              <tr>
                <th>{say('parent')}</th>
                <th>{say('component')}</th>
                <th class="num">{say('qty')}</th>
                <th>{say('newEnd')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((line) => (
                <tr key={line.row}>
                  <td class="code">
                    <a href={link('bill', { item: line.parent, way: 'lines' })}>{line.parent}</a>
                  </td>
                  <td class="code">
                    <Change before={line.component} after={line.new_component} />
                  </td>
                  <td class="num">
                    <Change before={number(line.quantity)} after={number(line.new_quantity)} />
                  </td>
                  <td>{line.new_end_on && <ins>{day(line.new_end_on)}</ins>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

const Change = ({ before, after }: { before: string | undefined; after: string | undefined }) =>
  !after || before === after ? (
    <>{before}</>
  ) : (
    <>
      <del>{before}</del> <ins>{after}</ins>
    </>
  );

function Rule() {
  const values = useSignal<Values>({});
  const seen = useSignal<{ got: Mass; rule: string } | undefined>(undefined);
  const wrong = useSignal<ApiError | undefined>(undefined);
  const busy = useSignal(false);
  const rule = typed(values.value, ...RULE);
  const said = JSON.stringify(rule);
  const code = values.value['change']?.trim() ?? '';
  const key = useMemo(newKey, [said, code]);
  const fresh = seen.value?.rule === said;
  const labels = {
    component: say('oldComponent'),
    new_component: say('newComponent'),
    factor: say('factor'),
    quantity: say('newQuantity'),
    end_on: say('endOn'),
    parent_class: say('parentClass'),
    change: say('runCode'),
  };

  async function ask(what: () => Promise<void>): Promise<void> {
    busy.value = true;
    wrong.value = undefined;
    try {
      await what();
    } catch (cause) {
      wrong.value = failure(cause);
    } finally {
      busy.value = false;
    }
  }
  const look = (): Promise<void> =>
    ask(async () => {
      seen.value = { got: await call<Mass>(plant.value, 'Bom.GetMassChangePreview', rule), rule: said };
    });
  const run = (): Promise<void> =>
    ask(async () => {
      await command(plant.value, 'Bom.RunMassChange', { ...rule, change: code }, key);
      go('mass-change', { change: code });
    });

  const field = (name: keyof typeof labels) => {
    const why = wrong.value?.field === name ? wrong.value.message : '';
    return (
      <label key={name} class={why ? 'field wrong' : 'field'}>
        <span>{labels[name]}</span>
        <input
          name={name}
          type={name === 'end_on' ? 'date' : 'text'}
          class={name === 'factor' || name === 'quantity' ? 'num' : name === 'end_on' ? '' : 'code'}
          inputMode={name === 'factor' || name === 'quantity' ? 'decimal' : 'text'}
          required={name === 'component'}
          autocomplete="off"
          aria-invalid={!!why}
          value={values.value[name] ?? ''}
          onInput={(event) => (values.value = { ...values.value, [name]: event.currentTarget.value })}
        />
        {why && <span class="why">{why}</span>}
      </label>
    );
  };
  const placed = wrong.value && wrong.value.field in labels;
  return (
    <>
      <form
        class="panel"
        onSubmit={(event) => {
          event.preventDefault();
          void look();
        }}
      >
        <div class="form">
          <div class="fields">{RULE.map(field)}</div>
          {wrong.value && !placed && (
            <p class="notice bad" role="alert">
              {wrong.value.message || wrong.value.code}
            </p>
          )}
          <div class="pair run">
            {fresh && field('change')}
            <button class={fresh ? 'button' : 'button main'} disabled={busy.value}>
              {say('look')}
            </button>
            {fresh && (
              <button
                type="button"
                class="button main"
                disabled={busy.value || !code}
                onClick={() => void run()}
              >
                {say('run')}
              </button>
            )}
          </div>
        </div>
      </form>
      {busy.value && code && <Progress code={code} />}
      {seen.value && <Preview got={seen.value.got} />}
    </>
  );
}

const LOOK_MS = 700;

/** While it runs: how far it is. */
function Progress({ code }: { code: string }) {
  const got = useSignal<Mass | undefined>(undefined);
  useEffect(() => {
    const timer = setInterval(() => {
      call<Mass>(plant.value, 'Bom.GetMassChange', { change: code }).then(
        (reply) => (got.value = reply),
        () => undefined,
      );
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [code]);
  if (got.value?.state !== 'running') return null;
  const { lines = 0, lines_done = 0 } = got.value;
  return (
    <p class="notice" role="status">
      {say('massProgress', { done: lines_done, all: lines })}
      <progress max={Number(lines)} value={Number(lines_done)} aria-label={say('running')} />
    </p>
  );
}

function Done({ code }: { code: string }) {
  const got = useSignal<Mass | undefined>(undefined);
  const error = useSignal<ApiError | undefined>(undefined);
  const undoing = useSignal(false);
  const none = useSignal<Values>({});
  function load(): void {
    call<Mass>(plant.value, 'Bom.GetMassChange', { change: code }).then(
      (reply) => {
        got.value = reply;
        error.value = undefined;
      },
      (cause: unknown) => (error.value = failure(cause)),
    );
  }
  useEffect(load, [code, plant.value, facts.value]);
  if (error.value) return <Failure error={error.value} again={load} />;
  const mass = got.value;
  if (!mass) return null;
  return (
    <>
      <Preview got={mass} />
      {mass.state === 'done' && may('engineer') && (
        <div>
          <button class="button danger" onClick={() => (undoing.value = true)}>
            {say('undo')}
          </button>
        </div>
      )}
      {undoing.value && (
        <FormDialog
          title={say('undoSure', { code })}
          method="Bom.UndoMassChange"
          fields={[]}
          values={none}
          body={() => ({ change: code })}
          done={load}
          close={() => (undoing.value = false)}
        />
      )}
    </>
  );
}

export function MassChange() {
  const code = place.value.query.get('change') ?? '';
  return (
    <>
      <Head title={say('massTitle')} sub={code}>
        {code && (
          <a class="button" href={link('mass-change')}>
            {say('massTitle')}
          </a>
        )}
        <a class="button" href={link('changes')}>
          {say('changes')}
        </a>
      </Head>
      {code ? <Done key={code} code={code} /> : <Rule />}
    </>
  );
}
