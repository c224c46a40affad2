import type { OperationOf } from '@/lib/core/operation';
import { type OperationDefinition, onTable } from '../operation-definition';
import { type OperationContext, type OperationPlan, relationLabel } from '../plan-parts';
import { refuse } from '../refuse';

/** PostgreSQL builds an exclusion constraint under a lock that stops everything, and knows no other way: always refused. */
function addExclusionTo(_: OperationOf<'add_exclusion'>, { table }: OperationContext): OperationPlan {
  const label = relationLabel(table);
  return refuse(
    `PostgreSQL can add an exclusion constraint to "${label}" only while it blocks every query, for as long as the build takes.`,
    label,
    'Make a new table with the constraint (create_table) and move the rows, or run ALTER TABLE in a maintenance window; for equality alone use add_unique.',
    'exclude',
  );
}

export const addExclusion: OperationDefinition<'add_exclusion'> = {
  compile: onTable(addExclusionTo),
  touches: () => [],
};
