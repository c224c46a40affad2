import { planTransition } from '@/lib/engine/plan-transition';
import { findRollout } from '@/lib/engine/rollouts';
import type { CommandInput } from '../main';
import { moveTo } from '../move-to';
import { printOpenReading } from '../print-reading';
import { printResult } from '../print-result';
import { readAnswers } from '../read-answers';
import { readTransitionFile } from '../read-transition-file';
import { requireUnmanaged } from '../require-unmanaged';
import { specOnTarget } from '../transition-spec';
import { requireDatabase, withTarget } from '../with-target';
import { nameOfSource, requirePosition, requireSameFile } from './advance';
import { requireFile } from './plan';

/** `segue rollback <file>`: out of a half-done phase to its start, else one phase back, or down to `--to`. */
export async function rollback({ files, options, cwd }: CommandInput): Promise<0 | 1 | 2 | 3> {
  const source = await readTransitionFile(requireFile(files), cwd);
  const answers = await readAnswers(options, cwd);
  const json = options.json === true;
  return withTarget(requireDatabase(options.database), async (target) => {
    const rollout = await findRollout(target, { name: nameOfSource(source) });
    if (rollout === null) {
      // It has never been started here, so it is at its start: nothing to do, and nothing is written.
      const found = await specOnTarget(source, target, answers);
      if (found.spec === null) return printOpenReading(found.reading, json);
      const plan = await planTransition(target, found.spec);
      if (options.to !== undefined) requirePosition(options.to, plan.phases.length, '');
      printResult({ plan, position: 0, direction: null, activity: 'idle', ended: null }, json, null);
      return 0;
    }
    if (rollout.position > 0 || rollout.direction !== null) requireSameFile(rollout, source);
    const halfDone = rollout.direction !== null && rollout.movingPhase === rollout.position + 1;
    const goal =
      options.to === undefined
        ? Math.max(0, halfDone ? rollout.position : rollout.position - 1)
        : requirePosition(options.to, rollout.plan.phases.length, '');
    const managed = await requireUnmanaged(target, rollout, options['take-over'] === true);
    return moveTo(target, managed, {
      direction: 'back',
      goal,
      json,
      waivesRetention: false,
      accept: options.accept ?? [],
    });
  });
}
