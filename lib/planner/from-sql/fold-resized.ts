import { parseSync } from 'libpg-query';
import type { Operation } from '@/lib/core/operation';
import { type NodeOf, nodeOf, nodesOf } from '@/lib/sql/ast';
import { updateParts } from '@/lib/sql/update-parts';
import { labelOf, type Memory, type MemoryTable } from '../memory-catalog/memory';
import type { Part } from './part';
import { isOn, type OfKind, operationOf } from './part-list';

/** How many characters a text type holds; Infinity: any number, null: it is none. */
function lengthOf(type: string): number | null {
  if (/^(text|character varying|varchar)$/i.test(type.trim())) return Number.POSITIVE_INFINITY;
  const length = /^(?:character varying|varchar)\s*\((\d+)\)$/i.exec(type.trim())?.[1];
  return length === undefined ? null : Number(length);
}

/** The shorter of the two lengths of a text column that only changes its length; null: it is no such change. */
function shorterOf(table: MemoryTable, { column, type, to, up, down }: OfKind<'change_type'>): number | null {
  const before = lengthOf(table.columns.find(({ name }) => name === column)?.type ?? '');
  const after = lengthOf(type);
  const plain = to === undefined && up === undefined && down === undefined;
  return plain && before !== null && after !== null ? Math.min(before, after) : null;
}

const fits = (value: unknown, column: string, length: number): boolean => {
  const text = nodeOf(value, 'A_Const')?.sval?.sval;
  if (text !== undefined) return [...text].length <= length;
  if (nodeOf(value, 'A_Const')?.isnull === true) return true;
  const fields = nodeOf(value, 'ColumnRef')?.fields;
  return nodesOf(fields, 'String').at(-1)?.sval === column;
};

const expression = (sql: string): unknown =>
  nodesOf(nodeOf(parseSync(`SELECT (${sql}\n)`).stmts?.[0]?.stmt, 'SelectStmt')?.targetList, 'ResTarget')[0]
    ?.val;

/** The values that an INSERT gives a column; null: it cannot be told. */
function inserted(insert: NodeOf<'InsertStmt'>, column: string): readonly unknown[] | null {
  const at = nodesOf(insert.cols, 'ResTarget').findIndex(({ name }) => name === column);
  const select = nodeOf(insert.selectStmt, 'SelectStmt');
  if (insert.cols === undefined || select === undefined || insert.onConflictClause !== undefined) return null;
  if (at < 0) return [];
  if (select.valuesLists !== undefined)
    return nodesOf(select.valuesLists, 'List').map(({ items }) => items?.[at]);
  if (select.op !== 'SETOP_NONE') return null;
  return [nodesOf(select.targetList, 'ResTarget')[at]?.val];
}

/** True where rows are changed so that every value of the column still fits both types. */
function keepsWithin(operation: Operation, table: MemoryTable, column: string, length: number): boolean {
  if (operation.kind === 'delete_rows') return true;
  if (operation.kind === 'update_rows') {
    const { sets } = updateParts({
      alias: operation.as ?? operation.table.name,
      set: operation.set,
      from: null,
      where: null,
    });
    return sets.every(
      (each) =>
        each.column !== column || (each.value !== null && fits(expression(each.value), column, length)),
    );
  }
  if (operation.kind !== 'free_sql') return false;
  return (parseSync(operation.up).stmts ?? []).every(({ stmt }) => {
    const inner = nodesOf(nodeOf(stmt, 'InsertStmt')?.withClause?.ctes, 'CommonTableExpr').map(
      ({ ctequery }) => ctequery,
    );
    return [stmt, ...inner].every((each) => {
      const insert = nodeOf(each, 'InsertStmt');
      if (insert?.relation?.relname !== table.name) return nodeOf(each, 'UpdateStmt') === undefined;
      return inserted(insert, column)?.every((value) => fits(value, column, length)) ?? false;
    });
  });
}

const movesRows = (operation: Operation, table: MemoryTable): boolean =>
  operation.kind === 'free_sql'
    ? operation.phase === 'dual_write' &&
      (operation.tables ?? []).some((each) => labelOf(each) === labelOf(table))
    : (operation.kind === 'update_rows' || operation.kind === 'delete_rows') && isOn(operation, table);

/**
 * A text column that gets longer or shorter, and rows that the file changes after it: where every value fits both types, the rows
 * may as well be changed before, so that the new column is made from what they are then.
 */
export function foldResized(given: readonly Part[], start: Memory): readonly Part[] {
  let parts = given;
  for (const part of given) {
    const change = operationOf(part, 'change_type');
    const table = change === null ? undefined : start.tables.get(labelOf(change.table));
    const length = change === null || table === undefined ? null : shorterOf(table, change);
    if (change === null || table === undefined || length === null) continue;
    const at = parts.indexOf(part);
    const moving = parts.filter(
      (each, place) => place > at && each.kind === 'operation' && movesRows(each.operation, table),
    );
    const fit = moving.every(
      (each) => each.kind !== 'operation' || keepsWithin(each.operation, table, change.column, length),
    );
    const last = moving.at(-1);
    if (!fit || last === undefined) continue;
    parts = parts.flatMap((each) => (each === part ? [] : each === last ? [each, part] : [each]));
  }
  return parts;
}
