import type { JournalPlace } from '@/lib/core/migration-record';
import type { Operation } from '@/lib/core/operation';
import type { LockMode, Plan, Severity } from '@/lib/core/plan';
import type { Answers, Fate, Question } from '@/lib/planner/from-sql/migration-reading';

/** One statement of a migration file at its place, and what became of it. Lines count from 1. */
export interface StatementView {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly fate: Fate;
}

/** What the raw file would have done to the database in use, at its place. */
export interface RawFinding {
  readonly line: number;
  readonly column: number;
  /** The statement that it is about, by its place in the list; null: a line of its own. */
  readonly statement: number | null;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** Corrected SQL, or the operation to use. */
  readonly fix: string | null;
  /** "schema.name" */
  readonly relation: string | null;
  /** The strongest lock on the relation. */
  readonly lock: LockMode | null;
  /** A fault of syntax: a caret stands under its column. */
  readonly caret: boolean;
  /** How long the work takes at the table's present size; null where none is done, or its size is not known. */
  readonly work: RawWork | null;
}

/** Work in proportion to a table. */
export interface RawWork {
  readonly rows: number;
  readonly bytes: number;
  /** Low and high. */
  readonly seconds: readonly [number, number];
}

/** What PostgreSQL's manual calls it, and what to know. */
export interface RuleView {
  readonly title: string;
  readonly about: string;
}

/** A migration file, statement by statement: as it is reviewed, and as it is kept with its transition. */
export interface MigrationStatements {
  readonly statements: readonly StatementView[];
  readonly findings: readonly RawFinding[];
  /** Of the rules that occur, by name. */
  readonly rules: Readonly<Record<string, RuleView>>;
  /** What had to be taken for granted. */
  readonly assumptions: readonly string[];
  /** What the statements became; `fate.operations` counts in it. */
  readonly operations: readonly Operation[];
}

/** A migration file read against a database: its statements, what is asked, and its plan or why there is none. */
export interface MigrationView extends MigrationStatements {
  readonly questions: readonly Question[];
  /** Question id to why its answer was not taken. */
  readonly answerErrors: Readonly<Record<string, string>>;
  readonly plan: Plan | null;
  /** Where the team's own tool notes in this database what has been run; [] for a list of operations, which says it itself. */
  readonly journal: {
    readonly places: readonly JournalPlace[];
    /** Why the file cannot be recorded as it was said to be. */
    readonly refusal: { readonly message: string; readonly next: string | null } | null;
  };
  /** Why what was understood cannot be planned. */
  readonly refusal: {
    readonly message: string;
    readonly next: string | null;
    /** The operation that it is about; null: no single one. */
    readonly operation: number | null;
  } | null;
}

/** The file that a transition came from, kept beside its plan. */
export interface OriginView extends MigrationStatements {
  readonly fileName: string;
  readonly text: string;
  readonly answers: Answers;
}
