import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import type { Finding, KeyColumn, Step } from '@/lib/core/plan';
import type { RowsUpdate } from '@/lib/core/rows-update';
import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { type UpdateParts, updateParts } from '@/lib/sql/update-parts';
import type { ColumnInfo } from '../catalog';
import { same } from '../compare';
import { type OperationDefinition, onAnyTable, touch } from '../operation-definition';
import {
  makeStep,
  type OperationContext,
  type OperationPlan,
  type PhasePart,
  relationLabel,
} from '../plan-parts';
import { refuse, requireColumn, requireKey } from '../refuse';
import { requireUnruled } from '../refuse-unfit';
import { lookupSource, severalMatchesCheck, severalMatchesFinding } from '../several-matches';
import { triggerFindings } from '../trigger-findings';
import { batchedRows } from './batched-rows';

type UpdateRows = OperationOf<'update_rows'>;

const aliasOf = ({ as, table }: UpdateRows): string => as ?? table.name;

const partsOf = (operation: UpdateRows): UpdateParts =>
  updateParts({
    alias: aliasOf(operation),
    set: operation.set,
    from: operation.from ?? null,
    where: operation.where ?? null,
  });

/** True where the new values depend on other rows of the table itself: batches would see each other's work. */
const readsItself = ({ reads }: UpdateParts, { schema, name }: RelationName): boolean =>
  reads.some((read) => read.name === name && (read.schema === null || read.schema === schema));

/** A column whose value an UPDATE may set without the row losing its place. */
function requireSettable(context: OperationContext, name: string): ColumnInfo {
  const { table } = context;
  const column = requireColumn(table, name);
  const label = `${relationLabel(table)}.${name}`;
  if (column.generated !== null || column.identity === 'always')
    refuse(`"${label}" is computed by PostgreSQL.`, label, 'Leave it out.', 'set');
  if (table.key?.some((part) => part.name === name))
    refuse(
      `"${label}" is part of the key by which rows are taken in batches: a row could be met twice.`,
      label,
      'Change keys by a new column: add_column with a value, then replace_primary_key.',
      'set',
    );
  if (table.partitionKey.includes(name))
    refuse(
      `"${label}" decides to which partition a row belongs: the row would move.`,
      label,
      'Move such rows by hand, in small transactions.',
      'set',
    );
  return column;
}

/** SET list of the way back for rows that code has changed since, over `t`. */
function downOf(operation: UpdateRows, context: OperationContext): RowsUpdate['down'] {
  if (operation.down === undefined) return null;
  const { sets } = updateParts({ alias: 't', set: operation.down, from: null, where: null });
  return sets.map(({ column, value }) => {
    const { default: fallback } = requireSettable(context, column);
    return `${quoteIdent(column)} = ${value ?? fallback ?? 'NULL'}`;
  });
}

function findingsOf(operation: UpdateRows, context: OperationContext, parts: UpdateParts): Finding[] {
  const label = relationLabel(context.table);
  const about = (rule: string, severity: Finding['severity'], message: string, fix: string): Finding => ({
    rule,
    severity,
    operation: context.index,
    message,
    fix,
  });
  const [first] = parts.sets;
  return [
    about(
      'rows-written-meanwhile',
      'info',
      `It changes the rows of ${label} that are there, each once, in batches. What code writes to a row after its batch stays as code wrote it; so do new rows whose key is beyond the last one at the start. A new row within the keys may be updated too.`,
      'If old code still writes old values, run the same update again after its last version is gone.',
    ),
    ...(parts.readsClock
      ? [
          about(
            'clock-per-batch',
            'info',
            'The clock is read batch by batch: rows of different batches get different times.',
            'Write a fixed time if all rows are to have the same.',
          ),
        ]
      : []),
    ...(operation.from === undefined
      ? []
      : [severalMatchesFinding(context, 'it stops and names that row: PostgreSQL would take any of them.')]),
    ...triggerFindings(context.table, first?.column ?? '', context.index).filter(
      ({ rule }) => rule === 'backfill-fires-triggers',
    ),
  ];
}

/** Shown as it would be run at once; it runs in batches of the key. */
function shownSql(operation: UpdateRows, context: OperationContext): string {
  const from = operation.from === undefined ? '' : ` FROM ${operation.from}`;
  const where = operation.where === undefined ? '' : ` WHERE ${operation.where}`;
  return `UPDATE ${quoteName(context.table)} AS ${quoteIdent(aliasOf(operation))} SET ${operation.set}${from}${where}`;
}

/** Old and new values beside the key, from the run to Delete: what the way back puts back. */
function keptTable(
  context: OperationContext,
  key: readonly { name: string; type: string }[],
  columns: readonly ColumnInfo[],
) {
  const name: RelationName = { schema: 'segue', name: `kept_${context.tag}_${context.index + 1}` };
  const list = [
    ...key.map(({ type }, at) => `k${at} ${type}`),
    ...columns.map(({ type }, at) => `o${at} ${type}`),
    ...columns.map(({ type }, at) => `n${at} ${type}`),
    'done boolean NOT NULL DEFAULT true',
    `PRIMARY KEY (${key.map((_, at) => `k${at}`).join(', ')})`,
  ];
  return {
    name,
    create: `CREATE TABLE ${quoteName(name)} (${list.join(', ')})`,
    drop: `DROP TABLE ${quoteName(name)}`,
  };
}

const keysOf = (alias: string, key: readonly KeyColumn[]): string =>
  key.map(({ name }) => `${quoteIdent(alias)}.${quoteIdent(name)}`).join(', ');

/** An UPDATE of rows that are there, in batches of the key, each row once. Old values are kept beside until Delete. */
function updateRowsOf(operation: UpdateRows, context: OperationContext): OperationPlan {
  const { table } = context;
  const label = relationLabel(table);
  const parts = partsOf(operation);
  const columns = parts.sets.map(({ column }) => requireSettable(context, column));
  if (new Set(columns).size < columns.length)
    throw new SegueError('bad_expression', `${operation.set} sets a column twice.`, {
      object: label,
      next: 'Set each column once.',
      evidence: { field: 'set' },
    });
  const key = requireKey(table);
  requireUnruled(table);
  const itself = readsItself(parts, table);
  // What only this transition's columns held goes with them on the way back.
  const ownAlone = columns.every(({ name }) => context.made?.has(`${label}.${name}`) === true);
  const keeps = operation.keep && (itself || !ownAlone);
  if (itself && !operation.keep)
    refuse(
      `The new values of "${label}" rest on other rows of it, so they are computed before the first row is changed and kept beside.`,
      label,
      'Leave keep: false out.',
      'keep',
    );
  const kept = keptTable(context, key, columns);
  const alias = aliasOf(operation);
  const rows: RowsUpdate = {
    alias,
    columns: columns.map(({ name }) => name),
    values: parts.sets.map(({ value }, at) => value ?? columns[at]?.default ?? 'NULL'),
    from: operation.from ?? null,
    where: operation.where ?? null,
    kept: keeps ? kept.name : null,
    computed: itself,
    unchanged: columns.map((column, at) => same(column, `t.${quoteIdent(column.name)}`, `b.o${at}`)),
    untouched: columns.map((column, at) => same(column, `t.${quoteIdent(column.name)}`, `b.n${at}`)),
    down: downOf(operation, context),
  };
  const [first = ''] = rows.columns;
  const list = rows.columns.join(', ');
  const values = (prefix: string) => columns.map((column) => `${prefix}.${quoteIdent(column.name)}`);
  const source = lookupSource(context, rows);
  const several =
    rows.from === null ? [] : [severalMatchesCheck(context, key, { ...rows, from: rows.from }, list)];
  // One row for each, where several give the same.
  const distinct = rows.from !== null && columns.every(({ hashable }) => hashable) ? 'DISTINCT ' : '';
  const keep: Step[] = keeps
    ? [
        makeStep(context, {
          slug: 'keep',
          phase: 'dual_write',
          title: `Make room for the old values of ${list}`,
          sql: [kept.create],
          undo: [kept.drop],
          locks: [],
        }),
      ]
    : [];
  const compute: Step[] = itself
    ? [
        makeStep(context, {
          slug: 'compute',
          phase: 'dual_write',
          title: `Compute the new values of ${list}`,
          sql: [
            `INSERT INTO ${quoteName(kept.name)} SELECT ${distinct}${[keysOf(alias, key), ...values(quoteIdent(alias)), ...rows.values, 'false'].join(', ')} ${source}`,
          ],
          undo: [`DELETE FROM ${quoteName(kept.name)}`],
          locks: [],
          scans: true,
        }),
      ]
    : [];
  const update = batchedRows(context, {
    slug: 'update',
    title: `Update ${list} in the rows that are there`,
    shown: shownSql(operation, context),
    key,
    column: first,
    expression: rows.values[0] ?? '',
    work: { rows },
    comesBack: keeps,
  });
  const purge: Partial<Record<'purge', PhasePart>> = keeps
    ? {
        purge: {
          summary: `Deletes the old values of ${list}. This cannot be undone.`,
          steps: [
            makeStep(context, {
              slug: 'drop_kept',
              phase: 'purge',
              title: `Delete the old values of ${list}`,
              sql: [kept.drop],
              undo: [],
              locks: [],
            }),
          ],
          lossless: false,
          rollback: 'Cannot be rolled back.',
        },
      }
    : {};
  return {
    newCodeAfter: 'dual_write',
    oldCodeBefore: null,
    findings: findingsOf(operation, context, parts),
    trials: [
      {
        sql: [`EXPLAIN ${shownSql(operation, context)}`],
        field: 'set',
        about: {
          what: 'PostgreSQL refuses the update',
          next: 'Write names of other tables and functions with their schema.',
        },
      },
      ...(rows.down === null
        ? []
        : [{ sql: [`EXPLAIN UPDATE ${quoteName(table)} AS t SET ${rows.down.join(', ')}`], field: 'down' }]),
    ],
    phases: {
      dual_write: {
        summary: `Updates ${list} in the rows that are there, in batches, each row once.${keeps ? ' The old values are kept beside until Delete.' : ''}`,
        steps: [...keep, ...compute, update],
        entryChecks: several,
        lossless: keeps || ownAlone,
        rollback: keeps
          ? `Puts the old values of ${list} back. Rows that code has changed since ${rows.down === null ? 'keep what they hold' : `get ${operation.down}`}, and are recorded.`
          : `Rows keep their new values of ${list}.`,
      },
      ...purge,
    },
  };
}

export const updateRows: OperationDefinition<'update_rows'> = {
  compile: onAnyTable(updateRowsOf),
  touches: (operation) => [
    ...touch(
      operation.table,
      'column',
      partsOf(operation).sets.map(({ column }) => column),
      true,
    ),
    ...touch(operation.table, 'column', partsOf(operation).mentions, false),
  ],
};
