import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { readBackfills } from '@/lib/engine/backfill/read-backfills';
import { planTransition } from '@/lib/engine/plan-transition';
import { fixPlan, requestMove, requireRollout } from '@/lib/engine/rollouts';
import { openTarget, type Target } from '@/lib/engine/target';
import type { RunningServer } from '@/lib/postgres/server';
import { discardServer, startTemporaryServer } from '@/lib/postgres/temporary-server';
import { openTcpProxy, type TcpProxy } from '../faults/tcp-proxy';
import { ACTOR, finish, mustMove } from '../lifecycle/move';
import { type Standby, startStandby } from '../postgres/standby';
import { createTestDatabase } from '../postgres/test-database';
import { ONE_MAJOR } from '../postgres/test-majors';

const ROWS = 3000;

describe('a fail-over in the middle of the copying that loses the last transactions', () => {
  let server: RunningServer;
  let link: TcpProxy;
  let standby: Standby;
  const open: Target[] = [];
  const opened = (url: string) => {
    const target = openTarget({ url, max: 3 });
    open.push(target);
    return target;
  };
  beforeAll(async () => {
    server = await startTemporaryServer(ONE_MAJOR);
    link = await openTcpProxy(server.url);
    standby = await startStandby(server, 'next', { port: link.port });
  });
  afterAll(async () => {
    await Promise.all(open.map((target) => target.close(0)));
    await standby.discard();
    await link.close();
    await discardServer(server);
  });

  it('goes on from what the new primary has, forward and back; the worker of the old one changes nothing there', async () => {
    const database = await createTestDatabase({
      serverUrl: server.url,
      setup: `CREATE TABLE items (id bigint PRIMARY KEY, name text) WITH (autovacuum_enabled = off);
        INSERT INTO items SELECT g, 'name ' || g FROM generate_series(1, ${ROWS}) g; ANALYZE items`,
    });
    const spec = transitionFileSchema.parse({
      name: 'fail-over',
      operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
    });
    const old = opened(database.owner.url);
    const plan = await planTransition(old, toTransitionSpec(spec));
    const { id: rolloutId } = await fixPlan(old, {
      plan,
      managedBy: null,
      settings: { batchRows: 80, batchPauseMs: 20 },
    });
    await mustMove(old, rolloutId, 'forward');
    const { version } = await requireRollout(old, { id: rolloutId });
    await requestMove(old, { rolloutId, direction: 'forward', expectedVersion: version, actor: ACTOR });
    const working = finish(old, { rolloutId, owner: 'on the old one' });
    const changed = async (target: Target) => (await readBackfills(target, rolloutId))[0]?.rowsChanged ?? 0;
    // Some of it must have reached the standby: batches are not flushed one by one.
    const behind = opened(standby.urlOf(database.owner.url));
    await expect.poll(() => changed(behind), { interval: 10 }).toBeGreaterThan(300);
    link.freeze();
    const seen = await changed(old);
    await expect.poll(() => changed(old)).toBeGreaterThan(seen + 500);
    await standby.promote();

    // Position, rows and counts are those of one moment.
    const fresh = opened(standby.urlOf(database.owner.url));
    const there = postgres(standby.urlOf(database.superuserUrl), { max: 1, onnotice: () => undefined });
    const copied = async () =>
      Number((await there`SELECT count(*)::int AS n FROM items WHERE full_name = name`)[0]?.n);
    const atPromotion = await changed(fresh);
    expect(await copied()).toBe(atPromotion);
    expect(atPromotion).toBeGreaterThan(0);
    expect(atPromotion).toBeLessThan(await changed(old));
    expect(await requireRollout(fresh, { id: rolloutId })).toMatchObject({ position: 1, movingPhase: 2 });

    // The old primary is another server now: what its worker still does ends there.
    expect(await working).toEqual({ kind: 'completed', position: 2 });
    expect(await copied()).toBe(atPromotion);

    expect(await finish(fresh, { rolloutId, owner: 'on the new one' })).toEqual({
      kind: 'completed',
      position: 2,
    });
    expect(await copied()).toBe(ROWS);
    await there`UPDATE items SET full_name = 'by new' WHERE id = 1`;
    for (const position of [3, 4]) expect(await mustMove(fresh, rolloutId, 'forward')).toBe(position);
    for (const position of [3, 2, 1, 0]) expect(await mustMove(fresh, rolloutId, 'back')).toBe(position);
    expect(await there`SELECT name FROM items WHERE id = 1`).toEqual([{ name: 'by new' }]);
    await there.end();
    expect(await requireRollout(old, { id: rolloutId })).toMatchObject({ position: 2 });
  });
});
