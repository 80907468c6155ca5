import type { ComponentChildren } from 'preact';
import { Grid, type Column } from '../grid';
import { Failure, Head } from '../list';
import { say as sayOffice } from '../words';
import type { Asked, Row } from './frame';

/** A page that is one report, or a list like it. */
export function ReportPage<R = Row>({
  name,
  title,
  sub,
  got,
  rows,
  columns,
  idOf,
  open,
  keep,
  empty,
  bar,
  above,
  children,
}: {
  name: string;
  title: string;
  sub?: string;
  got: Asked<unknown>;
  rows: readonly R[];
  columns: Column<R>[];
  idOf: (row: R) => string;
  open?: (row: R) => void;
  keep?: (row: R) => boolean;
  empty?: string;
  /** In the head of the page. */
  bar?: ComponentChildren;
  /** Between the head and the list. */
  above?: ComponentChildren;
  /** In the bar of the list. */
  children?: ComponentChildren;
}) {
  return (
    <>
      <Head title={title} {...(sub ? { sub } : {})}>
        {bar}
        <button class="button" disabled={got.loading} onClick={got.load}>
          {sayOffice('refresh')}
        </button>
      </Head>
      {got.error && <Failure error={got.error} again={got.load} />}
      {above}
      <Grid
        name={name}
        title={[title, sub].filter(Boolean).join(' ')}
        columns={columns}
        rows={rows}
        loading={got.loading}
        idOf={idOf}
        {...(open ? { open } : {})}
        {...(keep ? { keep } : {})}
        {...(empty && !got.error ? { empty } : {})}
      >
        {children}
      </Grid>
    </>
  );
}
