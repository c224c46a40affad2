import type { RelationName } from '@/lib/core/sql-text';
import type {
  CheckConstraint,
  ColumnDependent,
  ColumnInfo,
  DomainInfo,
  ForeignKey,
  IndexInfo,
  TableKind,
  UserTrigger,
  Volatility,
} from '../catalog';
import type { Definition } from './definitions';

/** A relation as migration files made it. Only `columns` and the lists change; each change replaces the list. */
export interface MemoryTable extends RelationName {
  kind: TableKind;
  columns: readonly ColumnInfo[];
  indexes: readonly IndexInfo[];
  checks: readonly CheckConstraint[];
  foreignKeys: readonly ForeignKey[];
  triggers: readonly UserTrigger[];
  /** Policies, statistics and generated columns on it; views are found through `Memory.views`. */
  dependents: readonly ColumnDependent[];
  /** The partitioned table above it, with FOR VALUES … or DEFAULT. */
  parent: { readonly relation: RelationName; readonly bound: string } | null;
  partitionStrategy: 'range' | 'list' | 'hash' | null;
  /** How its rows are divided, as written behind PARTITION BY. */
  partitionBy: string | null;
  partitionKey: readonly string[];
  unlogged: boolean;
  inherits: readonly RelationName[];
  rowSecurity: boolean;
  /** Highest attribute number ever given: numbers are not used again. */
  lastNumber: number;
}

export interface MemoryView extends RelationName {
  readonly materialized: boolean;
  readonly definition: string;
  /** Tables and views that its query reads. */
  readonly reads: readonly RelationName[];
  /** Columns that its query names, table by table. */
  readonly uses: readonly { readonly table: RelationName; readonly column: string }[];
  /** Of a materialized view. */
  readonly indexes?: readonly IndexInfo[];
}

/** A database as a row of migration files would have made it, from nothing. */
export interface Memory {
  readonly serverVersionNum: number;
  readonly tables: Map<string, MemoryTable>;
  readonly views: Map<string, MemoryView>;
  readonly enums: Map<string, { readonly relation: RelationName; labels: readonly string[] }>;
  readonly domains: Map<string, DomainInfo>;
  readonly functions: Map<
    string,
    { readonly volatility: Volatility; readonly body: string; readonly language: string }
  >;
  readonly schemas: Set<string>;
  /** Other names taken in a schema: sequences, composite types. */
  readonly otherNames: Map<string, RelationName>;
  readonly comments: Map<string, string>;
  /** How policies, triggers, views and functions were made. */
  readonly definitions: Map<string, Definition>;
  /** Where names without a schema are made and found. */
  searchPath: readonly string[];
  /** What changed, statement after statement: labels of tables, or ANY. It only grows; who follows it keeps a place in it. */
  readonly changes: string[];
}

/** Any table or view may have changed. */
export const ANY = '*';

export const labelOf = ({ schema, name }: RelationName): string => `${schema}.${name}`;

/** Nothing yet, on a server of this major. */
export function emptyMemory(major: number): Memory {
  return {
    serverVersionNum: major * 10_000,
    tables: new Map(),
    views: new Map(),
    enums: new Map(),
    domains: new Map(),
    functions: new Map(),
    schemas: new Set(['public']),
    otherNames: new Map(),
    comments: new Map(),
    definitions: new Map(),
    searchPath: ['public'],
    changes: [],
  };
}

/** A relation with nothing in it. */
export function emptyTable(relation: RelationName): MemoryTable {
  return {
    schema: relation.schema,
    name: relation.name,
    kind: 'table',
    columns: [],
    indexes: [],
    checks: [],
    foreignKeys: [],
    triggers: [],
    dependents: [],
    parent: null,
    partitionStrategy: null,
    partitionBy: null,
    partitionKey: [],
    unlogged: false,
    inherits: [],
    rowSecurity: false,
    lastNumber: 0,
  };
}

type Named = ReadonlyMap<string, unknown>;

/** The relation that a written name means: with its schema, or the first on the search path where one of the maps has it. */
export function resolveName(
  memory: Memory,
  written: { readonly schema: string | null; readonly name: string },
  ...maps: readonly Named[]
): RelationName {
  if (written.schema !== null) return { schema: written.schema, name: written.name };
  const schema = memory.searchPath.find((each) =>
    maps.some((map) => map.has(labelOf({ schema: each, name: written.name }))),
  );
  return { schema: schema ?? memory.searchPath[0] ?? 'public', name: written.name };
}

/** A RangeVar's relation. */
export function relationOf(
  memory: Memory,
  range: { readonly schemaname?: string; readonly relname?: string } | undefined,
): RelationName {
  return resolveName(
    memory,
    { schema: range?.schemaname ?? null, name: range?.relname ?? '' },
    memory.tables,
    memory.views,
  );
}

/** Names of relations in a schema and of a table's constraints: what a new one may not be called. */
export function takenNames(memory: Memory, schema: string): string[] {
  const names: string[] = [];
  for (const table of memory.tables.values()) {
    if (table.schema !== schema) continue;
    names.push(table.name, ...table.indexes.map(({ name }) => name));
  }
  for (const view of memory.views.values()) if (view.schema === schema) names.push(view.name);
  for (const other of memory.otherNames.values()) if (other.schema === schema) names.push(other.name);
  return names;
}

/** An expression over one table without that table's name before its columns, as PostgreSQL prints it. */
export function unqualified(table: RelationName, expression: string): string {
  if (!expression.includes('.')) return expression;
  const part = (name: string) => {
    const plain = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return `(?:"${plain}"|(?<![\\w"'.])${plain})`;
  };
  return expression.replaceAll(
    new RegExp(`(?:${part(table.schema)}\\.)?${part(table.name)}\\.(?=["\\p{L}_])`, 'gu'),
    '',
  );
}
