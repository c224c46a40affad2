import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { action, restsBefore, start } from './support/dashboard';
import {
  customersTable,
  draftRename,
  fillRename,
  knowDatabase,
  openForm,
  openTarget,
  signIn,
  type Target,
} from './support/target';

/**
 * Contrast is a matter of the theme, and layout one of the width: each rule is asked where its answer can differ. At 1024 px
 * stands what stands at 1440, closer together.
 */
const LOOKS = [
  { width: 1440, theme: 'light', rules: 'all' },
  { width: 1440, theme: 'dark', rules: 'contrast' },
  { width: 1024, theme: 'light', rules: 'none' },
  { width: 390, theme: 'dark', rules: 'all but contrast' },
] as const;
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const DATABASE = `Readable ${process.pid}`;
let target: Target;
/** A transition after Sync, and its database: paths. */
let transition: string;
let database: string;

test.beforeAll(async ({ browser }) => {
  target = await openTarget(customersTable(50));
  const page = await browser.newPage();
  await signIn(page, 'Ada');
  const id = await knowDatabase(page, DATABASE, target.owner.url);
  database = `/databases/${id}`;
  await draftRename(page, id, 'legible');
  transition = new URL(page.url()).pathname;
  await action(page, 'Approve plan').click();
  await start(page, 'Start Add');
  await restsBefore(page, 'Start Sync');
  await start(page, 'Start Sync');
  await restsBefore(page, 'Start Switch');
  await page.close();
});
test.afterAll(() => target.sql.end());

async function expectAccessible(page: Page, name: string): Promise<void> {
  for (const { width, theme, rules } of LOOKS) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, `${name} scrolls sideways at ${width} px`).toBeLessThanOrEqual(0);
    if (rules === 'none') continue;
    // Without frames of other origins the legacy mode finds the same, and opens no page for it.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    if (rules === 'contrast') axe.withRules('color-contrast');
    else axe.withTags(STANDARDS).disableRules(rules === 'all' ? [] : ['color-contrast']);
    const { violations } = await axe.analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
    expect(found, `${name}, ${theme}, ${width} px`).toEqual([]);
  }
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('[data-loading]')).toHaveCount(0);
}

test('a transition can be read by everybody, in both themes and at each width', async ({ page }) => {
  await signIn(page, 'Ada');
  await open(page, transition);
  await expectAccessible(page, 'the overview');
  await page.setViewportSize({ width: 1440, height: 900 });
  await action(page, 'Start Switch').click();
  await expect(page.getByRole('dialog', { name: 'Start Switch' })).toBeVisible();
  await expectAccessible(page, 'the question before Switch');
});

test('its whole plan and its history too', async ({ page }) => {
  await open(page, `${transition}?tab=plan`);
  await expectAccessible(page, 'the whole plan');
  await open(page, `${transition}?tab=history`);
  await expectAccessible(page, 'the history');
});

for (const path of [
  '/',
  '/databases',
  '/databases/new',
  '/activity',
  '/settings',
  '/nothing-here',
  'form',
  'database',
]) {
  test(`${path} can be read by everybody, in both themes and at each width`, async ({ page }) => {
    if (path === 'form') {
      await openForm(page, DATABASE);
      await fillRename(page, { table: 'customers', from: 'country', to: 'land' });
      await expect(page.getByText('Up to date')).toBeVisible();
    } else await open(page, path === 'database' ? database : path);
    await expectAccessible(page, path);
  });
}

test('a raw migration with its findings, its questions and its phases can be read by everybody', async ({
  page,
}) => {
  await signIn(page, 'Ada');
  await open(page, '/transitions/new?from=file');
  await page.getByRole('combobox', { name: 'Database' }).selectOption({ label: `${DATABASE} (development)` });
  await page
    .locator('input[type="file"]')
    .first()
    .setInputFiles({
      name: 'add-region.sql',
      mimeType: 'text/plain',
      buffer: Buffer.from('ALTER TABLE customers ADD COLUMN region text NOT NULL;\nSELECT (;'),
    });
  await expect(page.getByText('1 question open')).toBeVisible();
  await expectAccessible(page, 'a migration that asks');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('button', { name: 'Edit the statement on line 2' }).click();
  await page.getByRole('textbox', { name: 'Lines 2 to 2' }).fill('');
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('textbox', { name: /what do the rows/ }).fill("'EU'");
  await page.getByRole('button', { name: 'Use it' }).click();
  await expect(page.getByText('Up to date')).toBeVisible();
  await expectAccessible(page, 'a migration beside its phases');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('button', { name: 'Save draft' }).click();
  const proof = page.getByRole('region', { name: 'Same end as your file' });
  await expect(proof).toContainText('Proved on a copy', { timeout: 60_000 });
  await expectAccessible(page, 'a transition with its proof');
});

test('the keyboard is enough', async ({ page }) => {
  await signIn(page, 'Ada');
  await open(page, '/');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.keyboard.press('/');
  await page.keyboard.type('legible');
  await expect(page).toHaveURL(/q=legible/);
  // The list follows a moment after the address; other transitions of this database stand in it until then.
  await expect(page.locator('[data-row]')).toHaveText(['legible']);
  await page.getByRole('searchbox').blur();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'legible' })).toBeVisible();
  await page.keyboard.press('1');
  await expect(page).toHaveURL(/phase=1/);

  const button = action(page, 'Roll back Sync');
  await expect(button).toBeEnabled();
  for (let presses = 0; presses < 60; presses++) {
    if (await button.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(button).toBeFocused();
  await page.keyboard.press('Enter');
  await restsBefore(page, 'Start Sync');

  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await expect(page.getByRole('heading', { level: 1, name: 'Databases' })).toBeVisible();
});
