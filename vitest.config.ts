import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { isDriverFault } from './lib/postgres/driver-fault.ts';

const alias = {
  '@': path.resolve(import.meta.dirname),
  'server-only': path.resolve(import.meta.dirname, 'test/server-only.ts'),
};

/** Two projects: `unit` is pure and parallel; `postgres` shares real servers that `test/postgres/global-setup.ts` starts. */
export default defineConfig({
  test: {
    // The product survives it too; see there.
    onUnhandledError: (error) => !isDriverFault(error),
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: ['{lib,components,app,scripts,test}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.pg.test.ts', '**/node_modules/**'],
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'postgres',
          sequence: { groupOrder: 1 },
          include: ['{lib,test}/**/*.pg.test.ts'],
          exclude: ['**/node_modules/**'],
          globalSetup: ['test/postgres/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: true,
          maxWorkers: 2,
        },
      },
    ],
  },
});
