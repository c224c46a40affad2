import type { Operation } from '@/lib/core/operation';
import type { RelationName } from '@/lib/core/sql-text';
import type { NamedObject } from '../memory-catalog/definitions';
import type { Question } from './migration-reading';
import type { RefusalCode } from './refusal-codes';

/** Something that an operation needs and the file does not say. */
export interface Need {
  readonly question: Omit<Question, 'answer' | 'line'>;
  /** The operation with the answer in it: SQL, or the id of an option. */
  readonly apply: (operation: Operation, answer: string) => Operation;
}

/** What one statement, or one action of it, comes to. */
export type Outcome =
  | Settled
  /** A type is renamed, or dropped where `to` is null: part of replacing an enum, or else what `otherwise` says. */
  | {
      readonly kind: 'type';
      readonly type: RelationName;
      readonly to: string | null;
      readonly otherwise: Settled;
    };

/** What a statement does to a policy, trigger, view or function. */
export interface ObjectChange extends NamedObject {
  readonly does: 'drop' | 'make' | 'replace';
  /** SQL that makes it again as it was; null: nobody knows. */
  readonly again: string | null;
  /** It was there before. */
  readonly there: boolean;
}

export type Settled =
  | {
      readonly kind: 'operation';
      readonly operation: Operation;
      readonly needs: readonly Need[];
      readonly object?: ObjectChange;
    }
  | { readonly kind: 'nothing'; readonly why: string }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly why: string; readonly next: string }
  /** It concerns only a table that the same file makes, and becomes part of making it. */
  | {
      readonly kind: 'extends';
      readonly table: RelationName;
      readonly sql: string;
      /** A partition that it makes: what is said of that belongs to the table as well. */
      readonly makes?: RelationName;
    };

/** An outcome with the statements, by their places in the file, that it stands for. */
export type Part = Outcome & { readonly statements: readonly number[] };

export const asOperation = (operation: Operation, needs: readonly Need[] = []): Settled => ({
  kind: 'operation',
  operation,
  needs,
});

export const nothing = (why: string): Settled => ({ kind: 'nothing', why });

export const refused = (code: RefusalCode, why: string, next: string): Settled => ({
  kind: 'refused',
  code,
  why,
  next,
});
