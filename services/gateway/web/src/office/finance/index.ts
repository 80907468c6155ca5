/* Finance is one script of its own, fetched when the first of its pages is opened. */
export { Accounts } from './accounts';
export { InvoicePage, Invoices } from './invoices';
export { Journal } from './journal';
export { LateCosts } from './late_costs';
export { Margin } from './margin';
export { MaterialUse } from './material_use';
export { Months } from './months';
export { OrderCost } from './order_cost';
export { PriceHistory } from './price_history';
export { RollUp } from './roll_up';
export { StockValue } from './stock_value';
export { Variances } from './variances';
export { CostVersionPage, CostVersions } from './versions';
export { WhatIf } from './what_if';
export { Wip } from './wip';
