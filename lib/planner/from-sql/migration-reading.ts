import type { TransitionSpec } from '@/lib/core/operation';
import type { RelationName } from '@/lib/core/sql-text';
import { readMigration } from '@/lib/sql/migration/read-migration';
import type { HazardFinding, JudgeOptions } from '../hazards/effects';
import type { Memory } from '../memory-catalog/memory';
import { answerNeeds } from './answer-needs';
import { askUniqueValues } from './ask-unique-values';
import { foldColumns } from './fold-columns';
import { foldDropped } from './fold-dropped';
import { foldEnums } from './fold-enums';
import { foldExchanges } from './fold-exchanges';
import { foldLookups } from './fold-lookups';
import { foldNewTables } from './fold-new-tables';
import { foldPairs } from './fold-pairs';
import { foldPrimaryKeys } from './fold-primary-keys';
import { foldReplaced } from './fold-replaced';
import { foldResized } from './fold-resized';
import { readItems } from './read-items';
import type { QuestionId, RefusalCode } from './refusal-codes';

/** What became of one statement of a migration file. Every statement has one: none is dropped, none is guessed. */
export type Fate =
  /** Part of operations of the plan, by their places in `spec.operations`; several statements may fold into one. */
  | { readonly kind: 'operation'; readonly operations: readonly number[] }
  /** Nothing is left to do: BEGIN, SET lock_timeout, IF NOT EXISTS of what is there. */
  | { readonly kind: 'nothing'; readonly why: string }
  /** A person must decide first. */
  | { readonly kind: 'asks'; readonly question: string }
  /** It cannot be done safely, or is not understood; `next` is the way out. */
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly why: string; readonly next: string };

/** A statement at its place in the file. Lines and columns count from 1, columns in characters. */
export interface StatementReading {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly text: string;
  readonly fate: Fate;
  /** What the raw statement would have done to the database in use. */
  readonly raw: readonly HazardFinding[];
}

export interface QuestionOption {
  readonly id: string;
  readonly title: string;
  /** What becomes of data and running code. */
  readonly meaning: string;
}

/** What the file does not say. */
export interface Question {
  /** The same for the same file, whatever else is answered: "value:public.users.country", "reading:public.users.name+full_name". */
  readonly id: QuestionId;
  readonly line: number;
  readonly kind: 'value' | 'reading' | 'way-back';
  readonly text: string;
  /** The readings to choose from; empty where SQL is asked for. */
  readonly options: readonly QuestionOption[];
  /** What the file itself suggests: SQL, or an option's id. It is used without asking only where `required` is false. */
  readonly suggestion: string | null;
  readonly answer: string | null;
  /** No plan without an answer. */
  readonly required: boolean;
}

/** Question id to SQL or to an option's id. */
export type Answers = Readonly<Record<string, string>>;

export interface ReadingOptions {
  /** The transition's name. */
  readonly name: string;
  readonly answers: Answers;
  readonly major: JudgeOptions['major'];
  /** The memory holds everything that is there: a table that it does not have does not exist. @default true */
  readonly complete?: boolean;
}

/** A migration file as a transition, or what is missing for it. */
export interface MigrationReading {
  /** Null while a required question is open, or a statement is refused. */
  readonly spec: TransitionSpec | null;
  readonly statements: readonly StatementReading[];
  readonly questions: readonly Question[];
  /** What had to be assumed because the catalog does not know it. */
  readonly assumptions: readonly string[];
  /** Relations that the file makes. */
  readonly creates: readonly RelationName[];
}

/**
 * Reads a migration file as operations, against the schema before it, which stays as it is. Pure; never throws for what stands in
 * the file. Throws `invalid_input` for an answer to a question that the file does not raise, or that is none of its options.
 */
export function migrationReading(text: string, memory: Memory, options: ReadingOptions): MigrationReading {
  const read = readItems(readMigration(text), memory, options);
  const parts = [
    foldEnums,
    foldColumns,
    foldLookups,
    foldReplaced,
    foldPrimaryKeys,
    foldDropped,
    foldPairs,
    foldResized,
  ].reduce((list, fold) => fold(list, memory, options.answers), foldNewTables(read.parts));
  const exchanged = askUniqueValues(foldExchanges(parts));
  const { operations, fates, questions } = answerNeeds(exchanged, read.statements, options.answers);
  const statements = read.statements.map(
    ({ line, column, endLine, text: own, raw }, index): StatementReading => ({
      line,
      column,
      endLine,
      text: own,
      fate: fates[index] ?? { kind: 'nothing', why: 'It holds no statement.' },
      raw,
    }),
  );
  const open = statements.some(({ fate }) => fate.kind === 'asks' || fate.kind === 'refused');
  return {
    spec: open || operations.length === 0 ? null : { name: options.name, dualWrite: 'managed', operations },
    statements,
    questions,
    assumptions: read.assumptions,
    creates: read.creates,
  };
}
