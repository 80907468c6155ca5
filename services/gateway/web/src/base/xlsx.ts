/*
 * A list as a workbook (ECMA-376): one sheet, the header row frozen, numbers as numbers.  A number
 * of more digits than a spreadsheet keeps stays text, so that no digit is lost; text is never a
 * formula, only a total is.
 */
export interface Cell {
  text: string;
  numeric: boolean;
  /** The sum of what stands above it in its column; text is what it comes to. */
  sum?: boolean;
}

const DIGITS = 15; /* a spreadsheet keeps no more */
const NUMBER = /^-?(\d+)(?:\.(\d+))?$/;

const escaped = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

/** 0 is A, 26 is AA. */
const letters = (column: number): string =>
  (column >= 26 ? letters(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + (column % 26));

function xmlOf(cell: Cell, column: number, row: number): string {
  const name = letters(column);
  if (cell.sum && row > 1) return `<c><f>SUM(${name}2:${name}${row})</f><v>${cell.text}</v></c>`;
  const match = cell.numeric ? NUMBER.exec(cell.text) : null;
  if (match && match[1]!.length + (match[2]?.length ?? 0) <= DIGITS) return `<c><v>${cell.text}</v></c>`;
  return cell.text
    ? `<c t="inlineStr"><is><t xml:space="preserve">${escaped(cell.text)}</t></is></c>`
    : '<c/>';
}

const rowXml = (row: readonly Cell[], index: number): string =>
  `<row>${row.map((cell, column) => xmlOf(cell, column, index)).join('')}</row>`;

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

const relation = (type: string, target: string): string =>
  `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATION}/${type}" Target="${target}"/></Relationships>`;

const part = (name: string, type: string): string =>
  `<Override PartName="${name}" ContentType="${TYPE}.${type}+xml"/>`;

const sheetXml = (rows: readonly (readonly Cell[])[]): string =>
  `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">` +
  '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' +
  `<sheetData>${rows.map(rowXml).join('')}</sheetData></worksheet>`;

const filesOf = (title: string, rows: readonly (readonly Cell[])[]): [string, string][] => [
  [
    '[Content_Types].xml',
    `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
      `${part('/xl/workbook.xml', 'sheet.main')}${part('/xl/worksheets/sheet1.xml', 'worksheet')}</Types>`,
  ],
  ['_rels/.rels', relation('officeDocument', 'xl/workbook.xml')],
  [
    'xl/workbook.xml',
    `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${RELATION}"><sheets><sheet name="${escaped(title)
      .replace(/[[\]:*?/\\"]/g, ' ')
      .slice(0, 31)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  ],
  ['xl/_rels/workbook.xml.rels', relation('worksheet', 'worksheets/sheet1.xml')],
  ['xl/worksheets/sheet1.xml', sheetXml(rows)],
];

/* ---- the package: PKWARE's APPNOTE, deflated, no extensions ---- */

const CRC = Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crcOf(bytes: Uint8Array): number {
  let value = ~0;
  for (const byte of bytes) value = CRC[(value ^ byte) & 255]! ^ (value >>> 8);
  return ~value >>> 0;
}

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Little-endian numbers of 2 and 4 bytes, in turns of [value, size]. */
function fields(...pairs: [number, 2 | 4][]): Uint8Array<ArrayBuffer> {
  const out = new DataView(new ArrayBuffer(pairs.reduce((sum, [, size]) => sum + size, 0)));
  let at = 0;
  for (const [value, size] of pairs) {
    if (size === 2) out.setUint16(at, value, true);
    else out.setUint32(at, value, true);
    at += size;
  }
  return new Uint8Array(out.buffer);
}

const UTF8 = 0x0800;
const DEFLATE = 8;
const DAY = 0x21; /* 1 January 1980: the same list gives the same bytes */

async function packed(files: [string, string][]): Promise<Blob> {
  const text = new TextEncoder();
  const body: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  let listed = 0;
  for (const [name, content] of files) {
    const bytes = text.encode(content);
    const small = await deflated(bytes);
    const path = text.encode(name);
    const shared: [number, 2 | 4][] = [
      [20, 2],
      [UTF8, 2],
      [DEFLATE, 2],
      [0, 2],
      [DAY, 2],
      [crcOf(bytes), 4],
      [small.length, 4],
      [bytes.length, 4],
      [path.length, 2],
      [0, 2],
    ];
    const local = fields([0x04034b50, 4], ...shared);
    const entry = fields([0x02014b50, 4], [20, 2], ...shared, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]);
    body.push(local, path, small);
    directory.push(entry, path);
    offset += local.length + path.length + small.length;
    listed += entry.length + path.length;
  }
  const count: [number, 2] = [files.length, 2];
  const end = fields([0x06054b50, 4], [0, 2], [0, 2], count, count, [listed, 4], [offset, 4], [0, 2]);
  return new Blob([...body, ...directory, end], { type: `${TYPE}.sheet` });
}

export const workbook = (title: string, rows: readonly (readonly Cell[])[]): Promise<Blob> =>
  packed(filesOf(title, rows));
