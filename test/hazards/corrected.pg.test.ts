import postgres from 'postgres';
import { afterAll, describe, expect, it } from 'vitest';
import { readFacts } from '@/lib/engine/binding';
import { listTables } from '@/lib/engine/read-catalog';
import { openTarget } from '@/lib/engine/target';
import type { Catalog } from '@/lib/planner/catalog';
import type { JudgeOptions } from '@/lib/planner/hazards/effects';
import { effectsOf } from '@/lib/planner/hazards/effects-of';
import { FEWER_MAJORS, serverVariable } from '@/test/postgres/test-majors';
import { CONTEXTS, type HazardCase, readHazardCases } from './hazard-case';
import { HazardDatabases, openSession } from './hazard-database';
import { readEverything } from './judge-case';
import { parseOne } from './parse-one';
import { sampleOf } from './sample';

const full = process.env.SEGUE_TEST_FULL === '1';

/** Corrected SQL that PostgreSQL leaves with a difference, and which. */
const DIFFERS: readonly { readonly statement: RegExp; readonly line: RegExp }[] = [
  // A partition that is detached concurrently keeps its bounds as a CHECK.
  { statement: /DETACH PARTITION/, line: /^\+ constraint .* CHECK \(/ },
  // A condition on a domain can be proven under a lock only: it stays for new values alone.
  { statement: /^ALTER DOMAIN/, line: /^[-+] .*CHECK/ },
];

async function facts(url: string): Promise<string[]> {
  const target = openTarget({ url });
  try {
    return await readFacts(target, await listTables(target));
  } finally {
    await target.close();
  }
}

/** Runs statements, each by itself; the SQLSTATE of the one that is refused. */
async function run(url: string, statements: readonly string[]): Promise<string | null> {
  const { sql } = openSession(url, 'UTC');
  try {
    for (const statement of statements) await sql.unsafe(statement);
    return null;
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error;
    return error.code;
  } finally {
    await sql.end();
  }
}

const judged = (sql: string, catalog: Catalog, major: JudgeOptions['major'], created?: Set<string>) =>
  effectsOf({ ...parseOne(sql), text: sql }, catalog, {
    major,
    timeZone: 'UTC',
    complete: true,
    ...(created === undefined ? {} : { created }),
  });

describe('corrected SQL does no harm and ends in the same schema', () => {
  const servers: HazardDatabases[] = [];
  afterAll(async () => {
    for (const databases of servers) await databases.close();
  });

  for (const major of FEWER_MAJORS) {
    it.each(full ? CONTEXTS : (['rich'] as const))(`PostgreSQL ${major}, %s`, async (context) => {
      const databases = new HazardDatabases(process.env[serverVariable(major)] ?? '');
      servers.push(databases);
      const template = await databases.template(context);
      const catalog = await readEverything(template);
      // The same statement under a timeout, or by itself, is the same schema.
      const correctedOf = (one: HazardCase, before: Catalog) =>
        judged(one.statement, before, major).findings.find(
          ({ corrected }) => corrected !== null && !corrected.includes(one.statement),
        )?.corrected ?? null;
      const mine = readHazardCases().filter(
        (one) =>
          one.contexts.includes(context) &&
          major >= one.from &&
          major <= one.until &&
          one.before.length === 0 &&
          (full || one.setup === null),
      );
      const wrong: unknown[] = [];
      let count = 0;
      const worth = mine.filter((one) => one.setup !== null || correctedOf(one, catalog) !== null);
      for (const one of full ? worth : sampleOf(worth, 4, major)) {
        const [raw, mended] = [
          await databases.copy(template, one.setup),
          await databases.copy(template, one.setup),
        ];
        const corrected = correctedOf(one, one.setup === null ? catalog : await readEverything(raw));
        if (corrected !== null) {
          count += 1;
          const errors: string[] = [];
          const created = new Set<string>();
          for (const statement of corrected) {
            const now = await readEverything(mended);
            const effects = judged(statement, now, major, created);
            for (const { severity, rule } of effects.findings)
              if (severity === 'error') errors.push(`${rule}: ${statement}`);
            if (/^CREATE TABLE/.test(statement)) created.add(`public.${/TABLE (\w+)/.exec(statement)?.[1]}`);
            const refused = await run(mended, [statement]);
            if (refused !== null) errors.push(`${refused}: ${statement}`);
          }
          const refused = await run(raw, [one.statement]);
          const [left, right] = [await facts(raw), await facts(mended)];
          const difference = [
            ...left.filter((line) => !right.includes(line)).map((line) => `- ${line}`),
            ...right.filter((line) => !left.includes(line)).map((line) => `+ ${line}`),
          ];
          const known = DIFFERS.find(({ statement }) => statement.test(one.statement));
          const strange = difference.filter((line) => known?.line.test(line) !== true);
          if (errors.length > 0 || refused !== null || strange.length > 0)
            wrong.push({ case: one.id, statement: one.statement, corrected, errors, refused, strange });
        }
        await databases.discard(raw);
        await databases.discard(mended);
      }
      process.stdout.write(`Corrected SQL on ${major}, ${context}: ${count} statements.\n`);
      expect(wrong).toEqual([]);
    });
  }
});
