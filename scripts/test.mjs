// `npm test`: everything, on a fresh machine. Runs on after a failure and closes with one line over all runners.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../lib/postgres/free-port.mjs';
import { summarize } from './lib/count-results.mjs';
import { installPackages } from './lib/install-packages.mjs';
import { root } from './lib/register-typescript.mjs';
import { forwardSignals, wasInterrupted } from './lib/run-command.mjs';
import { readTestOptions } from './lib/test-options.mjs';
import { stageRunners } from './lib/test-stages.mjs';
import { reportFailure } from './lib/usage-error.mjs';

/** @returns {Promise<number>} exit code */
async function test() {
  const { full, stages } = readTestOptions(process.argv.slice(2));
  forwardSignals();
  await installPackages(root);
  if (full) await installPackages(path.join(root, 'test', 'postgres-majors'));

  const work = mkdtempSync(path.join(os.tmpdir(), 'segue-test-'));
  // As root PostgreSQL runs as another user, who has to pass through.
  chmodSync(work, 0o755);
  const distDir = '.next-test';
  const env = {
    ...process.env,
    NEXT_TELEMETRY_DISABLED: '1',
    SEGUE_TEST_FULL: full ? '1' : '',
    SEGUE_E2E_DATA: path.join(work, 'data'),
    SEGUE_E2E_PORT: String(await freePort()),
    SEGUE_E2E_DIST_DIR: distDir,
  };
  const run = { root, reports: work, env, distDir };
  const results = [];
  try {
    for (const stage of stages) {
      if (wasInterrupted()) break;
      console.log(`\n── ${stage} ${'─'.repeat(60 - stage.length)}`);
      const began = performance.now();
      const counts = await stageRunners[stage](run).catch((error) => {
        reportFailure(error);
        return { passed: 0, failed: 1 };
      });
      const seconds = (performance.now() - began) / 1000;
      console.log(`── ${stage}: ${seconds.toFixed(1)} s`);
      results.push({ stage, seconds, ...counts });
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  if (wasInterrupted()) console.log('\nInterrupted: the stages after this did not run.');
  console.log(`\n${summarize(results).join('\n')}`);
  return wasInterrupted() || results.some((result) => result.failed > 0) ? 1 : 0;
}

process.exit(await test().catch(reportFailure));
