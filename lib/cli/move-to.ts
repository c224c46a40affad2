import { type ErrorCode, exitCodeOf, SegueError } from '@/lib/core/errors';
import type { Direction, RolloutFact } from '@/lib/core/rollout';
import { requestMove, requireRollout } from '@/lib/engine/rollouts';
import { type MoveEvent, type MoveOutcome, runMove } from '@/lib/engine/run-move';
import type { Target } from '@/lib/engine/target';
import { cliActor } from './cli-actor';
import { printError, printJson, printLine } from './output';
import { printResult } from './print-result';
import { decisionsBefore, undecided } from './require-decisions';

export interface Journey {
  readonly direction: Direction;
  readonly goal: number;
  readonly json: boolean;
  readonly waivesRetention: boolean;
  /** Ids of inconclusive checks and of decisions that the caller accepts. */
  readonly accept: readonly string[];
}

/** A dead holder's lease ends within this time; a living one is not waited for any longer. */
const LEASE_PATIENCE_MS = 10_000;

/** Moves phase by phase until the goal is reached. Prints events and the result; returns the exit code. */
export async function moveTo(target: Target, start: RolloutFact, journey: Journey): Promise<0 | 1 | 2 | 3> {
  let rollout = start;
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    while (!arrived(rollout, journey)) {
      const open = journey.direction === 'forward' ? undecided(rollout, journey.accept) : null;
      if (open !== null) return stopWith(rollout, open, journey);
      const outcome = await move(target, rollout, journey, stop.signal);
      rollout = await requireRollout(target, { id: rollout.id });
      if (outcome.kind !== 'completed') return report(rollout, outcome, journey);
    }
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
  printResult(rollout, journey.json, null);
  return 0;
}

function arrived(rollout: RolloutFact, journey: Journey): boolean {
  if (rollout.direction !== null) return false;
  return journey.direction === 'forward'
    ? rollout.position >= journey.goal
    : rollout.position <= journey.goal;
}

async function move(
  target: Target,
  rollout: RolloutFact,
  journey: Journey,
  signal: AbortSignal,
): Promise<MoveOutcome> {
  const underway = rollout.direction === journey.direction && ['running', 'held'].includes(rollout.activity);
  if (!underway) {
    await requestMove(target, {
      rolloutId: rollout.id,
      direction: journey.direction,
      expectedVersion: rollout.version,
      actor: cliActor(),
      words:
        journey.direction === 'forward'
          ? [
              'The caller of advance says that the code of the deploy note is live.',
              ...decisionsBefore(rollout).map(({ question }) => `${question} Yes.`),
            ]
          : [],
      acknowledged: [...journey.accept, ...(journey.direction === 'forward' ? usageChecks(rollout) : [])],
      waivesRetention: journey.waivesRetention,
    });
  }
  const deadline = performance.now() + LEASE_PATIENCE_MS;
  for (;;) {
    const outcome = await runMove(target, {
      rolloutId: rollout.id,
      owner: `cli ${process.pid}`,
      signal,
      onEvent: (event) => printEvent(event, journey.json),
    });
    if (outcome.kind !== 'busy' || performance.now() > deadline) return outcome;
    await new Promise((resolve) => setTimeout(resolve, outcome.retryInMs));
  }
}

/** Calling advance is the caller's word about the running code; these checks ask for nothing else. */
function usageChecks(rollout: RolloutFact): string[] {
  return rollout.plan.phases
    .flatMap((phase) => phase.entryChecks)
    .filter((check) => check.work.kind === 'column_usage')
    .map((check) => check.id);
}

function printEvent(event: MoveEvent, json: boolean): void {
  if (json) printJson(event);
  else if (event.type === 'step_started') printLine(`  ${String(event.title)}`);
  else if (event.type === 'commit_wait') printLine(`  ${String(event.message)}`);
  else if (event.type === 'lock_wait') printLine(`  waiting for the lock (attempt ${String(event.attempt)})`);
}

function report(
  rollout: RolloutFact,
  outcome: Exclude<MoveOutcome, { kind: 'completed' }>,
  journey: Journey,
): 1 | 2 | 3 {
  return stopWith(rollout, errorOf(rollout, outcome), journey);
}

function stopWith(rollout: RolloutFact, error: SegueError, journey: Journey): 1 | 2 | 3 {
  printError(error, false);
  printResult(rollout, journey.json, error);
  return exitCodeOf(error.code);
}

function errorOf(rollout: RolloutFact, outcome: Exclude<MoveOutcome, { kind: 'completed' }>): SegueError {
  switch (outcome.kind) {
    case 'failed':
      return new SegueError(outcome.error.code as ErrorCode, outcome.error.message, {
        object: rollout.name,
        next: outcome.error.next ?? undefined,
        evidence: outcome.error.evidence ?? undefined,
      });
    case 'busy':
      return new SegueError('lease_held', `Another worker is moving "${rollout.name}".`, {
        object: rollout.name,
        next: 'Wait for it, or stop it.',
      });
    case 'paused':
      return new SegueError('stopped', `"${rollout.name}" is paused.`, {
        object: rollout.name,
        next: 'Advance it again to go on.',
      });
    default:
      return new SegueError('stopped', `Stopped at a safe point of "${rollout.name}".`, {
        object: rollout.name,
        next: 'Run the same command again to go on.',
      });
  }
}
