import type { TableGrant } from './column-info';

/** pg_proc.provolatile */
export type Volatility = 'immutable' | 'stable' | 'volatile';

/** Something that names a column and so cannot lose it. */
export interface ColumnDependent {
  readonly column: string;
  readonly kind:
    | 'view'
    | 'materialized view'
    | 'rule'
    | 'policy'
    | 'trigger'
    | 'generated column'
    | 'statistics'
    | 'publication'
    | 'function'
    // What a partition alone has: the table at the top cannot take it along.
    | 'index'
    | 'constraint';
  readonly name: string;
  /** The partition on which it hangs, where it does not hang on the table at the top. */
  readonly partition?: string | null;
  /** Of a plain view. */
  readonly view?: ViewInfo | null;
}

export interface ViewInfo {
  readonly schema: string;
  /** As pg_get_viewdef prints it under an empty search_path. */
  readonly definition: string;
  /** "name=value", as in pg_class.reloptions. */
  readonly options: readonly string[];
  /** The connected role may replace it. */
  readonly owned: boolean;
  readonly owner: string;
  readonly comment: string | null;
  readonly columnComments: readonly { readonly column: string; readonly comment: string }[];
  /** null: only the owner and default rights hold. */
  readonly grants: readonly TableGrant[] | null;
  readonly columnGrants: readonly (TableGrant & { readonly column: string })[];
  /** Roles to whom a view that the connected role makes there gives rights by itself. */
  readonly defaultGrantees: readonly string[];
  /** Something that would not survive if it were dropped and made again, in words. */
  readonly inTheWay: string | null;
  /** Another operation of the transition gives it another definition. */
  readonly rewritten?: true;
}

export interface UserTrigger {
  readonly name: string;
  readonly timing: 'before' | 'after' | 'instead of';
  readonly row: boolean;
  /** False: it does not fire on UPDATE. Absent: nobody has looked. */
  readonly updates?: boolean;
  readonly functionName: string;
  readonly functionBody: string;
  /** Quoted name with schema and arguments, as ALTER FUNCTION takes it. */
  readonly functionSignature: string;
  readonly functionVolatility: Volatility;
  /** False when the connected role may not alter the function. */
  readonly functionOwned: boolean;
  readonly language: string;
}
