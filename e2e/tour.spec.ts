import { expect, test } from '@playwright/test';
import { action, introduce, restsBefore, start } from './support/dashboard';
import { expectNoErrors, sandboxOf, shownTraffic, switchCode } from './support/traffic';

test('the five-minute tour: a rename there, back and there again under live traffic, without an error', async ({
  page,
}) => {
  test.setTimeout(180_000);

  await test.step('create the sandbox from the empty page', async () => {
    await page.goto('/');
    await page.getByRole('button', { name: 'Create sandbox' }).click();
    await introduce(page, 'Ada Lovelace');
    await expect(page.getByRole('heading', { name: 'Making the sandbox' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'The sandbox is running' })).toBeVisible({
      timeout: 40_000,
    });
    await expect(page.getByText('Old code sends')).toBeVisible();
  });

  await test.step('plan the rename that the sandbox proposes', async () => {
    await page.getByRole('link', { name: 'Rename customers.name to full_name' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'New transition' })).toBeVisible();
    await expect(page.getByRole('combobox', { name: 'Table' })).toHaveValue('customers');
    await expect(page.getByRole('combobox', { name: 'Column' })).toHaveValue('name');
    await expect(page.getByRole('textbox', { name: 'New name' })).toHaveValue('full_name');
    const preview = page.getByRole('region', { name: 'Plan preview' });
    await expect(preview.getByText('Up to date')).toBeVisible();
    await page.getByRole('button', { name: 'Save draft' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'rename-customers-name' })).toBeVisible();
  });

  await test.step('review and approve', async () => {
    await page.getByRole('tab', { name: 'Whole plan' }).click();
    await expect(page.getByText('ADD COLUMN').first()).toBeVisible();
    await page.getByRole('tab', { name: 'Overview' }).click();
    await action(page, 'Approve plan').click();
    await expect(page.getByText('Approved by Ada Lovelace')).toBeVisible();
  });

  await test.step('Add, back, and again', async () => {
    await start(page, 'Start Add');
    await restsBefore(page, 'Start Sync');
    await start(page, 'Roll back Add');
    await restsBefore(page, 'Start Add');
    await start(page, 'Start Add');
    await restsBefore(page, 'Start Sync');
    // Errors are counted from the time when a version was switched on, so this speaks for all that was before.
    await expectNoErrors(page, 'Old code');
  });

  await test.step('Sync, watching the rows being copied, back from the middle, and again', async () => {
    await start(page, 'Start Sync');
    const copied = page.getByRole('progressbar', { name: 'Backfill of customers.full_name' });
    await expect
      .poll(async () => Number(await copied.getAttribute('aria-valuenow')), { timeout: 30_000 })
      .toBeGreaterThan(0);
    await start(page, 'Roll back Sync');
    await restsBefore(page, 'Start Sync');
    await start(page, 'Start Sync');
    await expect
      .poll(async () => Number(await copied.getAttribute('aria-valuenow')), { timeout: 30_000 })
      .toBeGreaterThan(0);
    await restsBefore(page, 'Start Switch', 90_000);
    await expect(page.getByText('New code: works')).toBeVisible();
  });

  await test.step('new code goes live beside the old', async () => {
    await switchCode(page, 'New code', true);
    await Promise.all([expectNoErrors(page, 'New code'), expectNoErrors(page, 'Old code')]);
  });

  await test.step('Switch, back, and again', async () => {
    await start(page, 'Start Switch', { answer: false });
    await restsBefore(page, 'Start Retire');
    await start(page, 'Roll back Switch');
    await restsBefore(page, 'Start Switch');
    await start(page, 'Start Switch', { answer: false });
    await restsBefore(page, 'Start Retire');
    await Promise.all([expectNoErrors(page, 'New code'), expectNoErrors(page, 'Old code')]);
  });

  await test.step('old code goes out of service; Retire, back, and again', async () => {
    await switchCode(page, 'Old code', false);
    await start(page, 'Start Retire', { answer: true });
    await restsBefore(page, 'Start Delete');
    await start(page, 'Roll back Retire');
    await restsBefore(page, 'Start Retire');
    await switchCode(page, 'Old code', true);
    await expectNoErrors(page, 'Old code');
    await switchCode(page, 'Old code', false);
    await start(page, 'Start Retire', { answer: true });
    await restsBefore(page, 'Start Delete');
    await expectNoErrors(page, 'New code');
  });

  await test.step('Delete asks for the name of the table', async () => {
    await action(page, 'Start Delete').click();
    const question = page.getByRole('dialog', { name: /cannot be rolled back/ });
    const confirm = question.getByRole('button', { name: 'Start Delete' });
    await expect(confirm).toBeDisabled();
    await question.getByRole('textbox').fill('customer');
    await expect(confirm).toBeDisabled();
    await question.getByRole('textbox').fill('customers');
    await confirm.click();
    await expect(page.getByText('Cannot be rolled back').first()).toBeVisible({ timeout: 30_000 });
    await expect(action(page, 'Roll back Delete')).toHaveCount(0);
    await expectNoErrors(page, 'New code');
  });

  await test.step('the numbers shown are those of the traffic, and nothing of it is left in the end', async () => {
    const { databaseId, traffic } = await sandboxOf(page);
    const shown = await shownTraffic(page, 'New code');
    expect(traffic.versions[1]?.errors).toBe(shown.errors);
    expect(traffic.versions[1]?.requests ?? 0).toBeGreaterThanOrEqual(shown.requests);
    await page.goto(`/databases/${databaseId}`);
    await page.getByRole('button', { name: 'Remove sandbox' }).click();
    await page
      .getByRole('dialog', { name: 'Remove the sandbox' })
      .getByRole('button', { name: 'Remove sandbox' })
      .click();
    await expect(page.getByRole('button', { name: 'Create sandbox' })).toBeVisible({ timeout: 30_000 });
    expect(await (await page.request.get('/api/v1/transitions')).json()).toEqual([]);
    expect(await (await page.request.get('/api/v1/databases')).json()).toEqual([]);
  });
});
