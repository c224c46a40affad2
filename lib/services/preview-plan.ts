import type { Plan } from '@/lib/core/plan';
import { parseTransitionFile } from './parse-transition-file';
import { planForDatabase } from './plan-for-database';
import { requireDatabase } from './require-record';
import type { ServiceContext } from './service-context';

/**
 * The plan that a file would have on a database now. Writes nothing, and locks nothing of the application's: SQL of one's own
 * is tried only where `trySql` asks for it. Refusals carry `evidence.fields`.
 */
export async function previewPlan(
  context: ServiceContext,
  input: { databaseId: string; file: unknown; trySql?: boolean },
): Promise<{ plan: Plan }> {
  const spec = parseTransitionFile(input.file);
  const database = await requireDatabase(context.control, input.databaseId);
  return { plan: await planForDatabase(context, database, spec, { trySql: input.trySql ?? false }) };
}
