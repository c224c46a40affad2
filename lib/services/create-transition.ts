import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import { recordAct } from '@/lib/store/acts';
import type { ControlQueries } from '@/lib/store/control-db';
import { keepMigrationSource } from '@/lib/store/migration-sources';
import { addTransition, listTransitionsOf } from '@/lib/store/transitions';
import { type DraftSource, planDraft } from './plan-draft';
import { requireDatabase } from './require-record';
import type { ServiceContext } from './service-context';

/**
 * Plans a transition, from operations or from a migration file, and keeps it as a draft; the file stays beside it. Refusals
 * carry `evidence.fields`; the target is only read.
 */
export async function createTransition(
  context: ServiceContext,
  actor: Actor,
  input: { databaseId: string } & DraftSource,
): Promise<{ id: string }> {
  const database = await requireDatabase(context.control, input.databaseId);
  const { spec, plan, source } = await planDraft(context, database, input);
  return context.control.transaction(async (tx) => {
    await requireFreeName(tx, { name: spec.name, databaseId: database.id, except: null });
    const added = await addTransition(tx, { spec, plan, databaseId: database.id, authorId: actor.id });
    if (added === null) throw new SegueError('internal', 'The transition was not recorded.');
    await keepMigrationSource(tx, added.id, source);
    await recordAct(tx, {
      actor,
      action: 'create',
      object: spec.name,
      transitionId: added.id,
      databaseId: database.id,
    });
    return { id: added.id };
  });
}

/** A name is a transition's identity in its target: `name_taken` when another one bears it, unless that never got there. */
export async function requireFreeName(
  db: ControlQueries,
  input: { name: string; databaseId: string; except: string | null },
): Promise<void> {
  const records = await listTransitionsOf(db, input.databaseId);
  const other = records.find(
    ({ transition, rollout }) =>
      transition.name === input.name &&
      transition.id !== input.except &&
      (transition.state !== 'abandoned' || rollout.targetRolloutId !== null),
  );
  if (other === undefined) return;
  const message = `"${other.database.name}" has a transition "${input.name}" already.`;
  throw new SegueError('name_taken', message, {
    object: input.name,
    next: 'Choose another name.',
    evidence: { fields: { 'file.name': message } },
  });
}
