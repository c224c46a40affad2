import { expect, it } from 'vitest';
import type { CheckSpec } from '@/lib/core/plan';
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

it('is the checks before the first step, until each has been answered since the move began', () => {
  const plan = renamePlan();
  const spec: CheckSpec = {
    id: '1.rows',
    title: 'Both columns agree',
    work: { kind: 'retention', table: { schema: 'public', name: 'customers' }, column: 'name' },
  };
  const phases = plan.phases.map((phase) => ({ ...phase, entryChecks: [spec], rollbackChecks: [spec] }));
  const asking = { id: null, title: 'Check before it begins', impact: 'Reads only; blocks nobody.' };
  const answer = { id: '1.rows', phase: 2, moment: 'entry', at: started } as const;
  const forward = { movingPhase: 2, direction: 'forward' } as const;
  const at = (fact: typeof forward | typeof back, records: StepRecord[], answers: (typeof answer)[]) =>
    currentStep({ ...plan, phases }, fact, records, started, answers);
  expect(at(forward, [], [])).toMatchObject(asking);
  expect(at(forward, [], [{ ...answer, at: '2026-11-07T09:59:59.000Z' as typeof started }])).toMatchObject(
    asking,
  );
  expect(at(forward, [], [answer])).toMatchObject({ id: 'dual_write-1' });
  expect(at(forward, [record], [])).toMatchObject({ title: 'Check the result' });
  const back = { movingPhase: 2, direction: 'back' } as const;
  expect(at(back, [record], [answer])).toMatchObject(asking);
  // A phase that is half-done is taken back at once.
  expect(at(back, [], [])).toMatchObject({ title: 'Check the result' });
});
