import type { Plan } from '@/lib/core/plan';
import type { MigrationStatements } from '@/lib/views/migration-view';

/** Which statements of the file and which phases of the plan belong together. */
export interface PhaseLinks {
  /** By statement: the numbers of the phases in which something of it happens. */
  readonly phasesOf: readonly (readonly number[])[];
  /** By phase number: the operations with a step in it. */
  readonly operationsOf: ReadonlyMap<number, readonly number[]>;
  /** By operation: the statements that it came from. */
  readonly statementsOf: ReadonlyMap<number, readonly number[]>;
}

const sorted = (numbers: Iterable<number>) => [...new Set(numbers)].sort((a, b) => a - b);

/** Joins statements, operations and phases. Pure. */
export function phaseLinks(
  statements: MigrationStatements['statements'],
  plan: Pick<Plan, 'phases'> | null,
): PhaseLinks {
  const phases = plan?.phases ?? [];
  const operationsOf = new Map(
    phases.map(({ number, steps }) => [number, sorted(steps.map(({ operation }) => operation))]),
  );
  const statementsOf = new Map<number, number[]>();
  const phasesByOperation = new Map<number, number[]>();
  for (const [number, operations] of operationsOf)
    for (const operation of operations)
      phasesByOperation.set(operation, [...(phasesByOperation.get(operation) ?? []), number]);
  const phasesOf = statements.map(({ fate }, index) => {
    if (fate.kind !== 'operation') return [];
    for (const operation of fate.operations)
      statementsOf.set(operation, [...(statementsOf.get(operation) ?? []), index]);
    return sorted(fate.operations.flatMap((operation) => phasesByOperation.get(operation) ?? []));
  });
  return { phasesOf, operationsOf, statementsOf };
}

/** The statements that have something in a phase. */
export function statementsInPhase(links: PhaseLinks, phase: number): readonly number[] {
  return sorted(
    (links.operationsOf.get(phase) ?? []).flatMap((operation) => links.statementsOf.get(operation) ?? []),
  );
}
