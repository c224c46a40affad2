import type { TransitionSpec } from '@/lib/core/operation';
import type { Plan } from '@/lib/core/plan';
import { compilePlan } from '@/lib/planner/compile-plan';
import { type MigrationReading, migrationReading } from '@/lib/planner/from-sql/migration-reading';
import { applyStatement } from '@/lib/planner/memory-catalog/apply-statement';
import { emptyMemory, type Memory } from '@/lib/planner/memory-catalog/memory';
import { operationsCatalog } from '@/lib/planner/memory-catalog/operations-catalog';
import { readMigration } from '@/lib/sql/migration/read-migration';

/** Applies every statement of the text to the memory, and gives it back. */
export function applySql(memory: Memory, text: string): Memory {
  for (const item of readMigration(text).items) if (item.type === 'statement') applyStatement(memory, item);
  return memory;
}

/** The schema that this SQL makes from nothing. */
export const memoryOf = (text: string, major = 18): Memory => applySql(emptyMemory(major), text);

/** How a file is read that meets the schema of `history`. */
export const readingOf = (
  text: string,
  history: string,
  answers: Readonly<Record<string, string>> = {},
): MigrationReading => migrationReading(text, memoryOf(history), { name: 'm', answers, major: 18 });

/** What a file becomes. Throws its questions and the fates of its statements where something is open. */
export function specOf(
  text: string,
  history: string,
  answers: Readonly<Record<string, string>> = {},
): TransitionSpec {
  const { spec, questions, statements } = readingOf(text, history, answers);
  if (spec === null) throw new Error(JSON.stringify([questions, statements.map(({ fate }) => fate)]));
  return spec;
}

/** What a file becomes, and its plan. Throws where it cannot be compiled, or something is open. */
export function compiledOf(
  text: string,
  history: string,
  answers?: Readonly<Record<string, string>>,
): { readonly spec: TransitionSpec; readonly plan: Plan } {
  const spec = specOf(text, history, answers);
  return { spec, plan: compilePlan(spec, operationsCatalog(memoryOf(history), spec.operations)) };
}
