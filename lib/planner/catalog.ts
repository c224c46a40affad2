import type { KeyColumn, StepLock } from '@/lib/core/plan';
import type { RelationName } from '@/lib/core/sql-text';

/** pg_proc.provolatile */
export type Volatility = 'immutable' | 'stable' | 'volatile';

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
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly references: RelationName;
  readonly referencedColumns: readonly string[];
  readonly onUpdate: string;
  readonly onDelete: string;
  /** Columns that ON DELETE SET NULL or SET DEFAULT is about, where they are named (15 and later). */
  readonly onDeleteColumns: readonly string[];
  readonly match: string;
  readonly deferrable: boolean;
  readonly initiallyDeferred: boolean;
  /** The connected role may make another foreign key to the same parent. */
  readonly mayReference: boolean;
  readonly validated: boolean;
  /** False for NOT ENFORCED (18). */
  readonly enforced: boolean;
  readonly comment: string | null;
}

export interface CheckConstraint {
  readonly name: string;
  readonly columns: readonly string[];
  readonly expression: string;
  readonly validated: boolean;
  readonly noInherit: boolean;
  /** False for NOT ENFORCED (18). */
  readonly enforced: boolean;
  readonly comment: string | null;
}

/** Any constraint of a table, as `pg_get_constraintdef` prints it: what brings it back. */
export interface ConstraintInfo {
  readonly name: string;
  readonly type: 'check' | 'foreign key' | 'unique' | 'primary key' | 'exclusion' | 'not null' | 'other';
  readonly definition: string;
  readonly columns: readonly string[];
  readonly validated: boolean;
  /** The index that carries it, of a unique, primary key or exclusion constraint. */
  readonly index: string | null;
  readonly comment: string | null;
  /** Views that would go with it: those that group by a primary key without naming all columns. */
  readonly dependents: readonly string[];
}

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

export interface InboundForeignKey {
  readonly name: string;
  readonly table: RelationName;
  readonly columns: readonly string[];
}

export interface UserTrigger {
  readonly name: string;
  readonly timing: 'before' | 'after' | 'instead of';
  readonly row: boolean;
  readonly functionName: string;
  readonly functionBody: string;
  /** Quoted name with schema and arguments, as ALTER FUNCTION takes it. */
  readonly functionSignature: string;
  readonly functionVolatility: Volatility;
  /** False when the connected role may not alter the function. */
  readonly functionOwned: boolean;
  readonly language: string;
}

export type TableKind =
  | 'table'
  | 'partitioned table'
  | 'partition'
  | 'view'
  | 'materialized view'
  | 'foreign table'
  | 'other';

/** A partition, or a partition of one, of a partitioned table. */
export interface PartitionInfo extends RelationName {
  /** The partitioned table right above it. */
  readonly parent: RelationName;
  /** False: it is partitioned itself and holds no rows. */
  readonly leaf: boolean;
  /** FOR VALUES …, or DEFAULT. */
  readonly bound: string;
  /** Its part of each index of the table at the top. */
  readonly indexes: readonly { readonly name: string; readonly root: string }[];
}

export interface TableInfo extends RelationName {
  readonly kind: TableKind;
  readonly owner: string;
  /** False when the connected role is no member of the owner: ALTER TABLE would be refused. */
  readonly owned: boolean;
  readonly estimatedRows: number;
  readonly bytes: number;
  readonly columns: readonly ColumnInfo[];
  /** The primary key's columns in order, or else those of a unique index over NOT NULL columns. */
  readonly key: readonly KeyColumn[] | null;
  readonly primaryKey: readonly string[];
  readonly indexes: readonly IndexInfo[];
  /** Every constraint, those of the next two lists included. */
  readonly constraints: readonly ConstraintInfo[];
  readonly checks: readonly CheckConstraint[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly inboundForeignKeys: readonly InboundForeignKey[];
  readonly dependents: readonly ColumnDependent[];
  readonly triggers: readonly UserTrigger[];
  readonly inheritance: boolean;
  /** Tables that inherit from it, at any level; partitions are no such. */
  readonly children: readonly RelationName[];
  /** Relations that a view or materialized view reads itself. */
  readonly reads: readonly RelationName[];
  readonly unlogged: boolean;
  /** Made with OF: its columns are those of a composite type. */
  readonly ofType: boolean;
  /** Rules on INSERT, UPDATE or DELETE. */
  readonly rules: readonly string[];
  /** 'd' its primary key, 'f' whole rows, 'i' an index, 'n' nothing. */
  readonly replicaIdentity: 'd' | 'f' | 'i' | 'n';
  /** All partitions of a partitioned table, the upper levels first; [] of any other. */
  readonly partitions: readonly PartitionInfo[];
  /** How its rows are divided, as "RANGE (day)"; null: it has no partitions. */
  readonly partitionBy: string | null;
  /** Columns that decide, at any level, to which partition a row belongs. */
  readonly partitionKey: readonly string[];
  readonly rowSecurity: boolean;
  /** Row security is forced upon the connected role: it would see only some of the rows. */
  readonly rowsHidden: boolean;
  /** The connected role may create in the table's schema, as every index build asks. */
  readonly canBuildIndexes: boolean;
  /** The connected role may make a foreign key to this table. */
  readonly mayReference: boolean;
  /** What has been granted on the table itself; [] where only the owner and default rights hold. */
  readonly grants: readonly TableGrant[];
  /** Publications that name the table, or all tables. */
  readonly publications: readonly string[];
  /** Names of constraints and relations in the schema, so that new ones do not collide. */
  readonly takenNames: readonly string[];
}

/** The identity of a catalog that migration files made: no database stands behind it. */
export const FROM_FILES = 'files';

/** What the planner knows of a database. The same shape from a live server and from files. */
export interface Catalog {
  readonly serverVersionNum: number;
  /** Names the database in a binding: system identifier and database. */
  readonly identity: string;
  /** True when nothing was read and types had to be assumed. */
  readonly assumed: boolean;
  readonly tables: readonly TableInfo[];
  /** Schemas that the operations name. */
  readonly schemas: readonly SchemaInfo[];
  /** Enum types that the operations name. */
  readonly enums: readonly EnumInfo[];
  /** Domains, where they were asked for. */
  readonly domains: readonly DomainInfo[];
  /** What partitions ask of their rows, by the request. */
  readonly partitionRules: Readonly<Record<string, PartitionRule>>;
  /** What trying the SQL of free_sql told, by its text. */
  readonly tried: Readonly<Record<string, TriedSql>>;
  /** Volatility of the functions that the operations name, by lower-case name. Unknown ones count as volatile. */
  readonly functions: Readonly<Record<string, Volatility>>;
  /** Canonical spelling of the types that the operations name; null: the server does not know it. */
  readonly types: Readonly<Record<string, TypeInfo | null>>;
}

export interface SchemaInfo {
  readonly name: string;
  /** The connected role may create in it. */
  readonly canCreate: boolean;
  /** Names of relations and types in it. */
  readonly takenNames: readonly string[];
}

export interface PartitionRule {
  readonly strategy: 'range' | 'list' | 'hash';
  /** The partitioned table's default partition. */
  readonly default: RelationName | null;
  /** What it asks of its rows, its parents' own rules included; null where it asks nothing. */
  readonly constraint: string | null;
  /** What its values alone ask: of these none may be in the default partition. */
  readonly own: string | null;
  /** FOR VALUES …; null where it is no partition. */
  readonly bound: string | null;
}

/** What PostgreSQL said of statements that ran in a rolled-back transaction. */
export interface TriedSql {
  readonly locks: readonly StepLock[];
  readonly rewrites: boolean;
  readonly scans: boolean;
  /** Why its locks are not known; null: they are. */
  readonly unknown: string | null;
}

export interface EnumInfo extends RelationName {
  readonly owned: boolean;
  readonly owner: string;
  readonly labels: readonly string[];
}

export interface DomainInfo extends RelationName {
  /** Type that it stands for, with its modifier, as `format_type` prints it. */
  readonly baseType: string;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  readonly checks: readonly { readonly name: string; readonly validated: boolean }[];
}

export interface TypeInfo {
  readonly type: string;
  readonly baseType: string;
  readonly hashable: boolean;
  /** Domain with constraints: adding a column of it rewrites. */
  readonly constrainedDomain: boolean;
}

/** The table, or undefined. Names are literal. */
export function findTable(catalog: Catalog, name: RelationName): TableInfo | undefined {
  return catalog.tables.find((table) => table.schema === name.schema && table.name === name.name);
}
