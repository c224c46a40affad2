import { expect, test } from '@playwright/test';
import { action } from './support/dashboard';
import { customersTable, knowDatabase, openTarget, planRename, signIn, type Target } from './support/target';

let target: Target;

test.beforeAll(async () => {
  target = await openTarget(customersTable(10));
});
test.afterAll(() => target.sql.end());

test('a draft is edited, duplicated and abandoned', async ({ page }) => {
  await signIn(page, 'Ada');
  await knowDatabase(page, 'Drafts', target.owner.url);
  await planRename(page, 'Drafts', 'first idea');
  const more = page.getByRole('button', { name: 'More actions' });

  await more.click();
  await page.getByRole('menuitem', { name: 'Edit draft' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Edit first idea' })).toBeVisible();
  await page.getByRole('textbox', { name: 'New name' }).fill('display_name');
  await page.getByRole('textbox', { name: 'Name of the transition' }).fill('better idea');
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'better idea' })).toBeVisible();
  await expect(page.getByText('customers: rename name to display_name')).toBeVisible();

  const original = page.url();
  await more.click();
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await expect(page).not.toHaveURL(original);
  await expect(page.getByRole('heading', { level: 1, name: /better idea.+/ })).toBeVisible();

  await more.click();
  await page.getByRole('menuitem', { name: 'Abandon' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Abandon' }).click();
  await expect(page.getByText('Abandoned', { exact: true }).first()).toBeVisible();
  await expect(action(page, 'Approve plan')).toHaveCount(0);

  await page.goto('/?q=better');
  const rows = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: /better idea/ }) });
  await expect(rows).toHaveCount(2);
  await page.getByRole('button', { name: /^Ended/ }).click();
  await expect(rows).toHaveCount(1);
  await page.reload();
  await expect(rows).toHaveCount(1);
});
