import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import type { Finding, StepLock } from '@/lib/core/plan';
import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { parseStatements, parseTableDefinition, type Statement } from '@/lib/sql/statements';
import { findTable } from '../catalog';
import { requireFreeRelation } from '../direct/free-relation';
import { nameOfRetired } from '../names';
import type { OperationDefinition } from '../operation-definition';
import { makeStep, notBefore, type OperationPlan, type PlanContext, relationLabel } from '../plan-parts';
import { refuse } from '../refuse';

type CreateTable = OperationOf<'create_table'>;

/** The parents of its foreign keys, which are there already. */
function requireParents(operation: CreateTable, context: PlanContext): RelationName[] {
  const own = relationLabel(operation.table);
  const parents = parseTableDefinition(operation.definition, operation.also).parents.filter(
    (parent) => relationLabel(parent) !== own,
  );
  for (const parent of parents) {
    const label = relationLabel(parent);
    const table = findTable(context.catalog, parent);
    if (table === undefined && !context.catalog.assumed)
      throw new SegueError('unknown_table', `There is no table "${label}" to reference.`, {
        object: label,
        next: 'Check the spelling and the schema.',
        evidence: { field: 'definition' },
      });
    if (table?.mayReference === false)
      throw new SegueError(
        'missing_rights',
        `The role of this connection may not make a foreign key to "${label}".`,
        { object: label, next: `GRANT REFERENCES ON ${quoteName(parent)} TO the role of this connection.` },
      );
  }
  return parents;
}

/** The table of which the new one becomes a partition: being empty it keeps nobody waiting, unless a default partition has to be read. */
function requireAttachable(operation: CreateTable, context: PlanContext): RelationName | null {
  const { attachedTo } = parseTableDefinition(operation.definition, operation.also);
  if (attachedTo === null || relationLabel(attachedTo) === relationLabel(operation.table)) return null;
  const parent = findTable(context.catalog, attachedTo);
  if (parent === undefined || context.made?.has(relationLabel(parent)) === true) return attachedTo;
  const label = relationLabel(parent);
  const later = 'Make the table alone, and let attach_partition follow in a transition of its own.';
  const beside = parent.partitions.find(
    ({ bound, parent: above }) => bound === 'DEFAULT' && relationLabel(above) === label,
  );
  if (beside !== undefined)
    refuse(
      `The default partition "${relationLabel(beside)}" of "${label}" would be read while nobody can write to it.`,
      label,
      later,
      'also',
    );
  const [inbound] = parent.inboundForeignKeys;
  if (inbound !== undefined)
    refuse(
      `The foreign key "${inbound.name}" of "${relationLabel(inbound.table)}" points at "${label}".`,
      label,
      'Attach it in a maintenance window: both tables are locked.',
      'also',
    );
  return attachedTo;
}

/** Statements on the new table alone, which run in the transaction that makes it and go with it. */
function belongings(operation: CreateTable): Statement[] {
  const statements = operation.also === undefined ? [] : parseStatements(operation.also, 'also');
  const odd = statements.find(({ manner }) => manner !== 'transactional');
  if (odd !== undefined)
    refuse(
      `"${odd.text}" cannot run in the transaction that makes the table.`,
      odd.text,
      'Leave CONCURRENTLY, BEGIN and COMMIT out: nobody uses the table yet.',
      'also',
    );
  return statements;
}

/** A new table. The way back drops it while it is empty, and keeps it aside when it holds rows. */
function createTableTo(operation: CreateTable, context: PlanContext): OperationPlan {
  const { table } = operation;
  requireFreeRelation(context, table, 'table');
  const also = belongings(operation);
  const attachedTo = requireAttachable(operation, context);
  const above = attachedTo === null ? undefined : findTable(context.catalog, attachedTo);
  const parents = [
    ...requireParents(operation, context),
    ...(above?.foreignKeys ?? []).map(({ references }) => references),
  ];
  const by = operation.partitionBy === undefined ? '' : ` PARTITION BY ${operation.partitionBy}`;
  const phase = notBefore('expand', context);
  const retiredName = nameOfRetired(context.tag, table.name);
  const retired = { schema: table.schema, name: retiredName };
  const name = (relation: RelationName) => quoteIdent(relation.name);
  const onParents = (mode: StepLock['mode']): StepLock[] =>
    parents.map((parent) => ({ relation: relationLabel(parent), mode }));
  const onAbove = (mode: StepLock['mode']): StepLock[] =>
    attachedTo === null ? [] : [{ relation: relationLabel(attachedTo), mode }];
  const findings: Finding[] = [
    {
      rule: 'new-table-rights',
      severity: 'info',
      operation: context.index,
      message: `${table.name} belongs to the role of this connection; other roles get what its default privileges say.`,
      fix: 'Grant more with free_sql or ALTER DEFAULT PRIVILEGES.',
    },
    ...(parents.length === 0
      ? []
      : [
          {
            rule: 'kept-table-references',
            severity: 'info' as const,
            operation: context.index,
            message: `If it is rolled back while it holds rows, they stay in ${retiredName} and still reference ${parents.map(({ name: parent }) => parent).join(', ')}.`,
            fix: null,
          },
        ]),
  ];
  return {
    newCodeAfter: phase,
    oldCodeBefore: null,
    findings,
    partners: [...parents, ...(attachedTo === null ? [] : [attachedTo])],
    trials:
      parents.length === 0 && attachedTo === null
        ? [
            {
              sql: [`CREATE TEMPORARY TABLE segue_trial (${operation.definition})${by}`],
              field: 'definition',
            },
          ]
        : [],
    phases: {
      [phase]: {
        summary: `Creates the table ${relationLabel(table)}. Nobody uses it yet.`,
        steps: [
          makeStep(
            { ...context, table },
            {
              slug: 'create_table',
              phase,
              title: `Create the table ${table.name}`,
              sql: [
                `CREATE TABLE ${quoteName(table)} (${operation.definition})${by}`,
                ...also.map(({ text }) => text),
              ],
              undo: [
                `ALTER TABLE ${quoteName(table)} RENAME TO ${name(retired)}`,
                `DROP TABLE ${quoteName(retired)}`,
              ],
              locks: [...onParents('SHARE ROW EXCLUSIVE'), ...onAbove('SHARE UPDATE EXCLUSIVE')],
              undoLocks: [
                { relation: relationLabel(table), mode: 'ACCESS EXCLUSIVE' },
                ...onParents('ACCESS EXCLUSIVE'),
                ...onAbove('ACCESS EXCLUSIVE'),
              ],
              extra: {
                keep: {
                  table: retired,
                  column: '',
                  retiredName,
                  holdsValues: 'true',
                  retire: [`ALTER TABLE ${quoteName(table)} RENAME TO ${name(retired)}`],
                  bringBack: [`ALTER TABLE ${quoteName(retired)} RENAME TO ${name(table)}`],
                  drop: [`DROP TABLE ${quoteName(retired)}`],
                },
              },
            },
          ),
        ],
        lossless: true,
        rollback: `Takes ${table.name} out of use. It is dropped if it is empty, and kept as ${retiredName} if it holds rows.`,
      },
    },
  };
}

export const createTable: OperationDefinition<'create_table'> = {
  compile: createTableTo,
  touches: ({ table }) => [{ relation: table, part: null, changes: true }],
  reads: ({ definition, also }) => {
    const { parents, likes, attachedTo } = parseTableDefinition(definition, also);
    return [...parents, ...likes, ...(attachedTo === null ? [] : [attachedTo])];
  },
};
