import { signal } from '@preact/signals';
import { inWords } from './errors';
import { newKey } from './key';

/*
 * POST /v1/{plant}/{Service.Method}.  A call that changes something carries a key made when the
 * user acted: the same key again can only be answered again, so it is sent again without fear when
 * no answer came.
 */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    /** As the server said it; `message` is for the reader. */
    readonly detail: string,
    readonly field: string,
    readonly status: number,
    readonly trace: string,
  ) {
    super(inWords(code, detail));
  }

  /** No answer, or one that says "later": the same key may be sent again. */
  get again(): boolean {
    return this.status === 0 || this.status === 503 || this.status === 504;
  }
}

/** True once the server says that nobody is signed in: the shell asks for the password and the
    page under it stays as it is. */
export const signedOut = signal(false);

/** Whether the last call reached the server. */
export const reachable = signal(true);

/** Set while a method waits for the password once more: the shell asks, and says whether it was given. */
export const confirming = signal<((given: boolean) => void) | undefined>(undefined);

const askPassword = (): Promise<boolean> =>
  new Promise((then) => {
    confirming.value = (given) => {
      confirming.value = undefined;
      then(given);
    };
  });

const signedInAgain = (): Promise<void> =>
  new Promise((then) => {
    const stop = signedOut.subscribe((gone) => {
      if (gone) return;
      then();
      queueMicrotask(() => stop());
    });
  });

const TRIES = 3;
const REST_MS = 400;
const TIMEOUT_MS = 30_000;

interface Ask {
  /** Of a command; absent for a question. */
  key?: string;
  /** Where nobody is signed in any more: wait for the person to be back, then go on. */
  waits?: boolean;
  signal?: AbortSignal;
}

/* Pages keep themselves up to date; only what a person does keeps the session alive. */
const AWAY_MS = 60_000;
let actedAt = Date.now();
const act = (): void => void (actedAt = Date.now());
for (const type of ['pointerdown', 'keydown']) addEventListener(type, act, { capture: true, passive: true });

/* Of the session whose cookie the browser sends: what a page of another site cannot know. */
const CSRF_HEADER = 'X-CSRF-Token';
let csrfToken = '';

/** Asks first for the token that belongs to the cookie where this page was loaded again or another tab
    signed in; that is no try of its own, so it never ends one that waited for the connection. */
async function once<T>(plant: string, method: string, body: object, ask: Ask): Promise<T> {
  try {
    return await send<T>(plant, method, body, ask);
  } catch (cause) {
    if (!(cause instanceof ApiError) || cause.field !== CSRF_HEADER) throw cause;
    await send('-', 'Access.WhoAmI', {}, {});
    return send<T>(plant, method, body, ask);
  }
}

async function send<T>(plant: string, method: string, body: object, ask: Ask): Promise<T> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (ask.key) headers['Idempotency-Key'] = ask.key;
  if (csrfToken) headers[CSRF_HEADER] = csrfToken;
  if (Date.now() - actedAt > AWAY_MS) headers['X-Background'] = '1';
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const given = ask.signal;
  given?.throwIfAborted();
  const response = await fetch(`/v1/${plant || '-'}/${method}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    credentials: 'same-origin',
    signal: limit,
  }).catch((cause: unknown) => {
    reachable.value = false;
    throw new ApiError('NO_CONNECTION', String(cause), '', 0, '');
  });
  reachable.value = true;
  given?.throwIfAborted();
  const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (typeof answer['csrf_token'] === 'string') csrfToken = answer['csrf_token'];
  if (response.ok) return answer as T;
  throw failureOf(response.status, answer);
}

/** The error of an answer: the gateway's own form, or problem+json (RFC 9457). */
function failureOf(status: number, answer: Record<string, unknown>): ApiError {
  const said = (answer['error'] ?? answer) as Record<string, unknown>;
  const text = (name: string): string => (typeof said[name] === 'string' ? (said[name] as string) : '');
  const failure = new ApiError(
    text('code') || String(status),
    text('message') || text('detail') || text('title'),
    text('field'),
    status,
    text('trace'),
  );
  if (status === 401) signedOut.value = true;
  return failure;
}

const rest = (tried: number): Promise<void> =>
  new Promise((done) => setTimeout(done, REST_MS * 2 ** tried * (0.5 + Math.random())));

export async function call<T>(plant: string, method: string, body: object = {}, ask: Ask = {}): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await once<T>(plant, method, body, ask);
    } catch (cause) {
      if (!(cause instanceof ApiError) || tried + 1 >= TRIES) throw cause;
      if (cause.code === 'CONFIRM' && (await askPassword())) continue;
      if (cause.status === 401 && ask.waits) {
        await signedInAgain();
        continue;
      }
      if (!cause.again) throw cause;
      await rest(tried);
    }
  }
}

/** A command: its key is made here unless the caller keeps one to try again with. */
export const command = <T>(plant: string, method: string, body: object, key = newKey()): Promise<T> =>
  call<T>(plant, method, body, { key, waits: true });

/** All pages of a list, as they come and as long as the service makes them; `more` false stops. */
export async function pages<T>(
  plant: string,
  method: string,
  body: object,
  field: string,
  more: (rows: T[]) => boolean,
): Promise<void> {
  let after: string | undefined;
  do {
    const page = await call<Record<string, unknown>>(plant, method, {
      ...body,
      ...(after ? { after } : {}),
    });
    if (!more((page[field] as T[] | undefined) ?? [])) return;
    after = page['next'] as string | undefined;
  } while (after);
}

/** The same of a method that answers with all rows at once. */
export async function whole<T>(
  plant: string,
  method: string,
  body: object,
  field: string,
  more: (rows: T[]) => boolean,
): Promise<void> {
  const reply = await call<Record<string, unknown>>(plant, method, body);
  more((reply[field] as T[] | undefined) ?? []);
}
