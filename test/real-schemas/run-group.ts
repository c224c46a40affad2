import { randomUUID } from 'node:crypto';
import type { Operation } from '@/lib/core/operation';
import type { Direction, RolloutFact } from '@/lib/core/rollout';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { compareFacts, readFacts } from '@/lib/engine/binding';
import { planTransition } from '@/lib/engine/plan-transition';
import { fixPlan, requestMove, requireRollout } from '@/lib/engine/rollouts';
import { runMove } from '@/lib/engine/run-move';
import type { Target } from '@/lib/engine/target';
import type { TableInfo } from '@/lib/planner/catalog';
import type { Proposal } from './propose-operations';

const actor = { id: 'real-schemas', name: 'real-schemas', via: 'cli' } as const;

async function move(target: Target, rollout: RolloutFact, direction: Direction): Promise<RolloutFact> {
  await requestMove(target, {
    rolloutId: rollout.id,
    direction,
    expectedVersion: rollout.version,
    actor,
    acknowledged: ['*'],
    waivesRetention: true,
  });
  const outcome = await runMove(target, { rolloutId: rollout.id, owner: 'real-schemas' });
  if (outcome.kind === 'failed') {
    const { code, message, evidence } = outcome.error;
    throw new Error(
      `${direction} at ${rollout.position}: ${code}: ${message} ${JSON.stringify(evidence ?? '').slice(0, 600)}`,
    );
  }
  if (outcome.kind !== 'completed') throw new Error(`${direction} at ${rollout.position}: ${outcome.kind}`);
  return requireRollout(target, { id: rollout.id });
}

/** Keeps the rows as they are now beside the tables, for comparison. */
async function keepRows(target: Target, tables: readonly TableInfo[]): Promise<void> {
  await target.sql`CREATE SCHEMA before`;
  for (const table of tables)
    await target.sql.unsafe(`CREATE TABLE before.${quoteIdent(table.name)} AS TABLE ${quoteName(table)}`);
}

async function rowsThatDiffer(target: Target, table: TableInfo, condition: string): Promise<number> {
  const key = (table.key ?? []).map((part) => `a.${quoteIdent(part.name)} = b.${quoteIdent(part.name)}`);
  if (key.length === 0) return 0;
  const [row] = await target.sql.unsafe<{ n: number }[]>(
    `SELECT count(*)::int AS n FROM ${quoteName(table)} a FULL JOIN before.${quoteIdent(table.name)} b ON ${key.join(' AND ')} WHERE ${condition}`,
  );
  return row?.n ?? -1;
}

/** Rows of the table against those of before, column by column, those left out that the operations fill on purpose. */
async function requireSameRows(target: Target, table: TableInfo, filled: readonly string[]): Promise<void> {
  const conditions = table.columns
    .filter((column) => !filled.includes(column.name))
    .map(
      (column) => `a.${quoteIdent(column.name)}::text IS DISTINCT FROM b.${quoteIdent(column.name)}::text`,
    );
  const different = await rowsThatDiffer(target, table, conditions.join(' OR ') || 'false');
  if (different !== 0) throw new Error(`${different} rows of ${table.name} differ at the start`);
}

async function requireExpected(target: Target, proposal: Proposal): Promise<void> {
  const { expected, table } = proposal;
  if (expected === null) return;
  const different = await rowsThatDiffer(
    target,
    table,
    `a.${quoteIdent(expected.column)}::text IS DISTINCT FROM (${expected.value})::${expected.type}::text`,
  );
  if (different !== 0)
    throw new Error(`${different} rows of ${proposal.label} are not as expected at the end`);
}

/**
 * Runs the operations of a group as one transition: forward to the last position before Delete, back one by one, at each
 * step with the schema compared with that of the first visit, and forward again to the end. Throws what went wrong.
 */
export async function runGroup(target: Target, group: readonly Proposal[]): Promise<number> {
  const tables = [...new Map(group.map((each) => [each.table.name, each.table])).values()];
  await keepRows(target, tables);
  const operations: Operation[] = group.map((each) => each.operation);
  const plan = await planTransition(target, {
    name: `real ${randomUUID()}`,
    dualWrite: 'managed',
    operations,
  });
  const last = plan.phases.length - (plan.phases.at(-1)?.kind === 'purge' ? 1 : 0);
  let rollout = await fixPlan(target, { plan, managedBy: null });
  const visits = [await readFacts(target, plan.tables)];
  let moves = 0;
  const step = async (direction: Direction) => {
    rollout = await move(target, rollout, direction);
    moves += 1;
  };
  while (rollout.position < last) {
    await step('forward');
    visits.push(await readFacts(target, plan.tables));
    if (rollout.ended !== null) break;
  }
  while (rollout.position > 0) {
    await step('back');
    const changes = compareFacts(visits[rollout.position] ?? [], await readFacts(target, plan.tables));
    if (changes.length > 0)
      throw new Error(`back at ${rollout.position} the schema differs: ${changes.slice(0, 6).join(' | ')}`);
  }
  for (const table of tables) {
    const filled = group
      .filter((each) => each.table === table && each.operation.kind === 'set_not_null')
      .map((each) => each.column);
    await requireSameRows(target, table, filled);
  }
  while (rollout.position < plan.phases.length) await step('forward');
  for (const proposal of group) await requireExpected(target, proposal);
  await requireNothingLeft(target, plan.tables);
  return moves;
}

/** After Delete nothing of Segue is on the tables. */
async function requireNothingLeft(
  target: Target,
  tables: readonly { readonly schema: string; readonly name: string }[],
): Promise<void> {
  const facts = await readFacts(target, tables);
  const left = facts.filter((fact) => /segue/.test(fact));
  if (left.length > 0) throw new Error(`left behind: ${left.join(' | ')}`);
}
