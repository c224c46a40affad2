import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { action, restsBefore, start } from './support/dashboard';
import { addDatabase, customersTable, openTarget, planRename, signIn, type Target } from './support/target';

const WIDTHS = [1440, 1024, 390] as const;
const THEMES = ['light', 'dark'] as const;
let target: Target;

test.beforeAll(async () => {
  target = await openTarget(customersTable(50));
});
test.afterAll(() => target.sql.end());

/** Looks at the page in both themes and at all widths. */
async function expectAccessible(page: Page, name: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, `${name} scrolls sideways at ${width} px`).toBeLessThanOrEqual(0);
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
        .analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
      expect(found, `${name}, ${theme}, ${width} px`).toEqual([]);
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.waitForLoadState('networkidle');
}

test('every page can be read by everybody, in both themes and at each width', async ({ page }) => {
  await signIn(page, 'Ada');
  await addDatabase(page, 'Readable', target.owner.url);
  const database = new URL(page.url()).pathname;
  await open(page, database);
  await expectAccessible(page, 'a database');

  await open(page, '/transitions/new');
  await expectAccessible(page, 'an empty form');
  await planRename(page, 'Readable', 'readable');
  const transition = new URL(page.url()).pathname;
  await expectAccessible(page, 'a draft');
  await open(page, `${transition}/edit`);
  await expect(page.getByText('Up to date')).toBeVisible();
  await expectAccessible(page, 'the form with a plan');

  await open(page, transition);
  await action(page, 'Approve plan').click();
  await start(page, 'Start Add');
  await restsBefore(page, 'Start Sync');
  await start(page, 'Start Sync');
  await restsBefore(page, 'Start Switch');
  await expectAccessible(page, 'a transition under way');
  await action(page, 'Start Switch').click();
  await expect(page.getByRole('dialog', { name: 'Start Switch' })).toBeVisible();
  await expectAccessible(page, 'the question before Switch');
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Whole plan' }).click();
  await expectAccessible(page, 'the whole plan');
  await page.getByRole('tab', { name: /History/ }).click();
  await expectAccessible(page, 'the history');

  for (const path of ['/', '/databases', '/databases/new', '/activity', '/settings', '/nothing-here']) {
    await open(page, path);
    await expectAccessible(page, path);
  }
});

test('the keyboard is enough', async ({ page }) => {
  await signIn(page, 'Ada');
  await open(page, '/');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.keyboard.press('/');
  await page.keyboard.type('readable');
  await expect(page).toHaveURL(/q=readable/);
  await page.getByRole('searchbox').blur();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'readable' })).toBeVisible();
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
