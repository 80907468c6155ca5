import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError, pages } from '../../base/api';
import { sum, type Decimal } from '../../base/decimal';
import { number } from '../../base/format';
import { link } from '../../base/route';
import { language } from '../../base/words';
import { Grid, type Column } from '../grid';
import { Failure, Head } from '../list';
import { facts } from '../live';
import { plant } from '../state';
import {
  codeColumn,
  countColumn,
  dayColumn,
  lineColumn,
  numberColumn,
  textColumn,
  toCost,
} from '../pages/columns';
import { asked, less, Period, Tabs, turn, useAsk } from './frame';
import { say } from './words';

interface Entry {
  posted_seq: number;
  document: string;
  kind: string;
  effective_on: string;
  account: string;
  name: string;
  item?: string;
  order_id?: string;
  debit?: Decimal;
  credit?: Decimal;
}

interface Balance {
  account: string;
  purpose: string;
  name: string;
  debit: Decimal;
  credit: Decimal;
}

const balancesOf = (from: string, to: string, on = true) =>
  useAsk<{ accounts?: Balance[]; debit?: Decimal; credit?: Decimal }>(
    'Cost.GetTrialBalance',
    {
      ...(from ? { from_on: from } : {}),
      ...(to ? { to_on: to } : {}),
      chinese: language.value === 'zh-CN',
    },
    on,
  );

const ENTRIES_STEP = 4000; /* entries read at once; more when asked for */

interface Entries {
  rows: readonly Entry[];
  loading: boolean;
  more: boolean;
  error: ApiError | undefined;
  readOn: () => void;
}

function useEntries(body: object): Entries {
  const rows = useSignal<readonly Entry[]>([]);
  const loading = useSignal(true);
  const more = useSignal(false);
  const most = useSignal(ENTRIES_STEP);
  const error = useSignal<ApiError | undefined>(undefined);
  const key = JSON.stringify(body);
  useEffect(() => {
    most.value = ENTRIES_STEP;
    rows.value = [];
  }, [key]);
  useEffect(() => {
    let gone = false;
    const got: Entry[] = [];
    loading.value = true;
    pages<Entry>(plant.value, 'Cost.ListJournal', body, 'entries', (page) => {
      got.push(...page);
      if (!gone && rows.value.length < got.length) rows.value = got.slice();
      return !gone && got.length < most.value;
    })
      .then(() => {
        if (gone) return;
        rows.value = got;
        more.value = got.length >= most.value;
        error.value = undefined;
      })
      .catch((cause: unknown) => {
        if (!gone)
          error.value = cause instanceof ApiError ? cause : new ApiError('PAGE', String(cause), '', -1, '');
      })
      .finally(() => {
        if (!gone) loading.value = false;
      });
    return () => void (gone = true);
  }, [key, facts.value, most.value, plant.value]);
  return {
    rows: rows.value,
    loading: loading.value,
    more: more.value,
    error: error.value,
    readOn: () => void (most.value += ENTRIES_STEP),
  };
}

const ORDERS: Record<string, string> = {
  purchase_receipt: 'purchase-order',
  supplier_return: 'purchase-order',
  invoice: 'purchase-order',
  shipment: 'sales-order',
  customer_return: 'sales-order',
};

const toOrder = (row: Entry): string =>
  ORDERS[row.kind] ? link(ORDERS[row.kind]!, { order: row.order_id }) : toCost(row.order_id!);

/** `names`: of accounts in the reader's language; entries tell them in English. */
const columns = (names: ReadonlyMap<string, string>): Column<Entry>[] => [
  countColumn('seq', say('seq'), '72px', (row) => row.posted_seq),
  dayColumn('day', say('day'), '104px', (row) => row.effective_on),
  codeColumn(
    'document',
    say('document'),
    '120px',
    (row) => row.document,
    (document) => link('journal', { document }),
  ),
  lineColumn('132px', say('kind'), (row) => row.kind),
  codeColumn('account', say('account'), '84px', (row) => row.account),
  textColumn('name', say('accountName'), 'minmax(140px, 1.4fr)', (row) => names.get(row.account) ?? row.name),
  codeColumn(
    'item',
    say('item'),
    'minmax(100px, 1fr)',
    (row) => row.item,
    (item) => link('ledger', { item }),
  ),
  {
    ...codeColumn<Entry>('order', say('order'), '120px', (row) => row.order_id),
    show: (row) =>
      row.order_id && (
        <a class="code" href={toOrder(row)}>
          {row.order_id}
        </a>
      ),
  },
  { ...numberColumn<Entry>('debit', say('debit'), '148px', (row) => row.debit, 'money'), total: true },
  { ...numberColumn<Entry>('credit', say('credit'), '148px', (row) => row.credit, 'money'), total: true },
];

function EntryList() {
  const [from, to, document] = [asked('from'), asked('to'), asked('document')];
  const purpose = asked('purpose');
  const accounts = balancesOf('', '');
  const known = accounts.value?.accounts ?? [];
  const account =
    asked('account') || (purpose ? (known.find((one) => one.purpose === purpose)?.account ?? '') : '');
  const given = Object.entries({ from_on: from, to_on: to, document, account }).filter((pair) => pair[1]);
  const got = useEntries(Object.fromEntries(given));
  const shown = useMemo(
    () => columns(new Map(known.map((one) => [one.account, one.name]))),
    [language.value, accounts.value],
  );
  return (
    <>
      <div class="ask">
        <Period />
        <label class="inline">
          <span>{say('account')}</span>
          <select
            class="input"
            name="account"
            value={account}
            onChange={(event) => turn({ account: event.currentTarget.value, purpose: '' })}
          >
            <option value="">{say('all')}</option>
            {known.map((one) => (
              <option key={one.account + one.purpose} value={one.account}>
                {one.account} {one.name}
              </option>
            ))}
            {account && !known.some((one) => one.account === account) && (
              <option value={account}>{account}</option>
            )}
          </select>
        </label>
        <label class="inline">
          <span>{say('document')}</span>
          <input
            class="input code narrow"
            name="document"
            value={document}
            onChange={(event) => turn({ document: event.currentTarget.value.trim() })}
          />
        </label>
      </div>
      {got.error && <Failure error={got.error} again={got.readOn} />}
      {got.more && (
        <p class="notice">
          {say('more')}
          <button class="button" disabled={got.loading} onClick={got.readOn}>
            {say('readOn')}
          </button>
        </p>
      )}
      <Grid
        name="journal"
        title={say('journal')}
        columns={shown}
        rows={got.rows}
        loading={got.loading}
        idOf={(row) => [row.posted_seq, row.account, row.debit, row.credit].join('|')}
        open={(row) => turn({ document: row.document, account: '', purpose: '' })}
      />
    </>
  );
}

const balanceColumns = (): Column<Balance>[] => [
  codeColumn('account', say('account'), '110px', (row) => row.account),
  textColumn('name', say('accountName'), 'minmax(160px, 2fr)', (row) => row.name),
  { ...numberColumn<Balance>('debit', say('debit'), '150px', (row) => row.debit, 'money'), total: true },
  { ...numberColumn<Balance>('credit', say('credit'), '150px', (row) => row.credit, 'money'), total: true },
  {
    ...numberColumn<Balance>(
      'balance',
      say('balance'),
      '150px',
      (row) => less(row.debit, row.credit),
      'money',
    ),
    total: true,
  },
  codeColumn('purpose', say('purpose'), '140px', (row) => row.purpose),
];

function Balances() {
  const got = balancesOf(asked('from'), asked('to'));
  const shown = useMemo(balanceColumns, [language.value]);
  const rows = got.value?.accounts ?? [];
  const off = less(sum(rows.map((row) => row.debit)), sum(rows.map((row) => row.credit)));
  return (
    <>
      <div class="ask">
        <Period />
        {got.value && (
          <span class={off === '0' ? 'tag good' : 'tag bad'}>
            {off === '0' ? '✓ ' : ''}
            {say('debit')} − {say('credit')} = {number(off, 2)}
          </span>
        )}
      </div>
      {got.error && <Failure error={got.error} again={got.load} />}
      <Grid
        name="trial-balance"
        title={say('balances')}
        columns={shown}
        rows={rows}
        loading={got.loading}
        idOf={(row) => row.account + row.purpose}
        open={(row) => turn({ way: '', account: row.account, document: '', purpose: '' })}
      />
    </>
  );
}

/** Every entry with the way back to its document and order; accounts with what they add up to. */
export function Journal() {
  return (
    <>
      <Head title={say('journal')} {...(asked('document') ? { sub: asked('document') } : {})} />
      <Tabs
        label={say('journal')}
        of={[
          ['entries', say('entries')],
          ['balances', say('balances')],
        ]}
      />
      {asked('way') === 'balances' ? <Balances /> : <EntryList />}
    </>
  );
}
