// Finance as an accountant works: what orders cost and why, stock and its journal, bills, standards, a month's end.
// The numbers are those of tests/e2e/page_books.py.
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import {
  axeFaults,
  open,
  same,
  settings,
  shoot,
  signIn,
  sizes,
  soon,
  still,
  story,
  tell,
  truth,
  visit,
} from './browser.mjs';

const { accountant, buyer, controller, order, bill } = settings;

const PAGES = [
  `order-cost?order=${order}`,
  `order-cost?order=${order}&way=lines`,
  `order-cost?order=${order}&way=levels`,
  'order-cost',
  'variances',
  'variances?way=alarms',
  'wip',
  'stock-value?way=classes',
  'stock-value',
  'material-use',
  'margin',
  'price-history?item=ROD',
  'roll-up?item=LAMP',
  'what-if?item=ROD',
  'cost-versions',
  'invoices',
  `invoice?invoice=${bill}`,
  'late-costs',
  'journal',
  'journal?way=balances',
  'months',
  'accounts',
];

async function enter(page, place, login = accountant) {
  await signIn(page, '/#/' + place, login);
  await still(page);
}

const rowOf = (page, text) => page.locator('.grid .row.on').filter({ hasText: text });
/** Cells from..to of the row that has the text, one after the other. */
const cellsOf = (page, text, from, to) => async () => {
  const cells = await rowOf(page, text).first().locator('[role=gridcell]').allTextContents();
  return cells
    .map((one) => one.trim())
    .slice(from, to)
    .join(' ');
};

for (const [locale, scheme] of [
  ['zh-CN', 'light'],
  ['en', 'dark'],
]) {
  story(
    `pages of finance in ${locale}, ${scheme}, three sizes: no fault, nothing too wide, axe`,
    async () => {
      const page = await visit({ locale, scheme });
      await signIn(page, '/', accountant);
      const found = [];
      for (const name of PAGES) {
        await open(page, name);
        await still(page);
        const drawn = Object.keys(sizes)[(PAGES.indexOf(name) + (scheme === 'dark' ? 1 : 0)) % 3];
        for (const size of Object.keys(sizes)) {
          await page.setViewportSize(sizes[size]);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          truth(wide <= 0, `${name} is ${wide} pixels wider than a ${size}`);
          if (size === drawn) await shoot(page, `${locale}-${scheme}-${size}-${name.replace(/\W+/g, '_')}`);
        }
        await page.setViewportSize(sizes.desktop);
        /* each page in one of the looks: what is told apart by colour is the same in both */
        if (PAGES.indexOf(name) % 2 === (scheme === 'dark' ? 1 : 0))
          for (const one of await axeFaults(page)) found.push(`${name}: ${one}`);
      }
      same(found.join('; '), '', 'serious faults');
      same(page.faults.join('; '), '', 'faults');
      await page.context().close();
    },
  );
}

story(
  'keyboard only: a bar of the waterfall opens its ledger lines, they add up, a line leads to its document and back',
  async () => {
    const page = await visit({ locale: 'en' });
    await enter(page, `order-cost?order=${order}`);
    await soon(
      async () => (await page.locator('.card .figure').allTextContents()).slice(0, 4).join(' '),
      '160.00 160.00 175.00 0.00',
      'planned, target, actual, in process',
    );
    await page.focus('.fall .step:has-text("Efficiency")');
    await page.keyboard.press('Enter');
    await soon(() => page.textContent('.behind tfoot td.num'), '75.00', 'both operations');
    same(
      await page.evaluate(() => document.activeElement.classList.contains('behind')),
      true,
      'the lines have the focus',
    );
    await shoot(page, 'en-light-desktop-behind');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.grid .row.on:has-text("Conversion cost absorbed")');
    await page.goBack();
    await page.waitForSelector('.fall');
    await page.click('.figure-link:has-text("175.00")');
    await page.waitForSelector('.behind tfoot:has-text("175.00")');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.behind', { state: 'detached' });
    same(page.faults.join('; '), '', 'faults');
  },
);

story(
  'variances are split, told by work centre, and lead down to the order; a limit raises an alarm',
  async () => {
    const page = await visit({ locale: 'en' });
    await enter(page, 'variances?way=alarms');
    await page.click('button:has-text("Limits")');
    await page.fill('[name=amount]', 'ten');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.field.wrong:has([name=amount]) .why');
    await page.fill('[name=amount]', '10');
    await page.keyboard.press('Enter');
    await page.waitForSelector('p[role=status]:has-text("saved")');
    await open(page, 'variances?by=work_center');
    await rowOf(page, 'BENCH').waitFor();
    await soon(cellsOf(page, 'BENCH', 2, 4), '+15.00 +15.00', 'efficiency and total');
    await page.focus('.grid .scroll');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.notice:has-text("Work centre BENCH")');
    await rowOf(page, order).waitFor();
    await page.focus('.grid .scroll');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.fall .step:has-text("Efficiency")');
    await soon(
      async () => (await page.locator('.fall .step').allTextContents()).at(-1),
      'Actual175.00',
      'as booked, the fall ends at the actual cost',
    );
    await open(page, 'variances?way=alarms');
    await rowOf(page, order).waitFor();
    await page.focus('.grid .scroll');
    await page.keyboard.press('Enter');
    await page.fill('[name=note]', 'a new saw');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.grid .nothing');
    same(page.faults.join('; '), '', 'faults');
  },
);

/** A file of a workbook; its parts are deflated, one after the other. */
function partOf(book, name) {
  const at = book.indexOf(Buffer.from(name));
  const head = at - 30;
  const from = at + book.readUInt16LE(head + 26) + book.readUInt16LE(head + 28);
  return inflateRawSync(book.subarray(from, from + book.readUInt32LE(head + 18))).toString();
}

async function downloaded(page, press) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.click(press)]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

story(
  'stock as of a day agrees with the journal; what is seen is a workbook that adds up, in the language of the page',
  async () => {
    const page = await visit();
    await enter(page, 'stock-value');
    await page.waitForSelector('.tag.good:has-text("与科目 1405 一致")');
    const book = await downloaded(page, 'button:has-text("导出 Excel")');
    const sheet = partOf(book.bytes, 'xl/worksheets/sheet1.xml');
    same(book.name, '库存金额.xlsx', 'name of the file');
    truth(sheet.includes('<f>SUM(F2:F3)</f><v>464</v>'), sheet.slice(-600));
    truth(
      sheet.includes('state="frozen"') && sheet.includes('单位成本') && sheet.includes('合计'),
      'header, language',
    );
    const text = (await downloaded(page, 'button:has-text("导出 CSV")')).bytes.toString();
    truth(text.startsWith('\ufeff物料,名称,分类,数量,单位成本,金额\r\nLAMP,'), text.slice(0, 80));
    await open(page, 'stock-value?to=2019-12-31');
    await page.waitForSelector('.grid .nothing:has-text("没有数据")');
    await shoot(page, 'zh-light-desktop-stock-empty');
    same(page.faults.join('; '), '', 'faults');
  },
);

story('a bill above its price is released by a second person only; the journal by account', async () => {
  const page = await visit({ locale: 'en' });
  await enter(page, 'invoices');
  await page.click('button:has-text("Enter an invoice")');
  for (const [name, text] of [
    ['supplier', 'STEELCO'],
    ['number', 'S-2'],
    ['lines[0].purchase_order', 'NO-SUCH'],
    ['lines[0].quantity', '1'],
    ['lines[0].amount', '9'],
  ])
    await page.fill(`dialog [name="${name}"]`, text);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.field.wrong:has([name="lines[0].purchase_order"]) .why');
  await page.fill('dialog [name="lines[0].purchase_order"]', '');
  await page.fill('dialog [name="lines[0].work_order"]', settings.order);
  await page.fill('dialog [name="lines[0].operation"]', '10');
  await page.keyboard.press('Enter');
  await page.waitForSelector(
    '.field.wrong:has([name="lines[0].operation"]) .why:has-text("done in the plant")',
  );
  await page.fill('dialog [name="lines[0].work_order"]', '');
  await page.fill('dialog [name="lines[0].operation"]', '');
  await page.fill('dialog [name="lines[0].purchase_order"]', settings.bought);
  await page.keyboard.press('Enter');
  await page.waitForSelector('p[role=status]:has-text("blocked for price")');
  const own = (await page.textContent('p[role=status]')).split(' ')[0];
  await open(page, `invoice?invoice=${own}`);
  await page.waitForSelector('.head:has-text("second person")');
  same(
    await page.locator('.head button:has-text("Release")').count(),
    0,
    'buttons to release what is my own',
  );

  const other = await visit({ locale: 'en' });
  await enter(other, `invoice?invoice=${own}`, controller);
  await rowOf(other, 'ROD').waitFor();
  await soon(
    cellsOf(other, 'ROD', -5),
    '5.00 9.00 5.00 9.00 +4.00',
    'order price, billed price, amounts, difference',
  );
  await shoot(other, 'en-light-desktop-invoice-blocked');
  await other.click('.head button:has-text("Release")');
  await other.waitForSelector('.head .tag:has-text("posted")');
  await open(other, 'journal?account=2202');
  await rowOf(other, 'Payables').first().waitFor();
  await soon(cellsOf(other, 'Payables', -1), '9.00', 'owed');
  same(other.faults.concat(page.faults).join('; '), '', 'faults');
});

story(
  'a version of costs: a fact wrong at its field, simulated, compared, frozen, released by a second person',
  async () => {
    const page = await visit({ locale: 'en' });
    await enter(page, 'what-if?item=ROD');
    await page.fill('[name="assumptions[0].unit_cost"]', '-6');
    await page.click('button:has-text("Calculate")');
    await page.waitForSelector('.field.wrong:has([name="assumptions[0].unit_cost"]) .why');
    await page.fill('[name="assumptions[0].unit_cost"]', '6');
    await page.click('button:has-text("Calculate")');
    await rowOf(page, 'LAMP').waitFor();
    await soon(cellsOf(page, 'LAMP', -4), '16.00 18.00 +2.00 12.5', 'the lamp');
    await shoot(page, 'en-light-desktop-what-if');
    await page.click('button:has-text("Keep as a version")');
    await page.fill('dialog [name=cost_version]', 'V-2027');
    await page.keyboard.press('Enter');
    await rowOf(page, 'ROD').waitFor();
    await page.click('button:has-text("Simulate")');
    await page.waitForSelector('p[role=status]:has-text("2 items")');
    await page.waitForSelector('.head .tag:has-text("simulated")');
    await page.click('.tabs a:has-text("Compare")');
    await rowOf(page, 'LAMP').waitFor();
    await soon(cellsOf(page, 'LAMP', 3, 6), '16.00 18.00 +2.00', 'compared with the standards');
    await shoot(page, 'en-light-desktop-version-compare');
    await page.click('.head button:has-text("Freeze")');
    await page.waitForSelector('.head .tag:has-text("frozen")');

    const other = await visit({ locale: 'en' });
    await enter(other, 'cost-version?version=V-2027', controller);
    await other.click('.head button:has-text("Release")');
    await other.click('dialog button:has-text("Save")');
    await other.waitForSelector('.head .tag:has-text("released")');
    await open(other, 'price-history?item=LAMP');
    await other.waitForSelector('.u-legend:has-text("Standard")');
    await shoot(other, 'en-light-desktop-price-history-standard');
    same(other.faults.concat(page.faults).join('; '), '', 'faults');
  },
);

story(
  'the month: what stands in the way, closed, asked to be opened again, opened by a second person',
  async () => {
    const page = await visit();
    await enter(page, 'months');
    await page.waitForSelector('.checks');
    await shoot(page, 'zh-light-desktop-month');
    await page.click('.month button:has-text("结账")');
    await page.waitForSelector('.month .tag:has-text("已结账")');
    await page.click('.month button:has-text("申请反结账")');
    await page.waitForSelector('.month .tag:has-text("待反结账")');
    await soon(() => page.locator('.month h2 button').count(), 0, 'what I can do about my own request');
    await rowOf(page, '待反结账').waitFor();
    const other = await visit({ locale: 'en' });
    await enter(other, 'months', controller);
    await other.click('.month button:has-text("Reopen")');
    await other.waitForSelector('.month .tag:has-text("open")');
    same(other.faults.concat(page.faults).join('; '), '', 'faults');
  },
);

story(
  'an account that a class misses stands out and is set there; a wrong purpose at its field',
  async () => {
    const page = await visit({ locale: 'en' });
    await enter(page, 'accounts');
    await page.click('button:has-text("Set an account")');
    await page.fill('dialog [name=purpose]', 'petty');
    await page.check('dialog label:has-text("Each class") input');
    await page.click('dialog button:has-text("Save")');
    await page.waitForSelector('.field.wrong:has([name=purpose]) .why');
    await page.fill('dialog [name=purpose]', 'consumed');
    await page.click('dialog button:has-text("Save")');
    await page.waitForSelector('.notice.bad:has-text("2 accounts are missing")');
    await page.check('label:has-text("Missing only") input');
    await shoot(page, 'en-light-desktop-accounts-missing');
    for (const [account, left] of [
      ['660201', 1],
      ['660202', 0],
    ]) {
      await page.focus('.grid .scroll');
      await page.keyboard.press('Enter');
      await page.fill('dialog [name=account]', account);
      await page.keyboard.press('Enter');
      await page.waitForSelector('dialog', { state: 'detached' });
      if (left) await page.waitForSelector(`.notice.bad:has-text("${left} account is missing")`);
    }
    await page.waitForSelector('.notice.bad', { state: 'detached' });
    same(page.faults.join('; '), '', 'faults');
  },
);

story(
  'who may not sees it said, a server that fails is asked again, what comes late is shown as loading',
  async () => {
    const page = await visit({ locale: 'en' });
    await enter(page, 'margin', buyer);
    await page.waitForSelector('[role=alert]:has-text("do not have the role")');
    await shoot(page, 'en-light-desktop-forbidden');
    const other = await visit({ locale: 'en' });
    let how = 'fails';
    const held = [];
    await other.route('**/Cost.GetReport', async (route) => {
      if (how === 'fails')
        return route.fulfill({ status: 500, json: { error: { code: 'INTERNAL', message: 'broken' } } });
      if (how === 'is late') await new Promise((then) => held.push(then));
      return route.continue();
    });
    await enter(other, 'margin');
    await other.waitForSelector('[role=alert]:has-text("broken")');
    how = 'works';
    await other.click('[role=alert] button');
    await rowOf(other, 'LAMP').waitFor();
    await soon(cellsOf(other, 'LAMP', -5), '6 120.00 96.00 24.00 20', 'revenue, cost, margin');
    how = 'is late';
    await open(other, 'price-history?item=ROD');
    await other.waitForSelector('.grid .nothing:has-text("Loading")');
    await soon(() => held.length > 0, true, 'asked');
    how = 'works';
    for (const go of held) go();
    await rowOf(other, 'STEELCO').first().waitFor();
  },
);

await tell();
