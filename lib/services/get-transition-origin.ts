import { SegueError } from '@/lib/core/errors';
import { findMigrationSource } from '@/lib/store/migration-sources';
import type { MigrationStatements, OriginView } from '@/lib/views/migration-view';
import { requireTransition } from './require-record';
import type { ServiceContext } from './service-context';

/** The migration file that a transition came from, as it was read when it was saved. `not_found` where it came from none. */
export async function getTransitionOrigin(context: ServiceContext, id: string): Promise<OriginView> {
  const { transition } = await requireTransition(context.control, id);
  const source = await findMigrationSource(context.control, transition.id);
  if (source === null)
    throw new SegueError('not_found', `"${transition.name}" came from no migration file.`, {
      object: transition.name,
      next: 'Open its plan.',
    });
  const { fileName, text, answers } = source;
  // Written by planDraft, in this shape.
  return { ...(source.reading as MigrationStatements), fileName, text, answers };
}
