import type postgres from 'postgres';
import type { Plan } from '@/lib/core/plan';
import {
  type Activity,
  completeSettings,
  type Direction,
  type RolloutFact,
  type RolloutSettings,
} from '@/lib/core/rollout';

/** A row of segue.rollouts as postgres.js gives it. */
export interface RolloutRow {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly plan: Plan;
  readonly position: number;
  readonly direction: Direction | null;
  readonly moving_phase: number | null;
  readonly activity: Activity;
  readonly version: string;
  readonly settings: RolloutSettings;
  readonly error: RolloutFact['error'];
  readonly ended: 'done' | 'abandoned' | null;
  readonly managed_by: string | null;
  readonly retained_until: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** The row as the fact that the rest of Segue reads. */
export function toFact(row: RolloutRow): RolloutFact {
  return {
    id: row.id,
    name: row.name,
    digest: row.digest,
    plan: row.plan,
    position: row.position,
    direction: row.direction,
    movingPhase: row.moving_phase,
    activity: row.activity,
    version: Number(row.version),
    settings: completeSettings(row.settings),
    error: row.error,
    ended: row.ended,
    managedBy: row.managed_by,
    retainedUntil: row.retained_until?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** JSON that postgres.js sends as jsonb; the cast states that our data is plain. */
export function asJson(value: unknown): postgres.JSONValue {
  return JSON.parse(JSON.stringify(value ?? null)) as postgres.JSONValue;
}
