import { expect, test } from '@playwright/test';
import { action, goSlowly, restsBefore, start } from './support/dashboard';
import { kill, type OwnSegue, startOwnSegue } from './support/own-segue';
import { customersTable, draftRename, knowDatabase, openTarget, signIn, type Target } from './support/target';

const ROWS = 5000;
let target: Target;
let segue: OwnSegue;

test.beforeAll(async () => {
  [target, segue] = await Promise.all([openTarget(customersTable(ROWS)), startOwnSegue()]);
});
test.afterAll(async () => {
  await segue.stop();
  await target.sql.end();
});

test('the copy of rows goes on after its worker was killed, and the page shows it', async ({ browser }) => {
  const page = await browser.newPage({ baseURL: segue.url });
  let worker = segue.startWorker();
  await signIn(page, 'Ada');
  await draftRename(page, await knowDatabase(page, 'Robust', target.owner.url), 'killed');
  await goSlowly(page, 200, 200);
  await action(page, 'Approve plan').click();
  await start(page, 'Start Add');
  await restsBefore(page, 'Start Sync');
  await start(page, 'Start Sync');
  const progress = page.getByRole('progressbar', { name: 'Backfill of customers.full_name' });
  const share = async () => Number(await progress.getAttribute('aria-valuenow'));
  await expect.poll(share).toBeGreaterThan(10);

  await kill(worker);
  const [before] = await target.sql`select count(full_name)::int as rows from customers`;
  expect(before?.rows).toBeLessThan(ROWS);
  worker = segue.startWorker();
  const atKill = await share();
  await expect.poll(share, { timeout: 30_000 }).toBeGreaterThan(atKill + 5);
  await restsBefore(page, 'Start Switch', 60_000);
  const [after] =
    await target.sql`select count(*) filter (where full_name = name)::int as rows from customers`;
  expect(after?.rows).toBe(ROWS);
  await expect(page.getByRole('main').getByRole('alert')).toHaveCount(0);
  await page.close();
});
