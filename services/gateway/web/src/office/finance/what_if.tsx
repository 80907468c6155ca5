import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { ApiError, call } from '../../base/api';
import { type Decimal } from '../../base/decimal';
import { go, link } from '../../base/route';
import { language } from '../../base/words';
import { FormDialog, typed, type Values } from '../form';
import { Grid, type Column } from '../grid';
import { Head } from '../list';
import { may, plant } from '../state';
import { say as sayOffice } from '../words';
import { codeColumn, numberColumn, textColumn } from '../pages/columns';
import { asked, percentOf } from './frame';
import { Over } from './order_cost';
import { say } from './words';

/** A price or the rates of a work centre as they stand in the fields. */
interface Line {
  kind: 'price' | 'rate';
  code: string;
  values: Values;
}

interface Effect {
  item: string;
  name?: string;
  end_item?: boolean;
  before?: Decimal;
  after?: Decimal;
  difference?: Decimal;
}

interface Reply {
  effects?: Effect[];
  items?: number;
  end_items?: number;
  next?: string;
}

const RATES = ['labor_rate', 'machine_rate', 'overhead_rate'] as const;
const RATE_WORDS = {
  labor_rate: 'laborRate',
  machine_rate: 'machineRate',
  overhead_rate: 'overheadRate',
} as const;

const assumption = (line: Line): object =>
  line.kind === 'price'
    ? { item: line.code.trim(), unit_cost: line.values['unit_cost']?.trim() }
    : { work_center: line.code.trim(), ...typed(line.values, ...RATES) };

const columns = (): Column<Effect>[] => [
  codeColumn(
    'item',
    say('item'),
    'minmax(120px, 1fr)',
    (row) => row.item,
    (item) => link('roll-up', { item }),
  ),
  textColumn('name', say('name'), 'minmax(150px, 2fr)', (row) => row.name),
  {
    ...textColumn<Effect>('end', say('endItem'), '110px', (row) => (row.end_item ? say('endItem') : '')),
    show: (row) => row.end_item && <span class="tag">{say('endItem')}</span>,
  },
  numberColumn('before', say('before'), '130px', (row) => row.before, 'money'),
  numberColumn('after', say('after'), '130px', (row) => row.after, 'money'),
  {
    ...numberColumn<Effect>('difference', say('difference'), '130px', (row) => row.difference, 'money'),
    show: (row) => <Over text={row.difference} />,
  },
  numberColumn('pct', '%', '80px', (row) => percentOf(row.difference, row.before)),
];

async function readEffects(lines: readonly Line[], all: boolean): Promise<Reply> {
  const effects: Effect[] = [];
  let page: Reply = {};
  let after: string | undefined;
  do {
    page = await call<Reply>(plant.value, 'Cost.GetWhatIf', {
      assumptions: lines.map(assumption),
      all,
      ...(after ? { after } : {}),
    });
    effects.push(...(page.effects ?? []));
    after = page.next;
  } while (after);
  return { ...page, effects };
}

function Assumption({
  line,
  index,
  wrong,
  change,
  remove,
}: {
  line: Line;
  index: number;
  wrong: ApiError | undefined;
  change: (line: Line) => void;
  remove: () => void;
}) {
  const at = `assumptions[${index}].`;
  const fields: [string, string][] =
    line.kind === 'price'
      ? [['unit_cost', say('newPrice')]]
      : RATES.map((rate) => [rate, say(RATE_WORDS[rate])]);
  const codeName = line.kind === 'price' ? 'item' : 'work_center';
  const why = (name: string) => (wrong?.field === at + name ? wrong.message : undefined);
  return (
    <div class="fields assumption">
      <label class={why(codeName) ? 'field wrong' : 'field'}>
        <span>{line.kind === 'price' ? say('item') : say('workCenter')}</span>
        <input
          class="code"
          name={at + codeName}
          required
          value={line.code}
          onInput={(event) => change({ ...line, code: event.currentTarget.value })}
        />
        {why(codeName) && <span class="why">{why(codeName)}</span>}
      </label>
      {fields.map(([name, label]) => (
        <label class={why(name) ? 'field wrong' : 'field'} key={name}>
          <span>{label}</span>
          <input
            class="num"
            name={at + name}
            inputMode="decimal"
            required={line.kind === 'price'}
            value={line.values[name] ?? ''}
            onInput={(event) =>
              change({ ...line, values: { ...line.values, [name]: event.currentTarget.value } })
            }
          />
          {why(name) && <span class="why">{why(name)}</span>}
        </label>
      ))}
      <button type="button" class="button plain" aria-label={say('remove')} onClick={remove}>
        ×
      </button>
    </div>
  );
}

/** The same as facts of a version of costs. */
const factsOf = (lines: readonly Line[]): object[] =>
  lines.flatMap((line) =>
    line.kind === 'price'
      ? [{ kind: 'price', code: line.code.trim(), value: line.values['unit_cost']?.trim() }]
      : RATES.filter((rate) => line.values[rate]?.trim()).map((rate) => ({
          kind: rate,
          code: line.code.trim(),
          value: line.values[rate]!.trim(),
        })),
  );

/** Another price, another rate: what would every end item cost? */
export function WhatIf() {
  const first: Line = { kind: 'price', code: asked('item'), values: {} };
  const lines = useSignal<Line[]>([first]);
  const all = useSignal(false);
  const got = useSignal<Reply | undefined>(undefined);
  const wrong = useSignal<ApiError | undefined>(undefined);
  const busy = useSignal(false);
  const keeping = useSignal(false);
  const named = useSignal<Values>({});
  const shown = useMemo(columns, [language.value]);

  async function calculate(event?: Event): Promise<void> {
    event?.preventDefault();
    busy.value = true;
    try {
      got.value = await readEffects(lines.value, all.value);
      wrong.value = undefined;
    } catch (cause) {
      wrong.value = cause instanceof ApiError ? cause : new ApiError('PAGE', String(cause), '', -1, '');
    } finally {
      busy.value = false;
    }
  }
  const add = (kind: Line['kind']): void =>
    void (lines.value = [...lines.value, { kind, code: '', values: {} }]);
  const placed = /^assumptions\[\d+\]\.\w+$/.test(wrong.value?.field ?? '');

  return (
    <>
      <Head title={say('whatIf')} />
      <div class="what-if">
        <section class="panel">
          <h2>{say('assume')}</h2>
          <form class="form" onSubmit={(event) => void calculate(event)}>
            {lines.value.map((line, index) => (
              <Assumption
                key={index}
                line={line}
                index={index}
                wrong={wrong.value}
                change={(next) => (lines.value = lines.value.map((one, at) => (at === index ? next : one)))}
                remove={() => (lines.value = lines.value.filter((_, at) => at !== index))}
              />
            ))}
            {wrong.value && !placed && (
              <p class="notice bad" role="alert">
                {wrong.value.message || wrong.value.code}
              </p>
            )}
            <div class="pair at-start">
              <button type="button" class="button" onClick={() => add('price')}>
                + {say('addPrice')}
              </button>
              <button type="button" class="button" onClick={() => add('rate')}>
                + {say('addRate')}
              </button>
            </div>
            <label class="check">
              <input type="checkbox" checked={all.value} onChange={() => (all.value = !all.value)} />
              {say('everyItem')}
            </label>
            <div class="pair">
              {may('finance') && got.value && (
                <button type="button" class="button" onClick={() => (keeping.value = true)}>
                  {say('makeVersion')}
                </button>
              )}
              <button class="button main" disabled={busy.value || lines.value.length === 0}>
                {say('calculate')}
              </button>
            </div>
          </form>
        </section>
        <div class="outcome">
          {got.value ? (
            <>
              <p class="notice" role="status">
                {say('effects', { n: got.value.items ?? 0, ends: got.value.end_items ?? 0 })}
              </p>
              <Grid
                name="what-if"
                title={say('whatIf')}
                columns={shown}
                rows={got.value.effects ?? []}
                loading={busy.value}
                idOf={(row) => row.item}
                open={(row) => go('roll-up', { item: row.item })}
              />
            </>
          ) : (
            <p class="soft">{busy.value ? sayOffice('loading') : say('noEffect')}</p>
          )}
        </div>
      </div>
      {keeping.value && (
        <FormDialog
          title={say('makeVersion')}
          method="Cost.SaveCostVersion"
          fields={[
            { name: 'cost_version', label: say('version'), kind: 'code', required: true },
            { name: 'note', label: say('note') },
          ]}
          values={named}
          body={(given) => ({ ...typed(given, 'cost_version', 'note'), lines: factsOf(lines.value) })}
          done={(reply) => go('cost-version', { version: String(reply['cost_version']) })}
          close={() => (keeping.value = false)}
        />
      )}
    </>
  );
}
