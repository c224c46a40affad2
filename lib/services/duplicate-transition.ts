import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import { recordAct } from '@/lib/store/acts';
import { findMigrationSource, keepMigrationSource } from '@/lib/store/migration-sources';
import { addTransition, listTransitionsOf } from '@/lib/store/transitions';
import { requireDatabase, requireTransition } from './require-record';
import type { ServiceContext } from './service-context';

/**
 * A new draft with the same operations, and the migration file that they came from, on the same database under a free name ("x copy"). The former plan is kept with it,
 * so that also a transition can be copied that the database, as it is now, would refuse; approving plans anew.
 */
export async function duplicateTransition(
  context: ServiceContext,
  actor: Actor,
  input: { id: string },
): Promise<{ id: string }> {
  const record = await requireTransition(context.control, input.id);
  const database = await requireDatabase(context.control, record.database.id);
  return context.control.transaction(async (tx) => {
    const taken = new Set(
      (await listTransitionsOf(tx, database.id)).map(({ transition }) => transition.name),
    );
    const name = freeName(record.transition.name, taken);
    const added = await addTransition(tx, {
      spec: { ...record.transition.spec, name },
      plan: { ...record.rollout.plan, name },
      databaseId: database.id,
      authorId: actor.id,
    });
    if (added === null) throw new SegueError('internal', 'The copy was not recorded.');
    const source = await findMigrationSource(tx, record.transition.id);
    if (source !== null) {
      const { transitionId: _, ...kept } = source;
      await keepMigrationSource(tx, added.id, kept);
    }
    await recordAct(tx, {
      actor,
      action: 'duplicate',
      object: name,
      transitionId: added.id,
      databaseId: database.id,
      detail: { note: `A copy of "${record.transition.name}".` },
    });
    return { id: added.id };
  });
}

/** "x copy", "x copy 2", … within 100 characters. Pure. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  const base = name.replace(/ copy( \d+)?$/, '');
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? ' copy' : ` copy ${number}`;
    const candidate = `${base.slice(0, 100 - suffix.length)}${suffix}`;
    if (!taken.has(candidate)) return candidate;
  }
}
