import { saying } from './words';

/** Words for the codes that the API answers with: states, kinds, messages of the plan. */
const known = {
  make: ['自制', 'make'],
  buy: ['外购', 'buy'],
  transfer: ['调拨', 'transfer'],
  phantom: ['虚拟件', 'phantom'],
  firm: ['已确认', 'firm'],
  planned: ['计划', 'planned'],
  released: ['已下达', 'released'],
  in_progress: ['生产中', 'in progress'],
  completed: ['已完工', 'completed'],
  closed: ['已关闭', 'closed'],
  held: ['暂停', 'on hold'],
  cancelled: ['已取消', 'cancelled'],
  draft: ['草稿', 'draft'],
  approved: ['已批准', 'approved'],
  sent: ['已发送', 'sent'],
  partly_received: ['部分到货', 'partly received'],
  material: ['材料', 'material'],
  labor: ['人工', 'labour'],
  machine: ['机器', 'machine'],
  overhead: ['制造费用', 'overhead'],
  subcontract: ['委外', 'subcontract'],
  'reschedule in': ['提前', 'reschedule in'],
  'reschedule out': ['推后', 'reschedule out'],
  cancel: ['取消', 'cancel'],
  increase: ['增加', 'increase'],
  decrease: ['减少', 'decrease'],
  'release now': ['立即下达', 'release now'],
  expedite: ['加急', 'expedite'],
  shortage: ['缺料', 'shortage'],
  'late demand': ['需求延误', 'late demand'],
  'past due': ['逾期', 'past due'],
  'past due start': ['开工逾期', 'past due start'],
  'below safety stock': ['低于安全库存', 'below safety stock'],
  'data error': ['数据错误', 'data error'],
  available: ['可用', 'available'],
  blocked: ['冻结', 'blocked'],
  inspection: ['待检', 'in inspection'],
} as const satisfies Record<string, readonly [string, string]>;

const say = saying(known);

/** The word for a code; the code itself where there is none. */
export const codeWord = (code: string | undefined): string =>
  code === undefined ? '' : code in known ? say(code as keyof typeof known) : code.replaceAll('_', ' ');
