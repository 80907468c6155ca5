#include "services/cost/journal_core.h"

const struct journal_key_name journal_names[JOURNAL_KEYS] = {
    [JOURNAL_STOCK] = {"stock", "1405", "Inventory", "库存商品"},
    [JOURNAL_WIP] = {"wip", "5001", "Work in process", "生产成本"},
    [JOURNAL_RECEIVED] = {"received", "220201", "Goods received, not invoiced", "应付暂估"},
    [JOURNAL_SALES] = {"sales", "6401", "Cost of sales", "主营业务成本"},
    [JOURNAL_CONSUMED] = {"consumed", "6602", "Consumed without order", "无订单消耗"},
    [JOURNAL_ADJUSTED] = {"adjusted", "190101", "Counts and adjustments", "待处理财产损溢"},
    [JOURNAL_OPENING] = {"opening", "410401", "Opening balance", "期初余额"},
    [JOURNAL_ABSORBED] = {"absorbed", "5101", "Conversion cost absorbed", "制造费用"},
    [JOURNAL_VARIANCES +
        VARIANCE_PRICE] = {"price", "140401", "Material price variance", "材料价格差异"},
    [JOURNAL_VARIANCES + VARIANCE_SCRAP] = {"scrap", "140402", "Scrap variance", "报废差异"},
    [JOURNAL_VARIANCES +
        VARIANCE_USAGE] = {"usage", "140403", "Material usage variance", "材料用量差异"},
    [JOURNAL_VARIANCES +
        VARIANCE_LABOR_RATE] = {"labor_rate", "140404", "Labour rate variance", "人工费率差异"},
    [JOURNAL_VARIANCES + VARIANCE_MACHINE_RATE] = {"machine_rate", "140405",
                                                   "Machine rate variance", "机器费率差异"},
    [JOURNAL_VARIANCES +
        VARIANCE_EFFICIENCY] = {"efficiency", "140406", "Efficiency variance", "效率差异"},
    [JOURNAL_VARIANCES +
        VARIANCE_OVERHEAD] = {"overhead", "140407", "Overhead variance", "制造费用差异"},
    [JOURNAL_VARIANCES +
        VARIANCE_LOT_SIZE] = {"lot_size", "140408", "Lot size variance", "批量差异"},
    [JOURNAL_VARIANCES + VARIANCE_MIX] = {"mix", "140413", "Mix variance", "材料替代差异"},
    [JOURNAL_VARIANCES + VARIANCE_SUBCONTRACT] = {"subcontract", "140414",
                                                  "Subcontract price variance", "委外价格差异"},
    [JOURNAL_VARIANCES + VARIANCE_ROUNDING] = {"rounding", "140409", "Rounding", "尾差"},
    [JOURNAL_PURCHASE_VARIANCE] = {"purchase", "140410", "Purchase price variance", "采购价格差异"},
    [JOURNAL_CORRECTION] = {"correction", "140411", "Correction of negative stock", "负库存更正"},
    [JOURNAL_PAYABLE] = {"payable", "2202", "Payables", "应付账款"},
    [JOURNAL_REVALUATION] = {"revaluation", "140412", "Revaluation of standards", "标准成本重估"},
    [JOURNAL_UNSPLIT] = {"unsplit", "140499", "Variance to be split", "待分解差异"},
};

enum journal_key journal_key_find(struct text key)
{
    int found = 0;
    while (found < JOURNAL_KEYS && !text_is(key, journal_names[found].key))
        found++;
    return (enum journal_key)found;
}

/* Where value comes from that the plant's own accounts do not give. */
static enum journal_key outside_of(const struct journal_line *line)
{
    static const struct {
        const char *kind;
        enum journal_key key;
    } outside[] = {
        {"purchase_receipt", JOURNAL_RECEIVED},
        {"supplier_return", JOURNAL_RECEIVED},
        {"shipment", JOURNAL_SALES},
        {"customer_return", JOURNAL_SALES},
        {"issue", JOURNAL_CONSUMED},
        {"return", JOURNAL_CONSUMED},
        {"opening", JOURNAL_OPENING},
        {"operation", JOURNAL_ABSORBED},
        {JOURNAL_KIND_SUBCONTRACT, JOURNAL_RECEIVED},
        {"correction", JOURNAL_CORRECTION},
        {"invoice", JOURNAL_RECEIVED},
        {"late_cost", JOURNAL_SALES},
        {"revaluation", JOURNAL_REVALUATION},
    };

    for (size_t i = 0; i < COUNT_OF(outside); i++) {
        if (text_is(line->kind, outside[i].kind))
            return outside[i].key;
    }
    return JOURNAL_ADJUSTED;
}

static enum journal_key variance_of(const struct journal_line *line)
{
    if (text_is(line->kind, "settlement"))
        return line->sales ? JOURNAL_SALES : JOURNAL_UNSPLIT;
    if (text_is(line->kind, "invoice") && line->sales)
        return JOURNAL_SALES;
    if (text_is(line->kind, "purchase_receipt") || text_is(line->kind, "supplier_return") ||
        text_is(line->kind, "invoice") || text_is(line->kind, "late_cost"))
        return JOURNAL_PURCHASE_VARIANCE;
    return JOURNAL_CORRECTION;
}

static bool add(struct journal_entries *entries, enum journal_key key, struct amount amount)
{
    return amount_add(entries->amounts[key], amount, &entries->amounts[key]);
}

enum status journal_add(const struct journal_line *line, struct journal_entries *entries,
                        struct fault *fault)
{
    struct amount outside = {0};
    struct amount rest = line->variance;
    bool ok =
        add(entries, JOURNAL_STOCK, line->amount) && add(entries, JOURNAL_WIP, line->wip) &&
        amount_sub(outside, line->amount, &outside) && amount_sub(outside, line->wip, &outside) &&
        amount_sub(outside, line->variance, &outside) &&
        amount_add(outside, line->payable, &outside) && add(entries, outside_of(line), outside) &&
        amount_sub(entries->amounts[JOURNAL_PAYABLE], line->payable,
                   &entries->amounts[JOURNAL_PAYABLE]);
    for (int k = 0; ok && k < VARIANCE_KINDS; k++)
        ok = add(entries, (enum journal_key)(JOURNAL_VARIANCES + k), line->split.amounts[k]) &&
             amount_sub(rest, line->split.amounts[k], &rest);
    if (ok && add(entries, variance_of(line), rest))
        return STATUS_OK;
    return fault_set(fault, STATUS_OVERFLOW, "", "an account is out of range");
}
