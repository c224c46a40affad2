import type { CheckSpec, Step } from '@/lib/core/plan';
import { constraintSteps } from '../clone/constraint-steps';
import { type ConstraintClone, checkConstraint } from '../clone/constraints';
import { dropConstraintSteps } from '../clone/drop-constraint-steps';
import type { OperationContext, WithPartitions } from '../plan-parts';

/** A check that spares ATTACH the reading of all rows: PostgreSQL sees that it says the same. */
export interface PartitionProof {
  readonly table: WithPartitions;
  readonly clone: ConstraintClone;
  readonly entry: CheckSpec;
}

/** With what the name of such a check begins. */
export const PARTITION_PROOF = 'segue_part_';

/** The proof that every row of `table` satisfies `expression`. */
export function partitionProof(
  context: OperationContext,
  table: WithPartitions,
  expression: string,
  slug: string,
): PartitionProof {
  const name = `${PARTITION_PROOF}${context.tag}_${context.index + 1}_${slug}`;
  const { partitions = [] } = table;
  const relation = { schema: table.schema, name: table.name, partitions };
  return {
    table: relation,
    clone: checkConstraint(relation, name, expression, `that the rows of ${table.name} belong there`, null),
    entry: {
      id: `${context.index + 1}.rows.${slug}`,
      title: `Every row of ${table.name} belongs there`,
      work: {
        kind: 'violations',
        table: { schema: table.schema, name: table.name },
        key: [],
        where: `(${expression}) IS NOT TRUE`,
        show: [],
      },
    },
  };
}

const on = (context: OperationContext, proof: PartitionProof) => ({
  ...context,
  table: { ...context.table, schema: proof.table.schema, name: proof.table.name, partitions: [] },
});

/** NOT VALID, then proven. */
export function proofSteps(context: OperationContext, proofs: readonly PartitionProof[]): Step[] {
  return proofs.flatMap((proof) => constraintSteps(on(context, proof), [proof.clone]));
}

/** The proofs go; on the way back they are made again before anything else is undone. */
export function dropProofSteps(context: OperationContext, proofs: readonly PartitionProof[]): Step[] {
  return proofs.flatMap((proof) =>
    dropConstraintSteps(
      on(context, proof),
      [proof.clone],
      'contract',
      () => `Drop the check that served as proof on ${proof.table.name}`,
    ),
  );
}
