import { nodesOf } from '@/lib/sql/ast';

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
  return nodesOf(node.cmds as unknown[] | undefined, 'AlterTableCmd').some(({ subtype }) =>
    WORKING_COMMANDS.has(subtype ?? ''),
  );
}
