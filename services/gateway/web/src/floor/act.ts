import { decimal, isZero, micro } from '../base/decimal';
import { dayHere } from '../base/format';
import { counting, lineFor, noteFound, openCount, startCount, type CountLine } from './count';
import { markUndone, post, waits } from './queue';
import { resolve, type Found } from './resolve';
import { no, yes } from './sound';
import {
  count,
  connected,
  findOrder,
  heldOf,
  login,
  mode,
  moreThan,
  needOf,
  order,
  plant,
  readOrder,
  result,
  type Result,
} from './state';
import type { Component, Posting } from './store';
import { say } from './words';

/* What a scan and a press of the button do; no markup here. */

/** The form under the order: what is about to be posted. */
export interface Draft {
  item: string;
  quantity: string;
  lot: string;
  location: string;
  reason: string;
  /** Of a transfer. */
  to: string;
  /** Of a report. */
  operation: string;
  /** Of a count. */
  line: number;
}

export const emptyDraft: Draft = {
  item: '',
  quantity: '',
  lot: '',
  location: '',
  reason: '',
  to: '',
  operation: '',
  line: 0,
};

export function tell(look: Result['look'], text: string): void {
  result.value = { look, text };
  if (look === 'bad') no();
  else yes();
}

const lineOf = (item: string): Component | undefined =>
  order.value?.components?.find((line) => line.item === item);

/** What the mode would take of an item unless a person says otherwise. */
function usual(item: string): string {
  const line = lineOf(item);
  if (!line) return '';
  return mode.value === 'return' ? '' : isZero(needOf(line)) ? '' : needOf(line);
}

function draftOf(found: Found, item: string): Draft {
  return { ...emptyDraft, item, lot: found.lot ?? '', quantity: found.quantity ?? usual(item) };
}

/** Where it goes, of a transfer; else where it lies. */
const placed = (now: Draft, location: string): Draft =>
  mode.value === 'transfer' ? { ...now, to: location } : { ...now, location };

const lineDraft = (line: CountLine): Draft => ({
  ...emptyDraft,
  item: line.item,
  lot: line.lot ?? '',
  location: line.location ?? '',
  line: line.line,
});

export const chooseLine = lineDraft;

/** A line of the count in hand, or what is to be counted. */
async function scannedCount(found: Found): Promise<Draft | undefined> {
  const item = found.item ?? found.code;
  const line = lineFor(item, found.lot);
  if (line) return lineDraft(line);
  if (counting.value) {
    tell('bad', say('notCounted', { code: found.code }));
    return undefined;
  }
  await startCount(found.location ? { location: found.location } : { items: [item] });
  return emptyDraft;
}

/** The order that was scanned is in hand from now on. */
async function takeOrder(code: string, found: Found): Promise<Draft | undefined> {
  const order_ = await findOrder(code);
  if (!order_) return undefined;
  order.value = order_;
  result.value = undefined;
  if (found.operation) mode.value = 'report';
  yes();
  return { ...emptyDraft, operation: found.operation ?? '' };
}

async function understood(found: Found, now: Draft): Promise<Draft | undefined> {
  if (found.person) {
    tell('warn', say('isBadge', { code: found.person }));
    return undefined;
  }
  if (found.count) {
    mode.value = 'count';
    await openCount(found.count);
    return emptyDraft;
  }
  if (mode.value === 'count' && !found.order) return scannedCount(found);
  if (found.location && !found.item) return placed(now, found.location);
  const item = found.item ?? found.code;
  if (order.value && lineOf(item) && mode.value !== 'scrap') return draftOf(found, item);
  const taken = found.order || !found.known ? await takeOrder(found.order ?? found.code, found) : undefined;
  if (taken) return taken;
  const free = mode.value === 'transfer' || (mode.value === 'scrap' && !order.value);
  if ((free || (order.value && mode.value === 'issue')) && (found.item || !found.known))
    return draftOf(found, item);
  const what = order.value ? 'notOn' : connected.value ? 'unknown' : 'notSeen';
  tell('bad', say(what, { code: found.code }));
  return undefined;
}

/** What the draft `now` becomes by a scan.  Undefined: nothing changed, and the terminal has said why. */
export async function scanned(raw: string, now: Draft): Promise<Draft | undefined> {
  try {
    const found = await resolve(raw);
    return found.code ? await understood(found, now) : undefined;
  } catch (cause) {
    tell('bad', String(cause instanceof Error ? cause.message : cause));
    return undefined;
  }
}

/** The day it happened, where the server cannot know: made without a connection, sent later. */
function dayMade(): Record<string, string> {
  return connected.value ? {} : { effective_on: dayHere() };
}

const given = (fields: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter(([, text]) => text !== ''));

let readings = 0;

/** The order in hand as the server has it after a posting, unless more of it waits to be sent from here. */
async function readAgain({ key, order: code }: Posting): Promise<void> {
  const mine = ++readings;
  const isLast = (): boolean =>
    mine === readings &&
    order.value?.work_order === code &&
    !waits.value.some((one) => one.order === code && one.key !== key);
  if (!isLast()) return;
  const now = await readOrder(code).catch(() => undefined);
  if (now && isLast()) order.value = now;
}

const settled =
  (title: string) =>
  (posting: Posting): void => {
    if (posting.state === 'done') tell('good', `${say('posted')} · ${title}`);
    else tell('bad', `${say('refused')} · ${title} · ${posting.why ?? posting.code ?? ''}`);
    void readAgain(posting);
  };

const SOON_MS = 1200;

/** The terminal answers at once: done, refused, or kept until the connection is back. */
async function send(method: string, body: Record<string, unknown>, title: string): Promise<void> {
  const made = {
    plant: plant.value,
    login: login.value,
    method,
    body,
    title,
    order: order.value?.work_order ?? '',
  };
  let heard = false;
  await post(made, (posting) => {
    heard = true;
    settled(title)(posting);
  });
  const kept = (): void => {
    if (!heard) tell('warn', `${say('kept')} · ${title}`);
  };
  if (connected.value) setTimeout(kept, SOON_MS);
  else kept();
}

const positive = (text: string): string | undefined => {
  const value = micro(text);
  return value !== undefined && value > 0n ? decimal(value) : undefined;
};

/** False: the draft is wrong, and the terminal has said why. */
export async function issueOrReturn(draft: Draft): Promise<boolean> {
  const quantity = positive(draft.quantity);
  if (!order.value || !quantity) {
    tell('bad', say(order.value ? 'wrongQuantity' : 'noOrder'));
    return false;
  }
  const line = lineOf(draft.item);
  const most = line ? (mode.value === 'issue' ? needOf(line) : heldOf(line)) : '0';
  if (mode.value === 'issue' && moreThan(quantity, most) && !draft.reason) {
    tell('bad', say('over'));
    return false;
  }
  const { item, lot, location, reason } = draft;
  const body = {
    work_order: order.value.work_order,
    lines: [{ quantity, ...given({ item, lot, location, reason }) }],
    ...dayMade(),
  };
  const issue = mode.value === 'issue';
  await send(
    issue ? 'Production.PostIssue' : 'Production.PostReturn',
    body,
    `${say(mode.value)} ${item} × ${quantity}`,
  );
  count(item, quantity, issue ? 'issued' : 'returned');
  return true;
}

export async function issueAll(): Promise<void> {
  if (!order.value) return;
  const lines = (order.value.components ?? []).filter((line) => !isZero(needOf(line)));
  const body = {
    work_order: order.value.work_order,
    lines: lines.map((line) => ({ item: line.item, quantity: needOf(line) })),
    ...dayMade(),
  };
  await send('Production.PostIssue', body, `${say('issue')} ${order.value.work_order} × ${lines.length}`);
  for (const line of lines) count(line.item, needOf(line), 'issued');
}

export async function receive(
  quantity: string,
  scrapped: string,
  final: boolean,
  location: string,
  lot: string,
): Promise<boolean> {
  const good = positive(quantity);
  const bad = positive(scrapped);
  if (!order.value || (!good && !bad)) {
    tell('bad', say(order.value ? 'wrongQuantity' : 'noOrder'));
    return false;
  }
  const body = {
    work_order: order.value.work_order,
    ...given({ quantity: good ?? '', scrapped: bad ?? '', location, lot }),
    ...(final ? { final } : {}),
    ...dayMade(),
  };
  await send('Receipt.PostReceipt', body, `${say('receive')} ${order.value.item} × ${good ?? 0}`);
  return true;
}

/** Hours, pieces or both. */
export async function report(draft: Draft, hours: string, scrapped: string): Promise<boolean> {
  const worked = positive(hours);
  const good = positive(draft.quantity);
  const bad = positive(scrapped);
  if (!order.value || !draft.operation || !(worked || good || bad)) {
    tell('bad', say(order.value ? 'wrongQuantity' : 'noOrder'));
    return false;
  }
  if (bad && !draft.reason) {
    tell('bad', say('whyScrap'));
    return false;
  }
  const { operation, reason } = draft;
  const figures = given({ hours: worked ?? '', good: good ?? '', scrapped: bad ?? '', reason });
  const body = { work_order: order.value.work_order, operation, ...figures, ...dayMade() };
  const what = [good && `× ${good}`, bad && `${say('scrap')} ${bad}`, worked && `${worked} h`].filter(
    Boolean,
  );
  await send(
    'Production.ReportOperation',
    body,
    `${say('report')} ${order.value.work_order}/${operation} ${what.join(' · ')}`,
  );
  return true;
}

/** Pieces of the order in hand, or of the stock. */
export async function scrap(draft: Draft): Promise<boolean> {
  const quantity = positive(draft.quantity);
  const { item, lot, location, reason } = draft;
  if (!quantity || !(order.value || item)) {
    tell('bad', say(quantity ? 'scanScrap' : 'wrongQuantity'));
    return false;
  }
  if (!reason) {
    tell('bad', say('whyScrap'));
    return false;
  }
  const title = `${say('scrap')} ${order.value?.work_order ?? item} × ${quantity}`;
  if (order.value)
    await send(
      'Receipt.PostReceipt',
      { work_order: order.value.work_order, scrapped: quantity, reason, ...dayMade() },
      title,
    );
  else
    await send(
      'Inventory.PostAdjustment',
      { reason, lines: [{ item, quantity: `-${quantity}`, ...given({ lot, location }) }], ...dayMade() },
      title,
    );
  return true;
}

export async function transfer(draft: Draft): Promise<boolean> {
  const quantity = positive(draft.quantity);
  const { item, lot, location, to } = draft;
  if (!quantity || !item || !to) {
    tell('bad', say('wrongQuantity'));
    return false;
  }
  const body = { to_location: to, lines: [{ item, quantity, ...given({ lot, location }) }], ...dayMade() };
  await send('Inventory.PostTransfer', body, `${say('transfer')} ${item} × ${quantity} → ${to}`);
  return true;
}

/** What was found of a line, at the moment it was counted; nothing is a find too. */
export async function recordCount(draft: Draft): Promise<boolean> {
  const found = micro(draft.quantity || '-');
  const now = counting.value;
  if (!now || found === undefined || found < 0n) {
    tell('bad', say('wrongQuantity'));
    return false;
  }
  const quantity = decimal(found);
  const counted_at = new Date().toISOString().replace('Z', '000Z');
  await send(
    'Inventory.RecordCount',
    { count: now.document, lines: [{ line: draft.line, quantity, counted_at }] },
    `${say('count')} ${draft.item} = ${quantity}`,
  );
  noteFound(draft.line, quantity);
  return true;
}

export async function endCount(): Promise<void> {
  const now = counting.value;
  if (!now) return;
  await send('Inventory.FinishCount', { count: now.document }, `${say('endCount')} ${now.document}`);
  counting.value = undefined;
}

/** A posting is taken back by a document of its own, never wiped. */
export async function undo(posting: Posting): Promise<void> {
  const title = `${say('undo')} ${posting.title}`;
  const made = {
    plant: posting.plant,
    login: login.value,
    method: 'Inventory.ReverseDocument',
    body: { document: posting.document, reason: say('undoWhy') },
    title,
    order: posting.order,
  };
  await post(made, (reversal) => {
    if (reversal.state === 'done') void markUndone(posting);
    settled(title)(reversal);
  });
}
