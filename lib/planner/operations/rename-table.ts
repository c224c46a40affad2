import type { OperationOf } from '@/lib/core/operation';
import { type DeployNote, type Finding, PHASE_TITLES, type PhaseKind, type StepLock } from '@/lib/core/plan';
import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import type { TableInfo } from '../catalog';
import { accessCode } from '../deploy/code';
import { requireFreeRelation } from '../direct/free-relation';
import { type OperationDefinition, onAnyTable } from '../operation-definition';
import { makeStep, type OperationContext, type OperationPlan, relationLabel } from '../plan-parts';
import { refuse } from '../refuse';

const VIEW_RIGHTS = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE']);

/** Everybody's rights, on the view as on the table. */
function grantsOn(view: RelationName, table: TableInfo): string[] {
  const to = (grantee: string) => (grantee === 'public' ? 'PUBLIC' : quoteIdent(grantee));
  const option = (grantable: boolean) => (grantable ? ' WITH GRANT OPTION' : '');
  return [
    ...table.grants
      .filter(({ privilege, grantee }) => VIEW_RIGHTS.has(privilege) && grantee !== table.owner)
      .map(
        ({ privilege, grantee, grantable }) =>
          `GRANT ${privilege} ON ${quoteName(view)} TO ${to(grantee)}${option(grantable)}`,
      ),
    ...table.columns.flatMap((column) =>
      column.grants
        .filter(({ privilege }) => VIEW_RIGHTS.has(privilege))
        .map(
          ({ privilege, grantee, grantable }) =>
            `GRANT ${privilege} (${quoteIdent(column.name)}) ON ${quoteName(view)} TO ${to(grantee)}${option(grantable)}`,
        ),
    ),
  ];
}

function findingsOf(table: TableInfo, to: RelationName, operation: number, phase: PhaseKind): Finding[] {
  const from = PHASE_TITLES[phase];
  const version: Finding[] = [
    {
      rule: 'view-stands-in',
      severity: 'warning',
      operation,
      message: `From ${from} to Retire ${table.name} is a view. Old code reads and writes through it; COPY FROM, TRUNCATE, ON CONFLICT ON CONSTRAINT, ctid, GROUP BY the key alone, and MERGE before PostgreSQL 17 do not work on a view.`,
      fix: 'If old code uses one of these, change it first.',
    },
  ];
  if (table.publications.length === 0) return version;
  return [
    ...version,
    {
      rule: 'publication-by-name',
      severity: 'warning',
      operation,
      message: `The publication ${table.publications.join(', ')} sends the table under its name: a subscriber looks for ${to.name} from ${from} on.`,
      fix: `Rename the table on the subscriber at the same time, or let it have both.`,
    },
  ];
}

function notesOf(table: TableInfo, to: RelationName): { use: DeployNote; stop: DeployNote } {
  const column = table.columns.find(({ name }) => !table.primaryKey.includes(name))?.name ?? 'id';
  const code = accessCode({ ...to, key: table.key }, [{ name: column, value: 'value' }], column);
  const test = `import { expect, it } from 'vitest'
import { db } from './db' // your own: db.query(sql, values) → { rows }

it('nobody names ${table.name} any more', async () => {
  const { rows } = await db.query("SELECT query FROM pg_stat_statements WHERE query ~* '\\\\m${table.name}\\\\M'")
  expect(rows).toHaveLength(0)
})`;
  return {
    use: {
      title: `Nothing to ship yet`,
      text: `After this phase deploy the version that uses "${to.name}". The old one may keep running: it writes through a view.`,
      question: null,
      code,
      test,
    },
    stop: {
      title: `Use ${to.name} everywhere`,
      text: `Make sure that no running version names "${table.name}" any more: not in queries, not in the model, not in reports.`,
      question: `Is every version that uses "${table.name}" out of service?`,
      code,
      test,
    },
  };
}

/** A table renamed while an updatable view stands in under its old name, in one transaction. */
function renameTableTo(operation: OperationOf<'rename_table'>, context: OperationContext): OperationPlan {
  const { table, catalog } = context;
  const old: RelationName = { schema: table.schema, name: table.name };
  const to: RelationName = { schema: table.schema, name: operation.to };
  requireFreeRelation(context, to, 'to');
  // A view reads with its owner's rights, which pass by row security; with its user's, it asks for every column it has.
  const invoker = table.rowSecurity;
  if (invoker && table.columns.some((column) => column.grants.length > 0))
    refuse(
      `"${relationLabel(old)}" has row security and rights on single columns: no view can stand in for both.`,
      relationLabel(old),
      'Grant rights on the whole table first, or rename it in a maintenance window.',
      'table',
    );
  if (invoker && catalog.serverVersionNum < 150000)
    refuse(
      `"${relationLabel(old)}" has row security, and before PostgreSQL 15 a view reads with its owner's rights.`,
      relationLabel(old),
      'Upgrade PostgreSQL first, or rename it in a maintenance window.',
      'table',
    );
  if (context.early === 'swaps')
    refuse(
      `A column of "${relationLabel(old)}" is to change its type under its own name, beneath the view that stands in for the table's old name.`,
      relationLabel(old),
      'Put the rename into a transition of its own.',
      'table',
    );
  if (context.early === 'moves' && table.dependents.some(({ view }) => view != null))
    refuse(
      `Views read "${relationLabel(old)}", which gets another name while a column of it gets another place.`,
      relationLabel(old),
      'Put the rename into a transition of its own.',
      'table',
    );
  const view = [
    `CREATE VIEW ${quoteName(old)}${invoker ? ' WITH (security_invoker = true)' : ''} AS SELECT ${table.columns.map(({ name }) => quoteIdent(name)).join(', ')} FROM ${quoteName(to)}`,
    `ALTER VIEW ${quoteName(old)} OWNER TO ${quoteIdent(table.owner)}`,
    ...grantsOn(old, table),
  ].filter((statement) => table.owner !== '' || !statement.startsWith('ALTER VIEW'));
  const rename = (from: RelationName, name: string) =>
    `ALTER TABLE ${quoteName(from)} RENAME TO ${quoteIdent(name)}`;
  const dropView = `DROP VIEW ${quoteName(old)}`;
  const exclusive = (...relations: RelationName[]): StepLock[] =>
    relations.map((relation) => ({ relation: relationLabel(relation), mode: 'ACCESS EXCLUSIVE' }));
  const notes = notesOf(table, to);
  const phase = context.early === undefined ? 'switch' : 'expand';
  return {
    newCodeAfter: phase,
    oldCodeBefore: 'contract',
    changes: [old, to],
    findings: findingsOf(table, to, context.index, phase),
    phases: {
      [phase]: {
        summary: `Renames ${old.name} to ${to.name} and puts an updatable view under the old name, both at once.`,
        steps: [
          makeStep(context, {
            slug: 'rename_table',
            phase,
            title: `Rename ${old.name} to ${to.name}; a view stands in`,
            sql: [rename(old, to.name), ...view],
            undo: [dropView, rename(to, old.name)],
            locks: exclusive(old),
            undoLocks: exclusive(old, to),
          }),
        ],
        deploy: notes.use,
        lossless: true,
        rollback: `Takes the view away and renames ${to.name} back to ${old.name}. Nothing is lost.`,
      },
      contract: {
        summary: `Takes the view ${old.name} away.`,
        steps: [
          makeStep(context, {
            slug: 'drop_view',
            phase: 'contract',
            title: `Drop the view ${old.name}`,
            sql: [dropView],
            undo: view,
            locks: exclusive(old),
            undoLocks: [],
          }),
        ],
        entryChecks: [
          {
            id: `${context.index + 1}.usage`,
            title: `Nobody uses ${old.name}`,
            work: { kind: 'column_usage', table: old, column: old.name },
          },
          {
            id: `${context.index + 1}.function_bodies`,
            title: `No function names ${old.name}`,
            work: { kind: 'function_bodies', table: old, column: old.name },
          },
          {
            id: `${context.index + 1}.table_dependents`,
            title: `Nothing depends on the view ${old.name}`,
            work: { kind: 'table_dependents', table: old },
          },
        ],
        deploy: notes.stop,
        lossless: true,
        rollback: `Puts the view ${old.name} back.`,
      },
    },
  };
}

export const renameTable: OperationDefinition<'rename_table'> = {
  compile: onAnyTable(renameTableTo),
  touches: ({ table, to }) => [
    { relation: table, part: null, changes: true },
    { relation: { schema: table.schema, name: to }, part: null, changes: true },
  ],
  reads: ({ table, to }) => [{ schema: table.schema, name: to }],
};
