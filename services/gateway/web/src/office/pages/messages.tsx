import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { ApiError, command } from '../../base/api';
import { inWords } from '../../base/errors';
import { Name } from '../../base/names';
import { place } from '../../base/route';
import { language } from '../../base/words';
import type { Column } from '../grid';
import { ListPage, type Loaded } from '../list';
import { may, plant } from '../state';
import { say as sayOffice } from '../words';
import { hundredths } from '../../base/decimal';
import {
  codeColumn,
  dayColumn,
  nameColumn,
  numberColumn,
  Tag,
  tagColumn,
  textColumn,
  toRequirements,
} from './columns';
import { say } from './words';

export interface PlanMessage {
  item: string;
  segment?: string;
  message: string;
  date_on?: string;
  quantity?: string;
  reference?: string;
  cause?: string;
  action?: string;
  urgency?: string;
  proposed_on?: string;
  proposed?: string;
}

const URGENCIES = ['now', 'soon', 'later'];
const URGENT = { key: 'urgency', down: false };

const columns = (): Column<PlanMessage>[] => [
  tagColumn('message', say('message'), '150px', (row) => row.message),
  {
    ...tagColumn<PlanMessage>('urgency', say('urgency'), '90px', (row) => row.urgency),
    order: (a, b) => URGENCIES.indexOf(a.urgency ?? '') - URGENCIES.indexOf(b.urgency ?? ''),
  },
  codeColumn('item', say('item'), '120px', (row) => row.item, toRequirements),
  nameColumn((row) => row.item, 'minmax(120px, 1fr)'),
  dayColumn('date', say('date'), '108px', (row) => row.date_on),
  numberColumn('quantity', say('quantity'), '100px', (row) => hundredths(row.quantity)),
  codeColumn('reference', say('reference'), '120px', (row) => row.reference),
  textColumn('cause', say('cause'), 'minmax(160px, 2fr)', (row) => row.cause),
  textColumn('action', say('action'), 'minmax(160px, 2fr)', (row) => row.action),
];

const idOf = (row: PlanMessage): string =>
  [row.message, row.item, row.segment, row.date_on, row.reference, row.cause].join('|');

/** Those that the system can carry out: an order has another day or quantity, or goes. */
const DOABLE = ['reschedule in', 'reschedule out', 'cancel', 'increase', 'decrease'];
const MOST = 200;

interface Step {
  state?: string;
  code?: string;
  message?: string;
}

/** What became of the steps, in words. */
function told(steps: readonly Step[]): string {
  const refused = steps.filter((step) => step.state === 'refused');
  const n = steps.filter((step) => step.state === 'done').length;
  if (refused.length === 0) return say('applied', { n });
  const why = inWords(refused[0]!.code ?? '', refused[0]!.message ?? '');
  return say('notApplied', { n, wrong: refused.length, why });
}

/** All of it in words. */
function Whole({ message: { message, item, reference, urgency, cause, action } }: { message: PlanMessage }) {
  return (
    <aside class="aside" aria-label={say('message')}>
      <p class="why-title">
        <Tag code={message} /> <Tag code={urgency} />
      </p>
      <dl class="facts">
        <dt>{say('item')}</dt>
        <dd>
          <a class="code" href={toRequirements(item)}>
            {item}
          </a>{' '}
          <Name plant={plant.value} item={item} />
        </dd>
        {reference && (
          <>
            <dt>{say('reference')}</dt>
            <dd class="code">{reference}</dd>
          </>
        )}
        <dt>{say('cause')}</dt>
        <dd>{cause}</dd>
        <dt>{say('action')}</dt>
        <dd>{action}</dd>
      </dl>
    </aside>
  );
}

export function Messages() {
  const shown = useMemo(columns, [language.value]);
  const picked = useSignal<ReadonlySet<string>>(new Set());
  const busy = useSignal(false);
  const said = useSignal('');
  const item = place.value.query.get('item') ?? undefined;
  const opened = useSignal<PlanMessage | undefined>(undefined);

  async function apply(loaded: Loaded<PlanMessage>): Promise<void> {
    const messages = loaded.rows
      .filter((row) => picked.value.has(idOf(row)) && DOABLE.includes(row.message) && row.reference)
      .slice(0, MOST)
      .map(({ item, message, reference, proposed_on, proposed }) => ({
        item,
        message,
        reference,
        proposed_on,
        proposed,
      }));
    if (messages.length === 0) {
      said.value = say('cannotApply');
      return;
    }
    busy.value = true;
    try {
      const reply = await command<{ steps?: Step[] }>(plant.value, 'Mrp.ApplyMessages', { messages });
      said.value = told(reply.steps ?? []);
      picked.value = new Set();
    } catch (cause) {
      said.value = cause instanceof ApiError ? cause.message : String(cause);
    } finally {
      busy.value = false;
      loaded.load();
    }
  }

  return (
    <>
      {said.value && (
        <p class="notice" role="status">
          {said.value}
        </p>
      )}
      <ListPage
        name="messages"
        title={sayOffice('messages')}
        method="Mrp.ListPlanMessages"
        field="messages"
        body={{ language: language.value, ...(item ? { item } : {}) }}
        columns={shown}
        idOf={idOf}
        picked={picked}
        first={URGENT}
        open={(row) => (opened.value = row)}
        beside={opened.value && <Whole message={opened.value} />}
        empty={say('noMessages')}
        actions={(loaded) =>
          may('planner', 'buyer') && (
            <button
              class="button main"
              disabled={busy.value || picked.value.size === 0}
              onClick={() => void apply(loaded)}
            >
              {say('applyPicked')}
            </button>
          )
        }
      />
    </>
  );
}
