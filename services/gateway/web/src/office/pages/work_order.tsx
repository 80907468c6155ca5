import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { call } from '../../base/api';
import { decimal, isZero, micro, type Decimal } from '../../base/decimal';
import { day, number } from '../../base/format';
import { Name, unitOf } from '../../base/names';
import { Missing } from '../../base/missing';
import { resource } from '../../base/resource';
import { print, printLabel } from '../../base/print';
import { go, link, place } from '../../base/route';
import { Acts, type Act } from '../acts';
import { typed, type Field, type Values } from '../form';
import { Failure, Head, Trail } from '../list';
import { PrintButton } from '../print_button';
import { may, plant } from '../state';
import { say as sayOffice } from '../words';
import { Changes, type Change } from './changes';
import { Chooser } from './chooser';
import { Tag, toRequirements } from './columns';
import { NewWorkOrder } from './new_order';
import { say } from './words';

interface Component {
  line: number;
  item: string;
  required?: Decimal;
  issued?: Decimal;
  returned?: Decimal;
}

interface WorkOrder {
  work_order: string;
  item: string;
  state: string;
  quantity: Decimal;
  received?: Decimal;
  scrapped?: Decimal;
  start_on?: string;
  due_on?: string;
  components?: Component[];
  changes?: Change[];
}

const needOf = (line: Component): Decimal => {
  const rest = (micro(line.required) ?? 0n) - (micro(line.issued) ?? 0n) + (micro(line.returned) ?? 0n);
  return decimal(rest > 0n ? rest : 0n);
};

function Components({ order }: { order: WorkOrder }) {
  return (
    <div class="panel wide">
      <table class="plain-table">
        <thead>
          <tr>
            <th class="num">{say('line')}</th>
            <th>{say('item')}</th>
            <th>{say('name')}</th>
            <th class="num">{say('required')}</th>
            <th class="num">{say('issued')}</th>
            <th class="num">{say('returned')}</th>
            <th class="num">{say('stillNeeded')}</th>
          </tr>
        </thead>
        <tbody>
          {(order.components ?? []).map((line) => (
            <tr key={line.line}>
              <td class="num">{line.line}</td>
              <td class="code">
                <a href={toRequirements(line.item)}>{line.item}</a>
              </td>
              <td>
                <Name plant={plant.value} item={line.item} />
              </td>
              <td class="num">
                {number(line.required)} <span class="soft">{unitOf(plant.value, line.item)}</span>
              </td>
              <td class="num">{number(line.issued ?? '0')}</td>
              <td class="num">{number(line.returned ?? '0')}</td>
              <td class="num">{isZero(needOf(line)) ? '–' : <b>{number(needOf(line))}</b>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const named = (code: string) => (now: Values) => ({ work_order: code, ...typed(now, 'reason') });
const REASON = (): Field[] => [{ name: 'reason', label: say('reason'), required: true }];

const acts = (code: string): Act[] => [
  {
    name: 'release',
    method: 'Production.ReleaseWorkOrder',
    label: say('release'),
    states: ['firm'],
    roles: ['planner', 'supervisor'],
    body: named(code),
    main: true,
  },
  {
    name: 'hold',
    method: 'Production.HoldWorkOrder',
    label: say('hold'),
    states: ['firm', 'released', 'in_progress'],
    roles: ['planner', 'supervisor'],
    fields: REASON(),
    body: named(code),
  },
  {
    name: 'resume',
    method: 'Production.ResumeWorkOrder',
    label: say('resume'),
    states: ['held', 'on_hold'],
    roles: ['planner', 'supervisor'],
    body: named(code),
    main: true,
  },
  {
    name: 'cancel',
    method: 'Production.CancelWorkOrder',
    label: say('cancelOrder'),
    states: ['firm', 'released'],
    roles: ['planner', 'supervisor'],
    fields: REASON(),
    body: named(code),
  },
  {
    name: 'close',
    method: 'Production.CloseWorkOrder',
    label: say('close'),
    states: ['completed'],
    roles: ['supervisor', 'finance'],
    body: named(code),
    main: true,
  },
];

function Order({ code }: { code: string }) {
  const got = useMemo(
    () =>
      resource(
        async () =>
          (
            await call<{ work_order?: WorkOrder }>(plant.value, 'Production.GetWorkOrder', {
              work_order: code,
            })
          ).work_order,
      ),
    [code],
  );
  const said = useSignal('');
  const copying = useSignal(false);
  useEffect(() => void got.load(), [got]);

  function done(reply: { missing?: unknown[] }): void {
    said.value = reply.missing?.length ? say('releasedMissing', { n: reply.missing.length }) : '';
    void got.load();
  }

  if (got.error.value) return <Failure error={got.error.value} again={() => void got.load()} />;
  const order = got.value.value;
  if (!order) return <p class="soft">{sayOffice('loading')}</p>;
  return (
    <>
      <div class="head">
        <Tag code={order.state} />
        <a class="code" href={toRequirements(order.item)}>
          {order.item}
        </a>
        <Name plant={plant.value} item={order.item} />
        <span>
          {say('received')} <b>{number(order.received ?? '0')}</b> / {number(order.quantity)}
        </span>
        <span class="soft">
          {day(order.start_on)} – {day(order.due_on)}
        </span>
        <div class="do">
          <Acts acts={acts(code)} state={order.state} of={code} done={done} />
          {may('planner', 'supervisor') && (
            <button class="button" onClick={() => (copying.value = true)}>
              {say('copyOrder')}
            </button>
          )}
          <PrintButton
            text={say('printLabel')}
            job={() => printLabel(plant.value, { kind: 'work_order', code })}
          />
          <PrintButton
            text={say('pickList')}
            job={() => print(plant.value, 'Inventory.PrintPicks', { work_orders: [code] })}
          />
          <a class="button" href={link('order-cost', { order: code })}>
            {say('cost')}
          </a>
        </div>
      </div>
      {said.value && (
        <p class="notice warn" role="status">
          {said.value}
        </p>
      )}
      {copying.value && (
        <NewWorkOrder
          given={{ item: order.item, quantity: order.quantity }}
          made={(next) => go('work-order', { order: next })}
          close={() => (copying.value = false)}
        />
      )}
      {!order.components?.length && order.state === 'firm' && <p class="notice">{say('notExploded')}</p>}
      {!!order.components?.length && !['completed', 'closed', 'cancelled'].includes(order.state) && (
        <Missing
          plant={plant.value}
          needs={(order.components ?? []).map((line) => ({ item: line.item, need: needOf(line) }))}
        />
      )}
      {!!order.components?.length && <Components order={order} />}
      <Changes changes={order.changes ?? []} />
    </>
  );
}

export function WorkOrderPage() {
  const code = place.value.query.get('order') ?? '';
  return (
    <>
      <Head title={sayOffice('workOrder')} sub={code}>
        <Trail object={code} />
        <Chooser
          key={code}
          label={say('workOrder')}
          value={code}
          choose={(next) => go('work-order', { order: next })}
        />
      </Head>
      {code ? <Order key={code} code={code} /> : <p class="soft">{say('choose')}</p>}
    </>
  );
}
