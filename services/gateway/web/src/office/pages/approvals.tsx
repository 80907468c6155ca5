import { useSignal } from '@preact/signals';
import { ApiError, command } from '../../base/api';
import { codeWord } from '../../base/codes';
import { day } from '../../base/format';
import { Failure, Head, useList } from '../list';
import { person, plant } from '../state';
import { say as sayOffice } from '../words';
import { Money } from './columns';
import { say } from './words';

interface Waiting {
  document: string;
  kind: string;
  location?: string;
  reason?: string;
  value?: string;
  effective_on?: string;
  created_by?: string;
}

const WAITING = { state: 'waiting' };

/** What waits for a second person.  Cards, not rows: it is read and decided on a phone as well. */
export function Approvals() {
  const loaded = useList<Waiting>('Inventory.ListDocuments', 'documents', WAITING);
  const said = useSignal('');

  async function decide(document: string, approve: boolean): Promise<void> {
    said.value = '';
    await command(plant.value, 'Inventory.DecideDocument', { document, approve }).catch((cause: unknown) => {
      said.value = cause instanceof ApiError ? cause.message : String(cause);
    });
    loaded.load();
  }

  return (
    <>
      <Head title={sayOffice('approvals')} />
      {loaded.error && <Failure error={loaded.error} again={loaded.load} />}
      {said.value && (
        <p class="notice bad" role="alert">
          {said.value}
        </p>
      )}
      {!loaded.loading && !loaded.error && loaded.rows.length === 0 && (
        <p class="soft">{say('nothingWaits')}</p>
      )}
      <div class="columns">
        {loaded.rows.map((one) => (
          <section key={one.document} class="panel">
            <h2>
              {codeWord(one.kind)} <span class="code">{one.document}</span>
            </h2>
            <dl class="facts">
              <dt>{say('value')}</dt>
              <dd>
                <Money text={one.value} />
              </dd>
              <dt>{say('location')}</dt>
              <dd class="code">{one.location}</dd>
              <dt>{say('date')}</dt>
              <dd>{day(one.effective_on)}</dd>
              <dt>{say('createdBy')}</dt>
              <dd>{one.created_by}</dd>
              <dt>{say('reason')}</dt>
              <dd>{one.reason}</dd>
            </dl>
            <div class="form">
              {one.created_by === person.value?.login ? (
                <p class="soft">{say('own')}</p>
              ) : (
                <div class="pair">
                  <button class="button danger" onClick={() => void decide(one.document, false)}>
                    {say('reject')}
                  </button>
                  <button class="button main" onClick={() => void decide(one.document, true)}>
                    {say('approve')}
                  </button>
                </div>
              )}
            </div>
          </section>
        ))}
      </div>
    </>
  );
}
