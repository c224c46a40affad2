import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { readHolds } from '@/lib/engine/holds';
import { planTransition } from '@/lib/engine/plan-transition';
import { changeSettings, fixPlan } from '@/lib/engine/rollouts';
import { openTarget } from '@/lib/engine/target';
import type { RunningServer } from '@/lib/postgres/server';
import { discardServer, startTemporaryServer } from '@/lib/postgres/temporary-server';
import { ACTOR, askFor, finish, mustMove } from '../lifecycle/move';
import { ONE_MAJOR } from '../postgres/test-majors';
import { PUBLISHER_CONFIG, SUBSCRIBER_CONFIG, subscribe } from './subscription';

const SPEC = transitionFileSchema.parse({
  name: 'replicated',
  operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
});

describe('a logical subscriber that is behind', () => {
  let publisher: RunningServer;
  let subscriber: RunningServer;
  beforeAll(async () => {
    [publisher, subscriber] = await Promise.all([
      startTemporaryServer(ONE_MAJOR, PUBLISHER_CONFIG),
      startTemporaryServer(ONE_MAJOR, SUBSCRIBER_CONFIG),
    ]);
  });
  afterAll(() => Promise.all([discardServer(publisher), discardServer(subscriber)]));

  it('makes the copying hold, and is called a subscriber', async () => {
    const setup = `CREATE TABLE items (id int PRIMARY KEY, name text, note text);
      INSERT INTO items SELECT g, 'name ' || g FROM generate_series(1, 60) g`;
    const pair = await subscribe({ publisher, subscriber }, setup, 'FOR TABLE items');
    const target = openTarget({ url: pair.publisher.owner.url });
    await pair.from.unsafe(`GRANT pg_read_all_stats TO "${pair.publisher.owner.name}"`);
    await pair.to`ALTER TABLE items ADD COLUMN full_name text`;
    const { id } = await fixPlan(target, {
      plan: await planTransition(target, toTransitionSpec(SPEC)),
      managedBy: null,
      settings: { batchRows: 4, batchPauseMs: 400, maxReplicaLagMs: 1000 },
    });
    await mustMove(target, id, 'forward', { acknowledged: ['preflight.publications'] });
    await pair.to.begin(async (tx) => {
      await tx`LOCK TABLE items IN ACCESS EXCLUSIVE MODE`;
      await pair.from`UPDATE items SET note = 'not there yet'`;
      await askFor(target, id, 'forward');
      const moving = finish(target, { rolloutId: id, owner: 'test' });
      const message = async () => (await readHolds(target, id))[0]?.message ?? '';
      await expect.poll(message).toMatch(/^the subscriber "\w+" is [\d.]+ s behind; the limit is 1 s\.$/);
      await changeSettings(target, {
        rolloutId: id,
        settings: { maxReplicaLagMs: 0, batchPauseMs: 0, batchRows: 1000 },
        actor: ACTOR,
      });
      expect(await moving).toEqual({ kind: 'completed', position: 2 });
    });
    await pair.applied();
    expect(await pair.to`SELECT count(*)::int AS n FROM items WHERE full_name = name`).toEqual([{ n: 60 }]);
    await target.close();
    await pair.close();
  });
});
