import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { type AlterTableCmd, type AlterTableStmt, nodeOf, nodesOf } from '@/lib/sql/ast';
import { partitionBound } from '../../memory-catalog/create-table';
import { labelOf } from '../../memory-catalog/memory';
import { expressionWithSchemas, withSchemas } from '../names-in';
import { asOperation, nothing, type Outcome, refused } from '../part';
import { relationIn, type StatementContext, tableBefore } from '../statement-context';
import { addColumn, alterType, dropColumn, setNotNull } from './columns';
import { addedConstraints } from './constraints';
import { free, freeAsking } from './free';
import { besideDefault } from './relations';

type Read = (context: StatementContext, table: RelationName, command: AlterTableCmd) => Outcome[];

const columnOf = (context: StatementContext, table: RelationName, name: string | undefined) =>
  tableBefore(context, table)?.columns.find((column) => column.name === name);

/** Everything that a table's constraints and indexes are called. */
function constraintNames(context: StatementContext, table: RelationName): Set<string> {
  const known = tableBefore(context, table);
  return new Set([
    ...(known?.checks ?? []).map(({ name }) => name),
    ...(known?.foreignKeys ?? []).map(({ name }) => name),
    ...(known?.indexes ?? []).flatMap(({ constraint }) => constraint ?? []),
    ...(known?.columns ?? []).flatMap(({ notNullName }) => notNullName ?? []),
  ]);
}

/** A short statement on a table as it stands, with the opposite as its way back. */
const plain =
  (up: (name: string) => string, down: (name: string) => string): Read =>
  (context, table) => [
    free(context, {
      up: `ALTER TABLE ${quoteName(table)} ${up(quoteName(table))}`,
      down: `ALTER TABLE ${quoteName(table)} ${down(quoteName(table))}`,
      tables: [table],
    }),
  ];

/** PostgreSQL drops first, whatever the order in the statement: a column may be dropped and made anew in one. */
function afterDrops(context: StatementContext, table: RelationName): StatementContext {
  const known = tableBefore(context, table);
  const dropped = new Set(context.drops);
  if (known === undefined || dropped.size === 0) return context;
  const tables = new Map(context.before.tables);
  tables.set(labelOf(table), { ...known, columns: known.columns.filter(({ name }) => !dropped.has(name)) });
  return { ...context, before: { ...context.before, tables } };
}

/** One reader for each action of ALTER TABLE; constraints are read once for the statement. */
const COMMANDS: Readonly<Record<string, Read>> = {
  AT_AddColumn: (context, table, command) => [addColumn(afterDrops(context, table), table, command)],
  AT_DropColumn: (...given) => [dropColumn(...given)],
  AT_AlterColumnType: (...given) => [alterType(...given)],
  AT_SetNotNull: (...given) => [setNotNull(...given)],
  AT_DropNotNull: (context, table, { name = '' }) => {
    if (columnOf(context, table, name)?.notNull === false)
      return [nothing(`${labelOf(table)}.${name} may be NULL already.`)];
    return [asOperation({ kind: 'drop_not_null', table, column: name })];
  },
  AT_ColumnDefault: (context, table, { name = '', def }) => {
    const before = columnOf(context, table, name);
    if (def !== undefined && nodeOf(def, 'A_Const')?.isnull !== true) {
      const written = context.source.afterSetting(name, 'DEFAULT') ?? '';
      return [
        asOperation({
          kind: 'set_default',
          table,
          column: name,
          default: expressionWithSchemas(context.before, written),
        }),
      ];
    }
    return before !== undefined && before.default === null
      ? [nothing(`${labelOf(table)}.${name} has no default.`)]
      : [asOperation({ kind: 'drop_default', table, column: name })];
  },
  // Read together with the others of the statement.
  AT_AddConstraint: () => [],
  AT_DropConstraint: (context, table, { name = '', missing_ok }) =>
    missing_ok === true &&
    tableBefore(context, table) !== undefined &&
    !constraintNames(context, table).has(name)
      ? [nothing(`${labelOf(table)} has no constraint ${name}.`)]
      : [asOperation({ kind: 'drop_constraint', table, constraint: name })],
  AT_ValidateConstraint: (context, table, { name = '' }) => [
    free(context, {
      up: `ALTER TABLE ${quoteName(table)} VALIDATE CONSTRAINT ${quoteIdent(name)}`,
      down: 'SELECT 1',
      tables: [table],
    }),
  ],
  AT_AddIdentity: (_, table, { name = '', def }) => [
    asOperation({
      kind: 'add_identity',
      table,
      column: name,
      always: nodeOf(def, 'Constraint')?.generated_when === 'a',
    }),
  ],
  AT_AttachPartition: (context, table, { def }) => {
    const child = nodeOf(def, 'PartitionCmd')?.name;
    const partition = relationIn(context, child);
    // An empty one needs no proof.
    if (context.created.has(labelOf(partition)))
      return [
        besideDefault(context, table, partition) ?? {
          kind: 'extends',
          table: partition,
          sql: withSchemas(context.before, context.text),
        },
      ];
    return [
      asOperation({
        kind: 'attach_partition',
        table,
        partition,
        values: partitionBound(context.source, child?.location ?? 0),
      }),
    ];
  },
  AT_DetachPartition: (context, table, { def }) => [
    asOperation({
      kind: 'detach_partition',
      table,
      partition: relationIn(context, nodeOf(def, 'PartitionCmd')?.name),
    }),
  ],
  AT_EnableRowSecurity: plain(
    () => 'ENABLE ROW LEVEL SECURITY',
    () => 'DISABLE ROW LEVEL SECURITY',
  ),
  AT_DisableRowSecurity: plain(
    () => 'DISABLE ROW LEVEL SECURITY',
    () => 'ENABLE ROW LEVEL SECURITY',
  ),
  AT_ForceRowSecurity: plain(
    () => 'FORCE ROW LEVEL SECURITY',
    () => 'NO FORCE ROW LEVEL SECURITY',
  ),
  AT_NoForceRowSecurity: plain(
    () => 'NO FORCE ROW LEVEL SECURITY',
    () => 'FORCE ROW LEVEL SECURITY',
  ),
};

/** Actions that only touch the catalog, and of which nothing tells what was before. */
const LIGHT =
  /^AT_(SetStatistics|SetOptions|ResetOptions|SetRelOptions|ResetRelOptions|ReplicaIdentity|EnableTrig|DisableTrig|EnableAlwaysTrig|EnableReplicaTrig|ChangeOwner|ClusterOn|DropCluster|SetStorage|SetCompression)/;

function lightAction(context: StatementContext, table: RelationName, actions: number): Outcome[] {
  if (actions > 1)
    return [
      refused(
        'no-operation',
        `A setting of ${labelOf(table)} stands beside other actions in one ALTER TABLE.`,
        'Write it as a statement of its own.',
      ),
    ];
  return [
    freeAsking(
      context,
      { up: context.text, tables: [table] },
      `setting:${labelOf(table)}`,
      `This changes a setting of ${labelOf(table)}: what was it before?`,
    ),
  ];
}

/** The table that a statement makes a partition. */
function attachedIn(context: StatementContext, statement: AlterTableStmt): RelationName | null {
  const command = nodesOf(statement.cmds, 'AlterTableCmd').find(
    ({ subtype }) => subtype === 'AT_AttachPartition',
  );
  return command === undefined ? null : relationIn(context, nodeOf(command.def, 'PartitionCmd')?.name);
}

/** ALTER TABLE: each action in its turn, then the constraints that it adds. */
export function readAlterTable(context: StatementContext, statement: AlterTableStmt): Outcome[] {
  const table = relationIn(context, statement.relation);
  const label = labelOf(table);
  const attached = attachedIn(context, statement);
  if (context.created.has(label) && attached !== null)
    return context.created.has(labelOf(attached))
      ? [{ kind: 'extends', table: attached, sql: withSchemas(context.before, context.text) }]
      : [
          refused(
            'no-operation',
            `${labelOf(attached)} holds rows, and ${label} is made by the same file.`,
            'Put ATTACH PARTITION into a file of its own.',
          ),
        ];
  if (context.created.has(label))
    return [{ kind: 'extends', table, sql: withSchemas(context.before, context.text) }];
  if (tableBefore(context, table) === undefined && !context.before.views.has(label)) {
    if (statement.missing_ok === true) return [nothing(`There is no table ${label}.`)];
    return [
      refused(
        'unknown-table',
        `Nothing is known of a table ${label}.`,
        'Give the migrations before this one (--after) or the database (--database).',
      ),
    ];
  }
  const commands = nodesOf(statement.cmds, 'AlterTableCmd');
  const drops = commands.flatMap(({ subtype, name }) => (subtype === 'AT_DropColumn' ? (name ?? []) : []));
  const inside = { ...context, drops };
  const outcomes = commands.flatMap((command) => {
    const read = COMMANDS[command.subtype ?? ''];
    if (LIGHT.test(command.subtype ?? '')) return lightAction(context, table, commands.length);
    return read === undefined
      ? [
          refused(
            'no-operation',
            `Segue has no operation for this action of ALTER TABLE (${(command.subtype ?? '').replace(/^AT_/, '')}).`,
            'Write it as free_sql with its way back, in a transition of its own.',
          ),
        ]
      : read(inside, table, command);
  });
  const dropped = new Set(
    commands.flatMap(({ subtype, name }) =>
      subtype === 'AT_DropConstraint' && name !== undefined ? [name] : [],
    ),
  );
  const all = [...outcomes, ...addedConstraints(context, table, dropped)];
  const adds = commands.some(({ subtype }) => subtype === 'AT_AddConstraint');
  return all.length === 0 && adds ? [nothing('The constraint is there already.')] : all;
}
