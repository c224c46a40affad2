import type { StoredRollout } from '@/lib/store/transitions';

/** Its id in the target. */
export function targetIdOf(rollout: Pick<StoredRollout, 'id' | 'targetRolloutId'>): string {
  return rollout.targetRolloutId ?? rollout.id;
}
