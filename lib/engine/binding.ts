import type { Plan } from '@/lib/core/plan';
import type { RelationName } from '@/lib/core/sql-text';
import { digestOf } from '@/lib/planner/digest';
import { FACTS_QUERY } from './facts-query';
import { type Target, targetError } from './target';

/** The catalog of some tables as sorted lines; statistics and attribute numbers are left out. Recorded retired columns too. */
export async function readFacts(target: Target, tables: readonly RelationName[]): Promise<string[]> {
  try {
    const rows = await target.sql.unsafe<{ fact: string }[]>(FACTS_QUERY, [
      tables.map((table) => table.schema),
      tables.map((table) => table.name),
    ]);
    return rows.map((row) => row.fact);
  } catch (error) {
    throw targetError(error, target);
  }
}

/** Database identity and schema as they are now: what an approval is bound to. */
export async function bindingOf(
  target: Target,
  plan: Pick<Plan, 'tables'>,
  position: number,
): Promise<{ digest: string; facts: string[] }> {
  const facts = await readFacts(target, plan.tables);
  const [row] = await target.sql<{ identity: string }[]>`
    SELECT (SELECT system_identifier::text FROM pg_control_system()) || '/' || current_database() AS identity`;
  return { digest: digestOf({ identity: row?.identity ?? '', position, facts }), facts };
}

/** What differs: "- " lines were expected and are gone, "+ " lines are new. */
export function compareFacts(expected: readonly string[], present: readonly string[]): string[] {
  const was = new Set(expected);
  const is = new Set(present);
  return [
    ...expected.filter((fact) => !is.has(fact)).map((fact) => `- ${fact}`),
    ...present.filter((fact) => !was.has(fact)).map((fact) => `+ ${fact}`),
  ];
}

/** The schema now against what was recorded when the rollout came to rest at its present position. [] = no drift. */
export async function driftOf(target: Target, rolloutId: string): Promise<string[]> {
  try {
    const [row] = await target.sql<{ facts: string[] | null; tables: RelationName[] }[]>`
      SELECT p.facts, r.plan -> 'tables' AS tables FROM segue.rollouts r
      LEFT JOIN segue.positions p ON p.rollout_id = r.id AND p.position = r.position WHERE r.id = ${rolloutId}`;
    if (row === undefined || row.facts === null) return [];
    return compareFacts(row.facts, await readFacts(target, row.tables));
  } catch (error) {
    throw targetError(error, target);
  }
}
