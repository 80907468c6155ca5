import { signal } from '@preact/signals';
import { ApiError, call, signedOut } from '../base/api';
import { newKey } from '../base/key';
import { change, drop, keep, newest, tidy, waiting, type Posting } from './store';

/*
 * Every posting goes through here, connected or not: first to the disk, then to the server, in the
 * order in which it was made.  One without an answer stays and is sent again under its key, so the
 * server's answer may come twice and its effect cannot.  One that the server refuses is set aside
 * with the reason and holds up nobody.
 */
export const list = signal<Posting[]>([]);
export const waits = signal<Posting[]>([]);

const FIRST_REST_MS = 500;
const LONGEST_REST_MS = 15_000;

let running = false;
let rest = FIRST_REST_MS;

export async function refresh(): Promise<void> {
  [list.value, waits.value] = await Promise.all([newest(), waiting()]);
}

type Told = (posting: Posting) => void;
const tellers = new Map<string, Told>();

/** Keep a posting and set out to send it.  `told` hears once whether it was done or refused. */
export async function post(
  made: Pick<Posting, 'plant' | 'login' | 'method' | 'body' | 'title' | 'order'>,
  told: Told,
): Promise<void> {
  const posting: Posting = { ...made, key: newKey(), made_at: new Date().toISOString(), state: 'waiting' };
  tellers.set(posting.key, told);
  await keep(posting);
  await refresh();
  void send();
}

/** The answer to one posting; throws when there is none. */
async function settle(posting: Posting): Promise<void> {
  const ask = { key: posting.key };
  try {
    const reply = await call<{ document?: string }>(posting.plant, posting.method, posting.body, ask);
    posting.state = 'done';
    if (reply.document) posting.document = reply.document;
  } catch (cause) {
    if (!(cause instanceof ApiError) || cause.again || cause.status === 401 || cause.status === 429)
      throw cause;
    posting.state = 'refused';
    Object.assign(posting, { code: cause.code, why: cause.message, field: cause.field });
  }
  await change(posting);
  tellers.get(posting.key)?.(posting);
  tellers.delete(posting.key);
}

async function sendAll(): Promise<void> {
  for (let next = (await waiting())[0]; next; next = (await waiting())[0]) {
    await settle(next);
    rest = FIRST_REST_MS;
    await refresh();
  }
}

/** Only one page of this terminal sends at a time. */
export async function send(): Promise<void> {
  if (running || signedOut.value) return;
  running = true;
  try {
    await navigator.locks.request('millrace-floor-send', sendAll);
    await tidy();
  } catch {
    rest = Math.min(rest * 2, LONGEST_REST_MS);
    setTimeout(() => void send(), rest * (0.7 + Math.random() * 0.6));
  } finally {
    running = false;
    await refresh();
  }
}

/** A person has read why it was refused. */
export async function dismiss(posting: Posting): Promise<void> {
  if (posting.state === 'refused' && posting.seq !== undefined) await drop(posting.seq);
  await refresh();
}

/** Mark a posting whose reversal was accepted. */
export async function markUndone(posting: Posting): Promise<void> {
  await change({ ...posting, undone: true });
  await refresh();
}

addEventListener('online', () => void send());
signedOut.subscribe((gone) => {
  if (!gone) void send();
});
