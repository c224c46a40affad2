import { readSchemaSource } from '@/lib/engine/prove/copy-schema';
import type { ControlQueries } from '@/lib/store/control-db';
import { findSourceName } from '@/lib/store/migration-sources';
import { keepPlanSchema } from '@/lib/store/plan-schemas';
import type { TransitionRecord } from '@/lib/store/transitions';
import { logger } from './logger';
import type { ServiceContext } from './service-context';
import { LONG_WORK_MS } from './target-pool';

/**
 * Keeps the schema of the database as it is before the first phase, where the transition came from a migration file: its plan can then be
 * proved at any time. What cannot be read is not kept; nothing fails for it.
 */
export async function keepSchemaBefore(
  context: ServiceContext,
  tx: ControlQueries,
  { transition, database, rollout }: TransitionRecord,
): Promise<void> {
  if ((await findSourceName(tx, transition.id)) === null) return;
  // The whole catalog is read: a large one takes longer than a database may be silent that is there.
  const schema = await context.targets
    .use(database, readSchemaSource, { patienceMs: LONG_WORK_MS })
    .catch((error: unknown) => {
      logger.warn({ err: error, transition: transition.id }, 'the schema before a plan was not kept');
      return null;
    });
  if (schema !== null)
    await keepPlanSchema(tx, { rolloutId: rollout.id, planDigest: rollout.planDigest }, schema);
}
