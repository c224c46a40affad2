import { expect, type Page, test } from '@playwright/test';
import postgres from 'postgres';
import { action, goSlowly, restsBefore, setSettings, start } from './support/dashboard';
import { customersTable, draftRename, knowDatabase, openTarget, signIn, type Target } from './support/target';

const ROWS = 12_000;
const SLOT = `stalled_${process.pid}`;
let target: Target;
let server: postgres.Sql;

test.beforeAll(async () => {
  target = await openTarget(customersTable(ROWS));
  server = postgres(target.superuserUrl, { max: 1, onnotice: () => undefined });
});
test.afterAll(async () => {
  await server.end();
  await target.sql.end();
});

async function copied(): Promise<number> {
  const [row] = await target.sql`select count(full_name)::int as rows from customers`;
  return Number(row?.rows);
}

/** Nothing moves any more, and what was done is kept. */
async function expectStopped(page: Page): Promise<void> {
  const stopped = await copied();
  expect(stopped).toBeGreaterThan(0);
  expect(stopped).toBeLessThan(ROWS);
  await page.waitForTimeout(500);
  expect(await copied()).toBe(stopped);
  await expect(page.getByText(`${stopped.toLocaleString('en-US')} written`)).toBeVisible();
}

test('a copy of rows is steered while it runs: paused, held, widened, and stopped with everything else', async ({
  page,
}) => {
  await signIn(page, 'Ada');
  await draftRename(page, await knowDatabase(page, 'Patient', target.owner.url), 'pausing');
  await goSlowly(page, 200, 500);
  await action(page, 'Approve plan').click();
  await start(page, 'Start Add');
  await restsBefore(page, 'Start Sync');
  await start(page, 'Start Sync');
  const progress = page.getByRole('progressbar', { name: 'Backfill of customers.full_name' });
  const waits = page.getByRole('region', { name: 'Waiting' });

  await test.step('paused and resumed', async () => {
    await expect.poll(async () => Number(await progress.getAttribute('aria-valuenow'))).toBeGreaterThan(1);
    await action(page, 'Pause').click();
    await restsBefore(page, 'Resume');
    await expect(page.getByText('Paused', { exact: true }).first()).toBeVisible();
    await expectStopped(page);
  });

  await test.step('held by a slot that is named, until the slot is gone', async () => {
    await server`select pg_create_physical_replication_slot(${SLOT}, true)`;
    await server`create table filler as select repeat(md5(n::text), 30) from generate_series(1, 3000) n`;
    await setSettings(page, { 'A replication slot keeps (MB)': '1' });
    await action(page, 'Resume').click();
    await expect(waits).toContainText(SLOT);
    await expect(waits).toContainText(/Waiting for \d+ s/);
    await server`select pg_drop_replication_slot(${SLOT})`;
    await expect(waits).toBeHidden();
  });

  await test.step('with another lane and a shorter batch', async () => {
    const panel = page.getByRole('region', { name: 'Copying rows' });
    await panel.getByRole('combobox', { name: 'Lanes' }).selectOption('2');
    await expect(panel.getByRole('list', { name: 'Lanes' }).getByRole('listitem')).toHaveCount(2);
    await panel.getByRole('combobox', { name: 'Time of a batch' }).selectOption('50');
    await expect(panel).toContainText('aim 50 ms');
  });

  await test.step('paused with everything, and resumed with everything', async () => {
    // However long the way to the list takes, it is still copying then.
    await goSlowly(page, 200, 2000);
    const own = page.url();
    await page.goto('/');
    const row = page
      .getByRole('listitem')
      .filter({ has: page.getByRole('link', { name: 'pausing', exact: true }) });
    for (const [verb, status] of [
      ['Pause', 'Paused'],
      ['Resume', 'Running'],
    ] as const) {
      await page.getByRole('button', { name: `${verb} everything` }).click();
      await page.getByRole('button', { name: `${verb} 1 transition` }).click();
      await expect(row.getByText(status, { exact: true })).toBeVisible();
    }
    await page.goto(own);
  });

  await goSlowly(page, 20_000, 0);
  await restsBefore(page, 'Start Switch');
  expect(await copied()).toBe(ROWS);
});
