import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '@/lib/core/available-actions';
import { codeOf, openServiceStory, type ServiceStory } from '@/test/service-story';
import { abandonTransition } from './abandon-transition';
import { advancePhase } from './advance-phase';
import { changeSettings } from './change-settings';
import { getTransitionLive } from './get-transition-live';
import { getTransitionView } from './get-transition-view';
import { listTransitions } from './list-transitions';
import { rollBackPhase } from './roll-back-phase';
import { watchRollouts } from './watch-rollouts';

let story: ServiceStory;
let ada: Actor;
let bob: Actor;

beforeAll(async () => {
  story = await openServiceStory();
  ({ ada, bob } = story);
});

afterAll(() => story.close());

describe('an advance', () => {
  let id: string;
  beforeEach(async () => {
    id = await story.draft(`move ${Date.now()}`);
  });
  afterEach(async () => {
    await story.rollBackAll(id);
    await abandonTransition(story.harness.context, ada, { id, version: await story.versionOf(id) });
  });

  it('is refused without an approval, runs with one, and is taken back by one click', async () => {
    const { context } = story.harness;
    expect(await codeOf(advancePhase(context, ada, { id, version: await story.versionOf(id) }))).toBe(
      'approval_missing',
    );
    await story.approve(id);
    expect(await story.advance(id)).toMatchObject({ status: 'ready', approval: { state: 'valid' } });
    const done = await story.advance(id);
    expect(done.track.position).toBe(2);
    expect(done.backfills[0]).toMatchObject({ state: 'done', rowsDone: 100 });
    expect(await story.harness.sql`select count(*)::int as n from customers where full_name = name`).toEqual([
      { n: 100 },
    ]);
    const item = (await listTransitions(context)).find((each) => each.id === id);
    expect(item).toMatchObject({ status: 'ready', group: 'waiting', track: { position: 2 } });
    await rollBackPhase(context, bob, { id, version: done.version });
    const back = await story.settled(id);
    expect(back.track.position).toBe(1);
    expect(back.history[1]).toMatchObject({ actor: 'Bob', what: 'Rolled back Sync' });
  });

  it('by two people at once is won by exactly one; the other is told who', async () => {
    await story.approve(id);
    const other = await story.harness.secondContext();
    const version = await story.versionOf(id);
    const clicks = await Promise.allSettled([
      advancePhase(story.harness.context, ada, { id, version, deployConfirmed: true }),
      advancePhase(other, bob, { id, version, deployConfirmed: true }),
      advancePhase(story.harness.context, bob, { id, version, deployConfirmed: true }),
    ]);
    const lost = clicks.flatMap((click) => (click.status === 'rejected' ? [click.reason] : []));
    expect(lost).toHaveLength(2);
    for (const reason of lost) {
      expect(reason).toMatchObject({ code: 'conflict' });
      expect(String(reason)).toMatch(/(Ada|Bob) started the next phase/);
    }
    const live = await story.settled(id);
    expect(live.track.position).toBe(1);
    expect(live.history.filter(({ what }) => what === 'Started Add')).toHaveLength(1);

    const again = await Promise.allSettled([
      advancePhase(story.harness.context, ada, { id, version: live.version, deployConfirmed: true }),
      rollBackPhase(other, bob, { id, version: live.version }),
    ]);
    expect(again.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await story.settled(id);
  });

  it('is refused after a drift, with what changed, until somebody approves again', async () => {
    const { context } = story.harness;
    await story.approve(id);
    await story.advance(id);
    await story.harness.sql.unsafe('alter table customers add column loose integer');
    const version = await story.versionOf(id);
    // The worker looks now and then, whether a page is open or not.
    await watchRollouts(context);
    expect((await listTransitions(context)).find((each) => each.id === id)?.waitingFor).toBe(
      'Approval: the schema changed',
    );
    const refusal = await advancePhase(context, ada, { id, version }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'drift' });
    const live = await getTransitionLive(context, id, ada);
    expect(live.approval.state).toBe('void');
    expect(live.approval.changes.join('\n')).toContain('loose');
    await story.harness.sql.unsafe('alter table customers drop column loose');
    expect((await getTransitionLive(context, id, ada)).approval.state).toBe('void');
    await story.approve(id, bob);
    expect((await story.advance(id)).track.position).toBe(2);
  });

  it('before the first move is refused after a drift too, and plans anew', async () => {
    const { context } = story.harness;
    await story.approve(id);
    await story.harness.sql.unsafe('create index customers_name on customers (name)');
    expect(await codeOf(advancePhase(context, ada, { id, version: await story.versionOf(id) }))).toBe(
      'drift',
    );
    expect(await codeOf(story.approve(id))).toBe('drift');
    await story.approve(id);
    expect((await story.advance(id)).status).toBe('ready');
    await story.rollBackAll(id);
    await story.harness.sql.unsafe('drop index customers_name');
    expect(await codeOf(advancePhase(context, ada, { id, version: await story.versionOf(id) }))).toBe(
      'drift',
    );
    expect((await getTransitionLive(context, id, ada)).approval.state).toBe('void');
  });

  it('asks what must be live first, and records the answer', async () => {
    const { context } = story.harness;
    await story.approve(id);
    const { phases } = await getTransitionView(context, id, ada);
    const asking = phases.find((phase) => (phase.deploy?.question ?? null) !== null);
    const question = asking?.deploy?.question;
    expect(question).toEqual(expect.any(String));
    for (let position = 1; position < (asking?.number ?? 0); position += 1) await story.advance(id);
    const version = await story.versionOf(id);
    await expect(advancePhase(context, ada, { id, version })).rejects.toMatchObject({
      code: 'confirmation_missing',
      evidence: { question },
    });
    const done = await story.advance(id);
    expect(done.track.position).toBe(asking?.number);
    expect(done.history.map(({ detail }) => detail)).toContain(`${question} Yes.`);
  });

  it('keeps settings that were changed before and after it started', async () => {
    const { context } = story.harness;
    await changeSettings(context, ada, { id, settings: { batchRows: 10 } });
    expect((await getTransitionLive(context, id, ada)).settings.batchRows).toBe(10);
    await story.approve(id);
    await story.advance(id);
    await changeSettings(context, ada, { id, settings: { batchRows: 25, retentionMs: 0 } });
    expect((await getTransitionLive(context, id, ada)).settings).toMatchObject({
      batchRows: 25,
      retentionMs: 0,
    });
  });
});

it('goes the whole way; Delete asks for the table’s name', async () => {
  const { context } = story.harness;
  const id = await story.draft('whole way');
  await changeSettings(context, ada, { id, settings: { retentionMs: 0 } });
  await story.approve(id);
  for (let position = 1; position <= 4; position += 1) {
    expect((await story.advance(id)).track.position).toBe(position);
  }
  const { version } = await getTransitionLive(context, id, ada);
  expect(await codeOf(advancePhase(context, ada, { id, version, deployConfirmed: true }))).toBe(
    'confirmation_missing',
  );
  await advancePhase(context, ada, { id, version, deployConfirmed: true, typedTable: 'customers' });
  expect(await story.settled(id)).toMatchObject({ status: 'done' });
  expect((await listTransitions(context)).find((each) => each.id === id)?.group).toBe('ended');
  const columns = await story.harness.sql`select column_name from information_schema.columns
    where table_name = 'customers' and table_schema = 'public' order by 1`;
  expect(columns.map((row) => row.column_name)).toEqual(['email', 'full_name', 'id']);
});
