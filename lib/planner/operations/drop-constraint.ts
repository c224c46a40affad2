import type { OperationOf } from '@/lib/core/operation';
import type { CheckSpec, Step, StepLock } from '@/lib/core/plan';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import type { ConstraintInfo, TableInfo } from '../catalog';
import { orphanCondition } from '../clone/orphans';
import { concurrently } from '../direct/index-step';
import { requireConstraint } from '../direct/require-constraint';
import { type OperationDefinition, onTable, touch } from '../operation-definition';
import {
  alterTable,
  exclusiveOn,
  lockOn,
  makeStep,
  type OperationContext,
  type OperationPlan,
  relationLabel,
} from '../plan-parts';
import { refuse, refuseIdentity } from '../refuse';

const WAY_OUT: Partial<Record<ConstraintInfo['type'], string>> = {
  'primary key': 'Replace it by another: replace_primary_key.',
  exclusion: 'Its way back would block writes while it is built; drop it with free_sql if you accept that.',
  'not null': 'Let the column be NULL with free_sql: up ALTER TABLE … ALTER COLUMN … DROP NOT NULL.',
  other: 'Drop it with free_sql.',
};

function requireDroppable(table: TableInfo, constraint: ConstraintInfo): void {
  const label = `${relationLabel(table)}.${constraint.name}`;
  const wayOut = WAY_OUT[constraint.type];
  if (wayOut !== undefined)
    refuse(
      `"${constraint.name}" is of the kind ${constraint.type}, which is not dropped this way.`,
      label,
      wayOut,
      'constraint',
    );
  const carrier = table.indexes.find((index) => index.name === constraint.index);
  if (carrier?.replicaIdentity === true) refuseIdentity(table, carrier, 'would go with its constraint');
  const inbound = table.inboundForeignKeys.find(
    (key) =>
      constraint.type === 'unique' &&
      key.columns.length === constraint.columns.length &&
      key.columns.every((column) => constraint.columns.includes(column)),
  );
  if (inbound !== undefined)
    refuse(
      `The foreign key "${inbound.name}" of "${relationLabel(inbound.table)}" rests on "${constraint.name}".`,
      label,
      'Drop that foreign key first.',
      'constraint',
    );
}

interface Drop {
  readonly context: OperationContext;
  readonly constraint: ConstraintInfo;
  readonly drop: string;
  readonly comment: readonly string[];
  readonly locks: readonly StepLock[];
}

/** Undone in reverse: asked of new writes first, then proven. */
function checkedSteps({ context, constraint, drop, comment, locks }: Drop): Step[] {
  const { table } = context;
  const name = quoteIdent(constraint.name);
  const parents = locks.slice(1);
  const definition = constraint.definition.replace(/ NOT VALID$/, '');
  const prove: Step[] = constraint.validated
    ? [
        makeStep(context, {
          kind: 'validate',
          slug: 'prove_back',
          phase: 'expand',
          title: `On the way back: prove ${constraint.name} for every row`,
          sql: [],
          undo: [`${alterTable(table)} VALIDATE CONSTRAINT ${name}`],
          locks: [],
          undoLocks: [
            ...lockOn(table, 'SHARE UPDATE EXCLUSIVE'),
            ...parents.map(({ relation }) => ({ relation, mode: 'ROW SHARE' as const })),
          ],
        }),
      ]
    : [];
  return [
    ...prove,
    makeStep(context, {
      slug: 'drop_constraint',
      phase: 'expand',
      title: `Drop the constraint ${constraint.name}`,
      sql: [drop],
      undo: [`${alterTable(table)} ADD CONSTRAINT ${name} ${definition} NOT VALID`, ...comment],
      locks,
      undoLocks:
        constraint.type === 'foreign key'
          ? locks.map(({ relation }) => ({ relation, mode: 'SHARE ROW EXCLUSIVE' as const }))
          : locks,
    }),
  ];
}

/** Undone in reverse: the index is built concurrently, then becomes the constraint again. */
function uniqueSteps({ context, constraint, drop, comment, locks }: Drop): Step[] {
  const { table } = context;
  const index = table.indexes.find((candidate) => candidate.name === constraint.index);
  const name = quoteIdent(constraint.name);
  const deferrable =
    index?.deferrable === true ? ` DEFERRABLE${index.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}` : '';
  const buildBack = makeStep(context, {
    kind: 'drop_index',
    slug: 'index_back',
    phase: 'expand',
    title: `On the way back: build the index of ${constraint.name}`,
    sql: [],
    undo: [concurrently(index?.definition ?? '')],
    locks: [],
    undoLocks: lockOn(table, 'SHARE UPDATE EXCLUSIVE'),
    transactional: false,
    undoTransactional: false,
    extra: {
      index: { table: { schema: table.schema, name: table.name }, name: index?.name ?? constraint.name },
    },
  });
  return [
    makeStep(context, {
      slug: 'drop_constraint',
      phase: 'expand',
      title: `Drop the constraint ${constraint.name} and its index`,
      sql: [drop],
      undo: [
        `${alterTable(table)} ADD CONSTRAINT ${name} UNIQUE USING INDEX ${quoteIdent(index?.name ?? constraint.name)}${deferrable}`,
        ...comment,
      ],
      locks,
      extra: { begins: [buildBack.id] },
    }),
    buildBack,
  ];
}

/** What may have come meanwhile that the constraint would refuse. */
function wayBackChecks(context: OperationContext, constraint: ConstraintInfo): CheckSpec[] {
  const { table } = context;
  const relation = { schema: table.schema, name: table.name };
  const key = table.key ?? [];
  const values = constraint.columns.map((column) => `t.${quoteIdent(column)}`);
  const filled = values.map((value) => `${value} IS NOT NULL`).join(' AND ') || 'true';
  const spec = (title: string, work: CheckSpec['work']): CheckSpec => ({
    id: `${context.index + 1}.way_back`,
    title,
    work,
  });
  if (constraint.type === 'unique') {
    const index = table.indexes.find((candidate) => candidate.name === constraint.index);
    const where = index?.nullsNotDistinct === true ? 'true' : filled;
    return [
      spec(`No two rows are the same for ${constraint.name}`, {
        kind: 'duplicates',
        table: relation,
        key,
        values,
        where,
      }),
    ];
  }
  if (!constraint.validated) return [];
  const check = table.checks.find(({ name }) => name === constraint.name);
  const foreign = table.foreignKeys.find(({ name }) => name === constraint.name);
  const where =
    check !== undefined
      ? `(${check.expression}) IS FALSE`
      : foreign === undefined
        ? null
        : orphanCondition(foreign);
  return where === null
    ? []
    : [
        spec(`Every row fits ${constraint.name}`, {
          kind: 'violations',
          table: relation,
          key,
          where,
          show: constraint.columns,
        }),
      ];
}

/** A constraint dropped; the way back proves it again without blocking anybody. */
function dropConstraintOf(
  operation: OperationOf<'drop_constraint'>,
  context: OperationContext,
): OperationPlan {
  const { table } = context;
  const constraint = requireConstraint(table, operation.constraint, 'constraint');
  requireDroppable(table, constraint);
  const foreign = table.foreignKeys.find(({ name }) => name === constraint.name);
  const parent =
    foreign === undefined || relationLabel(foreign.references) === relationLabel(table)
      ? []
      : exclusiveOn(foreign.references);
  const drop: Drop = {
    context,
    constraint,
    drop: `${alterTable(table)} DROP CONSTRAINT ${quoteIdent(constraint.name)}`,
    comment:
      constraint.comment === null
        ? []
        : [
            `COMMENT ON CONSTRAINT ${quoteIdent(constraint.name)} ON ${quoteName(table)} IS ${quoteLiteral(constraint.comment)}`,
          ],
    locks: [...exclusiveOn(table), ...parent],
  };
  const unique = constraint.type === 'unique';
  return {
    newCodeAfter: 'expand',
    oldCodeBefore: null,
    findings: [
      {
        rule: 'old-code-meets-rows',
        severity: 'info',
        operation: context.index,
        message: `From Add on old code may meet rows that break ${constraint.name}: ${constraint.definition}.${unique ? ' ON CONFLICT over its columns fails.' : ''}`,
        fix: null,
      },
    ],
    phases: {
      expand: {
        summary: `Drops the constraint ${constraint.name}: ${constraint.definition}.`,
        steps: unique ? uniqueSteps(drop) : checkedSteps(drop),
        rollbackChecks: wayBackChecks(context, constraint),
        lossless: true,
        rollback: `Brings ${constraint.name} back and proves it. It stops, with their keys, while rows break it.`,
      },
    },
  };
}

export const dropConstraint: OperationDefinition<'drop_constraint'> = {
  compile: onTable(dropConstraintOf),
  touches: ({ table, constraint }) => touch(table, 'constraint', [constraint], true),
};
