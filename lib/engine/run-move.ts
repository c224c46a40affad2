import { setMaxListeners } from 'node:events';
import { SegueError } from '@/lib/core/errors';
import type { Phase, Step } from '@/lib/core/plan';
import { completeSettings } from '@/lib/core/rollout';
import { answered, SHORT_WORK_MS } from './answered';
import { awaitStandbys } from './await-standbys';
import { missesPartitions } from './backfill/backfill-record';
import { driftOf } from './binding';
import { checkPreflight, runChecks } from './checks/phase-checks';
import { watchCommitWaits } from './commit-wait';
import { endHolds, setHolds } from './holds';
import { type Lease, takeLease } from './lease';
import { type Migrator, openMigrator } from './migrate-step';
import { LeaveMove, type MoveContext, type MoveEvent } from './move-context';
import {
  completeMove,
  failMove,
  type MoveError,
  readControl,
  readMotion,
  restPaused,
  unknownRollout,
} from './move-state';
import { refuseTransactionPooler, requireSettings } from './refuse-pooler';
import type { RolloutRow } from './rollout-row';
import { isThere, runStep } from './run-step';
import { ensureSegueSchema, hasSegueSchema } from './segue-schema';
import { type StepsDone, stepsDone } from './steps-done';
import { type Target, targetError } from './target';

export type { MoveEvent } from './move-context';

export type MoveOutcome =
  | { readonly kind: 'completed'; readonly position: number }
  | { readonly kind: 'paused' }
  | { readonly kind: 'failed'; readonly error: MoveError }
  /** The slice is over; call again at once. */
  | { readonly kind: 'yielded' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'busy'; readonly retryInMs: number };

export interface RunMoveInput {
  readonly rolloutId: string;
  /** Who works, for the lease: host, process, thread. */
  readonly owner: string;
  /** Aborted: stop at the next safe point. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: MoveEvent) => void | Promise<void>;
  /** Work for about this long, then yield. @default no limit */
  readonly sliceMs?: number;
}

/**
 * Works on the open move of a rollout until it is done or has to stop. Everything is read from the target, and each
 * step and batch commits with its record: it may be killed anywhere and called again, by anybody, any number of times.
 */
export async function runMove(target: Target, input: RunMoveInput): Promise<MoveOutcome> {
  try {
    // A database that was restored to a time before Segue gets no schema for a run that it does not know.
    if (!(await answered(target, SHORT_WORK_MS, hasSegueSchema(target))))
      throw unknownRollout(input.rolloutId);
    // A rollout that an earlier commit of Segue began goes on with what this one keeps beside it.
    await answered(target, SHORT_WORK_MS, ensureSegueSchema(target));
    const before = await answered(target, SHORT_WORK_MS, readMotion(target, input.rolloutId));
    if (before.direction === null) return { kind: 'completed', position: before.position };
    if (before.activity === 'paused') return { kind: 'paused' };
    const lease = await takeLease(target, input.rolloutId, input.owner);
    if ('retryInMs' in lease) return { kind: 'busy', retryInMs: lease.retryInMs };
    try {
      return await underLease(target, lease, input);
    } finally {
      await lease.release();
    }
  } catch (error) {
    throw targetError(error, target);
  }
}

async function underLease(target: Target, lease: Lease, input: RunMoveInput): Promise<MoveOutcome> {
  const deadline = input.sliceMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + input.sliceMs;
  let row = await readMotion(lease.session, input.rolloutId);
  const { direction, moving_phase: movingPhase } = row;
  if (direction === null || movingPhase === null) return { kind: 'completed', position: row.position };
  const migrator = openMigrator(lease);
  // A slice ends only where something of it stays: what it has read for its checks would have to be read again, and again.
  let advanced = false;
  const emit: MoveContext['emit'] = async (event) => {
    if (event.type === 'step_done' || event.type === 'batch') advanced = true;
    await input.onEvent?.({ ...event, at: new Date().toISOString() });
  };
  const context: MoveContext = {
    lease,
    migrator,
    tables: row.plan.claims,
    settings: () => completeSettings(row.settings),
    emit,
    hold: (stepId, reasons) => {
      row = { ...row, activity: 'held' };
      advanced = true;
      return setHolds(lease, stepId, reasons);
    },
    goOn: async () => {
      if (row.activity !== 'held') return;
      await endHolds(lease);
      row = { ...row, activity: 'running' };
    },
    sleep: (ms) => sleepUnlessAborted(ms, input.signal, lease.lost),
    stopAsked: async () => {
      lease.assertHeld();
      if (input.signal?.aborted === true) return new LeaveMove('stopped');
      row = { ...row, ...(await readControl(lease)) };
      if (row.activity === 'pausing' || row.activity === 'paused') return new LeaveMove('paused');
      const turned = row.direction !== direction || row.moving_phase !== movingPhase;
      return turned ? new LeaveMove('turned_round') : null;
    },
    checkpoint: async () => {
      const leave = await context.stopAsked();
      if (leave !== null) throw leave;
      if (advanced && performance.now() > deadline) throw new LeaveMove('yielded');
    },
  };
  const stopWatching = watchCommitWaits(target, input.rolloutId, (hold) =>
    emit({ type: 'commit_wait', message: hold.message }),
  );
  try {
    await requireOwnSession(lease, migrator);
    const phase = phaseOf(row, movingPhase);
    if (direction === 'forward') await goForward(context, row, phase);
    else await goBack(context, row, phase);
    const position = await completeMove(lease, row, phase, direction);
    await emit({ type: 'phase_done', position, phase: phase.number, direction });
    return { kind: 'completed', position };
  } catch (error) {
    return await leave(target, lease, row, error, emit);
  } finally {
    stopWatching();
    await migrator.close();
  }
}

/** What is done here must be done in sessions of our own, with our settings in force. */
async function requireOwnSession(lease: Lease, migrator: Migrator): Promise<void> {
  await refuseTransactionPooler(migrator.line, lease.session.sql);
  await requireSettings(migrator.line.sql);
}

async function leave(
  target: Target,
  lease: Lease,
  row: RolloutRow,
  error: unknown,
  emit: MoveContext['emit'],
): Promise<MoveOutcome> {
  if (error instanceof LeaveMove) {
    if (error.why === 'turned_round') return { kind: 'yielded' };
    if (error.why !== 'paused') return { kind: error.why };
    if (!(await restPaused(lease))) return { kind: 'yielded' };
    await emit({ type: 'paused' });
    return { kind: 'paused' };
  }
  const known = targetError(error, target);
  // The connection is gone, or another worker goes on: nothing is known to be wrong with the move itself.
  if (lease.lost.aborted || known.code === 'connection_failed' || known.code === 'lease_lost') {
    lease.giveUp();
    throw known;
  }
  const failure: MoveError = {
    code: known.code,
    message: known.message,
    next: known.next ?? null,
    evidence: known.evidence ?? null,
  };
  if (!(await failMove(lease, row, failure))) return { kind: 'yielded' };
  await emit({ type: 'failed', ...failure });
  return { kind: 'failed', error: failure };
}

function phaseOf(row: RolloutRow, number: number): Phase {
  const phase = row.plan.phases[number - 1];
  if (phase === undefined)
    throw new SegueError('internal', `The plan of "${row.name}" has no phase ${number}.`);
  return phase;
}

async function goForward(context: MoveContext, row: RolloutRow, phase: Phase): Promise<void> {
  const done = await stepsDone(context.lease, phase);
  if (done.none) {
    await refuseDrift(context, row);
    await checkPreflight(context, row, phase, 'forward');
    await runChecks(context, row, phase, phase.entryChecks, 'entry');
  }
  // What is restored rests upon what follows it: it is undone from the end, and looked at from the end.
  const restored = phase.steps.filter((step) => step.restores !== undefined).reverse();
  const others = phase.steps.filter((step) => step.restores === undefined);
  const doneWith = new Set<string>();
  for (const step of [...restored, ...others]) {
    if (doneWith.has(step.id)) continue;
    const again =
      done.isReopened(step) || mayBeMissing(phase, step, done) || (await missesPartitions(context, step));
    if (done.isDone(step) && (!again || (await isThere(context, step)))) continue;
    await runStep(context, phase, step, 'forward');
    for (const id of step.begins ?? []) doneWith.add(id);
  }
  await runChecks(context, row, phase, phase.watchChecks, 'watch');
  await runChecks(context, row, phase, phase.exitChecks, 'exit');
  await awaitStandbys(context, phase);
}

/** A way back that was turned round may have given up what the steps still to come rest upon. */
function mayBeMissing(phase: Phase, step: Step, done: StepsDone): boolean {
  if (step.restores === undefined) return false;
  const later = phase.steps.slice(phase.steps.indexOf(step) + 1);
  return later.some(
    (other) => other.operation === step.operation && other.restores === undefined && !done.isDone(other),
  );
}

async function goBack(context: MoveContext, row: RolloutRow, phase: Phase): Promise<void> {
  const done = await stepsDone(context.lease, phase);
  // What they look at goes with the first steps that are undone; a rollback that goes on has passed them already.
  const halfDone = !phase.steps.every(done.isDone);
  // Out of a half-done phase a person wants at once, and what it takes back has only just been done.
  if (!halfDone && !done.halfUndone) await checkPreflight(context, row, phase, 'back');
  if (!done.halfUndone) await runChecks(context, row, phase, phase.rollbackChecks, 'rollback', halfDone);
  const undoneWith = new Set<string>();
  for (const step of [...phase.steps].reverse()) {
    if (!done.isBegun(step) || undoneWith.has(step.id)) continue;
    await runStep(context, phase, step, 'back');
    for (const id of step.alsoUndoes ?? []) undoneWith.add(id);
  }
  await awaitStandbys(context, phase);
}

async function refuseDrift(context: MoveContext, row: RolloutRow): Promise<void> {
  const changes = await driftOf(context.lease.session, row.id);
  if (changes.length === 0) return;
  throw new SegueError(
    'drift',
    `The schema changed since this plan was approved: ${changes.length} ${changes.length === 1 ? 'difference' : 'differences'}.`,
    {
      object: row.name,
      next:
        row.position === 0
          ? 'Plan it again.'
          : 'Review what changed, then approve again (on the command line: --accept-drift).',
      evidence: { changes },
    },
  );
}

/** Far more than sleep at once; a leak would still be told. */
const MOST_SLEEPERS = 200;

function sleepUnlessAborted(ms: number, ...signals: readonly (AbortSignal | undefined)[]): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      for (const signal of signals) signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    for (const signal of signals) {
      if (signal === undefined) continue;
      // Lanes, throttle and watchers sleep side by side; the default of ten would put a warning on stderr.
      setMaxListeners(MOST_SLEEPERS, signal);
      signal.addEventListener('abort', done, { once: true });
    }
  });
}
