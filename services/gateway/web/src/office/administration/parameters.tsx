import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError, call, command } from '../../base/api';
import { Detail } from '../../base/detail';
import { resource } from '../../base/resource';
import { saying, type Words } from '../../base/words';
import { counted } from '../form';
import { Failure, Head } from '../list';
import { may, plant } from '../state';
import { say as sayOffice } from '../words';

/*
 * What is set of a plant as a whole: each with what it means, its unit, what it is without anybody's
 * doing, and its bounds.  A row is saved by itself; an error stands at it.
 */
type Facts = Record<string, string | number | boolean | undefined>;

interface Parameter {
  name: string;
  title: readonly [string, string];
  means: readonly [string, string];
  unit?: readonly [string, string];
  normally?: readonly [string, string];
  bounds?: readonly [string, string];
  kind: 'text' | 'number' | 'date' | 'yes';
  method: string;
  roles: readonly string[];
  body: (text: string, facts: Facts) => object;
}

const DAYS = ['天', 'days'] as const;
const MONEY = ['本币', 'plant currency'] as const;
const NOBODY = ['不设：无须他人审批', 'none: nobody is asked'] as const;
const NO_LIMIT = ['不设：不限制', 'none: no limit'] as const;
const optional = (name: string) => (text: string) => (text ? { [name]: text } : {});
/** One of two limits that are set together: the other stays as it is. */
const oneOf = (name: 'percent' | 'amount', of: string) => (text: string, now: Facts) => {
  const [other, stands] = name === 'percent' ? ['amount', `${of}_amount`] : ['percent', `${of}_pct`];
  return { ...optional(name)(text), ...optional(other!)(String(now[stands!] ?? '')) };
};

const PLANNER = ['planner'];
const FINANCE = ['finance'];

const all: { group: readonly [string, string]; rows: Parameter[] }[] = [
  {
    group: ['工厂与计划', 'Plant and plan'],
    rows: [
      {
        name: 'name',
        title: ['名称', 'Name'],
        means: ['工厂的名称，显示在报表上', 'what the plant is called in reports'],
        bounds: ['最多 200 字节', 'at most 200 bytes'],
        kind: 'text',
        method: 'Bom.SetPlant',
        roles: PLANNER,
        body: (name) => ({ name }),
      },
      {
        name: 'time_zone',
        title: ['时区', 'Time zone'],
        means: ['决定工厂的“今天”', 'says what day it is at the plant'],
        normally: ['Asia/Shanghai', 'Asia/Shanghai'],
        kind: 'text',
        method: 'Bom.SetPlant',
        roles: PLANNER,
        body: (time_zone) => ({ time_zone }),
      },
      {
        name: 'plan_start_on',
        title: ['计划开始日', 'First day of the plan'],
        means: ['计划从这一天算起；留空则为今天', 'the plan begins on this day; empty: today'],
        normally: ['今天', 'today'],
        kind: 'date',
        method: 'Bom.SetPlant',
        roles: PLANNER,
        body: (plan_start_on) => (plan_start_on ? { plan_start_on } : { plan_from_today: true }),
      },
      {
        name: 'horizon_days',
        title: ['计划期', 'Horizon'],
        means: ['计划向前看多远', 'how far the plan looks ahead'],
        unit: DAYS,
        normally: ['365', '365'],
        bounds: ['1–3660', '1–3660'],
        kind: 'number',
        method: 'Bom.SetPlant',
        roles: PLANNER,
        body: (text) => ({ horizon_days: counted(text) }),
      },
      {
        name: 'reschedule_days',
        title: ['重排期', 'Rescheduling'],
        means: [
          '已下订单在此天数内可移动时，先建议移动而非新增',
          'an open order that could be moved by so much is moved before a new one is suggested',
        ],
        unit: DAYS,
        normally: ['30', '30'],
        bounds: ['0–3660', '0–3660'],
        kind: 'number',
        method: 'Bom.SetPlant',
        roles: PLANNER,
        body: (text) => ({ reschedule_days: counted(text) }),
      },
    ],
  },
  {
    group: ['审批与车间', 'Approvals and shop floor'],
    rows: [
      {
        name: 'approve_above',
        title: ['库存调整审批额', 'Adjustments to approve'],
        means: [
          '超过此金额的库存调整须由第二人批准',
          'above it a second person approves an adjustment of stock',
        ],
        unit: MONEY,
        normally: ['10000', '10000'],
        bounds: ['≥ 0', '≥ 0'],
        kind: 'number',
        method: 'Inventory.SetStockRule',
        roles: FINANCE,
        body: optional('approve_above'),
      },
      {
        name: 'purchase_approve_above',
        title: ['采购审批额', 'Purchases to approve'],
        means: ['超过此金额的采购订单须由第二人批准', 'above it a second person approves a purchase order'],
        unit: MONEY,
        normally: NOBODY,
        bounds: ['≥ 0', '≥ 0'],
        kind: 'number',
        method: 'Order.SetOrderRule',
        roles: FINANCE,
        body: optional('purchase_approve_above'),
      },
      {
        name: 'unplanned_issue',
        title: ['允许计划外领料', 'Issues that were not planned'],
        means: [
          '工单上没有的物料可否填写原因后领用',
          'may an item that is not on an order be issued to it, with a reason',
        ],
        normally: ['否', 'no'],
        kind: 'yes',
        method: 'Production.SetIssueRule',
        roles: ['supervisor'],
        body: (text) => ({ unplanned_issue: text === 'true' }),
      },
    ],
  },
  {
    group: ['财务', 'Finance'],
    rows: [
      {
        name: 'invoice_tolerance_pct',
        title: ['发票允差（百分比）', 'Tolerance of invoices, percent'],
        means: ['发票单价与订单之差在此以内自动通过', 'an invoice within it of the order’s price passes'],
        unit: ['%', '%'],
        normally: NO_LIMIT,
        bounds: ['0–100', '0–100'],
        kind: 'number',
        method: 'Cost.SetInvoiceTolerance',
        roles: FINANCE,
        body: oneOf('percent', 'invoice_tolerance'),
      },
      {
        name: 'invoice_tolerance_amount',
        title: ['发票允差（金额）', 'Tolerance of invoices, amount'],
        means: ['每行发票与订单之差在此以内自动通过', 'a line within it of the order passes'],
        unit: MONEY,
        normally: NO_LIMIT,
        bounds: ['≥ 0', '≥ 0'],
        kind: 'number',
        method: 'Cost.SetInvoiceTolerance',
        roles: FINANCE,
        body: oneOf('amount', 'invoice_tolerance'),
      },
      {
        name: 'variance_alarm_pct',
        title: ['差异警报（百分比）', 'Alarm of variances, percent'],
        means: ['工单差异超过标准成本的此比例时报警', 'an order that is off its standard by more is told'],
        unit: ['%', '%'],
        normally: NO_LIMIT,
        bounds: ['≥ 0', '≥ 0'],
        kind: 'number',
        method: 'Cost.SetVarianceAlarm',
        roles: FINANCE,
        body: oneOf('percent', 'variance_alarm'),
      },
      {
        name: 'variance_alarm_amount',
        title: ['差异警报（金额）', 'Alarm of variances, amount'],
        means: ['工单差异超过此金额时报警', 'an order that is off by more is told'],
        unit: MONEY,
        normally: NO_LIMIT,
        bounds: ['≥ 0', '≥ 0'],
        kind: 'number',
        method: 'Cost.SetVarianceAlarm',
        roles: FINANCE,
        body: oneOf('amount', 'variance_alarm'),
      },
    ],
  },
];

const words = {
  parameter: ['参数', 'Parameter'],
  value: ['当前值', 'Value'],
  normally: ['默认', 'Normally'],
  bounds: ['范围', 'Bounds'],
  unit: ['单位', 'Unit'],
  yes: ['是', 'yes'],
  no: ['否', 'no'],
  saved: ['已保存', 'saved'],
} as const satisfies Words;
const say = saying(words);

const pick = (pair: readonly [string, string] | undefined): string =>
  pair ? saying({ pair } as const)('pair') : '';

interface LineProps {
  of: Parameter;
  facts: Facts;
  saved: () => void;
}

function Line({ of, facts, saved }: LineProps) {
  const before = String(facts[of.name] ?? (of.kind === 'yes' ? 'false' : ''));
  const text = useSignal(before);
  const wrong = useSignal<ApiError | undefined>(undefined);
  const done = useSignal(false);
  useEffect(() => {
    text.value = before;
  }, [before]);

  async function save(event: Event): Promise<void> {
    event.preventDefault();
    wrong.value = undefined;
    try {
      await command(plant.value, of.method, of.body(text.value.trim(), facts));
      done.value = true;
      saved();
    } catch (cause) {
      wrong.value = cause instanceof ApiError ? cause : new ApiError('PAGE', String(cause), '', -1, '');
    }
  }

  const change = (next: string): void => {
    text.value = next;
    done.value = false;
  };
  return (
    <tr>
      <th scope="row">
        {pick(of.title)}
        <small class="soft">{pick(of.means)}</small>
      </th>
      <td>
        <form
          class={wrong.value ? 'field wrong row-of' : 'field row-of'}
          onSubmit={(event) => void save(event)}
        >
          {of.kind === 'yes' ? (
            <select
              name={of.name}
              aria-label={pick(of.title)}
              value={text.value}
              onChange={(event) => change(event.currentTarget.value)}
            >
              <option value="false">{say('no')}</option>
              <option value="true">{say('yes')}</option>
            </select>
          ) : (
            <input
              name={of.name}
              type={of.kind === 'date' ? 'date' : 'text'}
              class={of.kind === 'number' ? 'num' : ''}
              inputMode={of.kind === 'number' ? 'decimal' : 'text'}
              aria-label={pick(of.title)}
              aria-invalid={!!wrong.value}
              disabled={!may(...of.roles)}
              value={text.value}
              onInput={(event) => change(event.currentTarget.value)}
            />
          )}
          {text.value !== before && <button class="button main">{sayOffice('save')}</button>}
          {done.value && text.value === before && (
            <span class="tag good" role="status">
              {say('saved')}
            </span>
          )}
          {wrong.value && (
            <span class="why" role="alert">
              {wrong.value.message} <Detail error={wrong.value} />
            </span>
          )}
        </form>
      </td>
      <td>{pick(of.unit)}</td>
      <td>{pick(of.normally)}</td>
      <td>{pick(of.bounds)}</td>
    </tr>
  );
}

export function Parameters() {
  const got = useMemo(() => resource(() => call<Facts>(plant.value, 'Bom.GetPlant')), [plant.value]);
  useEffect(() => void got.load(), [got]);
  const facts = got.value.value;
  return (
    <>
      <Head title={sayOffice('parameters')} sub={plant.value} />
      {got.error.value && <Failure error={got.error.value} again={() => void got.load()} />}
      {!facts && !got.error.value && <p class="soft">{sayOffice('loading')}</p>}
      {facts &&
        all.map((part) => (
          <section key={part.group[1]} class="panel wide parameters">
            <h2>{pick(part.group)}</h2>
            <table class="plain-table">
              <thead>
                <tr>
                  <th>{say('parameter')}</th>
                  <th>{say('value')}</th>
                  <th>{say('unit')}</th>
                  <th>{say('normally')}</th>
                  <th>{say('bounds')}</th>
                </tr>
              </thead>
              <tbody>
                {part.rows.map((one) => (
                  <Line key={one.name} of={one} facts={facts} saved={() => void got.load()} />
                ))}
              </tbody>
            </table>
          </section>
        ))}
    </>
  );
}
