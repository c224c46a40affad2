import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildApp } from './build-app.mjs';
import { countPlaywright, countVitest, settleCounts } from './count-results.mjs';
import { findBrowser } from './find-browser.mjs';
import { runCommand } from './run-command.mjs';

/** @typedef {import('./count-results.mjs').Counts} Counts */

/**
 * @typedef {object} TestRun
 * @property {string} root
 * @property {string} reports folder for the runners' JSON reports
 * @property {NodeJS.ProcessEnv} env
 * @property {string} distDir
 */

/** @type {Record<import('./test-options.mjs').Stage, (run: TestRun) => Promise<Counts>>} */
export const stageRunners = {
  format: (run) => checks(run, [['@biomejs/biome/bin/biome', 'check', '.']]),
  lint: (run) => checks(run, [['../scripts/check-imports.mjs'], ['knip/bin/knip.js', '--no-progress']]),
  types: (run) =>
    checks(run, [
      ['next/dist/bin/next', 'typegen'],
      ['typescript/bin/tsc', '--noEmit'],
    ]),
  unit: (run) => vitest(run, 'unit'),
  postgres: (run) => vitest(run, 'postgres'),
  build: async (run) => {
    await buildApp(run.root, run.distDir);
    return { passed: 1, failed: 0 };
  },
  e2e: async (run) => {
    const browser = await findBrowser(run.root);
    const report = path.join(run.reports, 'e2e.json');
    const env = { ...run.env, CHROMIUM_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: report };
    const code = await runPackage({ ...run, env }, [
      '@playwright/test/cli.js',
      'test',
      '--reporter=list,json',
    ]);
    return settleCounts(code, existsSync(report) ? countPlaywright(readJson(report)) : null);
  },
};

/**
 * Runs all commands, also after a failure; together they count as one.
 * @param {TestRun} run
 * @param {[string, ...string[]][]} commands
 * @returns {Promise<Counts>}
 */
async function checks(run, commands) {
  let failed = 0;
  for (const command of commands) if ((await runPackage(run, command)) !== 0) failed = 1;
  return { passed: 1 - failed, failed };
}

/**
 * @param {TestRun} run
 * @param {string} project
 * @returns {Promise<Counts>}
 */
async function vitest(run, project) {
  const report = path.join(run.reports, `${project}.json`);
  const code = await runPackage(run, [
    'vitest/vitest.mjs',
    'run',
    `--project=${project}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  return settleCounts(code, existsSync(report) ? countVitest(readJson(report)) : null);
}

/**
 * @param {TestRun} run
 * @param {[string, ...string[]]} command a script inside node_modules, and its arguments
 * @returns {Promise<number>}
 */
function runPackage(run, [script, ...args]) {
  const file = path.join(run.root, 'node_modules', script);
  return runCommand(process.execPath, [file, ...args], { cwd: run.root, env: run.env });
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
