import { signal, type Signal } from '@preact/signals';
import { ApiError } from './api';

/** What a page shows of something it asked for: empty, loading, failing and forbidden each have a
    look of their own, and rows that are there stay while newer ones come. */
export interface Resource<T> {
  readonly value: Signal<T | undefined>;
  readonly error: Signal<ApiError | undefined>;
  readonly loading: Signal<boolean>;
  load(): Promise<void>;
}

export function resource<T>(ask: () => Promise<T>): Resource<T> {
  const value = signal<T | undefined>(undefined);
  const error = signal<ApiError | undefined>(undefined);
  const loading =
    signal(true); /* from the first sight on: nothing is known yet, which is not "there is nothing" */
  let turn = 0;

  async function load(): Promise<void> {
    const mine = ++turn;
    loading.value = true;
    try {
      const got = await ask();
      if (mine === turn) {
        value.value = got;
        error.value = undefined;
      }
    } catch (cause) {
      if (mine === turn)
        error.value = cause instanceof ApiError ? cause : new ApiError('PAGE', String(cause), '', -1, '');
    } finally {
      if (mine === turn) loading.value = false;
    }
  }
  return { value, error, loading, load };
}
