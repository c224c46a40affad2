import type { Finding, Step } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { parseExpression } from '@/lib/sql/expression';
import { constraintSteps } from './clone/constraint-steps';
import { notNullProof } from './clone/constraints';
import type { Comparable } from './compare';
import { fillNotes } from './deploy/fill-notes';
import {
  exclusiveOn,
  lockOn,
  makeStep,
  type OperationContext,
  type OperationPlan,
  type PhasePart,
} from './plan-parts';
import { requireUnruled } from './refuse-unfit';
import { fillBackfill } from './sync/fill-backfill';
import { fillNames, fillStatements } from './sync/fill-function';

/** A column that is to have a value in every row. */
export interface FillInput {
  readonly column: string;
  readonly value: string;
  /** The step that creates the column, where it is new. */
  readonly before: Step | null;
  /** A default that stays in the schema, set together with the trigger. */
  readonly defaultSql: string | null;
  readonly findings: readonly Finding[];
  /** The column's type, where it follows what the value is computed from until the filling ends. */
  readonly follows?: Comparable;
}

/** Fill, prove, set NOT NULL, clean up: shared by set_not_null and by adding a NOT NULL column. Pure. */
export function fillPhases(context: OperationContext, input: FillInput): OperationPlan {
  const { table } = context;
  requireUnruled(table);
  const column = quoteIdent(input.column);
  const alter = `ALTER TABLE ${quoteName(table)}`;
  const value = parseExpression(input.value);
  const fill = {
    table,
    column: input.column,
    value,
    tag: context.tag,
    operation: context.index,
    ...(input.follows === undefined ? {} : { follows: input.follows }),
  };
  const names = fillNames(fill);
  const statements = fillStatements(fill);
  const proof = notNullProof(table, input.column, names.proof);
  const isNew = input.before !== null;
  const notes = fillNotes(context, input.column, input.value, isNew);
  const key = table.key ?? [];
  const [ask, prove] = constraintSteps(context, [proof]);
  const id = (name: string) => `${context.index + 1}.${name}`;

  const fillStep = makeStep(context, {
    slug: 'fill',
    phase: 'dual_write',
    title: `Fill ${input.column} where code leaves it NULL`,
    // The strongest lock first: a transaction that asks for more later would make writers wait twice.
    sql: [
      ...(input.defaultSql === null
        ? []
        : [`${alter} ALTER COLUMN ${column} SET DEFAULT ${input.defaultSql}`]),
      ...statements.sql,
    ],
    undo: [
      ...statements.undo,
      ...(input.defaultSql === null ? [] : [`${alter} ALTER COLUMN ${column} DROP DEFAULT`]),
    ],
    locks: input.defaultSql === null ? lockOn(table, 'SHARE ROW EXCLUSIVE') : exclusiveOn(table),
    undoLocks: exclusiveOn(table),
  });
  const backfill = fillBackfill(context, input.column, value, input.follows);
  const cleanUp: Step[] = [
    makeStep(context, {
      slug: 'stop_filling',
      phase: 'contract',
      title: `Stop filling ${input.column}`,
      sql: statements.undo,
      undo: statements.sql,
      locks: exclusiveOn(table),
      undoLocks: lockOn(table, 'SHARE ROW EXCLUSIVE'),
    }),
    makeStep(context, {
      kind: 'validate',
      slug: 'prove_back',
      phase: 'contract',
      title: `On the way back: prove again that ${input.column} is never NULL`,
      sql: [],
      undo: [proof.validate],
      locks: [],
      undoLocks: proof.validateLocks,
    }),
    makeStep(context, {
      slug: 'drop_proof',
      phase: 'contract',
      title: 'Drop the constraint that served as proof',
      sql: [proof.drop],
      undo: [proof.add],
      locks: exclusiveOn(table),
    }),
  ];
  const expand: Partial<Record<'expand', PhasePart>> =
    input.before === null
      ? {}
      : {
          expand: {
            summary: `Adds ${input.column}, empty for now.`,
            steps: [input.before],
            lossless: true,
            rollback: `Takes ${input.column} out of use. It is dropped if it holds nothing, and kept as a retired column if it does.`,
          },
        };
  return {
    newCodeAfter: isNew ? 'dual_write' : null,
    oldCodeBefore: 'contract',
    findings: input.findings,
    phases: {
      ...expand,
      dual_write: {
        summary: `Replaces NULL in ${input.column} by ${input.value}: in new writes by a trigger, in the rows that are there by a backfill. Then proves that no NULL is left.`,
        steps: [
          fillStep,
          backfill,
          ...(ask === undefined ? [] : [ask]),
          ...(prove === undefined ? [] : [prove]),
        ],
        exitChecks: [
          {
            id: id('no_nulls'),
            title: `${input.column} has a value in every row`,
            work: {
              kind: 'null_rows',
              table: { schema: table.schema, name: table.name },
              key,
              column: input.column,
            },
          },
          {
            id: id('constraints_validated'),
            title: 'The proof is complete',
            work: {
              kind: 'constraints_validated',
              table: { schema: table.schema, name: table.name },
              names: [proof.name],
            },
          },
        ],
        watchChecks: [
          {
            id: id('sync_in_place'),
            title: 'The filling trigger is in place',
            work: {
              kind: 'sync_in_place',
              table: { schema: table.schema, name: table.name },
              triggers: [names.trigger],
            },
          },
        ],
        lossless: isNew,
        rollback: isNew
          ? `Takes the trigger away; ${input.column} keeps its values.`
          : `Takes the trigger away and allows NULL again. Rows in which NULL became ${input.value} keep that value.`,
      },
      switch: {
        summary: `Sets ${input.column} NOT NULL. It is proven already, so this reads no row.`,
        steps: [
          makeStep(context, {
            slug: 'set_not_null',
            phase: 'switch',
            title: `Set ${input.column} NOT NULL`,
            sql: [`${alter} ALTER COLUMN ${column} SET NOT NULL`],
            undo: [`${alter} ALTER COLUMN ${column} DROP NOT NULL`],
            locks: exclusiveOn(table),
          }),
        ],
        entryChecks: [
          {
            id: id('sync_in_place'),
            title: 'The filling trigger is in place',
            work: {
              kind: 'sync_in_place',
              table: { schema: table.schema, name: table.name },
              triggers: [names.trigger],
            },
          },
        ],
        lossless: true,
        rollback: `${input.column} may be NULL again; the trigger still fills it.`,
      },
      contract: {
        summary: `Takes the filling trigger away. From here on code must give ${input.column} a value itself${input.defaultSql === null ? '' : ' or leave it to the default'}.`,
        steps: cleanUp,
        deploy: notes,
        lossless: true,
        rollback: 'Brings the filling trigger back.',
      },
    },
  };
}
