// How long it takes from a click to its outcome on the page. Options: --rows n, --each n.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import { action, restsBefore, start } from '@/e2e/support/dashboard';
import { startOwnSegue } from '@/e2e/support/own-segue';
import { addDatabase, customersTable, openTarget, planRename, signIn } from '@/e2e/support/target';
import { withServer } from '@/lib/postgres/temporary-server';
import { buildApp } from '@/scripts/lib/build-app.mjs';
import { BROWSER_ARGS, findBrowser } from '@/scripts/lib/find-browser.mjs';
import { serverVariable } from '@/test/postgres/test-majors';
import { spread } from './support/percentile';
import { writeResult } from './support/write-result';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, each: { type: 'string', default: '10' } },
});
const rows = Number(values.rows);
const each = Number(values.each);
const root = path.resolve(import.meta.dirname, '..');
const distDir = process.env.SEGUE_E2E_DIST_DIR ?? '.next-test';
const LONGEST_SYNC_MS = 600_000;
const LONGEST_MOVE_MS = 60_000;

const times = new Map<string, number[]>();

/**
 * In the page: from the last click to the frame in which the move is over and the button of the next state can be pressed. As text, since what
 * tsx makes of a function needs helpers that the page does not have.
 */
const untilShown = (page: Page, next: string): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve, reject) => {
    let clicked = null;
    const giveUp = performance.now() + ${LONGEST_MOVE_MS};
    document.addEventListener('click', () => { clicked = performance.now(); }, { capture: true });
    const look = () => {
      const buttons = [...document.querySelectorAll('[aria-label="Actions"] button')].filter(({ disabled }) => !disabled);
      const can = buttons.map(({ textContent }) => textContent.trim());
      const there = can.includes(${JSON.stringify(next)}) && !can.includes('Pause');
      if (clicked !== null && there) resolve(performance.now() - clicked);
      else if (performance.now() < giveUp) requestAnimationFrame(look);
      else reject(new Error(document.querySelector('main').innerText));
    };
    look();
  })`);

await buildApp(root, distDir);
const executablePath = await findBrowser(root);
await withServer(
  18,
  async (server) => {
    process.env[serverVariable(18)] = server.url;
    const target = await openTarget(customersTable(rows));
    const [about] = await target.sql<
      { version: string }[]
    >`select current_setting('server_version') as version`;
    const segue = await startOwnSegue();
    const browser = await chromium.launch({
      args: BROWSER_ARGS,
      ...(executablePath === '' ? {} : { executablePath }),
    });
    try {
      segue.startWorker();
      const page = await browser.newPage({ baseURL: segue.url });
      await signIn(page, 'Ada');
      await addDatabase(page, 'Bench', target.owner.url);
      await planRename(page, 'Bench', 'clicks');
      await action(page, 'Approve plan').click();
      const click = async (button: string, next: string, options: { answer?: boolean } = {}) => {
        await restsBefore(page, button);
        const [ms] = await Promise.all([untilShown(page, next), start(page, button, options)]);
        times.set(button, [...(times.get(button) ?? []), ms]);
        process.stdout.write(`${button}: ${Math.round(ms)} ms\n`);
      };
      for (let n = 0; n < each; n += 1) {
        await click('Start Add', 'Start Sync');
        await click('Roll back Add', 'Start Add');
      }
      await click('Start Add', 'Start Sync');
      await start(page, 'Start Sync');
      await restsBefore(page, 'Start Switch', LONGEST_SYNC_MS);
      for (let n = 0; n < each; n += 1) {
        await click('Start Switch', 'Start Retire', { answer: false });
        await click('Roll back Switch', 'Start Switch');
      }
      await click('Start Switch', 'Start Retire', { answer: false });
      for (let n = 0; n < each; n += 1) {
        await click('Start Retire', 'Roll back Retire', { answer: true });
        await click('Roll back Retire', 'Start Retire');
      }
    } finally {
      await browser.close();
      await segue.stop();
      await target.sql.end();
      await target.drop();
    }
    writeResult('clicks', about?.version ?? '', {
      rows,
      fsync: 'on',
      /** From the click to the frame that shows the next state. */
      ms: Object.fromEntries([...times].map(([button, list]) => [button, spread(list)])),
      all: spread([...times.values()].flat()),
    });
  },
  { fsync: 'on', full_page_writes: 'on' },
);
process.exit(0);
