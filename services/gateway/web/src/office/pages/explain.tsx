import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiError, call } from '../../base/api';
import { codeWord } from '../../base/codes';
import { day, number } from '../../base/format';
import { link } from '../../base/route';
import { plant } from '../state';
import { say as sayOffice } from '../words';
import { say } from './words';

interface Explained {
  planned_order?: {
    item: string;
    type: string;
    quantity: string;
    due_on?: string;
    need_on?: string;
    note?: string;
    reason?: string;
    marked_by?: string;
  };
  explanation?: string;
}

/** Beside the list: why the plan suggests this, in its own arithmetic. */
export function Explain({ id, reject, note }: { id: string; reject: () => void; note: () => void }) {
  const got = useSignal<Explained | undefined>(undefined);
  const why = useSignal('');
  useEffect(() => {
    call<Explained>(plant.value, 'Mrp.GetPlannedOrder', { planned_order_id: id }).then(
      (reply) => (got.value = reply),
      (cause: unknown) => (why.value = cause instanceof ApiError ? cause.message : String(cause)),
    );
  }, [id]);
  const order = got.value?.planned_order;
  if (why.value)
    return (
      <aside class="aside">
        <p class="notice bad">{why.value}</p>
      </aside>
    );
  if (!order)
    return (
      <aside class="aside">
        <p class="facts soft">{sayOffice('loading')}</p>
      </aside>
    );
  return (
    <aside class="aside" aria-label={say('why')}>
      <dl class="facts">
        <dt>{codeWord(order.type)}</dt>
        <dd>
          <a class="code" href={link('requirements', { item: order.item })}>
            {order.item}
          </a>
        </dd>
        <dt>{say('quantity')}</dt>
        <dd>{number(order.quantity)}</dd>
        <dt>{say('need')}</dt>
        <dd>{day(order.need_on)}</dd>
        {order.note && (
          <>
            <dt>{say('note')}</dt>
            <dd>
              {order.note} <span class="soft">{order.marked_by}</span>
            </dd>
          </>
        )}
      </dl>
      <h2 class="why-title">{say('why')}</h2>
      <pre class="why">{got.value?.explanation}</pre>
      <div class="form">
        <div class="pair">
          <button class="button" onClick={note}>
            {say('note')}
          </button>
          <button class="button danger" onClick={reject}>
            {say('reject')}
          </button>
        </div>
      </div>
    </aside>
  );
}
