import { type Cookie, expect, type Page } from '@playwright/test';
import postgres from 'postgres';
import type { TransitionFile } from '@/lib/core/operation';
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

/** The cookie of each person who has given a name, by server. */
const known = new Map<string, Cookie>();

/** Gives a name on the settings page, so that no later act has to ask; the second time the browser remembers it. */
export async function signIn(page: Page, name: string): Promise<void> {
  const { origin } = new URL((await page.request.get('/api/v1/health')).url());
  const cookie = known.get(`${origin} ${name}`);
  if (cookie !== undefined) {
    await page.context().addCookies([cookie]);
    return;
  }
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Give a name' }).click();
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText(`You act as ${name}.`)).toBeVisible();
  const [given] = await page.context().cookies();
  if (given !== undefined) known.set(`${origin} ${name}`, given);
}

/** What a program would send to the API, as the person who is signed in. */
async function post(page: Page, path: string, data: unknown): Promise<string> {
  const response = await page.request.post(path, { data });
  const body = await response.json();
  expect(response.ok(), JSON.stringify(body)).toBe(true);
  return String(body.id);
}

/** Makes a database known to Segue, without its form. Gives its id. */
export async function knowDatabase(page: Page, name: string, url: string): Promise<string> {
  return post(page, '/api/v1/databases', { name, environment: 'development', url, tls: 'prefer' });
}

/** Keeps operations as a draft, without the form, and opens its page. */
async function draft(page: Page, databaseId: string, file: TransitionFile): Promise<void> {
  const id = await post(page, '/api/v1/transitions', { databaseId, file });
  await page.goto(`/transitions/${id}`);
  await expect(page.getByRole('heading', { level: 1, name: file.name })).toBeVisible();
}

/** Keeps customers.name → full_name as a draft and opens its page. */
export async function draftRename(page: Page, databaseId: string, name: string): Promise<void> {
  await draft(page, databaseId, {
    name,
    operations: [{ rename_column: { table: 'customers', from: 'name', to: 'full_name' } }],
  });
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
