import { SegueError } from '@/lib/core/errors';
import type { TableInfo } from '../catalog';
import { freeName } from '../names';
import { relationLabel } from '../plan-parts';

/** The name that was given, if it is free in the table's schema; else one made of the table and what it is about. Throws `name_taken`. */
export function newName(
  table: TableInfo,
  given: string | undefined,
  parts: readonly string[],
  suffix: string,
): string {
  if (given === undefined) return freeName([table.name, ...parts, suffix].join('_'), table.takenNames);
  if (!table.takenNames.includes(given)) return given;
  throw new SegueError(
    'name_taken',
    `The name "${given}" is taken in "${relationLabel(table)}" or its schema.`,
    {
      object: `${relationLabel(table)}.${given}`,
      next: 'Choose another name.',
      evidence: { field: 'name' },
    },
  );
}
