import { effect, signal, untracked } from '@preact/signals';
import { call, signedOut } from '../base/api';
import { dayHere } from '../base/format';
import { person, plant } from './state';

/*
 * Follows the plant: the gateway's server-sent events say that something happened, and `facts` moves,
 * at most twice a second; lists that depend on it ask again.  A new plan is looked at when it is heard
 * of, the rest may wait for it.  The browser comes back by itself with the place it had read to.
 */
export interface PlanState {
  plan_version: number;
  event_seq: number;
  planned_at?: string;
  planned_orders?: number;
  messages?: number;
  plan_start_on?: string;
}

const REST_MS = 500;

/** The plant's day, which may be another than that of the browser. */
export const today = (): string => planState.value?.plan_start_on ?? dayHere();

export const planState = signal<PlanState | undefined>(undefined);
export const facts = signal(0);

let source: EventSource | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let looked = -REST_MS;

async function look(): Promise<void> {
  const state = await call<PlanState>(plant.value, 'Mrp.GetPlanState');
  planState.value = state;
}

/** A burst of postings is one look at its end. */
function moved({ data }: MessageEvent<string>): void {
  const planned = data.includes('"kind":"plan_changed"');
  if (timer && !planned) return;
  clearTimeout(timer);
  timer = setTimeout(
    () => {
      timer = undefined;
      looked = performance.now();
      facts.value++;
      void look().catch(() => undefined);
    },
    planned ? Math.max(0, looked + REST_MS - performance.now()) : REST_MS,
  );
}

function follow(): void {
  source?.close();
  source = undefined;
  planState.value = undefined;
  if (!person.value || !plant.value || signedOut.value) return;
  void look().catch(() => undefined);
  source = new EventSource(`/v1/${encodeURIComponent(plant.value)}/events`);
  source.onmessage = moved;
}

effect(() => {
  void plant.value;
  void person.value;
  void signedOut.value;
  untracked(follow);
});
