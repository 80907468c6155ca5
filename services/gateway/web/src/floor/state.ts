import { computed, effect, signal } from '@preact/signals';
import { ApiError, call, reachable, signedOut } from '../base/api';
import { compare, decimal, micro } from '../base/decimal';
import { named, wantNames, type Named } from '../base/names';
import { keepOrder, keptOrder, keptOrders, type Component, type WorkOrder } from './store';

/** Who works here and on what. */
export type Mode = 'issue' | 'return' | 'receive' | 'scrap' | 'report' | 'transfer' | 'count';
export const modes: readonly Mode[] = ['issue', 'return', 'receive', 'scrap', 'report', 'transfer', 'count'];

const LOGIN = 'millrace.floor.login';
const PLANT = 'millrace.floor.plant';

export const login = signal(localStorage.getItem(LOGIN) ?? '');
export const plant = signal(localStorage.getItem(PLANT) ?? '');
/** Those that the person may work at; a terminal that is enrolled belongs to one. */
export const plants = signal<readonly string[]>([]);
export const mode = signal<Mode>('issue');
export const order = signal<WorkOrder | undefined>(undefined);
export const ready = signal<WorkOrder[]>([]);
export const connected = computed(() => reachable.value && !signedOut.value);

/** What a result looks like until the next scan. */
export interface Result {
  look: 'good' | 'warn' | 'bad';
  text: string;
}
export const result = signal<Result | undefined>(undefined);

/* Names of the items of open orders, for when there is no connection. */
const NAMES = 'millrace.floor.names';
named.value = new Map(JSON.parse(localStorage.getItem(NAMES) ?? '[]') as [string, Named][]);
effect(() => localStorage.setItem(NAMES, JSON.stringify([...named.value])));

/** What this browser is enrolled as; kept, so that a terminal without a connection knows itself. */
export interface Device {
  device_id: string;
  plant: string;
  name: string;
  work_centers?: string[];
}
const DEVICE = 'millrace.floor.device';
export const device = signal<Device | undefined>(
  JSON.parse(localStorage.getItem(DEVICE) ?? 'null') ?? undefined,
);

function keepDevice(now: Device | undefined): void {
  device.value = now;
  localStorage.setItem(DEVICE, JSON.stringify(now ?? null));
}

export async function findDevice(): Promise<void> {
  keepDevice((await call<{ device?: Device }>('-', 'Access.GetDevice')).device);
}

/** Only after a sign-in with a password, by a supervisor of the plant. */
export async function enroll(name: string, centers: string[]): Promise<void> {
  const reply = await call<{ device: Device }>('-', 'Access.EnrollDevice', {
    plant: plant.value,
    name,
    work_centers: centers,
  });
  keepDevice(reply.device);
}

export async function signInByBadge(badge: string, pin: string): Promise<void> {
  await call('-', 'Access.LoginBadge', { badge, pin });
  await greet();
}

/** The next person signs in; what waits to be sent stays and goes out under their session. */
export async function signOut(): Promise<void> {
  await call('-', 'Access.Logout').catch(() => undefined);
  signedOut.value = true;
}

export const mayEnroll = signal(false);

export async function signIn(name: string, password: string): Promise<void> {
  await call('-', 'Access.Login', { login: name, password });
  await greet();
}

export async function greet(): Promise<void> {
  const who = await call<{ login?: string; roles?: { plant: string; role: string }[]; by_badge?: boolean }>(
    '-',
    'Access.WhoAmI',
  );
  mayEnroll.value =
    !who.by_badge &&
    (who.roles ?? []).some((one) => one.role === 'supervisor' || one.role === 'administrator');
  const named = (who.roles ?? []).map((one) => one.plant);
  const list = named.includes('*')
    ? ((await call<{ plants?: { plant: string }[] }>('-', 'Access.ListPlants')).plants ?? []).map(
        (one) => one.plant,
      )
    : named;
  const here = device.value?.plant;
  if (here && list.includes(here)) plant.value = here;
  else if (!list.includes(plant.value)) plant.value = list[0] ?? '';
  plants.value = here ? [] : list;
  login.value = who.login ?? '';
  localStorage.setItem(LOGIN, login.value);
  localStorage.setItem(PLANT, plant.value);
  signedOut.value = false;
}

export async function choosePlant(next: string): Promise<void> {
  plant.value = next;
  localStorage.setItem(PLANT, next);
  order.value = undefined;
  await loadReady();
}

export const needOf = (line: Component): string => {
  const need = (micro(line.required) ?? 0n) - (micro(line.issued) ?? 0n) + (micro(line.returned) ?? 0n);
  return decimal(need > 0n ? need : 0n);
};

export const heldOf = (line: Component): string =>
  decimal((micro(line.issued) ?? 0n) - (micro(line.returned) ?? 0n));

/** As the server has it now; kept for when there is no connection. */
export async function readOrder(code: string): Promise<WorkOrder | undefined> {
  const reply = await call<{ work_order?: WorkOrder }>(plant.value, 'Production.GetWorkOrder', {
    work_order: code,
  });
  if (reply.work_order) await keepOrder(plant.value, reply.work_order);
  return reply.work_order;
}

/** From the server, else as this terminal last saw it. */
export async function findOrder(code: string): Promise<WorkOrder | undefined> {
  try {
    return await readOrder(code);
  } catch (cause) {
    if (!(cause instanceof ApiError) || (cause.status !== 0 && cause.status !== 404 && cause.status !== 401))
      throw cause;
    return cause.status === 404 ? undefined : keptOrder(plant.value, code);
  }
}

const OPEN = ['in_progress', 'released'];
const READY_MAX = 100;

/** Open orders of this terminal's work centres, what began first; with their components, so that they can be worked on offline. */
export async function loadReady(): Promise<void> {
  try {
    const found: WorkOrder[] = [];
    for (const state of OPEN) {
      const body = { state, limit: READY_MAX, work_centers: device.value?.work_centers ?? [] };
      const reply = await call<{ work_orders?: WorkOrder[] }>(plant.value, 'Production.ListWorkOrders', body);
      found.push(...(reply.work_orders ?? []));
    }
    ready.value = byUrgency(found);
    for (const { work_order } of ready.value) {
      const one = await findOrder(work_order);
      wantNames(plant.value, [one?.item, ...(one?.components ?? []).map((line) => line.item)]);
    }
  } catch {
    ready.value = byUrgency((await keptOrders(plant.value)).filter((one) => OPEN.includes(one.state)));
  }
}

const byUrgency = (orders: WorkOrder[]): WorkOrder[] =>
  orders
    .sort((a, b) => ((a.due_on ?? '') + a.work_order < (b.due_on ?? '') + b.work_order ? -1 : 1))
    .slice(0, READY_MAX);

/** Show on the terminal what a posting did, before the server has said so. */
export function count(item: string, quantity: string, what: 'issued' | 'returned'): void {
  const now = order.value;
  if (!now) return;
  const components = (now.components ?? []).map((line) =>
    line.item === item
      ? { ...line, [what]: decimal((micro(line[what]) ?? 0n) + (micro(quantity) ?? 0n)) }
      : line,
  );
  order.value = { ...now, components };
  void keepOrder(plant.value, order.value);
}

export const moreThan = (a: string, b: string): boolean => compare(a, b) > 0;
