import { batch, computed, signal } from '@preact/signals';
import { call, signedOut } from '../base/api';

/** Who is here, where, and what they may do. */
export interface PlantRole {
  plant: string;
  role: string;
}

export interface Person {
  login: string;
  roles: PlantRole[];
}

const KEPT = 'millrace.plant';

export const person = signal<Person | undefined>(undefined);
export const plant = signal(localStorage.getItem(KEPT) ?? '');

export function choosePlant(next: string): void {
  localStorage.setItem(KEPT, next);
  plant.value = next;
}

/** Roles at the chosen plant. */
export const roles = computed(
  () =>
    new Set(
      (person.value?.roles ?? [])
        .filter((one) => one.plant === '*' || one.plant === plant.value)
        .map((one) => one.role),
    ),
);

export const may = (...any: string[]): boolean =>
  roles.value.has('administrator') || any.some((role) => roles.value.has(role));

/** Of the whole company: people and plants are not one plant's. */
export const runsAll = (): boolean =>
  (person.value?.roles ?? []).some((one) => one.plant === '*' && one.role === 'administrator');

/** Plants that the person can choose; those of a role "at every plant" come from the server. */
export const plants = signal<string[]>([]);

async function listPlants(held: PlantRole[]): Promise<string[]> {
  const named = held.map((one) => one.plant).filter((one) => one !== '*');
  if (named.length === held.length) return [...new Set(named)].sort();
  const reply = await call<{ plants?: { plant: string }[] }>('-', 'Access.ListPlants');
  return (reply.plants ?? []).map((one) => one.plant);
}

/** Ask the server who is signed in; nobody leaves `person` empty. */
export async function greet(): Promise<void> {
  const reply = await call<{ login?: string; roles?: PlantRole[] }>('-', 'Access.WhoAmI');
  const held = reply.roles ?? [];
  const list = await listPlants(held);
  batch(() => {
    plants.value = list;
    if (!list.includes(plant.value)) choosePlant(list[0] ?? '');
    person.value = { login: reply.login ?? '', roles: held };
    signedOut.value = false;
  });
}

export async function signIn(login: string, password: string): Promise<void> {
  const before = person.value?.login;
  await call('-', 'Access.Login', { login, password });
  if (before && before !== login) location.reload(); /* what one has typed is not sent by another */
  else await greet();
}

export async function signOut(): Promise<void> {
  await call('-', 'Access.Logout');
  person.value = undefined;
}
