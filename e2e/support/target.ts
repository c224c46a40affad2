import { expect, type Page } from '@playwright/test';
import postgres from 'postgres';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';

export interface Target extends TestDatabase {
  /** As the owner. */
  readonly sql: postgres.Sql;
}

/** A table of customers as a team would have it; `rows` of them. */
export function customersTable(rows: number): string {
  return `create table customers (id bigint primary key generated always as identity, email text not null unique,
      name text not null, country text);
    insert into customers (email, name) select 'c' || n || '@example.com', 'Name ' || n from generate_series(1, ${rows}) n;
    analyze customers`;
}

/** A database of its own on the test server. The server is thrown away at the end, and it with it. */
export async function openTarget(setup: string): Promise<Target> {
  const database = await createTestDatabase({ setup });
  return { ...database, sql: postgres(database.owner.url, { max: 1, onnotice: () => undefined }) };
}

/** Gives a name on the settings page, so that no later act has to ask. */
export async function signIn(page: Page, name: string): Promise<void> {
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Give a name' }).click();
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText(`You act as ${name}.`)).toBeVisible();
}

/** Adds a database by the form and waits for its page. */
export async function addDatabase(page: Page, name: string, url: string): Promise<void> {
  await page.goto('/databases/new');
  await page.getByRole('textbox', { name: 'URL' }).fill(url);
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('button', { name: 'Add database' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

/** Opens the new-transition form on a database. */
export async function openForm(page: Page, database: string): Promise<void> {
  await page.goto('/transitions/new');
  await page.getByRole('combobox', { name: 'Database' }).selectOption({ label: `${database} (development)` });
}

/** Fills in a rename by the form's pickers. */
export async function fillRename(
  page: Page,
  rename: { readonly table: string; readonly from: string; readonly to: string },
): Promise<void> {
  const table = page.getByRole('combobox', { name: 'Table' });
  await table.fill(rename.table);
  await page.getByRole('option', { name: new RegExp(`^${rename.table}\\b`) }).click();
  const column = page.getByRole('combobox', { name: 'Column' });
  await column.fill(rename.from);
  await page.getByRole('option', { name: new RegExp(`^${rename.from}\\b`) }).click();
  await page.getByRole('textbox', { name: 'New name' }).fill(rename.to);
}

/** Plans customers.name → full_name under a name, by the form, and waits for the draft's page. */
export async function planRename(page: Page, database: string, name: string): Promise<void> {
  await openForm(page, database);
  await fillRename(page, { table: 'customers', from: 'name', to: 'full_name' });
  await page.getByRole('textbox', { name: 'Name of the transition' }).fill(name);
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}
