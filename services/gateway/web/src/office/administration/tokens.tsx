import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { ApiError, call } from '../../base/api';
import { codeWord } from '../../base/codes';
import { day } from '../../base/format';
import { language, saying } from '../../base/words';
import { counted, FormDialog, typed, type Values } from '../form';
import type { Column } from '../grid';
import { ListPage, type Loaded } from '../list';
import { facts } from '../live';
import { plant, roles } from '../state';
import { codeColumn, textColumn } from '../pages/columns';
import { rolesText, ROLES, type PlantRole } from '../pages/users';
import { say as sayPage } from '../pages/words';
import { say as sayOffice } from '../words';

/* What programs sign in with.  A token is shown once, when it is made. */
const say = saying({
  fresh: ['新建令牌', 'New token'],
  name: ['用途', 'What it is for'],
  days: ['有效天数（1–366）', 'Lasts days (1–366)'],
  until: ['有效至', 'Until'],
  once: ['令牌仅显示这一次，请立即保存：', 'The token is shown this once; keep it now:'],
  none: [
    '程序和扫码枪凭令牌访问：按“新建令牌”，令牌只显示一次。',
    'Programs and scanners sign in by a token: make one, it is shown once.',
  ],
  sure: ['吊销 {name}？使用它的程序立即失去访问。', 'Revoke {name}? Programs with it are out at once.'],
} as const);

interface Token {
  token_id: string;
  name: string;
  login: string;
  roles?: PlantRole[];
  created_at?: string;
  expires_at?: string;
}

const columns = (): Column<Token>[] => [
  textColumn('name', say('name'), 'minmax(140px, 1fr)', (row) => row.name),
  codeColumn('login', sayPage('userLogin'), '130px', (row) => row.login),
  textColumn('roles', sayPage('roles'), 'minmax(180px, 2fr)', (row) => rolesText(row)),
  textColumn('at', sayPage('at'), '110px', (row) => day(row.created_at?.slice(0, 10))),
  textColumn('until', say('until'), '110px', (row) => day(row.expires_at?.slice(0, 10))),
];

function TokenForm({ made, close }: { made: (token: string) => void; close: () => void }) {
  const values = useSignal<Values>({ days: '90' });
  const chosen = useSignal<ReadonlySet<string>>(new Set());
  function toggle(role: string): void {
    const next = new Set(chosen.value);
    if (!next.delete(role)) next.add(role);
    chosen.value = next;
  }
  return (
    <FormDialog
      title={say('fresh')}
      at="-"
      method="Access.CreateToken"
      fields={[
        { name: 'name', label: say('name'), required: true },
        { name: 'days', label: say('days'), kind: 'number' },
      ]}
      values={values}
      body={(now) => ({
        ...typed(now, 'name'),
        ...(now['days']?.trim() ? { days: counted(now['days'].trim()) } : {}),
        roles: [...chosen.value].map((role) => ({ plant: plant.value, role })),
      })}
      done={(reply) => made(String(reply['token'] ?? ''))}
      close={close}
    >
      <fieldset class="roles">
        <legend>{sayPage('rolesHere')}</legend>
        {ROLES.filter((role) => roles.value.has(role)).map((role) => (
          <label key={role}>
            <input type="checkbox" checked={chosen.value.has(role)} onChange={() => toggle(role)} />{' '}
            {codeWord(role)}
          </label>
        ))}
      </fieldset>
    </FormDialog>
  );
}

export function Tokens() {
  const shown = useMemo(columns, [language.value]);
  const picked = useSignal<ReadonlySet<string>>(new Set());
  const entering = useSignal(false);
  const made = useSignal('');
  const why = useSignal('');

  async function revoke(loaded: Loaded<Token>): Promise<void> {
    const some = loaded.rows.filter((row) => picked.value.has(row.token_id));
    if (!confirm(say('sure', { name: some.map((row) => row.name).join(', ') }))) return;
    try {
      for (const row of some) await call('-', 'Access.RevokeToken', { token_id: row.token_id });
      picked.value = new Set();
    } catch (cause) {
      why.value = cause instanceof ApiError ? cause.message : String(cause);
    }
    loaded.load();
  }
  return (
    <>
      {made.value && (
        <p class="notice good" role="status">
          {say('once')} <code class="token">{made.value}</code>
        </p>
      )}
      {why.value && (
        <p class="notice bad" role="alert">
          {why.value}
        </p>
      )}
      <ListPage
        name="tokens"
        title={sayOffice('tokens')}
        at="-"
        method="Access.ListTokens"
        field="tokens"
        empty={say('none')}
        columns={shown}
        idOf={(row) => row.token_id}
        picked={picked}
        actions={(loaded) => (
          <>
            <button
              class="button danger"
              disabled={picked.value.size === 0}
              onClick={() => void revoke(loaded)}
            >
              {sayPage('revoke')}
            </button>
            <button class="button main" onClick={() => (entering.value = true)}>
              {say('fresh')}
            </button>
          </>
        )}
      />
      {entering.value && (
        <TokenForm
          made={(token) => {
            made.value = token;
            facts.value++;
          }}
          close={() => (entering.value = false)}
        />
      )}
    </>
  );
}
