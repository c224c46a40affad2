import type { TransitionSpec } from '@/lib/core/operation';
import type { Plan } from '@/lib/core/plan';
import type { PlanOptions } from '@/lib/engine/plan-transition';
import type { StoredDatabase } from '@/lib/store/databases';
import { holdsManyOperations } from './reading/is-long';
import { readOn } from './reading/read-on';
import type { ServiceContext } from './service-context';

/**
 * Plans against the database's catalog as it is now. A refusal names, in `evidence.fields`, the field of the operation that
 * it is about wherever that can be told.
 */
export function planForDatabase(
  context: ServiceContext,
  database: StoredDatabase,
  spec: TransitionSpec,
  options: PlanOptions = {},
): Promise<Plan> {
  return readOn(
    context,
    database,
    { kind: 'plan', input: { spec, options } },
    { long: holdsManyOperations(spec) },
  );
}
