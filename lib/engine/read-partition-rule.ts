import { SegueError } from '@/lib/core/errors';
import { quoteIdent, quoteLiteral, quoteName, type RelationName } from '@/lib/core/sql-text';
import type { PartitionRule } from '@/lib/planner/catalog';
import { type PartitionRequest, partitionKey } from '@/lib/planner/partition-request';
import { messageOf, sqlStateOf, type Target, targetError } from './target';

/**
 * What PostgreSQL would ask of the rows of each partition, in its own words: a temporary copy of the partitioned table is
 * asked, in a transaction that is rolled back, so nobody has to wait.
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

interface Sibling {
  readonly name: string;
  readonly bound: string;
}

interface Parent {
  /** PARTITION BY … */
  readonly key: string;
  readonly strategy: string;
  readonly default: RelationName | null;
  /** What it asks of its rows as a partition itself. */
  readonly rule: string | null;
  /** The other partitions. */
  readonly siblings: readonly Sibling[];
}

/** More than these are not made again only to see whether a new one overlaps: PostgreSQL sees that when it is attached. */
const SIBLINGS = 200;
const isDefault = (values: string) => /^default$/i.test(values.trim());

async function readRule(target: Target, request: PartitionRequest): Promise<PartitionRule | null> {
  const [parent] = await target.sql<Parent[]>`
    SELECT pg_get_partkeydef(p.partrelid) AS key, p.partstrat::text AS strategy, pg_get_partition_constraintdef(p.partrelid) AS rule,
      (SELECT jsonb_build_object('schema', n.nspname, 'name', c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = p.partdefid) AS "default",
      (SELECT coalesce(jsonb_agg(jsonb_build_object('name', c.relname, 'bound', pg_get_expr(c.relpartbound, c.oid)) ORDER BY c.oid), '[]')
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = p.partrelid AND c.oid IS DISTINCT FROM to_regclass(${quoteName(request.partition)})) AS siblings
    FROM pg_partitioned_table p WHERE p.partrelid = to_regclass(${quoteName(request.parent)})`;
  if (parent === undefined) return null;
  const values = request.values ?? (await boundOf(target, request));
  if (values === null) return null;
  const own = await ownRule(target, request.parent, parent, values);
  const whole = [own, parent.rule].filter((rule) => rule !== null).map((rule) => `(${rule})`);
  return {
    strategy: parent.strategy === 'r' ? 'range' : parent.strategy === 'l' ? 'list' : 'hash',
    default: parent.default,
    constraint: whole.length === 0 ? null : await withNames(target, whole.join(' AND ')),
    own,
    bound: values,
  };
}

/** FOR VALUES … of a partition that is there; null where it is none of this parent. */
async function boundOf(target: Target, request: PartitionRequest): Promise<string | null> {
  const [part] = await target.sql<{ bound: string | null }[]>`
    SELECT pg_get_expr(c.relpartbound, c.oid) AS bound FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
    WHERE c.oid = to_regclass(${quoteName(request.partition)}) AND i.inhparent = to_regclass(${quoteName(request.parent)})`;
  return part?.bound ?? null;
}

/** A hash partition's rule names its table by number, which a restored dump would not know. */
async function withNames(target: Target, rule: string): Promise<string> {
  const numbers = [...rule.matchAll(/satisfies_hash_partition\('(\d+)'::oid/g)].map(
    (match) => match[1] ?? '',
  );
  if (numbers.length === 0) return rule;
  const rows = await target.sql<{ number: string; name: string }[]>`
    SELECT oid::text AS number, oid::regclass::text AS name FROM pg_class WHERE oid::text = ANY (${numbers}::text[])`;
  const names = new Map(rows.map(({ number, name }) => [number, name]));
  return rule.replaceAll(/satisfies_hash_partition\('(\d+)'::oid/g, (_, number: string) => {
    return `satisfies_hash_partition(${quoteLiteral(names.get(number) ?? number)}::regclass::oid`;
  });
}

async function ownRule(
  target: Target,
  table: RelationName,
  parent: Parent,
  values: string,
): Promise<string | null> {
  const rollback = new Error('rolled back');
  const others = parent.siblings.filter(({ bound }) => isDefault(values) || !isDefault(bound));
  const made = isDefault(values) || others.length <= SIBLINGS ? others : [];
  let rule: string | null = null;
  try {
    await target.sql.begin(async (tx) => {
      await tx.unsafe(
        `SET LOCAL lock_timeout = 100; CREATE TEMPORARY TABLE segue_parent (LIKE ${quoteName(table)}) PARTITION BY ${parent.key}`,
      );
      for (const { name, bound } of new Map(made.map((sibling) => [sibling.name, sibling])).values())
        await tx.unsafe(
          `CREATE TEMPORARY TABLE ${quoteIdent(name)} PARTITION OF pg_temp.segue_parent ${bound}`,
        );
      await tx.unsafe(`CREATE TEMPORARY TABLE segue_part PARTITION OF pg_temp.segue_parent ${values}`);
      const [row] = await tx<{ rule: string | null; copy: string }[]>`
        SELECT pg_get_partition_constraintdef('pg_temp.segue_part'::regclass) AS rule, 'pg_temp.segue_parent'::regclass::oid::text AS copy`;
      const { rule: found, copy = '' } = row ?? {};
      rule = found?.replaceAll(`'${copy}'::oid`, `${quoteLiteral(quoteName(table))}::regclass::oid`) ?? null;
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
