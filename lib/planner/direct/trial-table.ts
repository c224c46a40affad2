import { quoteName, type RelationName } from '@/lib/core/sql-text';

/** The name of the copy that a trial works on; it exists in a rolled-back transaction only. */
export const TRIAL_TABLE = 'pg_temp.segue_trial';

/** An empty temporary copy of a table's columns: what PostgreSQL says of it holds for the table, and nobody has to wait. */
export function trialTable(relation: RelationName): string {
  return `CREATE TEMPORARY TABLE segue_trial (LIKE ${quoteName(relation)})`;
}
