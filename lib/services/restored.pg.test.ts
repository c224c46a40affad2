import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findRollout } from '@/lib/engine/rollouts';
import { openTarget } from '@/lib/engine/target';
import { openServiceStory, type ServiceStory } from '@/test/service-story';
import { abandonTransition } from './abandon-transition';
import { getTransitionLive } from './get-transition-live';
import { listTransitions } from './list-transitions';
import { rollBackPhase } from './roll-back-phase';

/** The target is restored to an earlier time in the middle of a rollout: what it says counts, is shown, and is never overwritten. */

let story: ServiceStory;
let server: postgres.Sql;
beforeAll(async () => {
  story = await openServiceStory();
  const url = new URL(story.harness.target.superuserUrl);
  url.pathname = '/postgres';
  server = postgres(url.href, { max: 1, onnotice: () => undefined });
});
afterAll(async () => {
  for (const name of ['before', 'at_one'])
    await server.unsafe(`drop database if exists ${backup(name)} with (force)`);
  await server.end();
  await story.close();
});

const backup = (name: string) => `${story.harness.target.name}_${name}`;
const live = (id: string) => getTransitionLive(story.harness.context, id, story.ada);
const inTheList = async (id: string) =>
  (await listTransitions(story.harness.context)).find((item) => item.id === id);

/** Copies a database with nobody connected to it, as a backup is taken and brought back. */
async function copy(from: string, to: string): Promise<void> {
  await server.unsafe(`alter database ${from} allow_connections false`);
  try {
    await server`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${from}`;
    await expect
      .poll(
        async () =>
          (await server`select count(*)::int as n from pg_stat_activity where datname = ${from}`)[0]?.n,
      )
      .toBe(0);
    await server.unsafe(`create database ${to} template ${from} owner ${story.harness.target.owner.name}`);
  } finally {
    await server.unsafe(`alter database ${from} allow_connections true`);
  }
}
async function restore(name: string): Promise<void> {
  await server.unsafe(`drop database ${story.harness.target.name} with (force)`);
  await copy(backup(name), story.harness.target.name);
}
async function inTarget() {
  const target = openTarget({ url: story.harness.target.owner.url });
  const fact = await findRollout(target, { name: 'names' });
  await target.close();
  return fact;
}

it('shows where the database stands now, on the list and on the page, and goes on only when a person says so', async () => {
  const { context, target } = story.harness;
  const id = await story.draft('names');
  const bystander = await story.draft('bystander');
  await copy(target.name, backup('before'));
  await story.approve(id);
  await story.advance(id);
  await copy(target.name, backup('at_one'));
  const atOne = await inTarget();
  await story.advance(id);
  expect((await story.advance(id)).track.position).toBe(3);

  await restore('at_one');
  await expect.poll(async () => (await live(id)).track.position).toBe(1);
  const seen = await live(id);
  expect(seen.sentence.now).toMatch(
    /was restored to an earlier time.*says “Add is done”.*had seen “Switch is done”/,
  );
  expect(seen.actions.find(({ action }) => action === 'advance')?.allowed).toBe(false);
  await expect
    .poll(async () => (await inTheList(id))?.waitingFor)
    .toBe('The database was restored: look where it stands');
  expect(await inTheList(id)).toMatchObject({ group: 'waiting', track: { position: 1 } });
  // Nobody else is meant.
  expect(await inTheList(bystander)).toMatchObject({ waitingFor: 'Approval', track: { position: 0 } });
  expect((await live(id)).history.some(({ what }) => /says less than before/.test(what))).toBe(true);
  // Looking wrote nothing into it.
  expect(await inTarget()).toEqual(atOne);

  await story.approve(id);
  expect((await live(id)).sentence.now).not.toContain('restored');
  expect((await inTheList(id))?.waitingFor).not.toContain('restored');
  expect((await story.advance(id)).track.position).toBe(2);
  expect((await inTheList(id))?.track.position).toBe(2);

  // A roll back is allowed at once: it is a person's word too.
  await restore('at_one');
  await expect.poll(async () => (await live(id)).track.position).toBe(1);
  await rollBackPhase(context, story.ada, { id, version: await story.versionOf(id) });
  expect((await story.settled(id)).track.position).toBe(0);
  expect((await live(id)).sentence.now).not.toContain('restored');
});

it('says so where the database is from before the rollout began', async () => {
  const id = (await listTransitions(story.harness.context)).find(({ name }) => name === 'names')?.id ?? '';
  await story.advance(id);
  await restore('before');
  await expect
    .poll(async () => (await inTheList(id))?.waitingFor)
    .toBe('The database does not know it any more');
  const seen = await live(id);
  expect(seen.databaseError).toContain('does not know this rollout any more');
  const allowed = seen.actions.filter((each) => each.allowed).map(({ action }) => action);
  expect(allowed).toEqual(expect.arrayContaining(['abandon', 'duplicate']));
  expect(allowed).not.toContain('advance');
  expect(seen.sentence.next).toContain('Abandon it here');
  expect(await inTarget()).toBeNull();

  const { context } = story.harness;
  await abandonTransition(context, story.ada, { id, version: seen.version });
  expect(await live(id)).toMatchObject({ status: 'abandoned', databaseError: null, forgotten: false });
  expect((await inTheList(id))?.group).toBe('ended');
  expect(await inTarget()).toBeNull();
  // The database that knows it comes back: there it is again, as that says.
  await restore('at_one');
  await expect.poll(async () => (await inTheList(id))?.track.position).toBe(1);
  expect((await live(id)).status).toBe('ready');
});
