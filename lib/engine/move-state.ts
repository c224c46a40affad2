import type postgres from 'postgres';
import type { CheckResult } from '@/lib/core/check-result';
import { SegueError } from '@/lib/core/errors';
import type { Phase, Plan } from '@/lib/core/plan';
import type { Activity, Direction } from '@/lib/core/rollout';
import { arrival } from '@/lib/core/rollout-moves';
import { compareFacts, readFacts } from './binding';
import { saveCheck } from './checks/run-check';
import type { Lease } from './lease';
import { LeaveMove } from './move-context';
import { asJson, type RolloutRow } from './rollout-row';
import type { Target } from './target';
import { COMMIT_HERE } from './write-intent';

export interface MoveError {
  readonly code: string;
  readonly message: string;
  readonly next: string | null;
  readonly evidence: Record<string, unknown> | null;
}

/** The rollout as it is now. Throws `not_found`. */
export async function readMotion(target: Pick<Target, 'sql'>, rolloutId: string): Promise<RolloutRow> {
  const [row] = await target.sql<RolloutRow[]>`SELECT * FROM segue.rollouts WHERE id = ${rolloutId}`;
  if (row === undefined) throw unknownRollout(rolloutId);
  return row;
}

export function unknownRollout(rolloutId: string): SegueError {
  return new SegueError('not_found', `This database knows no rollout ${rolloutId}.`, {
    object: rolloutId,
    next: 'It was restored to a time before, or it is another database.',
  });
}

/** What may change while a move runs; read at every checkpoint, so without the plan, which is large and fixed. */
export type Control = Pick<RolloutRow, 'direction' | 'moving_phase' | 'activity' | 'settings'>;

/** The requests and settings of a rollout as they are now. Throws `not_found`. */
export async function readControl(lease: Lease): Promise<Control> {
  const [row] = await lease.session.sql<Control[]>`
    SELECT direction, moving_phase, activity, settings FROM segue.rollouts WHERE id = ${lease.rolloutId}`;
  if (row !== undefined) return row;
  throw unknownRollout(lease.rolloutId);
}

/** What the caller of the open move confirmed. */
export async function openMove(
  lease: Lease,
): Promise<{ readonly acknowledged: readonly string[]; readonly waivesRetention: boolean }> {
  const [move] = await lease.session.sql<{ acknowledged: string[]; waives_retention: boolean }[]>`
    SELECT acknowledged, waives_retention FROM segue.moves WHERE rollout_id = ${lease.rolloutId} AND ended_at IS NULL ORDER BY id DESC LIMIT 1`;
  return { acknowledged: move?.acknowledged ?? [], waivesRetention: move?.waives_retention ?? false };
}

/** A transaction that commits only while the lease is held. */
export async function fenced<T>(lease: Lease, work: (tx: postgres.TransactionSql) => Promise<T>): Promise<T> {
  lease.assertHeld();
  const result = await lease.session.sql.begin(async (tx) => {
    await tx`SELECT segue.fence(${lease.rolloutId}, ${lease.epoch.toString()})`;
    return work(tx);
  });
  return result as T;
}

/**
 * The same for what a move says of itself, and nothing is done by. It locks the rollout's row, so it does not wait for a
 * synchronous standby: a click would wait behind it. See {@link writeIntent}.
 */
export function fencedHere<T>(lease: Lease, work: (tx: postgres.TransactionSql) => Promise<T>): Promise<T> {
  return fenced(lease, async (tx) => {
    await tx.unsafe(COMMIT_HERE);
    return work(tx);
  });
}

/**
 * Comes to rest as paused, without ending the move; false where a person has let it go on, or turned it round, since it was seen
 * that it should pause. Called again it changes nothing: a click that saw it at rest still counts.
 */
export async function restPaused(lease: Lease): Promise<boolean> {
  return fencedHere(lease, async (tx) => {
    const [row] = await tx<{ activity: Activity }[]>`
      SELECT activity FROM segue.rollouts WHERE id = ${lease.rolloutId} FOR NO KEY UPDATE`;
    if (row?.activity === 'pausing')
      await tx`UPDATE segue.rollouts SET activity = 'paused', version = version + 1, updated_at = clock_timestamp() WHERE id = ${lease.rolloutId}`;
    else if (row?.activity !== 'paused') return false;
    await endAllHolds(tx, lease.rolloutId);
    return true;
  });
}

/** A move that rests waits for nothing outside. */
async function endAllHolds(tx: postgres.TransactionSql, rolloutId: string): Promise<void> {
  await tx`UPDATE segue.holds SET ended_at = clock_timestamp() WHERE rollout_id = ${rolloutId} AND ended_at IS NULL`;
}

/**
 * Records why a move could not go on; false where a person has turned it round meanwhile, so that it goes on the other way.
 * Where nothing of the phase is done yet, the rollout rests at its position as if never asked.
 */
export async function failMove(lease: Lease, row: RolloutRow, error: MoveError): Promise<boolean> {
  return fencedHere(lease, async (tx) => {
    const same = await tx`
      SELECT 1 FROM segue.rollouts WHERE id = ${row.id} AND direction = ${row.direction} AND moving_phase = ${row.moving_phase} FOR UPDATE`;
    if (same.length === 0) return false;
    const untouched = await nothingDone(tx, row);
    await tx`
      UPDATE segue.rollouts SET error = ${tx.json(asJson(error))}, version = version + 1, updated_at = clock_timestamp(),
        activity = ${untouched ? 'idle' : 'failed'}, direction = ${untouched ? null : row.direction}, moving_phase = ${untouched ? null : row.moving_phase}
      WHERE id = ${row.id}`;
    await tx`UPDATE segue.moves SET ended_at = clock_timestamp(), outcome = 'failed', error = ${tx.json(asJson(error))} WHERE rollout_id = ${row.id} AND ended_at IS NULL`;
    await endAllHolds(tx, row.id);
    if (untouched && needsNoTables(row.plan, row.position)) await freeTables(tx, row.id);
    return true;
  });
}

/** True where a rollout rests without reserving its tables: before its first step, and from Retire on. */
function needsNoTables({ phases }: Plan, position: number): boolean {
  return position === 0 || position === phases.length || phases[position - 1]?.kind === 'contract';
}

async function freeTables(tx: postgres.TransactionSql, rolloutId: string): Promise<void> {
  await tx`DELETE FROM segue.table_claims WHERE rollout_id = ${rolloutId}`;
}

/** True when the phase in motion is as it was before this move: forward nothing of it stands, back all of it does. */
async function nothingDone(tx: postgres.TransactionSql, row: RolloutRow): Promise<boolean> {
  const phase = row.plan.phases[(row.moving_phase ?? 0) - 1];
  if (phase === undefined) return false;
  const ids = phase.steps.map((step) => step.id);
  // Of the plan's own steps: a column that was once taken out has left a record of its own.
  const last = await tx<{ step_id: string; direction: Direction; state: string }[]>`
    SELECT DISTINCT ON (step_id) step_id, direction, state FROM segue.steps
    WHERE rollout_id = ${row.id} AND phase = ${phase.number} AND step_id = ANY (${ids}::text[]) ORDER BY step_id, seq DESC`;
  const cursors =
    await tx`SELECT 1 FROM segue.backfills WHERE rollout_id = ${row.id} AND step_id = ANY (${ids}::text[])`;
  const standing =
    last.filter((step) => step.direction === 'forward' || step.state === 'started').length + cursors.length;
  if (row.direction === 'forward') return standing === 0;
  return row.position === phase.number && last.every((step) => step.direction === 'forward');
}

/**
 * Ends a move: position, retention and claims change together, and the schema that this position expects is recorded at
 * its first visit. A later visit by rollback is compared with it. What the phase did has reached a synchronous standby then; a
 * fail-over may find the move still open, and complete it.
 */
export async function completeMove(
  lease: Lease,
  row: RolloutRow,
  phase: Phase,
  direction: Direction,
): Promise<number> {
  const position = arrival(phase.number, direction);
  const facts = await readFacts(lease.session, row.plan.tables);
  await standbyHasAll(lease);
  await fencedHere(lease, async (tx) => {
    const [expected] = await tx<
      { facts: string[] }[]
    >`SELECT facts FROM segue.positions WHERE rollout_id = ${row.id} AND position = ${position}`;
    if (expected === undefined)
      await tx`INSERT INTO segue.positions (rollout_id, position, facts) VALUES (${row.id}, ${position}, ${facts})`;
    // Only a deletion ends a rollout for good: everything else can still be rolled back.
    const isPurged = direction === 'forward' && phase.kind === 'purge';
    const retired =
      direction === 'forward' &&
      phase.kind === 'contract' &&
      row.plan.phases.some((other) => other.kind === 'purge');
    const leavesRetired = direction === 'back' && phase.kind === 'contract';
    const ended = await tx`
      UPDATE segue.rollouts SET position = ${position}, direction = NULL, moving_phase = NULL, activity = 'idle', error = NULL,
        version = version + 1, updated_at = clock_timestamp(), ended = ${isPurged ? 'done' : null},
        retained_until = CASE WHEN ${retired} THEN clock_timestamp() + ${row.settings.retentionMs} * interval '1 millisecond'
          WHEN ${leavesRetired || isPurged} THEN NULL ELSE retained_until END
      WHERE id = ${row.id} AND direction = ${direction} AND moving_phase = ${phase.number}`;
    // Turned round after the last checkpoint: the click is the later word.
    if (ended.count === 0) throw new LeaveMove('turned_round');
    await tx`UPDATE segue.moves SET ended_at = clock_timestamp(), outcome = 'completed' WHERE rollout_id = ${row.id} AND ended_at IS NULL`;
    await endAllHolds(tx, row.id);
    if (needsNoTables(row.plan, position)) await freeTables(tx, row.id);
    if (isPurged) await tx`DELETE FROM segue.exceptions WHERE transition = ${row.name}`;
  });
  if (direction === 'back') await compareWithFirstVisit(lease, row, position, facts);
  return position;
}

async function compareWithFirstVisit(
  lease: Lease,
  row: RolloutRow,
  position: number,
  facts: readonly string[],
): Promise<void> {
  const [expected] = await lease.session.sql<
    { facts: string[] }[]
  >`SELECT facts FROM segue.positions WHERE rollout_id = ${row.id} AND position = ${position}`;
  const changes = compareFacts(expected?.facts ?? [], facts);
  const result: CheckResult = {
    id: 'catalog_restored',
    title: 'The schema is again as it was',
    moment: 'rollback',
    phase: position + 1,
    outcome: changes.length === 0 ? 'pass' : 'inconclusive',
    summary:
      changes.length === 0
        ? `${facts.length} of ${facts.length} facts are the same.`
        : `${changes.length} facts differ: somebody changed the schema meanwhile.`,
    evidence: changes.map((change) => ({ change })),
    acknowledged: false,
    at: new Date().toISOString(),
  };
  await fenced(lease, (tx) => saveCheck(tx, row.id, result));
}

/** Waits until a synchronous standby, where one is named, has everything that was committed before; holds no row meanwhile. */
async function standbyHasAll(lease: Lease): Promise<void> {
  const [named] = await lease.session.sql<
    { any: boolean }[]
  >`SELECT current_setting('synchronous_standby_names') <> '' AS any`;
  if (named?.any !== true) return;
  await fenced(lease, (tx) => tx`SELECT pg_logical_emit_message(true, 'segue', '')`);
}
