// What a planner does beyond reading lists: what-ifs, orders on their way.
import { axeFaults, open, same, shoot, signIn, story, tell, truth, visit } from './browser.mjs';

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

await tell();
