import { expect, type Page } from '@playwright/test';
import type { SandboxView } from '@/lib/views/sandbox-view';

type Version = 'Old code' | 'New code';

/** What the row of one version shows. */
export async function shownTraffic(
  page: Page,
  version: Version,
): Promise<{ readonly errors: number; readonly requests: number }> {
  const row = page
    .getByRole('table', { name: 'Live traffic by version' })
    .getByRole('row', { name: version });
  const text = (await row.getByRole('cell').nth(1).innerText()).replaceAll(',', '');
  const [errors = Number.NaN, requests = Number.NaN] = [...text.matchAll(/\d+/g)].map(Number);
  return { errors, requests };
}

/** Waits until a version has sent `more` requests from now on, and holds that none of all failed. */
export async function expectNoErrors(page: Page, version: Version, more = 10): Promise<void> {
  const before = await shownTraffic(page, version);
  await expect
    .poll(async () => (await shownTraffic(page, version)).requests, { timeout: 20_000 })
    .toBeGreaterThan(before.requests + more);
  expect((await shownTraffic(page, version)).errors, `errors of ${version}`).toBe(0);
}

/** Switches a version on or off. */
export async function switchCode(page: Page, version: Version, on: boolean): Promise<void> {
  const control = page.getByRole('switch', { name: version });
  await control.click();
  await expect(control).toBeChecked({ checked: on });
}

/** The sandbox as the API tells it, to hold shown numbers against. */
export async function sandboxOf(page: Page): Promise<Extract<SandboxView, { state: 'ready' }>> {
  const view: SandboxView = await (await page.request.get('/api/v1/sandbox')).json();
  if (view.state !== 'ready') throw new Error(`the sandbox is ${view.state}`);
  return view;
}
