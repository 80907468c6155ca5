import { saying } from './words';

/** Words for the codes that the API answers with: states, kinds, messages of the plan. */
const known = {
  new: ['新', 'new'],
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
  posted: ['已过账', 'posted'],
  rejected: ['已驳回', 'rejected'],
  reversed: ['已冲销', 'reversed'],
  simulated: ['已模拟', 'simulated'],
  frozen: ['已冻结', 'frozen'],
  releasing: ['发布中', 'being released'],
  reverting: ['撤回中', 'being reverted'],
  reverted: ['已撤回', 'reverted'],
  withdrawn: ['已作废', 'withdrawn'],
  standard: ['标准成本', 'standard'],
  last: ['最近价', 'last price'],
  average: ['平均价', 'average'],
  supplier: ['供应商价', 'supplier price'],
  labor_rate: ['人工费率', 'labour rate'],
  machine_rate: ['机器费率', 'machine rate'],
  overhead_rate: ['制造费用率', 'overhead rate'],
  currency: ['汇率', 'currency'],
  weight: ['重量', 'weight'],
  value: ['金额', 'value'],
  amount: ['金额', 'amount'],
  invoice: ['供应商发票', 'supplier invoice'],
  freight: ['运费账单', 'freight bill'],
  'engineering change': ['工程变更', 'engineering change'],
  'standard costs': ['标准成本版本', 'standard costs'],
  'period to reopen': ['待反结账期间', 'period to reopen'],
  open: ['未清', 'open'],
  partly_shipped: ['部分发货', 'partly shipped'],
  approve: ['批准', 'approved'],
  send: ['发送', 'sent'],
  close: ['关闭', 'closed'],
  quantity: ['数量', 'quantity'],
  due_on: ['到期', 'due'],
  price: ['单价', 'price'],
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
  now: ['立即', 'now'],
  soon: ['一月内', 'soon'],
  later: ['以后', 'later'],
  stock: ['库存', 'stock'],
  receipt: ['在途', 'receipt'],
  by_product: ['副产品', 'by-product'],
  expired: ['过期', 'expires'],
  order: ['销售订单', 'sales order'],
  forecast: ['预测', 'forecast'],
  component: ['工单用料', 'component'],
  dependent: ['相关需求', 'dependent need'],
  purchase: ['采购订单', 'purchase order'],
  work_order: ['生产工单', 'work order'],
  count: ['盘点', 'count'],
  adjustment: ['调整', 'adjustment'],
  'projected shortage': ['预计缺料', 'projected shortage'],
  'excess stock beyond need': ['多余库存', 'excess stock beyond need'],
  'demand past due': ['需求逾期', 'demand past due'],
  'past due receipt': ['到货逾期', 'past due receipt'],
  'coverage too late': ['供应过晚', 'coverage too late'],
  'bill changed after release': ['下达后清单变更', 'bill changed after release'],
  'quota exceeded': ['超出配额', 'quota exceeded'],
  'capacity overload': ['产能超负荷', 'capacity overload'],
  planner: ['计划员', 'planner'],
  sales: ['销售', 'sales'],
  buyer: ['采购', 'buyer'],
  operator: ['操作工', 'operator'],
  storekeeper: ['仓管员', 'storekeeper'],
  supervisor: ['主管', 'supervisor'],
  engineer: ['工程师', 'engineer'],
  finance: ['财务', 'finance'],
  auditor: ['审计', 'auditor'],
  administrator: ['管理员', 'administrator'],
} as const satisfies Record<string, readonly [string, string]>;

const say = saying(known);

/** Kinds of ledger lines; some of their codes mean something else in a plan. */
const lines = {
  receipt: ['完工入库', 'receipt'],
  issue: ['领料', 'issue'],
  return: ['退料', 'return'],
  operation: ['工序报工', 'operation'],
  settlement: ['工单结算', 'settlement'],
  purchase_receipt: ['采购收货', 'purchase receipt'],
  supplier_return: ['退供应商', 'supplier return'],
  shipment: ['发货', 'shipment'],
  customer_return: ['客户退货', 'customer return'],
  opening: ['期初', 'opening'],
  scrap: ['报废', 'scrap'],
  transfer: ['移库', 'transfer'],
  status: ['状态变更', 'status'],
  correction: ['更正', 'correction'],
  invoice: ['发票', 'invoice'],
  late_cost: ['迟到成本', 'late cost'],
  revaluation: ['重估', 'revaluation'],
  coproduct: ['联产品', 'co-product'],
  byproduct: ['副产品', 'by-product'],
} as const satisfies Record<string, readonly [string, string]>;

const sayLine = saying(lines);

/** The word for the kind of a ledger line. */
export const lineWord = (kind: string | undefined): string =>
  kind !== undefined && kind in lines ? sayLine(kind as keyof typeof lines) : codeWord(kind);

const valuations = {
  standard: ['标准成本', 'standard'],
  average: ['移动平均', 'average'],
  fifo: ['先进先出', 'FIFO'],
} as const satisfies Record<string, readonly [string, string]>;

const sayValuation = saying(valuations);

/** How stock of an item is valued. */
export const valuationWord = (kind: string | undefined): string =>
  kind !== undefined && kind in valuations ? sayValuation(kind as keyof typeof valuations) : codeWord(kind);

/** What made a variance, as accounts are named. */
const variances = {
  price: ['材料价格', 'price'],
  scrap: ['报废', 'scrap'],
  usage: ['材料用量', 'usage'],
  labor_rate: ['人工费率', 'labour rate'],
  machine_rate: ['机器费率', 'machine rate'],
  efficiency: ['效率', 'efficiency'],
  overhead: ['制造费用', 'overhead'],
  lot_size: ['批量', 'lot size'],
  mix: ['材料替代', 'mix'],
  subcontract: ['委外', 'subcontract'],
  rounding: ['尾差', 'rounding'],
} as const satisfies Record<string, readonly [string, string]>;

const sayVariance = saying(variances);

export const varianceWord = (kind: string): string =>
  kind in variances ? sayVariance(kind as keyof typeof variances) : codeWord(kind);

/** The word for a code; the code itself where there is none. */
export const codeWord = (code: string | undefined): string =>
  code === undefined ? '' : code in known ? say(code as keyof typeof known) : code.replaceAll('_', ' ');
