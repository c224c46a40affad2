import { quoteIdent } from '@/lib/core/sql-text';
import { type AlterTableCmd, type AlterTableStmt, nodeOf, nodesOf } from '@/lib/sql/ast';
import type { SourceText } from '@/lib/sql/source-text';
import type { ColumnInfo } from '../catalog';
import { addColumn } from './column-info';
import { addConstraint } from './constraint-parts';
import { partitionBound } from './create-table';
import { defaultText } from './default-text';
import { withDefinition } from './index-info';
import { labelOf, type Memory, type MemoryTable, relationOf } from './memory';
import { typeText } from './type-text';

type Edit = (memory: Memory, table: MemoryTable, command: AlterTableCmd, source: SourceText) => void;

const editColumn = (
  table: MemoryTable,
  name: string | undefined,
  edit: (column: ColumnInfo) => ColumnInfo,
): void => {
  table.columns = table.columns.map((column) => (column.name === name ? edit(column) : column));
};

/** A column goes, and with it whatever is made of it alone or in part. */
function dropColumn(memory: Memory, table: MemoryTable, name: string): void {
  const own = table.columns.find((column) => column.name === name);
  for (const sequence of [...(own?.ownedSequences ?? []), own?.identitySequence?.name ?? ''])
    for (const [label, other] of memory.otherNames)
      if (`${quoteIdent(other.schema)}.${quoteIdent(other.name)}` === sequence)
        memory.otherNames.delete(label);
  table.columns = table.columns.filter((column) => column.name !== name);
  table.indexes = table.indexes.filter(
    (index) =>
      !index.columns.some((column) => column.name === name || (column.expression ?? '').includes(name)) &&
      !index.include.includes(name) &&
      !(index.predicate ?? '').includes(name),
  );
  table.checks = table.checks.filter(({ columns }) => !columns.includes(name));
  table.foreignKeys = table.foreignKeys.filter(({ columns }) => !columns.includes(name));
  table.dependents = table.dependents.filter(({ column }) => column !== name);
  for (const other of memory.tables.values())
    other.foreignKeys = other.foreignKeys.filter(
      (key) => labelOf(key.references) !== labelOf(table) || !key.referencedColumns.includes(name),
    );
}

function dropConstraint(memory: Memory, table: MemoryTable, name: string): void {
  const index = table.indexes.find(({ constraint }) => constraint === name);
  table.indexes = table.indexes.filter(({ constraint }) => constraint !== name);
  table.checks = table.checks.filter((check) => check.name !== name);
  table.foreignKeys = table.foreignKeys.filter((key) => key.name !== name);
  table.columns = table.columns.map((column) =>
    column.notNullName === name ? { ...column, notNull: false, notNullName: null } : column,
  );
  if (index === undefined) return;
  // CASCADE takes the foreign keys that rest on it; without it PostgreSQL would have refused.
  const columns = index.columns.map((column) => column.name).join();
  for (const other of memory.tables.values())
    other.foreignKeys = other.foreignKeys.filter(
      (key) => labelOf(key.references) !== labelOf(table) || key.referencedColumns.join() !== columns,
    );
}

const EDITS: Readonly<Record<string, Edit>> = {
  AT_AddColumn: (memory, table, command, source) => {
    const definition = nodeOf(command.def, 'ColumnDef');
    const there = table.columns.some(({ name }) => name === definition?.colname);
    if (definition !== undefined && !there) addColumn(memory, table, definition, source);
  },
  AT_DropColumn: (memory, table, { name }) => dropColumn(memory, table, name ?? ''),
  AT_ColumnDefault: (memory, table, { name, def }, source) =>
    editColumn(table, name, (column) => {
      const written = source.afterSetting(name ?? '', 'DEFAULT') ?? '';
      return {
        ...column,
        default: def === undefined ? null : defaultText(def, written, column.baseType, memory),
      };
    }),
  AT_SetNotNull: (memory, table, { name }, source) =>
    addConstraint(memory, table, { contype: 'CONSTR_NOTNULL' }, name ?? '', source),
  AT_DropNotNull: (_, table, { name }) =>
    editColumn(table, name, (column) => ({ ...column, notNull: false, notNullName: null })),
  AT_AlterColumnType: (memory, table, { name, def }) => {
    const type = typeText(nodeOf(def, 'ColumnDef')?.typeName, memory);
    editColumn(table, name, (column) => ({
      ...column,
      type: type.type,
      baseType: type.baseType,
      hashable: type.hashable,
      default: column.default?.replace(/^('(?:[^']|'')*')::.*$/s, `$1::${type.baseType}`) ?? null,
    }));
  },
  AT_AddConstraint: (memory, table, { def }, source) => {
    const constraint = nodeOf(def, 'Constraint');
    if (constraint !== undefined) addConstraint(memory, table, constraint, null, source);
  },
  AT_DropConstraint: (memory, table, { name }) => dropConstraint(memory, table, name ?? ''),
  AT_ValidateConstraint: (_, table, { name }) => {
    table.checks = table.checks.map((check) => (check.name === name ? { ...check, validated: true } : check));
    table.foreignKeys = table.foreignKeys.map((key) =>
      key.name === name ? { ...key, validated: true } : key,
    );
  },
  AT_AddIdentity: (memory, table, { name, def }, source) => {
    const when = nodeOf(def, 'Constraint')?.generated_when;
    editColumn(table, name, (column) => ({ ...column, identity: when === 'a' ? 'always' : 'by default' }));
    addConstraint(memory, table, { contype: 'CONSTR_NOTNULL' }, name ?? '', source);
  },
  AT_DropIdentity: (_, table, { name }) =>
    editColumn(table, name, (column) => ({ ...column, identity: null, identitySequence: null })),
  AT_DropExpression: (_, table, { name }) => {
    editColumn(table, name, (column) => ({ ...column, generated: null }));
    table.dependents = table.dependents.filter(
      (each) => each.kind !== 'generated column' || each.name !== name,
    );
  },
  AT_EnableRowSecurity: (_, table) => {
    table.rowSecurity = true;
  },
  AT_DisableRowSecurity: (_, table) => {
    table.rowSecurity = false;
  },
  AT_AttachPartition: (memory, table, { def }, source) => {
    const command = nodeOf(def, 'PartitionCmd');
    const child = memory.tables.get(labelOf(relationOf(memory, command?.name)));
    if (child === undefined) return;
    child.kind = 'partition';
    child.parent = {
      relation: table,
      bound: partitionBound(source, command?.name?.location ?? 0),
    };
  },
  AT_DetachPartition: (memory, _, { def }) => {
    const child = memory.tables.get(labelOf(relationOf(memory, nodeOf(def, 'PartitionCmd')?.name)));
    if (child === undefined) return;
    child.kind = child.partitionStrategy === null ? 'table' : 'partitioned table';
    child.parent = null;
  },
};

/** ALTER TABLE: each command in its turn. Commands that change nothing a plan rests on are passed over. */
export function alterTable(memory: Memory, statement: AlterTableStmt, source: SourceText): void {
  const table = memory.tables.get(labelOf(relationOf(memory, statement.relation)));
  if (table === undefined) return;
  for (const command of nodesOf(statement.cmds, 'AlterTableCmd'))
    EDITS[command.subtype ?? '']?.(memory, table, command, source);
}

/** RENAME COLUMN, wherever the name stands, in the table and all below it. */
export function renameColumn(memory: Memory, table: MemoryTable, from: string, to: string): void {
  renameOwnColumn(memory, table, from, to);
  for (const below of [...memory.tables.values()])
    if (
      [below.parent?.relation, ...below.inherits].some(
        (each) => each !== undefined && labelOf(each) === labelOf(table),
      )
    )
      renameColumn(memory, below, from, to);
}

function renameOwnColumn(memory: Memory, table: MemoryTable, from: string, to: string): void {
  const renamed = (name: string) => (name === from ? to : name);
  editColumn(table, from, (column) => ({ ...column, name: to }));
  table.partitionKey = table.partitionKey.map(renamed);
  table.checks = table.checks.map((check) => ({
    ...check,
    columns: check.columns.map(renamed),
    expression: renameIn(check.expression, from, to),
  }));
  table.indexes = table.indexes.map((index) =>
    withDefinition(table, {
      ...index,
      columns: index.columns.map((column) => ({
        ...column,
        name: column.name === null ? null : renamed(column.name),
        expression: column.expression === null ? null : renameIn(column.expression, from, to),
      })),
      include: index.include.map(renamed),
      predicate: index.predicate === null ? null : renameIn(index.predicate, from, to),
    }),
  );
  table.foreignKeys = table.foreignKeys.map((key) => ({ ...key, columns: key.columns.map(renamed) }));
  table.dependents = table.dependents.map((each) => ({ ...each, column: renamed(each.column) }));
  for (const other of memory.tables.values())
    other.foreignKeys = other.foreignKeys.map((key) =>
      labelOf(key.references) === labelOf(table)
        ? { ...key, referencedColumns: key.referencedColumns.map(renamed) }
        : key,
    );
  for (const [label, view] of memory.views)
    memory.views.set(label, {
      ...view,
      uses: view.uses.map((use) =>
        labelOf(use.table) === labelOf(table) ? { ...use, column: renamed(use.column) } : use,
      ),
    });
}

const renameIn = (expression: string, from: string, to: string): string => {
  const plain = from.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return expression.replaceAll(
    new RegExp(`"${plain}"|(?<![\\w"'])${plain}(?![\\w"'(])`, 'g'),
    quoteIdent(to),
  );
};
