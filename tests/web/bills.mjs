// Bills of material as an engineer works on them: structure by day, lines edited, where used, compared, changed by
// engineering change and by mass change.
import { open, same, settings, shoot, signIn, story, tell, truth, visit } from './browser.mjs';

const ITEM = 'SD-12';
const enter = async (page, place, login) => {
  await signIn(page, '/', login);
  await open(page, place);
};
const rowsOf = (page, name) => page.locator(`[aria-label="${name}"] tbody tr`);
const lineOf = (page, text) => rowsOf(page, 'Lines of the bill').filter({ hasText: text });
const saved = (page) => page.waitForSelector('p.notice.good[role=status]');
const closed = (page) => page.waitForSelector('dialog', { state: 'detached' });
const press = (page, name) => page.click(`dialog button:has-text("${name}")`);

story(
  'a line is added, changed, ended and removed; a wrong value stands at its field and nothing typed is lost',
  async () => {
    const page = await visit({ locale: 'en' });
    await enter(page, `bill?item=${ITEM}&way=lines`);
    await page.click('button:has-text("Add a line")');
    await page.fill('[name="edits[0].component"]', 'NO-SUCH');
    await page.fill('[name="edits[0].qty"]', '3');
    await page.fill('[name="edits[0].position"]', '990');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.field.wrong:has([name="edits[0].component"]) .why:has-text("NO-SUCH")');
    await shoot(page, 'en-light-desktop-line-wrong');
    same(await page.inputValue('[name="edits[0].qty"]'), '3', 'what was typed');
    await page.fill('[name="edits[0].component"]', 'PK-BOX-DL');
    await page.keyboard.press('Enter');
    await closed(page);
    await saved(page);
    const line = lineOf(page, '990');
    await line.waitFor();
    await line.locator('button:has-text("Change")').click();
    await page.fill('[name="edits[0].qty"]', '0.25');
    await page.fill('[name="edits[0].operation"]', '999');
    await page.keyboard.press('Enter');
    await page.waitForSelector(
      '.field.wrong:has([name="edits[0].operation"]) .why:has-text("not in the routing")',
    );
    await page.fill('[name="edits[0].operation"]', '');
    await page.keyboard.press('Enter');
    await closed(page);
    await lineOf(page, '0.25').waitFor();
    await shoot(page, 'en-light-desktop-lines');
    await lineOf(page, '990').locator('button:has-text("End")').click();
    await page.fill('[name="edits[0].end_on"]', '2027-03-01');
    await page.keyboard.press('Enter');
    await closed(page);
    await lineOf(page, '990').filter({ hasText: '2027' }).waitFor();

    // the structure on the day before its end and on the day
    await open(page, `bill?item=${ITEM}&on=2027-02-28`);
    await page.fill('.grid input[type=search]', 'PK-BOX-DL');
    await page.waitForSelector('.grid .row.on:has-text("PK-BOX-DL")');
    await page.click('.day-slider button:has-text("›")');
    await page.waitForFunction(
      () => document.querySelector('.day-slider input[type=date]').value === '2027-03-01',
    );
    await page.waitForSelector('.grid .row.on', { state: 'detached' });
    await page.fill('.grid input[type=search]', '');
    await page.waitForSelector('.grid .row.on');
    await shoot(page, 'en-light-desktop-slider');
    await page.check('label:has-text("Summary") input');
    await page.waitForSelector('.grid .row.on .tag:has-text("critical")');
    await shoot(page, 'en-light-desktop-summary');

    await open(page, `bill?item=${ITEM}&way=lines`);
    await lineOf(page, '990').locator('button:has-text("Remove")').click();
    await press(page, 'Save');
    await closed(page);
    await lineOf(page, '990').waitFor({ state: 'detached' });
    await open(page, `bill?item=${ITEM}&way=history`);
    await page.waitForSelector('.compared tr.bad:has-text("PK-BOX-DL")');
    await shoot(page, 'en-light-desktop-bill-history');
    same(page.faults.join('; '), '', 'faults');
  },
);

story(
  'a line that another person changed meanwhile is shown beside what was typed, and not overwritten unseen',
  async () => {
    const [mine, theirs] = [await visit({ locale: 'en' }), await visit({ locale: 'en' })];
    await enter(mine, 'bill?item=DL-100&way=lines');
    await enter(theirs, 'bill?item=DL-100&way=lines', settings.second);
    const open_ = async (page, scrap) => {
      await lineOf(page, 'LK-KEY').locator('button:has-text("Change")').click();
      await page.fill('[name="edits[0].scrap_pct"]', scrap);
    };
    await open_(mine, '3');
    await open_(theirs, '4');
    await theirs.keyboard.press('Enter');
    await closed(theirs);
    await mine.keyboard.press('Enter');
    await mine.waitForSelector('.notice.warn:has-text("was changed after you opened it")');
    same(await mine.inputValue('[name="edits[0].scrap_pct"]'), '3', 'what was typed');
    truth((await mine.textContent('.notice.warn tbody')).includes('4'), 'what the other one saved');
    await shoot(mine, 'en-light-desktop-line-conflict');
    await mine.keyboard.press('Enter');
    await closed(mine);
    await lineOf(mine, 'LK-KEY').filter({ hasText: '3' }).waitFor();
  },
);

story('where used: through all levels, one, and the end items', async () => {
  const page = await visit({ locale: 'en' });
  await enter(page, 'bill?item=CH-GREASE&way=up');
  await page.waitForSelector('.grid .row.on');
  const deep = await page.locator('.grid .row.on').count();
  await page.selectOption('.grid select', 'oneLevel');
  await page.waitForFunction((all) => document.querySelectorAll('.grid .row.on').length < all, deep);
  await page.selectOption('.grid select', 'endItems');
  await page.waitForSelector('.grid .row.on:has-text("DL-100")');
  await page.waitForSelector('.grid [role=columnheader]:has-text("Ways")');
  await shoot(page, 'en-light-desktop-ends');
});

story('two bills side by side: what differs is marked; an unknown revision is refused', async () => {
  const page = await visit({ locale: 'en' });
  await enter(page, 'bill?item=DL-100&way=compare');
  await page.fill('[name="right.item"]', 'DL-200');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.compared tr.warn del:has-text("SA-PANEL1")');
  await page.waitForSelector('.compared tr.warn ins:has-text("SA-PANEL2")');
  await page.fill('[name="right.revision"]', 'ZZ');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.notice.bad:has-text("ZZ")');
  same(await page.inputValue('[name="right.revision"]'), 'ZZ', 'what was typed');
});

story('an engineering change: drawn up, its effect seen, approved by another person, reverted', async () => {
  const page = await visit({ locale: 'en' });
  const code = 'EC-' + Date.now().toString(36).toUpperCase();
  await enter(page, 'changes');
  await page.click('button:has-text("New change")');
  await page.fill('dialog [name=change]', code);
  await page.keyboard.press('Enter');
  await page.fill('[name=title]', 'Two keys more');
  await page.fill('[name=effective_on]', '2026-12-01');
  await page.fill('input[aria-label="Lines of the bill of"]', 'DL-100');
  await page.keyboard.press('Enter');
  await page.locator('tr:has-text("LK-KEY") button:has-text("Change")').click();
  await page.fill('dialog [name=qty]', '4');
  await page.keyboard.press('Enter');
  await closed(page);
  await page.reload(); // what is typed is kept by the browser
  await page.waitForSelector('.compared tr.warn:has-text("4")');
  same(await page.inputValue('[name=title]'), 'Two keys more', 'what was typed');
  await shoot(page, 'en-light-desktop-draft');
  await page.click('button:has-text("Save the draft")');
  await page.waitForSelector('.panel:has-text("What it touches") td:has-text("DL-100")');
  await shoot(page, 'en-light-desktop-effect');
  await page.click('button:has-text("Submit")');
  await press(page, 'Save');
  await closed(page);
  await page.waitForSelector('.notice:has-text("second person")');
  same(await page.locator('button:has-text("Approve")').count(), 0, 'the author approves');

  const other = await visit({ locale: 'en' });
  await enter(other, `change?change=${code}`, settings.second);
  await other.click('button:has-text("Approve")');
  await other.fill('dialog [name=note]', 'seen');
  await press(other, 'Save');
  await other.waitForSelector('.tag.good:has-text("effective"), dialog input[name=password]');
  if (await other.locator('dialog input[name=password]').count()) {
    await other.fill('dialog input[name=password]', settings.password);
    await other.keyboard.press('Enter');
    await other.waitForSelector('.tag.good:has-text("effective")');
  }
  await open(
    page,
    'bill?item=DL-100&way=compare&left.item=DL-100&left.start_on=2026-11-30&right.item=DL-100&right.start_on=2026-12-01',
  );
  await page.waitForSelector('.compared tr.warn:has-text("LK-KEY")');
  await open(page, `change?change=${code}`);
  await page.click('button:has-text("Revert")');
  await press(page, 'Save');
  await page.waitForSelector('.tag:has-text("reverted")');
  await page.waitForSelector('.steps li:has-text("seen")');
  await shoot(page, 'en-light-desktop-change');
  await open(page, 'changes');
  await page.waitForSelector(`.grid .row.on:has-text("${code}"):has-text("reverted")`);
  same(page.faults.join('; '), '', 'faults');
});

story('a mass change: seen first, run, undone', async () => {
  const page = await visit({ locale: 'en' });
  const code = 'MC-' + Date.now().toString(36).toUpperCase();
  await enter(page, 'mass-change');
  await page.fill('[name=component]', 'CH-GREASE');
  await page.click('button:has-text("Preview")');
  await page.waitForSelector('.field.wrong .why:has-text("is needed")');
  await page.fill('[name=factor]', '1.1');
  await page.keyboard.press('Enter');
  await page.waitForSelector('td ins');
  const lines = await page.locator('td ins').count();
  truth(lines >= 4, `${lines} lines`);
  await shoot(page, 'en-light-desktop-mass-preview');
  await page.fill('[name=change]', code);
  await page.click('button:has-text("Run")');
  await page.waitForSelector('.tag.good:has-text("done")');
  await page.click('button:has-text("Undo all of it")');
  await press(page, 'Save');
  await page.waitForSelector('.tag:has-text("undone")');
  same(page.faults.join('; '), '', 'faults');
});

await tell();
