import type { ColumnInfo, IndexInfo, TableInfo } from '@/lib/planner/catalog';
import { parseExpression } from '@/lib/sql/expression';
import { labelOf, type Scene } from './scene';
import { isUnknown } from './unknown-table';

/** The column; null where nothing is known of the table. Refused where the table is known and does not have it. */
export function columnOf(scene: Scene, table: TableInfo, name: string): ColumnInfo | null {
  const found = table.columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  if (isUnknown(table)) return null;
  return scene.refuse('42703', `Table ${labelOf(table)} has no column ${name}.`);
}

/** The column came with an inheritance parent or the partitioned table above. */
export function isInherited(scene: Scene, table: TableInfo, column: string): boolean {
  return scene.ancestors(table).some((parent) => parent.columns.some(({ name }) => name === column));
}

const columnsIn = (expression: string | null): string[] =>
  expression === null ? [] : parseExpression(expression).columns.map(({ name }) => name);

/** What an index has to do with a column. */
export function indexUse(index: IndexInfo, column: string): 'key' | 'computed' | 'included' | null {
  const inExpression = index.columns.some((key) => columnsIn(key.expression).includes(column));
  const named = index.columns.some((key) => key.name === column);
  const computed = index.predicate !== null || index.columns.some((key) => key.expression !== null);
  if (inExpression || columnsIn(index.predicate).includes(column)) return 'computed';
  if (named) return computed ? 'computed' : 'key';
  if (index.include.includes(column)) return computed ? 'computed' : 'included';
  return null;
}

/** Dependents of a column that stand in the way of a change of its type. */
export function typeBlockers(table: TableInfo, column: string): string[] {
  const blocking = new Set([
    'view',
    'materialized view',
    'rule',
    'policy',
    'trigger',
    'generated column',
    'publication',
  ]);
  return table.dependents
    .filter((dependent) => dependent.column === column && blocking.has(dependent.kind))
    .map(({ kind, name }) => `${kind} ${name}`);
}
