import type { OperationOf } from '@/lib/core/operation';
import { type CheckSpec, PHASE_TITLES, type PhaseKind, type Step, type StepLock } from '@/lib/core/plan';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import type { ConstraintInfo, TableInfo } from '../catalog';
import { clusterOn, indexAttributes } from '../clone/index-attributes';
import { orphanCondition } from '../clone/orphans';
import { concurrently } from '../direct/index-step';
import { requireConstraint } from '../direct/require-constraint';
import { type OperationDefinition, onTable, touch } from '../operation-definition';
import {
  alterTable,
  exclusiveOn,
  lockOn,
  makeStep,
  notBefore,
  type OperationContext,
  type OperationPlan,
  relationLabel,
} from '../plan-parts';
import { refuse, refuseIdentity } from '../refuse';

const WAY_OUT: Partial<Record<ConstraintInfo['type'], string>> = {
  exclusion: 'Its way back would block writes while it is built; drop it with free_sql if you accept that.',
  other: 'Drop it with free_sql.',
};

/** Constraints that an index carries. */
const isKey = ({ type }: ConstraintInfo) => type === 'unique' || type === 'primary key';

/** What rests upon a key, and would be refused by PostgreSQL or fail in the application. */
function requireKeyUnused(table: TableInfo, constraint: ConstraintInfo, label: string): void {
  const inbound = table.inboundForeignKeys.find(
    (key) =>
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
  const byDefault =
    constraint.type === 'primary key' && table.replicaIdentity === 'd' && table.publications.length > 0;
  if (byDefault)
    refuse(
      `"${constraint.name}" is the replica identity of "${relationLabel(table)}": without it a published UPDATE or DELETE fails.`,
      label,
      'Choose another one first: ALTER TABLE … REPLICA IDENTITY FULL or USING another index.',
      'constraint',
    );
}

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
  const [view] = constraint.dependents;
  if (view !== undefined)
    refuse(
      `The view "${view}" groups by "${constraint.name}" and would go with it.`,
      label,
      `Let "${view}" group by all columns that it shows, first.`,
      'constraint',
    );
  if (isKey(constraint)) requireKeyUnused(table, constraint, label);
  const key = table.indexes.find((index) => index.primary);
  const [column = ''] = constraint.columns;
  const identity = table.columns.find(({ name }) => name === column)?.identity ?? null;
  if (
    constraint.type === 'not null' &&
    (identity !== null || key?.columns.some(({ name }) => name === column) === true)
  )
    refuse(
      `"${relationLabel(table)}.${column}" is ${identity === null ? 'part of the primary key' : 'an identity column'}, which cannot be NULL.`,
      label,
      'Choose another column.',
      'constraint',
    );
  const identified = table.indexes.find(
    (index) =>
      constraint.type === 'not null' &&
      index.replicaIdentity &&
      index.columns.some(({ name }) => name === column),
  );
  if (identified !== undefined) refuseIdentity(table, identified, `needs "${column}" in every row`);
}

interface Drop {
  readonly context: OperationContext;
  readonly phase: PhaseKind;
  readonly constraint: ConstraintInfo;
  readonly drop: string;
  readonly comment: readonly string[];
  readonly locks: readonly StepLock[];
}

/** Undone in reverse: asked of new writes first, then proven. */
function checkedSteps({ context, phase, constraint, drop, comment, locks }: Drop): Step[] {
  const { table } = context;
  const name = quoteIdent(constraint.name);
  const parents = locks.slice(1);
  // What is NOT ENFORCED (18) is not valid by itself.
  const definition = / NOT (VALID|ENFORCED)$/.test(constraint.definition)
    ? constraint.definition
    : `${constraint.definition} NOT VALID`;
  const prove: Step[] = constraint.validated
    ? [
        makeStep(context, {
          kind: 'validate',
          slug: 'prove_back',
          phase,
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
      phase,
      title: `Drop the constraint ${constraint.name}`,
      sql: [drop],
      undo: [`${alterTable(table)} ADD CONSTRAINT ${name} ${definition}`, ...comment],
      locks,
      undoLocks:
        constraint.type === 'foreign key'
          ? locks.map(({ relation }) => ({ relation, mode: 'SHARE ROW EXCLUSIVE' as const }))
          : locks,
    }),
  ];
}

/** Undone in reverse: the index is built concurrently, then becomes the constraint again. */
function keySteps({ context, phase, constraint, drop, locks }: Drop): Step[] {
  const { table } = context;
  const index = table.indexes.find((candidate) => candidate.name === constraint.index);
  const name = quoteIdent(constraint.name);
  const kind = constraint.type === 'unique' ? 'UNIQUE' : 'PRIMARY KEY';
  const deferrable =
    index?.deferrable === true ? ` DEFERRABLE${index.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}` : '';
  const buildBack = makeStep(context, {
    kind: 'drop_index',
    slug: 'index_back',
    phase,
    title: `On the way back: build the index of ${constraint.name}`,
    sql: [],
    undo: index === undefined ? [] : [concurrently(index)],
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
      phase,
      title: `Drop the constraint ${constraint.name} and its index`,
      sql: [drop],
      undo: [
        `${alterTable(table)} ADD CONSTRAINT ${name} ${kind} USING INDEX ${quoteIdent(index?.name ?? constraint.name)}${deferrable}`,
        ...(index === undefined
          ? []
          : [...indexAttributes(table, index, constraint.name), ...clusterOn(table, index, constraint.name)]),
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
  if (isKey(constraint)) {
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
    constraint.type === 'not null'
      ? values.map((value) => `${value} IS NULL`).join(' OR ')
      : check !== undefined
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
  const phase = notBefore('expand', context);
  const drop: Drop = {
    context,
    phase,
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
  const unique = isKey(constraint);
  return {
    newCodeAfter: phase,
    oldCodeBefore: null,
    findings: [
      {
        rule: 'old-code-meets-rows',
        severity: 'info',
        operation: context.index,
        message: `From ${PHASE_TITLES[phase]} on old code may meet rows that break ${constraint.name}: ${constraint.definition}.${unique ? ' ON CONFLICT over its columns fails.' : ''}`,
        fix: null,
      },
    ],
    phases: {
      [phase]: {
        summary: `Drops the constraint ${constraint.name}: ${constraint.definition}.`,
        steps: unique ? keySteps(drop) : checkedSteps(drop),
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
