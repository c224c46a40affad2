import { and, eq, sql } from 'drizzle-orm';
import type { SchemaSource } from '@/lib/core/schema-source';
import type { ControlQueries } from './control-db';
import { planSchemas } from './tables';

interface PlanOfRollout {
  readonly rolloutId: string;
  readonly planDigest: string;
}

const ofPlan = ({ rolloutId, planDigest }: PlanOfRollout) =>
  and(eq(planSchemas.rolloutId, rolloutId), eq(planSchemas.planDigest, planDigest));

/** Keeps the schema before a plan's first phase in place of a former one. May be called twice. */
export async function keepPlanSchema(
  db: ControlQueries,
  { rolloutId, planDigest }: PlanOfRollout,
  schema: SchemaSource,
): Promise<void> {
  const kept = { planDigest, schema, at: sql`now()` };
  await db
    .insert(planSchemas)
    .values({ rolloutId, ...kept })
    .onConflictDoUpdate({ target: planSchemas.rolloutId, set: kept });
}

/** The schema that was kept for exactly this plan; null: none was. */
export async function findPlanSchema(db: ControlQueries, plan: PlanOfRollout): Promise<SchemaSource | null> {
  const [found] = await db
    .select({ schema: planSchemas.schema })
    .from(planSchemas)
    .where(ofPlan(plan))
    .limit(1);
  return found?.schema ?? null;
}

/** Whether there is one, without reading it. */
export async function hasPlanSchema(db: ControlQueries, plan: PlanOfRollout): Promise<boolean> {
  const found = await db.select({ at: planSchemas.at }).from(planSchemas).where(ofPlan(plan)).limit(1);
  return found.length > 0;
}
