import type { CheckSpec, Step } from '@/lib/core/plan';
import type { RelationName } from '@/lib/core/sql-text';
import { constraintSteps } from '../clone/constraint-steps';
import { type ConstraintClone, checkConstraint } from '../clone/constraints';
import { dropConstraintSteps } from '../clone/drop-constraint-steps';
import type { OperationContext } from '../plan-parts';

/** A check that spares ATTACH the reading of all rows: PostgreSQL sees that it says the same. */
export interface PartitionProof {
  readonly table: RelationName;
  readonly clone: ConstraintClone;
  readonly entry: CheckSpec;
}

/** The proof that every row of `table` satisfies `expression`. */
export function partitionProof(
  context: OperationContext,
  table: RelationName,
  expression: string,
  slug: string,
): PartitionProof {
  const name = `segue_part_${context.tag}_${context.index + 1}_${slug}`;
  const relation = { schema: table.schema, name: table.name };
  return {
    table: relation,
    clone: checkConstraint(relation, name, expression, `that the rows of ${table.name} belong there`, null),
    entry: {
      id: `${context.index + 1}.rows.${slug}`,
      title: `Every row of ${table.name} belongs there`,
      work: { kind: 'violations', table: relation, key: [], where: `(${expression}) IS NOT TRUE`, show: [] },
    },
  };
}

const on = (context: OperationContext, proof: PartitionProof) => ({
  ...context,
  table: { ...context.table, ...proof.table },
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
