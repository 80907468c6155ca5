import { useSignal } from '@preact/signals';
import { FormDialog, typed, type Values } from '../form';
import { Head } from '../list';
import { plant } from '../state';
import { say as sayOffice } from '../words';
import { say } from './words';

const ROLES = [
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

/** A login, a password of one's own, and roles at this plant. */
export function Users() {
  const open = useSignal(true);
  const said = useSignal('');
  const values = useSignal<Values>({});
  const roles = useSignal<ReadonlySet<string>>(new Set());

  function toggle(role: string): void {
    const next = new Set(roles.value);
    if (!next.delete(role)) next.add(role);
    roles.value = next;
  }

  return (
    <>
      <Head title={sayOffice('users')}>
        <button class="button main" onClick={() => (open.value = true)}>
          {say('saveUser')}
        </button>
      </Head>
      {said.value && (
        <p class="notice good" role="status">
          {said.value}
        </p>
      )}
      {open.value && (
        <FormDialog
          title={say('saveUser')}
          at="-"
          method="Access.SetUser"
          fields={[
            { name: 'login', label: say('userLogin'), required: true },
            { name: 'password', label: say('newPassword'), kind: 'password' },
          ]}
          values={values}
          body={(now) => ({
            ...typed(now, 'login', 'password'),
            active: true,
            roles: [...roles.value].map((role) => ({ plant: plant.value, role })),
          })}
          done={() => {
            said.value = say('userSaved', { login: values.value['login'] ?? '' });
            values.value = {};
            roles.value = new Set();
          }}
          close={() => (open.value = false)}
        >
          <fieldset class="roles">
            <legend>{say('rolesHere')}</legend>
            {ROLES.map((role) => (
              <label key={role}>
                <input type="checkbox" checked={roles.value.has(role)} onChange={() => toggle(role)} /> {role}
              </label>
            ))}
          </fieldset>
        </FormDialog>
      )}
    </>
  );
}
