import type { Severity, StepLock } from '@/lib/core/plan';
import type { RuleName } from './rules';

/** What a person should know of a statement, and what to do instead. */
export interface HazardFinding {
  readonly rule: RuleName;
  readonly severity: Severity;
  /** What happens and for whom. */
  readonly message: string;
  /** What to do instead, in words, with the corrected SQL where there is some; null: nothing needs to be done. */
  readonly fix: string | null;
  /**
   * SQL that ends in the same schema without this harm: each statement in a transaction of its own, those with CONCURRENTLY
   * outside of any. Null: there is none, or the statement's text was not given.
   */
  readonly corrected: readonly string[] | null;
  /** "schema.name" of what it concerns; null: no relation. */
  readonly relation: string | null;
}

/** What a statement does on a server. Relations are "schema.name"; sequences and indexes are left out. */
export interface Effects {
  /** The strongest lock on each relation, from ROW SHARE on, sorted by relation. */
  readonly locks: readonly StepLock[];
  /** Tables that get a new file. */
  readonly rewrites: readonly string[];
  /** Tables whose rows are read to verify something. */
  readonly scans: readonly string[];
  /** Tables of which an index is built. */
  readonly builds: readonly string[];
  /** SQLSTATE with which PostgreSQL will refuse it; then it does nothing else. */
  readonly refused: string | null;
  readonly findings: readonly HazardFinding[];
}

export interface JudgeOptions {
  readonly major: 14 | 15 | 16 | 17 | 18;
  /** The session's TimeZone; null: not known, the dearer answer is given. */
  readonly timeZone: string | null;
  /** Relations ("schema.name") that the same file made: nobody else uses them. */
  readonly created?: ReadonlySet<string>;
  /** Locks that the statement's transaction holds already. */
  readonly held?: readonly StepLock[];
  /** Where names without a schema are looked up, and new ones made. Default: public. */
  readonly searchPath?: readonly string[];
  /** The statement runs inside a transaction block. */
  readonly inTransaction?: boolean;
  /** The catalog holds everything: a name that it does not know does not exist. */
  readonly complete?: boolean;
  /** Enum values that the same transaction added: they cannot be used before its end. */
  readonly newEnumValues?: ReadonlySet<string>;
}

/** One statement as the parser gives it. */
export interface ParsedStatement {
  /** The parser's name: AlterTableStmt, IndexStmt… */
  readonly kind: string;
  readonly node: Record<string, unknown>;
  /** As it was written; absent: no corrected SQL is made. */
  readonly text?: string;
  /** Byte from which the places in the node count. Default 0. */
  readonly base?: number;
}
