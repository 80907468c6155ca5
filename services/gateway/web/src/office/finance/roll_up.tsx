import { useMemo } from 'preact/hooks';
import { drawn, isZero, sum, type Decimal } from '../../base/decimal';
import { go, link } from '../../base/route';
import { language } from '../../base/words';
import type { Column } from '../grid';
import { Chooser } from '../pages/chooser';
import { codeColumn, Money, numberColumn, textColumn } from '../pages/columns';
import { asked, percentOf, useReport, type Row } from './frame';
import { ReportPage } from './report_page';
import { say } from './words';

export const ELEMENTS = ['material', 'labor', 'machine', 'overhead', 'subcontract'] as const;

const elementWord = (element: (typeof ELEMENTS)[number]): string =>
  element === 'material' ? say('materialCost') : say(element);

/** Nothing is told softly: what an item is made of stands out. */
const cost = (name: string, title: string, width: string): Column<Row> => ({
  ...numberColumn<Row>(name, title, width, (row) => row[name], 'money'),
  show: (row) => (isZero(row[name]) ? <span class="soft">0</span> : <Money text={row[name]} />),
});

const columns = (one: boolean): Column<Row>[] => [
  {
    ...codeColumn<Row>('item', say('item'), 'minmax(190px, 1.6fr)', (row) => row['item']),
    show: (row) => (
      <a
        class="code"
        style={{ paddingLeft: `${one ? Number(row['level']) * 16 : 0}px` }}
        href={link('roll-up', { item: row['item'] })}
      >
        {row['item']}
      </a>
    ),
  },
  textColumn('name', say('name'), 'minmax(150px, 1.8fr)', (row) => row['name']),
  ...(one
    ? [
        numberColumn<Row>('quantity', say('per'), '96px', (row) => row['quantity']),
        cost('extended', say('extended'), '104px'),
      ]
    : [numberColumn<Row>('level', say('level'), '60px', (row) => row['level'])]),
  cost('total', say('total'), '104px'),
  ...ELEMENTS.map((element) => cost(element, elementWord(element), '98px')),
  cost('this_level', say('thisLevel'), '104px'),
  cost('lower_levels', say('lowerLevels'), '104px'),
];

/** The elements of one cost as shares of a bar; what they are stands below. */
export function ElementBar({ of, total }: { of: Row; total: Decimal | undefined }) {
  const parts = ELEMENTS.filter((element) => drawn(of[element]) > 0);
  return (
    <div class="elements">
      <div class="stripe" aria-hidden="true">
        {parts.map((element) => (
          <i key={element} class={element} style={{ flexGrow: drawn(of[element]) }} />
        ))}
      </div>
      <ul>
        {parts.map((element) => (
          <li key={element}>
            <i class={element} aria-hidden="true" /> {elementWord(element)} <Money text={of[element]} />{' '}
            <span class="soft">{percentOf(of[element], total)} %</span>
          </li>
        ))}
        <li>
          <b>
            {say('total')} <Money text={total} />
          </b>
        </li>
      </ul>
    </div>
  );
}

/** What items should cost by element and level; of one item with all that is in it. */
export function RollUp() {
  const item = asked('item');
  const got = useReport('cost_rollup', { item });
  const rows = got.value ?? [];
  const shown = useMemo(() => columns(!!item), [item, language.value]);
  const top = item ? rows[0] : undefined;
  return (
    <ReportPage
      name={item ? 'roll-up-item' : 'roll-up'}
      title={say('rollUp')}
      {...(item ? { sub: item } : {})}
      got={got}
      rows={rows}
      columns={shown}
      idOf={(row) => `${rows.indexOf(row)}`}
      open={(row) => go('roll-up', { item: row['item'] })}
      bar={
        <>
          <Chooser
            key={item}
            label={say('item')}
            value={item}
            choose={(code) => go('roll-up', { item: code })}
          />
          {item && (
            <>
              <a class="button" href={link('what-if', { item })}>
                {say('whatIf')}
              </a>
              <a class="button" href={link('price-history', { item })}>
                {say('history')}
              </a>
            </>
          )}
        </>
      }
      above={
        top && (
          <section class="panel">
            <ElementBar of={top} total={top['total'] ?? sum(ELEMENTS.map((element) => top[element]))} />
          </section>
        )
      }
    />
  );
}
