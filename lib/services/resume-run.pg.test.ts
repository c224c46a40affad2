import { afterAll, beforeAll, expect, it } from 'vitest';
import { openServiceStory, type ServiceStory } from '@/test/service-story';
import { advancePhase } from './advance-phase';
import { changeSettings } from './change-settings';
import { getTransitionLive } from './get-transition-live';
import { pauseRun } from './pause-run';
import { resumeRun } from './resume-run';

let story: ServiceStory;
let id: string;

beforeAll(async () => {
  story = await openServiceStory();
  id = await story.draft('resumed');
  await changeSettings(story.harness.context, story.ada, {
    id,
    settings: { batchRows: 1, batchPauseMs: 60 },
  });
  await story.approve(id);
  await story.advance(id);
});
afterAll(() => story.close());

it('Resume counts where the pause that was seen has settled meanwhile, and not where something else has happened', async () => {
  const { context } = story.harness;
  const { version } = await advancePhase(context, story.ada, {
    id,
    version: await story.versionOf(id),
    deployConfirmed: true,
  });
  const live = () => getTransitionLive(context, id, null);
  await expect
    .poll(async () => (await live()).backfills[0]?.rowsDone ?? 0, { timeout: 30_000 })
    .toBeGreaterThan(0);
  const pausing = await pauseRun(context, story.ada, { id, version: await story.versionOf(id) });
  await expect.poll(async () => (await live()).status, { timeout: 20_000 }).toBe('paused');
  expect(await story.versionOf(id)).toBe(pausing.version + 1);
  await expect(resumeRun(context, story.ada, { id, version })).rejects.toMatchObject({ code: 'conflict' });
  await changeSettings(context, story.ada, { id, settings: { batchRows: 5000, batchPauseMs: 0 } });
  await resumeRun(context, story.ada, { id, version: pausing.version });
  expect((await story.settled(id)).track.position).toBe(2);
});
