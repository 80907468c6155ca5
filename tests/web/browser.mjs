// What every story in a browser needs: Debian's Chromium, a signed-in page, and lines that the
// suite in tests/e2e reads: "ok TITLE" or "not ok TITLE: why".
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const need = createRequire(join(root, 'services', 'gateway', 'web', 'package.json'));
const { chromium } = need('playwright-core');
const axeFile = need.resolve('axe-core/axe.min.js');

export const settings = JSON.parse(process.env.MILLRACE_PAGES);
const shots = join(settings.shots);
mkdirSync(shots, { recursive: true });

export const sizes = {
  desktop: { width: 1440, height: 900 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
};

/* A service worker is not registered over a certificate that Chromium does not know. */
const ARGS = ['--no-sandbox', '--disable-dev-shm-usage', '--ignore-certificate-errors'];
/* Chromium names a download by the locale of its environment: in C, one with a Chinese name is just "download". */
const env = { ...process.env, LC_ALL: 'C.UTF-8' };
const browser = await chromium.launch({
  executablePath: settings.chromium,
  args: ARGS,
  env,
});

/* Nothing takes so long; but a machine that does other things as well takes its time. */
const LIMIT_MS = 60_000;

/** Counts what a page asked and has no answer to, and the frames in which it asked and promised nothing. */
function watchRest() {
  const ask = window.fetch;
  let open = 0;
  let frames = 0;
  window.fetch = (...asked) => {
    open++;
    frames = 0;
    return ask(...asked).finally(() => {
      open--;
      frames = 0;
    });
  };
  window.restsAgain = () => (frames = 0);
  window.rests = (needed) => {
    const main = document.querySelector('main.page');
    const rests = open === 0 && main?.querySelector('h1') && !/Loading…|正在读取…/.test(main.textContent);
    frames = rests ? frames + 1 : 0;
    return frames >= needed;
  };
}

const terminals = [];

/** A browser with a disk of its own, which outlives it: for closing and opening it again. */
export const terminal = async (folder, size = 'tablet') => {
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: settings.chromium,
    args: ARGS,
    env,
    ignoreHTTPSErrors: true,
    locale: 'zh-CN',
    viewport: sizes[size],
  });
  terminals.push(context);
  return context;
};

/** A page of a browser of its own; errors of scripts and the policy fail the story that causes them. */
export async function visit({ locale = 'zh-CN', scheme = 'light', size = 'desktop' } = {}) {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    locale,
    colorScheme: scheme,
    viewport: sizes[size],
    acceptDownloads: true,
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (fault) => page.faults.push(String(fault)));
  page.on('console', (line) => {
    if (line.type() === 'error' && !/status of \d{3}/.test(line.text())) page.faults.push(line.text());
  });
  page.setDefaultTimeout(LIMIT_MS);
  await page.addInitScript(watchRest);
  return page;
}

const FRESH_MS = 240_000; /* later some commands ask for the password again */
const sessions = new Map();

/** With the session that an earlier story began; by name and password where there is none. */
export async function signIn(page, path = '/', login = settings.login, inside = '.shell') {
  const known = sessions.get(login);
  if (known && Date.now() - known.at < FRESH_MS) await page.context().addCookies(known.cookies);
  await page.goto(settings.url + path);
  await page.waitForSelector(`${inside}, input[name=login]`);
  if (await page.locator(inside).count()) return;
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', settings.password);
  await page.press('input[name=password]', 'Enter');
  await page.waitForSelector(inside);
  sessions.set(login, { at: Date.now(), cookies: await page.context().cookies() });
}

const AXE =
  `axe.run(document, {resultTypes: ['violations']}).then((r) => JSON.stringify(r.violations` +
  `.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id + ' ' + v.nodes[0].target)))`;

/** Serious faults of the page as it stands; run in its own world, where the policy lets no script in. */
export async function axeFaults(page) {
  const client = await page.context().newCDPSession(page);
  await client.send('Runtime.evaluate', { expression: readFileSync(axeFile, 'utf8') });
  const { result } = await client.send('Runtime.evaluate', {
    expression: AXE,
    awaitPromise: true,
    returnByValue: true,
  });
  return JSON.parse(result.value);
}

export const open = (page, place) =>
  page.evaluate((to) => {
    window.restsAgain();
    location.hash = to;
  }, '#/' + place);

/* What follows an answer is asked and drawn within two of them. */
const FRAMES = 4;

/** All that the page asks for is answered and drawn. */
export const still = (page) => page.waitForFunction((frames) => window.rests(frames), FRAMES);

export const shoot = (page, name) => page.screenshot({ path: join(shots, name + '.png') });

export function same(got, wanted, what) {
  if (got !== wanted)
    throw new Error(`${what}: got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
}

/** A page fills by itself, perhaps twice: what it shows is to become what is wanted. */
export async function soon(get, wanted, what) {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    const got = await get();
    if (got === wanted) return;
    if (Date.now() > end) same(got, wanted, what);
    await new Promise((then) => setTimeout(then, 50));
  }
}

export function truth(value, what) {
  if (!value) throw new Error(what);
}

const stories = [];
const readers = [];
const wanted = process.env.MILLRACE_STORY;
const AT_ONCE = 2;

/** MILLRACE_STORY=words runs only the stories whose title has them. */
export const story = (title, run) => {
  if (!wanted || title.includes(wanted)) stories.push([title, run]);
};

/** A story that changes nothing: before all others, two at a time. */
export const reading = (title, run) => {
  if (!wanted || title.includes(wanted)) readers.push([title, run]);
};

async function tellOne([title, run]) {
  try {
    await run();
    console.log(`ok ${title}`);
  } catch (cause) {
    console.log(`not ok ${title}: ${String(cause).replaceAll('\n', ' ').slice(0, 600)}`);
  }
}

export async function tell() {
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let one = readers.shift(); one; one = readers.shift()) await tellOne(one);
    }),
  );
  for (const one of stories) await tellOne(one);
  for (const context of terminals) await context.close(); // a story that failed left its own open
  await browser.close();
}
