import type { NamedObject } from '../memory-catalog/definitions';
import type { ObjectChange } from './part';
import type { StatementContext } from './statement-context';
import { pathSql } from './statements/free';

/** What a statement does to a policy, trigger, view or function, with the SQL that makes it again as it was before. */
export function objectChange(
  context: StatementContext,
  object: NamedObject,
  does: ObjectChange['does'],
): ObjectChange {
  const definition = context.before.definitions.get(object.key) ?? null;
  const again =
    definition === null ? null : [pathSql(definition.searchPath), ...definition.statements].join(';\n');
  return { ...object, does, again, there: context.before.definitions.has(object.key) };
}
