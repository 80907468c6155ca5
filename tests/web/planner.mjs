// What a planner does beyond reading lists: what-ifs, orders on their way.
import { execFileSync } from 'node:child_process';
import { axeFaults, open, same, settings, shoot, signIn, story, tell, truth, visit } from './browser.mjs';

const field = (page, name, text) => page.fill(`dialog input[name="${name}"]`, text);
const save = (page) => page.press('dialog input >> nth=0', 'Enter');

/** Adds a change by its button and closes the dialog with it. */
async function change(page, button, values) {
  await page.click(`.adds button:has-text("${button}")`);
  for (const [name, text] of Object.entries(values)) await field(page, name, text);
  await save(page);
  await page.waitForSelector('dialog', { state: 'detached' });
}

for (const [locale, words] of [
  ['zh-CN', { demand: '需求', lead: '提前期', save: '保存方案', apply: '应用到工厂', done: '已应用' }],
  ['en', { demand: 'Demand', lead: 'Lead time', save: 'Save', apply: 'Apply to the plant', done: 'applied' }],
]) {
  story(`a what-if: changed, refused at its field, kept, applied: ${locale}`, async () => {
    const page = await visit({ locale });
    const name = `what-if-${locale}`;
    await signIn(page);
    await open(page, 'simulation');
    await page.click(`.adds button:has-text("${words.demand}")`);
    await field(page, 'changes[0].item', 'NO-SUCH-ITEM');
    await field(page, 'changes[0].quantity', '40');
    await field(page, 'changes[0].due_on', '2026-12-04');
    await save(page);
    await page.waitForSelector('dialog label:has(input[name="changes[0].item"]) .why');
    await field(page, 'changes[0].item', 'SD-12');
    await save(page);
    await page.waitForSelector('dialog', { state: 'detached' });
    await page.waitForSelector('.outcome .grid .row.on');
    await change(page, words.lead, { 'changes[1].item': 'SA-ROT12', 'changes[1].days': '9' });
    same(await page.locator('.what-if .changes li').count(), 2, 'changes');
    await shoot(page, `${locale}-simulation`);
    same((await axeFaults(page)).join('; '), '', 'serious faults');
    await page.click(`.head button:has-text("${words.save}")`);
    await field(page, 'name', name);
    await save(page);
    await page.waitForSelector(`.head .sub:has-text("${name}")`);
    await open(page, 'simulations');
    await page.waitForSelector(`.grid .row:has-text("${name}")`);
    await open(page, `simulation?name=${name}`);
    page.once('dialog', (asked) => asked.accept());
    await page.click(`.head button:has-text("${words.apply}")`);
    await page.waitForSelector(`.panel .tag:has-text("${words.done}")`);
    same(await page.locator('.changes .tag.good').count(), 2, 'steps done');
    truth(!(await page.isVisible(`.head button:has-text("${words.apply}")`)), 'applied once');
    same(page.faults.join('; '), '', 'faults');
  });
}

story('pegging as a tree over days, and as a list', async () => {
  const page = await visit({ locale: 'en', scheme: 'dark' });
  await signIn(page);
  await open(page, 'pegging?order=SO-010');
  await page.waitForSelector('.gantt .bar');
  const rows = await page.locator('.gantt .line').count();
  truth(rows > 5, `only ${rows} rows`);
  truth((await page.locator('.gantt [role=cell][style*="32px"]').count()) > 0, 'nothing is two levels below');
  same((await axeFaults(page)).join('; '), '', 'serious faults');
  await shoot(page, 'en-pegging');
  await page.click('.head button:has-text("List")');
  await page.waitForSelector('.grid .row.on');
  await page.click('.head button:has-text("Tree")');
  await page.click('.gantt a.code >> nth=0');
  await page.waitForSelector('.chart');
  same(page.faults.join('; '), '', 'faults');
});

/** Presses a button of the order's head; what a dialog asks is typed and sent. */
async function act(page, button, values) {
  await page.click(`.head .do button:text-is("${button}")`);
  if (!values) return;
  for (const [name, text] of Object.entries(values)) await field(page, name, text);
  await save(page);
}

story('a purchase order: entered, changed, received wrongly and rightly', async () => {
  const page = await visit({ locale: 'en' });
  await signIn(page);
  await open(page, 'purchase-orders');
  await page.click('.head button:has-text("New purchase order")');
  await field(page, 'supplier', 'S-EV');
  await field(page, 'purchase_order', 'PO-STORY');
  await field(page, 'lines[0].item', 'EL-CELL');
  await field(page, 'lines[0].quantity', '500');
  await field(page, 'lines[0].price', '7.9');
  await field(page, 'lines[0].due_on', '2026-12-04');
  await save(page);
  await page.waitForSelector('dialog', { state: 'detached' });
  await page.click('.grid a:has-text("PO-STORY")');
  await page.waitForSelector('.head .tag:has-text("sent")');
  await act(page, 'Change', { 'lines[0].quantity': '600', reason: 'two orders more' });
  await page.waitForSelector('td:has-text("500 → 600")');
  await act(page, 'Receive', { 'lines[0].quantity': '600' });
  await page.waitForSelector('dialog label:has(input[name="lines[0].lot"]) .why');
  await field(page, 'lines[0].lot', 'LOT-STORY');
  await field(page, 'lines[0].quantity', '250');
  await save(page);
  await page.waitForSelector('.head .tag:has-text("partly received")');
  same(await page.textContent('.plain-table tbody td:nth-child(5)'), '350', 'still open');
  same((await axeFaults(page)).join('; '), '', 'serious faults');
  await shoot(page, 'en-purchase-order');
  await act(page, 'Close', { reason: 'no more needed' });
  await page.waitForSelector('.head .tag:has-text("closed")');
  same(page.faults.join('; '), '', 'faults');
});

story('a sales order: promised, shipped, on the phone', async () => {
  const page = await visit({ locale: 'zh-CN', size: 'phone' });
  await signIn(page);
  await open(page, 'sales-orders');
  await page.click('.head button:has-text("新建销售订单")');
  await field(page, 'customer', 'C-STORY');
  await field(page, 'sales_order', 'SO-STORY');
  await field(page, 'lines[0].item', 'SD-12');
  await field(page, 'lines[0].quantity', '20');
  await field(page, 'lines[0].due_on', '2027-01-15');
  await save(page);
  await page.waitForSelector('dialog', { state: 'detached' });
  await open(page, 'sales-order?order=SO-STORY');
  await act(page, '承诺交期');
  await page.waitForSelector('td:nth-child(9):has-text("01")');
  await act(page, '发货', { 'lines[0].quantity': '5' });
  await page.waitForSelector('.head .tag:has-text("部分发货")');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  truth(wide <= 0, `${wide} pixels wider than the phone`);
  await shoot(page, 'zh-phone-sales-order');
  same(page.faults.join('; '), '', 'faults');
});

story('one inbox: what others made waits here, and a purchase leaves it approved', async () => {
  const page = await visit({ locale: 'zh-CN', size: 'phone' });
  await signIn(page);
  await open(page, 'approvals');
  await page.waitForSelector('.panel:has-text("PO-DRAFT")');
  truth(await page.isVisible('.panel h2:has-text("调整")'), 'the large adjustment waits as well');
  await shoot(page, 'zh-phone-approvals');
  await page.click('.panel:has-text("PO-DRAFT") button:has-text("批准")');
  await page.waitForSelector('.panel:has-text("PO-DRAFT")', { state: 'detached' });
  await open(page, 'purchase-order?order=PO-DRAFT');
  await page.waitForSelector('.head .tag:has-text("已批准")');
  await page.click('.head .do button:has-text("发送给供应商")');
  await page.waitForSelector('.head .tag:has-text("已发送")');
  same(page.faults.join('; '), '', 'faults');
});

story('shortages by day: coloured by cover, and as a list', async () => {
  const page = await visit({ locale: 'zh-CN' });
  await signIn(page);
  await open(page, 'shortages');
  await page.waitForSelector('.calendar td.short');
  truth((await page.locator('.calendar td.enough').count()) > 0, 'some days are covered');
  same(await page.locator('.calendar thead th').count(), 15, 'the item and 14 days');
  same((await axeFaults(page)).join('; '), '', 'serious faults');
  await shoot(page, 'zh-shortages');
  await page.click('.head button:has-text("列表")');
  await page.waitForSelector('.grid .row.on');
  await page.click('.head button:has-text("日历")');
  await page.click('.calendar a.code >> nth=0');
  await page.waitForSelector('.chart');
  same(page.faults.join('; '), '', 'faults');
});

const READ_BOOK = `
import re, sys, zipfile
book = zipfile.ZipFile(sys.argv[1])
assert book.testzip() is None
sheet = book.read("xl/worksheets/sheet1.xml").decode()
rows = re.findall("<row>(.*?)</row>", sheet)
print(len(rows), len(re.findall("<v>", rows[1])), "frozen" in sheet, "铰链" in sheet)
`;

story('a list becomes a workbook: every row, numbers as numbers', async () => {
  const page = await visit({ locale: 'zh-CN' });
  await signIn(page);
  await open(page, 'items');
  await page.waitForSelector('.grid .row.on');
  await page.fill('.grid input[type=search]', '铰链');
  const rows = Number((await page.textContent('.grid .count')).match(/(\d+)/)[1]);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.click('button:has-text("导出 Excel")'),
  ]);
  same(download.suggestedFilename(), 'items.xlsx', 'its name');
  const told = execFileSync('python3', ['-c', READ_BOOK, await download.path()])
    .toString()
    .trim();
  truth(rows > 0 && told.startsWith(`${rows + 1} `), `${rows} rows in sight, in the book ${told}`);
  truth(/^\d+ [1-9]\d* True True$/.test(told), `the book: ${told}`);
});

story('a saved view follows its person to another browser', async () => {
  const page = await visit({ locale: 'en' });
  await signIn(page);
  await open(page, 'items');
  await page.waitForSelector('.grid .row.on');
  await page.fill('.grid input[type=search]', 'hinge');
  await page.click('button.sort:has-text("Name")');
  await page.click('.grid button:has-text("Views")');
  await page.click('.views label:has-text("Type")');
  await page.fill('.views [name=view]', 'Hinges');
  await page.click('.views button:has-text("Save")');
  await page.waitForSelector('.views li:has-text("Hinges")');
  await shoot(page, 'en-light-desktop-views');
  await open(page, 'plants');
  await page.waitForSelector('.grid .count:text-is("1 row")');
  await page.context().close();
  const other = await visit({ locale: 'zh-CN', size: 'phone' });
  await signIn(other);
  await open(other, 'items');
  await other.waitForSelector('.grid .row.on');
  await other.click('.grid button:has-text("视图")');
  await other.click('.views li button:has-text("Hinges")');
  same(await other.inputValue('.grid input[type=search]'), 'hinge', 'words of the filter');
  same(await other.locator('.grid [aria-sort=ascending]').textContent(), '名称 ↑', 'sorted by');
  same(await other.locator('.grid [role=columnheader]:has-text("类型")').count(), 0, 'hidden column');
  await other.click('.grid button:has-text("视图")');
  await other.click('.views button[aria-label*="Hinges"]');
  await other.waitForSelector('.views li', { state: 'detached' });
  same(other.faults.join('; '), '', 'faults');
  await other.context().close();
});

story(
  'what is to be bought, by supplier with price breaks: a group becomes one order, exactly once',
  async () => {
    const page = await visit({ locale: 'en' });
    await signIn(page);
    await open(page, 'suggestions');
    await page.click('button:has-text("By supplier")');
    await page.selectOption('label:has-text("within") select', '0');
    const group = page.locator('.group', { hasText: 'S-BZ' });
    await group.locator('button[aria-expanded]').click();
    await group.locator('td:has-text("more")').first().waitFor();
    const tall = await page.$$eval('.group', (all) => all.every((one) => one.clientHeight > 30));
    truth(tall, 'the other suppliers stay in sight');
    await shoot(page, 'en-light-desktop-by-supplier');
    same((await axeFaults(page)).join('; '), '', 'axe');
    const boxes = group.locator('tbody input');
    for (let i = (await boxes.count()) - 1; i > 1; i--) await boxes.nth(i).click();
    // The first answer gets lost: the same key is sent again, and the order is there once.
    const keys = [];
    await page.route('**/Order.AcceptPlannedOrders', async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      const answer = await route.fetch();
      await (keys.length === 1 ? route.abort() : route.fulfill({ response: answer }));
    });
    await group.locator('button:has-text("Make the purchase order")').click();
    await page.click('[role=status] a:has-text("is made")');
    // The groups behind it have such tables too: the order's is the one outside a group.
    const lines = page.locator('.panel.wide:not(.group)').first().locator('tbody tr');
    await lines.first().waitFor();
    same(keys.length, 2, 'sent');
    same(keys[0], keys[1], 'key');
    same(await lines.count(), 2, 'lines of the order');
    await page.context().close();
  },
);

story(
  'an error is said in Chinese at its field, with the English below; a session that ends goes on',
  async () => {
    const page = await visit({ locale: 'zh-CN', size: 'tablet' });
    await signIn(page);
    await open(page, 'sales-orders');
    await page.click('button:has-text("新建销售订单")');
    await field(page, 'customer', 'C-PAGES');
    await field(page, 'lines[0].item', 'NO-SUCH');
    await field(page, 'lines[0].quantity', '5');
    await field(page, 'lines[0].due_on', '2026-12-20');
    await save(page);
    await page.waitForSelector('.field.wrong .why:has-text("物料“NO-SUCH”不存在")');
    same(await page.textContent('.field.wrong .detail'), 'item "NO-SUCH" does not exist', 'the English');
    await shoot(page, 'zh-CN-light-tablet-error');
    await field(page, 'lines[0].item', 'SD-12');
    await page.context().clearCookies();
    await save(page);
    await page.fill('dialog input[name=password]', settings.password);
    await page.press('dialog input[name=password]', 'Enter');
    await page.waitForSelector('dialog', { state: 'detached' });
    await page.waitForSelector('p[role=status]:has-text("已保存")');
    await page.context().close();
  },
);

story('messages are done as they say, several at once', async () => {
  const page = await visit({ locale: 'en' });
  await signIn(page);
  await open(page, 'messages');
  await page.waitForSelector('.grid .row.on');
  await page.fill('.grid input[type=search]', 'reschedule out purchase');
  await page.waitForSelector('.grid .row.on');
  await page.click('.grid .row.on input[type=checkbox]');
  await page.click('button:has-text("Do what they say")');
  await page.waitForSelector('[role=status]:has-text("1 done")');
  await page.context().close();
});

story(
  'an order is copied; a suggestion accepted in the time line; the load shows the orders behind a day',
  async () => {
    const page = await visit({ locale: 'en' });
    await signIn(page);
    await open(page, 'sales-order?order=SO-002');
    await page.click('button:has-text("Copy")');
    const item = await page.inputValue('dialog [name="lines[0].item"]');
    truth(item !== '', 'the copy has the item');
    for (const due of await page.locator('dialog input[type=date]').all()) await due.fill('2027-01-20');
    await save(page);
    await page.waitForSelector('dialog', { state: 'detached' });
    await page.waitForFunction(() => !location.hash.includes('SO-002'));
    await page.waitForSelector(`td.code:has-text("${item}")`);
    await open(page, 'requirements?item=PK-SLEEVE');
    await page.click('.grid .row.on button:has-text("Accept")');
    await page.waitForSelector('[role=status]:has-text("Orders made") a');
    await open(page, 'load');
    await page.waitForSelector('.grid .row.on');
    await page.focus('.grid .scroll');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.behind li');
    await shoot(page, 'en-light-desktop-load-behind');
    same(page.faults.join('; '), '', 'faults');
    await page.context().close();
  },
);

await tell();
