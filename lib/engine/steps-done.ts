import type { Phase } from '@/lib/core/plan';
import type { Direction } from '@/lib/core/rollout';
import type { Lease } from './lease';

/** Ids of the steps whose last record says "done forward"; `undone`: whose last record says "done back". */
export interface StepsDone extends Set<string> {
  readonly undone: ReadonlySet<string>;
}

/** Reads segue.steps, the authority on what is done. */
export async function stepsDone(lease: Lease, phase: Phase): Promise<StepsDone> {
  const rows = await lease.session.sql<{ step_id: string; direction: Direction }[]>`
    SELECT DISTINCT ON (step_id) step_id, direction FROM segue.steps
    WHERE rollout_id = ${lease.rolloutId} AND phase = ${phase.number} AND state = 'done' ORDER BY step_id, seq DESC`;
  const ids = (direction: Direction) =>
    rows.filter((row) => row.direction === direction).map((row) => row.step_id);
  return Object.assign(new Set(ids('forward')), { undone: new Set(ids('back')) });
}
