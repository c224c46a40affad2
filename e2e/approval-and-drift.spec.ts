import { expect, test } from '@playwright/test';
import { action, restsBefore, start } from './support/dashboard';
import { customersTable, draftRename, knowDatabase, openTarget, signIn, type Target } from './support/target';

let target: Target;

test.beforeAll(async () => {
  target = await openTarget(customersTable(50));
});
test.afterAll(() => target.sql.end());

test('an approval holds for the schema that was seen: a change by hand voids it until somebody approves again', async ({
  page,
}) => {
  await signIn(page, 'Ada');
  await draftRename(page, await knowDatabase(page, 'Drifting', target.owner.url), 'drift');
  await expect(action(page, 'Start Add')).toHaveCount(0);
  await action(page, 'Approve plan').click();
  await restsBefore(page, 'Start Add');

  await target.sql.unsafe('alter table customers add column nickname text');
  await action(page, 'Start Add').click();
  await expect(page.getByRole('list', { name: 'What changed' })).toContainText('nickname');
  const [present] = await target.sql`select count(*)::int as columns from information_schema.columns
    where table_name = 'customers' and column_name = 'full_name'`;
  expect(present?.columns).toBe(0);

  await action(page, 'Approve again').click();
  await restsBefore(page, 'Start Add');
  await expect(page.getByRole('list', { name: 'What changed' })).toHaveCount(0);
  await start(page, 'Start Add');
  await restsBefore(page, 'Start Sync');
  await start(page, 'Roll back Add');
  await restsBefore(page, 'Start Add');
  await page.getByRole('tab', { name: /History/ }).click();
  await expect(page.getByRole('tabpanel')).toContainText('Ada');
});
