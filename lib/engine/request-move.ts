import type postgres from 'postgres';
import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import type { Direction, RolloutFact, RolloutSettings } from '@/lib/core/rollout';
import { nextActivity, type RolloutEvent, requestedPhase } from '@/lib/core/rollout-moves';
import type { RelationName } from '@/lib/core/sql-text';
import { asJson, type RolloutRow, toFact } from './rollout-row';
import { ensureSegueSchema } from './segue-schema';
import { type Target, targetError } from './target';
import { writeIntent } from './write-intent';

export interface MoveRequest {
  readonly rolloutId: string;
  readonly direction: Direction;
  readonly expectedVersion: number;
  readonly actor: Actor;
  /** What the person confirmed: the deploy question and its answer. */
  readonly words?: readonly string[];
  /** Ids of inconclusive checks, and of lists of values, that the person accepted. */
  readonly acknowledged?: readonly string[];
  readonly waivesRetention?: boolean;
}

export async function lockRollout(
  tx: postgres.TransactionSql,
  rolloutId: string,
  expectedVersion: number | null,
): Promise<RolloutRow> {
  const [row] = await tx<
    RolloutRow[]
  >`SELECT * FROM segue.rollouts WHERE id = ${rolloutId} FOR NO KEY UPDATE`;
  if (row === undefined)
    throw new SegueError('not_found', `This database knows no rollout ${rolloutId}.`, {
      object: rolloutId,
      next: 'Check the database.',
    });
  if (expectedVersion !== null && Number(row.version) !== expectedVersion) {
    const [move] = await tx<
      { actor: string }[]
    >`SELECT actor FROM segue.moves WHERE rollout_id = ${rolloutId} ORDER BY id DESC LIMIT 1`;
    throw new SegueError(
      'conflict',
      `"${row.name}" has moved on${move === undefined ? '' : `: ${move.actor} was faster`}.`,
      {
        object: row.name,
        next: 'Look at its state now, then decide again.',
        evidence: { by: move?.actor ?? null, version: Number(row.version) },
      },
    );
  }
  return row;
}

export function requireActivity(
  row: RolloutRow,
  event: RolloutEvent,
): NonNullable<ReturnType<typeof nextActivity>> {
  if (row.ended !== null)
    throw new SegueError('not_allowed', `"${row.name}" has ended.`, {
      object: row.name,
      next: 'Duplicate it to do it again.',
    });
  const next = nextActivity(row.activity, event);
  if (next === null)
    throw new SegueError('not_allowed', `"${row.name}" is ${row.activity} now.`, {
      object: row.name,
      next: 'Wait until it rests, then try again.',
    });
  return next;
}

/** Reserves the tables of a plan and their foreign-key partners for a rollout. Throws `table_busy` naming the other one. */
async function claimTables(tx: postgres.TransactionSql, row: RolloutRow): Promise<void> {
  for (const claim of row.plan.claims satisfies readonly RelationName[]) {
    const [holder] = await tx<{ id: string; name: string }[]>`
      WITH mine AS (
        INSERT INTO segue.table_claims (table_schema, table_name, rollout_id) VALUES (${claim.schema}, ${claim.name}, ${row.id})
        ON CONFLICT (table_schema, table_name) DO UPDATE SET claimed_at = segue.table_claims.claimed_at RETURNING rollout_id
      ) SELECT r.id, r.name FROM mine JOIN segue.rollouts r ON r.id = mine.rollout_id`;
    if (holder !== undefined && holder.id !== row.id) {
      const label = `${claim.schema}.${claim.name}`;
      throw new SegueError('table_busy', `"${label}" is in the transition "${holder.name}".`, {
        object: label,
        next: `Finish "${holder.name}" or roll it back first.`,
        evidence: { rolloutId: holder.id, transition: holder.name },
      });
    }
  }
}

/**
 * Starts a move by compare-and-swap on the rollout's version: of two simultaneous callers one wins, the other gets
 * `conflict`. Asking for the direction of the open move resumes it; the other direction turns it round.
 */
export async function requestMove(target: Target, request: MoveRequest): Promise<RolloutFact> {
  await ensureSegueSchema(target);
  try {
    return await writeIntent(target, async (tx) => {
      const row = await lockRollout(tx, request.rolloutId, request.expectedVersion);
      const activity = requireActivity(row, request.direction === 'forward' ? 'advance' : 'roll_back');
      const phase = requestedPhase(
        { position: row.position, movingPhase: row.moving_phase, phaseCount: row.plan.phases.length },
        request.direction,
      );
      if (phase === null)
        throw new SegueError(
          'not_allowed',
          request.direction === 'forward'
            ? `Every phase of "${row.name}" is done.`
            : `"${row.name}" is at its start.`,
          { object: row.name, next: 'Nothing needs to be done.' },
        );
      if (request.direction === 'back' && row.plan.phases[phase - 1]?.kind === 'purge') {
        throw new SegueError('not_allowed', 'Deleted columns cannot be brought back.', {
          object: row.name,
          next: 'Restore them from a backup.',
        });
      }
      await claimTables(tx, row);
      await tx`UPDATE segue.moves SET ended_at = clock_timestamp(), outcome = 'turned_round' WHERE rollout_id = ${row.id} AND ended_at IS NULL AND direction <> ${request.direction}`;
      const [open] = await tx`SELECT 1 FROM segue.moves WHERE rollout_id = ${row.id} AND ended_at IS NULL`;
      const acknowledged = [...(request.acknowledged ?? [])];
      if (open === undefined) {
        await tx`INSERT INTO segue.moves (rollout_id, direction, phase, actor, via, words, acknowledged, waives_retention)
          VALUES (${row.id}, ${request.direction}, ${phase}, ${request.actor.name}, ${request.actor.via}, ${[...(request.words ?? [])]}, ${acknowledged}, ${request.waivesRetention ?? false})`;
      } else {
        await tx`UPDATE segue.moves SET acknowledged = acknowledged || ${acknowledged}::text[] WHERE rollout_id = ${row.id} AND ended_at IS NULL`;
      }
      return await setMotion(tx, row, { direction: request.direction, phase, activity });
    });
  } catch (error) {
    throw targetError(error, target);
  }
}

async function setMotion(
  tx: postgres.TransactionSql,
  row: RolloutRow,
  motion: { direction: Direction | null; phase: number | null; activity: string },
): Promise<RolloutFact> {
  await tx`UPDATE segue.holds SET ended_at = clock_timestamp() WHERE rollout_id = ${row.id} AND ended_at IS NULL`;
  const [updated] = await tx<RolloutRow[]>`
    UPDATE segue.rollouts SET direction = ${motion.direction}, moving_phase = ${motion.phase}, activity = ${motion.activity}, error = NULL,
      version = version + 1, updated_at = clock_timestamp() WHERE id = ${row.id} RETURNING *`;
  if (updated === undefined) throw new SegueError('internal', `The rollout ${row.id} vanished.`);
  return toFact(updated);
}

interface ControlRequest {
  readonly rolloutId: string;
  readonly expectedVersion: number;
  readonly actor: Actor;
}

async function requestControl(
  target: Target,
  request: ControlRequest,
  event: 'pause' | 'resume',
): Promise<RolloutFact> {
  await ensureSegueSchema(target);
  try {
    return await writeIntent(target, async (tx) => {
      const row = await lockRollout(tx, request.rolloutId, request.expectedVersion);
      const activity = requireActivity(row, event);
      await tx`INSERT INTO segue.moves (rollout_id, direction, phase, actor, via, ended_at, outcome)
        VALUES (${row.id}, ${row.direction ?? 'forward'}, ${row.moving_phase ?? row.position}, ${request.actor.name}, ${request.actor.via}, clock_timestamp(), ${`${event}_requested`})`;
      return await setMotion(tx, row, { direction: row.direction, phase: row.moving_phase, activity });
    });
  } catch (error) {
    throw targetError(error, target);
  }
}

/** Asks the running move to stop after the batch or step in hand. */
export function requestPause(target: Target, request: ControlRequest): Promise<RolloutFact> {
  return requestControl(target, request, 'pause');
}

/** Lets a paused move go on from its cursor. */
export function requestResume(target: Target, request: ControlRequest): Promise<RolloutFact> {
  return requestControl(target, request, 'resume');
}

/** Changes settings; a running move reads them before its next batch or attempt. */
export async function changeSettings(
  target: Target,
  request: { readonly rolloutId: string; readonly settings: Partial<RolloutSettings>; readonly actor: Actor },
): Promise<RolloutFact> {
  try {
    return await writeIntent(target, async (tx) => {
      const row = await lockRollout(tx, request.rolloutId, null);
      const settings = { ...row.settings, ...request.settings };
      const [updated] = await tx<RolloutRow[]>`
        UPDATE segue.rollouts SET settings = ${tx.json(asJson(settings))}, updated_at = clock_timestamp(),
          retained_until = CASE WHEN retained_until IS NULL THEN NULL ELSE retained_until + (${settings.retentionMs - row.settings.retentionMs} * interval '1 millisecond') END
        WHERE id = ${row.id} RETURNING *`;
      if (updated === undefined) throw new SegueError('internal', `The rollout ${row.id} vanished.`);
      return toFact(updated);
    });
  } catch (error) {
    throw targetError(error, target);
  }
}
