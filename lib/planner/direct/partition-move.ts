import type { OutsideWork, StepLock } from '@/lib/core/plan';
import { quoteLiteral, quoteName, type RelationName } from '@/lib/core/sql-text';
import type { PartitionRule } from '../catalog';
import { alterTable, exclusiveOn, relationLabel, type WithPartitions } from '../plan-parts';

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
  partition: WithPartitions,
  rule: Pick<PartitionRule, 'default' | 'bound'>,
): PartitionMove {
  const child = quoteName(partition);
  const lock = (relation: RelationName, mode: StepLock['mode']): StepLock => ({
    relation: relationLabel(relation),
    mode,
  });
  const isDefault = /^default$/i.test(rule.bound?.trim() ?? '');
  const onDefault = rule.default === null || isDefault ? [] : [lock(rule.default, 'ACCESS EXCLUSIVE')];
  const concurrent = rule.default === null && !isDefault;
  const detach = `${alterTable(parent)} DETACH PARTITION ${child}`;
  const pending = (condition: string) =>
    `EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(${quoteLiteral(child)}) AND inhparent = to_regclass(${quoteLiteral(quoteName(parent))})${condition})`;
  return {
    attach: `${alterTable(parent)} ATTACH PARTITION ${child} ${rule.bound ?? 'DEFAULT'}`,
    attachLocks: [lock(parent, 'SHARE UPDATE EXCLUSIVE'), ...exclusiveOn(partition), ...onDefault],
    detach: concurrent ? `${detach} CONCURRENTLY` : detach,
    detachLocks: concurrent
      ? [lock(parent, 'SHARE UPDATE EXCLUSIVE'), lock(partition, 'ACCESS EXCLUSIVE')]
      : [lock(parent, 'ACCESS EXCLUSIVE'), lock(partition, 'ACCESS EXCLUSIVE'), ...onDefault],
    detachTransactional: !concurrent,
    attached: pending(''),
    outside: { resume: { when: pending(' AND inhdetachpending'), sql: [`${detach} FINALIZE`] } },
  };
}
