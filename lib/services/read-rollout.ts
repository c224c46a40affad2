import type { ActionContext } from '@/lib/core/available-actions';
import type { CheckResult } from '@/lib/core/check-result';
import { SegueError } from '@/lib/core/errors';
import { PHASE_TITLES, type Plan } from '@/lib/core/plan';
import { DEFAULT_SETTINGS, type RolloutFact, type RolloutSettings } from '@/lib/core/rollout';
import { runPreflight } from '@/lib/engine/preflight/run-preflight';
import { readProgress } from '@/lib/engine/read-progress';
import { readWaits, type Waits } from '@/lib/engine/read-waits';
import { findRollout } from '@/lib/engine/rollouts';
import type { Target } from '@/lib/engine/target';
import { listApprovals } from '@/lib/store/approvals';
import { findOpenRun } from '@/lib/store/runs';
import type { TransitionRecord } from '@/lib/store/transitions';
import type { ApprovalView } from '@/lib/views/transition-view';
import { readApproval } from './read-approval';
import type { ServiceContext } from './service-context';
import { targetIdOf } from './target-id';

export type Progress = Awaited<ReturnType<typeof readProgress>>;
export type OpenRun = NonNullable<Awaited<ReturnType<typeof findOpenRun>>>;

/** Where a rollout stands: the part of the fact that there is also before the first move. */
export type Standing = Pick<
  RolloutFact,
  | 'position'
  | 'direction'
  | 'movingPhase'
  | 'activity'
  | 'ended'
  | 'retainedUntil'
  | 'settings'
  | 'error'
  | 'managedBy'
>;

/** A rollout as it is now: the target's fact beside the control database's intent. */
export interface RolloutState {
  readonly record: TransitionRecord;
  /** null: it has never moved, or the target cannot be asked. */
  readonly fact: RolloutFact | null;
  readonly standing: Standing;
  readonly plan: Plan;
  /** What a person looked at; see {@link versionToken}. */
  readonly version: number;
  readonly progress: Progress | null;
  /** Read together with the progress. */
  readonly waits: Waits;
  /** What the next phase would meet, at rest; read together with the progress. */
  readonly preflight: readonly CheckResult[];
  readonly databaseError: string | null;
  /** The target was asked, and does not know it although it had. */
  readonly forgotten: boolean;
  /** The target knows less than was seen here: what it says counts, and this says the difference. */
  readonly restored: string | null;
  readonly approval: ApprovalView;
  readonly run: OpenRun | null;
  readonly managedElsewhere: boolean;
  readonly context: ActionContext;
}

/** Whether a rollout has left position 0 or is about to. */
export function hasMoved(standing: Pick<RolloutFact, 'position' | 'direction'>): boolean {
  return standing.position > 0 || standing.direction !== null;
}

/**
 * The number that a person's act carries back. Once it has moved, the target's own compare-and-swap version. At rest at the
 * start it counts the draft's edits too, and is negative, so that it can never be taken for a version of the target.
 */
export function versionToken(
  draftVersion: number,
  fact: Pick<RolloutFact, 'position' | 'direction' | 'version'> | null,
): number {
  if (fact !== null && hasMoved(fact)) return fact.version;
  return -(draftVersion * 1_000_000 + (fact?.version ?? 0));
}

const NOTHING_WAITS: Waits = { holds: [], blockers: [], statement: null };

interface Asked {
  readonly fact: RolloutFact | null;
  readonly forgotten?: boolean;
  readonly progress: Progress | null;
  readonly waits?: Waits | null;
  readonly preflight?: readonly CheckResult[];
  readonly error: string | null;
}

/**
 * Reads a rollout from the target and the control database. Never throws for an unreachable target: then the last known
 * fact stands in and `databaseError` says why. `progress` adds steps, backfills, checks and moves. `fresh` looks for drift
 * anew instead of trusting a look of the last seconds; acts ask so.
 */
export async function readRollout(
  context: ServiceContext,
  record: TransitionRecord,
  options: { readonly progress: boolean; readonly fresh: boolean },
): Promise<RolloutState> {
  const [asked, run, approvals] = await Promise.all([
    ask(context, record, options),
    findOpenRun(context.control, record.rollout.id),
    listApprovals(context.control, record.rollout.id),
  ]);
  const { rollout, transition } = record;
  const known = asked.fact ?? rollout.fact;
  const standing = standingOf(record, known);
  const plan = asked.fact !== null && hasMoved(asked.fact) ? asked.fact.plan : rollout.plan;
  const managedElsewhere = known !== null && known.ended === null && known.managedBy !== context.instanceId;
  const restored = sayRestored(record, asked.fact);
  const read = await readApproval(context, {
    record,
    latest: approvals[0],
    fact: asked.fact,
    standing,
    reachable: asked.error === null,
    fresh: options.fresh,
  });
  const approval: ApprovalView =
    restored === null || read.state === 'missing'
      ? read
      : { ...read, state: 'void', changes: [restored, ...read.changes] };
  return {
    record,
    fact: asked.fact,
    standing,
    plan,
    version: versionToken(transition.version, known),
    progress: asked.progress,
    waits: asked.waits ?? NOTHING_WAITS,
    preflight: asked.preflight ?? [],
    databaseError: asked.error,
    forgotten: asked.forgotten === true,
    restored,
    approval,
    run,
    managedElsewhere,
    context: {
      position: standing.position,
      phases: plan.phases,
      direction: standing.direction,
      movingPhase: standing.movingPhase,
      activity: standing.activity,
      ended: standing.ended,
      approval: approval.state,
      drift: approval.state === 'void',
      databaseReachable: asked.error === null,
      forgotten: asked.forgotten === true,
      managedElsewhere,
      retainedUntil: standing.retainedUntil,
      now: new Date().toISOString(),
    },
  };
}

async function ask(
  context: ServiceContext,
  record: TransitionRecord,
  options: { readonly progress: boolean; readonly fresh: boolean },
): Promise<Asked> {
  const { rollout, database, transition } = record;
  // An abandoned draft left nothing in the target, unlike one that had started; a removed database cannot be asked.
  const leftNothing = transition.state === 'abandoned' && (rollout.fact === null || !hasMoved(rollout.fact));
  if (leftNothing || database.removedAt !== null) {
    return { fact: null, progress: null, error: null };
  }
  const id = targetIdOf(rollout);
  const read = async (target: Target): Promise<Asked> => {
    const [fact, progress, waits] = await Promise.all([
      findRollout(target, { id }),
      options.progress ? readProgress(target, id) : null,
      options.progress ? readWaits(target, id, rollout.plan.claims) : null,
    ]);
    const preflight = options.progress ? await nextPreflight(target, record, fact) : [];
    const error = forgotten(record);
    return fact === null
      ? { fact: null, progress: null, waits, preflight, error, forgotten: error !== null }
      : { fact, progress, waits, preflight, error: null };
  };
  try {
    return await context.targets.use(database, read, { patient: options.fresh });
  } catch (error) {
    if (!(error instanceof SegueError)) throw error;
    return { fact: null, progress: null, error: error.message };
  }
}

/** Asked of the target for the page, before the click; while a phase is under way its own answers stand. */
async function nextPreflight(
  target: Target,
  { rollout }: TransitionRecord,
  fact: RolloutFact | null,
): Promise<readonly CheckResult[]> {
  if (fact !== null && (fact.direction !== null || fact.ended !== null)) return [];
  const plan = fact !== null && hasMoved(fact) ? fact.plan : rollout.plan;
  const phase = plan.phases[fact?.position ?? 0];
  return phase === undefined
    ? []
    : runPreflight(target, { rolloutId: targetIdOf(rollout), plan, phase, direction: 'forward' });
}

function sayRestored({ rollout, database }: TransitionRecord, now: RolloutFact | null): string | null {
  const seen = rollout.fact;
  if (now === null || seen === null || now.version >= seen.version || !hasMoved(seen)) return null;
  const [there, here] = [whereInWords(rollout.plan, now), whereInWords(rollout.plan, seen)];
  const difference =
    there === here
      ? `it says “${there}”, as this dashboard had seen it, but an earlier state of that.`
      : `it says “${there}”; this dashboard had seen “${here}”.`;
  return `"${database.name}" was restored to an earlier time, or a standby took over that had not received everything: ${difference}`;
}

function whereInWords(
  { phases }: Plan,
  { position, movingPhase, direction }: Pick<RolloutFact, 'position' | 'movingPhase' | 'direction'>,
): string {
  const phase = phases[(movingPhase ?? position) - 1];
  if (phase === undefined) return 'nothing is done';
  if (movingPhase === null) return `${PHASE_TITLES[phase.kind]} is done`;
  return `${PHASE_TITLES[phase.kind]} is ${direction === 'back' ? 'being rolled back' : 'under way'}`;
}

/** The target has no such rollout although it had: shown, never overwritten. */
function forgotten({ rollout, database }: TransitionRecord): string | null {
  if (rollout.fact === null || !hasMoved(rollout.fact)) return null;
  return `"${database.name}" does not know this rollout any more. It was restored to an earlier time, or its schema "segue" was removed.`;
}

/** Where it stands by what is known; the start where nothing is. */
export function standingOf(record: TransitionRecord, known: Standing | null): Standing {
  if (known !== null) return known;
  const { state } = record.transition;
  return {
    position: 0,
    direction: null,
    movingPhase: null,
    activity: 'idle',
    ended: state === 'abandoned' || state === 'done' ? state : null,
    retainedUntil: null,
    settings: draftSettings(record),
    error: null,
    managedBy: null,
  };
}

/** Settings of a rollout that is not in the target yet: the defaults, without a retention time in the sandbox, and what a person set. */
function draftSettings({ rollout, database }: TransitionRecord): RolloutSettings {
  return {
    ...DEFAULT_SETTINGS,
    ...(database.sandbox ? { retentionMs: 0 } : {}),
    ...(rollout.settings ?? {}),
  };
}
