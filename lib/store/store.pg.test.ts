import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '@/lib/core/plan';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { renamePlan } from '@/test/rename-plan';
import { type ControlDatabase, openControlDatabase } from './control-db';
import { addDatabase } from './databases';
import { addBatch, addEvent, EVENT_LIMIT, listEvents } from './events';
import { migrateControlDatabase } from './migrate';
import { addPerson, requirePersonByName } from './people';
import { beat, claimRun, findOpenRun, listOrphanedRuns, openRun, releaseRun, settleRun } from './runs';
import { instanceId } from './settings';
import { addTransition } from './transitions';

let database: TestDatabase;
let control: ControlDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ appRoles: 0 });
  // As the start script, the worker and a second start would at once.
  await Promise.all([1, 2, 3].map(() => migrateControlDatabase(database.owner.url)));
  await migrateControlDatabase(database.owner.url);
  control = openControlDatabase(database.owner.url, 6);
});

afterAll(async () => {
  await control.close();
  await database.drop();
});

let count = 0;
async function newRollout(plan: Plan = renamePlan()): Promise<string> {
  count += 1;
  const row = await addDatabase(control.db, {
    name: `db ${count}`,
    environment: 'staging',
    secretUrl: 'v1:x',
    shownUrl: 'postgres://a@b/c',
  });
  const added = await addTransition(control.db, {
    spec: { name: plan.name, dualWrite: 'managed', operations: plan.operations },
    plan,
    databaseId: row?.id ?? '',
    authorId: null,
  });
  return added?.rolloutId ?? '';
}

const move = { direction: 'forward', phase: 1, actorId: null, words: [], acknowledged: [] } as const;

describe('the control database', () => {
  it('refuses states that do not exist and plans under another digest', async () => {
    const rollout = await newRollout();
    const run = await openRun(control.db, { rolloutId: rollout, ...move });
    const refused = (statement: ReturnType<typeof sql>) =>
      expect(control.db.execute(statement)).rejects.toThrow();
    await refused(sql`update segue_control.runs set state = 'flying' where id = ${run?.id}`);
    await refused(sql`update segue_control.runs set state = 'done' where id = ${run?.id}`);
    await refused(sql`update segue_control.rollouts set plan_digest = 'other' where id = ${rollout}`);
    await refused(sql`update segue_control.databases set environment = 'moon'`);
    await refused(sql`update segue_control.databases set removed_at = now()`);
    await refused(sql`update segue_control.transitions set state = 'unknown'`);
    await refused(
      sql`insert into segue_control.runs (rollout_id, direction, phase) values (${rollout}, 'forward', 1)`,
    );
  });

  it('has one name for a database, whatever its case, and one instance id', async () => {
    const row = { environment: 'staging', secretUrl: 's', shownUrl: 'postgres://a@b/c' } as const;
    expect(await addDatabase(control.db, { ...row, name: 'Shop' })).not.toBeNull();
    expect(await addDatabase(control.db, { ...row, name: 'shop' })).toBeNull();
    const ids = await Promise.all([1, 2, 3, 4].map(() => instanceId(control.db)));
    expect(new Set(ids).size).toBe(1);
  });

  it('tells people apart by id and finds them by name', async () => {
    const ada = await addPerson(control.db, 'Ada');
    await addPerson(control.db, 'Ada');
    expect((await requirePersonByName(control.db, 'Ada')).id).toBe(ada.id);
    await expect(addPerson(control.db, '  ')).rejects.toThrow();
  });
});

describe('a run', () => {
  it('is claimed by one of many workers, and by another only when its heartbeat is lost', async () => {
    const run = await openRun(control.db, { rolloutId: await newRollout(), ...move });
    const id = run?.id ?? '';
    const claims = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((worker) => claimRun(control.db, id, worker)),
    );
    const [winner] = claims.filter((claim) => claim !== null);
    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
    expect(await claimRun(control.db, id, 'late')).toBeNull();
    expect(await listOrphanedRuns(control.db)).not.toContain(id);

    await control.db.execute(
      sql`update segue_control.runs set heartbeat_at = now() - interval '5 seconds' where id = ${id}`,
    );
    expect(await listOrphanedRuns(control.db)).toContain(id);
    expect(await claimRun(control.db, id, 'heir')).toMatchObject({ worker: 'heir' });
    expect(await beat(control.db, id, winner?.worker ?? '')).toBe(false);
    await settleRun(control.db, id, winner?.worker ?? '', { state: 'failed', error: null });
    expect((await findOpenRun(control.db, run?.rolloutId ?? ''))?.state).toBe('running');
    await settleRun(control.db, id, 'heir', { state: 'done', error: null });
    expect(await findOpenRun(control.db, run?.rolloutId ?? '')).toBeNull();
  });

  it('that waits is not asked for before its time', async () => {
    const run = await openRun(control.db, { rolloutId: await newRollout(), ...move });
    const id = run?.id ?? '';
    await claimRun(control.db, id, 'a');
    await releaseRun(control.db, id, 'a', { retryInMs: 60_000, outages: 1, error: null });
    expect(await listOrphanedRuns(control.db)).not.toContain(id);
    await claimRun(control.db, id, 'a');
    await releaseRun(control.db, id, 'a', { retryInMs: 0, outages: 0, error: null });
    await control.db.execute(sql`select pg_sleep(0.01)`);
    expect(await listOrphanedRuns(control.db)).toContain(id);
  });

  it('is closed as turned back by the next one of the same rollout', async () => {
    const rolloutId = await newRollout();
    const first = await openRun(control.db, { rolloutId, ...move });
    await claimRun(control.db, first?.id ?? '', 'a');
    const second = await openRun(control.db, { rolloutId, ...move, direction: 'back' });
    expect(await beat(control.db, first?.id ?? '', 'a')).toBe(false);
    expect((await findOpenRun(control.db, rolloutId))?.id).toBe(second?.id);
  });

  it('has few events however many batches it ran', async () => {
    const run = await openRun(control.db, { rolloutId: await newRollout(), ...move });
    const runId = run?.id ?? '';
    for (let batch = 0; batch < 20; batch += 1) {
      await addBatch(control.db, { runId, stepId: 's', batches: 1, rows: 10 });
    }
    const [only, ...others] = await listEvents(control.db, runId);
    expect(others).toEqual([]);
    expect(only?.payload).toEqual({ stepId: 's', batches: 20, rows: 200 });
    await control.db.execute(sql`insert into segue_control.events (run_id, type)
      select ${runId}, 'lock_wait' from generate_series(1, ${EVENT_LIMIT + 200})`);
    for (let event = 0; event < 50; event += 1) {
      await addEvent(control.db, { runId, type: 'lock_wait', payload: {} });
    }
    expect((await listEvents(control.db, runId, 5000)).length).toBeLessThanOrEqual(EVENT_LIMIT + 50);
  });
});
