import { z } from 'zod';
import type { Actor } from '@/lib/core/available-actions';
import { blockerInWords } from '@/lib/core/blocker';
import { SegueError } from '@/lib/core/errors';
import { endBlocker as endInTarget } from '@/lib/engine/blockers';
import { listActsOf, recordAct } from '@/lib/store/acts';
import { BLOCKER_ACTS, blockerViews } from '@/lib/views/blocker-view';
import { readRollout } from './read-rollout';
import { requireAllowed } from './require-allowed';
import { requireTransition } from './require-record';
import type { ServiceContext } from './service-context';
import { targetIdOf } from './target-id';

export const endBlockerInput = z.strictObject({
  pid: z.number().int().positive(),
  backendStart: z.string().max(60),
  transactionStart: z.string().max(60),
  act: z.enum(['cancel', 'terminate']),
});

/**
 * Cancels the query of one session that stands in the way, or ends the session, and records who did it to whom. Refused
 * with `not_allowed` for what must not be ended (or not yet), `conflict` when the transaction is over, `missing_rights`.
 */
export async function endBlocker(
  context: ServiceContext,
  actor: Actor,
  input: { readonly id: string } & z.output<typeof endBlockerInput>,
): Promise<void> {
  const record = await requireTransition(context.control, input.id);
  const [state, acts] = await Promise.all([
    readRollout(context, record, { progress: true, fresh: false }),
    listActsOf(context.control, record.transition.id),
  ]);
  requireAllowed(state, BLOCKER_ACTS[input.act], actor);
  const label = `pid ${input.pid}`;
  const view = blockerViews(state.waits.blockers, acts).find(({ pid }) => pid === input.pid);
  if (view === undefined || view.transactionStart !== input.transactionStart) {
    throw new SegueError('conflict', `The transaction of ${label} has ended meanwhile.`, {
      object: label,
      next: 'Look at who holds the table now.',
    });
  }
  if (!view.acts.includes(input.act)) {
    throw new SegueError('not_allowed', view.note ?? `${label} runs a query: cancel that first.`, {
      object: label,
      next: 'Look at what can be done to it now.',
    });
  }
  await context.targets.use(record.database, (target) =>
    endInTarget(target, {
      ...input,
      rolloutId: targetIdOf(record.rollout),
      tables: state.plan.claims,
    }),
  );
  await recordAct(context.control, {
    actor,
    action: BLOCKER_ACTS[input.act],
    object: record.transition.name,
    transitionId: record.transition.id,
    databaseId: record.database.id,
    detail: {
      note: `${blockerInWords(view)}: ${view.query}`,
      pid: input.pid,
      transactionStart: input.transactionStart,
    },
  });
}
