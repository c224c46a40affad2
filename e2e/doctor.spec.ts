import { expect, test } from '@playwright/test';
import { makeWorkspace, runSegue, type Workspace } from '@/test/run-segue';
import { action, restsBefore, start } from './support/dashboard';
import { customersTable, knowDatabase, openTarget, signIn, type Target } from './support/target';

let target: Target;
let workspace: Workspace;

test.beforeAll(async () => {
  target = await openTarget(customersTable(50));
  workspace = makeWorkspace();
});
test.afterAll(async () => {
  workspace.remove();
  await target.sql.end();
});

test('what the command line began is found on the page of its database, taken over, and left', async ({
  page,
}) => {
  const file = workspace.write('rename.json', {
    name: 'begun elsewhere',
    operations: [{ rename_column: { table: 'customers', from: 'name', to: 'full_name' } }],
  });
  const begun = await runSegue(['advance', file, '--database', target.owner.url], workspace.folder);
  expect(begun.code, begun.stderr).toBe(0);

  await signIn(page, 'Ada');
  const database = await knowDatabase(page, 'Elsewhere', target.owner.url);
  await page.goto(`/databases/${database}`);
  const doctor = page.getByRole('region', { name: 'What Segue left here' });
  await expect(doctor).toContainText('One transition has something in your tables. Nothing is out of order.');
  await expect(doctor).toContainText('1 of 5 phases done, driven by the command line');
  await doctor.getByRole('button', { name: 'Take over' }).click();
  await expect(doctor).toContainText('driven by this dashboard');

  await doctor.getByRole('link', { name: 'begun elsewhere' }).click();
  await action(page, 'Approve plan').click();
  await start(page, 'Start Sync');
  await restsBefore(page, 'Start Switch');
  await page.goto(`/databases/${database}`);
  await expect(doctor).toContainText('2 of 5 phases done');
  await doctor.getByRole('button', { name: 'Abandon' }).click();
  const question = page.getByRole('dialog', { name: 'Abandon begun elsewhere' });
  const confirm = question.getByRole('button', { name: 'Abandon and leave it' });
  await expect(question).toContainText('trigger');
  await expect(confirm).toBeDisabled();
  await question.getByRole('textbox').fill('begun elsewhere');
  await confirm.click();
  await expect(doctor.getByRole('list', { name: 'Findings' })).toContainText('was abandoned and left');
});
