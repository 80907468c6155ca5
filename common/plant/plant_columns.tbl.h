/* clang-format off: one column a line */
/*
 * Every column of the plant folder: one row each, and this is the only list.  ROW is the struct of
 * a file's rows.
 *
 *     TEXTUAL(kind, header, Chinese header, required, field)        empty: text 0
 *     REFERENCE(kind, header, Chinese header, required, field)      empty: NO_INDEX, for a calendar
 * text 0 NUMBER(kind, header, Chinese header, required, field, default, least, greatest)
 *     WORDS(kind, header, Chinese header, required, field, default, words)
 */
#undef ROW
#define ROW struct plant_facts
FILE_BEGIN(FILE_PLANT, "plant.csv", "plant", NO_ARRAY)
TEXTUAL(COLUMN_CODE, "plant", "工厂", false, plant)
TEXTUAL(COLUMN_TEXT, "name", "名称", false, name)
TEXTUAL(COLUMN_CODE, "currency", "币种", false, currency)
NUMBER(COLUMN_DATE, "plan_start", "计划开始日期", false, plan_start, NO_DATE, DATE_MIN, DATE_MAX)
NUMBER(COLUMN_INT, "horizon_days", "计划天数", false, horizon_days, 365, 1, DAYS_MOST)
TEXTUAL(COLUMN_CODE, "time_zone", "时区", false, time_zone)
REFERENCE(COLUMN_CALENDAR, "calendar", "日历", false, calendar)
WORDS(COLUMN_ENUM, "date_style", "日期格式", false, date_style, 0, date_styles)
NUMBER(COLUMN_INT, "reschedule_days", "重排天数", false, reschedule_days, NO_DAYS, 0, DAYS_MOST)
FILE_END

#undef ROW
#define ROW struct calendar_day
FILE_BEGIN(FILE_CALENDAR, "calendar.csv", "calendar", ARRAY_OF(calendar_days))
TEXTUAL(COLUMN_CODE, "calendar", "日历", true, calendar)
NUMBER(COLUMN_DATE, "date", "日期", false, date, NO_DATE, DATE_MIN, DATE_MAX)
NUMBER(COLUMN_INT, "weekday", "星期", false, weekday, NO_DAYS, 1, 7)
NUMBER(COLUMN_BOOL, "working", "工作日", false, working, 1, 0, 1)
FILE_END

#undef ROW
#define ROW struct item_row
FILE_BEGIN(FILE_ITEMS, "items.csv", "item", ARRAY_OF(items))
REFERENCE(COLUMN_NEW_ITEM, "item", "物料编码", true, code)
TEXTUAL(COLUMN_TEXT, "name", "物料名称", false, item.name)
WORDS(COLUMN_ENUM, "type", "物料类型", true, item.type, 0, item_types)
TEXTUAL(COLUMN_CODE, "uom", "单位", false, item.uom)
NUMBER(COLUMN_DECIMALS, "decimals", "小数位数", false, item.decimals, NO_DECIMALS, 0, 6)
NUMBER(COLUMN_INT, "lead_time_days", "提前期天数", false, item.lead_time_days, NO_DAYS, 0,
       DAYS_MOST)
NUMBER(COLUMN_QTY, "lead_time_per_unit_days", "单件提前期天数", false,
       params.lead_time_per_unit_days, 0, ZERO, MOST)
NUMBER(COLUMN_ITEM_QTY, "safety_stock", "安全库存", false, item.safety_stock, 0, ZERO, MOST)
NUMBER(COLUMN_INT, "safety_days", "安全天数", false, params.safety_days, 0, 0, DAYS_MOST)
WORDS(COLUMN_ENUM, "lot_rule", "批量规则", false, params.lot_rule, 0, lot_rules)
NUMBER(COLUMN_ITEM_QTY, "lot_qty", "批量", false, params.lot_qty, NONE, ONE_MICRO, MOST)
NUMBER(COLUMN_ITEM_QTY, "lot_min", "最小批量", false, params.lot_min, NONE, ZERO, MOST)
NUMBER(COLUMN_ITEM_QTY, "lot_max", "最大批量", false, params.lot_max, NONE, ONE_MICRO, MOST)
NUMBER(COLUMN_ITEM_QTY, "lot_multiple", "批量倍数", false, params.lot_multiple, NONE, ONE_MICRO,
       MOST)
NUMBER(COLUMN_INT, "lot_periods", "批量期数", false, params.lot_periods, NO_DAYS, 1, DAYS_MOST)
WORDS(COLUMN_ENUM, "foq_mode", "固定批量方式", false, params.foq_mode, 0, foq_modes)
NUMBER(COLUMN_ITEM_QTY, "reorder_point", "再订货点", false, params.reorder_point, NONE, ZERO, MOST)
NUMBER(COLUMN_ITEM_QTY, "stock_min", "最低库存", false, params.stock_min, NONE, ZERO, MOST)
NUMBER(COLUMN_ITEM_QTY, "stock_max", "最高库存", false, params.stock_max, NONE, ZERO, MOST)
WORDS(COLUMN_ENUM, "ppb_look", "零件周期前后看", false, params.ppb_look, 0, ppb_looks)
NUMBER(COLUMN_QTY, "costing_lot_qty", "成本批量", false, params.costing_lot_qty, QTY_SCALE,
       ONE_MICRO, MOST)
WORDS(COLUMN_ENUM, "segment_policy", "分段策略", false, params.segment_policy, 0, segment_policies)
TEXTUAL(COLUMN_CODE, "source_plant", "来源工厂", false, params.source_plant)
NUMBER(COLUMN_INT, "forecast_back_days", "预测前冲天数", false, params.forecast_back_days, 0, 0,
       DAYS_MOST)
NUMBER(COLUMN_INT, "forecast_forward_days", "预测后冲天数", false, params.forecast_forward_days, 0,
       0, DAYS_MOST)
NUMBER(COLUMN_COST, "order_cost", "订货成本", false, params.order_cost, NONE, ZERO, MOST)
NUMBER(COLUMN_COST, "holding_cost", "持有成本", false, params.holding_cost, NONE, ZERO, MOST)
NUMBER(COLUMN_QTY, "yield_pct", "成品率", false, params.yield_pct, PERCENT_ALL, ONE_MICRO,
       PERCENT_ALL)
NUMBER(COLUMN_INT, "planning_fence_days", "计划时界天数", false, params.planning_fence_days, 0, 0,
       DAYS_MOST)
NUMBER(COLUMN_INT, "demand_fence_days", "需求时界天数", false, params.demand_fence_days, 0, 0,
       DAYS_MOST)
NUMBER(COLUMN_INT, "reschedule_days", "重排天数", false, params.reschedule_days, NO_DAYS, 0,
       DAYS_MOST)
NUMBER(COLUMN_INT, "min_days", "最小移动天数", false, params.min_days, 0, 0, DAYS_MOST)
NUMBER(COLUMN_QTY, "min_quantity", "最小变动数量", false, params.min_quantity, 0, ZERO, MOST)
WORDS(COLUMN_ENUM, "valuation", "计价方法", false, params.valuation, 0, valuations)
NUMBER(COLUMN_COST, "unit_cost", "单位成本", false, item.unit_cost, NONE, ZERO, MOST)
WORDS(COLUMN_ENUM, "tracking", "追踪方式", false, params.tracking, 0, trackings)
NUMBER(COLUMN_INT, "shelf_life_days", "保质期天数", false, params.shelf_life_days, NO_DAYS, 0,
       DAYS_MOST)
TEXTUAL(COLUMN_CODE, "abc", "ABC分类", false, params.abc)
TEXTUAL(COLUMN_CODE, "class", "分类", false, params.class)
NUMBER(COLUMN_BOOL, "allow_negative", "允许负库存", false, params.allow_negative, 0, 0, 1)
NUMBER(COLUMN_BOOL, "active", "启用", false, params.active, 1, 0, 1)
TEXTUAL(COLUMN_CODE, "template", "模板物料", false, params.template)
FILE_END

#undef ROW
#define ROW struct unit
FILE_BEGIN(FILE_UNITS, "units.csv", "unit", ARRAY_OF(units))
TEXTUAL(COLUMN_CODE, "from", "原单位", true, from)
TEXTUAL(COLUMN_CODE, "to", "目标单位", true, to)
NUMBER(COLUMN_QTY, "factor", "换算系数", true, factor, 0, ONE_MICRO, MOST)
REFERENCE(COLUMN_ITEM, "item", "物料编码", false, item)
WORDS(COLUMN_ENUM, "rounding", "取整方式", false, rounding, 0, roundings)
FILE_END

#undef ROW
#define ROW struct rate
FILE_BEGIN(FILE_RATES, "rates.csv", "rate", ARRAY_OF(rates))
TEXTUAL(COLUMN_CODE, "currency", "币种", true, currency)
NUMBER(COLUMN_DATE, "date", "日期", true, date, NO_DATE, DATE_MIN, DATE_MAX)
NUMBER(COLUMN_QTY, "rate", "汇率", true, rate, 0, ONE_MICRO, MOST)
FILE_END

#undef ROW
#define ROW struct partner
FILE_BEGIN(FILE_PARTNERS, "partners.csv", "partner", ARRAY_OF(partners))
TEXTUAL(COLUMN_CODE, "partner", "往来单位", true, partner)
TEXTUAL(COLUMN_TEXT, "name", "名称", false, name)
WORDS(COLUMN_ENUM, "kind", "往来类型", true, kind, 0, partner_kinds)
TEXTUAL(COLUMN_CODE, "class", "分类", false, class)
TEXTUAL(COLUMN_CODE, "currency", "币种", false, currency)
NUMBER(COLUMN_INT, "payment_days", "账期天数", false, payment_days, NO_DAYS, 0, DAYS_MOST)
TEXTUAL(COLUMN_TEXT, "contact", "联系人", false, contact)
TEXTUAL(COLUMN_TEXT, "phone", "电话", false, phone)
TEXTUAL(COLUMN_TEXT, "email", "邮箱", false, email)
TEXTUAL(COLUMN_TEXT, "tax_id", "税号", false, tax_id)
FILE_END

#undef ROW
#define ROW struct safety_level
FILE_BEGIN(FILE_SAFETY_STOCK, "safety_stock.csv", "safety_stock", ARRAY_OF(safety_levels))
REFERENCE(COLUMN_ITEM, "item", "物料编码", true, item)
NUMBER(COLUMN_DATE, "from", "起始日期", true, from, NO_DATE, DATE_MIN, DATE_MAX)
NUMBER(COLUMN_ITEM_QTY, "safety_stock", "安全库存", true, safety_stock, 0, ZERO, MOST)
FILE_END

#undef ROW
#define ROW struct work_center
FILE_BEGIN(FILE_WORK_CENTERS, "work_centers.csv", "work_center", ARRAY_OF(work_centers))
TEXTUAL(COLUMN_CODE, "work_center", "工作中心", true, work_center)
TEXTUAL(COLUMN_TEXT, "name", "名称", false, name)
NUMBER(COLUMN_COST, "labor_rate", "人工费率", false, labor_rate, 0, ZERO, MOST)
NUMBER(COLUMN_COST, "machine_rate", "机器费率", false, machine_rate, 0, ZERO, MOST)
NUMBER(COLUMN_COST, "overhead_rate", "制造费用率", false, overhead_rate, 0, ZERO, MOST)
WORDS(COLUMN_ENUM, "overhead_basis", "制造费用基准", false, overhead_basis, 0, overhead_bases)
NUMBER(COLUMN_QTY, "hours_per_day", "每日工时", false, hours_per_day, NONE, ZERO, HOURS_MOST)
NUMBER(COLUMN_QTY, "efficiency_pct", "效率", false, efficiency_pct, PERCENT_ALL, ONE_MICRO, MOST)
REFERENCE(COLUMN_CALENDAR, "calendar", "日历", false, calendar)
FILE_END

#undef ROW
#define ROW struct supplier
FILE_BEGIN(FILE_SUPPLIERS, "suppliers.csv", "supplier", ARRAY_OF(suppliers))
REFERENCE(COLUMN_ITEM, "item", "物料编码", true, item)
TEXTUAL(COLUMN_CODE, "supplier", "供应商", true, supplier)
NUMBER(COLUMN_COST, "price", "价格", false, price, NONE, ZERO, MOST)
TEXTUAL(COLUMN_CODE, "currency", "币种", false, currency)
NUMBER(COLUMN_QTY, "price_from_qty", "价格起始数量", false, price_from_qty, 0, ZERO, MOST)
NUMBER(COLUMN_QTY, "min_qty", "最小订货量", false, min_qty, NONE, ZERO, MOST)
NUMBER(COLUMN_QTY, "multiple", "订货倍数", false, multiple, NONE, ONE_MICRO, MOST)
NUMBER(COLUMN_INT, "lead_time_days", "提前期天数", false, lead_time_days, NO_DAYS, 0, DAYS_MOST)
REFERENCE(COLUMN_CALENDAR, "calendar", "日历", false, calendar)
NUMBER(COLUMN_INT, "priority", "优先级", false, priority, NO_DAYS, 0, DAYS_MOST)
NUMBER(COLUMN_QTY, "quota_pct", "配额比例", false, quota_pct, NONE, ZERO, PERCENT_ALL)
NUMBER(COLUMN_DATE, "valid_from", "生效日期", false, valid_from, DATE_FIRST, DATE_MIN, DATE_MAX)
NUMBER(COLUMN_DATE, "valid_to", "失效日期", false, valid_to, DATE_LAST, DATE_MIN, DATE_MAX)
TEXTUAL(COLUMN_CODE, "uom", "采购单位", false, uom)
NUMBER(COLUMN_QTY, "uom_factor", "单位换算系数", false, uom_factor, QTY_SCALE, ONE_MICRO, MOST)
FILE_END

#undef ROW
#define ROW struct order_cost
FILE_BEGIN(FILE_ORDER_COSTS, "order_costs.csv", "order_cost", ARRAY_OF(order_costs))
REFERENCE(COLUMN_ITEM, "item", "物料编码", true, item)
NUMBER(COLUMN_DATE, "date", "日期", true, date, NO_DATE, DATE_MIN, DATE_MAX)
NUMBER(COLUMN_COST, "order_cost", "订货成本", true, order_cost, 0, ZERO, MOST)
FILE_END

#undef ROW
#define ROW struct bom_wide
FILE_BEGIN(FILE_BOM, "bom.csv", "bom", ARRAY_OF(bom_lines))
REFERENCE(COLUMN_ITEM, "parent", "父物料编码", true, line.parent)
REFERENCE(COLUMN_ITEM, "component", "子物料编码", true, line.component)
NUMBER(COLUMN_QTY, "qty", "用量", true, line.qty, 0, ZERO, MOST)
NUMBER(COLUMN_QTY, "per_qty", "基数", false, terms.per_qty, QTY_SCALE, ONE_MICRO, MOST)
TEXTUAL(COLUMN_CODE, "uom", "单位", false, terms.uom)
NUMBER(COLUMN_BOOL, "qty_fixed", "固定用量", false, terms.qty_fixed, 0, 0, 1)
NUMBER(COLUMN_QTY, "pieces", "件数", false, terms.pieces, QTY_SCALE, ZERO, MOST)
NUMBER(COLUMN_QTY, "scrap_pct", "损耗率", false, terms.scrap_pct, 0, ZERO, SCRAP_MOST)
WORDS(COLUMN_ENUM, "kind", "子件类型", false, terms.kind, 0, bom_kinds)
NUMBER(COLUMN_QTY, "cost_share_pct", "成本分摊比例", false, terms.cost_share_pct, NONE, ZERO,
       PERCENT_ALL)
TEXTUAL(COLUMN_CODE, "operation", "工序", false, terms.operation)
TEXTUAL(COLUMN_CODE, "revision", "版本", false, terms.revision)
TEXTUAL(COLUMN_CODE, "alternative", "替代方案", false, terms.alternative)
NUMBER(COLUMN_INT, "alternative_priority", "替代方案优先级", false, terms.alternative_priority, 0,
       0, DAYS_MOST)
NUMBER(COLUMN_DATE, "valid_from", "生效日期", false, terms.valid_from, DATE_FIRST, DATE_MIN,
       DATE_MAX)
NUMBER(COLUMN_DATE, "valid_to", "失效日期", false, terms.valid_to, DATE_LAST, DATE_MIN, DATE_MAX)
TEXTUAL(COLUMN_CODE, "substitute_group", "替代组", false, terms.substitute_group)
NUMBER(COLUMN_INT, "substitute_priority", "替代优先级", false, terms.substitute_priority, 0, 0,
       DAYS_MOST)
NUMBER(COLUMN_QTY, "mix_pct", "混用比例", false, terms.mix_pct, NONE, ZERO, PERCENT_ALL)
NUMBER(COLUMN_QTY, "lot_from", "批量下限", false, terms.lot_from, 0, ZERO, MOST)
NUMBER(COLUMN_QTY, "lot_to", "批量上限", false, terms.lot_to, INT64_MAX, ZERO, MOST)
NUMBER(COLUMN_INT, "offset_days", "偏置天数", false, terms.offset_days, NO_DAYS, -DAYS_MOST,
       DAYS_MOST)
TEXTUAL(COLUMN_CODE, "position", "位置号", false, line.position)
TEXTUAL(COLUMN_TEXT, "designators", "位号", false, terms.designators)
TEXTUAL(COLUMN_CODE, "inherited_from", "继承自", false, terms.inherited_from)
FILE_END

#undef ROW
#define ROW struct operation
FILE_BEGIN(FILE_ROUTING, "routing.csv", "routing", ARRAY_OF(operations))
REFERENCE(COLUMN_ITEM, "item", "物料编码", true, item)
TEXTUAL(COLUMN_CODE, "operation", "工序", true, operation)
REFERENCE(COLUMN_WORK_CENTER, "work_center", "工作中心", true, work_center)
TEXTUAL(COLUMN_CODE, "alternative", "替代方案", false, alternative)
NUMBER(COLUMN_INT, "alternative_priority", "替代方案优先级", false, alternative_priority, 0, 0,
       DAYS_MOST)
NUMBER(COLUMN_DATE, "valid_from", "生效日期", false, valid_from, DATE_FIRST, DATE_MIN, DATE_MAX)
NUMBER(COLUMN_DATE, "valid_to", "失效日期", false, valid_to, DATE_LAST, DATE_MIN, DATE_MAX)
TEXTUAL(COLUMN_CODE, "parallel_group", "并行组", false, parallel_group)
NUMBER(COLUMN_QTY, "setup", "准备时间", false, setup, 0, ZERO, MOST)
NUMBER(COLUMN_QTY, "run", "加工时间", false, run, 0, ZERO, MOST)
NUMBER(COLUMN_QTY, "cleanup", "清理时间", false, cleanup, 0, ZERO, MOST)
WORDS(COLUMN_ENUM, "time_unit", "时间单位", false, time_unit, 0, time_units)
NUMBER(COLUMN_QTY, "per_qty", "基数", false, per_qty, QTY_SCALE, ONE_MICRO, MOST)
NUMBER(COLUMN_QTY, "run_size", "每轮数量", false, run_size, NONE, ONE_MICRO, MOST)
NUMBER(COLUMN_INT, "lead_time_days", "提前期天数", false, lead_time_days, NO_DAYS, 0, DAYS_MOST)
NUMBER(COLUMN_QTY, "scrap_pct", "损耗率", false, scrap_pct, 0, ZERO, SCRAP_MOST)
NUMBER(COLUMN_COST, "subcontract_price", "外协价格", false, subcontract_price, NONE, ZERO, MOST)
TEXTUAL(COLUMN_CODE, "supplier", "供应商", false, supplier)
FILE_END

#undef ROW
#define ROW struct stock
FILE_BEGIN(FILE_STOCK, "stock.csv", "stock_balance", ARRAY_OF(stocks))
REFERENCE(COLUMN_ITEM, "item", "物料编码", true, item)
NUMBER(COLUMN_ITEM_QTY, "qty", "数量", true, qty, 0, LEAST, MOST)
TEXTUAL(COLUMN_CODE, "location", "库位", false, location)
TEXTUAL(COLUMN_CODE, "lot", "批号", false, lot)
WORDS(COLUMN_ENUM, "status", "质量状态", false, status, 0, stock_statuses)
NUMBER(COLUMN_DATE, "expiry", "到期日期", false, expiry, NO_DATE, DATE_MIN, DATE_MAX)
NUMBER(COLUMN_COST, "unit_cost", "单位成本", false, unit_cost, NONE, ZERO, MOST)
TEXTUAL(COLUMN_CODE, "segment", "分段", false, segment)
TEXTUAL(COLUMN_CODE, "owner", "货主", false, owner)
FILE_END

#undef ROW
#define ROW struct demand
FILE_BEGIN(FILE_DEMAND, "demand.csv", "demand", ARRAY_OF(demands))
REFERENCE(COLUMN_ITEM, "item", "物料编码", true, item)
NUMBER(COLUMN_DATE, "due", "需求日期", true, due, NO_DATE, DATE_MIN, DATE_MAX)
NUMBER(COLUMN_QTY, "qty", "数量", true, qty, 0, ZERO, MOST)
TEXTUAL(COLUMN_CODE, "uom", "单位", false, uom)
WORDS(COLUMN_ENUM, "kind", "需求类型", false, kind, 0, demand_kinds)
NUMBER(COLUMN_INT, "days", "天数", false, days, NO_DAYS, 1, DAYS_MOST)
TEXTUAL(COLUMN_CODE, "reference", "单号", false, reference)
TEXTUAL(COLUMN_CODE, "customer", "客户", false, customer)
NUMBER(COLUMN_INT, "priority", "优先级", false, priority, NO_DAYS, 0, DAYS_MOST)
TEXTUAL(COLUMN_CODE, "segment", "分段", false, segment)
NUMBER(COLUMN_QTY, "shipped", "已发货", false, shipped, 0, ZERO, MOST)
NUMBER(COLUMN_COST, "price", "销售单价", false, price, NONE, ZERO, MOST)
FILE_END

#undef ROW
#define ROW struct supply
FILE_BEGIN(FILE_SUPPLY, "supply.csv", "supply", ARRAY_OF(supplies))
REFERENCE(COLUMN_ITEM, "item", "物料编码", true, item)
NUMBER(COLUMN_DATE, "due", "到货日期", true, due, NO_DATE, DATE_MIN, DATE_MAX)
NUMBER(COLUMN_ITEM_QTY, "qty", "数量", true, qty, 0, ZERO, MOST)
WORDS(COLUMN_ENUM, "kind", "供应类型", false, kind, 0, supply_kinds)
NUMBER(COLUMN_DATE, "start", "开始日期", false, start, NO_DATE, DATE_MIN, DATE_MAX)
TEXTUAL(COLUMN_CODE, "reference", "单号", false, reference)
NUMBER(COLUMN_BOOL, "firm", "固定", false, firm, 0, 0, 1)
TEXTUAL(COLUMN_CODE, "segment", "分段", false, segment)
FILE_END

#undef ROW
#define ROW struct order_component
FILE_BEGIN(FILE_ORDER_COMPONENTS, "order_components.csv", "order_components",
           ARRAY_OF(order_components))
TEXTUAL(COLUMN_CODE, "reference", "单号", true, reference)
REFERENCE(COLUMN_ITEM, "item", "物料编码", true, item)
NUMBER(COLUMN_ITEM_QTY, "qty", "数量", true, qty, 0, ZERO, MOST)
NUMBER(COLUMN_DATE, "due", "需求日期", false, due, NO_DATE, DATE_MIN, DATE_MAX)
TEXTUAL(COLUMN_CODE, "operation", "工序", false, operation)
TEXTUAL(COLUMN_CODE, "segment", "分段", false, segment)
FILE_END

#undef ROW
#define ROW struct movement
FILE_BEGIN(FILE_MOVEMENTS, "movements.csv", "movements", ARRAY_OF(movements))
NUMBER(COLUMN_SEQ, "seq", "序号", true, seq, 0, 1, INT64_MAX)
REFERENCE(COLUMN_ITEM, "item", "物料编码", true, item)
WORDS(COLUMN_ENUM, "kind", "业务类型", true, kind, 0, movement_kinds)
NUMBER(COLUMN_ITEM_QTY, "qty", "数量", false, qty, NONE, LEAST, MOST)
NUMBER(COLUMN_AMOUNT, "amount", "金额", false, amount, NONE, LEAST, MOST)
NUMBER(COLUMN_COST, "unit_cost", "单位成本", false, unit_cost, NONE, ZERO, MOST)
TEXTUAL(COLUMN_CODE, "lot", "批号", false, lot)
TEXTUAL(COLUMN_CODE, "location", "库位", false, location)
NUMBER(COLUMN_SEQ, "of_seq", "对应序号", false, of_seq, 0, 1, INT64_MAX)
TEXTUAL(COLUMN_CODE, "reference", "单号", false, reference)
NUMBER(COLUMN_DATE, "effective_on", "业务日期", false, effective_on, NO_DATE, DATE_MIN, DATE_MAX)
FILE_END
