import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import type { RolloutFact } from '@/lib/core/rollout';
import { lockRollout, requireActivity } from './request-move';
import { type RolloutRow, toFact } from './rollout-row';
import { type Target, targetError } from './target';
import { writeIntent } from './write-intent';

interface EndRequest {
  readonly rolloutId: string;
  readonly expectedVersion: number;
  readonly actor: Actor;
}

/** Ends a rollout that has done nothing, or of which nothing is left. At position 0 only. */
export async function abandonRollout(target: Target, request: EndRequest): Promise<void> {
  try {
    await writeIntent(target, async (tx) => {
      const row = await lockRollout(tx, request.rolloutId, request.expectedVersion);
      requireActivity(row, 'abandon');
      if (row.position > 0)
        throw new SegueError('not_allowed', `"${row.name}" has started.`, {
          object: row.name,
          next: 'Roll it back to the start first.',
        });
      await tx`INSERT INTO segue.moves (rollout_id, direction, phase, actor, via, ended_at, outcome)
        VALUES (${row.id}, 'back', 0, ${request.actor.name}, ${request.actor.via}, clock_timestamp(), 'abandoned')`;
      await tx`UPDATE segue.rollouts SET ended = 'abandoned', version = version + 1, updated_at = clock_timestamp() WHERE id = ${row.id}`;
      await tx`DELETE FROM segue.table_claims WHERE rollout_id = ${row.id}`;
    });
  } catch (error) {
    throw targetError(error, target);
  }
}

/**
 * Ends a rollout where it stands and leaves everything of it in the database: triggers go on working, both columns stay. The
 * lease is taken from whoever works on it, so that nothing more is committed. `left` is recorded. It cannot be moved again.
 */
export async function leaveRollout(
  target: Target,
  request: EndRequest & { readonly left: readonly string[] },
): Promise<RolloutFact> {
  try {
    return await writeIntent(target, async (tx) => {
      // In the order of the fence: the lease first.
      await tx`SELECT 1 FROM segue.leases WHERE rollout_id = ${request.rolloutId} FOR UPDATE`;
      const row = await lockRollout(tx, request.rolloutId, request.expectedVersion);
      if (row.ended !== null)
        throw new SegueError('not_allowed', `"${row.name}" has ended.`, {
          object: row.name,
          next: 'See what is left of it with: segue doctor.',
        });
      await tx`UPDATE segue.leases SET epoch = epoch + 1, owner = NULL WHERE rollout_id = ${row.id}`;
      await tx`UPDATE segue.moves SET ended_at = clock_timestamp(), outcome = 'abandoned' WHERE rollout_id = ${row.id} AND ended_at IS NULL`;
      await tx`INSERT INTO segue.moves (rollout_id, direction, phase, actor, via, words, ended_at, outcome)
        VALUES (${row.id}, 'forward', ${row.moving_phase ?? row.position}, ${request.actor.name}, ${request.actor.via}, ${[...request.left]}, clock_timestamp(), 'left')`;
      await tx`DELETE FROM segue.table_claims WHERE rollout_id = ${row.id}`;
      const [updated] = await tx<RolloutRow[]>`
        UPDATE segue.rollouts SET ended = 'abandoned', direction = NULL, moving_phase = NULL, activity = 'idle', error = NULL,
          version = version + 1, updated_at = clock_timestamp() WHERE id = ${row.id} RETURNING *`;
      if (updated === undefined) throw new SegueError('internal', `The rollout ${row.id} vanished.`);
      return toFact(updated);
    });
  } catch (error) {
    throw targetError(error, target);
  }
}

/** A dashboard becomes the one that drives a rollout, or the command line does (null). Recorded. */
export async function takeOverRollout(
  target: Target,
  request: { readonly rolloutId: string; readonly managedBy: string | null; readonly actor: Actor },
): Promise<RolloutFact> {
  try {
    return await writeIntent(target, async (tx) => {
      const row = await lockRollout(tx, request.rolloutId, null);
      const driver = request.managedBy === null ? 'the command line' : `dashboard ${request.managedBy}`;
      await tx`INSERT INTO segue.moves (rollout_id, direction, phase, actor, via, words, ended_at, outcome)
        VALUES (${row.id}, 'forward', ${row.position}, ${request.actor.name}, ${request.actor.via}, ${[`From then on ${driver} drives it.`]}, clock_timestamp(), 'taken_over')`;
      const [updated] = await tx<
        RolloutRow[]
      >`UPDATE segue.rollouts SET managed_by = ${request.managedBy}, version = version + 1 WHERE id = ${row.id} RETURNING *`;
      if (updated === undefined) throw new SegueError('internal', `The rollout ${row.id} vanished.`);
      return toFact(updated);
    });
  } catch (error) {
    throw targetError(error, target);
  }
}
