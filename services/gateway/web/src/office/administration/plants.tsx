import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { ApiError } from '../../base/api';
import { language, saying } from '../../base/words';
import { errorParts, fileOf, sendFiles, type Row } from '../folder';
import { FormDialog, type Values } from '../form';
import type { Column } from '../grid';
import { ListPage, type Loaded, Said } from '../list';
import { choosePlant, plant, plants, runsAll } from '../state';
import { codeColumn, textColumn } from '../pages/columns';
import { say as sayPage } from '../pages/words';
import { say as sayOffice } from '../words';

const say = saying({
  fresh: ['新建工厂', 'New plant'],
  code: ['工厂编码', 'Code'],
  currency: ['币种', 'Currency'],
  currencyForEver: ['币种（账簿的，以后不能改）', 'Currency of its books, for ever'],
  zone: ['时区', 'Time zone'],
  weekend: ['每周休息日（1 周一 … 7 周日，逗号分隔）', 'Days off every week (1 Monday .. 7 Sunday)'],
  made: ['工厂 {code} 已建立，可以导入数据', 'Plant {code} is made; its data can be imported'],
  here: ['当前', 'here'],
} as const);

interface Plant {
  plant: string;
  name?: string;
  currency?: string;
  time_zone?: string;
}

const columns = (): Column<Plant>[] => [
  codeColumn('plant', say('code'), '140px', (row) => row.plant),
  textColumn('name', sayPage('name'), 'minmax(160px, 3fr)', (row) => row.name),
  textColumn('currency', say('currency'), '100px', (row) => row.currency),
  textColumn('zone', say('zone'), '160px', (row) => row.time_zone),
  {
    ...textColumn<Plant>('here', say('here'), '80px', (row) =>
      row.plant === plant.value ? say('here') : '',
    ),
    show: (row) => (row.plant === plant.value ? <span class="tag good">{say('here')}</span> : ''),
  },
];

/** A plant begins as an import of what is set of it, its week, and no item. */
async function make(values: Values): Promise<string> {
  const code = values['plant']?.trim() ?? '';
  const facts: Row[] = ['plant', 'name', 'currency', 'time_zone', 'calendar']
    .map((key) => ({ key, value: (key === 'calendar' ? code : values[key]?.trim()) ?? '' }))
    .filter((row) => row.value);
  const week = (values['weekend'] ?? '').split(/[^\d]+/).filter(Boolean);
  const files = [
    fileOf('plant.csv', facts),
    fileOf(
      'calendar.csv',
      (week.length ? week : ['7']).map((weekday) => ({
        calendar: code,
        date: '',
        weekday,
        working: week.length ? '0' : '1',
      })),
    ),
    { name: 'items.csv', bytes: new TextEncoder().encode('item,type,uom\n') },
  ];
  const report = await sendFiles(code, files);
  const wrong = report.errors?.[0];
  if (wrong) {
    const [file, , column, text] = errorParts(wrong);
    throw new ApiError('INVALID', text, file === 'calendar.csv' ? 'weekend' : column, 422, '');
  }
  return code;
}

export function Plants() {
  const shown = useMemo(columns, [language.value, plant.value]);
  const entering = useSignal<Loaded<Plant> | undefined>(undefined);
  const said = useSignal('');
  const made = useSignal('');
  const values = useSignal<Values>({ time_zone: 'Asia/Shanghai', currency: 'CNY', weekend: '7' });
  return (
    <>
      <Said text={said.value} />
      <ListPage
        name="plants"
        title={sayOffice('plants')}
        at="-"
        method="Access.ListPlants"
        field="plants"
        columns={shown}
        idOf={(row) => row.plant}
        made={made.value}
        open={(row) => choosePlant(row.plant)}
        actions={(loaded) =>
          runsAll() && (
            <button class="button main" onClick={() => (entering.value = loaded)}>
              {say('fresh')}
            </button>
          )
        }
      />
      {entering.value && (
        <FormDialog
          title={say('fresh')}
          method=""
          fields={[
            { name: 'plant', label: say('code'), kind: 'code', required: true },
            { name: 'name', label: sayPage('name'), required: true },
            { name: 'currency', label: say('currencyForEver'), kind: 'code', required: true },
            { name: 'time_zone', label: say('zone'), required: true },
            { name: 'weekend', label: say('weekend') },
          ]}
          values={values}
          body={(now) => now}
          send={async (now) => ({ code: await make(now) })}
          done={(reply) => {
            const code = String(reply['code']);
            said.value = say('made', { code });
            made.value = code;
            if (!plants.value.includes(code)) plants.value = [...plants.value, code].sort();
            entering.value?.load();
          }}
          close={() => (entering.value = undefined)}
        />
      )}
    </>
  );
}
