import { afterAll, beforeAll, expect, it } from 'vitest';
import { openServiceStory, type ServiceStory } from '@/test/service-story';
import { getTransitionLive } from './get-transition-live';
import { pauseRun } from './pause-run';
import { resumeRun } from './resume-run';

let story: ServiceStory;
let id: string;

beforeAll(async () => {
  story = await openServiceStory();
  id = await story.slowDraft('resumed');
});
afterAll(() => story.close());

it('Resume counts where the pause that was seen has settled meanwhile, and not where something else has happened', async () => {
  const { context } = story.harness;
  const live = () => getTransitionLive(context, id, null);
  const { version } = await story.startCopy(id);
  const pausing = await pauseRun(context, story.ada, { id, version: await story.versionOf(id) });
  await expect.poll(async () => (await live()).status).toBe('paused');
  expect(await story.versionOf(id)).toBe(pausing.version + 1);
  await expect(resumeRun(context, story.ada, { id, version })).rejects.toMatchObject({ code: 'conflict' });
  await story.hurry(id);
  await resumeRun(context, story.ada, { id, version: pausing.version });
  expect((await story.settled(id)).track.position).toBe(2);
});
