import { type AlterTableCmd, namesOf, nodeOf, nodesOf } from '@/lib/sql/ast';
import { SERIAL_TYPES } from '../hazards/serial-types';

/** Commands of ALTER TABLE that can write a table anew, read its rows or build an index. */
const WORKING_COMMANDS = new Set([
  'AT_AddColumn',
  'AT_AlterColumnType',
  'AT_SetNotNull',
  'AT_SetExpression',
  'AT_AddConstraint',
  'AT_AddIdentity',
  'AT_ValidateConstraint',
  'AT_AttachPartition',
  'AT_SetLogged',
  'AT_SetUnLogged',
  'AT_SetAccessMethod',
  'AT_SetTableSpace',
]);
const WORKING_KINDS = new Set([
  'IndexStmt',
  'ReindexStmt',
  'ClusterStmt',
  'VacuumStmt',
  'RefreshMatViewStmt',
  'AlterDomainStmt',
  'CreateStmt',
]);

/** False where a statement does no work in proportion to a table, whatever the schema: nobody need be asked then. Pure. */
export function mayWork({ kind, node }: { kind: string; node: Readonly<Record<string, unknown>> }): boolean {
  if (kind !== 'AlterTableStmt') return WORKING_KINDS.has(kind);
  return nodesOf(node.cmds as unknown[] | undefined, 'AlterTableCmd').some(
    (command) => WORKING_COMMANDS.has(command.subtype ?? '') && !addsPlainColumn(command),
  );
}

/**
 * A column without default and constraint: rows are left as they are, unless its type is a domain. In the engine's sessions
 * a name without a schema is one of pg_catalog, where none of the types is a domain.
 */
function addsPlainColumn({ subtype, def }: AlterTableCmd): boolean {
  const column = subtype === 'AT_AddColumn' ? nodeOf(def, 'ColumnDef') : undefined;
  if (column === undefined || (column.constraints ?? []).length > 0) return false;
  const [first = '', ...rest] = namesOf(column.typeName?.names);
  return rest.length === 0 ? !SERIAL_TYPES.has(first) : first === 'pg_catalog';
}
