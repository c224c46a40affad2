import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { type IndexStmt, namesOf, nodesOf } from '@/lib/sql/ast';
import type { SourceText } from '@/lib/sql/source-text';
import { bareIndex, bareIndexColumn } from '../bare-catalog';
import type { IndexColumn, IndexInfo } from '../catalog';
import { type Memory, type MemoryTable, unqualified } from './memory';
import { indexName } from './object-name';

type Definition = Omit<IndexInfo, 'definition'>;

/** As `pg_get_indexdef` prints it, with every name quoted. */
export function withDefinition(table: MemoryTable, index: Definition): IndexInfo {
  const columns = index.columns.map((column) => {
    const what = column.name === null ? (column.expression ?? '') : quoteIdent(column.name);
    const order = column.descending
      ? ` DESC${column.nullsFirst ? '' : ' NULLS LAST'}`
      : column.nullsFirst
        ? ' NULLS FIRST'
        : '';
    return [
      what,
      column.collation === null ? '' : ` COLLATE ${column.collation}`,
      column.opclass === null ? '' : ` ${column.opclass}`,
      order,
    ].join('');
  });
  const parts = [
    `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quoteIdent(index.name)} ON ${quoteName(table)} USING ${index.method} (${columns.join(', ')})`,
    index.include.length === 0 ? '' : ` INCLUDE (${index.include.map(quoteIdent).join(', ')})`,
    index.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '',
    index.options.length === 0 ? '' : ` WITH (${index.options.join(', ')})`,
    index.predicate === null ? '' : ` WHERE ${index.predicate}`,
  ];
  return { ...index, definition: parts.join('') };
}

/** An index over plain columns, as a constraint makes it. */
export function plainIndex(
  table: MemoryTable,
  index: Pick<Definition, 'name' | 'unique' | 'primary' | 'constraint'> & Partial<Definition>,
  columns: readonly string[],
): IndexInfo {
  return withDefinition(table, { ...bareIndex(index.name, columns), ...index });
}

const quoted = (names: readonly string[]): string | null =>
  names.length === 0 ? null : names.map(quoteIdent).join('.');

/** Operator classes of PostgreSQL itself that are no type's default. */
const SPECIAL = /_(pattern|path|image|minmax_multi|bloom)_ops$/;

/** Written, but the type's default: PostgreSQL does not show it. */
function opclassOf(names: readonly string[]): string | null {
  const [name = ''] = names.slice(-1);
  if (names.length !== 1) return quoted(names);
  if (SPECIAL.test(name)) return `pg_catalog.${name}`;
  return /^(gin|gist)_|vector|halfvec/.test(name) ? `public.${name}` : null;
}

/** CREATE INDEX. Bounds of an expression are its brackets; a plain call has none and is taken as written. */
export function indexOf(
  memory: Memory,
  table: MemoryTable,
  statement: IndexStmt,
  source: SourceText,
): IndexInfo {
  const elements = nodesOf(statement.indexParams, 'IndexElem');
  const start = statement.relation?.location ?? 0;
  const written = source.listAfter(start).map((part) => unqualified(table, part));
  const columns = elements.map((element, at): IndexColumn => {
    const descending = element.ordering === 'SORTBY_DESC';
    const nulls = element.nulls_ordering;
    return {
      ...bareIndexColumn(''),
      name: element.name ?? null,
      expression: element.name === undefined ? (written[at] ?? '').replace(/\s+(ASC|DESC)\b.*$/i, '') : null,
      opclass: opclassOf(namesOf(element.opclass)),
      collation: quoted(namesOf(element.collation)),
      descending,
      nullsFirst: nulls === 'SORTBY_NULLS_FIRST' || (descending && nulls !== 'SORTBY_NULLS_LAST'),
    };
  });
  const names = columns.map(({ name }) => name ?? 'expr');
  return withDefinition(table, {
    ...bareIndex(statement.idxname ?? indexName(memory, table, names, 'idx'), []),
    columns,
    include: nodesOf(statement.indexIncludingParams, 'IndexElem').map(({ name }) => name ?? ''),
    method: statement.accessMethod ?? 'btree',
    unique: statement.unique ?? false,
    nullsNotDistinct: statement.nulls_not_distinct ?? false,
    predicate:
      statement.whereClause === undefined
        ? null
        : bracketed(unqualified(table, source.afterWord(start, 'WHERE') ?? '')),
    options: nodesOf(statement.options, 'DefElem').map(({ defname }) => defname ?? ''),
  });
}

/** Expressions are printed within brackets. */
const bracketed = (text: string): string => (/^\(.*\)$/s.test(text) ? text : `(${text})`);
