import type { KeyColumn, StepLock } from '@/lib/core/plan';
import type { RelationName } from '@/lib/core/sql-text';
import type { ColumnInfo, IndexInfo, PartitionColumn, TableGrant } from './column-info';
import type { CheckConstraint, ConstraintInfo, ForeignKey, InboundForeignKey } from './constraint-info';
import type { ColumnDependent, UserTrigger, Volatility } from './dependent-info';
import type { TeamJournal } from './team-record/judge-journal';

export type * from './column-info';
export type * from './constraint-info';
export type * from './dependent-info';

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
  /** Rules on UPDATE or DELETE that it has of its own: they change statements that name it, as batches do. */
  readonly rules: readonly string[];
  /** Columns on which it has something that a column added to the table at the top would not have there. */
  readonly columns: readonly PartitionColumn[];
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
  /** How policies, triggers, views and functions were made, by kind and name, where that was asked for. */
  readonly definitions?: Readonly<Record<string, readonly string[]>>;
  /** Canonical spelling of the types that the operations name; null: the server does not know it. */
  readonly types: Readonly<Record<string, TypeInfo | null>>;
  /** The team's own journal, where a file of theirs is to be recorded there; absent: nobody has looked. */
  readonly teamJournal?: TeamJournal & {
    /** The file's record is there because this transition made it, on an earlier way. */
    readonly ours: boolean;
  };
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
  /** Domain with a default, which a column has that is given none of its own. */
  readonly domainDefault?: boolean;
}

/** The table, or undefined. Names are literal. */
export function findTable(catalog: Catalog, name: RelationName): TableInfo | undefined {
  return catalog.tables.find((table) => table.schema === name.schema && table.name === name.name);
}
