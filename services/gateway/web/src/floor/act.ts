import { decimal, isZero, micro } from '../base/decimal';
import { markUndone, post } from './queue';
import { scanOf, type Scan } from './scan';
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
}

export const emptyDraft: Draft = { item: '', quantity: '', lot: '', location: '', reason: '' };

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

function draftOf(scan: Scan, item: string): Draft {
  return {
    ...emptyDraft,
    item,
    lot: scan.lot ?? scan.serial ?? '',
    quantity: scan.quantity ?? (scan.serial ? '1' : usual(item)),
  };
}

/** A component of the order in hand, else an order.  Undefined: nothing changed. */
export async function scanned(raw: string): Promise<Draft | undefined> {
  const scan = scanOf(raw);
  if (!scan.code) return undefined;
  const item = scan.item ?? scan.code;
  if (mode.value === 'transfer') return draftOf(scan, item);
  if (order.value && lineOf(item)) return draftOf(scan, item);
  try {
    const found = await findOrder(scan.code);
    if (found) {
      order.value = found;
      result.value = undefined;
      yes();
      return emptyDraft;
    }
  } catch (cause) {
    tell('bad', String(cause instanceof Error ? cause.message : cause));
    return undefined;
  }
  if (order.value && mode.value === 'issue') return draftOf(scan, item);
  const what = order.value ? 'notOn' : connected.value ? 'unknown' : 'notSeen';
  tell('bad', say(what, { code: scan.code }));
  return undefined;
}

/** The day it happened, where the server cannot know: made without a connection, sent later. */
function dayMade(): Record<string, string> {
  if (connected.value) return {};
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return { effective_on: local.toISOString().slice(0, 10) };
}

const given = (fields: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter(([, text]) => text !== ''));

const settled =
  (title: string) =>
  (posting: Posting): void => {
    if (posting.state === 'done') tell('good', `${say('posted')} · ${title}`);
    else tell('bad', `${say('refused')} · ${title} · ${posting.why ?? posting.code ?? ''}`);
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

export async function report(operation: string, hours: string): Promise<boolean> {
  const worked = positive(hours);
  if (!order.value || !worked || !operation) {
    tell('bad', say(order.value ? 'wrongQuantity' : 'noOrder'));
    return false;
  }
  const body = { work_order: order.value.work_order, operation, hours: worked, ...dayMade() };
  await send(
    'Production.ReportOperation',
    body,
    `${say('report')} ${order.value.work_order}/${operation} ${worked} h`,
  );
  return true;
}

export async function transfer(draft: Draft, to: string): Promise<boolean> {
  const quantity = positive(draft.quantity);
  if (!quantity || !draft.item || !to) {
    tell('bad', say('wrongQuantity'));
    return false;
  }
  const { item, lot, location } = draft;
  const body = { to_location: to, lines: [{ item, quantity, ...given({ lot, location }) }], ...dayMade() };
  await send('Inventory.PostTransfer', body, `${say('transfer')} ${item} × ${quantity} → ${to}`);
  return true;
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
