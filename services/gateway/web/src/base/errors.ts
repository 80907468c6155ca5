import { language } from './words';

/*
 * What the API says when it says no, in the reader's language.  It speaks English with quoted names
 * (`item "X" does not exist`); in Chinese the outcome has its sentence (a row for each of
 * common/base/status.tbl.h, tests/checks/page_errors.py holds the two together), frequent details
 * have one of their own, and of all others the names and numbers are kept.  The English stays at hand
 * as the error's `detail`.
 */
const OUTCOMES: Record<string, string> = {
  MALFORMED: '请求格式有误',
  UNAUTHENTICATED: '请先登录',
  FORBIDDEN: '您没有此操作的权限',
  CONFIRM: '请再次输入密码确认',
  INVALID: '输入无效',
  NOT_WHOLE: '数量的小数位数超出单位允许',
  FUTURE_TIME: '时间晚于服务器当前时间',
  NOT_FOUND: '找不到',
  UNKNOWN_LOCATION: '没有这个库位',
  KEY_REUSED: '同一幂等键已用于另一请求',
  EXISTS: '已经存在',
  SERIAL_EXISTS: '序列号已被占用',
  ORDER_CLOSED: '订单已关闭',
  STATE_CONFLICT: '当前状态不允许此操作',
  CHANGED: '读取之后已被他人修改，请重新读取',
  PERIOD_CLOSED: '业务日期所在期间已关账',
  NOT_ON_ORDER: '该物料不在订单上',
  LOT_EXPIRED: '批次已过期',
  LOT_BLOCKED: '批次被冻结或待检',
  OUT_OF_SEQUENCE: '工序先于其前道工序',
  OVER_TOLERANCE: '数量超出订单允许，请填写原因',
  OVER_RECEIPT: '数量超过订单可入库数',
  OVER_RETURN: '数量超过可退数',
  INSUFFICIENT_STOCK: '库存不足',
  NEGATIVE_LATER: '之后某日库存将为负',
  BOM_CYCLE: '物料清单成环',
  LIMIT: '超出限制',
  OVERFLOW: '数值超出范围',
  BUSY: '服务繁忙，请稍候重试',
  DEADLINE: '处理超时，请重试',
  UNAVAILABLE: '服务暂时不可用，请稍候重试',
  COMMIT_UNKNOWN: '结果未知，请用同一按钮重试，不会重复过账',
  INTERNAL: '服务器内部错误',
  NO_CONNECTION: '连接不到服务器',
};

/** What the API's nouns and fields are called. */
const NOUNS: Record<string, string> = {
  account: '科目',
  amount: '金额',
  'application identifier': '应用标识符',
  badge: '工牌',
  bill: '物料清单',
  calendar: '日历',
  change: '变更',
  column: '列',
  component: '子件',
  'cost version': '成本版本',
  count: '盘点',
  currency: '币种',
  customer: '客户',
  date: '日期',
  device: '终端',
  document: '单据',
  due_on: '到期日',
  'engineering change': '工程变更',
  file: '文件',
  invoice: '发票',
  item: '物料',
  'kept plan': '保存的计划',
  key: '参数',
  limit: '上限',
  line: '行',
  lines: '行',
  location: '库位',
  login: '用户名',
  lot: '批次',
  'mass change': '批量修改',
  member: '成员',
  method: '方法',
  name: '名称',
  note: '备注',
  operation: '工序',
  order: '订单',
  partner: '往来单位',
  password: '密码',
  pin: 'PIN',
  plan_start: '计划开始日期',
  plant: '工厂',
  'planned order': '计划订单',
  position: '位号',
  price: '单价',
  priority: '优先级',
  'purchase order': '采购订单',
  purchase_order: '采购订单',
  qty: '数量',
  quantity: '数量',
  reason: '原因',
  reference: '单据',
  report: '报表',
  revision: '版次',
  role: '角色',
  roles: '角色',
  row: '行',
  'sales order': '销售订单',
  sales_order: '销售订单',
  segment: '专用段',
  'serial number': '序列号',
  service: '服务',
  simulation: '模拟',
  start_on: '开始日期',
  status: '状态',
  supplier: '供应商',
  template: '模板',
  text: '文字',
  token: '令牌',
  type: '类型',
  unit: '单位',
  uom: '单位',
  user: '用户',
  value: '值',
  version: '版本',
  view: '视图',
  webhook: '推送地址',
  'time zone': '时区',
  time_zone: '时区',
  horizon_days: '计划期',
  reschedule_days: '重排期',
  days: '天数',
  weekend: '每周休息日',
  'work center': '工作中心',
  work_center: '工作中心',
  work_centers: '工作中心',
  'work centre': '工作中心',
  'work order': '工单',
  work_order: '工单',
};

/** Frequent details; $1, $2 ... are as the API says them, and a noun where they are one. */
const DETAILS: readonly (readonly [RegExp, string])[] = [
  [/^(.+?) "(.*)" does not exist$/, '$1“$2”不存在'],
  [/^(.+?) "(.*)" is not active$/, '$1“$2”已停用'],
  [/^(.+?) "(.*)" (?:already exists|exists already)$/, '$1“$2”已经存在'],
  [/^item "(.*)" is not on work order "(.*)"$/, '物料“$1”不在工单“$2”上'],
  [/^(.+?) "(.*)" is at version (\d+), not (\d+).*$/, '$1“$2”已是版本 $3，您看到的是 $4：请重新读取'],
  [/^"(.*)" was changed by "(.*)" after it was read$/, '“$1”在您读取之后被“$2”修改'],
  [/^(\w[\w ]*?) is missing$/, '请填写$1'],
  [/^an? (\w[\w ]*?) is needed(?:, .*)?$/, '请填写$1'],
  [/^a (\w+) of 1 to (\d+) bytes is needed$/, '请填写$1（1 至 $2 字节）'],
  [/^(\w+) has (\d+) bytes, at most (\d+) fit$/, '$1有 $2 字节，最多 $3 字节'],
  [/^(?:an? )?(\w[\w ]*?) needs a reason.*$/, '请填写原因'],
  [/^at least one (\w+) is needed$/, '至少需要一个$1'],
  [/^an order needs at least one line$/, '订单至少需要一行'],
  [/^"(.*)" is not one of (.*)$/, '“$1”无效，可选：$2'],
  [/^(\w+) is not one of (.*)$/, '$1无效，可选：$2'],
  [/^(\w+) must be a whole number, not "?(.*?)"?$/, '$1须为整数，不能是 $2'],
  [/^(\w+) (\S+) is outside (\S+)\.\.(\S+)$/, '$1 $2 应在 $3 至 $4 之间'],
  [/^(time zone|calendar) "(.*)" does not exist$/, '没有$1“$2”'],
  [/^"(.*)" is not a date.*$/, '“$1”不是日期，请写作 2026-01-31'],
  [/^"(.*)" is not a (?:number|quantity|whole number).*$/, '“$1”不是数字'],
  [/^"(.*)" is not a code.*$/, '“$1”不能作编码（首尾不能有空格）'],
  [/^"(.*)" is not within (.*)$/, '“$1”应在 $2 之间'],
  [/^(\w+) (?:must be (?:positive|above (?:0|zero)))$/, '$1必须大于零'],
  [/^quantity (\S+) is not above zero$/, '数量必须大于零，当前为 $1'],
  [/^(\w+) (?:cannot be|must be given and not) negative$/, '$1不能为负'],
  [/^quantity (\S+) is not a whole number of (.*)$/, '数量 $1 不是整数（单位 $2）'],
  [
    /^quantity (\S+) has more than the (\d+) decimals of (?:item )?"?([^"]*)"?$/,
    '数量 $1 的小数超过 $3 允许的 $2 位',
  ],
  [/^item "(.*)" has (\S+) in stock, (\S+) asked$/, '物料“$1”库存 $2，需要 $3'],
  [/^item "(.*)" has (\S+) (\S+) in location "(.*)", (\S+) asked$/, '物料“$1”在库位“$4”有 $2 $3，需要 $5'],
  [/^item "(.*)" has (\S+) (\S+), (\S+) asked$/, '物料“$1”有 $2 $3，需要 $4'],
  [
    /^(\d+) components are missing, the first is item "(.*)": (\S+) free, (\S+) needed$/,
    '缺 $1 种用料，第一种是物料“$2”：可用 $3，需要 $4',
  ],
  [/^item "(.*)" would have (\S+) on (\S+)$/, '物料“$1”在 $3 将剩 $2'],
  [
    /^the order needs (\S+) of item "(.*)" and has (\S+), (\S+) asked is more than .*$/,
    '订单需要物料“$2” $1，已领 $3，再领 $4 超出允许：请填写原因',
  ],
  [
    /^(\S+) received and scrapped in all is more than (\S+) % above the (\S+) started$/,
    '累计入库加报废 $1，超过开工数 $3 的 $2%',
  ],
  [/^(\S+) of item "(.*)" can be returned, (\S+) asked$/, '物料“$2”可退 $1，要求退 $3'],
  [/^(\S+) is in a closed period, open is (\S+) and later$/, '$1 所在期间已关账，$2 起可过账'],
  [/^(.+?) "(.*)" is (\w[\w ]*), not (\w[\w ]*)$/, '$1“$2”的状态是 $3，须为 $4'],
  [/^(.+?) "(.*)" is (closed|cancelled|completed|shipped|held|draft|released|sent)$/, '$1“$2”的状态是 $3'],
  [/^planned order "(.*)" has changed: it is now (.*) due on (\S+)$/, '计划订单“$1”已变：现在是 $2，$3 到期'],
  [/^planned order "(.*)" was accepted already$/, '计划订单“$1”已被接受'],
  [/^(?:login or password|badge or PIN) is not right$/, '用户名、工牌、密码或 PIN 不正确'],
  [/^too many failed logins.*$/, '登录失败次数过多，请几分钟后再试'],
  [/^a password has (\d+) to (\d+) bytes$/, '密码长度为 $1 至 $2 字节'],
  [/^a PIN (?:has|of) 6 to 12 digits.*$/, 'PIN 为 6 至 12 位数字'],
  [/^the badge belongs to somebody else$/, '此工牌属于他人'],
  [/^you cannot lock yourself out$/, '不能停用自己'],
  [/^bill of material contains a cycle.*?: (.*)$/, '物料清单成环：$1'],
  [/^due_on (\S+) is past$/, '到期日 $1 已过'],
  [/^due_on lies before start_on$|^start_on lies after due_on$/, '到期日早于开始日期'],
  [/^limit (\S+) is outside (\d+)\.\.(\d+)$/, '上限 $1 应在 $2 至 $3 之间'],
  [/^"(.*)" made (.+?) "(.*)" and cannot approve it$/, '“$1”是$2“$3”的制单人，须由他人审批'],
  [/^"(.*)" has no role that permits "(.*)"$/, '“$1”没有允许“$2”的角色'],
  [/^(\w[\w ]*?) "(.*)" is given twice.*?line (\d+)$/, '$1“$2”重复，首次在第 $3 行'],
  [/^row is given twice, first on line (\d+)$/, '此行重复，首次在第 $1 行'],
  [/^row has (\d+) fields, the header has (\d+)$/, '此行有 $1 个字段，表头有 $2 个'],
  [/^(column|key|method|file|row|header row|value) is (unknown|missing|given twice)$/, '$1$2'],
  [/^either a date or a weekday is needed$/, '日期与星期须填其一'],
  [/^quantity (\S+) is negative and item "(.*)" does not allow it$/, '数量 $1 为负，物料“$2”不允许'],
  [/^position "(.*)" is taken by component "(.*)".*$/, '位号“$1”已被子件“$2”占用'],
];

const WORDS: Record<string, string> = {
  unknown: '未知',
  missing: '缺少',
  'given twice': '重复',
  'header row': '表头',
  closed: '已关闭',
  cancelled: '已取消',
  completed: '已完工',
  shipped: '已发货',
  held: '暂停',
  draft: '草稿',
  released: '已下达',
  sent: '已发送',
  available: '可用',
  blocked: '冻结',
  inspection: '待检',
};

const word = (text: string): string => NOUNS[text] ?? WORDS[text] ?? text;

/** What a field of the API is called: "lines[1].quantity" is the quantity of line 2. */
export function fieldWord(field: string): string {
  if (language.value === 'en') return field;
  return field
    .split('.')
    .map((part) => {
      const [, name = part, at] = /^(\w+)\[(\d+)\]$/.exec(part) ?? [];
      return at === undefined ? word(name) : `${word(name)} ${Number(at) + 1}`;
    })
    .join(' · ');
}

/** The names that a message quotes, with what they are. */
function namesIn(message: string): string {
  const found = [...message.matchAll(/(?:([a-z]+ )?([a-z]+) )?"([^"]*)"/g)].map(
    ([, first = '', second = '', name]) => {
      const noun = NOUNS[first + second] ?? NOUNS[second] ?? '';
      return `${noun}“${name}”`;
    },
  );
  return found.join('，');
}

/** A message of the API as its reader is told it; in English as it came. */
export function inWords(code: string, message: string): string {
  if (language.value === 'en') return message || code;
  for (const [form, said] of DETAILS) {
    const match = form.exec(message);
    if (match) return said.replace(/\$(\d)/g, (_, at: string) => word(match[Number(at)] ?? ''));
  }
  const outcome = OUTCOMES[code] ?? '';
  const names = namesIn(message);
  if (!outcome) return message || code;
  return names ? `${outcome}：${names}` : outcome;
}
