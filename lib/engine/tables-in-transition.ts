import type { TableInTransition } from '@/lib/planner/guard/table-in-transition';
import type { RolloutRow } from './rollout-row';
import { hasSegueSchema } from './segue-schema';
import { type Target, targetError } from './target';

type Row = Pick<RolloutRow, 'name' | 'plan' | 'position' | 'moving_phase'> & {
  schema: string;
  table: string;
};

/** Tables that are reserved now, by whom, and how far that is; by name. [] where Segue has never been. Reads only. */
export async function tablesInTransition(target: Target): Promise<TableInTransition[]> {
  if (!(await hasSegueSchema(target))) return [];
  try {
    const rows = await target.sql<Row[]>`
      SELECT c.table_schema AS schema, c.table_name AS table, r.name, r.plan, r.position, r.moving_phase
      FROM segue.table_claims c JOIN segue.rollouts r ON r.id = c.rollout_id
      WHERE r.ended IS NULL AND (r.position > 0 OR r.direction IS NOT NULL) ORDER BY 1, 2`;
    return rows.map((row) => {
      const { phases, tables } = row.plan;
      return {
        table: { schema: row.schema, name: row.table },
        transition: row.name,
        phase: phases[(row.moving_phase ?? row.position) - 1]?.kind ?? 'expand',
        position: row.position,
        phases: phases.length,
        changes: tables.some(({ schema, name }) => schema === row.schema && name === row.table),
      };
    });
  } catch (error) {
    throw targetError(error, target);
  }
}
