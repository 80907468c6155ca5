import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { ApiError, call } from '../../base/api';
import { moment } from '../../base/format';
import { language } from '../../base/words';
import { FormDialog, typed, type Values } from '../form';
import type { Column } from '../grid';
import { ListPage, type Loaded } from '../list';
import { facts } from '../live';
import { plant } from '../state';
import { say as sayOffice } from '../words';
import { codeColumn, textColumn } from './columns';
import { say } from './words';

interface Device {
  device_id: string;
  plant: string;
  name: string;
  work_centers?: string[];
  enrolled_by: string;
  enrolled_at?: string;
  revoked_at?: string;
}

const columns = (): Column<Device>[] => [
  textColumn('name', say('name'), 'minmax(140px, 2fr)', (row) => row.name),
  codeColumn('plant', sayOffice('plant'), '110px', (row) => row.plant),
  textColumn('centers', say('workCenters'), 'minmax(110px, 1fr)', (row) =>
    (row.work_centers ?? []).join(', '),
  ),
  textColumn('by', say('enrolledBy'), 'minmax(110px, 1fr)', (row) => row.enrolled_by),
  textColumn('at', say('enrolledAt'), '170px', (row) => moment(row.enrolled_at)),
  {
    ...textColumn<Device>('state', say('state'), '110px', (row) =>
      row.revoked_at ? say('revoked') : say('inUse'),
    ),
    show: (row) => (
      <span class={row.revoked_at ? 'tag dim' : 'tag good'}>
        {row.revoked_at ? say('revoked') : say('inUse')}
      </span>
    ),
  },
];

/** Terminals; one becomes a device on the shop floor itself, where a supervisor signs in on it. */
export function Devices() {
  const shown = useMemo(columns, [language.value]);
  const picked = useSignal<ReadonlySet<string>>(new Set());
  const said = useSignal('');
  const enrolling = useSignal(false);
  const values = useSignal<Values>({});

  async function revoke(loaded: Loaded<Device>): Promise<void> {
    const some = loaded.rows.filter((row) => picked.value.has(row.device_id) && !row.revoked_at);
    if (some.length === 0 || !confirm(say('revokeSure', { name: some.map((row) => row.name).join(', ') })))
      return;
    try {
      for (const row of some) await call('-', 'Access.RevokeDevice', { device_id: row.device_id });
      picked.value = new Set();
    } catch (cause) {
      said.value = cause instanceof ApiError ? cause.message : String(cause);
    }
    loaded.load();
  }

  return (
    <>
      {said.value && (
        <p class="notice bad" role="alert">
          {said.value}
        </p>
      )}
      <ListPage
        name="devices"
        title={sayOffice('devices')}
        at="-"
        method="Access.ListDevices"
        field="devices"
        empty={say('noDevices')}
        columns={shown}
        idOf={(row) => row.device_id}
        picked={picked}
        actions={(loaded) => (
          <>
            <button class="button" onClick={() => (enrolling.value = true)}>
              {say('enrollHere')}
            </button>
            <button
              class="button danger"
              disabled={picked.value.size === 0}
              onClick={() => void revoke(loaded)}
            >
              {say('revoke')}
            </button>
          </>
        )}
      />
      {enrolling.value && (
        <FormDialog
          title={say('enrollHere')}
          at="-"
          method="Access.EnrollDevice"
          fields={[
            { name: 'name', label: say('name'), required: true },
            { name: 'work_centers', label: say('centersOf') },
          ]}
          values={values}
          body={(now) => ({
            plant: plant.value,
            ...typed(now, 'name'),
            work_centers: (now['work_centers'] ?? '').split(/[\s,，]+/).filter(Boolean),
          })}
          done={() => {
            values.value = {};
            facts.value++;
          }}
          close={() => (enrolling.value = false)}
        />
      )}
    </>
  );
}
