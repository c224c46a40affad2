import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import type { ColumnInfo, TypeInfo } from '../catalog';
import { indexMentions } from '../clone/indexes';
import { nameOfRetired } from '../names';
import { changesColumns, type OperationDefinition, onAnyTable } from '../operation-definition';
import { fillBeforeSwap } from '../pair/fill-before-swap';
import {
  makeStep,
  type OperationContext,
  type OperationPlan,
  operationId,
  type PhasePart,
  relationLabel,
} from '../plan-parts';
import { refuse, requireColumn } from '../refuse';
import { requireMovable } from '../require-movable';
import { swapPhases } from '../swap-phases';
import { functionBody } from '../sync/function-body';
import { convertedColumn } from './converted-column';

type ReplaceEnum = OperationOf<'replace_enum'>;

/** SQL of an enum value with another name where the map has one. */
function translated(column: string, map: readonly (readonly [string, string])[], type: string): string {
  const text = `${quoteIdent(column)}::text`;
  const cases = map.map(([from, to]) => `WHEN ${quoteLiteral(from)} THEN ${quoteLiteral(to)}`).join(' ');
  return cases === '' ? `(${text})::${type}` : `(CASE ${text} ${cases} ELSE ${text} END)::${type}`;
}

/** A default that is one value becomes the new value: converted by an expression it would go on naming the old type. */
function translatedDefault(
  text: string | null,
  map: Readonly<Record<string, string>>,
  type: string,
): string | null {
  const label = /^'((?:[^']|'')*)'::[^()]+$/.exec(text ?? '')?.[1]?.replaceAll("''", "'");
  return label === undefined ? null : `${quoteLiteral(map[label] ?? label)}::${type}`;
}

/** An enum whose values change: a new type, and a change of type under the column's own name with the values translated. */
function replaceEnumOf(operation: ReplaceEnum, context: OperationContext): OperationPlan {
  const { table } = context;
  const old = requireColumn(table, operation.column);
  const label = `${relationLabel(table)}.${operation.column}`;
  requireMovable(table, old, ['view']);
  const computed = table.indexes.find((index) =>
    indexMentions({
      ...index,
      columns: index.columns.filter((part) => part.name === null),
      include: [],
    }).includes(old.name),
  );
  if (computed !== undefined)
    refuse(
      `The index "${computed.name}" has "${label}" in an expression or condition, which cannot translate enum values: PostgreSQL allows only immutable functions there.`,
      label,
      `Drop "${computed.name}" first, and create it again for the new values afterwards.`,
    );
  const map = Object.entries(operation.map ?? {});
  const missing = map.map(([, to]) => to).find((to) => !operation.values.includes(to));
  if (operation.values.length === 0 || missing !== undefined) {
    throw new SegueError(
      'invalid_input',
      missing === undefined
        ? `The new enum of "${label}" has no values.`
        : `"${missing}" is not among the values of the new enum of "${label}".`,
      { object: label, next: 'Name all values of the new enum.', evidence: { field: 'values' } },
    );
  }
  if (context.dualWrite === 'application') {
    throw new SegueError(
      'unsupported',
      `"${label}" is to keep its name, so the application has no second column to write to.`,
      { object: label, next: 'Choose managed dual writes.' },
    );
  }
  const name = quoteName(operation.type);
  const type: TypeInfo = { type: name, baseType: name, hashable: true, constrainedDomain: false };
  // Several old values may become one; the way back then takes the first of them.
  const reverse = [...new Map([...map].reverse().map(([from, to]) => [to, from] as const))];
  const up = translated(old.name, map, name);
  const down = translated(old.name, reverse, old.type);
  const side = convertedColumn(
    {
      kind: 'change_type',
      table: operation.table,
      column: old.name,
      type: name,
      up,
      down,
      onFailure: operation.onFailure,
    },
    context,
    old,
    type,
    0,
  );
  const newDefault =
    context.wishes?.default === undefined
      ? translatedDefault(old.default, operation.map ?? {}, name)
      : context.wishes.default;
  const pair =
    newDefault === null && context.wishes?.default === undefined ? side.pair : { ...side.pair, newDefault };
  const swap = swapPhases([{ ...side, pair }], [], side.findings);
  const plan =
    pair.fills === undefined
      ? swap
      : { ...swap, phases: fillBeforeSwap(swap.phases, context, { column: old.name, value: pair.fills }) };
  const create = `CREATE TYPE ${name} AS ENUM (${operation.values.map(quoteLiteral).join(', ')})`;
  const going = operation.keepType ? null : typeThatGoes(context, old, plan.phases.purge);
  return {
    ...plan,
    findings: [
      ...plan.findings,
      {
        rule: going === null ? 'old-enum-stays' : 'old-enum-goes',
        severity: 'info',
        operation: context.index,
        message:
          going === null
            ? `The old type ${old.type} stays.`
            : `Delete drops the old type ${old.type} too, unless something else uses it; until then it stays.`,
        fix: going === null ? `After Delete: DROP TYPE ${old.type}, if nothing uses it.` : null,
      },
    ],
    trials: [
      {
        sql: [
          create,
          `SELECT ${up} FROM ${quoteName(table)} AS t WHERE false`,
          `SELECT ${down} FROM (SELECT NULL::${name} AS ${quoteIdent(old.name)}) AS t WHERE false`,
        ],
        field: 'values',
      },
      // The views that follow meet a type that is not there yet.
      ...plan.trials.map((trial) => ({ ...trial, sql: [create, ...trial.sql] })),
    ],
    phases: {
      ...plan.phases,
      expand: withType(context, operation, create, plan.phases.expand),
      ...(going === null ? {} : { purge: going }),
    },
  };
}

/** Add, with the new type before the new column. */
function withType(
  context: OperationContext,
  operation: ReplaceEnum,
  create: string,
  expand: PhasePart,
): PhasePart {
  return {
    ...expand,
    summary: `Makes the enum type ${relationLabel(operation.type)}. ${expand.summary}`,
    steps: [
      makeStep(context, {
        slug: 'type',
        phase: 'expand',
        title: `Make the enum type ${operation.type.name}`,
        // A way back that had to keep the new column, because it holds values, has kept its type too.
        sql: [unless('duplicate_object', create)],
        undo: [unless('dependent_objects_still_exist', `DROP TYPE ${quoteName(operation.type)}`)],
        locks: [],
      }),
      ...expand.steps,
    ],
  };
}

/** Delete, with the old type after the old column. null where it is not a type of the team's own. */
function typeThatGoes(context: OperationContext, old: ColumnInfo, purge: PhasePart): PhasePart | null {
  // A type of PostgreSQL's own is printed without a schema.
  if (!old.baseType.includes('.')) return null;
  const { table } = context;
  return {
    ...purge,
    summary: `${purge.summary} The type ${old.type} is dropped too, unless something else uses it.`,
    steps: [
      ...purge.steps,
      makeStep(context, {
        slug: 'old_type',
        phase: 'purge',
        title: `Drop the type ${old.type}, unless something else uses it`,
        sql: [unless('dependent_objects_still_exist OR insufficient_privilege', `DROP TYPE ${old.baseType}`)],
        undo: [],
        locks: [],
      }),
    ],
    entryChecks: [
      ...(purge.entryChecks ?? []),
      {
        id: operationId(context, 'old_type_unused'),
        title: `What becomes of the type ${old.type}`,
        work: {
          kind: 'type_unused',
          table: { schema: table.schema, name: table.name },
          column: nameOfRetired(context.tag, old.name),
          type: old.baseType,
        },
      },
    ],
  };
}

/** plpgsql that runs a statement and takes one refusal of it as an answer. */
function unless(condition: string, statement: string): string {
  return `DO ${functionBody(`BEGIN
  ${statement};
EXCEPTION WHEN ${condition} THEN
  NULL;
END`)}`;
}

export const replaceEnum: OperationDefinition<'replace_enum'> = {
  compile: onAnyTable(replaceEnumOf),
  touches: changesColumns(({ column }) => [column]),
  expressions: ({ onFailure }) => [/^(reject|quarantine)$/.test(onFailure ?? '') ? undefined : onFailure],
};
