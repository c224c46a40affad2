import type { Phase, Step } from '@/lib/core/plan';
import type { Direction } from '@/lib/core/rollout';
import { quoteLiteral } from '@/lib/core/sql-text';
import type { Lease } from './lease';

interface LastRecord {
  readonly direction: Direction;
  readonly state: 'started' | 'done';
}

/** What segue.steps, the authority, says of a phase's steps: the last word on each counts. */
export interface StepsDone {
  /** True when nothing of the phase stands. */
  readonly none: boolean;
  isDone(step: Step): boolean;
  /** True for a backfill that was done and has rows to look at again. */
  isReopened(step: Step): boolean;
  /** True when something of the step may stand: also one that was interrupted. */
  isBegun(step: Step): boolean;
  /** True when the last thing that happened to the phase was the undoing of one of its steps. */
  readonly halfUndone: boolean;
}

/** Reads the records of a phase, its cursors, and the columns that a half-done rollback has taken out. */
export async function stepsDone(lease: Lease, phase: Phase): Promise<StepsDone> {
  const { sql } = lease.session;
  const rows = await sql<(LastRecord & { step_id: string; latest: boolean })[]>`
    SELECT DISTINCT ON (step_id) step_id, direction, state, seq = max(seq) OVER () AS latest FROM segue.steps
    WHERE rollout_id = ${lease.rolloutId} AND phase = ${phase.number} ORDER BY step_id, seq DESC`;
  const cursors = await sql<{ step_id: string; done: boolean }[]>`
    SELECT step_id, done FROM segue.backfills WHERE rollout_id = ${lease.rolloutId}`;
  const retired = await sql<{ retired_name: string; reason: string }[]>`
    SELECT retired_name, reason FROM segue.retired WHERE rollout_id = ${lease.rolloutId}`;
  const last = new Map(rows.map((row) => [row.step_id, row]));
  const isOut = (step: Step) =>
    retired.some((column) => column.reason === 'kept' && column.retired_name === step.keep?.retiredName);
  const isForward = (step: Step) => last.get(step.id)?.direction === 'forward';
  const isBegun = (step: Step) => {
    const record = last.get(step.id);
    const halfUndone = record?.direction === 'back' && record.state === 'started';
    return isForward(step) || halfUndone || cursors.some((cursor) => cursor.step_id === step.id);
  };
  const isDone = (step: Step) => isForward(step) && last.get(step.id)?.state === 'done' && !isOut(step);
  return {
    none: !phase.steps.some(isBegun),
    isDone,
    isReopened: (step) =>
      isDone(step) && cursors.some((cursor) => cursor.step_id === step.id && !cursor.done),
    isBegun,
    halfUndone: rows.some((row) => row.latest && row.direction === 'back'),
  };
}

/** Says of another step, as SQL for the transaction that did or undid it with its own, that it is done or undone. */
export function recordAlso(lease: Lease, phase: Phase, stepId: string, direction: Direction): string {
  const { rolloutId, epoch } = lease;
  const [id, step, way] = [rolloutId, stepId, direction].map(quoteLiteral);
  return `INSERT INTO segue.steps (rollout_id, step_id, phase, direction, attempt, state, epoch, done_at)
SELECT ${id}, ${step}, ${phase.number}, ${way}, 1 + count(*) FILTER (WHERE direction = ${way} AND state = 'done'), 'done', ${epoch}, clock_timestamp()
FROM segue.steps WHERE rollout_id = ${id} AND step_id = ${step}
ON CONFLICT (rollout_id, step_id, direction, attempt) DO UPDATE SET state = 'done', epoch = EXCLUDED.epoch, seq = DEFAULT, done_at = EXCLUDED.done_at`;
}
