import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiError } from '../../base/api';
import { FormDialog, type Values } from '../form';
import { Failure } from '../list';
import { facts } from '../live';
import { may, plant } from '../state';
import { say as sayOffice } from '../words';
import { say } from './bill_words';
import {
  columnWord,
  listMaster,
  nameOf,
  ownerColumn,
  RowForm,
  shownValue,
  valuesOf,
  type Cell,
  type Master,
  type MasterFile,
} from './master_row';
import { RowTable } from './row_table';

/* The lines of a bill and the operations of a routing, changed at once.  What is sent says which
   version was read: another person's change in between is shown beside what was typed. */

interface Line {
  row: number;
  values: Values;
}

const linesOf = (master: Master): Line[] =>
  master.rows
    .map((row) => ({ row: row.row ?? 0, values: valuesOf(row.cells) }))
    .sort((a, b) =>
      (a.values['position'] ?? '').localeCompare(b.values['position'] ?? '', 'en', { numeric: true }),
    );

/** What became of the line meanwhile, beside what is typed. */
function Conflict({
  before,
  now,
  typed,
}: {
  before: Values;
  now: Values | undefined;
  typed: readonly Cell[];
}) {
  const theirs = Object.keys({ ...before, ...now }).filter(
    (name) => (before[name] ?? '') !== (now?.[name] ?? ''),
  );
  return (
    <div class="notice warn tall" role="alert">
      <p>{now ? say('conflict') : say('gone')}</p>
      {now && theirs.length > 0 && (
        <table class="plain-table">
          <thead>
            <tr>
              <th>{say('column')}</th>
              <th>{say('opened')}</th>
              <th>{say('now')}</th>
              <th>{say('yours')}</th>
            </tr>
          </thead>
          <tbody>
            {theirs.map((name) => (
              <tr key={name}>
                <td>{columnWord(name)}</td>
                <td>{shownValue(name, before[name])}</td>
                <td>{shownValue(name, now[name])}</td>
                <td>{shownValue(name, typed.find((cell) => cell.column === name)?.value ?? before[name])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

interface Editing {
  file: MasterFile;
  item: string;
  version: number;
  line: Line | undefined;
  how: 'save' | 'end' | 'remove';
}

interface EditProps {
  editing: Editing;
  /** Another thing to do with the same line. */
  turn: (how: Editing['how']) => void;
  done: (what: string) => void;
  close: () => void;
}

const owner = ({ file, item }: Editing): Cell => ({ column: ownerColumn(file), value: item });

function SaveLine({ editing, turn, done, close }: EditProps) {
  const { file, item, line } = editing;
  const version = useSignal(editing.version);
  const now = useSignal<{ values: Values | undefined } | undefined>(undefined);
  const before = line?.values ?? {};

  async function lookAgain(error: ApiError): Promise<void> {
    if (error.code !== 'CHANGED') return;
    const master = await listMaster(file, item);
    version.value = master.version;
    now.value = { values: linesOf(master).find((one) => one.row === line?.row)?.values };
  }
  return (
    <RowForm
      title={
        line
          ? `${item} › ${nameOf(file, before)}`
          : `${item}: ${say(file === 'bom.csv' ? 'addLine' : 'addOperation')}`
      }
      file={file}
      before={before}
      method="Bom.EditMaster"
      fieldOf={(column) => `edits[0].${column}`}
      body={(cells) => ({
        edits: [
          {
            file,
            ...(line ? { row: line.row } : {}),
            cells: [owner(editing), ...cells.filter((cell) => line || cell.value)],
          },
        ],
        if_version: version.value,
      })}
      done={(_, cells) => done(nameOf(file, { ...before, ...valuesOf(cells) }))}
      failed={(error) => void lookAgain(error)}
      close={close}
    >
      {(cells) => (
        <>
          {line && !before['inherited_from'] && (
            <div class="pair at-start">
              <button type="button" class="button" onClick={() => turn('end')}>
                {say('endLine')}
              </button>
              <button type="button" class="button danger" onClick={() => turn('remove')}>
                {say('removeLine')}
              </button>
            </div>
          )}
          {line && now.value && <Conflict before={before} now={now.value.values} typed={cells} />}
        </>
      )}
    </RowForm>
  );
}

/** Ends a line on a day, or removes it. */
function TakeLine({ editing, done, close }: EditProps) {
  const { file, line, how } = editing;
  const values = useSignal<Values>({});
  const what = nameOf(file, line?.values ?? {});
  const field = 'edits[0].end_on';
  return (
    <FormDialog
      title={how === 'end' ? say('endTitle', { what }) : say('removeSure', { what })}
      method="Bom.EditMaster"
      fields={how === 'end' ? [{ name: field, label: say('endOn'), kind: 'date', required: true }] : []}
      values={values}
      body={(typed) => ({
        edits: [
          {
            file,
            action: how,
            row: line?.row,
            cells: [owner(editing)],
            ...(how === 'end' ? { end_on: typed[field] } : {}),
          },
        ],
        if_version: editing.version,
      })}
      done={() => done(what)}
      close={close}
    />
  );
}

/** The rows of one file that belong to the item, and their editor for those who may. */
export function Rows({ file, item, said }: { file: MasterFile; item: string; said: Signal<string> }) {
  const got = useSignal<Master | undefined>(undefined);
  const error = useSignal<ApiError | undefined>(undefined);
  const editing = useSignal<Editing | undefined>(undefined);

  function load(): void {
    listMaster(file, item).then(
      (master) => {
        got.value = master;
        error.value = undefined;
      },
      (cause: unknown) =>
        (error.value = cause instanceof ApiError ? cause : new ApiError('PAGE', String(cause), '', -1, '')),
    );
  }
  useEffect(load, [file, item, plant.value, facts.value]);

  const master = got.value;
  if (error.value) return <Failure error={error.value} again={load} />;
  if (!master) return <p class="soft">{sayOffice('loading')}</p>;
  const lines = linesOf(master);
  const open = (how: Editing['how'], line?: Line): void => {
    editing.value = { file, item, version: master.version, line, how };
  };
  const done = (what: string): void => {
    said.value = `${say('saved')}: ${item} › ${what}`;
    load();
  };
  const engineer = may('engineer');
  const props = editing.value && {
    editing: editing.value,
    turn: (how: Editing['how']) => (editing.value = { ...editing.value!, how }),
    done,
    close: () => (editing.value = undefined),
  };
  return (
    <section class="panel" aria-label={say(file === 'bom.csv' ? 'billLines' : 'operations')}>
      <h2 class="with-act">
        {say(file === 'bom.csv' ? 'billLines' : 'operations')}
        {engineer && (
          <button class="button" onClick={() => open('save')}>
            + {say(file === 'bom.csv' ? 'addLine' : 'addOperation')}
          </button>
        )}
      </h2>
      {lines.length === 0 ? (
        <p class="body soft">{say('noLines')}</p>
      ) : (
        <RowTable
          file={file}
          rows={lines}
          keyOf={(line) => line.row}
          tag={(line) =>
            line.values['inherited_from'] && (
              <span class="tag dim">{say('inherited', { from: line.values['inherited_from'] })}</span>
            )
          }
          {...(engineer
            ? {
                act: (line: Line) => (
                  <>
                    <button class="button plain" onClick={() => open('save', line)}>
                      {say('changeLine')}
                    </button>
                    {!line.values['inherited_from'] && (
                      <>
                        <button class="button plain rare" onClick={() => open('end', line)}>
                          {say('endLine')}
                        </button>
                        <button class="button plain danger rare" onClick={() => open('remove', line)}>
                          {say('removeLine')}
                        </button>
                      </>
                    )}
                  </>
                ),
              }
            : {})}
        />
      )}
      {props && (props.editing.how === 'save' ? <SaveLine {...props} /> : <TakeLine {...props} />)}
    </section>
  );
}
