import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { codeWord } from '../../base/codes';
import { day, number } from '../../base/format';
import { Name } from '../../base/names';
import { go, place } from '../../base/route';
import { language } from '../../base/words';
import { BARS_MAX, Gantt, type Bar } from '../gantt';
import type { Column } from '../grid';
import { Failure, Head, ListPage, useList } from '../list';
import { planState } from '../live';
import { plant } from '../state';
import { Choices } from '../choices';
import { say as sayOffice } from '../words';
import { Chooser } from './chooser';
import {
  codeColumn,
  countColumn,
  dayColumn,
  numberColumn,
  tagColumn,
  textColumn,
  toRequirements,
} from './columns';
import { ItemChoice } from './items';
import { pegTree, type Peg } from './peg_tree';
import { say } from './words';

const columns = (): Column<Peg>[] => [
  countColumn('level', say('level'), '70px', (row) => row.level),
  codeColumn('item', say('item'), 'minmax(120px, 1fr)', (row) => row.item, toRequirements),
  tagColumn('supply', say('supply'), '110px', (row) => row.supply_kind),
  codeColumn('reference', say('reference'), 'minmax(100px, 1fr)', (row) => row.reference),
  dayColumn('due', say('due'), '108px', (row) => row.due_on),
  numberColumn('quantity', say('quantity'), '110px', (row) => row.quantity),
  codeColumn('for', say('forItem'), 'minmax(120px, 1fr)', (row) => row.for_item, toRequirements),
  dayColumn('for_on', say('need'), '108px', (row) => row.for_on),
  codeColumn(
    'top',
    say('topReference'),
    'minmax(120px, 1fr)',
    (row) => row.top_reference,
    (order) => `#/pegging?order=${encodeURIComponent(order)}`,
  ),
  textColumn('customer', say('customer'), 'minmax(90px, 1fr)', (row) => row.customer),
];

/** From the day a supply is ready to the day it is needed; red where it is ready too late. */
function barOf(peg: Peg, depth: number, index: number, today: string): Bar {
  const ready = peg.due_on ?? today;
  const need = peg.for_on ?? ready;
  const late = ready > need;
  const text = [codeWord(peg.supply_kind), peg.reference, number(peg.quantity)].filter(Boolean).join(' ');
  return {
    key: String(index),
    depth,
    from: late ? need : ready,
    to: late ? ready : need,
    tone: late ? 'bad' : peg.supply_kind === 'planned' ? 'info' : 'good',
    title: `${peg.item} · ${text} · ${day(ready)} → ${day(need)}`,
    name: (
      <>
        <a class="code" href={toRequirements(peg.item)}>
          {peg.item}
        </a>{' '}
        <span class="soft">
          {text} <Name plant={plant.value} item={peg.item} />
        </span>
      </>
    ),
  };
}

type Asked = { item: string } | { top_reference: string };

function Tree({ asked, title }: { asked: Asked; title: string }) {
  const loaded = useList<Peg>('Mrp.ListPegging', 'pegs', asked);
  const today = planState.value?.plan_start_on ?? '';
  const bars = useMemo(
    () => pegTree(loaded.rows).map((one, index) => barOf(one.peg, one.depth, index, today)),
    [loaded.rows, today, language.value],
  );
  if (loaded.error) return <Failure error={loaded.error} again={loaded.load} />;
  if (bars.length === 0)
    return <p class="soft">{loaded.loading ? sayOffice('loading') : sayOffice('nothing')}</p>;
  return (
    <>
      {bars.length > BARS_MAX && (
        <p class="notice">{sayOffice('rows', { shown: BARS_MAX, all: bars.length })}</p>
      )}
      {today && <Gantt bars={bars} today={today} label={title} />}
    </>
  );
}

function Table({ asked, item }: { asked: Asked; item: string }) {
  const shown = useMemo(columns, [language.value]);
  return (
    <ListPage
      name="pegging"
      title={sayOffice('pegging')}
      sub={item}
      method="Mrp.ListPegging"
      field="pegs"
      body={asked}
      columns={shown}
      idOf={(row) =>
        [
          row.item,
          row.supply_kind,
          row.reference,
          row.due_on,
          row.for_item,
          row.for_on,
          row.top_reference,
          row.quantity,
        ].join('|')
      }
      actions={() => <Choose />}
    />
  );
}

/** A person's choice for as long as the page is open. */
const shownAs = signal<'tree' | 'list'>('tree');

function Choose() {
  const { query } = place.value;
  const item = query.get('item') ?? '';
  const order = query.get('order') ?? '';
  return (
    <>
      <Choices
        chosen={shownAs}
        of={[
          ['tree', say('asTree')],
          ['list', say('asList')],
        ]}
      />
      <Chooser
        key={'i' + item}
        label={say('item')}
        value={item}
        choose={(code) => go('pegging', { item: code })}
      />
      <Chooser
        key={'o' + order}
        label={say('topReference')}
        value={order}
        choose={(code) => go('pegging', { order: code })}
      />
    </>
  );
}

/** Up: what an item's supply is for.  Down: all that an order waits for.  As a tree over days, or as rows. */
export function Pegging() {
  const { query } = place.value;
  const item = query.get('item') ?? '';
  const order = query.get('order') ?? '';
  const asked: Asked = item ? { item } : { top_reference: order };
  if (shownAs.value === 'list' && (item || order))
    return <Table key={item + order} asked={asked} item={item || order} />;
  return (
    <>
      <Head title={sayOffice('pegging')} sub={item || order}>
        <Choose />
      </Head>
      {item || order ? (
        <Tree key={item + order} asked={asked} title={item || order} />
      ) : (
        <ItemChoice page="pegging" />
      )}
    </>
  );
}
