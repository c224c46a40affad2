import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SegueError } from '@/lib/core/errors';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { planTransition } from '@/lib/engine/plan-transition';
import { openTarget, type Target } from '@/lib/engine/target';
import { compilePlan } from '@/lib/planner/compile-plan';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { expectRefusal, refusalOf } from '../refusal';
import { REFUSAL_CASES, type RefusalCase } from './refusal-cases';

const FOLDERS = ['lib/planner/operations', 'lib/planner/direct'];

/** Every place that refuses, as "file:line". */
function places(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => /(?<!\.test)\.ts$/.test(file))
      .flatMap((file) =>
        readFileSync(path.join(folder, file), 'utf8')
          .split('\n')
          .flatMap((line, index) =>
            /\b(refuse|refuseIdentity|way)\(|new SegueError\(/.test(line) &&
            !/import|const (refuse|way) =/.test(line)
              ? [`${folder}/${file}:${index + 1}`]
              : [],
          ),
      ),
  );
}

/** Where an error comes from, as far as it is one of the places. */
function placesIn(error: SegueError): string[] {
  return [...(error.stack ?? '').matchAll(/(lib\/planner\/(?:operations|direct)\/[\w-]+\.ts):(\d+)/g)].map(
    ([, file, line]) => `${file}:${line}`,
  );
}

describe.each(FEWER_MAJORS)('every refusal of an operation is reached, on PostgreSQL %i', (major) => {
  let database: TestDatabase;
  let owner: postgres.Sql;
  let superuser: postgres.Sql;
  let target: Target;
  const reached = new Set<string>();

  beforeAll(async () => {
    database = await createTestDatabase({ major });
    owner = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
    superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
    target = openTarget({ url: database.owner.url });
  });
  afterAll(async () => {
    await Promise.all([owner.end({ timeout: 5 }), superuser.end({ timeout: 5 }), target.close()]);
    await database.drop();
  });

  const plan = (refused: RefusalCase): unknown => {
    const spec = toTransitionSpec(
      transitionFileSchema.parse({
        name: 'refused',
        dualWrite: refused.dualWrite ?? 'managed',
        operations: [refused.operation, ...(refused.beside ?? [])],
      }),
    );
    return refused.catalog === undefined ? planTransition(target, spec) : compilePlan(spec, refused.catalog);
  };

  const cases = REFUSAL_CASES.filter(({ since }) => since === undefined || since <= major);
  it.each(cases)('$name', async (refused) => {
    await superuser.unsafe(`DROP SCHEMA IF EXISTS other CASCADE; ${refused.before ?? ''}`);
    await owner.unsafe(
      `DROP SCHEMA IF EXISTS s CASCADE; DROP PUBLICATION IF EXISTS sent; CREATE SCHEMA s; SET search_path = s; ${refused.setup}`,
    );
    const error = await refusalOf(() => plan(refused));
    for (const place of placesIn(error)) reached.add(place);
    expectRefusal(error, refused);
  });

  it('and none is left that nobody can reach', () => {
    const unreached = places().filter((place) => !reached.has(place));
    if (major >= 18) expect(unreached).toEqual([]);
  });
});
