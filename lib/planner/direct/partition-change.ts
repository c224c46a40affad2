import type { PhaseKind, Step } from '@/lib/core/plan';
import type { RelationName } from '@/lib/core/sql-text';
import type { PartitionRule } from '../catalog';
import { makeStep, type OperationContext, reversed } from '../plan-parts';
import { partitionMove } from './partition-move';
import { type PartitionProof, partitionProof } from './partition-proof';

/** A partition that comes or goes. */
interface PartitionChange {
  readonly partition: RelationName;
  readonly rule: Pick<PartitionRule, 'default' | 'bound'>;
  /** What its rows fulfil. */
  readonly expression: string;
}

/** The checks that spare ATTACH, there or on the way back, the reading of rows: of the partition, and of the default one. */
export function partitionProofs(context: OperationContext, change: PartitionChange): PartitionProof[] {
  const { partition, rule, expression } = change;
  return [
    partitionProof(context, partition, expression, 'rows'),
    ...(rule.default === null
      ? []
      : [partitionProof(context, rule.default, `NOT (${expression})`, 'default')]),
  ];
}

/** The step that attaches or detaches it; each is the other's way back. */
export function partitionStep(
  context: OperationContext,
  { partition, rule }: PartitionChange,
  way: 'attach' | 'detach',
  phase: PhaseKind,
): Step {
  const move = partitionMove(context.table, partition, rule);
  const title = `${way === 'attach' ? 'Attach' : 'Detach'} ${partition.name}`;
  const attach = makeStep(context, {
    kind: move.detachTransactional ? 'ddl' : 'outside',
    slug: way,
    phase,
    title,
    sql: [move.attach],
    undo: [move.detach],
    locks: move.attachLocks,
    undoLocks: move.detachLocks,
    undoTransactional: move.detachTransactional,
    extra: move.detachTransactional
      ? {}
      : { outside: { done: move.attached, undone: `NOT ${move.attached}`, ...move.outside } },
  });
  return way === 'attach' ? attach : reversed(attach, title);
}
