import { SegueError } from '@/lib/core/errors';
import { quoteIdent, type RelationName } from '@/lib/core/sql-text';
import { type PlanContext, relationLabel } from '../plan-parts';

/** Refuses a name for a new table that is taken, or a schema in which the role may not create. */
export function requireFreeRelation(context: PlanContext, relation: RelationName, field: string): void {
  const label = relationLabel(relation);
  if (/^pg_|^information_schema$|^segue$/.test(relation.schema))
    throw new SegueError('unsupported', `"${relation.schema}" belongs to the system.`, {
      object: label,
      next: 'Choose a schema of your application.',
      evidence: { field },
    });
  if (context.catalog.assumed) return;
  const schema = context.catalog.schemas.find(({ name }) => name === relation.schema);
  if (schema === undefined)
    throw new SegueError('not_found', `There is no schema "${relation.schema}" in this database.`, {
      object: label,
      next: 'Check the spelling, or create it first.',
      evidence: { field },
    });
  if (!schema.canCreate)
    throw new SegueError(
      'missing_rights',
      `The role of this connection may not create in the schema "${relation.schema}".`,
      {
        object: label,
        next: `GRANT CREATE ON SCHEMA ${quoteIdent(relation.schema)} TO the role of this connection.`,
      },
    );
  if (schema.takenNames.includes(relation.name))
    throw new SegueError('name_taken', `The name "${label}" is taken.`, {
      object: label,
      next: 'Choose another name.',
      evidence: { field },
    });
}
