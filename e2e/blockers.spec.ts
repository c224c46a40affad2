import { expect, test } from '@playwright/test';
import postgres from 'postgres';
import { action, restsBefore, start } from './support/dashboard';
import { customersTable, draftRename, knowDatabase, openTarget, signIn, type Target } from './support/target';

let target: Target;
let report: postgres.Sql;

test.beforeAll(async () => {
  target = await openTarget(customersTable(200));
  // Of the same role as Segue, which therefore may see and end it.
  report = postgres(target.owner.url, {
    max: 1,
    onnotice: () => undefined,
    connection: { application_name: 'nightly report' },
  });
});
test.afterAll(async () => {
  await report.end({ timeout: 1 });
  await target.sql.end();
});

test('a session that holds the table is named on the page and can be ended there', async ({ page }) => {
  await signIn(page, 'Ada');
  await draftRename(page, await knowDatabase(page, 'Busy', target.owner.url), 'blocked');
  await action(page, 'Approve plan').click();
  await expect(action(page, 'Start Add')).toBeEnabled();
  await report`BEGIN`;
  const [session] = await report<{ pid: number }[]>`SELECT pg_backend_pid() AS pid FROM customers LIMIT 1`;

  await start(page, 'Start Add');
  const waits = page.getByRole('region', { name: 'Waiting' });
  await expect(waits).toContainText(`pid ${session?.pid}`);
  await expect(waits).toContainText('nightly report');
  await expect(waits).toContainText('idle in transaction');
  await expect(page.getByText('Held', { exact: true }).first()).toBeVisible();
  await waits.getByRole('button', { name: `End session of pid ${session?.pid}` }).click();
  const question = page.getByRole('dialog', { name: /^End session/ });
  await expect(question).toContainText('Its connection is cut');
  await question.getByRole('button', { name: 'End session' }).click();

  await restsBefore(page, 'Start Sync');
  await expect(waits).toBeHidden();
  await page.getByRole('tab', { name: /^History/ }).click();
  await expect(page.getByText('Ended a session that stood in the way')).toBeVisible();
  await page.getByRole('tab', { name: 'Overview' }).click();
  await start(page, 'Roll back Add');
  await restsBefore(page, 'Start Add');
});
