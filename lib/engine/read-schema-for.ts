import type { RelationName } from '@/lib/core/sql-text';
import type { Catalog, TableInfo } from '@/lib/planner/catalog';
import { walkTree } from '@/lib/sql/parse-tree';
import { readCatalog } from './read-catalog';
import { readDefinitions } from './read-definitions';
import { type Target, targetError } from './target';

const labelOf = ({ schema, name }: RelationName): string => `${schema}.${name}`;

/** Relations that a lock on a table reaches, or that decide what its change does. */
const around = (table: TableInfo): RelationName[] => [
  ...table.foreignKeys.map(({ references }) => references),
  ...table.inboundForeignKeys.map(({ table: other }) => other),
  ...table.partitions,
  ...table.partitions.map(({ parent }) => parent),
  ...table.children,
  ...table.reads,
  ...table.dependents.flatMap(({ kind, name, view }) =>
    view == null
      ? kind === 'materialized view'
        ? [{ schema: table.schema, name }]
        : []
      : [{ schema: view.schema, name }],
  ),
];

/** So far from the named relations others are read. */
const ROUNDS_AROUND = 2;

/**
 * Reads the part of a database that parsed statements concern: the relations that they name and those around them. Names without a
 * schema are looked for in public, and by the name alone for indexes. Throws SegueError where the database cannot be read.
 * Without `definitions` it is not read how views, policies, triggers and functions were made.
 */
export async function readSchemaFor(
  target: Target,
  statements: readonly unknown[],
  options: { readonly definitions: boolean } = { definitions: true },
): Promise<Catalog> {
  const wanted = new Map<string, RelationName>();
  const types = new Map<string, RelationName>();
  const functions = new Set<string>();
  const code = new Set<string>();
  const add = (map: Map<string, RelationName>, schema: unknown, name: string) => {
    const relation = { schema: typeof schema === 'string' && schema !== '' ? schema : 'public', name };
    map.set(labelOf(relation), relation);
  };
  const strings = (list: unknown): string[] =>
    Array.isArray(list)
      ? list.flatMap((each: { String?: { sval?: string } }) => each.String?.sval ?? [])
      : [];
  walkTree({ statements }, (kind, node) => {
    if (typeof node.relname === 'string') add(wanted, node.schemaname, node.relname);
    if (kind === 'List') {
      const names = strings(node.items);
      const last = names.at(-1);
      if (last !== undefined) add(wanted, names.at(-2), last);
      // Of a trigger, a rule or a policy the last part is its own, those before it the table's.
      const table = names.at(-2);
      if (table !== undefined) add(wanted, names.at(-3), table);
    }
    if (kind === 'typeName' || kind === 'TypeName') {
      const names = strings(node.names);
      const last = names.at(-1);
      if (last !== undefined && names[0] !== 'pg_catalog') add(types, names.at(-2), last);
    }
    for (const name of strings(node.objname)) code.add(name);
    const called = kind === 'FuncCall' ? strings(node.funcname).at(-1) : undefined;
    if (called !== undefined) functions.add(called.toLowerCase());
  });
  for (const statement of statements) {
    const { funcname, removeType, objects } = statement as Record<string, unknown>;
    for (const name of strings(funcname)) code.add(name);
    // Of a policy or trigger the table is the name before the last.
    if (removeType !== 'OBJECT_POLICY' && removeType !== 'OBJECT_TRIGGER') continue;
    for (const object of Array.isArray(objects) ? objects : []) {
      const names = strings((object as { List?: { items?: unknown } }).List?.items);
      const table = names.at(-2);
      if (table !== undefined) add(wanted, names.at(-3), table);
    }
  }
  const named = [...wanted.values()];
  for (const relation of await tablesOfIndexes(target, [...wanted.values()]))
    wanted.set(labelOf(relation), relation);
  const ofTypes = [...types.values()];
  const first = await readCatalog(target, {
    tables: [...wanted.values()],
    enums: ofTypes,
    domains: ofTypes,
    functions: [...functions],
  });
  const read = [first];
  // What is around those, and what is around that.
  for (let more = beyond(wanted, first); read.length <= ROUNDS_AROUND && more.length > 0; ) {
    const next = await readCatalog(target, { tables: more });
    read.push(next);
    more = beyond(wanted, next);
  }
  return {
    ...first,
    tables: read.flatMap(({ tables }) => tables),
    schemas: [...new Map(read.flatMap(({ schemas }) => schemas).map((one) => [one.name, one])).values()],
    ...(options.definitions && { definitions: await definitionsOf(target, named, [...code]) }),
  };
}

/** What is around the tables of a catalog and not wanted yet; it is from now on. */
function beyond(wanted: Map<string, RelationName>, { tables }: Catalog): RelationName[] {
  const more = tables.flatMap(around).filter((relation) => !wanted.has(labelOf(relation)));
  for (const relation of more) wanted.set(labelOf(relation), relation);
  return more;
}

async function definitionsOf(...given: Parameters<typeof readDefinitions>): Promise<Catalog['definitions']> {
  try {
    return await readDefinitions(...given);
  } catch (error) {
    throw targetError(error, given[0]);
  }
}

async function tablesOfIndexes(target: Target, names: readonly RelationName[]): Promise<RelationName[]> {
  try {
    return await queryTablesOfIndexes(target, names);
  } catch (error) {
    throw targetError(error, target);
  }
}

async function queryTablesOfIndexes(target: Target, names: readonly RelationName[]): Promise<RelationName[]> {
  const rows = await target.sql<{ schema: string; name: string }[]>`
    SELECT DISTINCT n.nspname AS schema, t.relname AS name FROM unnest(${names.map(({ schema }) => schema)}::text[], ${names.map(({ name }) => name)}::text[]) AS w(schema, name)
    JOIN pg_namespace n ON n.nspname = w.schema JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.name
    JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_class t ON t.oid = i.indrelid`;
  return rows.map(({ schema, name }) => ({ schema, name }));
}
