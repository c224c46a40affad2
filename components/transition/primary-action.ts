import type { Action, AvailableAction } from '@/lib/core/available-actions';
import type { TransitionLive } from '@/lib/views/transition-view';

type Primary = Extract<Action, 'approve' | 'advance' | 'resume'>;

const BY_STATUS: Partial<Record<TransitionLive['status'], readonly Primary[]>> = {
  paused: ['resume', 'approve', 'advance'],
  pausing: ['resume'],
  running: [],
  held: [],
  rolling_back: [],
};
const AT_REST: readonly Primary[] = ['approve', 'advance'];

/** The one thing to do next, or null while the machine works or everything is done. */
export function primaryAction(live: Pick<TransitionLive, 'status' | 'actions'>): AvailableAction | null {
  for (const wanted of BY_STATUS[live.status] ?? AT_REST) {
    const found = live.actions.find((candidate) => candidate.action === wanted && candidate.allowed);
    if (found !== undefined) return found;
  }
  return null;
}

/** Why nothing can be started, where that is worth a sentence: not at the end, not while it runs. */
export function whyNot(live: Pick<TransitionLive, 'status' | 'actions'>): string | null {
  if (primaryAction(live) !== null) return null;
  if (['running', 'rolling_back', 'pausing', 'held', 'done', 'abandoned'].includes(live.status)) return null;
  return live.actions.find((candidate) => candidate.action === 'advance')?.reason ?? null;
}
