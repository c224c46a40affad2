import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import type { ColumnInfo } from '../catalog';
import { nameOfRetired } from '../names';
import { changesColumns, type OperationDefinition, onTable } from '../operation-definition';
import { type OperationContext, type OperationPlan, relationLabel } from '../plan-parts';
import { recastPhases } from '../recast/recast-phases';
import { requireColumn, requireFreeName, requireIndexRights, requireKey } from '../refuse';
import {
  requireAddable,
  requireCopyable,
  requireNoDomainDefault,
  requireOneDefault,
  requireUnruled,
} from '../refuse-unfit';
import { requireMovable } from '../require-movable';
import { requireRowExpression } from '../require-row-expression';
import { type Recast, recastValue } from '../sync/recast';
import { requireType } from './change-type';

interface NewColumn {
  readonly name: string;
  readonly type: string | undefined;
  readonly up: string;
  readonly notNull: boolean;
  readonly index: boolean;
}

/** Old columns, each with the SQL that makes its value again, and the new ones with the SQL that makes theirs. */
interface Sides {
  readonly olds: readonly { readonly name: string; readonly down: string }[];
  readonly news: readonly NewColumn[];
}

function requireRecastable(context: OperationContext, name: string): ColumnInfo {
  const column = requireColumn(context.table, name);
  requireMovable(context.table, column);
  requireNoDomainDefault(context.table, name, column);
  requireOneDefault(context.table, name);
  if (column.default === null) return column;
  throw new SegueError(
    'unsupported',
    `"${relationLabel(context.table)}.${name}" has a default, so a row does not tell which side was written.`,
    { object: `${relationLabel(context.table)}.${name}`, next: 'Drop the default first, with drop_default.' },
  );
}

function recastOf(context: OperationContext, sides: Sides): OperationPlan {
  const { table } = context;
  if (context.dualWrite === 'application')
    throw new SegueError(
      'unsupported',
      `"${relationLabel(table)}" can only be reshaped with managed dual writes.`,
      {
        object: relationLabel(table),
        next: 'Choose managed dual writes.',
      },
    );
  requireUnruled(table);
  const oldNames = sides.olds.map((column) => column.name);
  const newNames = sides.news.map((column) => column.name);
  const columns = oldNames.map((name) => requireRecastable(context, name));
  const [first] = columns;
  if (new Set([...oldNames, ...newNames]).size < 3 || first === undefined)
    throw new SegueError('invalid_input', 'The columns must have different names.', {
      object: relationLabel(table),
      next: 'Give each column a name of its own.',
    });
  if (sides.news.some((column) => column.index)) requireIndexRights(table);
  const news = sides.news.map((column): Recast['news'][number] => {
    requireFreeName(table, column.name);
    requireRowExpression(context.catalog, table, column.up, oldNames, 'up');
    const { name, up: from, notNull, index } = column;
    if (column.type === undefined) {
      requireCopyable(table, first);
      return { name, type: first.type, comparable: first, from, notNull, index };
    }
    const known = requireType(context, column.type, column.name);
    requireAddable(table, column.name, known);
    requireNoDomainDefault(table, column.name, known);
    const { type, baseType } = known;
    return { name, type, comparable: { baseType, deterministic: true }, from, notNull, index };
  });
  const olds = columns.map((column, index) => {
    const from = sides.olds[index]?.down ?? 'NULL';
    requireRowExpression(context.catalog, table, from, newNames, 'down');
    return {
      name: column.name,
      type: column.type,
      comparable: column,
      from,
      column,
      retiredName: nameOfRetired(context.tag, column.name),
    };
  });
  const recast: Recast = {
    table: { schema: table.schema, name: table.name },
    key: requireKey(table),
    olds,
    news,
    tag: context.tag,
    operation: context.index,
    transition: context.transition,
  };
  const made = news.map((column) => `${recastValue(column, 't')} AS ${quoteIdent(column.name)}`).join(', ');
  const again = olds.map((column) => recastValue(column, 's')).join(', ');
  return {
    ...recastPhases(context, recast),
    trials: [
      {
        sql: [
          `SELECT ${again} FROM (SELECT ${made} FROM (SELECT * FROM ${quoteName(table)} LIMIT 1000) AS t) AS s`,
        ],
        field: sides.olds.length === 1 ? 'down' : 'up',
      },
    ],
  };
}

/** One column becomes two, with the person's SQL there and back. */
export const splitColumn: OperationDefinition<'split_column'> = {
  compile: onTable((operation: OperationOf<'split_column'>, context) =>
    recastOf(context, {
      olds: [{ name: operation.column, down: operation.down }],
      news: [
        {
          name: operation.first,
          type: operation.firstType,
          up: operation.firstUp,
          notNull: operation.firstNotNull,
          index: operation.firstIndex,
        },
        {
          name: operation.second,
          type: operation.secondType,
          up: operation.secondUp,
          notNull: operation.secondNotNull,
          index: operation.secondIndex,
        },
      ],
    }),
  ),
  touches: changesColumns(({ column, first, second }) => [column, first, second]),
  expressions: ({ firstUp, secondUp, down }) => [firstUp, secondUp, down],
  types: ({ firstType, secondType }) => [firstType, secondType].filter((type) => type !== undefined),
};

/** Two columns become one, with the person's SQL there and back. */
export const mergeColumns: OperationDefinition<'merge_columns'> = {
  compile: onTable((operation: OperationOf<'merge_columns'>, context) =>
    recastOf(context, {
      olds: [
        { name: operation.first, down: operation.firstDown },
        { name: operation.second, down: operation.secondDown },
      ],
      news: [
        {
          name: operation.to,
          type: operation.type,
          up: operation.up,
          notNull: operation.notNull,
          index: operation.index,
        },
      ],
    }),
  ),
  touches: changesColumns(({ first, second, to }) => [first, second, to]),
  expressions: ({ up, firstDown, secondDown }) => [up, firstDown, secondDown],
  types: ({ type }) => (type === undefined ? [] : [type]),
};
