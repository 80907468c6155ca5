import { codeWord } from '../../base/codes';
import { moment } from '../../base/format';

export interface Change {
  what?: string;
  item?: string;
  line?: number;
  before?: string;
  after?: string;
  reason?: string;
  changed_by?: string;
  changed_at?: string;
}

/** Who changed what, when and why. */
export function Changes({ changes }: { changes: readonly Change[] }) {
  if (changes.length === 0) return null;
  return (
    <div class="panel wide">
      <table class="plain-table">
        <tbody>
          {changes.map((change, index) => (
            <tr key={index}>
              <td>{moment(change.changed_at)}</td>
              <td>{change.changed_by}</td>
              <td>{[codeWord(change.what), change.line, change.item].filter(Boolean).join(' ')}</td>
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
