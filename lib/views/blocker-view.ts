import { type Blocker, type BlockerAct, hasQueryToCancel, refuseToEnd } from '@/lib/core/blocker';
import type { ActRecord } from './build-history';

/** A blocker as the page shows it, with what a person may do to it. */
export interface BlockerView extends Blocker {
  readonly acts: readonly BlockerAct[];
  /** Why it cannot be ended from here, or what comes first. null: nothing to say. */
  readonly note: string | null;
}

/** Names of the acts in the audit. */
export const BLOCKER_ACTS = { cancel: 'cancel_blocker', terminate: 'terminate_blocker' } as const;

/** True where somebody has asked the same session to cancel its query. */
function wasCancelled(
  blocker: Pick<Blocker, 'pid' | 'transactionStart'>,
  acts: readonly Pick<ActRecord, 'action' | 'detail'>[],
): boolean {
  return acts.some(
    ({ action, detail }) =>
      action === BLOCKER_ACTS.cancel &&
      detail.pid === blocker.pid &&
      detail.transactionStart === blocker.transactionStart,
  );
}

/**
 * What may be done to each blocker. The mild act first: a session that runs a query can be ended only after somebody
 * has tried to cancel the query; one that waits for its client has none. Pure.
 */
export function blockerViews(
  blockers: readonly Blocker[],
  acts: readonly Pick<ActRecord, 'action' | 'detail'>[],
): readonly BlockerView[] {
  return blockers.map((blocker) => {
    const refusal = refuseToEnd(blocker);
    if (refusal !== null) return { ...blocker, acts: [], note: refusal };
    if (!hasQueryToCancel(blocker)) return { ...blocker, acts: ['terminate'], note: null };
    if (wasCancelled(blocker, acts))
      return { ...blocker, acts: ['cancel', 'terminate'], note: 'Its query was asked to cancel.' };
    return {
      ...blocker,
      acts: ['cancel'],
      note: 'Cancel its query first. Where that does not help, its session can be ended then.',
    };
  });
}
