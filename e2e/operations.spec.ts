import { expect, type Page, test } from '@playwright/test';
import postgres from 'postgres';
import { action, restsBefore, start } from './support/dashboard';
import { choose, operation, pick, preview, save, type } from './support/operation-form';
import { customersTable, knowDatabase, openForm, openTarget, signIn, type Target } from './support/target';

const DATABASE = `Operations ${process.pid}`;
const SHOP = `${customersTable(200)};
  create type mood as enum ('sad', 'ok');
  create table orders (id bigint primary key generated always as identity, quantity integer not null);
  insert into orders (quantity) select n from generate_series(1, 200) n;
  create table invoices (id bigint primary key generated always as identity, customer_id bigint not null);
  insert into invoices (customer_id) select n from generate_series(1, 200) n;
  create table people (id bigint primary key generated always as identity, name text not null);
  insert into people (name) select 'First' || n || ' Last' || n from generate_series(1, 200) n;
  create table notes (id bigint primary key, body text);
  analyze`;
let target: Target;
let report: postgres.Sql;

test.beforeAll(async ({ browser }) => {
  target = await openTarget(SHOP);
  const page = await browser.newPage();
  await signIn(page, 'Ada');
  await knowDatabase(page, DATABASE, target.owner.url);
  await page.close();
  // Of the same role as Segue, which therefore may see it.
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

async function form(page: Page): Promise<void> {
  await signIn(page, 'Ada');
  await openForm(page, DATABASE);
}

const one = async (query: string) => (await target.sql.unsafe(query))[0];

test('three kinds of operation are planned by the form, run together, and taken back', async ({ page }) => {
  await form(page);
  const more = page.getByRole('button', { name: 'Add another operation' });
  const whoWrites = page.getByText('Who writes both columns while both codes run');
  await expect(whoWrites).toBeVisible();
  const split = operation(page, 1);
  await choose(split, 'Split a column');
  await expect(whoWrites).toHaveCount(0);
  await pick(split, 'Table', 'people');
  await pick(split, 'Column', 'name');
  await type(split, {
    'First new column': 'first_name',
    'Value of the first (SQL)': "split_part(name, ' ', 1)",
    'Second new column': 'last_name',
    'Value of the second (SQL)': "split_part(name, ' ', 2)",
    'Back to the old column (SQL)': "first_name || ' ' || last_name",
  });
  await more.click();
  await choose(operation(page, 2), 'Add a value to an enum');
  await type(operation(page, 2), { 'Enum type': 'mood', 'New value': 'curious' });
  await more.click();
  await choose(operation(page, 3), 'Rename a table');
  await pick(operation(page, 3), 'Table', 'notes');
  await type(operation(page, 3), { 'New name': 'remarks' });
  await save(page, 'three at once');

  await action(page, 'Approve plan').click();
  await start(page, 'Start Add');
  await restsBefore(page, 'Start Sync');
  await start(page, 'Start Sync');
  await restsBefore(page, 'Start Switch');
  await start(page, 'Start Switch', { answer: false });
  await restsBefore(page, 'Start Retire');
  expect(
    await one(`select (select first_name || '/' || last_name from people where id = 7) as split,
      to_regclass('remarks') is not null as renamed, enum_range(null::mood)::text as mood`),
  ).toEqual({ split: 'First7/Last7', renamed: true, mood: '{sad,ok,curious}' });

  await start(page, 'Roll back Switch');
  await restsBefore(page, 'Start Switch');
  await start(page, 'Roll back Sync');
  await restsBefore(page, 'Start Sync');
  await start(page, 'Roll back Add');
  await restsBefore(page, 'Start Add');
  expect(
    await one(`select to_regclass('remarks') is null as renamed,
      (select count(*)::int from pg_attribute where attrelid = 'people'::regclass and attname = 'first_name') as split`),
  ).toEqual({ split: 0, renamed: true });
});

test('a type changes under the same name: handed over at the swap, and back', async ({ page }) => {
  await form(page);
  const fields = operation(page, 1);
  await choose(fields, 'Change a type');
  await pick(fields, 'Table', 'orders');
  await pick(fields, 'Column', 'quantity');
  await type(fields, { 'New type': 'bigint' });
  await save(page, 'same name');
  const typeNow = () =>
    one('select pg_typeof(quantity)::text as type, quantity::int from orders where id = 7');
  await action(page, 'Approve plan').click();
  await start(page, 'Start Add');
  await restsBefore(page, 'Start Sync');
  await start(page, 'Start Sync');
  await restsBefore(page, 'Start Switch');
  await start(page, 'Start Switch', { answer: true });
  await restsBefore(page, 'Start Retire');
  expect(await typeNow()).toEqual({ type: 'bigint', quantity: 7 });
  await start(page, 'Roll back Switch');
  await restsBefore(page, 'Start Switch');
  expect(await typeNow()).toEqual({ type: 'integer', quantity: 7 });
});

test('an index build shows how far it is and whom it waits for, is stopped, and goes on to the foreign key', async ({
  page,
}) => {
  await form(page);
  const fields = operation(page, 1);
  await choose(fields, 'Add an index');
  await pick(fields, 'Table', 'customers');
  await pick(fields, 'Columns (optional)', 'country');
  await type(fields, { 'Name (optional)': 'customers_country' });
  await page.getByRole('button', { name: 'Add another operation' }).click();
  const key = operation(page, 2);
  await choose(key, 'Add a foreign key');
  await pick(key, 'Table', 'invoices');
  await pick(key, 'Columns', 'customer_id');
  await pick(key, 'References', 'customers');
  await save(page, 'index and key');
  await action(page, 'Approve plan').click();
  await expect(action(page, 'Start Sync')).toBeEnabled();
  await report`BEGIN ISOLATION LEVEL REPEATABLE READ`;
  const [session] = await report<{ pid: number }[]>`SELECT pg_backend_pid() AS pid FROM customers LIMIT 1`;

  await start(page, 'Start Sync', { answer: true });
  const progress = page.getByRole('progressbar', { name: /^Building .*customers_country/ });
  await expect(progress).toHaveAttribute('aria-valuetext', /transactions/);
  const waits = page.getByRole('region', { name: 'Waiting' });
  await expect(waits).toContainText('nightly report');
  await expect(waits).toContainText(`pid ${session?.pid}`);

  await page.getByRole('button', { name: 'Stop the build' }).click();
  await restsBefore(page, 'Resume');
  await expect(progress).toHaveCount(0);
  await report`COMMIT`;
  await action(page, 'Resume').click();
  await expect(page.getByText('Finished: every phase is done.', { exact: true })).toBeVisible({
    timeout: 30_000,
  });
  expect(
    await one(`select (select indisvalid from pg_index where indexrelid = 'customers_country'::regclass) as built,
      (select count(*)::int from pg_index where not indisvalid) as unfinished,
      (select convalidated from pg_constraint where conrelid = 'invoices'::regclass and contype = 'f') as proven`),
  ).toEqual({ built: true, unfinished: 0, proven: true });
});

test('SQL of one’s own is tried when asked, run, and taken back by its own way', async ({ page }) => {
  await form(page);
  const fields = operation(page, 1);
  await choose(fields, 'SQL of your own');
  await type(fields, {
    SQL: 'CREATE VIEW public.short AS SELECT id FROM public.nothing',
    'SQL for the way back': 'DROP VIEW public.short',
  });
  const tryIt = preview(page).getByRole('button', { name: 'Try it' });
  await expect(preview(page)).toContainText('Your SQL has not been tried.');
  await tryIt.click();
  await expect(preview(page)).toContainText('relation "public.nothing" does not exist');
  await type(fields, { SQL: 'CREATE VIEW public.short AS SELECT id FROM public.customers' });
  await tryIt.click();
  await expect(preview(page)).toContainText('Your SQL was tried there and back');
  await save(page, 'own sql');
  await action(page, 'Approve plan').click();
  await start(page, 'Start Add');
  await expect(page.getByText('Finished: every phase is done.', { exact: true })).toBeVisible({
    timeout: 30_000,
  });
  expect(await one('select count(*)::int as rows from short')).toEqual({ rows: 200 });
  await start(page, 'Roll back Add');
  await restsBefore(page, 'Start Add');
  expect(await one(`select to_regclass('short') as view`)).toEqual({ view: null });
});
