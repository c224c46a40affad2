import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import type { ColumnInfo, TableInfo, TypeInfo } from '../catalog';
import { changesColumns, type OperationDefinition, onAnyTable } from '../operation-definition';
import { fillBeforeSwap } from '../pair/fill-before-swap';
import { withoutDropped } from '../pair/without-dropped';
import { pairPhases } from '../pair-phases';
import { type OperationContext, type OperationPlan, relationLabel } from '../plan-parts';
import { requireColumn, requireFreeName } from '../refuse';
import { requireMovable } from '../require-movable';
import { type Swapped, swapPhases } from '../swap-phases';
import { canStandIn, textLength } from '../sync/stand-in';
import { convertedColumn, isSpelled, keepsMeaning } from './converted-column';
import { isKey, linkedColumns } from './linked-columns';

/** The type as the server spells it. Throws where it does not exist. */
export function requireType(context: OperationContext, type: string, column: string): TypeInfo {
  const known = context.catalog.types[type];
  if (known !== undefined && known !== null) return known;
  const label = `${relationLabel(context.table)}.${column}`;
  throw new SegueError('bad_expression', `PostgreSQL does not know the type ${type} for "${label}".`, {
    object: label,
    next: 'Check the spelling; a type of your own needs its schema, as in public.mood.',
  });
}

/**
 * A change of type: a column of the new type beside the old one, converted both ways. With `to` the new column has a name of
 * its own; without, the two swap names at Switch. Throws where it cannot be done.
 */
function changeTypeOf(operation: OperationOf<'change_type'>, context: OperationContext): OperationPlan {
  const { table } = context;
  const old = requireColumn(table, operation.column);
  const label = `${relationLabel(table)}.${operation.column}`;
  const keepsName = operation.to === undefined || operation.to === operation.column;
  const to = operation.to ?? operation.column;
  if (!keepsName) requireFreeName(table, to);
  else if (context.dualWrite === 'application') {
    throw new SegueError(
      'unsupported',
      `"${label}" is to keep its name, so the application has no second column to write to.`,
      { object: label, next: 'Choose managed dual writes, or give the new column a name with "to".' },
    );
  }
  const family = context.family ?? { members: [], links: [] };
  const linked = keepsName && (isKey(table, old) || context.family !== undefined);
  requireMovable(table, old, linked ? ['key', 'view'] : ['view']);
  const type = requireType(context, operation.type, to);
  if (!linked) {
    const side = convertedColumn(operation, context, old, type, 0);
    return keepsName
      ? withFill(swapPhases([side], [], side.findings), [side])
      : pairPhases(withoutDropped(context), side.pair, side.rewrite, side.findings);
  }
  requireSameValues(context, operation, old, type);
  const { members, links } = linkedColumns(
    context,
    old,
    type,
    { ...family, alone: operation.alone === true },
    (member) => requireType(context, member.operation.type, member.operation.column),
  );
  const joined = (of: TableInfo) =>
    links.flatMap((link) =>
      relationLabel(link.context.table) === relationLabel(of) ? (link.old?.name ?? []) : [],
    );
  const retyped = new Map([
    ...(context.retyped ?? []),
    ...members.map((each) => [`${relationLabel(each.table)}.${each.column.name}`, each.type.type] as const),
  ]);
  const { wishes: _, ...others } = { ...context, retyped };
  const sides = members.map((member, index) => {
    const { own, column } = member;
    const given = own?.operation ?? { ...operation, column: column.name };
    const place =
      own === undefined
        ? { part: `${relationLabel(member.table)}.${column.name}` }
        : { index: own.index, ...(own.wishes === undefined ? {} : { wishes: own.wishes }) };
    const memberContext = { ...others, ...place, table: member.table };
    requireSameValues(memberContext, given, column, member.type);
    const number = own === undefined ? index + 1 : 0;
    return keyColumn(given, memberContext, column, member.type, number, joined(member.table));
  });
  const swapped = [
    keyColumn(operation, { ...context, retyped }, old, type, 0, joined(table)),
    ...sides,
  ] as const;
  const plan = swapPhases(
    swapped,
    links,
    swapped.flatMap((each) => each.findings),
  );
  return withFill(plan, swapped);
}

/** What goes with a key has the same values afterwards: nothing but their type changes. */
function requireSameValues(
  context: OperationContext,
  { up, down }: OperationOf<'change_type'>,
  old: ColumnInfo,
  type: TypeInfo,
): void {
  const fits = keepsMeaning(old, type) || (isSpelled(old, type) && old.identity === null);
  if (fits && up === undefined && down === undefined) return;
  const label = `${relationLabel(context.table)}.${old.name}`;
  throw new SegueError(
    'unsupported',
    `"${label}" is a key: its values must stay the same, so it can only be widened.`,
    { object: label, next: 'Change int to bigint, varchar to text, or uuid to text, without up and down.' },
  );
}

/** NULLs are filled before the columns swap names. */
function withFill(plan: ReturnType<typeof swapPhases>, sides: readonly Swapped[]): OperationPlan {
  const phases = sides.reduce(
    (filled, { context, pair }) =>
      pair.fills === undefined
        ? filled
        : fillBeforeSwap(filled, context, { column: pair.old.name, value: pair.fills }),
    plan.phases,
  );
  return { ...plan, phases };
}

/** What new code may write that the old type cannot hold. */
function beyond(old: ColumnInfo, spelled: boolean): string {
  if (!spelled) return `numbers beyond ${old.type}`;
  return textLength(old.type) === null ? `values that are no ${old.type}` : `texts longer than ${old.type}`;
}

/**
 * A column of a family of keys. One that may not be NULL keeps its rule while new code writes what it cannot hold: unused
 * values stand in for it, since other rows and the way back rest upon it.
 */
function keyColumn(...made: Parameters<typeof convertedColumn>): ReturnType<typeof convertedColumn> {
  const [operation, context, old, type] = made;
  const converted = convertedColumn(...made);
  // Of a text with a length PostgreSQL would cut blanks that are too many: only what comes back as it was is a value of it.
  const spelled = isSpelled(old, type) || textLength(old.type) !== null;
  const side = spelled ? { ...converted, pair: { ...converted.pair, spelled: true as const } } : converted;
  const { pair } = side;
  if (!old.notNull || operation.onFailure !== undefined || !canStandIn(old)) return side;
  const label = `${relationLabel(context.table)}.${old.name}`;
  const asked = context.table.checks.find((check) => check.enforced && check.columns.includes(old.name));
  return {
    ...side,
    pair: { ...pair, down: { ...pair.down, onFailure: { kind: 'stand_in' } } },
    findings: [
      ...side.findings.filter(({ rule }) => rule !== 'conversion-can-fail'),
      {
        rule: 'key-beyond-old-type',
        severity: 'info',
        operation: context.index,
        message: `From Switch on ${label} takes ${beyond(old, spelled)}. They are recorded; the way back out of Switch then stops, with the keys, until those rows are deleted or have another key.`,
        fix: null,
      },
      ...(asked === undefined
        ? []
        : [
            {
              rule: 'check-on-old-key',
              severity: 'warning' as const,
              operation: context.index,
              message: `The check ${asked.name} is asked of the old values of ${label} too, until Delete: if it refuses what stands in there for ${beyond(old, spelled)}, it refuses the write.`,
              fix: `Drop ${asked.name} first if new code is to write such keys before Delete, and add it again afterwards.`,
            },
          ]),
    ],
  };
}

export const changeType: OperationDefinition<'change_type'> = {
  compile: onAnyTable(changeTypeOf),
  touches: changesColumns(({ column, to }) => [column, to === column ? undefined : to]),
  expressions: ({ up, down, onFailure }) => [
    up,
    down,
    /^(reject|quarantine)$/.test(onFailure ?? '') ? undefined : onFailure,
  ],
  types: ({ type }) => [type],
};
