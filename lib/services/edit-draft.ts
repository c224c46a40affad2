import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import { recordAct } from '@/lib/store/acts';
import { keepMigrationSource } from '@/lib/store/migration-sources';
import { replaceDraft } from '@/lib/store/transitions';
import { requireFreeName } from './create-transition';
import { type DraftSource, planDraft } from './plan-draft';
import { readRollout } from './read-rollout';
import { requireAllowed } from './require-allowed';
import { requireDatabase, requireTransition } from './require-record';
import { withRolloutLock } from './rollout-lock';
import type { ServiceContext } from './service-context';
import { conflictError } from './who-won';

/**
 * Replaces a draft's operations, and the migration file that it came from; an approval of the former plan no longer counts. `conflict` when somebody edited or started
 * it since `version`; `not_allowed` once it has left the start.
 */
export async function editDraft(
  context: ServiceContext,
  actor: Actor,
  input: { id: string; databaseId: string; version: number } & DraftSource,
): Promise<{ id: string }> {
  const database = await requireDatabase(context.control, input.databaseId);
  const { spec, plan, source } = await planDraft(context, database, input);
  const { rollout } = await requireTransition(context.control, input.id);
  return withRolloutLock(context, rollout.id, async (tx) => {
    const record = await requireTransition(tx, input.id);
    const state = await readRollout(context, record, { progress: false, fresh: true });
    requireAllowed(state, 'edit', actor);
    if (state.version !== input.version) throw await conflictError(tx, record.transition);
    if (state.fact !== null && database.id !== record.database.id) {
      throw new SegueError(
        'not_allowed',
        `"${record.transition.name}" has already worked on "${record.database.name}"; it stays with that database.`,
        { object: record.transition.name, next: 'Duplicate it, then choose the other database.' },
      );
    }
    if (state.fact !== null && spec.name !== record.transition.name) {
      throw new SegueError(
        'not_allowed',
        `"${record.transition.name}" has already run under this name; its history in the database bears it.`,
        { object: record.transition.name, next: 'Keep the name, or duplicate it.' },
      );
    }
    await requireFreeName(tx, { name: spec.name, databaseId: database.id, except: record.transition.id });
    const replaced = await replaceDraft(tx, {
      id: record.transition.id,
      rolloutId: record.rollout.id,
      version: record.transition.version,
      spec,
      plan,
      databaseId: database.id,
    });
    if (!replaced) throw await conflictError(tx, record.transition);
    await keepMigrationSource(tx, record.transition.id, source);
    await recordAct(tx, {
      actor,
      action: 'edit',
      object: spec.name,
      transitionId: record.transition.id,
      databaseId: database.id,
    });
    return { id: record.transition.id };
  });
}
