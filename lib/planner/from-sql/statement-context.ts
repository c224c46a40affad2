import type { RelationName } from '@/lib/core/sql-text';
import type { SourceText } from '@/lib/sql/source-text';
import { labelOf, type Memory, type MemoryTable, relationOf } from '../memory-catalog/memory';

/** What is known when a statement is read. */
export interface StatementContext {
  /** The schema before the file. */
  readonly start: Memory;
  /** The schema right before the statement. It goes on with the file: what is read later may only use its search path. */
  readonly before: Memory;
  /** The schema right after it. */
  readonly after: Memory;
  /** Tables that the file itself has made so far, by their present names. */
  readonly created: ReadonlySet<string>;
  /** Everything that is there is known: what a statement names must exist. */
  readonly complete: boolean;
  readonly text: string;
  /** Columns that the same ALTER TABLE drops. */
  readonly drops?: readonly string[];
  /** The transition's name. */
  readonly name: string;
  readonly source: SourceText;
}

type Range = Parameters<typeof relationOf>[1];

/** The relation that a statement names, without what the memory keeps of it. */
export function relationIn(context: StatementContext, range: Range): RelationName {
  const { schema, name } = relationOf(context.before, range);
  return { schema, name };
}

export function tableBefore(context: StatementContext, relation: RelationName): MemoryTable | undefined {
  return context.before.tables.get(labelOf(relation));
}

export function tableAfter(context: StatementContext, relation: RelationName): MemoryTable | undefined {
  return context.after.tables.get(labelOf(relation));
}

/** Those of a list that were not there before, by name. */
export function newOnes<T extends { readonly name: string }>(
  before: readonly T[] | undefined,
  after: readonly T[] | undefined,
): T[] {
  const known = new Set((before ?? []).map(({ name }) => name));
  return (after ?? []).filter(({ name }) => !known.has(name));
}
