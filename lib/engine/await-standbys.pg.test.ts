import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import type { RunningServer } from '@/lib/postgres/server';
import { discardServer, startTemporaryServer } from '@/lib/postgres/temporary-server';
import { move, mustMove } from '@/test/lifecycle/move';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { ONE_MAJOR } from '@/test/postgres/test-majors';
import { readHolds } from './holds';
import { planTransition } from './plan-transition';
import { changeSettings, fixPlan, requireRollout } from './rollouts';
import type { MoveOutcome } from './run-move';
import { openTarget, type Target } from './target';

/** Says to the server, as a standby does, how far it has replayed. */
interface FakeStandby {
  replay(lsn: string): void;
  stop(): void;
}

const ACTOR = { id: 'test', name: 'Test', via: 'cli' } as const;
const asNumber = (lsn: string): bigint => {
  const [high = '0', low = '0'] = lsn.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
};

async function startFakeStandby(url: string, name: string): Promise<FakeStandby> {
  const options = { connectionString: url, application_name: name, replication: 'true' };
  const client = new pg.Client(options);
  // Its stream is ours from here on, and ends without a word.
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query('IDENTIFY_SYSTEM');
  const stream = client.connection.stream;
  stream.removeAllListeners('data');
  stream.on('error', () => undefined);
  stream.resume();
  const text = Buffer.from(`START_REPLICATION PHYSICAL ${String(rows[0]?.xlogpos)}\0`);
  const query = Buffer.alloc(5);
  query.write('Q');
  query.writeInt32BE(text.length + 4, 1);
  stream.write(Buffer.concat([query, text]));
  return {
    replay(lsn) {
      // CopyData with a standby status update: written, flushed and applied up to here.
      const message = Buffer.alloc(5 + 34);
      message.write('d');
      message.writeInt32BE(38, 1);
      message.write('r', 5);
      for (const at of [6, 14, 22]) message.writeBigInt64BE(asNumber(lsn), at);
      stream.write(message);
    },
    stop: () => stream.destroy(),
  };
}

describe('the end of a phase, with a standby', () => {
  let server: RunningServer;
  let database: TestDatabase;
  let target: Target;
  let rolloutId: string;
  let standby: FakeStandby;

  beforeEach(async () => {
    // A server of its own: other tests' phases would wait for the standby too.
    server = await startTemporaryServer(ONE_MAJOR, { wal_sender_timeout: 0 });
    database = await createTestDatabase({
      serverUrl: server.url,
      setup: 'CREATE TABLE items (id bigint PRIMARY KEY, name text)',
    });
    const admin = new pg.Client({ connectionString: database.superuserUrl });
    await admin.connect();
    await admin.query(`GRANT pg_read_all_stats TO "${database.owner.name}"`);
    await admin.end();
    target = openTarget({ url: database.owner.url, max: 3 });
    const spec = transitionFileSchema.parse({
      name: 'standbys',
      operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
    });
    const plan = await planTransition(target, toTransitionSpec(spec));
    rolloutId = (await fixPlan(target, { plan, managedBy: null })).id;
    standby = await startFakeStandby(server.url, 'paris');
  });
  afterEach(async () => {
    standby.stop();
    await target.close();
    await discardServer(server);
  });

  const lsn = async () =>
    (await target.sql<{ lsn: string }[]>`SELECT pg_current_wal_insert_lsn()::text AS lsn`)[0]?.lsn ?? '';
  const waits = () =>
    expect.poll(async () => (await readHolds(target, rolloutId))[0]?.message ?? '').toContain('paris');
  const answer = async () =>
    (
      await target.sql<
        { outcome: string; acknowledged: boolean }[]
      >`SELECT outcome, acknowledged FROM segue.checks WHERE check_id = 'standbys_replayed'`
    )[0];

  it('waits until it has replayed it, across slices, and names it', async () => {
    const moving = move(target, rolloutId, 'forward', { sliceMs: 300 });
    await waits();
    expect(await requireRollout(target, { id: rolloutId })).toMatchObject({ activity: 'held', position: 0 });
    await new Promise((resolve) => setTimeout(resolve, 800));
    standby.replay(await lsn());
    expect(await moving).toEqual({ kind: 'completed', position: 1 });
    expect(await answer()).toMatchObject({ outcome: 'pass' });
  });

  // Costs seconds: for the full run.
  if (process.env.SEGUE_TEST_FULL === '1')
    it('asks a person after that time also where standbys come and go meanwhile', async () => {
      await changeSettings(target, { rolloutId, settings: { standbyWaitMs: 1500 }, actor: ACTOR });
      let outcome: MoveOutcome | null = null;
      const moving = move(target, rolloutId, 'forward').then((ended) => {
        outcome = ended;
      });
      await waits();
      for (let turn = 0; turn < 20 && outcome === null; turn += 1) {
        const next = await startFakeStandby(server.url, turn % 2 === 0 ? 'rome' : 'paris');
        await new Promise((resolve) => setTimeout(resolve, 400));
        standby.stop();
        standby = next;
        await new Promise((resolve) => setTimeout(resolve, 400));
      }
      expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'check_inconclusive' } });
      await moving;
    });

  it('asks a person after the time that is set; accepted, or set to nothing, it goes on without', async () => {
    await changeSettings(target, { rolloutId, settings: { standbyWaitMs: 500 }, actor: ACTOR });
    expect(await move(target, rolloutId, 'forward')).toMatchObject({
      kind: 'failed',
      error: { code: 'check_inconclusive', message: expect.stringContaining('paris') },
    });
    expect(await mustMove(target, rolloutId, 'forward', { acknowledged: ['standbys_replayed'] })).toBe(1);
    expect(await answer()).toMatchObject({ outcome: 'inconclusive', acknowledged: true });
    await changeSettings(target, { rolloutId, settings: { standbyWaitMs: 0 }, actor: ACTOR });
    expect(await mustMove(target, rolloutId, 'back')).toBe(0);
  });
});
