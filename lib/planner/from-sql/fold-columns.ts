import type { OperationOf } from '@/lib/core/operation';
import type { RelationName } from '@/lib/core/sql-text';
import { parseExpression } from '@/lib/sql/expression';
import { updateParts } from '@/lib/sql/update-parts';
import type { Part } from './part';
import { findNext, isOn, join, plainText, undisturbed } from './part-list';

/** What an UPDATE of all rows gives one new column, where it comes from the row alone; null: it is another kind of UPDATE. */
function valueFor(operation: OperationOf<'update_rows'>, column: string): string | null {
  const alias = operation.as ?? operation.table.name;
  if (operation.from !== undefined) return null;
  const everyRow =
    operation.where === undefined ||
    new RegExp(
      `^\\(?\\s*(?:"?${plainText(alias)}"?\\.)?"?${plainText(column)}"?\\s+IS\\s+NULL\\s*\\)?$`,
      'i',
    ).test(operation.where);
  const { sets } = updateParts({ alias, set: operation.set, from: null, where: operation.where ?? null });
  const [only] = sets;
  if (!everyRow || sets.length !== 1 || only?.column !== column || only.value === null) return null;
  const { hasSubquery, columns } = parseExpression(only.value);
  if (hasSubquery || columns.some(({ name }) => name === column)) return null;
  return withoutAlias(only.value, alias);
}

/** An expression over the row alone: the row's name before its columns says nothing. */
const withoutAlias = (expression: string, alias: string): string =>
  expression.replaceAll(
    new RegExp(`(?<![\\w".])(?:"${plainText(alias)}"|${plainText(alias)})\\.(?=["\\p{L}_])`, 'gu'),
    '',
  );

/** A new column whose default is changed or taken away again: the rows that are there got the first one. */
function foldDefault(parts: readonly Part[], at: number, added: OperationOf<'add_column'>): Part[] | null {
  if (added.default === undefined || added.value !== undefined) return null;
  const { table, column } = added;
  const same = (operation: { table: RelationName; column: string }) =>
    isOn(added, operation.table) && operation.column === column;
  const dropped = findNext(parts, at, 'drop_default', same);
  const set = findNext(parts, at, 'set_default', same);
  const next = [dropped, set].filter((index) => index >= 0).sort((a, b) => a - b)[0];
  if (next === undefined || !undisturbed(parts, at, next, table, column)) return null;
  const later = parts[next];
  const operation =
    later?.kind === 'operation' && later.operation.kind === 'set_default'
      ? later.operation.default
      : undefined;
  return join(parts, at, next, { operation: { ...added, value: added.default, default: operation } });
}

/** A new column, filled by the file's own UPDATE. */
function foldValue(parts: readonly Part[], at: number, added: OperationOf<'add_column'>): Part[] | null {
  if (added.value !== undefined || added.default !== undefined) return null;
  const next = findNext(
    parts,
    at,
    'update_rows',
    (operation) => isOn(operation, added.table) && valueFor(operation, added.column) !== null,
  );
  const update = parts[next];
  if (update?.kind !== 'operation' || update.operation.kind !== 'update_rows') return null;
  if (!undisturbed(parts, at, next, added.table, added.column)) return null;
  const value = valueFor(update.operation, added.column);
  return value === null ? null : join(parts, at, next, { operation: { ...added, value }, needs: [] });
}

/** A new column that becomes NOT NULL when it is filled. */
function foldNotNull(parts: readonly Part[], at: number, added: OperationOf<'add_column'>): Part[] | null {
  if (!added.nullable || (added.value === undefined && added.default === undefined)) return null;
  const next = findNext(
    parts,
    at,
    'set_not_null',
    (operation) => isOn(operation, added.table) && operation.column === added.column,
  );
  if (next < 0 || !undisturbed(parts, at, next, added.table, added.column)) return null;
  return join(parts, at, next, { operation: { ...added, nullable: false }, needs: [] });
}

const STEPS = [foldDefault, foldValue, foldNotNull];

/** ADD COLUMN with what the file does to the new column afterwards is one operation. */
export function foldColumns(given: readonly Part[]): readonly Part[] {
  let parts = given;
  for (let at = 0; at < parts.length; at += 1) {
    for (let step = 0; step < STEPS.length; step += 1) {
      const part = parts[at];
      if (part?.kind !== 'operation' || part.operation.kind !== 'add_column') break;
      const folded = STEPS[step]?.(parts, at, part.operation) ?? null;
      if (folded === null) continue;
      parts = folded;
      step = -1;
    }
  }
  return parts;
}
