import { useLayoutEffect, useRef } from 'preact/hooks';
import { lineWord } from '../../base/codes';
import { sum, type Decimal } from '../../base/decimal';
import { day, number } from '../../base/format';
import { link } from '../../base/route';
import { Money } from '../pages/columns';
import { say } from './words';

/** A ledger line, as Inventory.ListLedger tells it. */
export interface LedgerLine {
  posted_seq: number;
  document: string;
  kind: string;
  item?: string;
  quantity?: Decimal;
  amount?: Decimal;
  lot?: string;
  order_id?: string;
  effective_on: string;
  posted_by?: string;
  wip?: Decimal;
  variance?: Decimal;
  operation?: string;
  reason?: string;
}

/** Beside a figure that was pressed: the ledger lines it is made of, and what they add up to. */
export function Behind({
  what,
  note,
  lines,
  close,
}: {
  what: string;
  note?: string | undefined;
  lines: readonly LedgerLine[];
  close: () => void;
}) {
  const box = useRef<HTMLElement>(null);
  /* Before it is seen: the next key, an Escape perhaps, is meant for it. */
  useLayoutEffect(() => {
    box.current?.focus();
    box.current?.scrollIntoView({ block: 'nearest' });
  }, [what]);
  return (
    <aside
      class="panel behind"
      ref={box}
      tabIndex={-1}
      aria-label={say('behind', { what })}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <h2 class="with-act">
        <span>{say('behind', { what })}</span>
        <button class="button plain" onClick={close}>
          {say('closeIt')}
        </button>
      </h2>
      {note && <p class="soft body">{note}</p>}
      {lines.length === 0 ? (
        !note && <p class="soft body">{say('behindNone')}</p>
      ) : (
        <div class="wide">
          <table class="plain-table">
            <thead>
              <tr>
                <th>{say('day')}</th>
                <th>{say('kind')}</th>
                <th>{say('document')}</th>
                <th>{say('what')}</th>
                <th class="num">{say('quantity')}</th>
                <th class="num">{say('amount')}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={line.posted_seq}>
                  <td>{day(line.effective_on)}</td>
                  <td>{lineWord(line.kind)}</td>
                  <td>
                    <a class="code" href={link('journal', { document: line.document })}>
                      {line.document}
                    </a>
                  </td>
                  <td class="code">{line.item ?? line.operation}</td>
                  <td class="num">{number(line.quantity)}</td>
                  <td class="num">
                    <Money text={line.wip ?? '0'} />
                  </td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <td colSpan={5}>{say('total')}</td>
                <td class="num">
                  <Money text={sum(lines.map((line) => line.wip))} />
                </td>
              </tr>
            </tfoot>
          </table>
        </div>
      )}
    </aside>
  );
}
