import { useMemo } from 'preact/hooks';
import { codeWord } from '../../base/codes';
import type { Decimal } from '../../base/decimal';
import { resource } from '../../base/resource';
import { call } from '../../base/api';
import { link } from '../../base/route';
import { language } from '../../base/words';
import { useEffect } from 'preact/hooks';
import { Grid, type Column } from '../grid';
import { Failure } from '../list';
import { plant } from '../state';
import { say as sayOffice } from '../words';
import { codeColumn, Money, numberColumn, textColumn, toCost } from '../pages/columns';
import { Card, percentOf } from './frame';
import { say } from './words';

interface Node {
  node: number;
  of?: number;
  level: number;
  element: string;
  item?: string;
  lot?: string;
  source_kind?: string;
  source?: string;
  document?: string;
  quantity?: Decimal;
  amount?: Decimal;
  share?: Decimal;
}

interface Reply {
  amount?: Decimal;
  elements?: { element: string; amount?: Decimal }[];
  nodes?: Node[];
  next?: string;
}

const NODES_MAX = 5000;

/** The whole tree, as long as somebody can read it; nodes come level after level. */
async function readTree(of: object): Promise<Reply> {
  const nodes: Node[] = [];
  let page: Reply = {};
  let after: string | undefined;
  do {
    page = await call<Reply>(plant.value, 'Cost.GetActualCost', { ...of, ...(after ? { after } : {}) });
    nodes.push(...(page.nodes ?? []));
    after = page.next;
  } while (after && nodes.length < NODES_MAX);
  return { ...page, nodes };
}

/** Each node followed by those below it. */
function inDepth(nodes: readonly Node[]): Node[] {
  const below = new Map<number, Node[]>();
  for (const node of nodes) below.set(node.of ?? 0, [...(below.get(node.of ?? 0) ?? []), node]);
  const out: Node[] = [];
  const waiting = [...(below.get(0) ?? [])].reverse();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    out.push(node);
    waiting.push(...(below.get(node.node) ?? []).slice().reverse());
  }
  return out;
}

const toSource = (row: Node): string =>
  row.source_kind === 'work_order' ? toCost(row.source!) : link('purchase-order', { order: row.source });

const columns = (): Column<Node>[] => [
  {
    ...textColumn<Node>('what', say('what'), 'minmax(230px, 2fr)', (row) =>
      [row.item ?? codeWord(row.element)].join(' '),
    ),
    show: (row) => (
      <span style={{ paddingLeft: `${row.level * 16}px` }} class={row.item ? 'code' : ''}>
        {row.item ?? codeWord(row.element)}
      </span>
    ),
  },
  textColumn('element', say('element'), '110px', (row) =>
    row.element === 'order' ? say('workOrder') : codeWord(row.element),
  ),
  codeColumn('lot', say('lot'), 'minmax(110px, 1fr)', (row) => row.lot),
  {
    ...codeColumn<Node>('source', say('source'), '120px', (row) => row.source),
    show: (row) =>
      row.source && (
        <a class="code" href={toSource(row)}>
          {row.source}
        </a>
      ),
  },
  codeColumn(
    'document',
    say('document'),
    '120px',
    (row) => row.document,
    (document) => link('journal', { document }),
  ),
  numberColumn('quantity', say('quantity'), '116px', (row) => row.quantity),
  numberColumn('amount', say('amount'), '120px', (row) => row.amount, 'money'),
  numberColumn('share', say('share'), '130px', (row) => row.share, 'money'),
];

/** What an order, or a lot, really cost, down to bought material and hours; the leaves add up to the whole. */
export function ActualCost({ of, name }: { of: object; name: string }) {
  const key = JSON.stringify(of);
  const got = useMemo(() => resource(() => readTree(of)), [key]);
  useEffect(() => void got.load(), [got]);
  const shown = useMemo(columns, [language.value]);
  const tree = useMemo(() => inDepth(got.value.value?.nodes ?? []), [got.value.value]);
  if (got.error.value) return <Failure error={got.error.value} again={() => void got.load()} />;
  const reply = got.value.value;
  if (!reply) return <p class="soft">{sayOffice('loading')}</p>;
  const parts = (reply.elements ?? []).filter((one) => one.amount && one.amount !== '0');
  return (
    <>
      <div class="cards five">
        <Card label={say('actual')}>
          <Money text={reply.amount} />
        </Card>
        {parts.map((one) => (
          <Card
            key={one.element}
            label={one.element === 'difference' ? say('difference') : codeWord(one.element)}
            how={`${percentOf(one.amount, reply.amount) ?? ''} %`}
          >
            <Money text={one.amount} plain />
          </Card>
        ))}
      </div>
      <Grid
        name="actual-cost"
        title={`${say('levels')} ${name}`}
        columns={shown}
        rows={tree}
        idOf={(row) => String(row.node)}
        loading={got.loading.value}
      />
    </>
  );
}
