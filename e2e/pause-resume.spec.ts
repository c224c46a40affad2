import { expect, test } from '@playwright/test';
import { action, goSlowly, restsBefore, start } from './support/dashboard';
import { addDatabase, customersTable, openTarget, planRename, signIn, type Target } from './support/target';

const ROWS = 6000;
let target: Target;

test.beforeAll(async () => {
  target = await openTarget(customersTable(ROWS));
});
test.afterAll(() => target.sql.end());

async function copied(): Promise<number> {
  const [row] = await target.sql`select count(full_name)::int as rows from customers`;
  return Number(row?.rows);
}

test('a copy of rows can be paused and goes on where it stopped', async ({ page }) => {
  await signIn(page, 'Ada');
  await addDatabase(page, 'Patient', target.owner.url);
  await planRename(page, 'Patient', 'pausing');
  await goSlowly(page, 200, 150);
  await action(page, 'Approve plan').click();
  await start(page, 'Start Add');
  await restsBefore(page, 'Start Sync');
  await start(page, 'Start Sync');
  const progress = page.getByRole('progressbar', { name: 'Backfill of customers.full_name' });
  await expect.poll(async () => Number(await progress.getAttribute('aria-valuenow'))).toBeGreaterThan(5);
  await action(page, 'Pause').click();
  await restsBefore(page, 'Resume');
  await expect(page.getByText('Paused', { exact: true }).first()).toBeVisible();
  const stopped = await copied();
  expect(stopped).toBeGreaterThan(0);
  expect(stopped).toBeLessThan(ROWS);
  await page.waitForTimeout(1000);
  expect(await copied()).toBe(stopped);
  await expect(page.getByText(`${stopped.toLocaleString('en-US')} written`)).toBeVisible();

  await action(page, 'Resume').click();
  await restsBefore(page, 'Start Switch');
  expect(await copied()).toBe(ROWS);
  await start(page, 'Roll back Sync');
  await restsBefore(page, 'Start Sync');
});
