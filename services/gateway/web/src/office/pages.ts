import type { ComponentType } from 'preact';
import { Approvals } from './pages/approvals';
import { Bill } from './pages/bill';
import { ChangePage } from './pages/change';
import { Changes } from './pages/change_list';
import { Cockpit } from './pages/cockpit';
import { Devices } from './pages/devices';
import { Import } from './pages/import';
import { Items } from './pages/items';
import { Ledger } from './pages/ledger';
import { Load } from './pages/load';
import { MassChange } from './pages/mass_change';
import { Messages } from './pages/messages';
import { PurchaseOrders, SalesOrders, TransferOrders, WorkOrders } from './pages/orders';
import { Pegging } from './pages/pegging';
import { Requirements } from './pages/requirements';
import { Services } from './pages/services';
import { Shortages } from './pages/shortages';
import { SimulationPage } from './pages/simulation';
import { Simulations } from './pages/simulations';
import { say as saySimulation } from './pages/simulation_words';
import { Stock } from './pages/stock';
import { Suggestions } from './pages/suggestions';
import { PurchaseOrderPage, SalesOrderPage } from './pages/trade_order';
import { Users } from './pages/users';
import { WorkOrderPage } from './pages/work_order';
import { later } from './later';
import { may, runsAll } from './state';
import { say as sayBill } from './pages/bill_words';
import { say } from './words';

/** Every page once: its place in the menu, its title, who sees it there. */
export interface Page {
  name: string;
  title: () => string;
  view: ComponentType;
  roles?: string[];
  /** Of the whole company: for those who run every plant. */
  all?: boolean;
  /** Reached from other pages only. */
  hidden?: boolean;
}

export interface Group {
  title: () => string;
  pages: Page[];
}

const PLAN = ['planner', 'buyer', 'sales', 'supervisor', 'auditor'];
const DECIDE = ['supervisor', 'finance', 'buyer', 'engineer'];
const SETS = ['planner', 'supervisor', 'finance'];
const MONEY = ['finance', 'auditor', 'supervisor', 'planner'];
const BOOKS = ['finance', 'auditor'];
const COSTS = ['finance', 'auditor', 'engineer', 'planner'];

const administration = (name: keyof typeof import('./administration/index')) =>
  later(() => import('./administration/index').then((all) => all[name]));

const finance = (name: keyof typeof import('./finance/index')) =>
  later(() => import('./finance/index').then((all) => all[name]));

const all: Group[] = [
  {
    title: () => say('planning'),
    pages: [
      { name: 'cockpit', title: () => say('cockpit'), view: Cockpit },
      { name: 'suggestions', title: () => say('suggestions'), view: Suggestions, roles: PLAN },
      { name: 'messages', title: () => say('messages'), view: Messages, roles: PLAN },
      { name: 'requirements', title: () => say('requirements'), view: Requirements },
      { name: 'pegging', title: () => say('pegging'), view: Pegging, roles: PLAN },
      { name: 'load', title: () => say('load'), view: Load, roles: PLAN },
      { name: 'approvals', title: () => say('approvals'), view: Approvals, roles: [...DECIDE, 'engineer'] },
      { name: 'shortages', title: () => say('shortages'), view: Shortages },
      {
        name: 'simulations',
        title: () => saySimulation('simulations'),
        view: Simulations,
        roles: ['planner', 'buyer', 'sales', 'supervisor'],
      },
      { name: 'simulation', title: () => saySimulation('simulation'), view: SimulationPage, hidden: true },
    ],
  },
  {
    title: () => say('orders'),
    pages: [
      { name: 'work-orders', title: () => say('workOrders'), view: WorkOrders },
      { name: 'work-order', title: () => say('workOrder'), view: WorkOrderPage, hidden: true },
      { name: 'purchase-orders', title: () => say('purchaseOrders'), view: PurchaseOrders },
      { name: 'sales-orders', title: () => say('salesOrders'), view: SalesOrders },
      { name: 'transfer-orders', title: () => say('transferOrders'), view: TransferOrders },
      { name: 'purchase-order', title: () => say('purchaseOrder'), view: PurchaseOrderPage, hidden: true },
      { name: 'sales-order', title: () => say('salesOrder'), view: SalesOrderPage, hidden: true },
    ],
  },
  {
    title: () => say('material'),
    pages: [
      { name: 'items', title: () => say('items'), view: Items },
      { name: 'stock', title: () => say('stock'), view: Stock },
      { name: 'bill', title: () => say('bill'), view: Bill },
      { name: 'changes', title: () => sayBill('changes'), view: Changes },
      { name: 'change', title: () => sayBill('engineering'), view: ChangePage, hidden: true },
      { name: 'mass-change', title: () => sayBill('massTitle'), view: MassChange, roles: ['engineer'] },
      { name: 'ledger', title: () => say('ledger'), view: Ledger },
    ],
  },
  {
    title: () => say('finance'),
    pages: [
      { name: 'order-cost', title: () => say('orderCost'), view: finance('OrderCost'), roles: MONEY },
      { name: 'variances', title: () => say('variances'), view: finance('Variances'), roles: BOOKS },
      { name: 'wip', title: () => say('wip'), view: finance('Wip'), roles: MONEY },
      { name: 'stock-value', title: () => say('stockValue'), view: finance('StockValue'), roles: BOOKS },
      { name: 'material-use', title: () => say('materialUse'), view: finance('MaterialUse'), roles: MONEY },
      { name: 'margin', title: () => say('margin'), view: finance('Margin'), roles: BOOKS },
      {
        name: 'price-history',
        title: () => say('priceHistory'),
        view: finance('PriceHistory'),
        roles: BOOKS,
      },
      { name: 'roll-up', title: () => say('rollUp'), view: finance('RollUp'), roles: BOOKS },
      { name: 'what-if', title: () => say('whatIf'), view: finance('WhatIf'), roles: COSTS },
      {
        name: 'cost-versions',
        title: () => say('costVersions'),
        view: finance('CostVersions'),
        roles: COSTS,
      },
      {
        name: 'cost-version',
        title: () => say('costVersions'),
        view: finance('CostVersionPage'),
        hidden: true,
      },
      { name: 'invoices', title: () => say('invoices'), view: finance('Invoices'), roles: BOOKS },
      { name: 'invoice', title: () => say('invoices'), view: finance('InvoicePage'), hidden: true },
      { name: 'late-costs', title: () => say('lateCosts'), view: finance('LateCosts'), roles: BOOKS },
      { name: 'journal', title: () => say('journal'), view: finance('Journal'), roles: BOOKS },
      { name: 'months', title: () => say('months'), view: finance('Months'), roles: BOOKS },
    ],
  },
  {
    title: () => say('administration'),
    pages: [
      { name: 'accounts', title: () => say('accounts'), view: finance('Accounts'), roles: BOOKS },
      { name: 'import', title: () => say('import'), view: Import, roles: ['engineer'] },
      {
        name: 'calendars',
        title: () => say('calendars'),
        view: administration('Calendars'),
        roles: ['engineer'],
      },
      { name: 'parameters', title: () => say('parameters'), view: administration('Parameters'), roles: SETS },
      {
        name: 'plants',
        title: () => say('plants'),
        view: administration('Plants'),
        roles: ['administrator'],
      },
      { name: 'users', title: () => say('users'), view: Users, all: true },
      {
        name: 'tokens',
        title: () => say('tokens'),
        view: administration('Tokens'),
        roles: ['administrator'],
      },
      { name: 'devices', title: () => say('devices'), view: Devices, roles: ['administrator', 'supervisor'] },
      {
        name: 'audit',
        title: () => say('audit'),
        view: administration('Audit'),
        roles: ['auditor', 'administrator'],
      },
      { name: 'services', title: () => say('services'), view: Services },
    ],
  },
];

/** The menu of this person: a page that would only say "forbidden" is not in it. */
export const groups = (): Group[] =>
  all
    .map((group) => ({
      ...group,
      pages: group.pages.filter(
        (page) => !page.hidden && (!page.roles || may(...page.roles)) && (!page.all || runsAll()),
      ),
    }))
    .filter((group) => group.pages.length > 0);

export const pageOf = (name: string): Page | undefined =>
  all.flatMap((group) => group.pages).find((page) => page.name === name);
