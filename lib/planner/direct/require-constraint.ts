import { SegueError } from '@/lib/core/errors';
import type { ConstraintInfo, TableInfo } from '../catalog';
import { relationLabel } from '../plan-parts';

/** The constraint. Throws `not_found`, naming those that there are. */
export function requireConstraint(table: TableInfo, name: string, field: string): ConstraintInfo {
  const found = table.constraints.find((constraint) => constraint.name === name);
  if (found !== undefined) return found;
  throw new SegueError('not_found', `There is no constraint "${name}" on "${relationLabel(table)}".`, {
    object: `${relationLabel(table)}.${name}`,
    next: `Its constraints are: ${table.constraints.map((constraint) => constraint.name).join(', ') || 'none'}.`,
    evidence: { field },
  });
}
