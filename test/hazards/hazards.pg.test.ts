import { afterAll, describe, expect, it } from 'vitest';
import { LOCK_MODES } from '@/lib/core/plan';
import type { Catalog } from '@/lib/planner/catalog';
import type { HazardFinding } from '@/lib/planner/hazards/effects';
import { parseStatements } from '@/lib/sql/statements';
import { serverVariable, TEST_MAJORS } from '@/test/postgres/test-majors';
import { CONTEXTS, type HazardCase, type HazardContext, readHazardCases } from './hazard-case';
import { HazardDatabases, openSession, type Session } from './hazard-database';
import { predict, readEverything } from './judge-case';
import { type Observation, observeOutside, observeTransaction } from './observe';
import { sampleOf } from './sample';

const full = process.env.SEGUE_TEST_FULL === '1';
const all = readHazardCases();

/** In the short run two contexts a major, and none of the cases that need a database of their own. */
const contextsOf = (index: number): readonly HazardContext[] =>
  full ? CONTEXTS : index % 2 === 0 ? ['plain', 'partitioned'] : ['rich', 'inherited'];

const isOutside = (one: HazardCase): boolean =>
  one.before.length === 0 &&
  parseStatements(one.statement, 'statement').some(({ manner }) => manner === 'outside');
const needsOwn = (one: HazardCase): boolean => one.setup !== null || one.before.length > 0 || isOutside(one);

interface Bench {
  readonly databases: HazardDatabases;
  readonly template: string;
  readonly catalog: Catalog;
  readonly sessions: Map<string, Session>;
}

/** What the server did, and the catalogs before each of the case's statements. */
async function watch(bench: Bench, one: HazardCase): Promise<{ seen: Observation; catalogs: Catalog[] }> {
  if (!needsOwn(one)) {
    const session = bench.sessions.get(one.timeZone) ?? openSession(bench.template, one.timeZone);
    bench.sessions.set(one.timeZone, session);
    return { seen: await observeTransaction(session, [one.statement]), catalogs: [bench.catalog] };
  }
  const url = await bench.databases.copy(bench.template, one.setup);
  const catalogs = [one.setup === null ? bench.catalog : await readEverything(url)];
  if (isOutside(one)) {
    const seen = await observeOutside(url, one.statement, one.timeZone);
    await bench.databases.discard(url);
    return { seen, catalogs };
  }
  const session = openSession(url, one.timeZone);
  const seen = await observeTransaction(session, [...one.before, one.statement]);
  for (const earlier of one.before) {
    await session.sql.unsafe(earlier);
    catalogs.push(await readEverything(url));
  }
  await session.sql.end();
  await bench.databases.discard(url);
  return { seen, catalogs };
}

/** Tables on which it works while it makes others wait, and about which nothing is said. */
function unnamed(seen: Observation, findings: readonly HazardFinding[]): string[] {
  const worked = [...seen.rewrites, ...seen.scans, ...seen.builds].filter((table) => {
    const mode = seen.locks[table];
    return mode !== undefined && LOCK_MODES.indexOf(mode) >= LOCK_MODES.indexOf('SHARE');
  });
  const errors = findings.filter(({ severity }) => severity === 'error');
  return worked.length > 0 && errors.length === 0 ? worked : [];
}

describe('what the judge says is what PostgreSQL does', () => {
  const counts = { statements: 0, agreements: 0 };
  const servers: HazardDatabases[] = [];
  afterAll(async () => {
    for (const databases of servers) await databases.close();
    process.stdout.write(
      `Hazards: ${all.length} cases, ${TEST_MAJORS.length} versions: ${counts.statements} statements run, ${counts.agreements} agree.\n`,
    );
  });

  for (const [index, major] of TEST_MAJORS.entries()) {
    it.each(contextsOf(index))(`PostgreSQL ${major}, %s`, async (context) => {
      const databases = new HazardDatabases(process.env[serverVariable(major)] ?? '');
      servers.push(databases);
      const template = await databases.template(context);
      const bench = { databases, template, catalog: await readEverything(template), sessions: new Map() };
      const mine = all.filter(
        (one) => one.contexts.includes(context) && major >= one.from && major <= one.until,
      );
      const shared = mine.filter((one) => !needsOwn(one));
      // Copies first: nobody may be connected to what is copied.
      const chosen = full ? [...mine.filter(needsOwn), ...shared] : sampleOf(shared, 60, major);
      const differences: unknown[] = [];
      for (const one of chosen) {
        const { seen, catalogs } = await watch(bench, one);
        const { told, findings } = predict(one, catalogs, major);
        const silent = unnamed(seen, findings);
        counts.statements += 1;
        if (JSON.stringify(told) === JSON.stringify(seen) && silent.length === 0) counts.agreements += 1;
        else differences.push({ case: one.id, statement: one.statement, seen, told, silent });
      }
      for (const session of bench.sessions.values()) await session.sql.end();
      expect(differences).toEqual([]);
    });
  }
});
