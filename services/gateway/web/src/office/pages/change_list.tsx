import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { day, moment } from '../../base/format';
import { go, link } from '../../base/route';
import { language } from '../../base/words';
import { FormDialog, type Values } from '../form';
import type { Column } from '../grid';
import { ListPage } from '../list';
import { may } from '../state';
import { say } from './bill_words';
import { codeColumn, countColumn, textColumn } from './columns';

/** Engineering and mass changes, those that were worked on last first. */
interface ChangeHead {
  kind: 'engineering' | 'mass';
  change: string;
  title?: string;
  state: string;
  author?: string;
  approver?: string;
  effective_on?: string;
  stock_of?: string;
  lines?: number;
  done_at?: string;
}

const LOOK: Record<string, string> = {
  draft: 'tag',
  submitted: 'tag warn',
  approved: 'tag',
  effective: 'tag good',
  done: 'tag good',
};

export const stateWord = (state: string): string => say(state as Parameters<typeof say>[0]);

export const ChangeState = ({ state }: { state: string }) => (
  <span class={LOOK[state] ?? 'tag dim'}>{stateWord(state)}</span>
);

export const whenWord = (change: { effective_on?: string; stock_of?: string }): string =>
  change.stock_of ? say('whenNone', { item: change.stock_of }) : (change.effective_on ?? '');

const toChange = (row: ChangeHead): string =>
  row.kind === 'mass' ? link('mass-change', { change: row.change }) : link('change', { change: row.change });

const columns = (): Column<ChangeHead>[] => [
  {
    ...codeColumn<ChangeHead>('change', say('code'), '150px', (row) => row.change),
    show: (row) => (
      <a class="code" href={toChange(row)}>
        {row.change}
      </a>
    ),
  },
  textColumn('title', say('title'), 'minmax(180px, 2fr)', (row) => row.title),
  {
    ...textColumn<ChangeHead>('state', say('state'), '110px', (row) => stateWord(row.state)),
    show: (row) => <ChangeState state={row.state} />,
  },
  textColumn('kind', say('kind'), '110px', (row) => say(row.kind)),
  {
    ...textColumn<ChangeHead>('when', say('effectiveOn'), '150px', (row) => whenWord(row)),
    show: (row) => (row.stock_of ? whenWord(row) : day(row.effective_on)),
  },
  textColumn('author', say('author'), '120px', (row) => row.author),
  textColumn('approver', say('approver'), '120px', (row) => row.approver),
  countColumn('lines', say('lineCount'), '80px', (row) => Number(row.lines ?? 0)),
  {
    ...textColumn<ChangeHead>('at', say('lastStep'), '170px', (row) => row.done_at),
    show: (row) => moment(row.done_at),
  },
];

function NewChange({ close }: { close: () => void }) {
  const values = useSignal<Values>({});
  return (
    <FormDialog
      title={say('newChange')}
      method=""
      fields={[{ name: 'change', label: say('code'), kind: 'code', required: true }]}
      values={values}
      body={(typed) => typed}
      keep={() => go('change', { change: values.value['change']!.trim(), draft: 'new' })}
      done={close}
      close={close}
    />
  );
}

export function Changes() {
  const shown = useMemo(columns, [language.value]);
  const making = useSignal(false);
  return (
    <>
      <ListPage
        name="changes"
        title={say('changes')}
        method="Bom.ListChanges"
        field="changes"
        empty={say('noChanges')}
        columns={shown}
        idOf={(row) => `${row.kind} ${row.change}`}
        open={(row) => (location.hash = toChange(row))}
        actions={() =>
          may('engineer') && (
            <>
              <a class="button" href={link('mass-change')}>
                {say('massTitle')}
              </a>
              <button class="button main" onClick={() => (making.value = true)}>
                {say('newChange')}
              </button>
            </>
          )
        }
      />
      {making.value && <NewChange close={() => (making.value = false)} />}
    </>
  );
}
