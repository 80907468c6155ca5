import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError, call } from '../../base/api';
import { moment } from '../../base/format';
import { resource } from '../../base/resource';
import { go, place } from '../../base/route';
import { language } from '../../base/words';
import { Grid, type Column } from '../grid';
import { Failure, Head } from '../list';
import { codeColumn, textColumn } from '../pages/columns';
import { plant } from '../state';
import { say as sayOffice } from '../words';
import { fieldsOf, type Field } from './audit_fields';
import { say } from './audit_words';

/*
 * Who did what, from which device, before and after: newest first, as much as was asked for.  The filters are
 * the address of the page, so that another page can open the history of one object.
 */
interface Act {
  acted_at: string;
  acted_by?: string;
  device?: string;
  address?: string;
  method?: string;
  object?: string;
  status?: string;
  before?: string;
  after?: string;
  stream: string;
  row: string;
}

const AT_ONCE = 200;
const NO_PLANT = '-';

const FILTERS = ['acted_by', 'method', 'object', 'device', 'from', 'to'] as const;

const fieldsOfAct = (act: Act): Field[] => fieldsOf(act.before, act.after);

const shortly = (act: Act): string =>
  fieldsOfAct(act)
    .filter((field) => field.changed)
    .map((field) => `${field.name}: ${[field.before, field.after].filter(Boolean).join(' → ')}`)
    .join(' · ');

const columns = (): Column<Act>[] => [
  {
    ...textColumn<Act>('at', say('at'), '178px', (row) => row.acted_at),
    show: (row) => moment(row.acted_at),
  },
  codeColumn('by', say('who'), 'minmax(90px, 1fr)', (row) => row.acted_by),
  codeColumn('method', say('what'), 'minmax(230px, 2fr)', (row) => row.method),
  codeColumn('object', say('object'), 'minmax(100px, 1fr)', (row) => row.object),
  {
    ...textColumn<Act>('status', say('result'), '110px', (row) => row.status),
    show: (row) =>
      row.status === 'OK' ? <span class="soft">OK</span> : <span class="tag bad">{row.status}</span>,
  },
  textColumn('change', say('change'), 'minmax(220px, 5fr)', shortly),
  codeColumn('device', say('device'), '100px', (row) => row.device),
  codeColumn('address', say('address'), '110px', (row) => row.address),
];

/** A day is the whole of it, as the person's own clock has it. */
const moments = (from: string, to: string): object => ({
  ...(from ? { from_at: new Date(`${from}T00:00:00`).toISOString() } : {}),
  ...(to ? { to_at: new Date(new Date(`${to}T00:00:00`).getTime() + 86400000).toISOString() } : {}),
});

function Differences({ act }: { act: Act }) {
  const fields = fieldsOfAct(act);
  return (
    <div class="aside wider" aria-label={say('change')}>
      <dl class="facts">
        <dt>{say('at')}</dt>
        <dd>{moment(act.acted_at)}</dd>
        <dt>{say('who')}</dt>
        <dd class="code">{act.acted_by || '–'}</dd>
        <dt>{say('what')}</dt>
        <dd class="code">{act.method || '–'}</dd>
        <dt>{say('device')}</dt>
        <dd class="code">{[act.device, act.address].filter(Boolean).join(' · ') || '–'}</dd>
        <dt>{say('row')}</dt>
        <dd class="code">
          {act.stream} {act.row}
        </dd>
      </dl>
      {fields.length > 0 && (
        <table class="plain-table difference">
          <thead>
            <tr>
              <th>{say('field')}</th>
              <th>{say('before')}</th>
              <th>{say('after')}</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <tr key={field.name} class={field.changed ? 'changed' : 'soft'}>
                <td class="code">{field.name}</td>
                <td>{field.changed && field.before ? <del>{field.before}</del> : field.before}</td>
                <td>{field.changed && field.after ? <ins>{field.after}</ins> : field.after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

/** What the seals say, shortly. */
function Seal({ at }: { at: string }) {
  const head = useMemo(
    () =>
      resource(() =>
        call<{ seal_no?: number; sealed_rows?: number; waiting_rows?: number }>(at, 'Relay.GetAuditHead'),
      ),
    [at],
  );
  useEffect(() => void head.load(), [head]);
  const { value } = head.value;
  if (!value) return null;
  return (
    <span class="soft">
      {say('sealed', {
        n: value.sealed_rows ?? 0,
        seal: value.seal_no ?? 0,
        waiting: value.waiting_rows ?? 0,
      })}
    </span>
  );
}

export function Audit() {
  const { query } = place.value;
  const asked = Object.fromEntries(FILTERS.map((name) => [name, query.get(name) ?? '']));
  const at = query.get('people') ? NO_PLANT : plant.value;
  const rows = useSignal<readonly Act[]>([]);
  const next = useSignal<string | undefined>(undefined);
  const loading = useSignal(false);
  const error = useSignal<ApiError | undefined>(undefined);
  const open = useSignal<Act | undefined>(undefined);
  const shown = useMemo(columns, [language.value]);
  const key = JSON.stringify([at, asked]);

  async function load(after?: string): Promise<void> {
    const { from, to, ...same } = asked;
    const given = Object.fromEntries(Object.entries(same).filter(([, value]) => value));
    loading.value = true;
    try {
      const page = await call<{ acts?: Act[]; next?: string }>(at, 'Relay.ListActs', {
        ...given,
        ...moments(from ?? '', to ?? ''),
        limit: AT_ONCE,
        ...(after ? { after } : {}),
      });
      rows.value = after ? [...rows.value, ...(page.acts ?? [])] : (page.acts ?? []);
      next.value = page.next;
      error.value = undefined;
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      error.value = cause;
      if (!after) rows.value = [];
    } finally {
      loading.value = false;
    }
  }
  useEffect(() => void load(), [key]);

  return (
    <>
      <Head title={sayOffice('audit')}>
        <Seal key={at} at={at} />
        <button class="button" disabled={loading.value} onClick={() => void load()}>
          {sayOffice('refresh')}
        </button>
      </Head>
      <form
        key={key}
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          const said = new FormData(event.currentTarget);
          go('audit', Object.fromEntries([...said].map(([name, value]) => [name, String(value).trim()])));
        }}
      >
        {FILTERS.map((name) => (
          <label key={name}>
            {say(name)}
            <input
              class={name === 'from' || name === 'to' ? 'input' : 'input code'}
              type={name === 'from' || name === 'to' ? 'date' : 'text'}
              name={name}
              value={asked[name]}
            />
          </label>
        ))}
        <label class="tick">
          <input type="checkbox" name="people" value="1" checked={at === NO_PLANT} />
          {say('people')}
        </label>
        <button class="button main">{say('search')}</button>
      </form>
      {error.value && <Failure error={error.value} again={() => void load()} />}
      <div class="split">
        <Grid
          name="audit"
          title={sayOffice('audit')}
          columns={shown}
          rows={rows.value}
          idOf={(row) => `${row.stream}/${row.row}`}
          loading={loading.value}
          open={(row) => (open.value = row)}
        >
          {next.value && (
            <button class="button" disabled={loading.value} onClick={() => void load(next.value)}>
              {say('more')}
            </button>
          )}
        </Grid>
        {open.value && <Differences act={open.value} />}
      </div>
    </>
  );
}
