import { saying } from '../../base/words';

export const say = saying({
  at: ['时间', 'When'],
  who: ['人员', 'Who'],
  what: ['操作', 'What'],
  object: ['对象', 'Object'],
  result: ['结果', 'Result'],
  change: ['变更', 'Change'],
  device: ['终端', 'Device'],
  address: ['地址', 'Address'],
  row: ['记录', 'Row'],
  field: ['字段', 'Field'],
  before: ['之前', 'Before'],
  after: ['之后', 'After'],
  acted_by: ['人员', 'Who'],
  method: ['操作（含）', 'What (part of it)'],
  from: ['从', 'From'],
  to: ['到', 'To'],
  people: ['人员、令牌与登录（不属于任何工厂）', 'People, tokens, sign-ins (of no plant)'],
  search: ['查询', 'Search'],
  more: ['更早的', 'Older ones'],
  sealed: [
    '已封存 {n} 行，封印 {seal}，待封 {waiting} 行',
    '{n} {n|row|rows} sealed, seal {seal}, {waiting} waiting',
  ],
} as const);
