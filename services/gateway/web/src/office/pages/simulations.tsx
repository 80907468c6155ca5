import { useMemo } from 'preact/hooks';
import { moment } from '../../base/format';
import { go } from '../../base/route';
import { language } from '../../base/words';
import type { Column } from '../grid';
import { ListPage } from '../list';
import { codeColumn, countColumn, textColumn } from './columns';
import type { Simulation } from './simulation';
import { say } from './simulation_words';

const columns = (): Column<Simulation>[] => [
  codeColumn('name', say('name'), 'minmax(140px, 1fr)', (row) => row.name),
  textColumn('note', say('note'), 'minmax(160px, 2fr)', (row) => row.note),
  countColumn('changes', say('changes'), '90px', (row) => row.change_count),
  textColumn('state', say('simulation'), '110px', (row) => say(row.state ?? 'open')),
  textColumn('shared', say('shared'), '90px', (row) => (row.shared ? say('shared') : '')),
  textColumn('owner', say('owner'), '140px', (row) => row.made_by),
  textColumn('at', say('at'), '172px', (row) => moment(row.made_at)),
];

/** What-ifs that were kept: one's own, and those that others share. */
export function Simulations() {
  const shown = useMemo(columns, [language.value]);
  return (
    <ListPage
      name="simulations"
      title={say('simulations')}
      method="Mrp.ListSimulations"
      field="simulations"
      empty={say('lead')}
      columns={shown}
      idOf={(row) => row.name}
      open={(row) => go('simulation', { name: row.name })}
      actions={() => (
        <button class="button main" onClick={() => go('simulation')}>
          {say('newSimulation')}
        </button>
      )}
    />
  );
}
