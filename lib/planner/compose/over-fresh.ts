import type { Operation, OperationOf } from '@/lib/core/operation';
import { quoteIdent } from '@/lib/core/sql-text';
import { parseExpression, replaceColumns } from '@/lib/sql/expression';
import { columnsThatNameKeys, parseIndexKeys, replaceInIndexKeys } from '@/lib/sql/index-keys';
import { relationLabel } from '../plan-parts';

/** An operation that reads a replaced column, said of the column that takes its place. */
export interface OverFresh {
  readonly operation: Operation;
  /** The index that it builds, where that has a column named after the replaced one. */
  readonly index: string | null;
}

const usualName = (
  { table }: { readonly table: { readonly name: string } },
  columns: readonly string[],
  suffix: string,
): string => [table.name, ...columns, suffix].join('_');

function indexOver(later: OperationOf<'add_index'>, name: string, fresh: string): OverFresh | null {
  const rename = (column: string) => (column === name ? fresh : column);
  const replace = (column: string) => (column === name ? quoteIdent(fresh) : null);
  const keys = later.keys === undefined ? [] : parseIndexKeys(later.keys).columns;
  const where = later.where === undefined ? null : parseExpression(later.where);
  const mentioned = [
    ...(later.columns ?? []),
    ...keys,
    ...(later.include ?? []),
    ...(where?.columns.map((column) => column.name) ?? []),
  ];
  if (!mentioned.includes(name)) return null;
  const called = later.name ?? usualName(later, later.columns ?? keys, later.unique === true ? 'key' : 'idx');
  const named = [
    ...(later.columns ?? []),
    ...(later.keys === undefined ? [] : columnsThatNameKeys(later.keys)),
    ...(later.include ?? []),
  ];
  return {
    operation: {
      ...later,
      columns: later.columns?.map(rename),
      keys: later.keys === undefined ? undefined : replaceInIndexKeys(later.keys, replace),
      include: later.include?.map(rename),
      where: where === null ? undefined : replaceColumns(where, replace),
      name: called,
    },
    index: named.includes(name) ? called : null,
  };
}

/** The same operation over the column that takes the place of another one under its name; null: it does not read that one. */
export function overFresh(
  replaced: { readonly table: { readonly schema: string; readonly name: string }; readonly column: string },
  later: Operation,
  fresh: string,
): OverFresh | null {
  const name = replaced.column;
  const isOwn = 'table' in later && relationLabel(later.table) === relationLabel(replaced.table);
  if (!isOwn) return null;
  const map = (columns: readonly string[]) => columns.map((column) => (column === name ? fresh : column));
  switch (later.kind) {
    case 'add_foreign_key':
      return later.columns.includes(name)
        ? { operation: { ...later, columns: map(later.columns), index: false }, index: null }
        : null;
    case 'add_unique': {
      const called = later.name ?? usualName(later, later.columns, 'key');
      return later.columns.includes(name)
        ? { operation: { ...later, columns: map(later.columns), name: called }, index: called }
        : null;
    }
    case 'add_index':
      return indexOver(later, name, fresh);
    case 'add_check': {
      const check = parseExpression(later.check);
      return check.columns.some((column) => column.name === name)
        ? {
            operation: {
              ...later,
              check: replaceColumns(check, (column) => (column === name ? quoteIdent(fresh) : null)),
            },
            index: null,
          }
        : null;
    }
    default:
      return null;
  }
}
