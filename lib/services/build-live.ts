import { type Actor, availableActions } from '@/lib/core/available-actions';
import { isWorthALine, NAMED_BLOCKERS } from '@/lib/core/blocker';
import type { Hold } from '@/lib/core/hold';
import { NOTHING_RECORDED } from '@/lib/core/recorded';
import { statusOf } from '@/lib/core/rollout';
import type { StoredAct } from '@/lib/store/acts';
import type { StoredRun } from '@/lib/store/runs';
import { backfillShare, backfillViews } from '@/lib/views/backfill-progress';
import { blockerViews } from '@/lib/views/blocker-view';
import { buildHistory, type MoveRecord } from '@/lib/views/build-history';
import { buildTrack } from '@/lib/views/build-track';
import { codeNow } from '@/lib/views/code-now';
import { currentStep } from '@/lib/views/current-step';
import type { ProofView } from '@/lib/views/proof-view';
import { stateSentence } from '@/lib/views/state-sentence';
import type { TransitionLive } from '@/lib/views/transition-view';
import type { OpenRun, Progress, RolloutState } from './read-rollout';

/** Who is assumed to look where nobody gave a name: the rules are the same for everybody until roles come. */
const NOBODY: Actor = { id: '', name: '', via: 'web' };

type RunWithActor = StoredRun & { readonly by: string | null };

/** What is live on a transition's page, from what was read. Pure. */
export function buildLive(
  state: RolloutState,
  acts: readonly StoredAct[],
  runs: readonly RunWithActor[],
  actor: Actor | null,
  proof: ProofView | null,
): TransitionLive {
  const { standing, plan, progress, record } = state;
  const status = statusOf({ ...standing, plan });
  const backfills = backfillViews(plan, standing, progress?.backfills ?? []);
  const step = runningStep(state);
  const inTheWay = state.waits.blockers.filter(isWorthALine);
  const waiting = state.waits.holds[0]?.message ?? waitsFor(state.run, Date.parse(state.context.now));
  return {
    status,
    version: state.version,
    sentence: stateSentence({
      plan,
      status,
      fact: standing,
      approval: state.approval.state,
      backfills,
      stepTitle: step?.title ?? null,
      stepShare: state.waits.statement?.share ?? null,
      errorMessage: standing.error?.message ?? null,
      errorNext: standing.error?.next ?? null,
      waiting,
      databaseError: state.databaseError,
      forgotten: state.forgotten,
      managedElsewhere: state.managedElsewhere,
      restored: state.restored,
      now: state.context.now,
    }),
    track: buildTrack(
      plan,
      standing,
      progress === null ? null : backfillShare(backfills, standing.movingPhase),
    ),
    codeNow: codeNow(plan, standing),
    actions: availableActions(state.context, actor ?? NOBODY),
    backfills,
    checks: withPreflight(progress?.checks ?? [], state.preflight),
    currentStep: step,
    error: standing.error,
    retainedUntil: standing.retainedUntil,
    approval: state.approval,
    proof,
    history: buildHistory(
      plan,
      progress === null ? runs.map(moveOfRun) : progress.moves.map(moveOfTarget),
      acts.map((act) => ({ ...act, at: act.at.toISOString() })),
    ),
    objects: progress?.objects ?? [],
    recorded: progress?.recorded ?? NOTHING_RECORDED,
    settings: standing.settings,
    holds: state.waits.holds,
    blockers: blockerViews(inTheWay.slice(0, NAMED_BLOCKERS), acts),
    moreBlockers: Math.max(0, inTheWay.length - NAMED_BLOCKERS),
    statement: state.waits.statement,
    inFlight: isInFlight(state),
    databaseError: record.transition.state === 'abandoned' ? null : state.databaseError,
    forgotten: state.forgotten && record.transition.state !== 'abandoned',
    restored: state.restored,
    managedElsewhere: state.managedElsewhere,
  };
}

/** The answers so far, with what the next phase would meet as it is now in place of what an earlier try met. */
function withPreflight(checks: Progress['checks'], now: RolloutState['preflight']): TransitionLive['checks'] {
  const phase = now[0]?.phase;
  const kept = checks.filter((check) => check.phase !== phase || !check.id.startsWith('preflight.'));
  return [...kept, ...now].map((check) => ({ ...check, at: isoTime(check.at) }));
}

/** Longer than a lost heartbeat and a reconciler's round together. */
const NO_WORKER_MS = 15_000;

/** What an open run waits for; null while a worker is on it or will be in a moment. Pure. */
export function waitsFor(run: OpenRun | null, now: number): string | null {
  if (run === null || run.state === 'paused') return null;
  const lastSign = Math.max(
    ...[run.requestedAt, run.heartbeatAt, run.retryAt].map((at) => at?.getTime() ?? 0),
  );
  if (now - lastSign > NO_WORKER_MS) return 'no worker is there to do it; start one with “npm run worker”.';
  return run.error?.message ?? null;
}

function isInFlight({ standing, run }: RolloutState): boolean {
  const moving = ['running', 'pausing', 'held'].includes(standing.activity);
  return moving || run?.state === 'queued' || run?.state === 'running';
}

const WAITING = {
  title: 'Wait for the standbys',
  impact: 'A reader on a standby would else meet the schema of before. Blocks nobody.',
};

const COMMIT_WAITS = {
  title: 'Wait until COMMIT is answered',
  impact: 'Every session that commits waits for the synchronous standby, your application’s too.',
};

/** What is said instead of the step in hand while it waits for a standby: at the end of the phase, or in any COMMIT. Pure. */
export function standbyWords(
  step: Pick<NonNullable<TransitionLive['currentStep']>, 'id'>,
  holds: readonly Pick<Hold, 'kind' | 'stepId'>[],
): { readonly title: string; readonly impact: string } | null {
  const waits = holds.filter(({ kind }) => kind === 'standby');
  if (waits.some(({ stepId }) => stepId === null)) return COMMIT_WAITS;
  return step.id === null && waits.length > 0 ? WAITING : null;
}

function runningStep({ plan, progress, standing, waits }: RolloutState): TransitionLive['currentStep'] {
  if (progress === null || standing.activity === 'idle') return null;
  const move = progress.moves.findLast(({ endedAt }) => endedAt === null);
  const startedAt = move?.startedAt ?? new Date().toISOString();
  const step = currentStep(plan, standing, progress.steps, startedAt, progress.checks);
  if (step === null) return null;
  return { ...step, ...standbyWords(step, waits.holds), since: isoTime(step.since) };
}

function moveOfTarget(move: Progress['moves'][number]): MoveRecord {
  return {
    ...move,
    id: String(move.id),
    startedAt: isoTime(move.startedAt),
    endedAt: move.endedAt === null ? null : isoTime(move.endedAt),
    error: move.error?.message ?? null,
  };
}

/** PostgreSQL's JSON writes times with microseconds and an offset; everything that is shown or sorted has one form. */
function isoTime(text: string): string {
  return new Date(text).toISOString();
}

/** Stands in while the target cannot be asked. */
function moveOfRun(run: RunWithActor): MoveRecord {
  return {
    id: run.id,
    direction: run.direction,
    phase: run.phase,
    actor: run.by ?? 'Segue',
    words: run.words,
    startedAt: run.requestedAt.toISOString(),
    endedAt: run.endedAt?.toISOString() ?? null,
    outcome: run.state === 'done' ? 'completed' : run.state,
    error: run.state === 'failed' ? (run.error?.message ?? null) : null,
  };
}
