import type { CheckSpec } from '@/lib/core/plan';
import type { RelationName } from '@/lib/core/sql-text';

type CheckId = (name: string) => string;

/** Delete waits until the time that the team gives itself to change its mind has passed since `column` was retired. */
export function retentionCheck(id: CheckId, table: RelationName, column: string): CheckSpec {
  return {
    id: id('retention'),
    title: 'The time to change your mind has passed',
    work: { kind: 'retention', table, column },
  };
}

/** Nothing in the database uses the retired column any more. `called` names it as people know it. */
export function columnUnusedCheck(
  id: string,
  called: string,
  table: RelationName,
  column: string,
): CheckSpec {
  return {
    id,
    title: `Nothing depends on the retired ${called}`,
    work: { kind: 'dependents', table, column },
  };
}
