import { useSignal, type Signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError, pages, whole } from '../base/api';
import { Detail } from '../base/detail';
import { Grid, type Column, type GridProps } from './grid';
import { link } from '../base/route';
import { facts } from './live';
import { may, plant } from './state';
import { say } from './words';

/* A page that is a list: it loads all pages of a method, shows the rows as they come, and asks again
   when the plant's facts moved on. */

export function Failure({ error, again }: { error: ApiError; again: () => void }): JSX.Element {
  const text = error.status === 403 ? say('forbidden') : error.message || error.code;
  return (
    <p class="notice bad" role="alert">
      <span>
        {text} <Detail error={error} /> {error.trace && <span class="code">{error.trace.slice(0, 8)}</span>}
      </span>
      {error.status !== 403 && (
        <button class="button" onClick={again}>
          {say('tryAgain')}
        </button>
      )}
    </p>
  );
}

/** What has just been done, over a list. */
export function Said({ text }: { text: string }): JSX.Element | null {
  return text ? (
    <p class="notice good" role="status">
      {text}
    </p>
  ) : null;
}

export function Head({
  title,
  sub,
  children,
}: {
  title: string;
  sub?: string;
  children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="head">
      <h1>{title}</h1>
      {sub && <span class="sub">{sub}</span>}
      <div class="do">{children}</div>
    </div>
  );
}

/** To what was done to one object: for those who may look at it. */
export function Trail({ object }: { object: string }): JSX.Element | null {
  if (!object || !may('auditor', 'administrator')) return null;
  return (
    <a class="button" href={link('audit', { object })}>
      {say('history')}
    </a>
  );
}

export interface Loaded<R> {
  rows: readonly R[];
  loading: boolean;
  error: ApiError | undefined;
  load: () => void;
}

/** All rows of a method, page after page unless it answers with all at once. */
export function useList<R>(
  method: string,
  field: string,
  body: object,
  { paged = true, at = plant.value }: { paged?: boolean; at?: string } = {},
): Loaded<R> {
  const rows = useSignal<readonly R[]>([]);
  const loading = useSignal(true);
  const error = useSignal<ApiError | undefined>(undefined);
  const turn = useMemo(() => ({ now: 0 }), []);
  const key = JSON.stringify(body);

  const load = useMemo(
    () => async (): Promise<void> => {
      const mine = ++turn.now;
      const got: R[] = [];
      loading.value = true;
      try {
        const ask = paged ? pages<R> : whole<R>;
        await ask(at, method, JSON.parse(key) as object, field, (more) => {
          got.push(...more);
          if (mine === turn.now && rows.value.length < got.length) rows.value = got.slice();
          return mine === turn.now;
        });
        if (mine !== turn.now) return;
        rows.value = got;
        error.value = undefined;
      } catch (cause) {
        if (mine === turn.now && cause instanceof ApiError) error.value = cause;
        else if (mine === turn.now) throw cause;
      } finally {
        if (mine === turn.now) loading.value = false;
      }
    },
    [method, field, key, paged, at],
  );

  const moved = facts.value;
  useEffect(() => void load(), [load, moved]);
  return { rows: rows.value, loading: loading.value, error: error.value, load: () => void load() };
}

export interface ListPageProps<R> {
  name: string;
  title: string;
  sub?: string;
  method: string;
  field: string;
  body?: object;
  /** The method answers with all rows at once. */
  whole?: boolean;
  /** Of the plant in hand unless the method names none. */
  at?: string;
  columns: Column<R>[];
  idOf: (row: R) => string;
  open?: (row: R) => void;
  picked?: Signal<ReadonlySet<string>>;
  empty?: string;
  first?: GridProps<R>['first'];
  made?: string;
  actions?: (loaded: Loaded<R>) => ComponentChildren;
  beside?: ComponentChildren;
}

const EVERY = {};

export function ListPage<R>(props: ListPageProps<R>): JSX.Element {
  const loaded = useList<R>(props.method, props.field, props.body ?? EVERY, {
    paged: !props.whole,
    ...(props.at ? { at: props.at } : {}),
  });
  const grid = (
    <Grid
      name={props.name}
      columns={props.columns}
      rows={loaded.rows}
      idOf={props.idOf}
      loading={loaded.loading}
      {...(props.open ? { open: props.open } : {})}
      {...(props.picked ? { picked: props.picked } : {})}
      {...(props.empty ? { empty: props.empty } : {})}
      {...(props.first ? { first: props.first } : {})}
      {...(props.made ? { made: props.made } : {})}
    />
  );
  const forbidden = loaded.error?.status === 403;
  return (
    <>
      <Head title={props.title} {...(props.sub ? { sub: props.sub } : {})}>
        {props.actions?.(loaded)}
        <button class="button" disabled={loaded.loading} onClick={loaded.load}>
          {say('refresh')}
        </button>
      </Head>
      {loaded.error && <Failure error={loaded.error} again={loaded.load} />}
      {/* the same frame with and without what is beside: the list keeps its focus when a row is opened */}
      {forbidden ? null : 'beside' in props ? (
        <div class="split">
          {grid}
          {props.beside}
        </div>
      ) : (
        grid
      )}
    </>
  );
}
