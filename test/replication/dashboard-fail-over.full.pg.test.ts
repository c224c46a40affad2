import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningServer } from '@/lib/postgres/server';
import { discardServer, startTemporaryServer } from '@/lib/postgres/temporary-server';
import { advancePhase } from '@/lib/services/advance-phase';
import { changeSettings } from '@/lib/services/change-settings';
import { getTransitionLive } from '@/lib/services/get-transition-live';
import { rollBackPhase } from '@/lib/services/roll-back-phase';
import { updateDatabase } from '@/lib/services/update-database';
import { openTcpProxy, type TcpProxy } from '../faults/tcp-proxy';
import { type Standby, startStandby } from '../postgres/standby';
import { ONE_MAJOR } from '../postgres/test-majors';
import { openServiceStory, type ServiceStory } from '../service-story';

/** The primary fails under a dashboard, a standby that lacks the last transactions takes over, and a person changes the database's URL. */

let first: RunningServer;
let story: ServiceStory;
const standbys: Standby[] = [];
const links: TcpProxy[] = [];

beforeAll(async () => {
  first = await startTemporaryServer(ONE_MAJOR);
  story = await openServiceStory({ targetServerUrl: first.url, rows: 2000 });
});
afterAll(async () => {
  await story.close();
  for (const standby of standbys) await standby.discard();
  for (const link of links) await link.close();
  await discardServer(first);
});

const live = (id: string) => getTransitionLive(story.harness.context, id, story.ada);

/** A standby of the server, and what makes it the database's server. */
async function standbyOf(server: RunningServer, name: string) {
  const link = await openTcpProxy(server.url);
  links.push(link);
  const standby = await startStandby(server, name, { port: link.port });
  standbys.push(standby);
  return {
    standby,
    loseTheRest: async () => {
      await standby.caughtUpWith(server.url);
      link.freeze();
    },
    takeOver: async () => {
      await standby.promote();
      const { context, target } = story.harness;
      const url = standby.urlOf(target.owner.url);
      await updateDatabase(context, story.ada, { id: story.databaseId, url });
    },
  };
}

it('a phase that was lost is shown and waits for a person; then it goes on, forward and back', async () => {
  const id = await story.draft('names');
  await story.approve(id);
  await story.advance(id);
  expect((await story.advance(id)).track.position).toBe(2);
  const next = await standbyOf(first, 'second');
  await next.loseTheRest();
  expect((await story.advance(id)).track.position).toBe(3);
  await next.takeOver();

  await expect.poll(async () => (await live(id)).track.position).toBe(2);
  const seen = await live(id);
  expect(seen.sentence.now).toMatch(/a standby took over.*position 2.*had seen position 3/);
  expect(seen.actions.find(({ action }) => action === 'advance')?.allowed).toBe(false);
  await story.approve(id);
  for (const position of [3, 4]) expect((await story.advance(id)).track.position).toBe(position);
  await story.rollBackAll(id);
  expect((await live(id)).track.position).toBe(0);
});

it('a move in the middle goes on by itself, and back', async () => {
  const { context } = story.harness;
  const id = await story.draft('again');
  await story.approve(id);
  await changeSettings(context, story.ada, { id, settings: { batchRows: 40, batchPauseMs: 40 } });
  await story.advance(id);
  const [before] = standbys;
  if (before === undefined) throw new Error('nobody took over');
  const next = await standbyOf(before.server(), 'third');
  await advancePhase(context, story.ada, { id, version: await story.versionOf(id), deployConfirmed: true });
  const copied = async () => (await live(id)).backfills[0]?.rowsDone ?? 0;
  await expect.poll(copied).toBeGreaterThan(100);
  await next.loseTheRest();
  const seen = await copied();
  await expect.poll(copied).toBeGreaterThan(seen + 100);
  await next.takeOver();
  expect((await story.settled(id)).track.position).toBe(2);
  for (const position of [1, 0]) {
    await rollBackPhase(context, story.ada, { id, version: await story.versionOf(id) });
    expect((await story.settled(id)).track.position).toBe(position);
  }
});
