import { expect, type Locator, type Page, test } from '@playwright/test';
import { customersTable, knowDatabase, openTarget, signIn, type Target } from './support/target';

const DATABASE = `Raw ${process.pid}`;
let target: Target;
let databaseId: string;

test.beforeAll(async ({ browser }) => {
  target = await openTarget(customersTable(200));
  const page = await browser.newPage();
  await signIn(page, 'Ada');
  databaseId = await knowDatabase(page, DATABASE, target.owner.url);
  await page.close();
});
test.afterAll(() => target.sql.end());

const sheet = (page: Page): Locator => page.getByRole('region', { name: /^Migration file/ });
const phases = (page: Page): Locator => page.getByRole('list', { name: 'Planned phases' });
const save = (page: Page): Locator => page.getByRole('button', { name: 'Save draft' });
/** What became of the statement that begins on a line. */
const fate = (page: Page, line: number): Locator =>
  page.getByRole('button', { name: new RegExp(`^Statement on line ${line}:`) });

async function openPage(page: Page): Promise<void> {
  await signIn(page, 'Ada');
  await page.goto(`/transitions/new?database=${databaseId}`);
  await page.getByRole('tab', { name: 'Migration file' }).click();
}

/** Drags a file over the page and lets it go. */
async function drop(page: Page, name: string, content: string): Promise<void> {
  const data = await page.evaluateHandle(
    ([fileName = '', text = '']) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], fileName));
      return transfer;
    },
    [name, content],
  );
  await page.dispatchEvent('main', 'dragover', { dataTransfer: data });
  await expect(page.getByText('Drop the migration file')).toBeVisible();
  await page.dispatchEvent('main', 'drop', { dataTransfer: data });
  await expect(page.getByText('Drop the migration file')).toBeHidden();
}

test('a fault is shown at its place and mended there, by keyboard alone', async ({ page }) => {
  await openPage(page);
  await page.getByRole('textbox', { name: 'Migration' }).focus();
  await page.keyboard.type(
    'ALTER TABLE customers ADD COLUM note text;\n\\dt\nALTER TABLE nothing ADD COLUMN a int;',
  );
  await page.keyboard.press('Control+Enter');
  await expect(sheet(page)).toContainText('syntax error at or near');
  await expect(sheet(page).getByText('^', { exact: false }).first()).toBeVisible();
  await expect(sheet(page)).toContainText('command of psql');
  await expect(sheet(page)).toContainText(/nothing/);
  await expect(save(page)).toBeDisabled();

  await page.getByRole('button', { name: 'Edit', exact: true }).press('Enter');
  await expect(sheet(page).getByRole('textbox')).toBeFocused();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('ALTER TABLE customers ADD COLUMN note text;');
  await page.keyboard.press('Control+Enter');
  await expect(fate(page, 1)).toHaveText(/Add/);
  await expect(save(page)).toBeEnabled();

  await page.getByRole('button', { name: 'Remove file' }).click();
  await drop(page, 'image.sql', 'a\0b');
  await expect(page.getByText(/not a text file/)).toBeVisible();
});

test('a file of 20,000 lines is drawn in part, gone through by its findings, and edited in its place', async ({
  page,
}) => {
  await openPage(page);
  const lines = Array.from({ length: 20_000 }, (_, index) => `-- line ${index + 1}`);
  lines[4] = 'ALTER TABLE customers ADD COLUMN early text;';
  lines[19_989] = 'CREATE INDEX late ON customers (country);';
  await drop(page, 'long.sql', lines.join('\n'));
  await expect(fate(page, 5)).toHaveText(/Add/);
  expect(await sheet(page).locator('[data-index]').count()).toBeLessThan(200);
  await expect(fate(page, 19_990)).toHaveCount(0);

  await page.getByRole('button', { name: 'Next finding' }).click();
  await expect(fate(page, 19_990)).toBeInViewport();
  await expect(sheet(page)).toContainText('-- line 19985');
  expect(await sheet(page).locator('[data-index]').count()).toBeLessThan(200);

  await page.getByRole('button', { name: 'Edit the statement on line 19990' }).click();
  const editor = sheet(page).getByRole('textbox');
  await expect(editor).toBeFocused();
  await editor.fill('CREATE INDEX later ON customers (country, name);');
  await page.keyboard.press('Control+Enter');
  await expect(phases(page)).toContainText('add an index over country, name');
});
