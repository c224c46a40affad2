import type { OperationOf } from '@/lib/core/operation';
import { quoteIdent } from '@/lib/core/sql-text';
import type { ColumnInfo } from '../catalog';
import { nameOfRetired } from '../names';
import { changesColumns, type OperationDefinition, onAnyTable } from '../operation-definition';
import { withoutDropped } from '../pair/without-dropped';
import { pairPhases } from '../pair-phases';
import { type OperationContext, type OperationPlan, relationLabel } from '../plan-parts';
import { refuse, requireColumn, requireFreeName, requireKey, requireUnpartitioned } from '../refuse';
import { requireCopyable } from '../refuse-unfit';
import { requireMovable } from '../require-movable';
import { requireRowExpression } from '../require-row-expression';
import { columnRewrite } from '../sql-rewrite';
import { coerced } from '../sync/pair';
import { triggerFindings } from '../trigger-findings';
import { userDefaultFindings } from '../user-default-findings';

/** A column of the primary key goes on to be one under its new name; what would lose the key with it stands in the way. */
function requireKeyMovable({ table, dualWrite }: OperationContext, column: ColumnInfo): void {
  const label = `${relationLabel(table)}.${column.name}`;
  if (table.key?.some(({ name }) => name === column.name) !== true) return;
  requireUnpartitioned(table);
  if (dualWrite === 'application')
    refuse(`"${label}" is part of the key of its table.`, label, 'Choose managed dual writes.');
  const view = table.constraints.find(({ type }) => type === 'primary key')?.dependents[0];
  if (view !== undefined && table.primaryKey.includes(column.name))
    refuse(
      `The view "${view}" groups by the primary key with "${label}" and would go with it.`,
      label,
      `Let "${view}" group by all columns that it shows, first.`,
    );
}

/** A rename: a new column of the same type beside the old one, kept the same until the old one is deleted. Throws where the column cannot be mirrored. */
function renameColumnTo(operation: OperationOf<'rename_column'>, context: OperationContext): OperationPlan {
  const { table } = context;
  const old = requireColumn(table, operation.from);
  requireFreeName(table, operation.to);
  requireMovable(table, old, ['view', 'primary key']);
  requireKeyMovable(context, old);
  requireCopyable(table, old);
  const { wishes } = context;
  const fill = old.notNull ? undefined : wishes?.notNull?.value;
  if (fill !== undefined) requireRowExpression(context.catalog, table, fill, [], 'value for NULL');
  const filled = fill === undefined ? null : coerced(fill, old.type);
  const copy = { apply: (source: string) => source, onFailure: { kind: 'none' } as const };
  return pairPhases(
    withoutDropped(context),
    {
      table: { schema: table.schema, name: table.name },
      key: requireKey(table),
      old,
      newName: operation.to,
      newType: old.type,
      newComparable: old,
      // NULL of the old column is the new one's value.
      converts: filled !== null,
      ...(wishes?.default === undefined ? {} : { newDefault: wishes.default }),
      ...(filled === null
        ? {}
        : { fills: filled, ...(wishes?.default === undefined ? { newDefault: old.default } : {}) }),
      up: filled === null ? copy : { ...copy, apply: (source) => `coalesce(${source}, ${filled})` },
      down: copy,
      mirrored: [],
      operation: context.index,
      part: 0,
      spoken: { old: old.name, fresh: operation.to },
      tag: context.tag,
      transition: context.transition,
      retiredName: nameOfRetired(context.tag, old.name),
      swaps: false,
      ...(operation.keepNames === true ? { keepsNames: true as const } : {}),
      mirroredAs: old.name,
    },
    columnRewrite(old.name, quoteIdent(operation.to)),
    [...triggerFindings(table, old.name, context.index), ...userDefaultFindings(table, old, context.index)],
  );
}

export const renameColumn: OperationDefinition<'rename_column'> = {
  compile: onAnyTable(renameColumnTo),
  touches: changesColumns(({ from, to }) => [from, to]),
};
