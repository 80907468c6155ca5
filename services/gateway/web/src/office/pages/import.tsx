import { useSignal } from '@preact/signals';
import { ApiError } from '../../base/api';
import { fieldWord, inWords } from '../../base/errors';
import { number } from '../../base/format';
import { keepFile } from '../../base/keep';
import { language } from '../../base/words';
import { errorParts, headerOf, sendFiles, type FileRows, type Report } from '../folder';
import { Head } from '../list';
import { plant } from '../state';
import { say as sayOffice } from '../words';
import { say } from './words';

function Errors({ report }: { report: Report }) {
  return (
    <div class="panel wide">
      <table class="plain-table">
        <thead>
          <tr>
            <th>{say('file')}</th>
            <th class="num">{say('line')}</th>
            <th>{say('column')}</th>
            <th>{say('errorText')}</th>
          </tr>
        </thead>
        <tbody>
          {(report.errors ?? []).map((error, index) => {
            const [file, line, column, text] = errorParts(error);
            return (
              <tr key={index}>
                <td class="code">{file}</td>
                <td class="num">{line}</td>
                <td title={column}>{fieldWord(column)}</td>
                <td title={text}>{inWords('INVALID', text)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

const MERGED = [
  ['added', 'added'],
  ['changed', 'changed'],
  ['unchanged', 'unchanged'],
  ['missing', 'absent'],
] as const;

/** Rows a file; for a plant that has data also what they are to it. */
function Counts({ files }: { files: FileRows[] }) {
  const merged = files.some((file) => file.added !== undefined);
  return (
    <div class="panel wide">
      <table class="plain-table">
        <thead>
          <tr>
            <th>{say('file')}</th>
            <th class="num">{say('rowsRead')}</th>
            {merged &&
              MERGED.map(([name, word]) => (
                <th class="num" key={name}>
                  {say(word)}
                </th>
              ))}
          </tr>
        </thead>
        <tbody>
          {files.map((file) => (
            <tr key={file.file}>
              <td class="code">{file.file}</td>
              <td class="num">{number(String(file.rows))}</td>
              {merged &&
                MERGED.map(([name]) => (
                  <td class="num" key={name}>
                    {number(String(file[name] ?? 0))}
                  </td>
                ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const FILES = [
  'items.csv',
  'bom.csv',
  'routing.csv',
  'work_centers.csv',
  'partners.csv',
  'suppliers.csv',
  'calendar.csv',
  'units.csv',
  'rates.csv',
  'safety_stock.csv',
  'order_costs.csv',
  'stock.csv',
  'demand.csv',
  'supply.csv',
];

/** An empty file with the columns that the plant folder knows, in the reader's language. */
function Templates() {
  const why = useSignal('');
  async function give(file: string): Promise<void> {
    why.value = '';
    try {
      const head = await headerOf(plant.value, file, language.value === 'zh-CN');
      keepFile(file, new Blob(['\ufeff' + head + '\r\n'], { type: 'text/csv' }));
    } catch (cause) {
      why.value = cause instanceof ApiError ? cause.message : String(cause);
    }
  }
  return (
    <p class="templates">
      {say('templates')}
      {FILES.map((file) => (
        <button key={file} class="button plain code" onClick={() => void give(file)}>
          {file}
        </button>
      ))}
      {why.value && (
        <span class="bad-text" role="alert">
          {why.value}
        </span>
      )}
    </p>
  );
}

export function Import() {
  const files = useSignal<File[]>([]);
  const report = useSignal<Report | undefined>(undefined);
  const failed = useSignal('');
  const busy = useSignal(false);
  const done = useSignal(false);
  const over = useSignal(false);

  function take(list: FileList | null | undefined): void {
    files.value = [...(list ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
    report.value = undefined;
    failed.value = '';
    done.value = false;
  }

  async function run(dry: boolean): Promise<void> {
    busy.value = true;
    failed.value = '';
    try {
      const some = await Promise.all(
        files.value.map(async (file) => ({
          name: file.name,
          bytes: new Uint8Array(await file.arrayBuffer()),
        })),
      );
      report.value = await sendFiles(plant.value, some, { dry });
      done.value = !dry && !report.value.errors?.length;
    } catch (cause) {
      failed.value = cause instanceof ApiError ? cause.message : String(cause);
    } finally {
      busy.value = false;
    }
  }

  const errors = report.value?.error_count ?? report.value?.errors?.length ?? 0;
  const ready = report.value !== undefined && errors === 0 && !done.value;
  return (
    <>
      <Head title={sayOffice('import')}>
        <button
          class="button"
          disabled={busy.value || files.value.length === 0}
          onClick={() => void run(true)}
        >
          {say('check')}
        </button>
        <button class="button main" disabled={busy.value || !ready} onClick={() => void run(false)}>
          {say('importAll')}
        </button>
      </Head>
      <label
        class={over.value ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault();
          over.value = true;
        }}
        onDragLeave={() => (over.value = false)}
        onDrop={(event) => {
          event.preventDefault();
          over.value = false;
          take(event.dataTransfer?.files);
        }}
      >
        <span>{say('dropFiles')}</span>
        <span class="button">{say('chooseFiles')}</span>
        <input
          class="unseen"
          type="file"
          multiple
          accept=".csv,.xlsx"
          aria-label={say('chooseFiles')}
          onChange={(event) => take(event.currentTarget.files)}
        />
        {files.value.length > 0 && (
          <span class="code soft">{files.value.map((file) => file.name).join(', ')}</span>
        )}
      </label>
      <Templates />
      {busy.value && (
        <p class="notice" role="status">
          {sayOffice('loading')}
        </p>
      )}
      {failed.value && (
        <p class="notice bad" role="alert">
          {failed.value}
        </p>
      )}
      {report.value && errors > 0 && <p class="notice bad">{say('errors', { n: errors })}</p>}
      {ready && <p class="notice good">{say('noErrors')}</p>}
      {done.value && <p class="notice good">{say('imported')}</p>}
      {report.value && errors > 0 && <Errors report={report.value} />}
      {report.value && errors === 0 && <Counts files={report.value.files ?? []} />}
    </>
  );
}
