import { randomUUID } from 'node:crypto';
import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import type { Plan } from '@/lib/core/plan';
import { DEFAULT_SETTINGS, type RolloutFact, type RolloutSettings } from '@/lib/core/rollout';
import { compareFacts, readFacts } from './binding';
import { refusePublishedSchema } from './published-schema';
import { asJson, type RolloutRow, toFact } from './rollout-row';
import { ensureSegueSchema, hasSegueSchema } from './segue-schema';
import { type Target, targetError } from './target';
import { writeIntent } from './write-intent';

/** All rollouts that the target knows, oldest first. [] where Segue has never been; creates nothing. */
export async function listRollouts(target: Target): Promise<RolloutFact[]> {
  if (!(await hasSegueSchema(target))) return [];
  const rows = await target.sql<RolloutRow[]>`SELECT * FROM segue.rollouts ORDER BY created_at, name`;
  return rows.map(toFact);
}

/** One rollout by id or by its transition's name, or null. */
export async function findRollout(
  target: Target,
  by: { readonly id: string } | { readonly name: string },
): Promise<RolloutFact | null> {
  if (!(await hasSegueSchema(target))) return null;
  try {
    const rows =
      'id' in by
        ? await target.sql<RolloutRow[]>`SELECT * FROM segue.rollouts WHERE id = ${by.id}`
        : await target.sql<RolloutRow[]>`SELECT * FROM segue.rollouts WHERE name = ${by.name}`;
    return rows[0] === undefined ? null : toFact(rows[0]);
  } catch (error) {
    throw targetError(error, target);
  }
}

/** The same; throws `not_found`. */
export async function requireRollout(
  target: Target,
  by: { readonly id: string } | { readonly name: string },
): Promise<RolloutFact> {
  const found = await findRollout(target, by);
  if (found !== null) return found;
  const label = 'id' in by ? by.id : by.name;
  throw new SegueError('not_found', `This database knows no transition "${label}".`, {
    object: label,
    next: 'Plan it first, or check the database.',
  });
}

export interface FixPlanInput {
  readonly plan: Plan;
  readonly id?: string;
  /** null: headless. */
  readonly managedBy: string | null;
  readonly settings?: Partial<RolloutSettings>;
  /** Ids of checks that the person accepted. */
  readonly acknowledged?: readonly string[];
}

/**
 * Writes the plan into the target, together with the schema that it expects. May be repeated: at position 0 a new plan
 * replaces the old one; after that only the same plan is accepted (`other_operations`). Throws `check_inconclusive` where
 * Segue's own tables would be published and nobody has accepted it.
 */
export async function fixPlan(target: Target, input: FixPlanInput): Promise<RolloutFact> {
  await refusePublishedSchema(target.sql, input.acknowledged ?? []);
  await ensureSegueSchema(target);
  const { plan } = input;
  const facts = await readFacts(target, plan.tables);
  try {
    return await writeIntent(target, async (tx) => {
      const [existing] = await tx<
        RolloutRow[]
      >`SELECT * FROM segue.rollouts WHERE name = ${plan.name} FOR NO KEY UPDATE`;
      if (existing !== undefined && (existing.position > 0 || existing.activity !== 'idle')) {
        if (existing.digest === plan.digest) return toFact(existing);
        throw new SegueError(
          'other_operations',
          `The transition "${plan.name}" has started with other operations in this database.`,
          {
            object: plan.name,
            next: 'Roll it back to the start first, or give this transition another name.',
          },
        );
      }
      const settings = { ...DEFAULT_SETTINGS, ...existing?.settings, ...input.settings };
      const id = existing?.id ?? input.id ?? randomUUID();
      const [row] = await tx<RolloutRow[]>`
        INSERT INTO segue.rollouts (id, name, digest, plan, phase_count, settings, managed_by)
        VALUES (${id}, ${plan.name}, ${plan.digest}, ${tx.json(asJson(plan))}, ${plan.phases.length}, ${tx.json(asJson(settings))}, ${input.managedBy})
        ON CONFLICT (name) DO UPDATE SET digest = EXCLUDED.digest, plan = EXCLUDED.plan, phase_count = EXCLUDED.phase_count,
          settings = EXCLUDED.settings, managed_by = EXCLUDED.managed_by, ended = NULL, error = NULL,
          version = segue.rollouts.version + 1, updated_at = now()
        RETURNING *`;
      await tx`INSERT INTO segue.leases (rollout_id) VALUES (${id}) ON CONFLICT DO NOTHING`;
      await tx`DELETE FROM segue.positions WHERE rollout_id = ${id} AND position > 0`;
      await tx`INSERT INTO segue.positions (rollout_id, position, facts) VALUES (${id}, 0, ${facts})
        ON CONFLICT (rollout_id, position) DO UPDATE SET facts = EXCLUDED.facts, recorded_at = now()`;
      if (row === undefined)
        throw new SegueError('internal', `The plan of "${plan.name}" could not be written.`);
      return toFact(row);
    });
  } catch (error) {
    throw targetError(error, target);
  }
}

/** A new approval after a drift: the schema as it is now becomes what the present position expects. May be repeated. */
export async function acceptDrift(
  target: Target,
  input: { readonly rolloutId: string; readonly actor: Actor },
): Promise<void> {
  const rollout = await requireRollout(target, { id: input.rolloutId });
  const facts = await readFacts(target, rollout.plan.tables);
  await writeIntent(target, async (tx) => {
    const [expected] = await tx<
      { facts: string[] }[]
    >`SELECT facts FROM segue.positions WHERE rollout_id = ${rollout.id} AND position = ${rollout.position} FOR UPDATE`;
    const changes = compareFacts(expected?.facts ?? [], facts);
    if (changes.length === 0) return;
    await tx`UPDATE segue.positions SET facts = ${facts}, recorded_at = now() WHERE rollout_id = ${rollout.id} AND position = ${rollout.position}`;
    await tx`INSERT INTO segue.moves (rollout_id, direction, phase, actor, via, words, ended_at, outcome)
      VALUES (${rollout.id}, 'forward', ${rollout.position}, ${input.actor.name}, ${input.actor.via}, ${changes}, clock_timestamp(), 'drift_accepted')`;
  });
}

export { abandonRollout, leaveRollout, takeOverRollout } from './end-rollout';
export {
  changeSettings,
  requestMove,
  requestPause,
  requestResume,
} from './request-move';
