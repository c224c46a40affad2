// The catalogue of statements (test/hazards) beside squawk: what each says of work under a lock that makes others wait.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LOCK_MODES } from '@/lib/core/plan';
import type { Catalog } from '@/lib/planner/catalog';
import type { Effects } from '@/lib/planner/hazards/effects';
import { effectsOf } from '@/lib/planner/hazards/effects-of';
import { withServer } from '@/lib/postgres/temporary-server';
import { CONTEXTS, type HazardCase, type HazardContext, readHazardCases } from '@/test/hazards/hazard-case';
import { HazardDatabases } from '@/test/hazards/hazard-database';
import { readEverything } from '@/test/hazards/judge-case';
import { parseOne } from '@/test/hazards/parse-one';
import { writeResult } from './support/write-result';

const SQUAWK = 'squawk-cli@2.66.0';
const MAJOR = 18;

/** Rules of squawk about taste, names, timeouts, running a file twice, or a lock that is held for a moment: they say nothing of work under one. */
const OTHER =
  /^(prefer-|require-(lock|statement)-timeout|require-timeout|require-table-schema|ban-char-field|ban-drop-|ban-truncate-|require-concurrent-index-deletion|require-concurrent-partition-detach|require-enum-value-ordering|renaming-|syntax-error|transaction-nesting|ban-uncommitted|ban-create-domain|ban-alter-domain|identifier-too-long)/;

interface SquawkFinding {
  readonly file: string;
  readonly rule_name: string;
}

/** What squawk says of each case, each in a file of its own. */
function squawkSays(cases: readonly HazardCase[]): Map<string, string[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'segue-squawk-'));
  try {
    execFileSync('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', SQUAWK]);
    const files = cases.map((one) => path.join(folder, `${one.id}.sql`));
    for (const [at, one] of cases.entries())
      writeFileSync(files[at] ?? '', `${[...one.before, one.statement].join(';\n')};\n`);
    const { stdout } = spawnSync(
      path.join(folder, 'node_modules/.bin/squawk'),
      ['--reporter', 'json', '--pg-version', `${MAJOR}.0`, ...files],
      { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    );
    const said = new Map<string, string[]>();
    for (const { file, rule_name } of JSON.parse(stdout) as SquawkFinding[]) {
      const id = path.basename(file, '.sql');
      said.set(id, [...new Set([...(said.get(id) ?? []), rule_name])]);
    }
    return said;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the case does there: the judgement that real servers agree with in every case (test/hazards). */
const truthOf = (one: HazardCase, catalog: Catalog): Effects =>
  effectsOf(parseOne(one.statement), catalog, { major: MAJOR, timeZone: one.timeZone, complete: true });

function worksUnderLock({ locks, rewrites, scans, builds }: Effects): boolean {
  const strong = locks
    .filter(({ mode }) => LOCK_MODES.indexOf(mode) >= LOCK_MODES.indexOf('SHARE'))
    .map(({ relation }) => relation);
  return [...rewrites, ...scans, ...builds].some((relation) => strong.includes(relation));
}

// Those that need a schema of their own are left out: squawk sees the statement alone either way.
const cases = readHazardCases().filter(
  ({ from, until, setup, before }) =>
    from <= MAJOR && until >= MAJOR && setup === null && before.length === 0,
);
const said = squawkSays(cases);
const unreadable = cases.filter(({ id }) => said.get(id)?.includes('syntax-error'));

function compare(context: HazardContext, catalog: Catalog) {
  const mine = cases.filter((one) => one.contexts.includes(context));
  const told = mine.map((one) => ({ one, effects: truthOf(one, catalog) }));
  const rows = told
    .filter(({ effects }) => effects.refused === null)
    .map(({ one, effects }) => ({
      id: one.id,
      works: worksUnderLock(effects),
      rules: (said.get(one.id) ?? []).filter((rule) => !OTHER.test(rule)),
    }));
  const named = (works: boolean, flagged: boolean) =>
    rows.filter((row) => row.works === works && row.rules.length > 0 === flagged);
  return {
    context,
    statements: rows.length,
    refusedByServer: told.length - rows.length,
    found: named(true, true).length,
    missed: named(true, false).map(({ id }) => id),
    falseAlarms: named(false, true).map(({ id, rules }) => ({ id, rules })),
    quiet: named(false, false).length,
  };
}

await withServer(MAJOR, async (server) => {
  const databases = new HazardDatabases(server.url);
  const results = [];
  for (const context of CONTEXTS)
    results.push(compare(context, await readEverything(await databases.template(context))));
  await databases.close();
  writeResult('squawk', String(MAJOR), {
    statements: cases.length,
    squawk: SQUAWK,
    unreadable: unreadable.map(({ id }) => id),
    contexts: results,
  });
  for (const { context, statements, found, missed, falseAlarms, quiet } of results)
    process.stdout.write(
      `${context}: ${statements} statements; work under a lock found ${found}, missed ${missed.length}; false alarms ${falseAlarms.length}, rightly quiet ${quiet}\n`,
    );
});
