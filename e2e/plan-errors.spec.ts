import { expect, type Page, test } from '@playwright/test';
import {
  addDatabase,
  customersTable,
  fillRename,
  openForm,
  openTarget,
  signIn,
  type Target,
} from './support/target';

const DATABASE = 'Plan errors';
let target: Target;

test.beforeAll(async ({ browser }) => {
  target = await openTarget(`${customersTable(10)};
    create table "Order ""Lines""" (id bigint primary key, "select" text);
    create table events (id bigint not null, day date not null) partition by range (day)`);
  const page = await browser.newPage();
  await signIn(page, 'Ada');
  await addDatabase(page, DATABASE, target.owner.url);
  await page.close();
});
test.afterAll(() => target.sql.end());

const preview = (page: Page) => page.getByRole('region', { name: 'Plan preview' });

async function tryRename(page: Page, to: string): Promise<void> {
  await fillRename(page, { table: 'customers', from: 'name', to });
}

test('names that cannot be taken are refused while typing, and nothing can be saved', async ({ page }) => {
  await signIn(page, 'Ada');
  await openForm(page, DATABASE);
  const save = page.getByRole('button', { name: 'Save draft' });

  await tryRename(page, 'email');
  await expect(preview(page)).toContainText('email');
  await expect(preview(page)).toContainText(/taken|already/);
  await expect(save).toBeDisabled();

  await page.getByRole('textbox', { name: 'New name' }).fill('x'.repeat(64));
  await expect(preview(page)).toContainText('63 bytes');
  await expect(save).toBeDisabled();

  await page.getByRole('textbox', { name: 'New name' }).fill('full_name');
  await expect(preview(page).getByText('Up to date')).toBeVisible();
  await expect(preview(page).getByRole('region', { name: 'Track' })).toBeVisible();
  await expect(save).toBeEnabled();
});

test('a column that is not there is named, in an operations file too', async ({ page }) => {
  await signIn(page, 'Ada');
  await openForm(page, DATABASE);
  await page.getByRole('tab', { name: 'Operations file' }).click();
  const text = page.getByRole('textbox', { name: 'YAML or JSON' });
  await text.fill(
    'name: oops\noperations:\n  - rename_column: { table: customers, from: nam, to: full_name }',
  );
  await expect(preview(page)).toContainText('nam');
  await expect(preview(page)).toContainText(/no column/i);
  await expect(page.getByRole('button', { name: 'Save draft' })).toBeDisabled();

  await text.fill(
    'name: oops\noperations:\n  - rename_column: { table: nothing, from: name, to: full_name }',
  );
  await expect(preview(page)).toContainText('nothing');
  await text.fill('name: [');
  await expect(page.getByRole('button', { name: 'Save draft' })).toBeDisabled();
});

test('reserved words and quotes in names are taken literally', async ({ page }) => {
  await signIn(page, 'Ada');
  await openForm(page, DATABASE);
  await page.getByRole('tab', { name: 'Operations file' }).click();
  await page
    .getByRole('textbox', { name: 'YAML or JSON' })
    .fill(
      `name: odd names\noperations:\n  - rename_column: { table: 'Order "Lines"', from: select, to: 'order "by"' }`,
    );
  await expect(preview(page).getByText('Up to date')).toBeVisible();
  await expect(preview(page)).toContainText('"order ""by"""');
  await expect(preview(page)).toContainText('"Order ""Lines"""');
  await expect(page.getByRole('button', { name: 'Save draft' })).toBeEnabled();
});

test('what Segue cannot do is refused with a way out', async ({ page }) => {
  await signIn(page, 'Ada');
  await openForm(page, DATABASE);
  await page.getByRole('tab', { name: 'Operations file' }).click();
  await page
    .getByRole('textbox', { name: 'YAML or JSON' })
    .fill('name: partitioned\noperations:\n  - rename_column: { table: events, from: day, to: date }');
  await expect(preview(page)).toContainText('events');
  await expect(preview(page)).toContainText(/partition/i);
  await expect(page.getByRole('button', { name: 'Save draft' })).toBeDisabled();
});
