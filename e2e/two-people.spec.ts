import { expect, test } from '@playwright/test';
import { action, restsBefore } from './support/dashboard';
import { customersTable, draftRename, knowDatabase, openTarget, signIn, type Target } from './support/target';

let target: Target;

test.beforeAll(async () => {
  target = await openTarget(customersTable(50));
});
test.afterAll(() => target.sql.end());

test('of two people who click at once one wins, and the other is told who', async ({ browser }) => {
  const [ada, grace] = await Promise.all([browser.newPage(), browser.newPage()]);
  await signIn(ada, 'Ada');
  await signIn(grace, 'Grace');
  await draftRename(ada, await knowDatabase(ada, 'Shared', target.owner.url), 'together');
  await action(ada, 'Approve plan').click();
  await restsBefore(ada, 'Start Add');
  await grace.goto(ada.url());

  // A phase that still runs can be rolled back too: both must see it rest, or one of them acts on what is past.
  for (const [name, rest] of [
    ['Start Add', 'Start Add'],
    ['Roll back Add', 'Start Sync'],
  ] as const) {
    await Promise.all([restsBefore(ada, rest), restsBefore(grace, rest)]);
    await Promise.all([action(ada, name).click(), action(grace, name).click()]);
    const told = [ada, grace].map((page) =>
      page.getByRole('main').getByRole('alert').filter({ hasText: 'changed since you looked' }),
    );
    await expect
      .poll(async () => (await Promise.all(told.map((alert) => alert.count()))).reduce((a, b) => a + b, 0))
      .toBe(1);
    const loser = (await told[0]?.count()) === 1 ? 0 : 1;
    const [page, winner] = loser === 0 ? [ada, 'Grace'] : [grace, 'Ada'];
    await expect(
      page.getByRole('main').getByRole('alert').filter({ hasText: 'changed since you looked' }),
    ).toContainText(winner);
    await page.getByRole('button', { name: 'Close' }).click();
  }
  await restsBefore(ada, 'Start Add');
  const { history } = await (await ada.request.get(`/api/v1${new URL(ada.url()).pathname}/live`)).json();
  const starts = history.filter((entry: { what: string }) => /start|roll/i.test(entry.what));
  expect(starts.length).toBeGreaterThanOrEqual(2);
  await Promise.all([ada.close(), grace.close()]);
});
