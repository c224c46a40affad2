import { expect, type Page, test } from '@playwright/test';
import { addDatabase, customersTable, openTarget, signIn, type Target } from './support/target';

let target: Target;

test.beforeAll(async () => {
  target = await openTarget(customersTable(10));
});
test.afterAll(() => target.sql.end());

async function tryUrl(page: Page, url: string): Promise<void> {
  await page.goto('/databases/new');
  await page.getByRole('textbox', { name: 'URL' }).fill(url);
  await page.getByRole('textbox', { name: 'Name' }).fill('add-database');
  await page.getByRole('button', { name: 'Add database' }).click();
}

test('a URL that does not work is refused with the reason and the next step', async ({ page }) => {
  await signIn(page, 'Ada');
  const alert = page.getByRole('main').getByRole('alert');

  const wrong = new URL(target.owner.url);
  wrong.password = 'not-the-password';
  await tryUrl(page, wrong.href);
  await expect(alert).toContainText('password authentication failed', { ignoreCase: true });
  await expect(alert).toContainText('Check user and password');
  await expect(alert).not.toContainText('not-the-password');

  const nowhere = new URL(target.owner.url);
  nowhere.port = '1';
  await tryUrl(page, nowhere.href);
  await expect(alert).toContainText('cannot be reached');
  await expect(alert).toContainText('Check that the server runs');

  await tryUrl(page, 'mysql://somebody@127.0.0.1/shop');
  await expect(page.getByText('not with "postgres:"')).toBeVisible();
  await page.goto('/databases');
  await expect(page.getByRole('link', { name: 'add-database' })).toHaveCount(0);
});

test('missing rights are named, with the script that grants them', async ({ page }) => {
  await signIn(page, 'Ada');
  const poor = target.apps[0];
  await page.goto('/databases/new');
  await page.getByRole('textbox', { name: 'URL' }).fill(poor?.url ?? '');
  await page.getByRole('button', { name: 'Test connection' }).click();
  const missing = page.getByRole('list', { name: 'What is missing' });
  await expect(missing).toContainText(`The role ${poor?.name} may not create Segue's schema`);
  await expect(missing).toContainText(`belong to ${target.owner.name}`);
  await expect(page.getByText(`GRANT CREATE ON DATABASE "${target.name}" TO "${poor?.name}";`)).toBeVisible();
});

test('the password of a database is nowhere to be seen once it is added', async ({ page }) => {
  await signIn(page, 'Ada');
  await addDatabase(page, 'Secretive', target.owner.url);
  const { password } = new URL(target.owner.url);
  expect(password.length).toBeGreaterThan(10);
  const own = new URL(page.url()).pathname;
  for (const path of [own, '/', '/databases', '/transitions/new', '/activity', '/api/v1/databases']) {
    const answer = await page.request.get(path);
    expect(answer.ok(), path).toBe(true);
    expect(await answer.text(), path).not.toContain(password);
  }
  expect(await page.content()).not.toContain(password);
  await expect(page.getByText(`postgres://${target.owner.name}@127.0.0.1`)).toBeVisible();
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.getByText('Secretive answers.')).toBeVisible();

  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  const question = page.getByRole('dialog', { name: 'Remove Secretive from Segue' });
  await question.getByRole('textbox').fill('Secretive');
  await question.getByRole('button', { name: 'Remove database' }).click();
  await expect(page).toHaveURL(/\/databases$/);
  await expect(page.getByRole('link', { name: 'Secretive' })).toHaveCount(0);
});
