import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { number } from '../../base/format';
import { go, link, place } from '../../base/route';
import { language } from '../../base/words';
import { Grid, type Column } from '../grid';
import { Failure, Head, useList } from '../list';
import { say as sayOffice } from '../words';
import { Chooser } from './chooser';
import { codeColumn, countColumn, dayColumn, textColumn } from './columns';
import { say } from './words';

interface Row {
  level: number;
  path: string;
  parent?: string;
  component: string;
  quantity_per?: string;
  quantity?: string;
  uom?: string;
  low_level_code?: number;
  valid_from_on?: string;
  valid_to_on?: string;
}

/** Fractions such as 1/3 are exact and shown as they are. */
const amount = (text: string | undefined): string => (text?.includes('/') ? text : number(text));

const explosion = (): Column<Row>[] => [
  {
    ...codeColumn<Row>('component', say('component'), 'minmax(200px, 2fr)', (row) => row.component),
    show: (row) => (
      <a
        class="code"
        href={link('bill', { item: row.component })}
        style={{ paddingLeft: `${(row.level - 1) * 18}px` }}
      >
        {row.component}
      </a>
    ),
  },
  countColumn('depth', say('level'), '70px', (row) => row.level),
  {
    ...textColumn<Row>('per', say('per'), '120px', (row) => row.quantity_per),
    numeric: true,
    show: (row) => amount(row.quantity_per),
  },
  {
    ...textColumn<Row>('needed', say('needed'), '130px', (row) => row.quantity),
    numeric: true,
    show: (row) => amount(row.quantity),
  },
  textColumn('uom', say('uom'), '70px', (row) => row.uom),
  dayColumn('from', say('validFrom'), '108px', (row) => row.valid_from_on),
  dayColumn('to', say('validTo'), '108px', (row) => row.valid_to_on),
];

const uses = (): Column<Row>[] => [
  {
    ...codeColumn<Row>('parent', say('parent'), 'minmax(200px, 2fr)', (row) => row.parent),
    show: (row) => (
      <a
        class="code"
        href={link('bill', { item: row.parent })}
        style={{ paddingLeft: `${(row.level - 1) * 18}px` }}
      >
        {row.parent}
      </a>
    ),
  },
  countColumn('depth', say('level'), '70px', (row) => row.level),
  {
    ...textColumn<Row>('per', say('per'), '120px', (row) => row.quantity_per),
    numeric: true,
    show: (row) => amount(row.quantity_per),
  },
  dayColumn('from', say('validFrom'), '108px', (row) => row.valid_from_on),
  dayColumn('to', say('validTo'), '108px', (row) => row.valid_to_on),
];

function Rows({ item, up, quantity }: { item: string; up: boolean; quantity: string }) {
  const body = up ? { item } : { item, quantity };
  const loaded = useList<Row>(up ? 'Bom.WhereUsed' : 'Bom.Explode', 'rows', body);
  const shown = useMemo(up ? uses : explosion, [language.value, up]);
  return (
    <>
      {loaded.error && <Failure error={loaded.error} again={loaded.load} />}
      <Grid
        name={up ? 'where-used' : 'explosion'}
        columns={shown}
        rows={loaded.rows}
        idOf={(row) => row.path}
        loading={loaded.loading}
      />
    </>
  );
}

export function Bill() {
  const { query } = place.value;
  const item = query.get('item') ?? '';
  const up = query.get('way') === 'up';
  const quantity = useSignal('1');
  return (
    <>
      <Head title={sayOffice('bill')} sub={item}>
        <Chooser key={item} label={say('item')} value={item} choose={(code) => go('bill', { item: code })} />
        <input
          class="input num"
          size={8}
          aria-label={say('quantity')}
          value={quantity.value}
          onChange={(event) => (quantity.value = event.currentTarget.value || '1')}
        />
        <a class={up ? 'button' : 'button main'} href={link('bill', { item })}>
          {say('structure')}
        </a>
        <a class={up ? 'button main' : 'button'} href={link('bill', { item, way: 'up' })}>
          {say('usedIn')}
        </a>
      </Head>
      {item ? (
        <Rows key={item + String(up)} item={item} up={up} quantity={quantity.value} />
      ) : (
        <p class="soft">{say('choose')}</p>
      )}
    </>
  );
}
