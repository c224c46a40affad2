import { expect, type Locator, type Page, test } from '@playwright/test';
import { action, restsBefore } from './support/dashboard';
import { operation, preview } from './support/operation-form';
import { customersTable, knowDatabase, openForm, openTarget, signIn, type Target } from './support/target';

let target: Target;
test.beforeAll(async () => {
  target = await openTarget(customersTable(100));
});
test.afterAll(() => target.sql.end());

/** Goes on with the Tab key until the control has the focus. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  await expect(control).toBeEnabled();
  for (let presses = 0; presses < 80; presses += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(control).toBeFocused();
}

test('an operation is planned, approved, started and taken back by keyboard alone', async ({ page }) => {
  await signIn(page, 'Ada');
  await knowDatabase(page, 'Keys', target.owner.url);
  await openForm(page, 'Keys');
  const fields = operation(page, 1);
  const write = async (control: Locator, text: string): Promise<void> => {
    await tabTo(page, control);
    await page.keyboard.type(text);
  };
  const choose = async (name: string, text: string): Promise<void> => {
    await write(fields.getByRole('combobox', { name, exact: true }), text);
    await expect(fields.getByRole('option', { name: new RegExp(`^${text}\\b`) })).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(fields.getByRole('combobox', { name, exact: true })).toHaveValue(text);
  };
  await choose('Table', 'customers');
  await choose('Column', 'country');
  await write(fields.getByRole('textbox', { name: 'New name' }), 'land');
  await write(page.getByRole('textbox', { name: 'Name of the transition' }), 'by keyboard');
  await expect(preview(page).getByText('Up to date')).toBeVisible();
  await tabTo(page, page.getByRole('button', { name: 'Save draft' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'by keyboard' })).toBeVisible();

  for (const name of ['Approve plan', 'Start Add', 'Roll back Add']) {
    await tabTo(page, action(page, name));
    await page.keyboard.press('Enter');
    await restsBefore(page, name === 'Start Add' ? 'Start Sync' : 'Start Add');
  }
  const columns = await target.sql<{ name: string }[]>`
    select attname as name from pg_attribute where attrelid = 'customers'::regclass and attnum > 0 and not attisdropped`;
  expect(columns.map(({ name }) => name)).toEqual(['id', 'email', 'name', 'country']);
});
