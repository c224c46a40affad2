import type { Plan } from '@/lib/core/plan';
import { parseTransitionFile } from './parse-transition-file';
import { planForDatabase } from './plan-for-database';
import { requireDatabase } from './require-record';
import type { ServiceContext } from './service-context';

/** The plan that a file would have on a database now. Writes nothing. Refusals carry `evidence.fields`. */
export async function previewPlan(
  context: ServiceContext,
  input: { databaseId: string; file: unknown },
): Promise<{ plan: Plan }> {
  const spec = parseTransitionFile(input.file);
  const database = await requireDatabase(context.control, input.databaseId);
  return { plan: await planForDatabase(context, database, spec) };
}
