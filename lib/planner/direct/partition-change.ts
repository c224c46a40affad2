import type { PhaseKind, Step } from '@/lib/core/plan';
import type { PartitionRule } from '../catalog';
import { makeStep, type OperationContext, relationLabel, reversed, type WithPartitions } from '../plan-parts';
import { partitionMove } from './partition-move';
import { type PartitionProof, partitionProof } from './partition-proof';

/** A partition that comes or goes. */
interface PartitionChange {
  readonly partition: WithPartitions;
  /** FOR VALUES … or DEFAULT; null: not known. */
  readonly bound: string | null;
  /** null: planned without a database. */
  readonly rule: PartitionRule | null;
}

/** The checks that spare ATTACH, there or on the way back, the reading of rows: of the partition, and of the default one. */
export function partitionProofs(context: OperationContext, change: PartitionChange): PartitionProof[] {
  const { partition, rule } = change;
  if (rule === null) return [partitionProof(context, partition, 'true', 'rows')];
  const beside =
    rule.default !== null && relationLabel(rule.default) !== relationLabel(partition) ? rule.default : null;
  return [
    ...(rule.constraint === null ? [] : [partitionProof(context, partition, rule.constraint, 'rows')]),
    ...(beside === null || rule.own === null
      ? []
      : [partitionProof(context, beside, `NOT (${rule.own})`, 'default')]),
  ];
}

/** The step that attaches or detaches it; each is the other's way back. */
export function partitionStep(
  context: OperationContext,
  { partition, bound, rule }: PartitionChange,
  way: 'attach' | 'detach',
  phase: PhaseKind,
): Step {
  const move = partitionMove(context.table, partition, { default: rule?.default ?? null, bound });
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
