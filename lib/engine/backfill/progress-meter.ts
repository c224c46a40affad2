import type { Step } from '@/lib/core/plan';
import type { MoveContext } from '../move-context';
import { fenced } from '../move-state';
import { asJson } from '../rollout-row';
import type { BatchResult } from './backfill-range';
import type { LaneView } from './lane';

const EVERY_MS = 1000;
/** Weight of the last second in the recent rate: follows a throttle, calm enough to read. */
const SMOOTHING = 0.2;

/** How fast a backfill goes. The counts themselves commit with their batches; this is what the page shows beside them. */
export interface ProgressMeter {
  add(batch: BatchResult): void;
  /** Writes rate, time and lanes about once a second; cheap to call more often. */
  record(now: {
    readonly lanes: readonly LaneView[];
    readonly held: boolean;
    readonly unseen: readonly string[];
  }): Promise<void>;
}

/** A meter for the time that this worker is at it. */
export function progressMeter(context: MoveContext, step: Step): ProgressMeter {
  let rows = 0;
  let since = performance.now();
  return {
    add: (batch) => {
      rows += batch.weight;
    },
    record: async ({ lanes, held, unseen }) => {
      const ms = performance.now() - since;
      if (ms < EVERY_MS) return;
      const perSecond = rows / (ms / 1000);
      rows = 0;
      since = performance.now();
      const { lease } = context;
      await fenced(lease, async (tx) => {
        // Smoothed where it is kept: a worker is at it for some seconds only, and what is held has the rate of before.
        await tx`
          UPDATE segue.backfills SET working_ms = working_ms + ${held ? 0 : Math.round(ms)}, held_ms = held_ms + ${held ? Math.round(ms) : 0},
            recent_rows_per_second = CASE WHEN ${held}::boolean THEN recent_rows_per_second
              ELSE coalesce(recent_rows_per_second * ${1 - SMOOTHING}::float8 + ${perSecond * SMOOTHING}::float8, ${perSecond}::float8) END,
            lanes = ${tx.json(asJson(lanes))}, unseen = ${tx.json(asJson(unseen))}, updated_at = clock_timestamp()
          WHERE rollout_id = ${lease.rolloutId} AND step_id = ${step.id}`;
      });
    },
  };
}
