import { afterAll, beforeAll, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { ACTOR, mustMove } from '@/test/lifecycle/move';
import { createTestDatabase } from '@/test/postgres/test-database';
import { planTransition } from './plan-transition';
import { fixPlan, requestMove, requireRollout } from './rollouts';
import { runMove } from './run-move';
import { openTarget, type Target } from './target';

let target: Target;

beforeAll(async () => {
  const database = await createTestDatabase({
    setup: `CREATE TABLE items (id int PRIMARY KEY, name text); INSERT INTO items VALUES (1, 'one')`,
  });
  target = openTarget({ url: database.owner.url });
});
afterAll(() => target.close());

const begin = async (name: string, operations: readonly unknown[], retentionMs = 0): Promise<string> => {
  const spec = transitionFileSchema.parse({ name, operations });
  const plan = await planTransition(target, toTransitionSpec(spec));
  return (await fixPlan(target, { plan, managedBy: null, settings: { retentionMs } })).id;
};
const claimed = async (id: string) =>
  (
    await target.sql<{ name: string }[]>`
      SELECT table_name::text AS name FROM segue.table_claims WHERE rollout_id = ${id} ORDER BY 1`
  ).map(({ name }) => name);
const rename = (table: string) => ({
  rename_column: { table, from: 'name', to: 'full_name' },
});

it('a Delete that is refused, because its retention time runs, leaves the table free for others', async () => {
  const id = await begin('deletes', [rename('items')], 3_600_000);
  for (let position = 1; position <= 4; position += 1)
    expect(await mustMove(target, id, 'forward', { acknowledged: ['*'] })).toBe(position);
  expect(await claimed(id)).toEqual([]);
  const { version } = await requireRollout(target, { id });
  await requestMove(target, { rolloutId: id, direction: 'forward', expectedVersion: version, actor: ACTOR });
  expect(await runMove(target, { rolloutId: id, owner: 'test' })).toMatchObject({ kind: 'failed' });
  expect(await requireRollout(target, { id })).toMatchObject({ position: 4, direction: null });
  expect(await claimed(id)).toEqual([]);
});
