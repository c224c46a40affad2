import type { Actor } from '@/lib/core/available-actions';
import type { RolloutFact } from '@/lib/core/rollout';
import type { Target } from '@/lib/engine/target';
import { recordAct } from '@/lib/store/acts';
import type { ControlQueries } from '@/lib/store/control-db';
import { cacheFact } from '@/lib/store/rollouts';
import { type RolloutState, readRollout, versionToken } from './read-rollout';
import { requireAllowed } from './require-allowed';
import { requireTransition } from './require-record';
import { withRolloutLock } from './rollout-lock';
import type { ServiceContext } from './service-context';
import { targetIdOf } from './target-id';
import { conflictError } from './who-won';

interface ActivityChange {
  readonly action: 'pause' | 'resume';
  readonly input: { readonly id: string; readonly version: number };
  /** Asks the target, by compare-and-swap on `expectedVersion`. */
  readonly ask: (
    target: Target,
    request: { rolloutId: string; expectedVersion: number; actor: Actor },
  ) => Promise<RolloutFact>;
  /** What follows in the control database; may name a run that a worker should look at. */
  readonly follow: (tx: ControlQueries, state: RolloutState) => Promise<string | null>;
}

/** Who resumes what was seen to be pausing means the same once it has come to rest: nothing else has happened in between. */
const hasSettled = ({ action, input }: ActivityChange, state: RolloutState): boolean =>
  action === 'resume' && state.standing.activity === 'paused' && state.version === input.version + 1;

/** What pausing and resuming share: version, permission, target, audit. */
export async function changeActivity(
  context: ServiceContext,
  actor: Actor,
  change: ActivityChange,
): Promise<{ version: number }> {
  const { rollout } = await requireTransition(context.control, change.input.id);
  const { runId, version } = await withRolloutLock(context, rollout.id, async (tx) => {
    const record = await requireTransition(tx, change.input.id);
    const state = await readRollout(context, record, { progress: false, fresh: true });
    const seen = state.version === change.input.version || hasSettled(change, state);
    if (!seen && state.databaseError === null) {
      throw await conflictError(tx, record.transition);
    }
    requireAllowed(state, change.action, actor);
    const fact = await context.targets.use(record.database, (target) =>
      change.ask(target, {
        rolloutId: targetIdOf(record.rollout),
        expectedVersion: state.version,
        actor,
      }),
    );
    await recordAct(tx, {
      actor,
      action: change.action,
      object: record.transition.name,
      transitionId: record.transition.id,
      databaseId: record.database.id,
    });
    const runId = await change.follow(tx, state);
    await cacheFact(tx, record.rollout.id, fact, null, { settles: state.restored !== null });
    return { runId, version: versionToken(record.transition.version, fact) };
  });
  if (runId !== null) await context.queue.enqueue(runId);
  return { version };
}
