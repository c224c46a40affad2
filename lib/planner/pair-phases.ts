import type { CheckSpec, Step } from '@/lib/core/plan';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import { parseExpression, replaceColumns } from '@/lib/sql/expression';
import type { ColumnInfo, TableInfo } from './catalog';
import { type ConstraintClone, cloneConstraints, notNullProof } from './clone/constraints';
import { type ColumnRewrite, cloneIndexes, type IndexClone } from './clone/indexes';
import { differs } from './compare';
import { pairNotes } from './deploy/pair-notes';
import { fitIdentifier } from './names';
import {
  exclusiveOn,
  lockOn,
  makeStep,
  type OperationContext,
  type OperationPlan,
  relationLabel,
} from './plan-parts';
import { requireCloneRights } from './refuse';
import { BACKFILL_SETTING, type Pair, pairConditions, pairNames } from './sync/pair';
import {
  conversionFunctions,
  needsOmittedDefault,
  omittedFunction,
  syncFunction,
} from './sync/pair-function';
import { keyColumnsOf } from './sync/unique-locks';

const alter = (table: TableInfo) => `ALTER TABLE ${quoteName(table)}`;

/** Column-level grants and comment of the old column, given to the new one. */
function inheritedAttributes(table: TableInfo, old: ColumnInfo, name: string): string[] {
  const grants = old.grants.map(
    (grant) =>
      `GRANT ${grant.privilege} (${quoteIdent(name)}) ON ${quoteName(table)} TO ${grant.grantee === 'public' ? 'PUBLIC' : quoteIdent(grant.grantee)}${grant.grantable ? ' WITH GRANT OPTION' : ''}`,
  );
  const comment =
    old.comment === null
      ? []
      : [`COMMENT ON COLUMN ${quoteName(table)}.${quoteIdent(name)} IS ${quoteLiteral(old.comment)}`];
  const statistics =
    old.statistics === null
      ? []
      : [`${alter(table)} ALTER COLUMN ${quoteIdent(name)} SET STATISTICS ${old.statistics}`];
  return [...statistics, ...grants, ...comment];
}

function addColumnStep(context: OperationContext, pair: Pair): Step {
  const { table } = context;
  const column = quoteIdent(pair.newName);
  const collation = pair.old.collation !== null && !pair.converts ? ` COLLATE ${pair.old.collation}` : '';
  const retiredName = fitIdentifier(`${pair.retiredName}_new`);
  const retired = quoteIdent(retiredName);
  const asRetired = pairConditions({ ...pair, newName: retiredName }, 't');
  return makeStep(context, {
    slug: 'add_column',
    phase: 'expand',
    title: `Add the column ${pair.newName} to ${pair.table.name}`,
    sql: [
      `${alter(table)} ADD COLUMN ${column} ${pair.newType}${collation}`,
      ...inheritedAttributes(table, pair.old, pair.newName),
    ],
    undo: [`${alter(table)} RENAME COLUMN ${column} TO ${retired}`, `${alter(table)} DROP COLUMN ${retired}`],
    locks: exclusiveOn(table),
    extra: {
      keep: {
        table: pair.table,
        column: pair.newName,
        retiredName,
        holdsValues: `t.${retired} IS NOT NULL AND (${asRetired.disagrees})`,
        retire: [`${alter(table)} RENAME COLUMN ${column} TO ${retired}`],
        bringBack: [`${alter(table)} RENAME COLUMN ${retired} TO ${column}`],
        drop: [`${alter(table)} DROP COLUMN ${retired}`],
      },
    },
  });
}

function triggerSql(pair: Pair, table: TableInfo): string[] {
  const names = pairNames(pair);
  const old = quoteIdent(pair.old.name);
  const fresh = quoteIdent(pair.newName);
  const columnOf = (name: string) => table.columns.find((column) => column.name === name) ?? pair.old;
  const keys = [...new Set(pair.mirrored.flatMap(keyColumnsOf))].filter((name) => name !== pair.old.name);
  const oldChanged = `(${differs(pair.old, `NEW.${old}`, `OLD.${old}`)})`;
  const keysChanged = keys.map(
    (name) => `(${differs(columnOf(name), `NEW.${quoteIdent(name)}`, `OLD.${quoteIdent(name)}`)})`,
  );
  // A backfill writes what the sync would write, so the function is not called for it: a copy shows that by itself,
  // a conversion by the setting that the batch has for its transaction.
  const updates = pair.converts
    ? `(${[oldChanged, `(${differs(pair.newComparable, `NEW.${fresh}`, `OLD.${fresh}`)})`, ...keysChanged].join(' OR ')}) AND pg_catalog.current_setting('${BACKFILL_SETTING}', true) IS DISTINCT FROM 'on'`
    : [
        `(${differs(pair.old, `NEW.${old}`, `NEW.${fresh}`)})`,
        ...(pair.mirrored.length > 0 ? [oldChanged, ...keysChanged] : []),
      ].join(' OR ');
  const always = pair.mirrored.length > 0 || needsOmittedDefault(pair);
  const inserts = always ? '' : ` WHEN (${differs(pair.old, `NEW.${old}`, `NEW.${fresh}`)})`;
  return [
    `CREATE TRIGGER ${quoteIdent(names.insertTrigger)} BEFORE INSERT ON ${quoteName(pair.table)} FOR EACH ROW${inserts} EXECUTE FUNCTION ${names.sync}()`,
    `CREATE TRIGGER ${quoteIdent(names.updateTrigger)} BEFORE UPDATE ON ${quoteName(pair.table)} FOR EACH ROW WHEN (${updates}) EXECUTE FUNCTION ${names.sync}()`,
  ];
}

/** Functions and triggers of the sync, with their way back. */
function installSync(pair: Pair, table: TableInfo): { sql: string[]; undo: string[] } {
  const names = pairNames(pair);
  const marks = needsOmittedDefault(pair);
  const fresh = quoteIdent(pair.newName);
  return {
    sql: [
      ...conversionFunctions(pair),
      syncFunction(pair, table, 'old_leads'),
      ...(marks
        ? [
            omittedFunction(pair),
            `GRANT EXECUTE ON FUNCTION ${names.omitted}() TO PUBLIC`,
            `${alter(table)} ALTER COLUMN ${fresh} SET DEFAULT ${names.omitted}()`,
          ]
        : []),
      ...triggerSql(pair, table),
    ],
    undo: [
      `DROP TRIGGER ${quoteIdent(names.updateTrigger)} ON ${quoteName(table)}`,
      `DROP TRIGGER ${quoteIdent(names.insertTrigger)} ON ${quoteName(table)}`,
      `DROP FUNCTION ${names.sync}()`,
      ...(marks
        ? [`${alter(table)} ALTER COLUMN ${fresh} DROP DEFAULT`, `DROP FUNCTION ${names.omitted}()`]
        : []),
      ...dropConversions(pair),
    ],
  };
}

function dropConversions(pair: Pair): string[] {
  if (!pair.converts) return [];
  const names = pairNames(pair);
  return [
    `DROP FUNCTION ${names.up}(${pair.old.type})`,
    `DROP FUNCTION ${names.upFails}(${pair.old.type})`,
    `DROP FUNCTION ${names.down}(${pair.newType})`,
    `DROP FUNCTION ${names.downFails}(${pair.newType})`,
  ];
}

function backfillStep(context: OperationContext, pair: Pair): Step {
  const conditions = pairConditions(pair, 't');
  const source = `t.${quoteIdent(pair.old.name)}`;
  const expression = pair.converts ? pair.up.apply(source) : source;
  const onFailure = pair.up.onFailure.kind;
  return makeStep(context, {
    kind: 'backfill',
    slug: 'backfill',
    phase: 'dual_write',
    title: `Copy ${pair.old.name} to ${pair.newName} in the rows that are there`,
    sql: [
      `UPDATE ${quoteName(pair.table)} AS t SET ${quoteIdent(pair.newName)} = ${expression} WHERE ${conditions.needsWork}`,
    ],
    undo: [],
    locks: lockOn(context.table, 'ROW EXCLUSIVE'),
    undoLocks: [],
    scans: true,
    extra: {
      backfill: {
        table: pair.table,
        key: pair.key,
        column: pair.newName,
        expression,
        safeExpression: pair.converts ? `${pairNames(pair).up}(${source})` : source,
        where: conditions.needsWork,
        safeWhere: conditions.safeNeedsWork,
        onFailure: onFailure === 'quarantine' ? 'quarantine' : onFailure === 'reject' ? 'reject' : 'none',
        failed: conditions.failed,
        operation: context.index,
        estimatedRows: context.table.estimatedRows,
      },
    },
  });
}

function indexSteps(context: OperationContext, clones: readonly IndexClone[]): Step[] {
  return clones.flatMap((clone) => {
    const build = makeStep(context, {
      kind: 'build_index',
      slug: `index.${clone.name}`,
      phase: 'dual_write',
      title: `Build the index ${clone.name}`,
      sql: [clone.create],
      undo: [clone.drop],
      locks: lockOn(context.table, 'SHARE UPDATE EXCLUSIVE'),
      transactional: false,
      undoTransactional: false,
      scans: true,
      extra: {
        index: { table: { schema: context.table.schema, name: context.table.name }, name: clone.name },
      },
    });
    const comment = clone.source.comment;
    const about =
      comment === null
        ? []
        : [
            `COMMENT ON INDEX ${quoteIdent(context.table.schema)}.${quoteIdent(clone.name)} IS ${quoteLiteral(comment)}`,
          ];
    if (clone.addConstraint === null && about.length === 0) return [build];
    return [
      build,
      makeStep(context, {
        slug: `unique.${clone.name}`,
        phase: 'dual_write',
        title:
          clone.addConstraint === null
            ? `Describe the index ${clone.name}`
            : `Make ${clone.name} the unique constraint`,
        sql: [...(clone.addConstraint === null ? [] : [clone.addConstraint]), ...about],
        undo: clone.dropConstraint === null ? [] : [clone.dropConstraint],
        locks:
          clone.addConstraint === null
            ? lockOn(context.table, 'SHARE UPDATE EXCLUSIVE')
            : exclusiveOn(context.table),
      }),
    ];
  });
}

/** NOT VALID first, the proof in a transaction of its own: both in one would scan under ACCESS EXCLUSIVE. */
export function constraintSteps(context: OperationContext, clones: readonly ConstraintClone[]): Step[] {
  return clones.flatMap((clone) => [
    makeStep(context, {
      slug: `constraint.${clone.name}`,
      phase: 'dual_write',
      title: `Ask for ${clone.what} in new writes`,
      sql: [clone.add, ...(clone.comment === null ? [] : [clone.comment])],
      undo: [clone.drop],
      locks: clone.addLocks,
      undoLocks: clone.dropLocks,
    }),
    makeStep(context, {
      kind: 'validate',
      slug: `validate.${clone.name}`,
      phase: 'dual_write',
      title: `Prove ${clone.what} for every row`,
      sql: [clone.validate],
      undo: [],
      locks: clone.validateLocks,
      undoLocks: [],
      scans: true,
    }),
  ]);
}

/** Defaults and owned sequences go with the name that code writes: to the new column at Retire, and back. */
function handOver(pair: Pair, table: TableInfo, managed: boolean): { sql: string[]; undo: string[] } {
  const fresh = quoteIdent(pair.newName);
  const marks = managed && needsOmittedDefault(pair);
  const omitted = pairNames(pair).omitted;
  const converted =
    pair.old.default === null
      ? null
      : pair.converts
        ? pair.up.apply(`(${pair.old.default})`)
        : pair.old.default;
  const setNew =
    converted !== null
      ? [`${alter(table)} ALTER COLUMN ${fresh} SET DEFAULT ${converted}`]
      : marks
        ? [`${alter(table)} ALTER COLUMN ${fresh} DROP DEFAULT`]
        : [];
  const dropOld =
    pair.old.default === null
      ? []
      : [`${alter(table)} ALTER COLUMN ${quoteIdent(pair.old.name)} DROP DEFAULT`];
  const owned = pair.old.ownedSequences.map((sequence) => ({
    to: `ALTER SEQUENCE ${sequence} OWNED BY ${quoteName(table)}.${fresh}`,
    back: `ALTER SEQUENCE ${sequence} OWNED BY ${quoteName(table)}.${quoteIdent(pair.old.name)}`,
  }));
  return {
    sql: [...owned.map((sequence) => sequence.to), ...setNew, ...dropOld],
    undo: [
      ...(pair.old.default === null
        ? []
        : [`${alter(table)} ALTER COLUMN ${quoteIdent(pair.old.name)} SET DEFAULT ${pair.old.default}`]),
      ...(marks
        ? [`${alter(table)} ALTER COLUMN ${fresh} SET DEFAULT ${omitted}()`]
        : converted !== null
          ? [`${alter(table)} ALTER COLUMN ${fresh} DROP DEFAULT`]
          : []),
      ...owned.map((sequence) => sequence.back),
    ],
  };
}

function contractSteps(context: OperationContext, pair: Pair): Step[] {
  const { table } = context;
  const managed = context.dualWrite === 'managed';
  const old = quoteIdent(pair.old.name);
  const retired = quoteIdent(pair.retiredName);
  const relaxes = pair.converts && pair.old.notNull;
  const names = pairNames(pair);
  const over = handOver(pair, table, managed);
  // Where the application wrote both sides itself, the sync that feeds the retired column appears only here.
  const reverse = triggerSql({ ...pair, old: { ...pair.old, name: pair.retiredName } }, table);
  const dropReverse = [
    `DROP TRIGGER ${quoteIdent(names.updateTrigger)} ON ${quoteName(table)}`,
    `DROP TRIGGER ${quoteIdent(names.insertTrigger)} ON ${quoteName(table)}`,
    `DROP FUNCTION ${names.sync}()`,
  ];
  const retire = makeStep(context, {
    slug: 'retire',
    phase: 'contract',
    title: `Retire ${pair.old.name}`,
    sql: [
      ...over.sql,
      ...(relaxes ? [`${alter(table)} ALTER COLUMN ${old} DROP NOT NULL`] : []),
      `${alter(table)} RENAME COLUMN ${old} TO ${retired}`,
      syncFunction(pair, table, 'retired'),
      ...(managed ? [] : reverse),
    ],
    undo: [
      ...(managed ? [] : dropReverse),
      `${alter(table)} RENAME COLUMN ${retired} TO ${old}`,
      ...(managed ? [syncFunction(pair, table, 'new_leads')] : []),
      ...over.undo,
      ...(relaxes
        ? [
            `${alter(table)} ALTER COLUMN ${old} SET NOT NULL`,
            `${alter(table)} DROP CONSTRAINT ${quoteIdent(backProofName(pair))}`,
          ]
        : []),
    ],
    locks: exclusiveOn(table),
    extra: { retires: { table: pair.table, column: pair.old.name, retiredName: pair.retiredName } },
  });
  if (!relaxes) return [retire];
  const proof = notNullProof(table, pair.retiredName, backProofName(pair));
  // Undone in reverse: first asked, then proven, then the retired column returns with its NOT NULL.
  const proveBack = makeStep(context, {
    kind: 'validate',
    slug: 'prove_back',
    phase: 'contract',
    title: `On the way back: prove that ${pair.old.name} is never NULL`,
    sql: [],
    undo: [proof.validate],
    locks: [],
    undoLocks: proof.validateLocks,
  });
  const askBack = makeStep(context, {
    slug: 'ask_back',
    phase: 'contract',
    title: `On the way back: ask that ${pair.old.name} is never NULL`,
    sql: [],
    undo: [proof.add],
    locks: [],
    undoLocks: proof.addLocks,
  });
  return [retire, proveBack, askBack];
}

function backProofName(pair: Pair): string {
  return `segue_back_${pair.tag}_${pair.operation + 1}`;
}

function purgeSteps(context: OperationContext, pair: Pair, proof: ConstraintClone | null): Step[] {
  const { table } = context;
  const names = pairNames(pair);
  const foreignKeys = table.foreignKeys
    .filter((key) => key.columns.includes(pair.old.name))
    .map((key) =>
      makeStep(context, {
        slug: `foreign_key.${key.name}`,
        phase: 'purge',
        title: `Drop the old foreign key ${key.name}`,
        sql: [`${alter(table)} DROP CONSTRAINT ${quoteIdent(key.name)}`],
        undo: [],
        locks: [
          ...exclusiveOn(table),
          ...(relationLabel(key.references) === relationLabel(table) ? [] : exclusiveOn(key.references)),
        ],
        undoLocks: [],
      }),
    );
  return [
    ...foreignKeys,
    makeStep(context, {
      slug: 'drop',
      phase: 'purge',
      title: `Delete the retired ${pair.old.name}`,
      sql: [
        `DROP TRIGGER ${quoteIdent(names.updateTrigger)} ON ${quoteName(table)}`,
        `DROP TRIGGER ${quoteIdent(names.insertTrigger)} ON ${quoteName(table)}`,
        `DROP FUNCTION ${names.sync}()`,
        ...(needsOmittedDefault(pair) && context.dualWrite === 'managed'
          ? [`DROP FUNCTION ${names.omitted}()`]
          : []),
        ...dropConversions(pair),
        ...(proof === null ? [] : [proof.drop]),
        `${alter(table)} DROP COLUMN ${quoteIdent(pair.retiredName)}`,
      ],
      undo: [],
      locks: exclusiveOn(table),
      undoLocks: [],
    }),
  ];
}

function pairChecks(
  context: OperationContext,
  pair: Pair,
  clones: readonly IndexClone[],
  constraints: readonly ConstraintClone[],
) {
  const id = (name: string) => `${context.index + 1}.${name}`;
  const retired = { ...pair, old: { ...pair.old, name: pair.retiredName } };
  const mismatches = (name: string, of: Pair, title: string): CheckSpec => {
    const conditions = pairConditions(of, 't');
    return {
      id: id(name),
      title,
      work: {
        kind: 'mismatches',
        table: pair.table,
        key: pair.key,
        where: conditions.disagrees,
        safeWhere: conditions.safeDisagrees,
        show: [of.old.name, pair.newName],
        operation: context.index,
      },
    };
  };
  const conditions = pairConditions(pair, 't');
  const names = pairNames(pair);
  const indexes: CheckSpec[] =
    clones.length === 0
      ? []
      : [
          {
            id: id('indexes_valid'),
            title: 'The new indexes are valid',
            work: { kind: 'indexes_valid', table: pair.table, names: clones.map((clone) => clone.name) },
          },
        ];
  const validated: CheckSpec[] =
    constraints.length === 0
      ? []
      : [
          {
            id: id('constraints_validated'),
            title: 'The new constraints are proven',
            work: {
              kind: 'constraints_validated',
              table: pair.table,
              names: constraints.map((constraint) => constraint.name),
            },
          },
        ];
  const roundTrip: CheckSpec[] = pair.converts
    ? [
        {
          id: id('round_trip'),
          title: `Every ${pair.old.name} survives the way there and back`,
          work: {
            kind: 'round_trip',
            table: pair.table,
            key: pair.key,
            where: `NOT (${conditions.survives})`,
            failed: conditions.failed,
            onFailure: pair.up.onFailure.kind === 'none' ? 'value' : pair.up.onFailure.kind,
            column: pair.old.name,
          },
        },
      ]
    : [];
  const exceptions = (side: 'old' | 'new', of = conditions): CheckSpec[] =>
    pair.converts
      ? [
          {
            id: id(`exceptions_${side}`),
            title:
              side === 'old'
                ? `No ${pair.old.name} that ${pair.newName} cannot hold`
                : `No ${pair.newName} that ${pair.old.name} cannot hold`,
            work: {
              kind: 'exceptions',
              table: pair.table,
              key: pair.key,
              still: side === 'old' ? of.failed : of.lossyNew,
              operation: context.index,
              side,
              column: side === 'old' ? pair.old.name : pair.newName,
            },
          },
        ]
      : [];
  const syncInPlace: CheckSpec = {
    id: id('sync_in_place'),
    title: 'The sync is in place and runs last',
    work: { kind: 'sync_in_place', table: pair.table, triggers: [names.insertTrigger, names.updateTrigger] },
  };
  const functionBodies: CheckSpec = {
    id: id('function_bodies'),
    title: `No function still names ${pair.old.name}`,
    work: { kind: 'function_bodies', table: pair.table, column: pair.old.name },
  };
  return { mismatches, retired, indexes, validated, roundTrip, exceptions, syncInPlace, functionBodies, id };
}

/** All five phases of a pair of columns: rename and change of type differ only in the pair. Pure. */
export function pairPhases(
  context: OperationContext,
  pair: Pair,
  rewrite: ColumnRewrite,
  findings: OperationPlan['findings'],
): OperationPlan {
  const { table } = context;
  const managed = context.dualWrite === 'managed';
  const clones = cloneIndexes(table, pair.old.name, pair.newName, rewrite, !pair.converts);
  requireCloneRights(table, pair.old.name, clones.length > 0);
  const mirroredPair: Pair = {
    ...pair,
    mirrored: clones.filter((clone) => clone.source.unique).map((clone) => clone.source),
  };
  const proof = pair.old.notNull
    ? notNullProof(table, pair.newName, `segue_nn_${pair.tag}_${pair.operation + 1}`)
    : null;
  const constraints = [
    ...(proof === null ? [] : [proof]),
    ...cloneConstraints(table, pair.old.name, pair.newName, rewrite),
  ];
  const sync = installSync(mirroredPair, table);
  const checks = pairChecks(context, mirroredPair, clones, constraints);
  const notes = pairNotes(pair, context.dualWrite);
  const label = `${pair.table.name}.${pair.old.name}`;
  const agree = (name: string) =>
    checks.mismatches(name, mirroredPair, `${pair.old.name} and ${pair.newName} agree in every row`);

  const syncSteps = managed
    ? [
        makeStep(context, {
          slug: 'sync',
          phase: 'dual_write',
          title: `Keep ${pair.old.name} and ${pair.newName} the same from now on`,
          sql: sync.sql,
          undo: sync.undo,
          locks:
            managed && needsOmittedDefault(pair) ? exclusiveOn(table) : lockOn(table, 'SHARE ROW EXCLUSIVE'),
          undoLocks: exclusiveOn(table),
        }),
      ]
    : conversionFunctions(mirroredPair).length === 0
      ? []
      : [
          makeStep(context, {
            slug: 'conversions',
            phase: 'dual_write',
            title: 'Install the conversions',
            sql: conversionFunctions(mirroredPair),
            undo: dropConversions(pair),
            locks: [],
          }),
        ];
  const analyze = makeStep(context, {
    kind: 'analyze',
    slug: 'analyze',
    phase: 'dual_write',
    title: `Refresh the statistics of ${pair.table.name}`,
    sql: [`ANALYZE ${quoteName(table)} (${quoteIdent(pair.newName)})`],
    undo: [],
    locks: lockOn(table, 'SHARE UPDATE EXCLUSIVE'),
    undoLocks: [],
    scans: true,
  });
  const lead = [
    ...(managed ? [syncFunction(mirroredPair, table, 'new_leads')] : []),
    ...(pair.old.notNull ? [`${alter(table)} ALTER COLUMN ${quoteIdent(pair.newName)} SET NOT NULL`] : []),
  ];
  const follow = [
    ...(pair.old.notNull ? [`${alter(table)} ALTER COLUMN ${quoteIdent(pair.newName)} DROP NOT NULL`] : []),
    ...(managed ? [syncFunction(mirroredPair, table, 'old_leads')] : []),
  ];
  return {
    newCodeAfter: 'dual_write',
    oldCodeBefore: 'contract',
    findings,
    phases: {
      expand: {
        summary: `Adds ${pair.newName} (${pair.newType}) beside ${label}. Nothing uses it yet.`,
        steps: [addColumnStep(context, pair)],
        lossless: true,
        rollback: `Takes ${pair.newName} out of use. It is dropped if ${pair.old.name} holds all it has, and kept as a retired column if not.`,
      },
      dual_write: {
        summary: `Keeps ${pair.old.name} and ${pair.newName} the same, copies the rows that are there, and gives ${pair.newName} the same indexes and constraints.`,
        steps: [
          ...syncSteps,
          backfillStep(context, mirroredPair),
          ...indexSteps(context, clones),
          ...constraintSteps(context, constraints),
          analyze,
        ],
        exitChecks: [agree('agree'), ...checks.roundTrip, ...checks.indexes, ...checks.validated],
        watchChecks: managed ? [checks.syncInPlace] : [],
        rollbackChecks: checks.exceptions('new'),
        deploy: notes.dualWrite ?? undefined,
        lossless: true,
        rollback: `Takes the sync, the new indexes and constraints away. ${pair.old.name} is untouched; code that uses ${pair.newName} must be out of service first.`,
      },
      switch: {
        summary: `${pair.newName} leads: where one statement writes both differently, it wins.`,
        steps:
          lead.length === 0
            ? []
            : [
                makeStep(context, {
                  slug: 'lead',
                  phase: 'switch',
                  title: `Let ${pair.newName} lead`,
                  sql: lead,
                  undo: follow,
                  locks: pair.old.notNull ? exclusiveOn(table) : [],
                  undoLocks: pair.old.notNull ? exclusiveOn(table) : [],
                }),
              ],
        entryChecks: [
          ...(managed ? [checks.syncInPlace] : []),
          agree('still_agree'),
          ...checks.exceptions('old'),
        ],
        deploy: notes.switch,
        lossless: true,
        rollback: `${pair.old.name} leads again. Both columns stay the same; nothing is lost.`,
      },
      contract: {
        summary: `Renames ${pair.old.name} away to ${pair.retiredName}. It is still fed, so that the way back loses nothing.`,
        steps: contractSteps(context, mirroredPair),
        entryChecks: [
          ...(managed ? [checks.syncInPlace] : []),
          agree('agree_before_retire'),
          checks.functionBodies,
        ],
        rollbackChecks:
          pair.converts && pair.old.notNull
            ? checks.exceptions('new', pairConditions(pair, 't', pair.retiredName))
            : [],
        deploy: notes.contract,
        lossless: true,
        rollback: `Brings ${pair.old.name} back under its name, with every value written since.`,
      },
      purge: {
        summary: `Deletes the retired ${pair.old.name} and everything Segue added for it. This cannot be undone.`,
        steps: purgeSteps(context, pair, proof),
        entryChecks: [
          {
            id: checks.id('retention'),
            title: 'The time to change your mind has passed',
            work: { kind: 'retention', table: pair.table, column: pair.retiredName },
          },
          checks.mismatches(
            'agree_before_delete',
            { ...checks.retired, mirrored: [] },
            `The retired ${pair.old.name} and ${pair.newName} agree in every row`,
          ),
          {
            id: checks.id('dependents'),
            title: `Nothing depends on the retired ${pair.old.name}`,
            work: { kind: 'dependents', table: pair.table, column: pair.retiredName },
          },
        ],
        lossless: false,
        rollback: 'Cannot be rolled back.',
      },
    },
  };
}

/** Rewrites expressions over the old column into ones over the new. */
export function columnRewrite(oldName: string, replacement: string): ColumnRewrite {
  return (name) => (name === oldName ? replacement : null);
}

/** SQL of a user's expression with its column replaced by another SQL value. */
export function substitute(expression: string, column: string, value: string): string {
  return replaceColumns(parseExpression(expression), (name) => (name === column ? value : null));
}
