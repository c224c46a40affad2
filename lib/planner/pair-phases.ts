import type { Finding } from '@/lib/core/plan';
import { quoteIdent } from '@/lib/core/sql-text';
import { constraintSteps } from './clone/constraint-steps';
import { cloneConstraints, notNullProof } from './clone/constraints';
import { clusterOn } from './clone/index-attributes';
import { type ColumnRewrite, cloneIndexes } from './clone/indexes';
import { columnUnusedCheck, retentionCheck } from './delete-checks';
import { pairNotes } from './deploy/pair-notes';
import { keyAfterRetire } from './key-after-swap';
import { addColumnStep } from './pair/add-column-step';
import { contractSteps } from './pair/contract-steps';
import { analyzeStep, backfillStep, indexSteps } from './pair/copy-steps';
import { followViews } from './pair/follow-views';
import { keptNames } from './pair/kept-names';
import { sameNotNull } from './pair/not-null';
import { pairChecks, recently, underSync } from './pair/pair-checks';
import { primaryKeyMove } from './pair/primary-key-move';
import { primaryKeySwap } from './pair/primary-key-swap';
import { purgeSteps } from './pair/purge-steps';
import { buildSpentIndex } from './pair/restore-steps';
import {
  alterTable,
  exclusiveOn,
  lockOn,
  makeStep,
  type OperationContext,
  type OperationPlan,
} from './plan-parts';
import { requireCloneRights } from './refuse';
import { requireKnownKeys, requireOneDefault, requireUnruled } from './refuse-unfit';
import { conversionFunctions } from './sync/conversion-functions';
import { dropConversions, installSync } from './sync/install-sync';
import { needsOmittedDefault } from './sync/omitted-default';
import { newIsNotNull, type Pair, pairConditions } from './sync/pair';
import { stageFunctions } from './sync/pair-function';

/** All five phases of a pair of columns: rename and change of type differ only in the pair. Pure. */
export function pairPhases(
  context: OperationContext,
  pair: Pair,
  rewrite: ColumnRewrite,
  findings: OperationPlan['findings'],
): OperationPlan {
  const { table } = context;
  const managed = context.dualWrite === 'managed';
  const all = cloneIndexes(
    table,
    pair.old.name,
    pair.newName,
    rewrite,
    !pair.converts || pair.newType === pair.old.type,
  );
  const primary = primaryKeySwap(context, pair, all);
  const spent = primary?.indexes ?? [];
  const clones = all.filter((clone) => !clone.source.primary);
  requireUnruled(table);
  requireOneDefault(table, pair.old.name);
  requireCloneRights(table, pair.old.name, all.length > 0);
  const mirroredPair: Pair = {
    ...pair,
    mirrored: all.filter((clone) => clone.source.unique).map((clone) => clone.source),
  };
  requireKnownKeys(table, mirroredPair.mirrored);
  const notNull = newIsNotNull(pair);
  const proof = notNull
    ? notNullProof(table, pair.newName, `segue_nn_${pair.tag}_${pair.operation + 1}`)
    : null;
  const constraints = [
    ...(proof === null ? [] : [proof]),
    ...cloneConstraints(table, pair.old.name, pair.newName, rewrite),
  ];
  // Managed, the sync is there from Sync on; where the application writes both sides, from Switch on: new code that writes
  // one side only may come before Retire.
  const sync = installSync(mirroredPair, table, managed ? 'old_leads' : 'new_leads');
  const syncLocks = needsOmittedDefault(pair) ? exclusiveOn(table) : lockOn(table, 'SHARE ROW EXCLUSIVE');
  const conversions = { sql: conversionFunctions(mirroredPair), undo: dropConversions(pair) };
  const checks = pairChecks(context, mirroredPair, [...clones, ...spent], constraints);
  const checksAfter = pairChecks(
    context,
    { ...mirroredPair, key: keyAfterRetire(context, pair.key) },
    clones,
    constraints,
  );
  const notes = pairNotes(pair, context.dualWrite);
  const label = `${pair.table.name}.${pair.old.name}`;
  const sides = `${pair.old.name} and ${pair.newName} agree in every row`;
  const agree = checks.mismatches('agree', mirroredPair, sides, managed ? underSync(mirroredPair) : {});
  const stillAgree = (name: string) =>
    checks.mismatches(name, mirroredPair, sides, managed ? recently(mirroredPair) : {});

  const syncSteps = managed
    ? [
        makeStep(context, {
          slug: 'sync',
          phase: 'dual_write',
          title: `Keep ${pair.old.name} and ${pair.newName} the same from now on`,
          sql: [...conversions.sql, ...sync.sql],
          undo: [...sync.undo, ...conversions.undo],
          locks: syncLocks,
          undoLocks: exclusiveOn(table),
        }),
      ]
    : conversions.sql.length === 0
      ? []
      : [
          makeStep(context, {
            slug: 'conversions',
            phase: 'dual_write',
            title: 'Install the conversions',
            sql: conversions.sql,
            undo: conversions.undo,
            locks: [],
          }),
        ];
  // The strongest lock first: a transaction that asks for more later would make writers wait twice.
  const lead = [
    ...(notNull ? sameNotNull(table, pair) : []),
    ...(managed ? stageFunctions(mirroredPair, table, 'new_leads') : sync.sql),
  ];
  const follow = [
    ...(notNull ? [`${alterTable(table)} ALTER COLUMN ${quoteIdent(pair.newName)} DROP NOT NULL`] : []),
    ...(managed ? stageFunctions(mirroredPair, table, 'old_leads') : sync.undo),
  ];
  const followed = followViews(context, pair);
  return {
    views: followed.views,
    moves: [{ table, column: pair.old.name }],
    newCodeAfter: managed ? 'dual_write' : 'switch',
    oldCodeBefore: 'contract',
    findings: [...findings, ...(managed ? [] : upsertFindings(context, mirroredPair))],
    phases: {
      expand: {
        summary: `Adds ${pair.newName} (${pair.newType}) beside ${label}. Nothing uses it yet.`,
        steps: [addColumnStep(context, pair)],
        rollbackChecks: [checks.functionBodies('function_bodies_back', pair.newName)],
        lossless: true,
        rollback: `Takes ${pair.newName} out of use. It is dropped if ${pair.old.name} holds all it has, and kept as a retired column if not.`,
      },
      dual_write: {
        summary: `Keeps ${pair.old.name} and ${pair.newName} the same, copies the rows that are there, and gives ${pair.newName} the same indexes and constraints.`,
        steps: [
          ...syncSteps,
          backfillStep(context, mirroredPair),
          ...indexSteps(context, clones),
          ...spent.map((index) => buildSpentIndex(context, index)),
          ...constraintSteps(context, constraints),
          analyzeStep(context, pair),
        ],
        exitChecks: [agree, ...checks.roundTrip, ...checks.indexes, ...checks.validated],
        watchChecks: managed ? [checks.syncInPlace] : [],
        rollbackChecks: checks.exceptions('new'),
        deploy: notes.dualWrite ?? undefined,
        lossless: true,
        rollback: `Takes the sync, the new indexes and constraints away. ${pair.old.name} is untouched; code that uses ${pair.newName} must be out of service first.`,
      },
      switch: {
        summary: `${managed ? '' : `From now on a trigger keeps ${pair.old.name} and ${pair.newName} the same. `}${pair.newName} leads: where one statement writes both differently, it wins.`,
        steps: [
          makeStep(context, {
            slug: 'lead',
            phase: 'switch',
            title: `Let ${pair.newName} lead`,
            sql: lead,
            undo: follow,
            locks: notNull ? exclusiveOn(table) : managed ? [] : syncLocks,
            undoLocks: notNull || !managed ? exclusiveOn(table) : [],
          }),
        ],
        entryChecks: [
          ...(managed ? [checks.syncInPlace] : []),
          stillAgree('still_agree'),
          ...checks.exceptions('old'),
        ],
        deploy: notes.switch,
        lossless: true,
        rollback: managed
          ? `${pair.old.name} leads again. Both columns stay the same; nothing is lost.`
          : `Takes the sync away: only code that writes both columns may run. Nothing is lost.`,
      },
      contract: {
        summary: `Renames ${pair.old.name} away to ${pair.retiredName}. It is still fed, so that the way back loses nothing.`,
        steps: [
          ...followed.steps,
          ...contractSteps(context, mirroredPair, primary === null ? null : primaryKeyMove(context, primary)),
        ],
        entryChecks: [
          checks.syncInPlace,
          stillAgree('agree_before_retire'),
          // Old code went on after Switch: the last moment at which somebody could still correct what only it can hold.
          ...checks.exceptions('old'),
          checks.functionBodies('function_bodies', pair.old.name),
        ],
        rollbackChecks:
          pair.converts && pair.old.notNull
            ? checksAfter.exceptions('new', pairConditions(pair, 't', pair.retiredName))
            : [],
        deploy: notes.contract,
        lossless: true,
        rollback: `Brings ${pair.old.name} back under its name, with every value written since.`,
      },
      purge: {
        summary: `Deletes the retired ${pair.old.name} and everything Segue added for it. This cannot be undone.`,
        steps: purgeSteps(
          context,
          pair,
          proof,
          undefined,
          undefined,
          clones.flatMap((clone) => clusterOn(table, clone.source, clone.name)),
          keptNames(table, pair, clones, constraints),
        ),
        entryChecks: [
          retentionCheck(checks.id, pair.table, pair.retiredName),
          checksAfter.mismatches(
            'agree_before_delete',
            { ...checksAfter.retired, mirrored: [] },
            `The retired ${pair.old.name} and ${pair.newName} agree in every row`,
          ),
          columnUnusedCheck(checks.id('dependents'), pair.old.name, pair.table, pair.retiredName),
        ],
        lossless: false,
        rollback: 'Cannot be rolled back.',
      },
    },
  };
}

/** Without the sync function nobody queues the writers of one new key: two unique indexes then refuse one of them. */
function upsertFindings(context: OperationContext, pair: Pair): Finding[] {
  return pair.mirrored.map((index) => ({
    rule: 'concurrent-upserts',
    severity: 'warning',
    operation: context.index,
    message: `${pair.old.name} is in the unique index ${index.name}. While it has a clone, two sessions that insert one new key at the same moment with ON CONFLICT can get 23505.`,
    fix: 'Choose managed dual writes, which prevent it, or let the application try again on 23505.',
  }));
}
