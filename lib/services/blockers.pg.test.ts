import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BlockerView } from '@/lib/views/blocker-view';
import type { TransitionLive } from '@/lib/views/transition-view';
import { codeOf, openServiceStory, type ServiceStory } from '@/test/service-story';
import { advancePhase } from './advance-phase';
import { endBlocker } from './end-blocker';
import { getTransitionLive } from './get-transition-live';
import { listActivity } from './list-activity';

describe('a session that stands in the way of a move', () => {
  let story: ServiceStory;
  let app: postgres.Sql;
  let id: string;

  beforeAll(async () => {
    story = await openServiceStory();
    app = postgres(story.harness.target.owner.url, {
      max: 2,
      onnotice: () => undefined,
      connection: { application_name: 'old report' },
    });
    id = await story.draft('blocked');
    await story.approve(id);
  });
  afterEach(() => story.rollBackAll(id));
  afterAll(async () => {
    await app.end({ timeout: 1 });
    await story.close();
  });

  const until = async (
    what: (live: TransitionLive) => boolean,
  ): Promise<{ live: TransitionLive; blocker: BlockerView }> => {
    const giveUp = Date.now() + 30_000;
    for (;;) {
      const live = await getTransitionLive(story.harness.context, id, story.ada);
      const [blocker] = live.blockers;
      if (blocker !== undefined && what(live)) return { live, blocker };
      if (Date.now() > giveUp) throw new Error(`not seen in 30 s: ${JSON.stringify(live.blockers)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const start = async () =>
    advancePhase(story.harness.context, story.ada, {
      id,
      version: await story.versionOf(id),
      deployConfirmed: true,
    });
  const end = (blocker: BlockerView, act: 'cancel' | 'terminate', change: Partial<BlockerView> = {}) => {
    const { pid, backendStart, transactionStart } = { ...blocker, ...change };
    return endBlocker(story.harness.context, story.bob, {
      id,
      pid: pid ?? 0,
      backendStart: backendStart ?? '',
      transactionStart: transactionStart ?? '',
      act,
    });
  };

  it('and waits for its client: it is named, held against the move, and can be ended, by name', async () => {
    const session = await app.reserve();
    await session`BEGIN`;
    await session`SELECT count(*) FROM customers`;
    await start();
    const { live, blocker } = await until(
      (now) => now.holds.length > 0 && (now.blockers[0]?.ageSeconds ?? 0) > 2,
    );
    expect(live.status).toBe('held');
    expect(live.sentence.now).toContain(`pid ${blocker.pid}`);
    expect(blocker).toMatchObject({
      application: 'old report',
      state: 'idle in transaction',
      holds: 'ACCESS SHARE on public.customers',
      acts: ['terminate'],
    });
    expect(await codeOf(end(blocker, 'cancel'))).toBe('not_allowed');
    expect(await codeOf(end(blocker, 'terminate', { transactionStart: '2001-01-01 00:00:00+00' }))).toBe(
      'conflict',
    );
    expect(await codeOf(end(blocker, 'terminate', { backendStart: '2001-01-01 00:00:00+00' }))).toBe(
      'conflict',
    );
    await end(blocker, 'terminate');
    expect((await story.settled(id)).track.position).toBe(1);
    expect(await app`SELECT 1 FROM pg_stat_activity WHERE pid = ${blocker.pid}`).toHaveLength(0);
    const after = await getTransitionLive(story.harness.context, id, story.ada);
    expect(after.blockers).toEqual([]);
    expect(after.history).toContainEqual(
      expect.objectContaining({ actor: 'Bob', what: 'Ended a session that stood in the way' }),
    );
    const [latest] = (await listActivity(story.harness.context)).filter(({ what }) =>
      what.startsWith('ended a session'),
    );
    expect(latest).toMatchObject({ actor: 'Bob', object: 'blocked' });
    expect(latest?.detail).toContain('old report');
  });

  it('but is young and not waited for at this moment: who saw it can end it all the same', async () => {
    const session = await app.reserve();
    await session`BEGIN`;
    await session`SELECT count(*) FROM customers`;
    const [seen] = await app<{ pid: number; backendStart: string; transactionStart: string }[]>`
      SELECT pid, backend_start::text AS "backendStart", xact_start::text AS "transactionStart" FROM pg_stat_activity
      WHERE pid = ${(await session<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`)[0]?.pid ?? 0}`;
    if (seen === undefined) throw new Error('the session is not there');
    await endBlocker(story.harness.context, story.bob, { id, ...seen, act: 'terminate' });
    expect(await app`SELECT 1 FROM pg_stat_activity WHERE pid = ${seen.pid}`).toHaveLength(0);
  });

  it('and runs a query: cancelling comes first, then ending', async () => {
    const session = await app.reserve();
    await session`BEGIN`;
    await session`SELECT count(*) FROM customers`;
    const sleeping = codeOfDriver(session`SELECT pg_sleep(60)`);
    const { blocker } = await until((now) => (now.blockers[0]?.ageSeconds ?? 0) > 2);
    expect(blocker).toMatchObject({ state: 'active', acts: ['cancel'], query: 'SELECT pg_sleep(60)' });
    expect(await codeOf(end(blocker, 'terminate'))).toBe('not_allowed');
    await end(blocker, 'cancel');
    expect(await sleeping).toBe('57014');
    await session`ROLLBACK`;
    session.release();
  });

  it('but is none, a prepared transaction: it is shown, and left to whoever prepared it', async () => {
    const session = await app.reserve();
    await session`BEGIN`;
    await session`LOCK TABLE customers IN ROW EXCLUSIVE MODE`;
    await session`PREPARE TRANSACTION 'left behind'`;
    session.release();
    const { blocker } = await until((now) => (now.blockers[0]?.ageSeconds ?? 0) > 2);
    expect(blocker).toMatchObject({
      pid: null,
      kind: 'prepared',
      application: 'left behind',
      holds: 'ROW EXCLUSIVE on public.customers',
      acts: [],
      note: expect.stringContaining('ROLLBACK PREPARED'),
    });
    await app`ROLLBACK PREPARED 'left behind'`;
  });
});

/** SQLSTATE with which a query ends. */
async function codeOfDriver(work: PromiseLike<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    return error instanceof postgres.PostgresError ? error.code : String(error);
  }
}
