import type { Actor } from '@/lib/core/available-actions';
import { findSourceName } from '@/lib/store/migration-sources';
import type { TransitionRecord } from '@/lib/store/transitions';
import type { DatabaseRef, TransitionView } from '@/lib/views/transition-view';
import { readLive } from './get-transition-live';
import { requireTransition } from './require-record';
import type { ServiceContext } from './service-context';

/** A transition's page: what stands still and what is live. Throws `not_found`. */
export async function getTransitionView(
  context: ServiceContext,
  id: string,
  actor: Actor | null,
): Promise<TransitionView> {
  const record = await requireTransition(context.control, id);
  const [{ live, state }, originName] = await Promise.all([
    readLive(context, record, actor),
    findSourceName(context.control, record.transition.id),
  ]);
  return {
    id: record.transition.id,
    name: record.transition.name,
    author: authorOf(record),
    createdAt: record.transition.createdAt.toISOString(),
    database: databaseRef(record),
    operations: record.transition.spec.operations,
    record: record.transition.spec.record ?? null,
    plan: state.plan,
    phases: state.plan.phases,
    originName,
    live,
    viewer: actor,
  };
}

/** Who planned it; what was started headless has no author here. */
export function authorOf(record: TransitionRecord): string {
  return record.author ?? 'command line';
}

/** The database as a transition names it. */
export function databaseRef({ database }: TransitionRecord): DatabaseRef {
  return { id: database.id, name: database.name, environment: database.environment };
}
