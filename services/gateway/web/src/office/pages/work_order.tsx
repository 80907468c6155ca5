import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError, call, command } from '../../base/api';
import { decimal, isZero, micro, type Decimal } from '../../base/decimal';
import { day, moment, number } from '../../base/format';
import { resource } from '../../base/resource';
import { go, link, place } from '../../base/route';
import { FormDialog, typed, type Values } from '../form';
import { Failure, Head } from '../list';
import { may, plant } from '../state';
import { say as sayOffice } from '../words';
import { Chooser } from './chooser';
import { Tag, toRequirements } from './columns';
import { say } from './words';

interface Component {
  line: number;
  item: string;
  required?: Decimal;
  issued?: Decimal;
  returned?: Decimal;
}

interface Change {
  what: string;
  item?: string;
  before?: string;
  after?: string;
  reason?: string;
  changed_by?: string;
  changed_at?: string;
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
              <td class="num">{number(line.required)}</td>
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

function Changes({ order }: { order: WorkOrder }) {
  if (!order.changes?.length) return null;
  return (
    <div class="panel wide">
      <table class="plain-table">
        <tbody>
          {order.changes.map((change, index) => (
            <tr key={index}>
              <td>{moment(change.changed_at)}</td>
              <td>{change.changed_by}</td>
              <td>{[change.what, change.item].filter(Boolean).join(' ')}</td>
              <td>
                {change.before} → {change.after}
              </td>
              <td>{change.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface Act {
  name: string;
  method: string;
  label: string;
  states: string[];
  roles: string[];
  reason: boolean;
  main?: boolean;
}

/** What can be done to an order in a state, and by whom; the server decides, this only spares a no. */
const acts = (): Act[] => [
  {
    name: 'release',
    method: 'Production.ReleaseWorkOrder',
    label: say('release'),
    states: ['firm'],
    roles: ['planner', 'supervisor'],
    reason: false,
    main: true,
  },
  {
    name: 'hold',
    method: 'Production.HoldWorkOrder',
    label: say('hold'),
    states: ['firm', 'released', 'in_progress'],
    roles: ['planner', 'supervisor'],
    reason: true,
  },
  {
    name: 'resume',
    method: 'Production.ResumeWorkOrder',
    label: say('resume'),
    states: ['held', 'on_hold'],
    roles: ['planner', 'supervisor'],
    reason: false,
    main: true,
  },
  {
    name: 'cancel',
    method: 'Production.CancelWorkOrder',
    label: say('cancelOrder'),
    states: ['firm', 'released'],
    roles: ['planner', 'supervisor'],
    reason: true,
  },
  {
    name: 'close',
    method: 'Production.CloseWorkOrder',
    label: say('close'),
    states: ['completed'],
    roles: ['supervisor', 'finance'],
    reason: false,
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
  const asked = useSignal<Act | undefined>(undefined);
  const reason = useSignal<Values>({});
  const said = useSignal('');
  useEffect(() => void got.load(), [got]);

  function done(reply: { missing?: unknown[] }): void {
    said.value = reply.missing?.length ? say('releasedMissing', { n: reply.missing.length }) : '';
    void got.load();
  }

  async function act(one: Act): Promise<void> {
    if (one.reason) {
      asked.value = one;
      return;
    }
    await command<{ missing?: unknown[] }>(plant.value, one.method, { work_order: code })
      .then(done)
      .catch((cause: unknown) => (said.value = cause instanceof ApiError ? cause.message : String(cause)));
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
        <span>
          {say('received')} <b>{number(order.received ?? '0')}</b> / {number(order.quantity)}
        </span>
        <span class="soft">
          {day(order.start_on)} – {day(order.due_on)}
        </span>
        <div class="do">
          {acts()
            .filter((one) => one.states.includes(order.state) && may(...one.roles))
            .map((one) => (
              <button
                key={one.name}
                class={one.main ? 'button main' : 'button'}
                onClick={() => void act(one)}
              >
                {one.label}
              </button>
            ))}
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
      <Components order={order} />
      <Changes order={order} />
      {asked.value && (
        <FormDialog
          title={`${asked.value.label} ${code}`}
          method={asked.value.method}
          fields={[{ name: 'reason', label: say('reason'), required: true }]}
          values={reason}
          body={(now) => ({ work_order: code, ...typed(now, 'reason') })}
          done={done}
          close={() => (asked.value = undefined)}
        />
      )}
    </>
  );
}

export function WorkOrderPage() {
  const code = place.value.query.get('order') ?? '';
  return (
    <>
      <Head title={sayOffice('workOrder')} sub={code}>
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
