import { expect, type Page, test } from '@playwright/test';
import {
  customersTable,
  fillRename,
  knowDatabase,
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
  await knowDatabase(page, DATABASE, target.owner.url);
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

test('an operations file is taken literally, and refused with what is wrong in it and the way out', async ({
  page,
}) => {
  await signIn(page, 'Ada');
  await openForm(page, DATABASE);
  await page.getByRole('tab', { name: 'Operations file' }).click();
  const text = page.getByRole('textbox', { name: 'YAML or JSON' });
  const save = page.getByRole('button', { name: 'Save draft' });
  const rename = (name: string, body: string) =>
    text.fill(`name: ${name}\noperations:\n  - rename_column: ${body}`);

  await test.step('a column or a table that is not there is named', async () => {
    await rename('oops', '{ table: customers, from: nam, to: full_name }');
    await expect(preview(page)).toContainText('nam');
    await expect(preview(page)).toContainText(/no column/i);
    await expect(save).toBeDisabled();
    await rename('oops', '{ table: nothing, from: name, to: full_name }');
    await expect(preview(page)).toContainText('nothing');
  });

  await test.step('what Segue cannot do has a way out', async () => {
    await rename('partitioned', '{ table: events, from: day, to: date }');
    await expect(preview(page)).toContainText('events');
    await expect(preview(page)).toContainText(/partition/i);
    await expect(save).toBeDisabled();
  });

  await test.step('reserved words and quotes in names are names', async () => {
    await rename('odd names', `{ table: 'Order "Lines"', from: select, to: 'order "by"' }`);
    await expect(preview(page).getByText('Up to date')).toBeVisible();
    await expect(preview(page)).toContainText('"order ""by"""');
    await expect(preview(page)).toContainText('"Order ""Lines"""');
    await expect(save).toBeEnabled();
  });

  await text.fill('name: [');
  await expect(save).toBeDisabled();
});
