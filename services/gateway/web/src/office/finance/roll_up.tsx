import { useMemo } from 'preact/hooks';
import { drawn, sum, type Decimal } from '../../base/decimal';
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
  textColumn('name', say('name'), 'minmax(140px, 1.4fr)', (row) => row['name']),
  numberColumn('level', say('level'), '56px', (row) => row['level']),
  ...(one ? [numberColumn<Row>('quantity', say('per'), '90px', (row) => row['quantity'])] : []),
  ...ELEMENTS.map((element) =>
    numberColumn<Row>(element, elementWord(element), '104px', (row) => row[element], 'money'),
  ),
  numberColumn('this', say('thisLevel'), '108px', (row) => row['this_level'], 'money'),
  numberColumn('lower', say('lowerLevels'), '108px', (row) => row['lower_levels'], 'money'),
  numberColumn('total', say('total'), '112px', (row) => row['total'], 'money'),
  ...(one
    ? [numberColumn<Row>('extended', say('extended'), '112px', (row) => row['extended'], 'money')]
    : []),
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
