import type { BackfillWork, Step } from '@/lib/core/plan';
import { openUnder } from '../lease';
import type { MoveContext } from '../move-context';
import { sqlStateOf, type Target } from '../target';
import type { BackfillRange, BatchResult } from './backfill-range';
import { type Lane, openLane } from './lane';
import { progressMeter } from './progress-meter';
import { type TableLeaf, tableLeaves } from './table-leaves';
import { openThrottle } from './throttle/throttle';

/** How often it is looked whether a lane is to come or go. */
const LOOK_MS = 200;
/** How old a look at requests and settings may be when a batch begins. */
const CHECKPOINT_MS = 50;
const MOST_LANES = 4;

/**
 * Works off ranges in as many lanes as the settings say at the moment, each on a connection of its own, all under the one
 * lease: a range is given to one lane at a time, and a lane that is taken away gives its range back between two batches.
 * Returns when every range is done; throws what stopped it after the last lane has come to rest.
 */
export async function runLanes(
  context: MoveContext,
  step: Step,
  work: BackfillWork,
  open: readonly BackfillRange[],
): Promise<void> {
  const { lease } = context;
  const connect = (): Target => openUnder(lease);
  const waiting = [...open];
  const lanes = new Map<number, { readonly lane: Lane; readonly ended: Promise<void> }>();
  const meter = progressMeter(context, step);
  const throttle = openThrottle(context, step, work);
  let failure: { readonly error: unknown } | null = null;
  /** Lanes that found no connection: fewer are better than none. */
  let refused = MOST_LANES + 1;
  const wanted = () => Math.max(1, Math.min(context.settings().lanes, MOST_LANES, refused - 1));

  let asked = 0;
  // Asked at most so often: with several lanes the answer is that of a moment ago.
  const checkpoint = async (): Promise<void> => {
    lease.assertHeld();
    if (performance.now() - asked < CHECKPOINT_MS) return;
    asked = performance.now();
    await context.checkpoint();
  };
  // Asked while the batch is at work, not before it: a lane that waits for an answer does nothing. It stops the next batch.
  const stepAndAsk = async (lane: Lane, range: BackfillRange): Promise<BackfillRange> => {
    const [asked, stepped] = await Promise.allSettled([checkpoint(), lane.step(range)]);
    if (stepped.status === 'rejected') throw stepped.reason;
    if (asked.status === 'rejected') throw asked.reason;
    return stepped.value;
  };
  const drive = async (number: number, lane: Lane): Promise<void> => {
    for (let range = waiting.shift(); range !== undefined; range = waiting.shift()) {
      while (!range.done) {
        if (failure !== null || number > wanted()) {
          waiting.unshift(range);
          return;
        }
        if (throttle.held()) {
          await checkpoint();
          await context.sleep(LOOK_MS);
          continue;
        }
        range = await stepAndAsk(lane, range);
        const { batchPauseMs } = context.settings();
        if (batchPauseMs > 0) await context.sleep(batchPauseMs);
      }
    }
  };
  const start = (number: number, leaves: readonly TableLeaf[]): void => {
    const target = spare ?? connect();
    spare = null;
    const onBatch = (batch: BatchResult) => meter.add(batch);
    const lane = openLane(context, step, work, leaves, { number, target, onBatch });
    const ended = drive(number, lane)
      .catch((error: unknown) => {
        // too_many_connections
        if (number > 1 && sqlStateOf(error) === '53300') refused = Math.min(refused, number);
        else failure ??= { error };
      })
      .finally(async () => {
        lanes.delete(number);
        await target.close();
      });
    lanes.set(number, { lane, ended });
  };

  const look = async (held: boolean): Promise<void> => {
    await throttle.look();
    const views = [...lanes.values()].map(({ lane }) => lane.view());
    await meter.record({ lanes: views, held, unseen: throttle.unseen() });
  };

  // The first lane's connection, made while the load is looked at.
  let spare: Target | null = connect();
  const opened = spare;
  // Looked at before the first batch: what holds is not found out by making it worse.
  const [leaves] = await Promise.all([
    tableLeaves(lease.session.sql, work),
    throttle.look(),
    opened.sql`SELECT 1`,
  ]).catch(async (error: unknown) => {
    await opened.close(0);
    throw error;
  });
  while (failure === null && (waiting.length > 0 || lanes.size > 0)) {
    for (let number = 1; number <= wanted() && waiting.length > 0; number += 1) {
      if (!lanes.has(number)) start(number, leaves);
    }
    const ends = [...lanes.values()].map(({ ended }) => ended);
    await Promise.race([...ends, context.sleep(LOOK_MS)]);
    if (lanes.size === 0 && waiting.length === 0) break;
    await look(throttle.held()).catch((error: unknown) => {
      failure ??= { error };
    });
  }
  await Promise.all([...lanes.values()].map(({ ended }) => ended));
  const stopped = failure as { readonly error: unknown } | null;
  if (stopped !== null) throw stopped.error;
}
