import type { OperationOf } from '@/lib/core/operation';
import type { DeployNote } from '@/lib/core/plan';
import { quoteName } from '@/lib/core/sql-text';
import { findTable } from '../catalog';
import { partitionProofs, partitionStep } from '../direct/partition-change';
import { dropProofSteps, proofSteps } from '../direct/partition-proof';
import { type OperationDefinition, onAnyTable } from '../operation-definition';
import { partitionKey } from '../partition-request';
import { type OperationContext, type OperationPlan, relationLabel } from '../plan-parts';
import { refuse } from '../refuse';

type DetachPartition = OperationOf<'detach_partition'>;

const request = ({ table, partition }: DetachPartition) => ({ parent: table, partition, values: null });

function noteOf(context: OperationContext, partition: string): DeployNote {
  const parent = context.table.name;
  const sql = `SELECT … FROM ${quoteName(context.table)} -- no longer has the rows of ${partition}`;
  return {
    title: `Do without the rows of ${partition} in ${parent}`,
    text: `From here on ${parent} has neither the rows of ${partition} nor room for new ones of their kind: writing one is refused.`,
    question: `Does no running version read or write the rows of ${partition} through ${parent}?`,
    code: { drizzle: `// ${sql}`, prisma: `// ${sql}`, knex: `// ${sql}`, sql },
    test: `import { expect, it } from 'vitest'
import { db } from './db' // your own: db.query(sql, values) → { rows }

it('reads ${parent} without ${partition}', async () => {
  const { rows } = await db.query('SELECT 1 FROM ${quoteName(context.table)} LIMIT 1')
  expect(rows.length).toBeLessThanOrEqual(1)
})`,
  };
}

/** A partition becomes a table of its own; what it had to fulfil is proven first, so that the way back reads nothing under a lock. */
function detachPartitionOf(operation: DetachPartition, context: OperationContext): OperationPlan {
  const { table: parent, catalog } = context;
  const { partition } = operation;
  const label = relationLabel(partition);
  const rule = catalog.partitionRules[partitionKey(request(operation))];
  if (rule === undefined && !catalog.assumed)
    refuse(
      `"${label}" is no partition of "${relationLabel(parent)}".`,
      label,
      'Name the partitioned table right above it.',
      'partition',
    );
  const change = {
    partition: findTable(catalog, partition) ?? partition,
    bound: rule?.bound ?? null,
    rule: rule ?? null,
  };
  const proofs = partitionProofs(context, change);
  return {
    newCodeAfter: null,
    oldCodeBefore: 'contract',
    changes: [{ schema: parent.schema, name: parent.name }, partition],
    findings: [],
    phases: {
      dual_write: {
        summary: `Proves what the rows of ${partition.name} fulfil, for the way back.`,
        steps: proofSteps(context, proofs),
        lossless: true,
        rollback: 'Drops the checks that served as proof.',
      },
      contract: {
        summary: `${partition.name} leaves ${parent.name} and becomes a table of its own.`,
        steps: [partitionStep(context, change, 'detach', 'contract'), ...dropProofSteps(context, proofs)],
        rollbackChecks: proofs.slice(0, 1).map(({ entry }) => entry),
        deploy: noteOf(context, partition.name),
        lossless: true,
        rollback: `Attaches ${partition.name} again. It stops, with the rows, where one was written that does not belong there.`,
      },
    },
  };
}

export const detachPartition: OperationDefinition<'detach_partition'> = {
  compile: onAnyTable(detachPartitionOf),
  touches: ({ table, partition }) => [
    { relation: table, part: `partition ${partition.name}`, changes: true },
    { relation: partition, part: null, changes: true },
  ],
  reads: ({ partition }) => [partition],
  partitions: (operation) => [request(operation)],
};
