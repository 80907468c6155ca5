/*
 * What a scanner sends, for a terminal without a connection (resolve.ts).  A plain code is itself; a GS1 string (GS1 General Specifications, section 3:
 * application identifiers, with the group separator after those of open length) is taken apart.
 */
export interface Scan {
  /** The text as it came, without the symbology's own prefix. */
  code: string;
  item?: string;
  lot?: string;
  serial?: string;
  quantity?: string;
  expires?: string;
  order?: string;
  operation?: string;
  location?: string;
}

const GROUP = '\u001d';
/** Digits of the identifiers of fixed length that we meet on the way. */
const FIXED: Record<string, number> = {
  '00': 18,
  '01': 14,
  '02': 14,
  '11': 6,
  '12': 6,
  '13': 6,
  '15': 6,
  '16': 6,
  '17': 6,
  '20': 2,
};
const OPEN: Record<string, number> = {
  '10': 20,
  '21': 20,
  '22': 20,
  '30': 8,
  '37': 8,
  '240': 30,
  '241': 30,
  '400': 30,
  '91': 90,
  '92': 90,
  '93': 90,
};

function identifier(text: string): [string, number, boolean] | undefined {
  for (const size of [2, 3]) {
    const name = text.slice(0, size);
    if (name in FIXED) return [name, FIXED[name]!, true];
    if (name in OPEN) return [name, OPEN[name]!, false];
  }
  return undefined;
}

/** YYMMDD; day 00 is the last of its month (GS1, section 7.12). */
function dayOf(text: string): string {
  const year = 2000 + Number(text.slice(0, 2));
  const month = Number(text.slice(2, 4));
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const day = Number(text.slice(4, 6)) || last;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

function gs1(text: string): Map<string, string> | undefined {
  const found = new Map<string, string>();
  let rest = text;
  while (rest) {
    const known = identifier(rest);
    if (!known) return undefined;
    const [name, size, fixed] = known;
    const body = rest.slice(name.length);
    const end = fixed
      ? size
      : Math.min(body.indexOf(GROUP) < 0 ? body.length : body.indexOf(GROUP), body.length);
    if (end > size || body.length < end || end === 0) return undefined;
    found.set(name, body.slice(0, end));
    rest = body.slice(end);
    if (rest.startsWith(GROUP)) rest = rest.slice(1);
  }
  return found;
}

const bracketed = (text: string): string =>
  text.startsWith('(')
    ? text.replace(/\((\d{2,3})\)/g, (_, name: string) => `${GROUP}${name}`).slice(1)
    : text;

export function scanOf(raw: string): Scan {
  const marked = /^\](C1|d2|Q3|e0)/.test(raw);
  const text = raw.trim().replace(/^\][A-Za-z]\d/, '');
  const inner = bracketed(text).replace(/^\u001d/, '');
  const parts = marked || inner !== text || text.includes(GROUP) ? gs1(inner) : undefined;
  if (!parts) return { code: text };
  const item = parts.get('240') ?? parts.get('241') ?? parts.get('01');
  const order = parts.get('91') ?? parts.get('400');
  return {
    code: order ?? item ?? text,
    ...(item ? { item } : {}),
    ...(order ? { order } : {}),
    ...(parts.has('92') ? { operation: parts.get('92')! } : {}),
    ...(parts.has('93') ? { location: parts.get('93')! } : {}),
    ...(parts.has('10') ? { lot: parts.get('10')! } : {}),
    ...(parts.has('21') ? { serial: parts.get('21')! } : {}),
    ...(parts.has('30') || parts.has('37')
      ? { quantity: (parts.get('30') ?? parts.get('37'))!.replace(/^0+(?=\d)/, '') }
      : {}),
    ...(parts.has('17') ? { expires: dayOf(parts.get('17')!) } : {}),
  };
}
