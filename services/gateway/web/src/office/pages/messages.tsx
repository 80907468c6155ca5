import { useMemo } from 'preact/hooks';
import { place } from '../../base/route';
import { language } from '../../base/words';
import type { Column } from '../grid';
import { ListPage } from '../list';
import { say as sayOffice } from '../words';
import { codeColumn, dayColumn, numberColumn, tagColumn, textColumn, toRequirements } from './columns';
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
}

const columns = (): Column<PlanMessage>[] => [
  tagColumn('message', say('message'), '150px', (row) => row.message),
  tagColumn('urgency', say('urgency'), '90px', (row) => row.urgency),
  codeColumn('item', say('item'), 'minmax(120px, 1fr)', (row) => row.item, toRequirements),
  dayColumn('date', say('date'), '108px', (row) => row.date_on),
  numberColumn('quantity', say('quantity'), '100px', (row) => row.quantity),
  codeColumn('reference', say('reference'), '130px', (row) => row.reference),
  textColumn('cause', say('cause'), 'minmax(160px, 2fr)', (row) => row.cause),
  textColumn('action', say('action'), 'minmax(160px, 2fr)', (row) => row.action),
];

export function Messages() {
  const shown = useMemo(columns, [language.value]);
  const item = place.value.query.get('item') ?? undefined;
  return (
    <ListPage
      name="messages"
      title={sayOffice('messages')}
      method="Mrp.ListPlanMessages"
      field="messages"
      body={{ language: language.value, ...(item ? { item } : {}) }}
      columns={shown}
      idOf={(row) => [row.message, row.item, row.segment, row.date_on, row.reference, row.cause].join('|')}
    />
  );
}
