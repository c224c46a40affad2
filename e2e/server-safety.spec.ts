import { expect, test } from '@playwright/test';

test('the server answers only to host names that it knows', async ({ request }) => {
  for (const path of ['/', '/databases', '/_next/static/anything.js', '/api/v1/anything']) {
    const stranger = await request.get(path, { headers: { host: 'rebound.example' } });
    expect(stranger.status(), path).toBe(421);
    expect(await stranger.text()).toContain('SEGUE_HOSTS');
  }
  expect((await request.get('/', { headers: { host: 'localhost' } })).status()).toBe(200);
});

test('every page may be framed by nobody and loads nothing from elsewhere', async ({ page, baseURL }) => {
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${baseURL}/`) && !request.url().startsWith('data:'))
      elsewhere.push(request.url());
  });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  for (const path of ['/', '/databases', '/settings', '/activity']) {
    const response = await page.goto(path);
    const headers = response?.headers() ?? {};
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('same-origin');
    expect(headers['x-powered-by']).toBeUndefined();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  }
  expect(elsewhere).toEqual([]);
  expect(complaints).toEqual([]);
});
