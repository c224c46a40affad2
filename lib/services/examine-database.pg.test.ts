import { afterAll, beforeAll, expect, it } from 'vitest';
import { findRollout, requireRollout } from '@/lib/engine/rollouts';
import { openTarget, type Target } from '@/lib/engine/target';
import { codeOf, openServiceStory, type ServiceStory } from '@/test/service-story';
import { examineDatabase } from './examine-database';
import { getTransitionLive } from './get-transition-live';
import { leaveTransition } from './leave-transition';
import { listTransitions } from './list-transitions';
import { handOver, takeOver } from './take-over';

/** Doctor, adopt and abandon in the dashboard. */

let story: ServiceStory;
let target: Target;
beforeAll(async () => {
  story = await openServiceStory();
  target = openTarget({ url: story.harness.target.owner.url });
});
afterAll(async () => {
  await target.close();
  await story.close();
});

const examine = () => examineDatabase(story.harness.context, story.ada, { id: story.databaseId });
const acts = async (name: string) =>
  (await examine()).transitions.find((item) => item.name === name)?.actions.map(({ action }) => action);

it('shows what is in a database and offers what may be done', async () => {
  expect(await examine()).toMatchObject({ schema: { version: 0 }, transitions: [], findings: [] });
  const id = await story.draft('names');
  await story.approve(id);
  await story.advance(id);
  await story.advance(id);
  const found = await examine();
  expect(found.findings).toEqual([]);
  expect(found.transitions).toMatchObject([
    { name: 'names', transitionId: id, driver: 'this dashboard', position: 2, claims: ['public.customers'] },
  ]);
  expect(found.transitions[0]?.objects.map(({ kind }) => kind)).toContain('trigger');
  expect(await acts('names')).toEqual(['leave', 'hand_over']);
  expect(found.transitions[0]?.version).toBe(await story.versionOf(id));
});

it('hands a transition to the command line and takes it back', async () => {
  const { context } = story.harness;
  const id = (await examine()).transitions[0]?.transitionId ?? '';
  await handOver(context, story.ada, { id });
  expect((await findRollout(target, { name: 'names' }))?.managedBy).toBeNull();
  expect(await acts('names')).toEqual(['take_over']);
  expect(await codeOf(handOver(context, story.ada, { id }))).toBe('managed_elsewhere');
  const typedName = 'names';
  const version = await story.versionOf(id);
  expect(await codeOf(leaveTransition(context, story.ada, { id, version, typedName }))).toBe(
    'managed_elsewhere',
  );
  await takeOver(context, story.bob, { id });
  expect((await findRollout(target, { name: 'names' }))?.managedBy).toBe(context.instanceId);
  expect(await codeOf(takeOver(context, story.bob, { id }))).toBe('not_allowed');
  const { history } = await getTransitionLive(context, id, story.ada);
  expect(history.filter(({ what }) => what === 'Took it over').map(({ actor }) => actor)).toEqual([
    'Bob',
    'Ada',
  ]);
});

it('abandons it where it stands, by name only, and frees its table', async () => {
  const { context, sql } = story.harness;
  const id = (await examine()).transitions[0]?.transitionId ?? '';
  const version = await story.versionOf(id);
  const leave = (typedName: string, seen: number) =>
    leaveTransition(context, story.ada, { id, version: seen, typedName });
  expect(await codeOf(leave('name', version))).toBe('confirmation_missing');
  expect(await codeOf(leave('names', version - 1))).toBe('conflict');
  await leave('names', version);
  expect(await requireRollout(target, { name: 'names' })).toMatchObject({ ended: 'abandoned', position: 2 });
  const live = await getTransitionLive(context, id, story.ada);
  expect(live.status).toBe('abandoned');
  expect(live.sentence.now).toContain('was left in the database');
  expect(live.history[0]).toMatchObject({ what: 'Abandoned it and left what is there', actor: 'Ada' });
  expect((await listTransitions(context)).find((item) => item.id === id)?.group).toBe('ended');
  const found = await examine();
  expect(found.findings).toMatchObject([{ rule: 'left_behind', transition: 'names' }]);
  // The sync goes on until somebody removes it, and its table is free.
  const [row] = await sql`update customers set name = 'new' where id = 1 returning full_name`;
  expect(row?.full_name).toBe('new');
  for (const statement of found.findings[0]?.statements ?? []) await sql.unsafe(statement);
  expect((await examine()).findings).toEqual([]);
});
