import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '@/lib/core/rollout';
import { renamePlan } from '@/test/rename-plan';
import { backfillShare, backfillViews, workDone } from './backfill-progress';

const running = {
  activity: 'running',
  direction: 'forward',
  movingPhase: 2,
  position: 1,
  settings: DEFAULT_SETTINGS,
} as const;
const found = {
  stepId: 'dual_write-1',
  rowsSeen: 250,
  rowsChanged: 240,
  rowsTotal: 1000,
  totalIsExact: true,
  rowsPerSecond: 50,
  state: 'running',
  share: null,
  round: 0,
  workingMs: 5000,
  heldMs: 0,
  lanes: [],
  unseen: [],
};

describe('backfillViews', () => {
  it('shows one that has not begun with the estimate', () => {
    const [view] = backfillViews(
      renamePlan(),
      { ...running, activity: 'idle', direction: null, movingPhase: null, position: 0 },
      [],
    );
    expect(view).toMatchObject({ state: 'waiting', rowsDone: 0, rowsTotal: 1000, totalIsExact: false });
  });

  it('shows a running one with rate and time', () => {
    const [view] = backfillViews(renamePlan(), running, [found]);
    expect(view).toMatchObject({ state: 'running', rowsDone: 250, rowsPerSecond: 50, secondsLeft: [13, 17] });
  });

  it('takes the share of the work from the ranges where they are known', () => {
    const [view] = backfillViews(renamePlan(), running, [{ ...found, share: 0.4 }]);
    expect(view === undefined ? null : workDone(view)).toBe(0.4);
    expect(backfillShare(backfillViews(renamePlan(), running, [{ ...found, share: 1 }]), 2)).toBe(0.99);
  });

  it('shows no rate while it is paused or turned back', () => {
    const [paused] = backfillViews(renamePlan(), { ...running, activity: 'paused' }, [found]);
    expect(paused).toMatchObject({ state: 'paused', rowsPerSecond: null });
    const [back] = backfillViews(renamePlan(), { ...running, direction: 'back' }, [found]);
    expect(back).toMatchObject({ state: 'paused' });
  });

  it('is done when the phase is', () => {
    const [view] = backfillViews(
      renamePlan(),
      { ...running, activity: 'idle', direction: null, movingPhase: null, position: 2 },
      [],
    );
    expect(view).toMatchObject({ state: 'done', secondsLeft: null });
  });
});

describe('backfillShare', () => {
  it('never says 1 before all is done', () => {
    const over = backfillViews(renamePlan(), running, [{ ...found, rowsSeen: 1200 }]);
    expect(backfillShare(over, 2)).toBe(0.99);
    expect(backfillShare(backfillViews(renamePlan(), running, [{ ...found, state: 'done' }]), 2)).toBe(1);
    expect(backfillShare([], 2)).toBeNull();
  });

  it('says nothing while another phase moves', () => {
    const adding = { ...running, movingPhase: 1, position: 0 };
    const views = backfillViews(renamePlan(), adding, [{ ...found, rowsSeen: 0, rowsChanged: 0 }]);
    expect(views).toMatchObject([{ state: 'waiting', phase: 2 }]);
    expect(backfillShare(views, 1)).toBeNull();
    expect(backfillShare(views, null)).toBe(0);
  });
});
