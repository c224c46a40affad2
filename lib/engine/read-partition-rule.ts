import { SegueError } from '@/lib/core/errors';
import { quoteName, type RelationName } from '@/lib/core/sql-text';
import type { PartitionRule } from '@/lib/planner/catalog';
import { type PartitionRequest, partitionKey } from '@/lib/planner/partition-request';
import { messageOf, sqlStateOf, type Target, targetError } from './target';

/**
 * What PostgreSQL would ask of the rows of each partition, in its own words. For one that is not there yet a temporary
 * copy of the partitioned table is asked, in a transaction that is rolled back: nobody has to wait.
 */
export async function readPartitionRules(
  target: Target,
  requests: readonly PartitionRequest[],
): Promise<Record<string, PartitionRule>> {
  const rules: Record<string, PartitionRule> = {};
  for (const request of requests) {
    const rule = await readRule(target, request);
    if (rule !== null) rules[partitionKey(request)] = rule;
  }
  return rules;
}

async function readRule(target: Target, request: PartitionRequest): Promise<PartitionRule | null> {
  const [parent] = await target.sql<{ key: string; strategy: string; default: RelationName | null }[]>`
    SELECT pg_get_partkeydef(p.partrelid) AS key, p.partstrat::text AS strategy,
      (SELECT jsonb_build_object('schema', n.nspname, 'name', c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = p.partdefid) AS "default"
    FROM pg_partitioned_table p WHERE p.partrelid = to_regclass(${quoteName(request.parent)})`;
  if (parent === undefined) return null;
  const strategy = parent.strategy === 'r' ? 'range' : parent.strategy === 'l' ? 'list' : 'hash';
  if (request.values === null) {
    const [part] = await target.sql<{ rule: string | null; bound: string | null }[]>`
      SELECT pg_get_partition_constraintdef(c.oid) AS rule, pg_get_expr(c.relpartbound, c.oid) AS bound
      FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
      WHERE c.oid = to_regclass(${quoteName(request.partition)}) AND i.inhparent = to_regclass(${quoteName(request.parent)})`;
    if (part === undefined) return null;
    return { strategy, default: parent.default, constraint: part.rule, bound: part.bound };
  }
  return {
    strategy,
    default: parent.default,
    constraint: await ruleOfNew(target, request.parent, parent.key, request.values),
    bound: request.values,
  };
}

async function ruleOfNew(
  target: Target,
  parent: RelationName,
  key: string,
  values: string,
): Promise<string | null> {
  const rollback = new Error('rolled back');
  let rule: string | null = null;
  try {
    await target.sql.begin(async (tx) => {
      await tx.unsafe(
        `SET LOCAL lock_timeout = 100; CREATE TEMPORARY TABLE segue_parent (LIKE ${quoteName(parent)}) PARTITION BY ${key}`,
      );
      await tx.unsafe(`CREATE TEMPORARY TABLE segue_part PARTITION OF pg_temp.segue_parent ${values}`);
      const [row] = await tx<{ rule: string | null }[]>`
        SELECT pg_get_partition_constraintdef('pg_temp.segue_part'::regclass) AS rule`;
      rule = row?.rule ?? null;
      throw rollback;
    });
  } catch (error) {
    if (error === rollback) return rule;
    const state = sqlStateOf(error);
    if (state === null || !/^(42|22)/.test(state) || state === '42501') throw targetError(error, target);
    throw new SegueError('bad_expression', `PostgreSQL refuses the values: ${messageOf(error)}.`, {
      object: values,
      next: "Write them as in ATTACH PARTITION: FOR VALUES FROM ('2026-01-01') TO ('2026-02-01').",
      evidence: { field: 'values' },
      cause: error,
    });
  }
  return rule;
}
