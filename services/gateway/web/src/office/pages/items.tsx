import { useMemo } from 'preact/hooks';
import { valuationWord } from '../../base/codes';
import { go, link } from '../../base/route';
import { language } from '../../base/words';
import { Grid, type Column } from '../grid';
import { Failure, ListPage, useList } from '../list';
import { say as sayOffice } from '../words';
import { codeColumn, countColumn, numberColumn, tagColumn, textColumn, toRequirements } from './columns';
import { say } from './words';

interface Item {
  item: string;
  name?: string;
  type: string;
  uom?: string;
  low_level_code?: number;
  unit_cost?: string;
  valuation?: string;
  lead_time_days?: number;
  safety_stock?: string;
}

const facts = (to: (item: string) => string): Column<Item>[] => [
  codeColumn('item', say('item'), 'minmax(120px, 1fr)', (row) => row.item, to),
  textColumn('name', say('name'), 'minmax(180px, 2fr)', (row) => row.name),
  tagColumn('type', say('type'), '90px', (row) => row.type),
  textColumn('uom', say('uom'), '70px', (row) => row.uom),
];

const columns = (): Column<Item>[] => [
  ...facts(toRequirements),
  countColumn('level', say('level'), '80px', (row) => row.low_level_code),
  countColumn('lead', say('leadTime'), '128px', (row) => row.lead_time_days),
  numberColumn('safety', say('safety'), '110px', (row) => row.safety_stock),
  numberColumn('cost', say('unitCost'), '110px', (row) => row.unit_cost, 'money'),
  textColumn('valuation', say('valuation'), '100px', (row) => valuationWord(row.valuation)),
];

export function Items() {
  const shown = useMemo(columns, [language.value]);
  return (
    <ListPage
      name="items"
      title={sayOffice('items')}
      method="Bom.ListItems"
      field="items"
      columns={shown}
      idOf={(row) => row.item}
      open={(row) => go('bill', { item: row.item })}
    />
  );
}

const EVERY = {};

/** Where a page is about an item and none was named: any of them. */
export function ItemChoice({ page }: { page: string }) {
  const loaded = useList<Item>('Bom.ListItems', 'items', EVERY);
  const shown = useMemo(() => facts((item) => link(page, { item })), [page, language.value]);
  return (
    <>
      <p class="soft">{say('chooseItem')}</p>
      {loaded.error && <Failure error={loaded.error} again={loaded.load} />}
      <Grid
        name="item-choice"
        columns={shown}
        rows={loaded.rows}
        idOf={(row) => row.item}
        open={(row) => go(page, { item: row.item })}
        loading={loaded.loading}
      />
    </>
  );
}
