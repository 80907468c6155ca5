// Times of the pages on a processor slowed four times, for tests/bench/web.py: prints one line of JSON.
import { settings, signIn, visit } from './browser.mjs';

const RUNS = 5;
const SLOWED = 4;
const ROWS = 100000;
const KEYS = ['9', '99', '999', '9999', '999'];

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Milliseconds from the start of the navigation to the frame that shows what `watch` waits for. */
async function painted(page, path) {
  const client = await page.context().newCDPSession(page);
  await client.send('Network.setCacheDisabled', { cacheDisabled: true });
  await client.send('Emulation.setCPUThrottlingRate', { rate: SLOWED });
  const times = [];
  for (let run = 0; run < RUNS; run++) {
    await page.goto('about:blank');
    await page.goto(settings.url + path);
    await page.waitForFunction(() => window.useful !== undefined);
    times.push(await page.evaluate(() => window.useful));
  }
  await client.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await client.detach();
  return median(times);
}

const watch = (page, selector) =>
  page.addInitScript((wanted) => {
    const look = () => {
      if (document.querySelector(wanted)) setTimeout(() => (window.useful ??= performance.now()));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, selector);

async function office() {
  const page = await visit({ locale: 'en' });
  await signIn(page);
  await watch(page, '.plain-table td.code');
  return painted(page, '/');
}

async function floor() {
  const page = await visit({ locale: 'zh-CN', size: 'phone' });
  await watch(page, 'input[name=login]');
  return painted(page, '/floor');
}

/** A letter in the filter over many rows, until the list is painted anew. */
async function keystroke() {
  const page = await visit({ locale: 'en' });
  await page.route('**/Bom.ListItems', (route) =>
    route.fulfill({
      json: {
        items: Array.from({ length: ROWS }, (_, i) => ({
          item: `ITEM-${i}`,
          name: `Long name of item number ${i}`,
          type: 'buy',
          uom: 'EA',
          unit_cost: '1.25',
        })),
      },
    }),
  );
  await signIn(page);
  await page.evaluate(() => (location.hash = '#/items'));
  await page.waitForFunction(
    (rows) => document.querySelector('.grid .count')?.textContent.includes(rows),
    String(ROWS),
  );
  const times = await page.evaluate(async (keys) => {
    const input = document.querySelector('.grid input[type=search]');
    const out = [];
    for (const text of keys) {
      const begun = performance.now();
      input.value = text;
      input.dispatchEvent(new InputEvent('input', { bubbles: true }));
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      out.push(performance.now() - begun);
    }
    return out;
  }, KEYS);
  return median(times);
}

console.log(JSON.stringify({ office: await office(), floor: await floor(), keystroke: await keystroke() }));
process.exit(0);
