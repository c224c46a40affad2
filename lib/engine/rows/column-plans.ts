import type { ColumnInfo, ForeignKey, IndexInfo, TableInfo } from '@/lib/planner/catalog';
import { both, limitsOf, type ValueLimits } from './check-limits';
import type { TypeShape } from './type-shapes';

/** How values of one column are made. */
export interface ColumnPlan {
  readonly name: string;
  readonly type: string;
  readonly shape: TypeShape;
  readonly notNull: boolean;
  readonly unique: boolean;
  readonly limits: ValueLimits;
  readonly default: string | null;
  /** What it will become, where that is another type. */
  readonly convertible?: TypeShape;
}

/** How the rows of one table are made. */
export interface TablePlan {
  readonly table: TableInfo;
  readonly columns: readonly ColumnPlan[];
  readonly foreignKeys: readonly ForeignKey[];
  /** Column lists of which no two rows may have the same values. */
  readonly uniqueLists: readonly (readonly string[])[];
}

const UNKNOWN: TypeShape = { base: '', modifiers: [], array: false, labels: [], domain: false };

const fillsItself = (column: ColumnInfo) =>
  column.generated !== null || column.identity !== null || (column.default?.startsWith('nextval(') ?? false);

/** Columns that an index wants to be different, taken one by one: where it is over one alone, or over an expression. */
function differing(index: IndexInfo, column: string): boolean {
  if (!index.unique && !index.exclusion) return false;
  if (index.columns.length === 1 && index.columns[0]?.name === column) return true;
  return index.columns.some(
    ({ expression }) => expression !== null && new RegExp(`\\b${column}\\b`).test(expression),
  );
}

const nameList = (index: IndexInfo): string[] => index.columns.flatMap(({ name }) => name ?? []);

/** A narrower type's numbers and lengths hold for the wider one's values too. */
function narrower(shape: TypeShape, end: TypeShape | undefined): TypeShape {
  if (end === undefined || end.array !== shape.array) return shape;
  const whole = ['smallint', 'integer', 'bigint'];
  if (whole.includes(shape.base) && whole.includes(end.base))
    return whole.indexOf(end.base) < whole.indexOf(shape.base) ? end : shape;
  const [own, other] = [shape.modifiers[0], end.modifiers[0]];
  if (/^(text|character varying)$/.test(shape.base) && /^character/.test(end.base) && other !== undefined)
    return { ...shape, modifiers: [Math.min(own ?? other, other)] };
  if (shape.labels.length > 0 && end.labels.length > 0) {
    const labels = shape.labels.filter((label) => end.labels.includes(label));
    return labels.length > 0 ? { ...shape, labels } : shape;
  }
  return shape;
}

/**
 * How to fill a table so that its rows satisfy it as it is, and, as far as its columns are there, as it will be (`end`): a change
 * under test shall find rows that it can change. `strict`: no NULL in what will be NOT NULL. Pure.
 */
export function planTable(
  table: TableInfo,
  end: TableInfo | undefined,
  shapes: ReadonlyMap<string, TypeShape>,
  endShapes: ReadonlyMap<string, TypeShape>,
  strict: boolean,
): TablePlan {
  const has = (names: readonly string[]) =>
    names.every((name) => table.columns.some((column) => column.name === name));
  const indexes = [...table.indexes, ...(end?.indexes ?? [])];
  const foreignKeys = [
    ...table.foreignKeys,
    ...(end?.foreignKeys ?? []).filter(
      (key) =>
        has(key.columns) && !table.foreignKeys.some((own) => own.columns.join() === key.columns.join()),
    ),
  ];
  const columns = table.columns
    .filter((column) => !fillsItself(column))
    .map((column): ColumnPlan => {
      const later = end?.columns.find(({ name }) => name === column.name);
      const own = shapes.get(column.type) ?? UNKNOWN;
      const changed =
        later !== undefined && later.type !== column.type ? endShapes.get(later.type) : undefined;
      return {
        name: column.name,
        type: column.type,
        shape: narrower(own, changed),
        notNull: column.notNull || (strict && later?.notNull === true),
        unique: indexes.some((index) => differing(index, column.name)),
        limits: both(limitsOf(column.name, table.checks), limitsOf(column.name, end?.checks ?? [])),
        default: column.default,
        ...(changed === undefined ? {} : { convertible: changed }),
      };
    });
  const uniqueLists = indexes
    .filter((index) => index.unique && index.columns.every(({ name }) => name !== null))
    .map(nameList)
    .filter(
      (names) => names.length > 0 && names.every((name) => columns.some((column) => column.name === name)),
    );
  return { table, columns, foreignKeys, uniqueLists };
}
