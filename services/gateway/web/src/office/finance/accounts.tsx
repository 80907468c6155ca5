import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { link } from '../../base/route';
import { language } from '../../base/words';
import { FormDialog, typed, type Values } from '../form';
import type { Column } from '../grid';
import { Said } from '../list';
import { may } from '../state';
import { codeColumn, textColumn } from '../pages/columns';
import { Press, useReport, type Row } from './frame';
import { ReportPage } from './report_page';
import { say } from './words';

const SOURCES = {
  product: ['tag dim', 'product'],
  plant: ['tag', 'plantOwn'],
  class: ['tag', 'ofClass'],
  by_class: ['tag warn', 'byClassOnly'],
  missing: ['tag bad', 'missing'],
} as const;

const sourceOf = (row: Row) => SOURCES[row['source'] as keyof typeof SOURCES];

const columns = (): Column<Row>[] => [
  codeColumn('purpose', say('purpose'), '130px', (row) => row['purpose']),
  textColumn('name', say('accountName'), 'minmax(160px, 1.6fr)', (row) => row['name']),
  textColumn('class', say('class'), 'minmax(110px, 1fr)', (row) => row['class'] || say('everyClass')),
  codeColumn(
    'account',
    say('account'),
    '110px',
    (row) => row['account'],
    (account) => link('journal', { account }),
  ),
  {
    ...textColumn<Row>('source', say('source'), '150px', (row) => say(sourceOf(row)[1])),
    show: (row) => <span class={sourceOf(row)[0]}>{say(sourceOf(row)[1])}</span>,
  },
];

/** A row that this plant set, for every class or for one. */
const isOwn = (row: Row): boolean => row['source'] === 'plant' || row['source'] === 'class';
const ownersOf = (row: Row) => ({
  purpose: row['purpose'],
  ...(row['source'] === 'class' ? { class: row['class'] } : {}),
});

function Entry({
  row,
  known,
  done,
  removed,
  close,
}: {
  row: Row | undefined;
  known: Row[];
  done: () => void;
  removed: () => void;
  close: () => void;
}) {
  const held = useSignal<Values>({
    purpose: row?.['purpose'] ?? '',
    class: row?.['class'] ?? '',
    account: row?.['account'] ?? '',
  });
  const perClass = useSignal(false);
  return (
    <FormDialog
      title={say('setAccount')}
      method="Cost.SetAccount"
      fields={[
        {
          name: 'purpose',
          label: say('purpose'),
          kind: 'code',
          required: true,
          from: [...new Set(known.map((row) => row['purpose']!))],
        },
        ...(perClass.value
          ? []
          : ([
              {
                name: 'class',
                label: say('class'),
                from: [...new Set(known.map((row) => row['class']!))].filter(Boolean),
              },
              { name: 'account', label: say('account'), kind: 'code', required: true },
            ] as const)),
      ]}
      values={held}
      body={(given) =>
        perClass.value
          ? { purpose: given['purpose'], by_class: true }
          : typed(given, 'purpose', 'class', 'account')
      }
      done={done}
      close={close}
    >
      <label class="check">
        <input type="checkbox" checked={perClass.value} onChange={() => (perClass.value = !perClass.value)} />
        {say('perClass')}
      </label>
      {row && isOwn(row) && (
        <p class="at-start">
          <Press
            text={say('removeAccount')}
            method="Cost.SetAccount"
            body={{ ...ownersOf(row), remove: true }}
            done={removed}
          />
        </p>
      )}
    </FormDialog>
  );
}

/** Which account a purpose and a class of items are booked to; those that have none stand out. */
export function Accounts() {
  const got = useReport('accounts');
  const said = useSignal('');
  const entering = useSignal<{ row: Row | undefined } | undefined>(undefined);
  const only = useSignal(false);
  const shown = useMemo(columns, [language.value]);
  const rows = got.value ?? [];
  const missing = rows.filter((row) => row['source'] === 'missing').length;
  return (
    <>
      <ReportPage
        name="accounts"
        title={say('accounts')}
        got={got}
        rows={rows}
        columns={shown}
        idOf={(row) => `${row['purpose']}|${row['class']}`}
        {...(only.value && missing ? { keep: (row: Row) => row['source'] === 'missing' } : {})}
        {...(may('finance')
          ? {
              open: (row: Row) => void (entering.value = { row }),
            }
          : {})}
        bar={
          may('finance') && (
            <button class="button main" onClick={() => (entering.value = { row: undefined })}>
              {say('setAccount')}
            </button>
          )
        }
        above={
          <>
            <Said text={said.value} />
            {missing > 0 && (
              <p class="notice bad" role="alert">
                {say('nMissing', { n: missing })}
              </p>
            )}
          </>
        }
      >
        {missing > 0 && (
          <label class="check">
            <input type="checkbox" checked={only.value} onChange={() => (only.value = !only.value)} />
            {say('onlyMissing')}
          </label>
        )}
      </ReportPage>
      {entering.value && (
        <Entry
          row={entering.value.row}
          known={rows}
          removed={() => {
            entering.value = undefined;
            said.value = say('accountRemoved');
            got.load();
          }}
          done={() => {
            said.value = say('accountSaved');
            got.load();
          }}
          close={() => (entering.value = undefined)}
        />
      )}
    </>
  );
}
