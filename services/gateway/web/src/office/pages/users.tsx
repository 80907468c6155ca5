import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { ApiError, call } from '../../base/api';
import { codeWord } from '../../base/codes';
import { language } from '../../base/words';
import { FormDialog, typed, type Values } from '../form';
import type { Column } from '../grid';
import { ListPage, Said } from '../list';
import { facts } from '../live';
import { plant } from '../state';
import { say as sayOffice } from '../words';
import { codeColumn, textColumn } from './columns';
import { say } from './words';

export const ROLES = [
  'planner',
  'sales',
  'buyer',
  'operator',
  'storekeeper',
  'supervisor',
  'engineer',
  'finance',
  'auditor',
  'administrator',
];

export interface PlantRole {
  plant: string;
  role: string;
}

interface User {
  login: string;
  active: boolean;
  roles?: PlantRole[];
  badge?: string;
  pin_dead?: boolean;
}

/** "operator, supervisor" of the plant in hand; those of other plants with their plant. */
export const rolesText = (row: { roles?: PlantRole[] }): string =>
  (row.roles ?? [])
    .map((one) => (one.plant === plant.value ? codeWord(one.role) : `${one.plant}: ${codeWord(one.role)}`))
    .join(', ');

const columns = (): Column<User>[] => [
  codeColumn('login', say('userLogin'), 'minmax(120px, 1fr)', (row) => row.login),
  textColumn('roles', say('roles'), 'minmax(200px, 3fr)', rolesText),
  {
    ...textColumn<User>('badge', say('badge'), '150px', (row) => row.badge),
    show: (row) =>
      row.pin_dead ? <span class="tag bad">{say('pinDead')}</span> : <span class="code">{row.badge}</span>,
  },
  {
    ...textColumn<User>('active', say('state'), '100px', (row) =>
      row.active ? say('active') : say('inactive'),
    ),
    show: (row) => (
      <span class={row.active ? 'tag good' : 'tag dim'}>{row.active ? say('active') : say('inactive')}</span>
    ),
  },
];

/** People, what they may do at this plant, and their badges. */
export function Users() {
  const shown = useMemo(columns, [language.value]);
  const edited = useSignal<User | undefined>(undefined);
  const here = useSignal<User | undefined>(undefined);
  const said = useSignal('');
  const done = (text: string): void => {
    said.value = text;
    here.value = undefined;
    facts.value++;
  };
  return (
    <>
      <Said text={said.value} />
      <ListPage
        name="users"
        title={sayOffice('users')}
        at="-"
        method="Access.ListUsers"
        field="users"
        columns={shown}
        idOf={(row) => row.login}
        open={(row) => (here.value = row)}
        actions={() => (
          <button class="button main" onClick={() => (edited.value = { login: '', active: true })}>
            {say('saveUser')}
          </button>
        )}
        beside={<Chosen user={here.value} change={() => (edited.value = here.value)} done={done} />}
      />
      {edited.value && <UserForm user={edited.value} done={done} close={() => (edited.value = undefined)} />}
    </>
  );
}

interface ChosenProps {
  user: User | undefined;
  change: () => void;
  done: (said: string) => void;
}

function Chosen({ user, change, done }: ChosenProps) {
  const badge = useSignal(false);
  const values = useSignal<Values>({});
  const why = useSignal('');
  if (!user)
    return (
      <aside class="aside">
        <p class="soft why">{say('pickUser')}</p>
      </aside>
    );

  async function takeAway(login: string): Promise<void> {
    try {
      await call('-', 'Access.SetBadge', { login });
      done(say('badgeTaken', { login }));
    } catch (cause) {
      why.value = cause instanceof ApiError ? cause.message : String(cause);
    }
  }
  return (
    <aside class="aside" aria-label={user.login}>
      <h2 class="why-title code">{user.login}</h2>
      <p class="why">{rolesText(user)}</p>
      <div class="form">
        <button class="button main" onClick={change}>
          {say('changeUser')}
        </button>
        <button class="button" onClick={() => (badge.value = true)}>
          {say('setBadge')}
        </button>
        {user.badge && (
          <button class="button danger" onClick={() => void takeAway(user.login)}>
            {say('takeBadge')}
          </button>
        )}
        {why.value && (
          <p class="notice bad" role="alert">
            {why.value}
          </p>
        )}
      </div>
      {badge.value && (
        <FormDialog
          title={`${say('setBadge')} ${user.login}`}
          at="-"
          method="Access.SetBadge"
          fields={[
            { name: 'badge', label: say('badge'), kind: 'code', required: true },
            { name: 'pin', label: say('pin'), kind: 'password', required: true },
          ]}
          values={values}
          body={(now) => ({ login: user.login, ...typed(now, 'badge', 'pin') })}
          done={() => {
            values.value = {};
            done(say('badgeSet', { login: user.login }));
          }}
          close={() => (badge.value = false)}
        />
      )}
    </aside>
  );
}

interface UserFormProps {
  user: User;
  done: (said: string) => void;
  close: () => void;
}

/** Roles at other plants stay as they are. */
function UserForm({ user, done, close }: UserFormProps) {
  const values = useSignal<Values>({ login: user.login });
  const active = useSignal(user.active);
  const elsewhere = (user.roles ?? []).filter((one) => one.plant !== plant.value);
  const held = (user.roles ?? []).filter((one) => one.plant === plant.value).map((one) => one.role);
  const roles = useSignal<ReadonlySet<string>>(new Set(held));

  function toggle(role: string): void {
    const next = new Set(roles.value);
    if (!next.delete(role)) next.add(role);
    roles.value = next;
  }
  return (
    <FormDialog
      title={user.login || say('saveUser')}
      at="-"
      method="Access.SetUser"
      fields={[
        { name: 'login', label: say('userLogin'), required: true },
        { name: 'password', label: say('newPassword'), kind: 'password' },
      ]}
      values={values}
      body={(now) => ({
        ...typed(now, 'login', 'password'),
        active: active.value,
        roles: [...elsewhere, ...[...roles.value].map((role) => ({ plant: plant.value, role }))],
      })}
      done={() => done(say('userSaved', { login: values.value['login'] ?? '' }))}
      close={close}
    >
      <label>
        <input type="checkbox" checked={active.value} onChange={() => (active.value = !active.value)} />{' '}
        {say('active')}
      </label>
      <fieldset class="roles">
        <legend>{say('rolesHere')}</legend>
        {ROLES.map((role) => (
          <label key={role}>
            <input type="checkbox" checked={roles.value.has(role)} onChange={() => toggle(role)} />{' '}
            {codeWord(role)}
          </label>
        ))}
      </fieldset>
    </FormDialog>
  );
}
