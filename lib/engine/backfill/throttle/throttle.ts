import type { HoldKind } from '@/lib/core/hold';
import type { BackfillWork, Step } from '@/lib/core/plan';
import { readHolds } from '../../holds';
import type { MoveContext } from '../../move-context';
import { holdReasons, stopReason } from './hold-reasons';
import { openLoadReader } from './read-load';

const EVERY_MS = 1000;

/** Keeps a backfill from hurting others: looks at the load and says when it has to wait. */
export interface Throttle {
  /** Looks again when it is time; cheap to call more often. Throws `limit_reached` where a person must decide. */
  look(): Promise<void>;
  /** True: no batch may begin. */
  held(): boolean;
  /** What this role may not see. */
  unseen(): readonly string[];
}

/** A throttle for one backfill. Its holds are written in the target, shown on the page, and end with their cause. */
export function openThrottle(context: MoveContext, step: Step, work: BackfillWork): Throttle {
  const table = `${work.table.schema}.${work.table.name}`;
  const read = openLoadReader(context.lease, step.id, work);
  let held: ReadonlySet<HoldKind> = new Set();
  let begun = false;
  let unseen: readonly string[] = [];
  let next = 0;
  return {
    held: () => held.size > 0,
    unseen: () => unseen,
    look: async () => {
      if (performance.now() < next) return;
      if (!begun) {
        begun = true;
        // What an earlier slice held for goes on being held for until it is seen to be over; of a rate one look tells nothing.
        const { session, rolloutId } = context.lease;
        held = new Set((await readHolds(session, rolloutId)).map(({ kind }) => kind));
      }
      let sample = await read();
      if (sample.walMbPerSecond === null && held.has('wal_rate')) {
        await context.sleep(EVERY_MS);
        sample = await read();
      }
      unseen = sample.unseen;
      const stop = stopReason(sample, context.settings(), table);
      if (stop !== null) throw stop;
      const reasons = holdReasons(sample, context.settings(), table, held);
      if (reasons.length > 0) await context.hold(step.id, reasons);
      else await context.goOn();
      held = new Set(reasons.map(({ kind }) => kind));
      next = performance.now() + EVERY_MS;
    },
  };
}
