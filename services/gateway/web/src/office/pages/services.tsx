import { useEffect, useMemo } from 'preact/hooks';
import { call } from '../../base/api';
import { moment } from '../../base/format';
import { resource } from '../../base/resource';
import { Failure, Head } from '../list';
import { say as sayOffice } from '../words';
import { say } from './words';

interface Health {
  service: string;
  healthy?: boolean;
  ready?: boolean;
  waiting_for?: string;
  version?: string;
  started_at?: string;
}

const EVERY_MS = 5000;

const stateOf = (one: Health): [string, string] =>
  one.ready
    ? ['tag good', say('readyState')]
    : one.healthy
      ? ['tag warn', say('waitsFor', { what: one.waiting_for ?? '' })]
      : ['tag bad', say('silent')];

export function Services() {
  const list = useMemo(
    () =>
      resource(async () => (await call<{ services?: Health[] }>('-', 'Access.ListServices')).services ?? []),
    [],
  );
  useEffect(() => {
    void list.load();
    const timer = setInterval(() => void list.load(), EVERY_MS);
    return () => clearInterval(timer);
  }, [list]);
  return (
    <>
      <Head title={sayOffice('services')}>
        <a class="button" href="/openapi.json">
          OpenAPI
        </a>
      </Head>
      {list.error.value && <Failure error={list.error.value} again={() => void list.load()} />}
      <div class="panel wide">
        <table class="plain-table">
          <thead>
            <tr>
              <th>{say('service')}</th>
              <th>{say('state')}</th>
              <th>{say('version')}</th>
              <th>{say('since')}</th>
            </tr>
          </thead>
          <tbody>
            {(list.value.value ?? []).map((one) => {
              const [look, text] = stateOf(one);
              return (
                <tr key={one.service}>
                  <td class="code">{one.service}</td>
                  <td>
                    <span class={look}>{text}</span>
                  </td>
                  <td>{one.version}</td>
                  <td>{moment(one.started_at)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}
