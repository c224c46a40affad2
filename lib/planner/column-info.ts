export interface ColumnGrant {
  readonly grantee: string;
  readonly privilege: 'SELECT' | 'INSERT' | 'UPDATE' | 'REFERENCES';
  readonly grantable: boolean;
}

export interface TableGrant {
  readonly grantee: string;
  readonly privilege: string;
  readonly grantable: boolean;
}

export interface ColumnInfo {
  readonly name: string;
  readonly number: number;
  /** `format_type` under an empty search_path: what can be written back. */
  readonly type: string;
  /** The base type's name, without typmod, in pg_catalog or schema-qualified. */
  readonly baseType: string;
  readonly notNull: boolean;
  /** Name of the NOT NULL constraint, which PostgreSQL keeps since 18; null before, and where there is none. */
  readonly notNullName: string | null;
  /** False for a NOT NULL that is NOT VALID (18): rows that are there may still be NULL. */
  readonly notNullProven: boolean;
  readonly notNullComment: string | null;
  readonly default: string | null;
  readonly generated: 'stored' | 'virtual' | null;
  readonly identity: 'always' | 'by default' | null;
  /** The identity's sequence: its quoted name and options as CREATE SEQUENCE takes them, without the type's own maximum. */
  readonly identitySequence: { readonly name: string; readonly options: string } | null;
  /** Quoted collation name where it is not the type's own. */
  readonly collation: string | null;
  /** False for nondeterministic collations: equal values may differ in bytes. */
  readonly deterministic: boolean;
  readonly comment: string | null;
  /** SET STATISTICS, where it is not the default; 0 keeps none. */
  readonly statistics: number | null;
  /** SET STORAGE, where it is not the type's own. */
  readonly storage: string | null;
  readonly compression: string | null;
  /** "name=value", as in ALTER COLUMN … SET (…). */
  readonly options: readonly string[];
  readonly grants: readonly ColumnGrant[];
  /** Sequences owned by the column (serial), quoted names. */
  readonly ownedSequences: readonly string[];
  /** True when the type has a default hash operator class. */
  readonly hashable: boolean;
  /** The type is a domain with constraints: adding a column of it rewrites. */
  readonly constrainedDomain: boolean;
  /** The type is a domain with a default, which a column has that is given none of its own. */
  readonly domainDefault?: boolean;
}

/** What hangs on a column of one partition alone: PostgreSQL does not hand it down. */
export interface PartitionColumn
  extends Pick<ColumnInfo, 'name' | 'grants' | 'comment' | 'compression' | 'options'> {
  /** SET STATISTICS, where it is another than that of the table above; -1: the default. */
  readonly statistics: number | null;
  /** SET STORAGE, where it is another than that of the table above. */
  readonly storage: string | null;
  /** There only where it is another than that of the table at the top; null: it has none. */
  readonly default?: string | null;
}

export interface IndexInfo {
  readonly name: string;
  readonly columns: readonly IndexColumn[];
  readonly include: readonly string[];
  readonly method: string;
  readonly unique: boolean;
  readonly primary: boolean;
  readonly exclusion: boolean;
  readonly nullsNotDistinct: boolean;
  /** Its columns stand for the row in what is replicated of updates and deletes: REPLICA IDENTITY USING INDEX. */
  readonly replicaIdentity: boolean;
  readonly predicate: string | null;
  /** WITH (…) options, as text. */
  readonly options: readonly string[];
  readonly valid: boolean;
  /** The constraint that owns it, if any. */
  readonly constraint: string | null;
  readonly deferrable: boolean;
  readonly initiallyDeferred: boolean;
  readonly comment: string | null;
  readonly constraintComment: string | null;
  /** Quoted, where it is not the database's own. */
  readonly tablespace: string | null;
  /** CLUSTER goes by it. */
  readonly clustered: boolean;
  /** `pg_get_indexdef` under an empty search_path. */
  readonly definition: string;
}

export interface IndexColumn {
  /** null: an expression. */
  readonly name: string | null;
  readonly expression: string | null;
  /** Quoted operator class where it is not the type's default, or has options. */
  readonly opclass: string | null;
  /** "name=value", options of the operator class. */
  readonly opclassOptions: readonly string[];
  /** SET STATISTICS of an expression. */
  readonly statistics: number | null;
  readonly collation: string | null;
  /** `OPERATOR(schema.=)` where the operator class compares by an operator that is not PostgreSQL's own: of an extension's type. */
  readonly equality: string | null;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}
