import { type NodeOf, namesOf, nodeOf } from '@/lib/sql/ast';
import { renameColumn } from './alter-table';
import { withDefinition } from './index-info';
import { labelOf, type Memory, type MemoryTable, relationOf, resolveName } from './memory';

/** A table under another name or in another schema: whatever points at it goes along. */
function moveTable(
  memory: Memory,
  table: MemoryTable,
  to: { readonly schema: string; readonly name: string },
): void {
  const from = labelOf(table);
  const moved: MemoryTable = { ...table, schema: to.schema, name: to.name };
  moved.indexes = moved.indexes.map((index) => withDefinition(moved, index));
  memory.tables.delete(from);
  memory.tables.set(labelOf(to), moved);
  for (const other of memory.tables.values()) {
    other.foreignKeys = other.foreignKeys.map((key) =>
      labelOf(key.references) === from ? { ...key, references: { schema: to.schema, name: to.name } } : key,
    );
    if (other.parent !== null && labelOf(other.parent.relation) === from)
      other.parent = { ...other.parent, relation: { schema: to.schema, name: to.name } };
  }
  for (const [label, view] of memory.views)
    memory.views.set(label, {
      ...view,
      uses: view.uses.map((use) =>
        labelOf(use.table) === from ? { ...use, table: { schema: to.schema, name: to.name } } : use,
      ),
    });
}

function renameIndex(memory: Memory, schema: string, from: string, to: string): void {
  for (const table of memory.tables.values()) {
    if (table.schema !== schema) continue;
    table.indexes = table.indexes.map((index) =>
      index.name === from
        ? withDefinition(table, { ...index, name: to, constraint: index.constraint === null ? null : to })
        : index,
    );
  }
}

function renameConstraint(table: MemoryTable, from: string, to: string): void {
  const renamed = <T extends { readonly name: string }>(each: T): T =>
    each.name === from ? { ...each, name: to } : each;
  table.checks = table.checks.map(renamed);
  table.foreignKeys = table.foreignKeys.map(renamed);
  table.indexes = table.indexes.map((index) =>
    index.constraint === from ? withDefinition(table, { ...index, name: to, constraint: to }) : index,
  );
  table.columns = table.columns.map((column) =>
    column.notNullName === from ? { ...column, notNullName: to } : column,
  );
}

/** ALTER … RENAME: tables, columns, constraints, indexes, types and their values, schemas. */
export function rename(memory: Memory, statement: NodeOf<'RenameStmt'>): void {
  const to = statement.newname ?? '';
  const from = statement.subname ?? '';
  const relation = relationOf(memory, statement.relation);
  const table = memory.tables.get(labelOf(relation));
  switch (statement.renameType) {
    case 'OBJECT_COLUMN':
      if (table !== undefined) renameColumn(memory, table, from, to);
      return;
    case 'OBJECT_TABCONSTRAINT':
      if (table !== undefined) renameConstraint(table, from, to);
      return;
    case 'OBJECT_TABLE':
      if (table !== undefined) moveTable(memory, table, { schema: table.schema, name: to });
      return;
    case 'OBJECT_INDEX':
      renameIndex(memory, relation.schema, relation.name, to);
      return;
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW': {
      const view = memory.views.get(labelOf(relation));
      if (view === undefined) return;
      memory.views.delete(labelOf(relation));
      memory.views.set(labelOf({ schema: view.schema, name: to }), { ...view, name: to });
      return;
    }
    case 'OBJECT_TYPE': {
      const names = namesOf(nodeOf(statement.object, 'List')?.items);
      const old = resolveName(
        memory,
        { schema: names.length > 1 ? (names[0] ?? null) : null, name: names.at(-1) ?? '' },
        memory.enums,
      );
      renameType(memory, old, { schema: old.schema, name: to });
      return;
    }
    default:
  }
}

function renameType(
  memory: Memory,
  from: { schema: string; name: string },
  to: { schema: string; name: string },
): void {
  const found = memory.enums.get(labelOf(from));
  if (found === undefined) return;
  memory.enums.delete(labelOf(from));
  memory.enums.set(labelOf(to), { ...found, relation: to });
  const old = labelOf(from);
  for (const table of memory.tables.values())
    table.columns = table.columns.map((column) => {
      if (column.baseType !== old && column.baseType !== `${old}[]`) return column;
      const type = column.type.replace(old, labelOf(to));
      return {
        ...column,
        type,
        baseType: type,
        default: column.default?.replaceAll(`::${old}`, `::${labelOf(to)}`) ?? null,
      };
    });
}

/** ALTER … SET SCHEMA of a table. */
export function setSchema(memory: Memory, statement: NodeOf<'AlterObjectSchemaStmt'>): void {
  const table = memory.tables.get(labelOf(relationOf(memory, statement.relation)));
  if (table !== undefined && statement.objectType === 'OBJECT_TABLE')
    moveTable(memory, table, { schema: statement.newschema ?? table.schema, name: table.name });
}
