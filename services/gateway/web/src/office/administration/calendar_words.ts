import { saying } from '../../base/words';

export const say = saying({
  calendar: ['日历', 'Calendar'],
  year: ['年份', 'Year'],
  working: ['{n} 个工作日', '{n} working {n|day|days}'],
  weekly: ['每周休息', 'Off every week'],
  help: [
    '点日期使其休息或工作；与每周规律不同的日子有边框。',
    'Press a day to make it free or working; days that differ from the week are framed.',
  ],
  unsaved: ['{n} 处未保存的更改', '{n} {n|change is|changes are} not saved'],
  undo: ['放弃更改', 'Undo'],
  saved: ['日历 {name} 已保存', 'Calendar {name} is saved'],
  fresh: ['新建日历', 'New calendar'],
  name: ['日历编码', 'Code of the calendar'],
  copyOf: ['复制自', 'A copy of'],
  usedBy: ['使用者', 'Used by'],
  plant: ['工厂', 'The plant'],
  center: ['工作中心 {code}', 'Work centre {code}'],
  supplier: ['供应商 {code}', 'Supplier {code}'],
  none: ['（工厂日历）', '(that of the plant)'],
  everyDay: ['（每天工作）', '(every day works)'],
  none_yet: ['还没有日历：每天都是工作日', 'There is no calendar yet: every day works'],
  assigned: ['{who} 的日历已更改', 'The calendar of {who} is changed'],
  free: ['休息', 'free'],
  works: ['工作', 'works'],
} as const);
