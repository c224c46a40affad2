import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import type { PgrollBody } from './pgroll-file';
import { asking, freeSql, only, type PgrollContext, type PgrollPart, pgrollTable } from './pgroll-part';

type IndexColumn = PgrollBody<'create_index'>['columns'][number];

/** "pg_catalog.default" names a schema; a plain name may need quotes. */
const dotted = (name: string): string =>
  name.startsWith('"') ? name : name.split('.').map(quoteIdent).join('.');

function keyOf(column: IndexColumn): string {
  const { collate, opclass, sort, nulls } = {
    collate: '',
    sort: '',
    nulls: '',
    opclass: undefined,
    ...column,
  };
  const params = opclass?.params ?? [];
  return [
    quoteIdent(column.column),
    collate ? ` COLLATE ${dotted(collate)}` : '',
    opclass?.name ? ` ${dotted(opclass.name)}${params.length === 0 ? '' : ` (${params.join(', ')})`}` : '',
    sort ? ` ${sort}` : '',
    nulls ? ` NULLS ${nulls}` : '',
  ].join('');
}

/** The index as SQL; `how` stands before its name. */
export function indexSql(body: PgrollBody<'create_index'>, how: 'CONCURRENTLY ' | ''): string {
  const { name, table, columns, method, storage_parameters: parameters, predicate } = body;
  return [
    `CREATE ${body.unique === true ? 'UNIQUE ' : ''}INDEX ${how}${quoteIdent(name)} ON ${quoteName(pgrollTable(table))}`,
    method ? ` USING ${quoteIdent(method)}` : '',
    ` (${columns.map(keyOf).join(', ')})`,
    parameters ? ` WITH (${parameters})` : '',
    predicate ? ` WHERE (${predicate})` : '',
  ].join('');
}

export function createIndex(body: PgrollBody<'create_index'>): PgrollPart {
  const table = pgrollTable(body.table);
  const { name, columns, method } = body;
  const unique = body.unique === true;
  const where = body.predicate || undefined;
  const keys = columns.map(keyOf).join(', ');
  if (body.storage_parameters) {
    const up = indexSql(body, 'CONCURRENTLY ');
    const down = `DROP INDEX CONCURRENTLY IF EXISTS ${quoteName({ schema: table.schema, name })}`;
    return only(freeSql(up, { down, tables: [table], lossless: true }));
  }
  const plain = columns.every((column) => keyOf(column) === quoteIdent(column.column));
  return only({
    kind: 'add_index',
    table,
    unique,
    name,
    ...(plain ? { columns: columns.map(({ column }) => column) } : { keys }),
    ...(method && method !== 'btree' ? { method } : {}),
    ...(where === undefined ? {} : { where }),
  });
}

/** pgroll names only the index: its table stands in the schema before the file, or is asked for. */
export function dropIndex({ name }: PgrollBody<'drop_index'>, context: PgrollContext): PgrollPart {
  const known = [...(context.memory?.tables.values() ?? [])].find(
    ({ schema, indexes }) => schema === 'public' && indexes.some((index) => index.name === name),
  );
  const drop = (table: string) => only({ kind: 'drop_index', table: pgrollTable(table), index: name });
  if (known !== undefined) return drop(known.name);
  return asking(
    context,
    {
      id: `value:public.${name}.table`,
      kind: 'value',
      text: `Which table is the index ${name} on? Its name, or give --database or --after.`,
    },
    drop,
  );
}
