// The shop floor: scan, quantity, done; and fifty postings over a cut connection and a closed browser.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { same, settings, shoot, soon, story, tell, terminal, truth, visit } from './browser.mjs';

async function enter(page) {
  await page.goto(settings.url + '/floor');
  await page.fill('input[name=login]', settings.login);
  await page.fill('input[name=password]', settings.password);
  await page.press('input[name=password]', 'Enter');
  await page.waitForSelector('.scan');
}

async function scan(page, code) {
  await page.focus('.scan');
  await page.keyboard.type(code);
  await page.keyboard.press('Enter');
}

const call = (page, method, body) =>
  page.evaluate(
    async ([plant, name, asked]) => {
      const post = async (path, body, headers) => {
        const reply = await fetch(path, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', ...headers },
          body: JSON.stringify(body),
        });
        return reply.json();
      };
      const { csrf_token } = await post('/v1/-/Access.WhoAmI', {});
      return post(`/v1/${plant}/${name}`, asked, { 'X-CSRF-Token': csrf_token });
    },
    [settings.plant, method, body],
  );

async function issued(page) {
  const { work_order } = await call(page, 'Production.GetWorkOrder', {
    work_order: settings.order,
  });
  return Number(work_order.components.find((line) => line.item === settings.component).issued ?? 0);
}

/** One piece of the component, as an operator does it. */
async function issueOne(page) {
  await scan(page, settings.component);
  await page.waitForSelector('.entry');
  await page.fill('.entry input >> nth=0', '1');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.entry', { state: 'detached' });
}

for (const [locale, scheme, size] of [
  ['zh-CN', 'light', 'tablet'],
  ['en', 'dark', 'phone'],
]) {
  story(`scan an order, issue a component, take it back: ${locale}, ${size}`, async () => {
    const page = await visit({ locale, scheme, size });
    await enter(page);
    await page.waitForSelector('.line');
    await shoot(page, `floor-${locale}-${size}-ready`);
    await scan(page, settings.order);
    await page.waitForSelector('.order');
    await page.click('.prints button >> nth=0');
    await page.waitForSelector('.missing svg');
    await shoot(page, `floor-${locale}-${size}-missing`);
    await page.click('.prints button >> nth=0');
    await shoot(page, `floor-${locale}-${size}-order`);
    const before = await issued(page);
    const needed = () => page.textContent(`.left .line:has-text("${settings.component}") .num b`);
    const needs = await needed();
    await scan(page, settings.component);
    await page.waitForSelector('.entry');
    await page.fill('.entry input >> nth=0', '2');
    await shoot(page, `floor-${locale}-${size}-entry`);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.said.good');
    same(await issued(page), before + 2, 'issued');
    await shoot(page, `floor-${locale}-${size}-posted`);
    await page.click('.past.done button');
    await page.waitForFunction(() => document.querySelector('.past .tag.dim'));
    same(await issued(page), before, 'issued after undo');
    await soon(needed, needs, 'what the terminal says is needed after undo');
    const low = await page.evaluate(() =>
      Math.min(
        ...[...document.querySelectorAll('.left button')].map((one) => one.getBoundingClientRect().height),
      ),
    );
    truth(low >= 52, `a button is ${low} pixels high`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    truth(wide <= 0, `${wide} pixels wider than the screen`);
    same(page.faults.join('; '), '', 'faults');
    await page.context().close();
  });
}

story('what nothing is called is said in red; more than needed asks for a reason', async () => {
  const page = await visit({ locale: 'en', size: 'tablet' });
  await enter(page);
  await scan(page, 'NO-SUCH-CODE');
  await page.waitForSelector('.said.bad');
  await scan(page, settings.order);
  await page.waitForSelector('.order');
  await scan(page, settings.component);
  await page.fill('.entry input >> nth=0', '999999');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.said.bad:has-text("say why")');
  await shoot(page, 'floor-en-tablet-over');
});

story('a scanner that speaks GS1: item and lot from one symbol', async () => {
  const page = await visit({ locale: 'en', size: 'tablet' });
  await enter(page);
  await scan(page, settings.order);
  await page.waitForSelector('.order');
  await scan(page, `(240)${settings.component}(10)L-77`);
  await page.waitForSelector('.entry');
  same(await page.inputValue('.entry input >> nth=1'), 'L-77', 'lot');
});

for (const [locale, size] of [
  ['zh-CN', 'phone'],
  ['en', 'tablet'],
]) {
  story(`report an operation, scrap, transfer and count by scanning: ${locale}, ${size}`, async () => {
    const page = await visit({ locale, size });
    const mode = (n) => page.click(`.modes button >> nth=${n}`);
    const done = async (name) => {
      await page.keyboard.press('Enter');
      await page.waitForSelector('.said.good');
      await shoot(page, `floor-${locale}-${size}-${name}`);
    };
    await enter(page);
    const { work_order } = await call(page, 'Production.GetWorkOrder', { work_order: settings.order });
    const first = work_order.operations[0].operation;
    await scan(page, `${settings.order}/${first}`);
    await page.waitForSelector('.entry');
    await page.fill('.entry input >> nth=0', '2');
    await page.fill('.entry input >> nth=1', '0.5');
    await shoot(page, `floor-${locale}-${size}-report`);
    await done('reported');
    const after = await call(page, 'Production.GetWorkOrder', { work_order: settings.order });
    const good = (order) => Number(order.operations[0].good ?? 0);
    same(good(after.work_order), good(work_order) + 2, 'good pieces');
    await soon(
      () => page.textContent('.left .line .num b >> nth=0'),
      String(good(after.work_order)),
      'good pieces as the terminal shows them',
    );

    await mode(3);
    await page.waitForSelector('.entry');
    await page.fill('.entry input >> nth=0', '1');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.said.bad');
    await page.fill('.entry input >> nth=1', 'scratched');
    await page.focus('.entry input >> nth=1');
    await done('scrapped');
    const { work_order: left } = await call(page, 'Production.GetWorkOrder', { work_order: settings.order });
    same(Number(left.scrapped), Number(work_order.scrapped ?? 0) + 1, 'scrapped');
    await page.click('.past.done button >> nth=0');
    await page.waitForFunction(() => document.querySelector('.past .tag.dim'));

    await mode(5);
    const { rows } = await call(page, 'Inventory.ListStock', { item: settings.component });
    const from = rows.find((row) => Number(row.quantity) >= 10);
    const to = from.location === 'FG-A07' ? 'FG-A01' : 'FG-A07';
    await scan(page, `(240)${settings.component}(30)3`);
    await page.waitForSelector('.entry');
    same(await page.inputValue('.entry input >> nth=0'), '3', 'quantity of the symbol');
    await scan(page, `93${to}`);
    await page.waitForFunction((place) => document.querySelectorAll('.entry input')[1].value === place, to);
    await page.fill('.entry input >> nth=2', from.location);
    await page.focus('.entry input >> nth=2');
    await shoot(page, `floor-${locale}-${size}-transfer`);
    await done('transferred');

    await mode(6);
    await scan(page, to);
    await page.waitForSelector('.lines .line');
    await scan(page, settings.component);
    await page.waitForSelector('.entry');
    await page.fill('.entry input >> nth=0', '3');
    await shoot(page, `floor-${locale}-${size}-count`);
    await done('counted');
    await page.waitForSelector('.left .line.done');
    await page.click('.left .button.main.big');
    await page.waitForSelector('.said.good:has-text("CT-")');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    truth(wide <= 0, `${wide} pixels wider than the screen`);
    same(page.faults.join('; '), '', 'faults');
    await page.context().close();
  });
}

story('a label and a pick list go to the printer', async () => {
  const page = await visit({ locale: 'en', size: 'tablet' });
  await page.addInitScript(() => {
    window.print = () => {
      const pages = [...document.querySelectorAll('.printed img')];
      window.sheets = pages.map((one) => [one.naturalWidth, one.naturalHeight]);
    };
  });
  await enter(page);
  await scan(page, settings.order);
  await page.click('.prints button:has-text("Label")');
  await page.waitForFunction(() => window.sheets);
  const [label] = await page.evaluate(() => window.sheets);
  same(Math.round((100 * label[0]) / label[1]), 200, 'width by height of the label');
  await page.evaluate(() => delete window.sheets);
  await page.click('.prints button:has-text("Pick list")');
  await page.waitForFunction(() => window.sheets);
  const [list] = await page.evaluate(() => window.sheets);
  same(Math.round((100 * list[0]) / list[1]), 71, 'width by height of A4');
  same(await page.locator('.printed').count(), 0, 'what was printed is gone');
  await page.goto(settings.url + `/#/work-order?order=${settings.order}`);
  await page.click('button:has-text("Pick list")');
  await page.waitForFunction(() => window.sheets);
  same(page.faults.join('; '), '', 'faults');
});

story(
  'a supervisor enrolls the terminal; people sign in by badge; an approval wants the password',
  async () => {
    const page = await visit({ locale: 'en', size: 'tablet' });
    await enter(page);
    await page.click('button:has-text("Enroll this terminal")');
    await page.fill('input[name=device]', 'Line 1');
    await page.fill('input[name=centers]', 'WC-NOWHERE');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.bar:has-text("Line 1 · WC-NOWHERE")');
    await page.reload();
    await page.waitForSelector('.left:has-text("No work is ready")');
    await page.click('.bar button:has-text("Sign out")');
    await page.waitForSelector('input[name=badge]');
    await shoot(page, 'floor-en-tablet-badge');
    await page.keyboard.type(settings.badge);
    await page.keyboard.press('Enter');
    await page.keyboard.type('000000');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.login [role=alert]:has-text("badge or PIN is not right")');
    await page.keyboard.type(settings.pin);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.login', { state: 'detached' });
    await scan(page, settings.order);
    await page.waitForSelector('.order');

    await page.goto(settings.url + '/#/approvals');
    await page.click('.panel:has-text("adjustment") button:has-text("Approve")');
    await page.fill('input[name=confirm]', 'not it');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.field.wrong');
    await shoot(page, 'en-tablet-confirm');
    await page.fill('input[name=confirm]', settings.password);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.panel:has-text("adjustment")', { state: 'detached' });
    same(page.faults.join('; '), '', 'faults');
    await page.context().close();
  },
);

story(
  '50 postings, the connection cut in the middle, the browser closed and opened: each is there once',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-terminal-'));
    let context = await terminal(folder);
    let page = context.pages()[0] ?? (await context.newPage());
    await enter(page);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await scan(page, settings.order);
    await page.waitForSelector('.order');
    const before = await issued(page);
    for (let i = 0; i < 20; i++) await issueOne(page);
    await soon(() => issued(page), before + 20, 'sent before the connection was cut');
    await page.waitForSelector('.bar .tag.warn', { state: 'detached' });
    await context.setOffline(true);
    for (let i = 0; i < 20; i++) await issueOne(page);
    await page.waitForSelector('.bar .tag.warn');
    await shoot(page, 'floor-offline');
    await context.close();

    context = await terminal(folder);
    await context.setOffline(true);
    page = context.pages()[0] ?? (await context.newPage());
    await page.goto(settings.url + '/floor'); // from what the terminal keeps
    await page.waitForSelector('.bar .tag.warn');
    await scan(page, settings.order);
    await page.waitForSelector('.order');
    for (let i = 0; i < 10; i++) await issueOne(page);
    truth((await page.textContent('.bar .tag.warn')).includes('30'), 'thirty wait');
    await context.setOffline(false);
    await page.waitForSelector('.bar .tag.warn', {
      state: 'detached',
      timeout: 60000,
    });
    await soon(() => issued(page), before + 50, 'issued');
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  },
);

await tell();
