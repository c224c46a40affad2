import { SegueError } from '@/lib/core/errors';
import type { Operation, OperationOf } from '@/lib/core/operation';
import { quoteIdent, type RelationName } from '@/lib/core/sql-text';
import type { Answers, Question, QuestionOption } from '../from-sql/migration-reading';
import type { QuestionId, RefusalCode } from '../from-sql/refusal-codes';
import type { Memory, MemoryTable } from '../memory-catalog/memory';

/** What a mapper is told beside its operation. */
export interface PgrollContext {
  /** The schema before the file; null: nothing is known of it. */
  readonly memory: Memory | null;
  readonly answers: Answers;
  /** 1-based place of the operation in its file, and its line. */
  readonly number: number;
  readonly line: number;
}

export interface Refusal {
  readonly code: RefusalCode;
  readonly why: string;
  readonly next: string;
}

/** What one operation of pgroll's, or a part of it, becomes. */
export interface PgrollPart {
  readonly operations?: readonly Operation[];
  readonly questions?: readonly Question[];
  readonly assumptions?: readonly string[];
  readonly refusals?: readonly Refusal[];
}

/** Parts one after the other. */
export function together(...parts: readonly PgrollPart[]): Required<PgrollPart> {
  return {
    operations: parts.flatMap(({ operations = [] }) => operations),
    questions: parts.flatMap(({ questions = [] }) => questions),
    assumptions: parts.flatMap(({ assumptions = [] }) => assumptions),
    refusals: parts.flatMap(({ refusals = [] }) => refusals),
  };
}

export const only = (...operations: readonly Operation[]): PgrollPart => ({ operations });

export const refused = (code: RefusalCode, why: string, next: string): PgrollPart => ({
  refusals: [{ code, why, next }],
});

/** pgroll's names have no schema: it works in one, `public` unless told otherwise. */
export const pgrollTable = (name: string): RelationName => ({ schema: 'public', name });

/** The table as far as the schema before the file is known. */
export const knownTable = ({ memory }: PgrollContext, table: RelationName): MemoryTable | undefined =>
  memory?.tables.get(`${table.schema}.${table.name}`);

interface Asking {
  readonly id: QuestionId;
  readonly kind: Question['kind'];
  readonly text: string;
  readonly options?: readonly QuestionOption[];
  readonly suggestion?: string | null;
  readonly required?: boolean;
}

/** Puts a question and goes on with its answer, or with the suggestion where none is required. Throws where the answer is no option. */
export function asking(
  context: PgrollContext,
  { id, kind, text, options = [], suggestion = null, required = true }: Asking,
  then: (answer: string) => PgrollPart,
): PgrollPart {
  const given = context.answers[id] ?? null;
  if (given !== null && options.length > 0 && !options.some((option) => option.id === given))
    throw new SegueError('invalid_input', `"${given}" is no answer to ${id}.`, {
      object: id,
      next: `Answer one of: ${options.map((option) => option.id).join(', ')}.`,
    });
  const question: Question = {
    id,
    line: context.line,
    kind,
    text,
    options,
    suggestion,
    answer: given,
    required,
  };
  const answer = given ?? (required ? null : suggestion);
  return together({ questions: [question] }, answer === null ? {} : then(answer));
}

type FreeSql = Partial<Omit<OperationOf<'free_sql'>, 'kind' | 'up'>>;

/** SQL that no operation of Segue's covers, with its way back. */
export function freeSql(up: string, rest: FreeSql): OperationOf<'free_sql'> {
  return { kind: 'free_sql', phase: 'expand', lossless: false, up, ...rest };
}

export const quoted = (names: readonly string[]): string => names.map(quoteIdent).join(', ');
