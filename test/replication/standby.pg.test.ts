import pg from 'pg';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import type { RolloutSettings } from '@/lib/core/rollout';
import { readBackfills } from '@/lib/engine/backfill/read-backfills';
import { readHolds } from '@/lib/engine/holds';
import { planTransition } from '@/lib/engine/plan-transition';
import { readWaits } from '@/lib/engine/read-waits';
import {
  abandonRollout,
  acceptDrift,
  changeSettings,
  fixPlan,
  requestMove,
  requestPause,
  requireRollout,
  takeOverRollout,
} from '@/lib/engine/rollouts';
import { openTarget, type Target } from '@/lib/engine/target';
import { watchRollout } from '@/lib/engine/watch-rollout';
import type { RunningServer } from '@/lib/postgres/server';
import { discardServer, startTemporaryServer } from '@/lib/postgres/temporary-server';
import { openTcpProxy, type TcpProxy } from '../faults/tcp-proxy';
import { ACTOR, finish, mustMove } from '../lifecycle/move';
import { type Standby, startStandby } from '../postgres/standby';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database';
import { ONE_MAJOR } from '../postgres/test-majors';

const ROWS = 4000;
/** `npm test` takes the short ones. */
const isFullRun = process.env.SEGUE_TEST_FULL === '1';
const inFullRun = isFullRun ? it : () => undefined;

const RENAME = transitionFileSchema.parse({
  name: 'standby',
  operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
});

/** One for all: they leave it connected and replaying. */
let server: RunningServer;
let link: TcpProxy;
let standby: Standby;
beforeAll(async () => {
  server = await startTemporaryServer(ONE_MAJOR);
  link = await openTcpProxy(server.url);
  standby = await startStandby(server, 'paris', { port: link.port });
});
afterAll(async () => {
  await standby.discard();
  await link.close();
  await discardServer(server);
});

const withItems = (rows: number) =>
  createTestDatabase({
    serverUrl: server.url,
    setup: `CREATE TABLE items (id bigint PRIMARY KEY, name text) WITH (autovacuum_enabled = off);
      INSERT INTO items SELECT g, 'name ' || g FROM generate_series(1, ${rows}) g; ANALYZE items`,
  });

describe('a rollout whose server has a standby', () => {
  let database: TestDatabase;
  let target: Target;
  let superuser: postgres.Sql;
  let rolloutId: string;

  beforeAll(async () => {
    database = await withItems(ROWS);
    superuser = postgres(database.superuserUrl, { max: 2, fetch_types: false, onnotice: () => undefined });
    await superuser.unsafe(`GRANT pg_read_all_stats TO "${database.owner.name}"`);
    target = openTarget({ url: database.owner.url, max: 3 });
    const plan = await planTransition(target, toTransitionSpec(RENAME));
    rolloutId = (await fixPlan(target, { plan, managedBy: null })).id;
  });
  afterAll(async () => {
    await Promise.all([target.close(0), superuser.end({ timeout: 1 })]);
  });

  const set = (settings: Partial<RolloutSettings>) =>
    changeSettings(target, { rolloutId, settings, actor: ACTOR });
  const start = async (direction: 'forward' | 'back' = 'forward') => {
    const { version } = await requireRollout(target, { id: rolloutId });
    await requestMove(target, { rolloutId, direction, expectedVersion: version, actor: ACTOR });
    return finish(target, { rolloutId, owner: 'test' });
  };
  const hold = async () => (await readHolds(target, rolloutId))[0];
  const columns = async () => {
    const client = new pg.Client({ connectionString: standby.urlOf(database.owner.url) });
    await client.connect();
    const { fields } = await client.query('SELECT * FROM items LIMIT 0');
    await client.end();
    return fields.map(({ name }) => name);
  };

  it('a phase ends when it has replayed it: until then it says which one and how far', async () => {
    await standby.pauseReplay();
    const moving = start();
    await expect
      .poll(async () => (await hold())?.message ?? '')
      .toMatch(/the standby paris has not replayed it yet, [\d,]+ kB are left/);
    expect(await requireRollout(target, { id: rolloutId })).toMatchObject({ activity: 'held', position: 0 });
    expect(await columns()).toEqual(['id', 'name']);
    await standby.resumeReplay();
    expect(await moving).toEqual({ kind: 'completed', position: 1 });
    expect(await columns()).toEqual(['id', 'name', 'full_name']);
  });

  inFullRun('a phase waits for one that lost its connection too, by its slot', async () => {
    await standby.stop();
    const moving = start('back');
    await expect
      .poll(async () => (await hold())?.message ?? '')
      .toMatch(/the standby of the slot paris is not connected/);
    await standby.start();
    expect(await moving).toEqual({ kind: 'completed', position: 0 });
    expect(await columns()).toEqual(['id', 'name']);
    await mustMove(target, rolloutId, 'forward');
  });

  inFullRun('the copying holds while it is behind, and while it does not answer, by name', async () => {
    const changed = async () => (await readBackfills(target, rolloutId))[0]?.rowsChanged ?? 0;
    await set({ batchRows: 20, batchPauseMs: 20, maxReplicaLagMs: 1200 });
    const moving = start();
    await expect.poll(changed).toBeGreaterThan(0);
    const isHeld = () =>
      expect
        .poll(async () => (await hold())?.message ?? '')
        .toMatch(/the standby "paris" is [\d.]+ s behind; the limit is 1.2 s/);
    await standby.pauseReplay();
    await isHeld();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = await changed();
    expect(before).toBeLessThan(ROWS);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await changed()).toBe(before);
    await standby.resumeReplay();
    await expect.poll(changed).toBeGreaterThan(before);
    // The server's own figure stands still when nothing is heard any more.
    link.freeze();
    await isHeld();
    link.thaw();
    await set({ batchRows: 1000, batchPauseMs: 0 });
    expect(await moving).toMatchObject({ kind: 'completed', position: 2 });
  });

  (isFullRun ? describe : () => undefined)('a synchronous standby that is gone', () => {
    const setNames = async (names: string) => {
      await superuser.unsafe(`ALTER SYSTEM SET synchronous_standby_names = '${names}'`);
      await superuser`SELECT pg_reload_conf()`;
    };
    const makeSynchronous = async () => {
      await setNames('paris');
      await expect
        .poll(async () => (await superuser`SELECT sync_state FROM pg_stat_replication`)[0]?.sync_state)
        .toBe('sync');
    };
    const lose = async () => {
      await makeSynchronous();
      await standby.stop();
    };
    const version = async () => (await requireRollout(target, { id: rolloutId })).version;
    /** Moves, and loses the standby at an event of that type. */
    const losing = async (direction: 'forward' | 'back', type: string, told: string[] = []) => {
      let lost = false;
      await requestMove(target, { rolloutId, direction, expectedVersion: await version(), actor: ACTOR });
      return finish(target, {
        rolloutId,
        owner: 'test',
        onEvent: async (event) => {
          if (event.type === 'commit_wait') told.push(String(event.message));
          if (event.type !== type || lost) return;
          lost = true;
          await standby.stop();
        },
      });
    };
    // A failure must not leave every later COMMIT on this server waiting.
    afterEach(async () => {
      await setNames('');
      await standby.start();
    });

    it('a step keeps no lock while it waits, and neither the lease nor a click is lost', async () => {
      const app = postgres(database.apps[0]?.url ?? '', {
        max: 1,
        connection: { statement_timeout: 10_000 },
      });
      try {
        await makeSynchronous();
        // With it, as ever.
        await mustMove(target, rolloutId, 'forward');
        // The next COMMIT is that of a step with the strongest lock.
        const moving = losing('forward', 'step_started');
        await expect.poll(async () => (await hold())?.kind ?? '').toBe('standby');
        // Readers of the table are not held up however long that lasts, and the lease is not given up.
        await new Promise((resolve) => setTimeout(resolve, 6000));
        await app`SELECT count(full_name) FROM items`;
        await set({ batchPauseMs: 1 });
        expect(await superuser`SELECT owner FROM segue.leases`).toMatchObject([{ owner: 'test' }]);
        expect((await requireRollout(target, { id: rolloutId })).activity).not.toBe('failed');
        await setNames('');
        await standby.start();
        expect(await moving).toMatchObject({ kind: 'completed', position: 4 });
      } finally {
        await app.end({ timeout: 1 });
      }
    });

    it('a COMMIT that waits for it is told, and ends when somebody ends the wait', async () => {
      await makeSynchronous();
      const told: string[] = [];
      const moving = losing('back', 'check', told);
      await expect.poll(() => told).toHaveLength(1);
      expect(told[0]).toMatch(
        /COMMIT waits for a synchronous standby \(synchronous_standby_names is "paris"\)/,
      );
      const { plan } = await requireRollout(target, { id: rolloutId });
      expect((await readWaits(target, rolloutId, plan.claims)).holds[0]).toMatchObject({
        kind: 'standby',
        culprit: 'paris',
      });
      // What it waits with locks nothing that a click needs.
      await set({ batchPauseMs: 2 });
      await setNames('');
      await standby.start();
      expect(await moving).toMatchObject({ kind: 'completed', position: 3 });
    });

    it('keeps no click waiting: a drift that is accepted, a take-over, an end, and a look at what rests', async () => {
      await superuser`ALTER TABLE items ADD COLUMN note text`;
      await lose();
      await acceptDrift(target, { rolloutId, actor: ACTOR });
      await takeOverRollout(target, { rolloutId, managedBy: null, actor: ACTOR });
      await watchRollout(target, await requireRollout(target, { id: rolloutId }));
      const planned = {
        ...RENAME,
        name: 'another',
        operations: [{ drop_column: { table: 'items', column: 'note', restore: "''" } }],
      };
      const plan = await planTransition(target, toTransitionSpec(transitionFileSchema.parse(planned)));
      const { id, version: expectedVersion } = await fixPlan(target, { plan, managedBy: null });
      await abandonRollout(target, { rolloutId: id, expectedVersion, actor: ACTOR });
    });

    it('keeps no click waiting: a pause of a move that waits for a lock', async () => {
      const client = await superuser.reserve();
      try {
        await client`BEGIN`;
        await client`LOCK TABLE items IN ROW EXCLUSIVE MODE`;
        const moving = start();
        await expect.poll(async () => (await hold())?.kind ?? '').toBe('lock');
        const attempts = async () => (await hold())?.attempts ?? 0;
        await lose();
        const before = await attempts();
        await expect.poll(attempts).toBeGreaterThan(before + 1);
        await requestPause(target, { rolloutId, expectedVersion: await version(), actor: ACTOR });
        expect(await moving).toMatchObject({ kind: 'paused' });
      } finally {
        await client`ROLLBACK`;
        client.release();
      }
    });

    it('keeps no click waiting: start, settings and pause', async () => {
      await lose();
      const asked = await requestMove(target, {
        rolloutId,
        direction: 'forward',
        expectedVersion: await version(),
        actor: ACTOR,
      });
      await set({ batchPauseMs: 1 });
      await requestPause(target, { rolloutId, expectedVersion: asked.version, actor: ACTOR });
      expect((await requireRollout(target, { id: rolloutId })).activity).toBe('pausing');
    });
  });
});
