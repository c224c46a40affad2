import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import type { Phase } from '@/lib/core/plan';
import type { Direction, RolloutFact } from '@/lib/core/rollout';
import { requestedPhase } from '@/lib/core/rollout-moves';
import { findRollout, fixPlan, requestMove } from '@/lib/engine/rollouts';
import type { Target } from '@/lib/engine/target';
import { recordAct } from '@/lib/store/acts';
import type { ControlQueries } from '@/lib/store/control-db';
import { cacheFact, findRolloutByTarget } from '@/lib/store/rollouts';
import { listRuns, openRun } from '@/lib/store/runs';
import { hasMoved, type RolloutState, readRollout, versionToken } from './read-rollout';
import { requireAllowed } from './require-allowed';
import { requireTransition } from './require-record';
import { withRolloutLock } from './rollout-lock';
import type { ServiceContext } from './service-context';
import { targetIdOf } from './target-id';
import { conflictError } from './who-won';

export interface MoveInput {
  readonly id: string;
  readonly version: number;
  readonly deployConfirmed?: boolean;
  readonly note?: string;
  readonly acknowledged?: readonly string[];
  readonly typedTable?: string;
}

/**
 * Starts one phase forward or back: validates, moves the target's rollout by compare-and-swap, records run and act, asks a
 * worker. Returns when the move is accepted, not when it is done. Of two callers with the same version one gets `conflict`.
 */
export async function requestRolloutMove(
  context: ServiceContext,
  actor: Actor,
  direction: Direction,
  input: MoveInput,
): Promise<{ version: number }> {
  const { rollout } = await requireTransition(context.control, input.id);
  const accepted = await withRolloutLock(context, rollout.id, async (tx) => {
    const record = await requireTransition(tx, input.id);
    const state = await readRollout(context, record, { progress: false, fresh: true });
    if (state.version !== input.version && state.databaseError === null) {
      throw await conflictError(tx, record.transition);
    }
    requireAllowed(state, direction === 'forward' ? 'advance' : 'roll_back', actor);
    const phase = phaseOf(state, direction);
    const words = direction === 'forward' ? await wordsFor(tx, state, phase, input) : noteWords(input);
    if (direction === 'forward') requireTypedTable(state, phase, input);
    const fact = await context.targets
      .use(record.database, (target) =>
        moveTarget(context, target, state, {
          direction,
          actor,
          words,
          acknowledged: input.acknowledged ?? [],
        }),
      )
      .catch(async (error: unknown) => {
        throw await withHolder(tx, record.database.id, error);
      });
    const run = await openRun(tx, {
      rolloutId: rollout.id,
      direction,
      phase: phase.number,
      actorId: actor.id,
      words,
      acknowledged: input.acknowledged ?? [],
    });
    if (run === null) throw new SegueError('internal', 'The run was not recorded.');
    await recordAct(tx, {
      actor,
      action: direction === 'forward' ? 'advance' : 'roll_back',
      object: record.transition.name,
      transitionId: record.transition.id,
      databaseId: record.database.id,
      detail: { phase: phase.kind, words, acknowledged: input.acknowledged ?? [] },
    });
    await cacheFact(tx, rollout.id, fact, null, { settles: state.restored !== null });
    return { runId: run.id, version: versionToken(record.transition.version, fact) };
  });
  await context.queue.enqueue(accepted.runId);
  return { version: accepted.version };
}

function phaseOf(state: RolloutState, direction: Direction): Phase {
  const number = requestedPhase({ ...state.standing, phaseCount: state.plan.phases.length }, direction);
  const phase = number === null ? undefined : state.plan.phases[number - 1];
  if (phase !== undefined) return phase;
  throw new SegueError('not_allowed', `"${state.record.transition.name}" has no phase left there.`, {
    object: state.record.transition.name,
    next: 'Look at where it stands now.',
  });
}

/** The target's part: the approved plan is fixed in it at the first move, then the rollout moves by its own version. */
async function moveTarget(
  context: ServiceContext,
  target: Target,
  state: RolloutState,
  move: {
    readonly direction: Direction;
    readonly actor: Actor;
    readonly words: readonly string[];
    readonly acknowledged: readonly string[];
  },
): Promise<RolloutFact> {
  const { fact, plan, record, standing } = state;
  let fixed = fact;
  if (fixed === null || (!hasMoved(fixed) && fixed.digest !== plan.digest)) {
    await requireOwnName(target, state);
    fixed = await fixPlan(target, {
      plan,
      id: record.rollout.id,
      managedBy: context.instanceId,
      settings: standing.settings,
      acknowledged: move.acknowledged,
    });
  }
  return requestMove(target, {
    rolloutId: fixed.id,
    direction: move.direction,
    expectedVersion: fixed.version,
    actor: move.actor,
    words: move.words,
    acknowledged: move.acknowledged,
  });
}

/** For `table_busy`: which of our transitions holds the table, so that the page can lead there. */
async function withHolder(tx: ControlQueries, databaseId: string, error: unknown): Promise<unknown> {
  if (!(error instanceof SegueError) || error.code !== 'table_busy') return error;
  const { rolloutId } = error.evidence ?? {};
  const holder = typeof rolloutId === 'string' ? await findRolloutByTarget(tx, databaseId, rolloutId) : null;
  return new SegueError(error.code, error.message, {
    object: error.object,
    next: error.next,
    evidence: { ...error.evidence, transitionId: holder?.transitionId ?? null },
    cause: error,
  });
}

/** A name is unique in a target: fixing a plan under another rollout's name would replace that one's. */
async function requireOwnName(target: Target, { plan, record }: RolloutState): Promise<void> {
  const other = await findRollout(target, { name: plan.name });
  if (other === null || other.id === targetIdOf(record.rollout)) return;
  throw new SegueError('name_taken', `"${record.database.name}" knows another transition "${plan.name}".`, {
    object: plan.name,
    next: 'Edit the draft and give it another name.',
  });
}

function noteWords({ note }: MoveInput): string[] {
  return note === undefined || note.trim() === '' ? [] : [note.trim()];
}

/** The deploy question with its answer. A phase that goes on after a failure or a pause was answered when it started. */
async function wordsFor(
  tx: ControlQueries,
  state: RolloutState,
  phase: Phase,
  input: MoveInput,
): Promise<string[]> {
  const question = phase.deploy?.question ?? null;
  if (question === null) return noteWords(input);
  if (input.deployConfirmed === true) return [`${question} Yes.`, ...noteWords(input)];
  if (state.standing.movingPhase === phase.number) {
    const runs = await listRuns(tx, state.record.rollout.id);
    const before = runs.find(
      (run) => run.direction === 'forward' && run.phase === phase.number && run.words.length > 0,
    );
    if (before !== undefined) return [...before.words, ...noteWords(input)];
  }
  throw new SegueError('confirmation_missing', `Before "${phase.title}": ${question}`, {
    object: state.record.transition.name,
    next: 'Answer the question, then start the phase.',
    evidence: { question },
  });
}

/** The table whose name a person types before something is dropped. */
function requireTypedTable(state: RolloutState, phase: Phase, input: MoveInput): void {
  if (phase.kind !== 'purge') return;
  const names = state.plan.tables.flatMap((table) => [table.name, `${table.schema}.${table.name}`]);
  const typed = input.typedTable?.trim();
  if (typed !== undefined && names.includes(typed)) return;
  const [first] = state.plan.tables;
  throw new SegueError('confirmation_missing', `Type the table's name, "${first?.name ?? ''}", to delete.`, {
    object: first?.name ?? state.record.transition.name,
    next: 'What is deleted cannot be brought back.',
  });
}
