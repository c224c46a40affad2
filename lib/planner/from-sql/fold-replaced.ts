import type { Operation } from '@/lib/core/operation';
import { quoteIdent } from '@/lib/core/sql-text';
import { parseExpression } from '@/lib/sql/expression';
import type { ColumnInfo } from '../catalog';
import { labelOf, type Memory, type MemoryTable } from '../memory-catalog/memory';
import type { Need, Part } from './part';
import { findNext, isOn, join, type OfKind, operationOf } from './part-list';

type Added = OfKind<'add_column'>;

/** What hangs on the old column would come along to the new one, which the file does not say. */
const isBare = (table: MemoryTable, column: string): boolean =>
  !table.indexes.some(
    (index) =>
      index.columns.some(({ name }) => name === column) || index.definition.includes(quoteIdent(column)),
  ) &&
  !table.foreignKeys.some(({ columns }) => columns.includes(column)) &&
  !table.checks.some(({ columns }) => columns.includes(column));

/** Nothing but the column, cast or not. */
const isColumn = (expression: string, column: string): boolean =>
  new RegExp(`^\\(*(?:"${column}"|${column})\\)*(?:::[\\w\\s().,"]+)?$`).test(expression.trim());

function askForDown(label: string, column: string): Need {
  return {
    question: {
      id: `down:${label}`,
      kind: 'value',
      text: `${label} takes the place of ${column}: what does old code find in ${column} for a value of ${label}?`,
      options: [],
      suggestion: null,
      required: true,
    },
    apply: (operation, answer) =>
      operation.kind === 'change_type' ? { ...operation, down: answer } : operation,
  };
}

/** The one change that an added, filled column and a dropped one are; null: they are two. */
function replacement(
  table: MemoryTable,
  old: ColumnInfo,
  added: Added,
): { readonly operation: Operation; readonly needs: readonly Need[] } | null {
  const { value, column, type } = added;
  if (value === undefined || old.notNull === added.nullable || (added.default ?? null) !== old.default)
    return null;
  const names = parseExpression(value).columns.map(({ name }) => name);
  if (names.length === 0 || names.some((name) => name !== old.name) || !isBare(table, old.name)) return null;
  const relation = { schema: table.schema, name: table.name };
  const plain = isColumn(value, old.name);
  if (plain && old.type === type)
    return { operation: { kind: 'rename_column', table: relation, from: old.name, to: column }, needs: [] };
  return {
    operation: {
      kind: 'change_type',
      table: relation,
      column: old.name,
      to: column,
      type,
      up: plain ? undefined : value,
      down: undefined,
      onFailure: undefined,
    },
    needs: plain ? [] : [askForDown(`${labelOf(table)}.${column}`, old.name)],
  };
}

/** A new column that is filled from one which the file then drops: both are kept the same until then. */
export function foldReplaced(given: readonly Part[], start: Memory): readonly Part[] {
  let parts = given;
  for (let at = 0; at < parts.length; at += 1) {
    const added = operationOf(parts[at], 'add_column');
    const table = added === null ? undefined : start.tables.get(labelOf(added.table));
    if (added === null || table === undefined) continue;
    const dropped = findNext(parts, at, 'drop_column', (operation) => {
      const old = table.columns.find(({ name }) => name === operation.column);
      return isOn(operation, table) && old !== undefined && replacement(table, old, added) !== null;
    });
    const gone = operationOf(parts[dropped], 'drop_column');
    const old = table.columns.find(({ name }) => name === gone?.column);
    const made = old === undefined ? null : replacement(table, old, added);
    if (made === null || old === undefined) continue;
    parts = join(parts, at, dropped, made);
    const renamed = findNext(
      parts,
      at,
      'rename_column',
      (operation) => isOn(operation, table) && operation.from === added.column && operation.to === old.name,
    );
    if (renamed >= 0 && made.operation.kind === 'change_type')
      parts = join(parts, at, renamed, { operation: { ...made.operation, to: undefined } });
  }
  return parts;
}
