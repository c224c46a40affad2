import type { BackfillWork, Step } from '@/lib/core/plan';
import { doesNotConvert } from '../does-not-convert';
import type { MoveContext } from '../move-context';
import { sqlStateOf, type Target } from '../target';
import type { BackfillRange, BatchResult } from './backfill-range';
import { type BatchScope, PREPARE_SETTINGS } from './batch-scope';
import { batchSize } from './batch-size';
import { runKeyBatch } from './key-batch';
import { runPageBatch } from './page-batch';
import { preparedStatements } from './prepared-statements';
import { stuckOnLock } from './stuck-on-lock';
import type { TableLeaf } from './table-leaves';

/** Consecutive batches given up before a person is asked; with the sleeps about two minutes. */
const MAX_RETRIES = 60;
/** lock_not_available, deadlock_detected, query_canceled, serialization_failure */
const RETRY_STATES = new Set(['55P03', '40P01', '57014', '40001']);

/** What the page shows of a lane. */
export interface LaneView {
  readonly number: number;
  readonly range: number;
  readonly batchRows: number;
  readonly batchMs: number | null;
  /** Batches given up in a row. */
  readonly retries: number;
}

export interface Lane {
  /** One batch of the range; returns the range after it. A batch that gives way to a lock or a timeout is done again, smaller. */
  step(range: BackfillRange): Promise<BackfillRange>;
  view(): LaneView;
}

/** One lane: a connection of its own and its own batch size. */
export function openLane(
  context: MoveContext,
  step: Step,
  work: BackfillWork,
  leaves: readonly TableLeaf[],
  lane: { readonly number: number; readonly target: Target; readonly onBatch: (batch: BatchResult) => void },
): Lane {
  const size = batchSize();
  const prepared = preparedStatements(lane.target.sql, PREPARE_SETTINGS);
  const density = new Map<number, { pages: number; rows: number }>();
  let retries = 0;
  let view: LaneView = { number: lane.number, range: 0, batchRows: 0, batchMs: null, retries: 0 };

  const scopeOf = (range: BackfillRange): { scope: BatchScope; rowsPerPage: number } => {
    const leaf = leaves.find((candidate) => candidate.relation === range.relation);
    const seen = density.get(range.number);
    const measured = seen === undefined || seen.pages < 8 ? 0 : seen.rows / seen.pages;
    return {
      scope: {
        lease: context.lease,
        step,
        work,
        sql: lane.target.sql,
        prepared,
        liesInKeyOrder: leaf?.liesInKeyOrder ?? false,
      },
      rowsPerPage: Math.max(measured, leaf?.rowsPerPage ?? 100),
    };
  };
  const run = async (range: BackfillRange, rows: number): Promise<BatchResult> => {
    const { scope, rowsPerPage } = scopeOf(range);
    const batch = (safe: boolean) => {
      const form = { safe, ordered: retries > 0 };
      return range.kind === 'keys'
        ? runKeyBatch(scope, range, rows, form)
        : runPageBatch(scope, range, rows, rowsPerPage, form);
    };
    try {
      return await batch(false);
    } catch (error) {
      if (!doesNotConvert(error) || work.expression === work.safeExpression) throw error;
      return await batch(true);
    }
  };
  const takeStep = async (range: BackfillRange): Promise<BackfillRange> => {
    const { batchRows, batchMs } = context.settings();
    const rows = size.next(batchRows);
    const began = performance.now();
    try {
      const batch = await run(range, rows);
      const ms = performance.now() - began;
      size.took(ms, batchMs);
      retries = 0;
      if (range.kind === 'pages' && range.round === 0 && range.cursor.pass === 0) {
        const known = density.get(range.number) ?? { pages: 0, rows: 0 };
        density.set(range.number, { pages: known.pages + batch.units, rows: known.rows + batch.seen });
      }
      view = { ...view, range: range.number, batchRows: rows, batchMs: Math.round(ms), retries };
      lane.onBatch(batch);
      await context.emit({
        type: 'batch',
        stepId: step.id,
        rows: batch.seen,
        changed: batch.changed,
        lane: lane.number,
      });
      return batch.range;
    } catch (error) {
      const state = sqlStateOf(error) ?? '';
      if (!RETRY_STATES.has(state)) throw error;
      retries += 1;
      size.split();
      view = { ...view, range: range.number, retries };
      if (retries >= MAX_RETRIES) throw await stuckOnLock(context, work, error);
      await context.emit({ type: 'batch_retried', stepId: step.id, rows, state, lane: lane.number });
      await context.sleep(50 + Math.random() * Math.min(2000, 100 * retries));
      return range;
    }
  };
  return { step: takeStep, view: () => view };
}
