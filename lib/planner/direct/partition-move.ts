import type { OutsideWork, StepLock } from '@/lib/core/plan';
import { quoteLiteral, quoteName, type RelationName } from '@/lib/core/sql-text';
import type { PartitionRule } from '../catalog';
import { alterTable, relationLabel } from '../plan-parts';

/** ATTACH and DETACH of one partition, with their locks. DETACH is concurrent unless a default partition forbids it. */
export interface PartitionMove {
  readonly attach: string;
  readonly attachLocks: readonly StepLock[];
  readonly detach: string;
  readonly detachLocks: readonly StepLock[];
  readonly detachTransactional: boolean;
  readonly attached: string;
  readonly outside: Pick<OutsideWork, 'resume'>;
}

/** The statements of both ways. Pure. */
export function partitionMove(
  parent: RelationName,
  partition: RelationName,
  rule: Pick<PartitionRule, 'default' | 'bound'>,
): PartitionMove {
  const child = quoteName(partition);
  const lock = (relation: RelationName, mode: StepLock['mode']): StepLock => ({
    relation: relationLabel(relation),
    mode,
  });
  const onDefault = rule.default === null ? [] : [lock(rule.default, 'ACCESS EXCLUSIVE')];
  const detach = `${alterTable(parent)} DETACH PARTITION ${child}`;
  const pending = (condition: string) =>
    `EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(${quoteLiteral(child)}) AND inhparent = to_regclass(${quoteLiteral(quoteName(parent))})${condition})`;
  return {
    attach: `${alterTable(parent)} ATTACH PARTITION ${child} ${rule.bound ?? 'DEFAULT'}`,
    attachLocks: [lock(parent, 'SHARE UPDATE EXCLUSIVE'), lock(partition, 'ACCESS EXCLUSIVE'), ...onDefault],
    detach: rule.default === null ? `${detach} CONCURRENTLY` : detach,
    detachLocks:
      rule.default === null
        ? [lock(parent, 'SHARE UPDATE EXCLUSIVE'), lock(partition, 'ACCESS EXCLUSIVE')]
        : [lock(parent, 'ACCESS EXCLUSIVE'), lock(partition, 'ACCESS EXCLUSIVE'), ...onDefault],
    detachTransactional: rule.default !== null,
    attached: pending(''),
    outside: { resume: { when: pending(' AND inhdetachpending'), sql: [`${detach} FINALIZE`] } },
  };
}
