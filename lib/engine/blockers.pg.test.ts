import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { blockersInWords } from '@/lib/core/blocker';
import { createTestDatabase } from '@/test/postgres/test-database';
import { endBlocker, readBlockers } from './blockers';
import { openTarget, type Target } from './target';

const MANY = 13;
const SCOPE = { tables: [{ schema: 'public', name: 'items' }], rolloutId: 'none' };

let target: Target;
let app: postgres.Sql;

beforeAll(async () => {
  const database = await createTestDatabase({ setup: 'CREATE TABLE items (id int PRIMARY KEY)' });
  target = openTarget({ url: database.owner.url });
  app = postgres(database.owner.url, { max: MANY, onnotice: () => undefined });
});
afterAll(() => Promise.all([target.close(), app.end({ timeout: 1 })]));

it('more than are shown are counted, and the youngest of them can be ended too', async () => {
  const sessions = await Promise.all(Array.from({ length: MANY }, () => app.reserve()));
  for (const session of sessions) await session`BEGIN`;
  for (const session of sessions) await session`LOCK TABLE items IN ACCESS SHARE MODE`;
  const blockers = await readBlockers(target, SCOPE);
  expect(blockers).toHaveLength(MANY);
  expect(blockersInWords(blockers)).toMatch(/^pid .*, and 12 more$/);
  const youngest = blockers.at(-1);
  await endBlocker(target, {
    ...SCOPE,
    pid: youngest?.pid ?? 0,
    backendStart: youngest?.backendStart ?? '',
    transactionStart: youngest?.transactionStart ?? '',
    act: 'terminate',
  });
  await expect.poll(async () => (await readBlockers(target, SCOPE)).length).toBe(MANY - 1);
});
