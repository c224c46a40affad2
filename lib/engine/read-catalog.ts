import { z } from 'zod';
import type { RelationName } from '@/lib/core/sql-text';
import type {
  Catalog,
  DomainInfo,
  EnumInfo,
  IndexColumn,
  SchemaInfo,
  TableInfo,
  TypeInfo,
  Volatility,
} from '@/lib/planner/catalog';
import { typeModifiers } from '@/lib/sql/type-name';
import {
  CATALOG_QUERY,
  CONSTRAINED_DOMAIN,
  DOMAIN_DEFAULT,
  DOMAINS_QUERY,
  ENUMS_QUERY,
  SCHEMAS_QUERY,
} from './catalog-query';
import { type Target, targetError } from './target';

/** What an operation needs to know beyond tables. */
export interface CatalogRequest {
  readonly tables: readonly RelationName[];
  /** Lower-case function names whose volatility matters. */
  readonly functions?: readonly string[];
  /** Types as written by a person. */
  readonly types?: readonly string[];
  readonly enums?: readonly RelationName[];
  readonly domains?: readonly RelationName[];
}

const rawTables = z.array(z.unknown());

async function readTypes(target: Target, types: readonly string[]): Promise<Record<string, TypeInfo | null>> {
  const found: Record<string, TypeInfo | null> = {};
  for (const type of new Set(types)) found[type] = await readType(target, type);
  return found;
}

/** The server's own reading of a type, with its modifier: "varchar(3)" → "character varying(3)". null: unknown. */
async function readType(target: Target, type: string): Promise<TypeInfo | null> {
  const modifiers = typeModifiers(type);
  return target.sql.begin('read only', async (tx) => {
    // A person's type name resolves as in their own session: schema public is in reach.
    await tx`SET LOCAL search_path = "$user", public`;
    const [found] = await tx<{ oid: number; typmodin: string | null }[]>`
      SELECT t.oid::integer AS oid, nullif(t.typmodin, 0)::regproc::text AS typmodin FROM pg_type t WHERE t.oid = to_regtype(${type})`;
    if (found === undefined) return null;
    await tx`SET LOCAL search_path = ''`;
    const [modifier] =
      modifiers.length === 0 || found.typmodin === null
        ? [{ value: -1 }]
        : await tx.unsafe<{ value: number }[]>(`SELECT ${found.typmodin}($1::cstring[]) AS value`, [
            modifiers,
          ]);
    const [row] = await tx<TypeInfo[]>`
      SELECT format_type(t.oid, ${modifier?.value ?? -1}::integer) AS type, CASE WHEN t.oid = 'bpchar'::regtype AND ${modifier?.value ?? -1}::integer = -1 THEN 'bpchar' ELSE format_type(t.oid, NULL) END AS "baseType",
        EXISTS (SELECT 1 FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod
                WHERE a.amname = 'hash' AND c.opcdefault AND c.opcintype IN (t.oid, nullif(t.typbasetype, 0),
                  CASE WHEN t.typname = 'varchar' THEN 'text'::regtype::oid WHEN t.typtype = 'e' THEN 'anyenum'::regtype::oid WHEN t.typtype = 'r' THEN 'anyrange'::regtype::oid
                       WHEN t.typcategory = 'A' THEN 'anyarray'::regtype::oid END)) AS hashable,
        ${tx.unsafe(CONSTRAINED_DOMAIN)} AS "constrainedDomain", ${tx.unsafe(DOMAIN_DEFAULT)} AS "domainDefault"
      FROM pg_type t WHERE t.oid = ${found.oid}::oid`;
    return row === undefined ? null : { ...row };
  });
}

/** Of timezone(text, timetz) alone 14 says "volatile", which 15 corrected to "stable"; AT TIME ZONE of a timestamp is another form. */
const VOLATILITY = `CASE WHEN provolatile = 'v' AND oid <> 'pg_catalog.timezone(text, time with time zone)'::regprocedure THEN 2 WHEN provolatile = 'i' THEN 0 ELSE 1 END`;

async function readFunctions(target: Target, names: readonly string[]): Promise<Record<string, Volatility>> {
  if (names.length === 0) return {};
  const rows = await target.sql<{ name: string; volatility: string }[]>`
    SELECT proname AS name, max(${target.sql.unsafe(VOLATILITY)})::text AS volatility
    FROM pg_proc WHERE proname = ANY (${[...names]}::text[]) GROUP BY proname`;
  const words: Record<string, Volatility> = { '0': 'immutable', '1': 'stable', '2': 'volatile' };
  return Object.fromEntries(rows.map((row) => [row.name, words[row.volatility] ?? 'volatile']));
}

/** Reads what the planner needs, in one snapshot per table. Unknown tables are simply absent. */
export async function readCatalog(target: Target, request: CatalogRequest): Promise<Catalog> {
  try {
    const [server] = await target.sql<{ version: number; identity: string }[]>`
      SELECT current_setting('server_version_num')::integer AS version,
        (SELECT system_identifier::text FROM pg_control_system()) || '/' || current_database() AS identity`;
    const names = [
      ...new Map(request.tables.map((table) => [`${table.schema}.${table.name}`, table])).values(),
    ];
    const rows = await target.sql.unsafe<{ tables: unknown }[]>(CATALOG_QUERY, [
      names.map((table) => table.schema),
      names.map((table) => table.name),
    ]);
    const tables = rawTables.parse(rows[0]?.tables ?? []).map((table) => toTable(table));
    return {
      serverVersionNum: server?.version ?? 0,
      identity: server?.identity ?? '',
      assumed: false,
      tables,
      schemas: await readFound<SchemaInfo>(target, SCHEMAS_QUERY, [
        [...new Set([...names, ...(request.enums ?? [])].map(({ schema }) => schema))],
      ]),
      enums: await readFound<EnumInfo>(target, ENUMS_QUERY, [
        (request.enums ?? []).map(({ schema }) => schema),
        (request.enums ?? []).map(({ name }) => name),
      ]),
      domains: await readFound<DomainInfo>(target, DOMAINS_QUERY, [
        (request.domains ?? []).map(({ schema }) => schema),
        (request.domains ?? []).map(({ name }) => name),
      ]),
      tried: {},
      partitionRules: {},
      functions: await readFunctions(target, request.functions ?? []),
      types: await readTypes(target, request.types ?? []),
    };
  } catch (error) {
    throw targetError(error, target);
  }
}

/** The queries build exactly the shape that is asked for. */
async function readFound<T>(target: Target, query: string, parameters: string[][]): Promise<T[]> {
  if (parameters.every((names) => names.length === 0)) return [];
  const rows = await target.sql.unsafe<{ found: unknown }[]>(query, parameters);
  return rawTables.parse(rows[0]?.found ?? []) as T[];
}

/** indoption bits: 1 = DESC, 2 = NULLS FIRST (access/itup.h). */
function toIndexColumn(column: IndexColumn & { readonly option: number }): IndexColumn {
  return {
    name: column.name,
    expression: column.expression,
    opclass: column.opclass,
    opclassOptions: column.opclassOptions,
    statistics: column.statistics,
    collation: column.collation,
    equality: column.equality,
    descending: (column.option & 1) === 1,
    nullsFirst: (column.option & 2) === 2,
  };
}

type RawIndex = Omit<TableInfo['indexes'][number], 'columns'> & {
  readonly columns: readonly (IndexColumn & { readonly option: number })[];
};

/** The query builds exactly this shape; indoption is the one field that needs unpacking. */
function toTable(raw: unknown): TableInfo {
  const table = raw as Omit<TableInfo, 'indexes'> & { readonly indexes: readonly RawIndex[] };
  return {
    ...table,
    indexes: table.indexes.map((index) => ({ ...index, columns: index.columns.map(toIndexColumn) })),
  };
}

/** A row of the table picker. */
export interface TableSummary extends RelationName {
  readonly kind: TableInfo['kind'];
  readonly estimatedRows: number;
  readonly bytes: number;
}

/** Every table of the application, biggest first: not those of the system, of extensions and of Segue. */
export async function listTables(target: Target): Promise<TableSummary[]> {
  try {
    const rows = await target.sql<TableSummary[]>`
      SELECT n.nspname AS schema, c.relname AS name,
        CASE WHEN c.relispartition THEN 'partition' ELSE CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table'
          WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'foreign table' END END AS kind,
        greatest(c.reltuples, 0)::double precision AS "estimatedRows", pg_table_size(c.oid)::double precision AS bytes
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'segue')
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      ORDER BY pg_table_size(c.oid) DESC, n.nspname, c.relname`;
    return rows.map((row) => ({ ...row }));
  } catch (error) {
    throw targetError(error, target);
  }
}
