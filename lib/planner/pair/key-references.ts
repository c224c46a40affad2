import { SegueError } from '@/lib/core/errors';
import type { CheckSpec, HalfWay, Step, StepLock } from '@/lib/core/plan';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import { type ForeignKey, findTable, type TableInfo } from '../catalog';
import { constraintSteps, provenChecks } from '../clone/constraint-steps';
import { type ConstraintClone, foreignKeyConstraint } from '../clone/constraints';
import { cutIdentifier } from '../names';
import { alterTable, lockOn, makeStep, type OperationContext, relationLabel } from '../plan-parts';
import { restoreConstraint } from './restore-steps';

/** What becomes of the foreign keys that rest upon the index of a primary key that goes. */
interface KeyReferences {
  readonly tables: readonly TableInfo[];
  /** Sync: each beside itself, upon the index that stays, and proven. */
  readonly sync: readonly Step[];
  readonly proven: readonly CheckSpec[];
  /** Made again once the way back out of Switch has used them up. Undone from the end. */
  readonly restore: readonly Step[];
  /** Statements of the transaction in which the primary key changes: before it, and after it. */
  readonly drop: readonly string[];
  readonly takeOver: readonly string[];
  readonly locks: readonly StepLock[];
}

interface Reference {
  readonly context: OperationContext;
  readonly key: ForeignKey;
  readonly old: ConstraintClone;
  readonly fresh: ConstraintClone;
}

const sameColumns = (some: readonly string[], others: readonly string[]) =>
  [...some].sort().join('\n') === [...others].sort().join('\n');

function referencesOf(context: OperationContext, stays: string): Reference[] {
  const { table, catalog } = context;
  const found = table.inboundForeignKeys.flatMap((inbound) => {
    const child = findTable(catalog, inbound.table);
    const key = child?.foreignKeys.find((each) => each.name === inbound.name);
    if (child === undefined || key === undefined || !sameColumns(key.referencedColumns, table.primaryKey))
      return [];
    return [{ child, key }];
  });
  return found.map(({ child, key }, at) => {
    if (child.partitions.length > 0 && catalog.serverVersionNum < 180_000)
      throw new SegueError(
        'unsupported',
        `"${relationLabel(child)}" is partitioned and references "${relationLabel(table)}": up to PostgreSQL 17 its foreign key "${key.name}" cannot be made anew without blocking.`,
        {
          object: relationLabel(child),
          next: `Drop "${key.name}" first, with drop_constraint, and add it again afterwards.`,
        },
      );
    const old = foreignKeyConstraint(child, key);
    const fresh = foreignKeyConstraint(child, {
      ...key,
      name: `segue_fk_${context.tag}_${context.index + 1}_${at + 1}`,
    });
    return {
      context: { ...context, table: child },
      key,
      old,
      fresh: { ...fresh, what: `${fresh.what}, upon the index ${stays}` },
    };
  });
}

/**
 * PostgreSQL takes the oldest unique index over the referenced columns for a new foreign key: that of the primary key. Built
 * anew it is the younger one, and foreign keys that are made then rest upon the one that stays.
 */
function makeYounger(context: OperationContext, key: string, stays: string) {
  const { table } = context;
  const named = (name: string) => quoteName({ schema: table.schema, name });
  const oid = (name: string) => `to_regclass(${quoteLiteral(named(name))})::oid`;
  const younger = `${oid(key)} > ${oid(stays)}`;
  const halfBuilt = ['ccnew', 'ccold'].map((mark): HalfWay => {
    const left = named(`${cutIdentifier(key, mark.length + 1)}_${mark}`);
    return {
      when: `EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(${quoteLiteral(left)}) AND NOT indisvalid)`,
      sql: [`DROP INDEX CONCURRENTLY IF EXISTS ${left}`],
    };
  });
  const build = [`REINDEX INDEX CONCURRENTLY ${named(key)}`];
  const locks = lockOn(table, 'SHARE UPDATE EXCLUSIVE');
  const outside = { done: younger, undone: null, resume: halfBuilt };
  return {
    step: makeStep(context, {
      kind: 'outside',
      slug: 'younger_key',
      phase: 'dual_write',
      title: `Build the index ${key} anew, so that new foreign keys rest upon ${stays}`,
      sql: build,
      undo: [],
      locks,
      undoLocks: [],
      transactional: false,
      scans: true,
      extra: { outside },
    }),
    restore: makeStep(context, {
      kind: 'outside',
      slug: 'restore.younger_key',
      phase: 'switch',
      title: `On the way back: build the index ${key} anew`,
      sql: [],
      undo: build,
      locks: [],
      undoLocks: locks,
      undoTransactional: false,
      extra: { outside: { ...outside, undone: younger }, restores: { there: younger } },
    }),
  };
}

/**
 * Foreign keys to the columns of a primary key that becomes another. Sync makes each a second time, upon the index that keeps
 * the columns unique, and proves it; Switch drops the first and gives the second its name, which reads no row. `key` is the
 * primary key's index, `stays` the other one's. Pure.
 */
export function keyReferences(context: OperationContext, key: string, stays: string): KeyReferences {
  const references = referencesOf(context, stays);
  if (references.length === 0)
    return { tables: [], sync: [], proven: [], restore: [], drop: [], takeOver: [], locks: [] };
  const younger = makeYounger(context, key, stays);
  const restored = references.map(({ context: on, fresh }) => ({
    fresh,
    steps: restoreConstraint(on, fresh, 'switch', fresh.what),
  }));
  return {
    tables: references.map(({ context: on }) => on.table),
    sync: [younger.step, ...references.flatMap(({ context: on, fresh }) => constraintSteps(on, [fresh]))],
    proven: references.flatMap(({ context: on, fresh }) => provenChecks(on, [fresh])),
    restore: [
      ...restored.flatMap(({ fresh, steps: [prove] }) => (fresh.proven ? [prove] : [])),
      ...restored.map(({ steps: [, add] }) => add),
      younger.restore,
    ],
    drop: references.map(({ old }) => old.drop),
    takeOver: references.flatMap(({ context: { table }, key: { name }, fresh }) =>
      [table, ...table.partitions].map(
        (relation) =>
          `${alterTable(relation)} RENAME CONSTRAINT ${quoteIdent(fresh.name)} TO ${quoteIdent(name)}`,
      ),
    ),
    locks: references.flatMap(({ old }) => old.dropLocks),
  };
}
