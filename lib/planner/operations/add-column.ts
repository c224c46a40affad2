import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import type { CheckSpec, Finding, Step } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { anyRowOf, takesAnyRow } from '@/lib/sql/any-row';
import { parseExpression } from '@/lib/sql/expression';
import type { TypeInfo } from '../catalog';
import { differs } from '../compare';
import { defaultPhases } from '../default-phases';
import { fillPhases } from '../fill-phases';
import { followPhases } from '../follow-phases';
import { nameOfRetired } from '../names';
import { changesColumns, type OperationDefinition, onAnyTable } from '../operation-definition';
import {
  exclusiveOn,
  makeStep,
  type OperationContext,
  type OperationPlan,
  relationLabel,
} from '../plan-parts';
import { requireFreeName } from '../refuse';
import { requireAddable } from '../refuse-unfit';
import { requireRowExpression } from '../require-row-expression';
import { ANY_IS_TAKEN, severalMatchesCheck, severalMatchesFinding } from '../several-matches';
import { coerced } from '../sync/pair';
import { requireType } from './change-type';

function isVolatile(context: OperationContext, expression: string): boolean {
  return parseExpression(expression).functions.some(
    (name) => (context.catalog.functions[name] ?? 'volatile') === 'volatile',
  );
}

function addStep(
  context: OperationContext,
  operation: OperationOf<'add_column'>,
  type: TypeInfo,
  suffix: string,
  fallback: string | null,
): Step {
  const { table } = context;
  const alter = `ALTER TABLE ${quoteName(table)}`;
  const column = quoteIdent(operation.column);
  const retiredName = nameOfRetired(context.tag, operation.column);
  const retired = quoteIdent(retiredName);
  return makeStep(context, {
    slug: 'add_column',
    phase: 'expand',
    title: `Add the column ${operation.column} to ${table.name}`,
    sql: [`${alter} ADD COLUMN ${column} ${type.type}${suffix}`],
    undo: [`${alter} RENAME COLUMN ${column} TO ${retired}`, `${alter} DROP COLUMN ${retired}`],
    locks: exclusiveOn(table),
    extra: {
      keep: {
        table: { schema: table.schema, name: table.name },
        column: operation.column,
        retiredName,
        holdsValues:
          fallback === null
            ? `t.${retired} IS NOT NULL`
            : differs(
                { baseType: type.baseType, deterministic: true },
                `t.${retired}`,
                coerced(fallback, type.type),
              ),
        retire: [`${alter} RENAME COLUMN ${column} TO ${retired}`],
        bringBack: [`${alter} RENAME COLUMN ${retired} TO ${column}`],
        drop: [`${alter} DROP COLUMN ${retired}`],
      },
    },
  });
}

/** What is to be said and asked of a value that is looked up in other rows. */
interface Lookup {
  readonly findings: readonly Finding[];
  readonly entryChecks: readonly CheckSpec[];
}

const NO_LOOKUP: Lookup = { findings: [], entryChecks: [] };

/** Where a value takes any one of the rows that it finds, rows are looked for that find several. */
function lookupOf(context: OperationContext, column: string, value: string): Lookup {
  if (!takesAnyRow(value)) return NO_LOOKUP;
  const { table } = context;
  const found = anyRowOf(value);
  if (found === null || table.key === null)
    return { findings: [severalMatchesFinding(context, ANY_IS_TAKEN)], entryChecks: [] };
  return {
    findings: [
      severalMatchesFinding(
        context,
        'Sync does not begin and names that row: PostgreSQL would take any of them. In rows that code writes from then on any of them is taken.',
      ),
    ],
    entryChecks: [
      severalMatchesCheck(
        context,
        table.key,
        { alias: table.name, values: [found.value], from: found.from, where: found.where },
        column,
      ),
    ],
  };
}

function withLookup(plan: OperationPlan, { findings, entryChecks }: Lookup): OperationPlan {
  const { dual_write: sync } = plan.phases;
  if (sync === undefined || findings.length === 0) return plan;
  return {
    ...plan,
    findings: [...plan.findings, ...findings],
    phases: {
      ...plan.phases,
      dual_write: { ...sync, entryChecks: [...(sync.entryChecks ?? []), ...entryChecks] },
    },
  };
}

/** A new column: at once where that only touches the catalog, else added bare, filled and proven. */
function addColumnTo(operation: OperationOf<'add_column'>, context: OperationContext): OperationPlan {
  const { table } = context;
  const label = `${relationLabel(table)}.${operation.column}`;
  if (/^(small|big)?serial[248]?$/i.test(operation.type)) {
    throw new SegueError('unsupported', `"${label}" of type ${operation.type} would rewrite the table.`, {
      object: label,
      next: 'Add it as bigint with a value, make it NOT NULL and unique, then use add_identity.',
    });
  }
  requireFreeName(table, operation.column);
  const type = requireType(context, operation.type, operation.column);
  requireAddable(table, operation.column, type);
  const fallback = operation.default;
  if (fallback !== undefined) requireRowExpression(context.catalog, table, fallback, [], 'default');
  if (operation.value !== undefined)
    requireRowExpression(context.catalog, table, operation.value, 'any column', 'value');
  const defaultIsCheap = fallback === undefined || !isVolatile(context, fallback);
  if (operation.value === undefined && defaultIsCheap && (operation.nullable || fallback !== undefined)) {
    const suffix = `${operation.nullable ? '' : ' NOT NULL'}${fallback === undefined ? '' : ` DEFAULT ${fallback}`}`;
    return {
      newCodeAfter: 'expand',
      oldCodeBefore: null,
      findings: [],
      phases: {
        expand: {
          summary: `Adds ${operation.column} (${type.type}). Code that does not know it is not affected.`,
          steps: [addStep(context, operation, type, suffix, fallback ?? null)],
          lossless: true,
          rollback: `Takes ${operation.column} out of use. It is dropped if it holds nothing, and kept as a retired column if it does.`,
        },
      },
    };
  }
  const value = operation.value ?? fallback;
  if (value === undefined) {
    throw new SegueError(
      'invalid_input',
      `add_column "${label}" NOT NULL without a default needs a value for the rows that are there.`,
      { object: label, next: `Add value: for example value: "''", or default:, or nullable: true.` },
    );
  }
  const bare = addStep(context, operation, type, '', null);
  const lookup =
    operation.value === undefined ? NO_LOOKUP : lookupOf(context, operation.column, operation.value);
  const follows =
    operation.follows === true && operation.value !== undefined
      ? { follows: { baseType: type.baseType, deterministic: true } }
      : {};
  if (operation.nullable && operation.follows === true && operation.value !== undefined)
    return withLookup(
      followPhases(context, { column: operation.column, value, before: bare, type: type.baseType }),
      lookup,
    );
  const plan = operation.nullable
    ? defaultPhases(context, { column: operation.column, value, defaultSql: fallback ?? null, before: bare })
    : fillPhases(context, {
        column: operation.column,
        value,
        before: bare,
        defaultSql: fallback ?? null,
        findings: [],
        ...follows,
      });
  return {
    ...withLookup(plan, lookup),
    oldCodeBefore: fallback === undefined && !operation.nullable ? 'contract' : null,
  };
}

export const addColumn: OperationDefinition<'add_column'> = {
  compile: onAnyTable(addColumnTo),
  touches: changesColumns(({ column }) => [column]),
  expressions: (operation) => [operation.default, operation.value],
  types: ({ type }) => [type],
};
