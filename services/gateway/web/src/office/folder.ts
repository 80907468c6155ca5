import { call, command } from '../base/api';
import { newKey } from '../base/key';

/*
 * Files of a plant as the folder has them (Bom.ExportFile, Bom.FinishImport): read as rows by column,
 * written as an import of which all or nothing is taken.  What the pages change of calendars, work
 * centres and suppliers goes this way too, so it is checked as an import is.
 */
export type Row = Record<string, string>;

/** Into a plant that has data, what would become of the rows. */
export interface FileRows {
  file: string;
  rows: number;
  added?: number;
  changed?: number;
  unchanged?: number;
  missing?: number;
}

export interface Report {
  files?: FileRows[];
  /** "bom.csv:12: qty: message" */
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

interface Send {
  dry?: boolean;
  /** Files of which rows go that the plant has and the file has not. */
  remove?: string[];
}

/** Spool all files, then one command over the whole: all or nothing. */
export async function sendFiles(
  plant: string,
  files: { name: string; bytes: Uint8Array }[],
  { dry = false, remove = [] }: Send = {},
): Promise<Report> {
  const { job_uuid } = await command<{ job_uuid: string }>(plant, 'Bom.StartImport', {});
  for (const { name: file, bytes } of files)
    for (let chunk = 0; chunk * CHUNK < bytes.length || chunk === 0; chunk++) {
      const content = base64(bytes.subarray(chunk * CHUNK, (chunk + 1) * CHUNK));
      await command(plant, 'Bom.AddImportChunk', { job_uuid, file, chunk, content });
    }
  return command<Report>(plant, 'Bom.FinishImport', { job_uuid, dry_run: dry, remove }, newKey());
}

/** "bom.csv:12: qty: message" in its parts. */
export function errorParts(error: string): [file: string, line: string, column: string, text: string] {
  const match = /^([^:]*):(\d*):? ?([^:]*): (.*)$/.exec(error);
  return match ? [match[1]!, match[2]!, match[3]!, match[4]!] : ['', '', '', error];
}

/** Cells of the lines of a CSV text. */
function cellsOf(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cells = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)/g;
  for (let match = cells.exec(text); match && match.index < text.length; match = cells.exec(text)) {
    const cell = match[1]!;
    row.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (match[2] === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** The text of a file of the plant, at most `parts` of it. */
async function fileText(plant: string, file: string, chinese: boolean, parts: number): Promise<string> {
  const bytes: Uint8Array[] = [];
  let after: string | undefined;
  do {
    const body = { file, ...(chinese ? { chinese } : {}), ...(after ? { after } : {}) };
    const part = await call<{ content?: string; next?: string }>(plant, 'Bom.ExportFile', body);
    bytes.push(Uint8Array.from(atob(part.content ?? ''), (one) => one.charCodeAt(0)));
    after = part.next;
  } while (after && bytes.length < parts);
  return new TextDecoder().decode(await new Blob(bytes as BlobPart[]).arrayBuffer()).replace(/^\ufeff/, '');
}

const PARTS_MOST = 100;

export async function readFile(plant: string, file: string): Promise<Row[]> {
  const [head = [], ...rows] = cellsOf(await fileText(plant, file, false, PARTS_MOST));
  return rows.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at] ?? ''])));
}

/** Only its header: what somebody is to fill in. */
export async function headerOf(plant: string, file: string, chinese: boolean): Promise<string> {
  const text = await fileText(plant, file, chinese, 1);
  return text.slice(0, text.search(/\r?\n|$/));
}

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Rows as a file of the folder; the first says the columns. */
export function fileOf(name: string, rows: readonly Row[]): { name: string; bytes: Uint8Array } {
  const head = Object.keys(rows[0] ?? {});
  const lines = [head, ...rows.map((row) => head.map((column) => row[column] ?? ''))];
  const text = lines.map((line) => line.map(quoted).join(',') + '\n').join('');
  return { name, bytes: new TextEncoder().encode(text) };
}
