// People who have never seen it do their main task: each begins at the address that `ops/up --demo` prints, and follows
// what is on the screen.  Says what it took them; tests/e2e/pages.py, or by hand with the people of the demo plant.
import { same, settings, shoot, soon, still, story, tell, truth, visit } from './browser.mjs';

/** Counts what hands do, as the page hears it; and takes a picture of every step. */
async function arrives(who, path, size) {
  const page = await visit({ locale: settings.locale ?? 'en', size });
  const done = { clicks: 0, keys: 0 };
  await page.exposeBinding('heard', (_, kind) => done[kind]++);
  await page.addInitScript(() => {
    addEventListener('pointerdown', () => window.heard('clicks'), true);
    addEventListener('keydown', () => window.heard('keys'), true);
  });
  const begun = Date.now();
  let step = 0;
  await page.goto(settings.url + path);
  const look = async (what) => shoot(page, `newcomer-${who}-${step++}-${what}`);
  const leaves = async () => {
    same(page.faults.join('; '), '', 'faults');
    const seconds = ((Date.now() - begun) / 1000).toFixed(1);
    console.log(`took the ${who} ${done.clicks} clicks, ${done.keys} keys, ${seconds} s`);
    await page.context().close();
  };
  const [login, password] = settings.people[who];
  await page.waitForSelector('input[name=login]');
  await look('arrives');
  await page.keyboard.type(login);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  return { page, look, leaves };
}

story('a planner who is new: what is short, why, and it is ordered', async () => {
  const { page, look, leaves } = await arrives('planner', '/', 'desktop');
  await page.waitForSelector('.panel .plain-table tbody tr');
  await still(page);
  await look('cockpit');
  const first = page.locator('.panel .plain-table tbody tr').first();
  truth((await first.locator('td').nth(1).textContent()).length > 2, 'the shortage has a name');
  await first.locator('a').click();
  await page.waitForSelector('.chart canvas');
  await still(page);
  await look('why');
  await page.locator('.grid .row.on button:has-text("Accept")').first().click();
  await page.waitForSelector('[role=status] a');
  await still(page);
  await look('ordered');
  await page.click('[role=status] a');
  await page.waitForSelector('.head .tag');
  await still(page);
  await look('order');
  await leaves();
});

story(
  'a storekeeper who is new: what is to be done, its material is issued, a mistake taken back',
  async () => {
    const { page, look, leaves } = await arrives('storekeeper', '/floor', 'tablet');
    await page.waitForSelector('.left .line .name:not(:empty)');
    await look('ready');
    const order = settings.order ? `.left .line:has-text("${settings.order}")` : '.left .line >> nth=0';
    await page.click(order);
    await page.waitForSelector('.order');
    await page.waitForSelector('.lines .line:not(.done) .name:not(:empty)');
    await look('order');
    const of = settings.component
      ? `.lines .line:has-text("${settings.component}")`
      : '.lines .line:not(.done)';
    await page.locator(of).first().click();
    await page.waitForSelector('.entry');
    await page.keyboard.type('1');
    await look('quantity');
    await page.click('.entry .main');
    await page.waitForSelector('.said.good');
    await look('issued');
    await page.click('.past.done button');
    await page.waitForSelector('.past .tag.dim');
    await look('undone');
    await leaves();
  },
);

story('an accountant who is new: what an order cost and why, then what keeps the month open', async () => {
  const { page, look, leaves } = await arrives('accountant', '/', 'desktop');
  await page.waitForSelector('.cards');
  await still(page);
  await look('begins');
  await page.click('.side a:has-text("Order cost")');
  await page.waitForSelector('.grid .row.on');
  await still(page);
  await look('orders');
  if (settings.costed) await page.fill('.grid input[type=search]', settings.costed);
  await page.locator('.grid .row.on a').first().click();
  await page.waitForSelector('.fall .step');
  await still(page);
  await look('cost');
  await page.locator('.fall .step:not(.level)').last().click();
  await page.waitForSelector('.behind');
  await still(page);
  await look('behind');
  await page.keyboard.press('Escape');
  await page.click('.side a:has-text("Periods")');
  await page.waitForSelector('.checks');
  await still(page);
  await soon(async () => (await page.locator('.checks li').count()) > 3, true, 'what is checked');
  await look('month');
  await leaves();
});

await tell();
