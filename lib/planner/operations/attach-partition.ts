import type { OperationOf } from '@/lib/core/operation';
import type { TableInfo } from '../catalog';
import { partitionProofs, partitionStep } from '../direct/partition-change';
import { dropProofSteps, proofSteps } from '../direct/partition-proof';
import { type OperationDefinition, onAnyTable } from '../operation-definition';
import { partitionKey } from '../partition-request';
import { type OperationContext, type OperationPlan, relationLabel } from '../plan-parts';
import { refuse, requireTable } from '../refuse';

type AttachPartition = OperationOf<'attach_partition'>;

const request = ({ table, partition, values }: AttachPartition) => ({ parent: table, partition, values });

/** What stands behind USING: the same for an index and its counterpart on another table. */
const shape = (index: TableInfo['indexes'][number]) =>
  `${index.unique} ${index.primary} ${index.constraint !== null} ${index.definition.slice(index.definition.indexOf(' USING '))}`;

/** Whatever the partition lacks PostgreSQL would make or check while it blocks: it has to be there before. */
function requireCounterparts(parent: TableInfo, child: TableInfo, serverVersionNum: number): void {
  const label = relationLabel(child);
  const way = (what: string, next: string) => refuse(what, label, next, 'partition');
  for (const column of parent.columns) {
    const own = child.columns.find(({ name }) => name === column.name);
    if (own === undefined || own.type !== column.type)
      way(
        `"${label}" has no column "${column.name}" of type ${column.type}.`,
        'Add it, or change its type, first.',
      );
    if (own !== undefined && (own.generated !== column.generated || own.collation !== column.collation))
      way(
        `"${label}.${column.name}" is not generated, or not sorted, as in "${relationLabel(parent)}".`,
        'Make the column anew as it is there, first.',
      );
    if (column.notNull && own?.notNull === false)
      way(
        `"${label}.${column.name}" may be NULL, unlike in "${relationLabel(parent)}".`,
        'Use set_not_null first.',
      );
  }
  if (child.ofType)
    way(
      `"${label}" has the columns of a composite type.`,
      'ALTER TABLE … NOT OF makes it an ordinary table.',
    );
  const numbered = child.columns.find(({ identity }) => identity !== null);
  if (numbered !== undefined && serverVersionNum >= 170_000)
    way(
      `"${label}.${numbered.name}" is an identity column, which a new partition may not have.`,
      `Run ALTER TABLE … ALTER COLUMN "${numbered.name}" DROP IDENTITY first.`,
    );
  const extra = child.columns.find(({ name }) => !parent.columns.some((column) => column.name === name));
  if (extra !== undefined)
    way(
      `"${label}" has a column "${extra.name}" that "${relationLabel(parent)}" lacks.`,
      'Use drop_column first.',
    );
  const index = parent.indexes.find(
    (each) => !child.indexes.some((own) => own.valid && shape(own) === shape(each)),
  );
  if (index !== undefined)
    way(
      `"${label}" has no counterpart of the ${index.constraint === null ? 'index' : 'constraint'} "${index.name}": PostgreSQL would build it while every query of it waits.`,
      `Use ${index.constraint === null ? 'add_index' : index.primary ? 'ALTER TABLE … ADD PRIMARY KEY' : 'add_unique'} on "${label}" first: ${index.definition}.`,
    );
  const check = parent.checks.find(
    (each) => !child.checks.some((own) => own.expression === each.expression && own.validated),
  );
  if (check !== undefined)
    way(
      `"${label}" lacks the check "${check.name}".`,
      `Use add_check first, under the same name: ${check.expression}.`,
    );
  const key = parent.foreignKeys.find(
    (each) =>
      !child.foreignKeys.some(
        (own) =>
          own.validated &&
          own.columns.join() === each.columns.join() &&
          relationLabel(own.references) === relationLabel(each.references),
      ),
  );
  if (key !== undefined)
    way(`"${label}" lacks the foreign key "${key.name}".`, 'Use add_foreign_key on it first.');
  const inbound = parent.inboundForeignKeys[0];
  if (inbound !== undefined)
    way(
      `The foreign key "${inbound.name}" of "${relationLabel(inbound.table)}" points at "${relationLabel(parent)}".`,
      'Attach it in a maintenance window: both tables are locked.',
    );
}

/** A table becomes a partition: its rows are proven to belong there first, so that PostgreSQL need not read them. */
function attachPartitionTo(operation: AttachPartition, context: OperationContext): OperationPlan {
  const { table: parent, catalog } = context;
  const label = relationLabel(parent);
  if (parent.kind !== 'partitioned table' && !catalog.assumed)
    refuse(`"${label}" is not partitioned.`, label, 'Choose a partitioned table.', 'table');
  const child = requireTable(catalog, operation.partition);
  const relation = { schema: child.schema, name: child.name };
  requireCounterparts(parent, child, catalog.serverVersionNum);
  const change = {
    partition: child,
    bound: operation.values,
    rule: catalog.partitionRules[partitionKey(request(operation))] ?? null,
  };
  const proofs = partitionProofs(context, change);
  return {
    newCodeAfter: 'switch',
    oldCodeBefore: null,
    changes: [{ schema: parent.schema, name: parent.name }, relation],
    findings: [],
    phases: {
      dual_write: {
        summary: `Proves that every row of ${child.name} belongs into the partition${proofs.length > 1 ? ', and none of the default partition' : ''}.`,
        steps: proofSteps(context, proofs),
        entryChecks: proofs.map(({ entry }) => entry),
        lossless: true,
        rollback: 'Drops the checks that served as proof.',
      },
      switch: {
        summary: `${child.name} becomes a partition of ${parent.name}: its rows are seen there too.`,
        steps: [partitionStep(context, change, 'attach', 'switch')],
        lossless: true,
        rollback: `Detaches ${child.name}: a table of its own again, with the rows written meanwhile.`,
      },
      contract: {
        summary: 'Drops the checks that served as proof.',
        steps: dropProofSteps(context, proofs),
        lossless: true,
        rollback: 'Makes the proofs again.',
      },
    },
  };
}

export const attachPartition: OperationDefinition<'attach_partition'> = {
  compile: onAnyTable(attachPartitionTo),
  touches: ({ table, partition }) => [
    { relation: table, part: `partition ${partition.name}`, changes: true },
    { relation: partition, part: null, changes: true },
  ],
  reads: ({ partition }) => [partition],
  partitions: (operation) => [request(operation)],
};
