import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServiceStory, type ServiceStory } from '@/test/service-story';
import { getTransitionLive } from './get-transition-live';
import { listTransitions } from './list-transitions';
import { pauseAll, resumeAll } from './pause-all';
import { watchRollouts } from './watch-rollouts';

describe('all transitions together', () => {
  let story: ServiceStory;
  let id: string;

  beforeAll(async () => {
    story = await openServiceStory();
    id = await story.slowDraft('together');
  });
  afterAll(() => story.close());

  const item = async () => {
    const found = (await listTransitions(story.harness.context)).find((each) => each.id === id);
    if (found === undefined) throw new Error('the transition is not listed');
    return found;
  };

  it('are paused by one act, and those resumed by another', async () => {
    const { context } = story.harness;
    expect(await pauseAll(context, story.ada)).toEqual({ done: [], left: [] });
    await story.startCopy(id);
    expect(await pauseAll(context, story.bob)).toEqual({ done: ['together'], left: [] });
    await expect.poll(async () => (await item()).status).toBe('paused');
    expect(await item()).toMatchObject({ pausedTogether: true });
    expect((await getTransitionLive(context, id, null)).history).toContainEqual(
      expect.objectContaining({ actor: 'Bob', what: 'Asked to pause' }),
    );
    await story.hurry(id);
    expect(await resumeAll(context, story.bob)).toEqual({ done: ['together'], left: [] });
    expect((await story.settled(id)).track.position).toBe(2);
    expect(await resumeAll(context, story.bob)).toEqual({ done: [], left: [] });
  });

  it('are watched while they rest: what fails shows on the page and on the list', async () => {
    const { context } = story.harness;
    const before = await item();
    await watchRollouts(context);
    expect(await item()).toMatchObject({ checks: { failed: before.checks.failed } });
    const [trigger] = await story.harness.sql<{ name: string }[]>`
      SELECT tgname::text AS name FROM pg_trigger WHERE tgrelid = 'customers'::regclass AND tgname LIKE 'zzz_segue%' LIMIT 1`;
    await story.harness.sql.unsafe(`ALTER TABLE customers DISABLE TRIGGER "${trigger?.name}"`);
    await watchRollouts(context);
    expect((await item()).checks.failed).toBe(before.checks.failed + 1);
    expect((await getTransitionLive(context, id, null)).checks).toContainEqual(
      expect.objectContaining({
        moment: 'watch',
        outcome: 'fail',
        summary: expect.stringContaining('switched off'),
      }),
    );
  });
});
