import { signal } from '@preact/signals';
import type { ComponentType, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { say } from './words';

/** A page whose script is fetched when it is first opened. */
export function later(load: () => Promise<ComponentType>): ComponentType {
  const view = signal<ComponentType | undefined>(undefined);
  const failed = signal(false);

  /* The server may have been updated since: it has no file of that name any more. */
  const fetch = (): Promise<void> =>
    load().then(
      (got) => void (view.value = got),
      () => void (failed.value = true),
    );

  return function Later(): JSX.Element {
    useEffect(() => {
      if (!view.value) void fetch();
    }, []);
    const View = view.value;
    if (View) return <View />;
    if (!failed.value) return <p class="soft">{say('loading')}</p>;
    return (
      <p class="notice warn" role="alert">
        {say('stale')}
        <button class="button" onClick={() => location.reload()}>
          {say('reload')}
        </button>
      </p>
    );
  };
}
