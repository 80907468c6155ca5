import { signal } from '@preact/signals';
import { call, command } from '../base/api';
import { plant } from './state';

/* A count is opened with a connection; what is found of its lines is posted as everything is. */
export interface CountLine {
  line: number;
  item: string;
  location?: string;
  lot?: string;
  status?: string;
  found?: string;
}

export const counting = signal<{ document: string; lines: CountLine[] } | undefined>(undefined);

export async function openCount(document: string): Promise<void> {
  const reply = await call<{ documents?: { lines?: CountLine[] }[] }>(
    plant.value,
    'Inventory.ListDocuments',
    { document },
  );
  const lines = (reply.documents?.[0]?.lines ?? []).map(({ line, item, location, lot, status }) => ({
    line,
    item,
    ...(location ? { location } : {}),
    ...(lot ? { lot } : {}),
    ...(status ? { status } : {}),
  }));
  counting.value = { document, lines };
}

export async function startCount(of: { location?: string; items?: string[] }): Promise<void> {
  const { document } = await command<{ document: string }>(plant.value, 'Inventory.StartCount', of);
  await openCount(document);
}

export function noteFound(line: number, found: string): void {
  const now = counting.value;
  if (!now) return;
  counting.value = {
    ...now,
    lines: now.lines.map((one) => (one.line === line ? { ...one, found } : one)),
  };
}

/** The line that a scan means: of the item and lot, first one that is not counted yet. */
export function lineFor(item: string, lot?: string): CountLine | undefined {
  const fit = (counting.value?.lines ?? []).filter(
    (one) => one.item === item && (!lot || (one.lot ?? '') === lot),
  );
  return fit.find((one) => one.found === undefined) ?? fit[0];
}
