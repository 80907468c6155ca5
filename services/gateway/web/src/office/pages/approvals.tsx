import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError, command, pages } from '../../base/api';
import { codeWord } from '../../base/codes';
import type { Decimal } from '../../base/decimal';
import { day } from '../../base/format';
import { resource } from '../../base/resource';
import { link } from '../../base/route';
import { Failure, Head } from '../list';
import { facts } from '../live';
import { may, person, plant } from '../state';
import { say as sayOffice } from '../words';
import { Money } from './columns';
import { say } from './words';

/* One inbox for everything that waits for a second person.  Cards, not rows: it is read and decided
   on a phone as well.  What a person may not decide is not asked for. */

interface Card {
  code: string;
  kind: string;
  value?: Decimal | undefined;
  date?: string | undefined;
  where?: string | undefined;
  why?: string | undefined;
  by?: string | undefined;
  /** Where it can be looked at. */
  at?: string;
}

interface Step {
  method: string;
  body: (code: string) => object;
}

interface Source {
  name: string;
  method: string;
  field: string;
  body: object;
  roles: string[];
  card: (row: Record<string, string | undefined>) => Card | undefined;
  yes: Step;
  /** Absent: it is not turned down here, but by who made it. */
  no?: Step;
}

const SOURCES: Source[] = [
  {
    name: 'documents',
    method: 'Inventory.ListDocuments',
    field: 'documents',
    body: { state: 'waiting' },
    roles: ['supervisor', 'finance'],
    card: (row) => ({
      code: row['document'] ?? '',
      kind: row['kind'] ?? '',
      value: row['value'],
      date: row['effective_on'],
      where: row['location'],
      why: row['reason'],
      by: row['created_by'],
    }),
    yes: { method: 'Inventory.DecideDocument', body: (document) => ({ document, approve: true }) },
    no: { method: 'Inventory.DecideDocument', body: (document) => ({ document, approve: false }) },
  },
  {
    name: 'purchases',
    method: 'Order.ListPurchaseOrders',
    field: 'purchase_orders',
    body: { state: 'draft' },
    roles: ['buyer', 'finance', 'supervisor'],
    card: (row) => ({
      code: row['purchase_order'] ?? '',
      kind: 'purchase',
      value: row['value'],
      where: row['supplier'],
      by: row['made_by'],
      at: link('purchase-order', { order: row['purchase_order'] }),
    }),
    yes: { method: 'Order.ApprovePurchaseOrder', body: (order_id) => ({ order_id }) },
  },
  {
    name: 'invoices',
    method: 'Cost.ListInvoices',
    field: 'invoices',
    body: { state: 'blocked' },
    roles: ['finance'],
    card: (row) => ({
      code: row['invoice'] ?? '',
      kind: row['kind'] ?? '',
      value: row['amount'],
      date: row['effective_on'],
      where: [row['supplier'], row['number']].filter(Boolean).join(' · '),
      at: link('invoice', { invoice: row['invoice'] }),
      why: row['blocked_for'],
      by: row['entered_by'],
    }),
    yes: { method: 'Cost.DecideInvoice', body: (invoice) => ({ invoice, release: true }) },
    no: { method: 'Cost.DecideInvoice', body: (invoice) => ({ invoice, release: false }) },
  },
  {
    name: 'changes',
    method: 'Bom.ListChanges',
    field: 'changes',
    body: { state: 'submitted' },
    roles: ['engineer'],
    card: (row) =>
      row['kind'] === 'engineering'
        ? {
            code: row['change'] ?? '',
            kind: 'engineering change',
            date: row['effective_on'],
            why: row['title'],
            by: row['author'],
          }
        : undefined,
    yes: { method: 'Bom.ApproveChange', body: (change) => ({ change }) },
  },
  {
    name: 'months',
    method: 'Cost.GetReport',
    field: 'rows',
    body: { report: 'months' },
    roles: ['finance'],
    /* month, state, closed by, on, who asked to open it again */
    card: (row) => {
      const [month = '', state, , , by] = row['cells'] as unknown as string[];
      return state === 'reopening'
        ? { code: month, kind: 'period to reopen', date: month, by, at: link('months', { month }) }
        : undefined;
    },
    yes: { method: 'Cost.ReopenMonth', body: (month_on) => ({ month_on }) },
  },
  {
    name: 'versions',
    method: 'Cost.ListCostVersions',
    field: 'versions',
    body: { state: 'frozen' },
    roles: ['finance'],
    card: (row) => ({
      code: row['cost_version'] ?? '',
      kind: 'standard costs',
      at: link('cost-version', { version: row['cost_version'] }),
      date: row['marked_on'],
      why: row['note'],
      by: row['frozen_by'],
    }),
    yes: { method: 'Cost.ReleaseCostVersion', body: (cost_version) => ({ cost_version }) },
  },
];

interface CardProps {
  source: Source;
  card: Card;
  decide: (step: Step, code: string) => void;
}

const fact = (label: string, shown: JSX.Element | string | undefined): JSX.Element | null =>
  shown ? (
    <>
      <dt>{label}</dt>
      <dd>{shown}</dd>
    </>
  ) : null;

function CardPanel({ source, card, decide }: CardProps) {
  return (
    <section class="panel">
      <h2>
        {codeWord(card.kind)}{' '}
        {card.at ? (
          <a class="code" href={card.at}>
            {card.code}
          </a>
        ) : (
          <span class="code">{card.code}</span>
        )}
      </h2>
      <dl class="facts">
        {fact(say('value'), card.value && <Money text={card.value} />)}
        {fact(say('where'), card.where)}
        {fact(say('date'), day(card.date))}
        {fact(say('createdBy'), card.by)}
        {fact(say('reason'), card.why)}
      </dl>
      <div class="form">
        {card.by === person.value?.login ? (
          <p class="soft">{say('own')}</p>
        ) : (
          <div class="pair">
            {source.no && (
              <button class="button danger" onClick={() => decide(source.no!, card.code)}>
                {say('reject')}
              </button>
            )}
            <button class="button main" onClick={() => decide(source.yes, card.code)}>
              {say('approve')}
            </button>
          </div>
        )}
      </div>
    </section>
  );
}

interface Waiting {
  source: Source;
  card: Card;
}

async function waitingOf(source: Source, at: string): Promise<Waiting[]> {
  const out: Waiting[] = [];
  await pages<Record<string, string | undefined>>(at, source.method, source.body, source.field, (rows) => {
    for (const card of rows.map(source.card)) if (card) out.push({ source, card });
    return true;
  });
  return out;
}

export function Approvals() {
  const said = useSignal('');
  const got = useMemo(
    () =>
      resource(async () => {
        const mine = SOURCES.filter((source) => may(...source.roles));
        return (await Promise.all(mine.map((source) => waitingOf(source, plant.value)))).flat();
      }),
    [plant.value],
  );
  useEffect(() => void got.load(), [got, facts.value]);

  async function decide(step: Step, code: string): Promise<void> {
    said.value = '';
    await command(plant.value, step.method, step.body(code)).catch((cause: unknown) => {
      said.value = cause instanceof ApiError ? cause.message : String(cause);
    });
    void got.load();
  }

  const waiting = got.value.value;
  return (
    <>
      <Head title={sayOffice('approvals')} />
      {got.error.value && <Failure error={got.error.value} again={() => void got.load()} />}
      {said.value && (
        <p class="notice bad" role="alert">
          {said.value}
        </p>
      )}
      {waiting?.length === 0 && <p class="soft">{say('nothingWaits')}</p>}
      <div class="columns">
        {(waiting ?? []).map(({ source, card }) => (
          <CardPanel
            key={`${source.name}/${card.code}`}
            source={source}
            card={card}
            decide={(step, code) => void decide(step, code)}
          />
        ))}
      </div>
    </>
  );
}
