// The pictures of README.md, from a running `ops/up --demo`: see services/gateway/web/README.md.
import { settings, signIn, shoot, open, visit, sizes, same } from './browser.mjs';

const [width, height] = [1200, 720];
Object.assign(sizes, { desktop: { width, height }, tablet: { width: 900, height: 640 } });

async function choose(page) {
  await page.selectOption('.top select', 'DEMO');
}

async function desk(name, place, ready, press) {
  const page = await visit({ locale: 'en' });
  await signIn(page);
  await choose(page);
  await open(page, place);
  await page.waitForSelector(ready);
  if (press) await page.click(press);
  await page.waitForTimeout(500);
  await page.evaluate(() => document.querySelector('main.page').scrollTo(0, 0));
  await shoot(page, name);
  same(page.faults.join('; '), '', 'faults');
}

async function floor(name, order) {
  const page = await visit({ locale: 'zh-CN', size: 'tablet' });
  await page.addInitScript(() => localStorage.setItem('millrace.floor.plant', 'DEMO'));
  await page.goto(settings.url + '/floor');
  await page.fill('input[name=login]', settings.login);
  await page.fill('input[name=password]', settings.password);
  await page.press('input[name=password]', 'Enter');
  await page.waitForSelector('.scan');
  await page.focus('.scan');
  await page.keyboard.type(order);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.order');
  await page.waitForTimeout(500);
  await shoot(page, name);
}

await desk('planner', 'shortages', '.calendar td.short');
await desk('accountant', `order-cost?order=${settings.costed}`, '.plain-table', '.fall .more');
await floor('storekeeper', settings.order);
process.exit(0);
