import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

/*
 * What a terminal keeps on its own disk: postings that wait, and what it needs to know about open
 * orders while there is no connection.
 */
export type State = 'waiting' | 'done' | 'refused';

export interface Posting {
  /** Place in this terminal's order of postings; given when it is kept. */
  seq?: number;
  /** UUIDv7: the server applies a key once, however often it is sent. */
  key: string;
  plant: string;
  login: string;
  method: string;
  body: Record<string, unknown>;
  /** For people: what was scanned and how much. */
  title: string;
  order: string;
  made_at: string;
  state: State;
  document?: string;
  code?: string;
  why?: string;
  field?: string;
  undone?: boolean;
}

export interface Component {
  line: number;
  item: string;
  required?: string;
  issued?: string;
  returned?: string;
}

export interface Operation {
  operation: string;
  work_center?: string;
  good?: string;
  scrapped?: string;
}

export interface WorkOrder {
  work_order: string;
  item: string;
  state: string;
  quantity: string;
  received?: string;
  scrapped?: string;
  start_on?: string;
  due_on?: string;
  components?: Component[];
  operations?: Operation[];
}

interface Kept extends DBSchema {
  postings: { key: number; value: Posting; indexes: { state: State } };
  orders: { key: string; value: WorkOrder & { at: string } };
}

let opened: Promise<IDBPDatabase<Kept>> | undefined;

function base(): Promise<IDBPDatabase<Kept>> {
  opened ??= openDB<Kept>('millrace-floor', 1, {
    upgrade(fresh) {
      fresh
        .createObjectStore('postings', { keyPath: 'seq', autoIncrement: true })
        .createIndex('state', 'state');
      fresh.createObjectStore('orders');
    },
  });
  return opened;
}

/** Returns when it is on the disk: only then may the terminal say that it is kept. */
export async function keep(posting: Posting): Promise<number> {
  const store = await base();
  const write = store.transaction('postings', 'readwrite', { durability: 'strict' });
  const seq = await write.store.add(posting);
  await write.done;
  return seq;
}

export async function change(posting: Posting): Promise<void> {
  await (await base()).put('postings', posting);
}

export async function drop(seq: number): Promise<void> {
  await (await base()).delete('postings', seq);
}

export const waiting = async (): Promise<Posting[]> =>
  (await base()).getAllFromIndex('postings', 'state', 'waiting');

const SHOWN = 60;
const KEPT_DONE = 500;

/** The newest first. */
export async function newest(): Promise<Posting[]> {
  const store = await base();
  const found: Posting[] = [];
  let cursor = await store.transaction('postings').store.openCursor(null, 'prev');
  while (cursor && found.length < SHOWN) {
    found.push(cursor.value);
    cursor = await cursor.continue();
  }
  return found;
}

/** Forget what is long done; what waits or was refused stays until a person has looked. */
export async function tidy(): Promise<void> {
  const done = await (await base()).getAllKeysFromIndex('postings', 'state', 'done');
  for (const seq of done.slice(0, Math.max(0, done.length - KEPT_DONE))) await drop(seq);
}

const place = (plant: string, order: string): string => `${plant}/${order}`;

export async function keepOrder(plant: string, order: WorkOrder): Promise<void> {
  await (
    await base()
  ).put('orders', { ...order, at: new Date().toISOString() }, place(plant, order.work_order));
}

export const keptOrder = async (plant: string, order: string): Promise<WorkOrder | undefined> =>
  (await base()).get('orders', place(plant, order));

export async function keptOrders(plant: string): Promise<WorkOrder[]> {
  const range = IDBKeyRange.bound(place(plant, ''), place(plant, '\uffff'));
  return (await base()).getAll('orders', range);
}
