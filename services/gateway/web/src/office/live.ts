import { effect, signal, untracked } from '@preact/signals';
import { call, signedOut } from '../base/api';
import { person, plant } from './state';

/* Where the plant's plan stands.  `facts` moves whenever the plan does; lists that depend on it ask
   again.  Asked for once a second while the page is in sight. */
export interface PlanState {
  plan_version: number;
  event_seq: number;
  planned_at?: string;
  planned_orders?: number;
  messages?: number;
  plan_start_on?: string;
}

const EVERY_MS = 1000;

export const planState = signal<PlanState | undefined>(undefined);
export const facts = signal(0);

async function look(): Promise<void> {
  if (!person.value || !plant.value || signedOut.value || document.hidden) return;
  const before = planState.value?.plan_version;
  const state = await call<PlanState>(plant.value, 'Mrp.GetPlanState');
  if (state.plan_version === before) return;
  planState.value = state;
  if (before !== undefined) facts.value++;
}

setInterval(() => void look().catch(() => undefined), EVERY_MS);
effect(() => {
  void plant.value;
  void person.value;
  untracked(() => {
    planState.value = undefined;
    void look().catch(() => undefined);
  });
});
