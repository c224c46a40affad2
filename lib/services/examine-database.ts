import { type Action, type Actor, availableActions } from '@/lib/core/available-actions';
import type { ExaminedRollout } from '@/lib/core/examination';
import { examineTarget } from '@/lib/engine/examine/examine-target';
import { findRolloutByTarget } from '@/lib/store/rollouts';
import { findTransitionOfRollout } from '@/lib/store/transitions';
import type { ExaminationView, ExaminedTransition } from '@/lib/views/examination-view';
import { readRollout } from './read-rollout';
import { requireDatabase } from './require-record';
import type { ServiceContext } from './service-context';
import { LONG_WORK_MS } from './target-pool';

const ACTS: readonly Action[] = ['take_over', 'hand_over', 'abandon', 'leave'];

/** What Segue has in a database, whose it is, and whether it is healthy. Changes nothing. Throws `not_found`, `connection_failed`. */
export async function examineDatabase(
  context: ServiceContext,
  actor: Actor | null,
  input: { readonly id: string },
): Promise<ExaminationView> {
  const database = await requireDatabase(context.control, input.id);
  const { schema, rollouts, findings } = await context.targets.use(database, examineTarget, {
    patienceMs: LONG_WORK_MS,
  });
  const transitions: ExaminedTransition[] = [];
  for (const rollout of rollouts) transitions.push(await withActs(context, actor, database.id, rollout));
  return { examinedAt: new Date().toISOString(), schema, transitions, findings };
}

async function withActs(
  context: ServiceContext,
  actor: Actor | null,
  databaseId: string,
  rollout: ExaminedRollout,
): Promise<ExaminedTransition> {
  const { lease: _lease, digest: _digest, ...shown } = rollout;
  const driver =
    rollout.managedBy === null
      ? 'the command line'
      : rollout.managedBy === context.instanceId
        ? 'this dashboard'
        : 'another dashboard';
  const known = await findRolloutByTarget(context.control, databaseId, rollout.id);
  const record = known === null ? null : await findTransitionOfRollout(context.control, known.id);
  if (record === null) return { ...shown, driver, transitionId: null, version: 0, actions: [] };
  const state = await readRollout(context, record, { progress: false, fresh: false });
  const actions = availableActions(state.context, actor ?? { id: '', name: '', via: 'web' });
  return {
    ...shown,
    driver,
    transitionId: record.transition.id,
    version: state.version,
    actions: actions.filter(({ action, allowed }) => allowed && ACTS.includes(action)),
  };
}
