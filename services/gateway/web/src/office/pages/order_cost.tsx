import { useEffect, useMemo } from 'preact/hooks';
import { call } from '../../base/api';
import { codeWord } from '../../base/codes';
import { decimal, micro, type Decimal } from '../../base/decimal';
import { number } from '../../base/format';
import { go, link, place } from '../../base/route';
import { resource } from '../../base/resource';
import { Failure, Head } from '../list';
import { plant } from '../state';
import { say as sayOffice } from '../words';
import { Chooser } from './chooser';
import { Money, Tag } from './columns';
import { say } from './words';

interface CostLine {
  element: string;
  item?: string;
  operation?: string;
  planned_quantity?: string;
  actual_quantity?: string;
  planned?: string;
  target?: string;
  actual?: string;
}

interface OrderCostReply {
  work_order: string;
  item: string;
  state: string;
  quantity: string;
  received?: string;
  scrapped?: string;
  lines?: CostLine[];
  planned?: string;
  target?: string;
  debits?: string;
  credits?: string;
  wip?: string;
  unit_cost?: string;
  currency?: string;
}

const less = (a: Decimal | undefined, b: Decimal | undefined): Decimal =>
  decimal((micro(a) ?? 0n) - (micro(b) ?? 0n));

function MoneyCell({ text }: { text: Decimal | undefined }) {
  return (
    <td class="num">
      <Money text={text} />
    </td>
  );
}

function Lines({ cost }: { cost: OrderCostReply }) {
  return (
    <div class="panel wide">
      <table class="plain-table">
        <thead>
          <tr>
            <th>{say('element')}</th>
            <th>{say('what')}</th>
            <th class="num">{say('plannedQuantity')}</th>
            <th class="num">{say('actualQuantity')}</th>
            <th class="num">{say('planned')}</th>
            <th class="num">{say('target')}</th>
            <th class="num">{say('actual')}</th>
            <th class="num">{say('deviation')}</th>
          </tr>
        </thead>
        <tbody>
          {(cost.lines ?? []).map((line, index) => (
            <tr key={index}>
              <td>{codeWord(line.element)}</td>
              <td class="code">
                <a href={link('ledger', { order: cost.work_order, item: line.item })}>
                  {line.item ?? line.operation}
                </a>
              </td>
              <td class="num">{number(line.planned_quantity)}</td>
              <td class="num">{number(line.actual_quantity)}</td>
              <MoneyCell text={line.planned} />
              <MoneyCell text={line.target} />
              <MoneyCell text={line.actual} />
              <MoneyCell text={less(line.actual, line.target)} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={4}>{say('total')}</td>
            <MoneyCell text={cost.planned} />
            <MoneyCell text={cost.target} />
            <MoneyCell text={cost.debits} />
            <MoneyCell text={less(cost.debits, cost.target)} />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function Figures({ cost }: { cost: OrderCostReply }) {
  const figures: [string, string | undefined][] = [
    [say('debits'), cost.debits],
    [say('credits'), cost.credits],
    [say('wip'), cost.wip],
    [say('unit'), cost.unit_cost],
  ];
  return (
    <div class="cards">
      {figures.map(([label, text]) => (
        <div class="card" key={label}>
          <span class="label">{label}</span>
          <span class="figure">{text === undefined ? '–' : <Money text={text} />}</span>
          <span class="how">{cost.currency}</span>
        </div>
      ))}
    </div>
  );
}

function Cost({ order }: { order: string }) {
  const cost = useMemo(
    () => resource(() => call<OrderCostReply>(plant.value, 'Cost.GetOrderCost', { work_order: order })),
    [order],
  );
  useEffect(() => void cost.load(), [cost]);
  if (cost.error.value) return <Failure error={cost.error.value} again={() => void cost.load()} />;
  const got = cost.value.value;
  if (!got) return <p class="soft">{sayOffice('loading')}</p>;
  return (
    <>
      <p>
        <span class="code">{got.item}</span> <Tag code={got.state} /> {number(got.received ?? '0')} /{' '}
        {number(got.quantity)}
      </p>
      <Figures cost={got} />
      <Lines cost={got} />
    </>
  );
}

export function OrderCost() {
  const order = place.value.query.get('order') ?? '';
  return (
    <>
      <Head title={sayOffice('orderCost')} sub={order}>
        <Chooser
          key={order}
          label={say('workOrder')}
          value={order}
          choose={(code) => go('order-cost', { order: code })}
        />
        {order && (
          <a class="button" href={link('ledger', { order })}>
            {say('lines')}
          </a>
        )}
      </Head>
      {order ? <Cost key={order} order={order} /> : <p class="soft">{say('choose')}</p>}
    </>
  );
}
