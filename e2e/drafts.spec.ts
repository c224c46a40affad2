import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { action } from './support/dashboard';
import { readArchive } from './support/read-archive';
import { customersTable, knowDatabase, openTarget, planRename, signIn, type Target } from './support/target';

let target: Target;

test.beforeAll(async () => {
  target = await openTarget(customersTable(10));
});
test.afterAll(() => target.sql.end());

test('a draft is edited, duplicated and abandoned', async ({ page }) => {
  await signIn(page, 'Ada');
  await knowDatabase(page, 'Drafts', target.owner.url);
  await planRename(page, 'Drafts', 'first idea');
  const more = page.getByRole('button', { name: 'More actions' });

  await more.click();
  await page.getByRole('menuitem', { name: 'Edit draft' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Edit first idea' })).toBeVisible();
  await page.getByRole('textbox', { name: 'New name' }).fill('display_name');
  await page.getByRole('textbox', { name: 'Name of the transition' }).fill('better idea');
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'better idea' })).toBeVisible();
  await expect(page.getByText('customers: rename name to display_name')).toBeVisible();

  await test.step('its plan is downloaded as files that are used without Segue', async () => {
    await page.getByRole('tab', { name: 'Plan' }).click();
    const fetch = async (label: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: label }).click(),
      ]);
      const name = download.suggestedFilename();
      const found = Object.entries(readArchive(readFileSync(await download.path())));
      const folder = name.replace(/\.zip$/, '/');
      expect(found.every(([file]) => file.startsWith(folder))).toBe(true);
      return {
        name,
        files: Object.fromEntries(found.map(([file, text]) => [file.slice(folder.length), text])),
      };
    };
    const drizzle = await fetch('Drizzle folders');
    expect(drizzle.name).toBe('better-idea-drizzle.zip');
    expect(drizzle.files['README.md']).toContain('better idea');
    expect(Object.keys(drizzle.files)).toContain('1-add/meta/_journal.json');
    const text = Object.values(drizzle.files).join('\n');
    expect(text).toMatch(/ADD COLUMN "display_name"/);
    const plain = await fetch('Plain SQL');
    const phases = new Set(Object.keys(plain.files).map((file) => file.split('/').slice(0, -1).join('/')));
    expect([...phases].sort()).toEqual(
      expect.arrayContaining(['1-add/up', '1-add/down', '3-switch/up', '3-switch/down', '5-delete/up']),
    );
    expect(phases.has('5-delete/down')).toBe(false);
    await page.getByRole('tab', { name: 'Overview' }).click();
  });

  const original = page.url();
  await more.click();
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await expect(page).not.toHaveURL(original);
  await expect(page.getByRole('heading', { level: 1, name: /better idea.+/ })).toBeVisible();

  await more.click();
  await page.getByRole('menuitem', { name: 'Abandon' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Abandon' }).click();
  await expect(page.getByText('Abandoned', { exact: true }).first()).toBeVisible();
  await expect(action(page, 'Approve plan')).toHaveCount(0);

  await page.goto('/?q=better');
  const rows = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: /better idea/ }) });
  await expect(rows).toHaveCount(2);
  await page.getByRole('button', { name: /^Ended/ }).click();
  await expect(rows).toHaveCount(1);
  await page.reload();
  await expect(rows).toHaveCount(1);
});
