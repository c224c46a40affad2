import { expect, it } from 'vitest';
import { renamePlan } from '@/test/rename-plan';
import { currentStep, type StepRecord } from './current-step';

const started = '2026-11-07T10:00:00.000Z';
const record: StepRecord = {
  stepId: 'dual_write-1',
  direction: 'forward',
  state: 'done',
  startedAt: '2026-11-07T10:00:01.000Z',
  doneAt: '2026-11-07T10:00:05.000Z',
};

it('is the first step that is not done, then the checks, then nothing', () => {
  const forward = { movingPhase: 2, direction: 'forward' } as const;
  expect(currentStep(renamePlan(), forward, [], started)).toEqual({
    id: 'dual_write-1',
    title: 'Copy name to full_name',
    impact: 'Blocks nobody.',
    since: started,
  });
  expect(currentStep(renamePlan(), forward, [record], started)).toMatchObject({
    title: 'Check the result',
    since: record.doneAt,
  });
  expect(currentStep(renamePlan(), { movingPhase: null, direction: null }, [record], started)).toBeNull();
});

it('on the way back is a step that stands', () => {
  const back = { movingPhase: 2, direction: 'back' } as const;
  expect(currentStep(renamePlan(), back, [record], started)).toMatchObject({
    title: 'Copy name to full_name',
  });
  expect(currentStep(renamePlan(), back, [record, { ...record, direction: 'back' }], started)).toMatchObject({
    title: 'Check the result',
  });
});
