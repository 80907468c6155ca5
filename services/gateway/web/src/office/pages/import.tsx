import { useSignal } from '@preact/signals';
import { ApiError, command } from '../../base/api';
import { number } from '../../base/format';
import { newKey } from '../../base/key';
import { Head } from '../list';
import { plant } from '../state';
import { say as sayOffice } from '../words';
import { say } from './words';

/** Into a plant that has data, what would become of the rows. */
interface FileRows {
  file: string;
  rows: number;
  added?: number;
  changed?: number;
  unchanged?: number;
  missing?: number;
}

interface Report {
  files?: FileRows[];
  errors?: string[];
  error_count?: number;
}

const CHUNK = 40 * 1024;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x2000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x2000));
  return btoa(text);
}

/** Spool all files, then one command over the whole: all or nothing. */
async function send(files: File[], dry: boolean): Promise<Report> {
  const { job_uuid } = await command<{ job_uuid: string }>(plant.value, 'Bom.StartImport', {});
  for (const file of files) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    for (let chunk = 0; chunk * CHUNK < bytes.length || chunk === 0; chunk++) {
      const content = base64(bytes.subarray(chunk * CHUNK, (chunk + 1) * CHUNK));
      await command(plant.value, 'Bom.AddImportChunk', { job_uuid, file: file.name, chunk, content });
    }
  }
  return command<Report>(plant.value, 'Bom.FinishImport', { job_uuid, dry_run: dry }, newKey());
}

/** "bom.csv:12: qty: message" in its parts. */
function parts(error: string): [string, string, string, string] {
  const match = /^([^:]*):(\d*):? ?([^:]*): (.*)$/.exec(error);
  return match ? [match[1]!, match[2]!, match[3]!, match[4]!] : ['', '', '', error];
}

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
            const [file, line, column, text] = parts(error);
            return (
              <tr key={index}>
                <td class="code">{file}</td>
                <td class="num">{line}</td>
                <td class="code">{column}</td>
                <td>{text}</td>
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
      report.value = await send(files.value, dry);
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
        <input
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
