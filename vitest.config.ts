import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { isDriverFault } from './lib/postgres/driver-fault.ts';
import { LongestFirst } from './test/longest-first.ts';

const alias = {
  '@': path.resolve(import.meta.dirname),
  'server-only': path.resolve(import.meta.dirname, 'test/server-only.ts'),
};

/** Ends what hangs; no test may depend on how fast the machine is. */
const FULL = process.env.SEGUE_TEST_FULL === '1';
const PATIENCE_MS = FULL ? 1_200_000 : 600_000;
/** Whole files that only the full run takes. */
const LONG = FULL ? [] : ['**/*.full.pg.test.ts'];

/** Two projects: `unit` is pure and parallel; `postgres` shares real servers that `test/postgres/global-setup.ts` starts. */
export default defineConfig({
  test: {
    // The product survives it too; see there.
    onUnhandledError: (error) => !isDriverFault(error),
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: ['{lib,components,app,scripts,test}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.pg.test.ts', '**/node_modules/**'],
          // They keep nothing from one file to the next: a process for each would cost more than what it runs.
          isolate: false,
          maxWorkers: 2,
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'postgres',
          sequence: { groupOrder: 1 },
          include: ['{lib,test}/**/*.pg.test.ts'],
          exclude: ['**/node_modules/**', ...LONG],
          globalSetup: ['test/postgres/global-setup.ts'],
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
          // What is waited for comes on a crowded machine too, only later.
          expect: { poll: { timeout: 120_000 } },
          fileParallelism: true,
          // Much of a test is waiting, for locks and timeouts of PostgreSQL: four of them keep two cores busy.
          maxWorkers: 4,
        },
      },
    ],
  },
});
