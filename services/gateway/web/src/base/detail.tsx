import type { JSX } from 'preact';
import type { ApiError } from './api';

/** What the server said in its own words, under what was made of them. */
export function Detail({ error }: { error: ApiError }): JSX.Element | null {
  if (!error.detail || error.detail === error.message) return null;
  return (
    <small class="detail" lang="en">
      {error.detail}
    </small>
  );
}
