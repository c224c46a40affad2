import { quoteName, type RelationName } from '@/lib/core/sql-text';
import { type CreateStmt, type IndexStmt, type NodeOf, nodesOf } from '@/lib/sql/ast';
import { sourceText } from '@/lib/sql/source-text';
import { writtenNames } from '../../memory-catalog/create-table';
import { labelOf, resolveName, unqualified } from '../../memory-catalog/memory';
import { withSchemas } from '../names-in';
import { asOperation, nothing, type Outcome, refused } from '../part';
import { newOnes, relationIn, type StatementContext, tableAfter, tableBefore } from '../statement-context';
import { free } from './free';
import { dropObjects } from './objects';

export function readCreateTable(context: StatementContext, statement: CreateStmt): Outcome[] {
  const { relation } = statement;
  const table = resolveName(context.before, {
    schema: relation?.schemaname ?? null,
    name: relation?.relname ?? '',
  });
  if (context.before.tables.has(labelOf(table)))
    return [
      statement.if_not_exists === true
        ? nothing(`The table ${labelOf(table)} is there already.`)
        : refused(
            'name-taken',
            `There is a table ${labelOf(table)} already.`,
            'Take the statement out, or write IF NOT EXISTS.',
          ),
    ];
  if (relation?.relpersistence !== undefined && relation.relpersistence !== 'p')
    return [
      refused(
        'table-options',
        `${labelOf(table)} is a temporary or unlogged table, which create_table does not make.`,
        'Make an ordinary table.',
      ),
    ];
  if (statement.partbound !== undefined && statement.tablespacename === undefined)
    return readPartition(context, statement, table);
  const odd = [statement.inhRelations, statement.ofTypename, statement.options, statement.tablespacename];
  if (odd.some((each) => each !== undefined))
    return [
      refused(
        'table-options',
        `${labelOf(table)} inherits, has a composite type, storage options or a tablespace, which create_table does not have.`,
        'Make it by free_sql with DROP TABLE as its way back.',
      ),
    ];
  const qualified = sourceText(withSchemas(context.after, context.text), 0);
  const by = context.after.tables.get(labelOf(table))?.partitionBy ?? null;
  return [
    asOperation({
      kind: 'create_table',
      table,
      definition: qualified.listAfter(0).join(',\n  '),
      ...(statement.partspec === undefined || by === null ? {} : { partitionBy: by }),
    }),
  ];
}

/** What a partition has of its table, without what it must not have a second time. */
const AS_PARTITION =
  'INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING INDEXES INCLUDING STORAGE INCLUDING COMPRESSION';

/** A new partition beside a default one of a table that is there: what that holds would be read while nobody can write. */
export function besideDefault(
  context: StatementContext,
  parent: RelationName,
  table: RelationName,
): Outcome | null {
  const other = [...context.before.tables.values()].find(
    (each) => each.parent?.bound === 'DEFAULT' && labelOf(each.parent.relation) === labelOf(parent),
  );
  return other === undefined
    ? null
    : refused(
        'table-options',
        `The default partition ${labelOf(other)} would be read for rows of ${labelOf(table)} while nobody can write to it.`,
        `Make ${labelOf(table)} as a table of its own, LIKE ${labelOf(parent)}, and attach it in the next file: attach_partition proves first that it holds none.`,
      );
}

/** PARTITION OF a new table belongs to that; of one that is there it is made alone and then attached, which keeps nobody waiting. */
function readPartition(context: StatementContext, statement: CreateStmt, table: RelationName): Outcome[] {
  const [above] = nodesOf(statement.inhRelations, 'RangeVar');
  const parent = relationIn(context, above);
  if (context.created.has(labelOf(parent)))
    return [{ kind: 'extends', table: parent, sql: withSchemas(context.after, context.text), makes: table }];
  if (!context.before.tables.has(labelOf(parent)))
    return [
      refused(
        'unknown-table',
        `Nothing is known of a table ${labelOf(parent)}.`,
        'Give the migrations before this one (--after) or the database (--database).',
      ),
    ];
  if (statement.partspec !== undefined || (statement.tableElts ?? []).length > 0)
    return [
      refused(
        'table-options',
        `${labelOf(table)} is a partition with columns or partitions of its own, which create_table does not have.`,
        'Make it as a table of its own, and attach it with ALTER TABLE … ATTACH PARTITION.',
      ),
    ];
  const beside = besideDefault(context, parent, table);
  if (beside !== null) return [beside];
  const bound = context.after.tables.get(labelOf(table))?.parent?.bound ?? 'DEFAULT';
  return [
    asOperation({
      kind: 'create_table',
      table,
      definition: `LIKE ${quoteName(parent)} ${AS_PARTITION}`,
      also: `ALTER TABLE ${quoteName(parent)} ATTACH PARTITION ${quoteName(table)} ${bound}`,
    }),
  ];
}

export function readIndex(context: StatementContext, statement: IndexStmt): Outcome[] {
  const table = relationIn(context, statement.relation);
  if (context.created.has(labelOf(table)))
    return [
      {
        kind: 'extends',
        table,
        sql: withSchemas(context.before, context.text.replace(/\bCONCURRENTLY\b/i, '')),
      },
    ];
  const before = tableBefore(context, table);
  if (before === undefined && !context.before.views.has(labelOf(table)))
    return [
      refused(
        'unknown-table',
        `Nothing is known of a table ${labelOf(table)}.`,
        'Give the migrations before this one (--after) or the database (--database).',
      ),
    ];
  const [index] = newOnes(before?.indexes, tableAfter(context, table)?.indexes);
  if (index === undefined)
    return [
      statement.if_not_exists === true
        ? nothing(`The index ${statement.idxname ?? ''} is there already.`)
        : refused(
            'name-taken',
            `There is an index ${statement.idxname ?? ''} already.`,
            'Take the statement out, or write IF NOT EXISTS.',
          ),
    ];
  if (statement.options !== undefined || statement.tableSpace !== undefined || index.nullsNotDistinct)
    return [
      refused(
        'index-options',
        `The index ${index.name} has storage options, a tablespace or NULLS NOT DISTINCT.`,
        'Leave the option out, or build it by free_sql with CREATE INDEX CONCURRENTLY.',
      ),
    ];
  const plain = nodesOf(statement.indexParams, 'IndexElem').every(
    (each) =>
      each.name !== undefined &&
      each.opclass === undefined &&
      each.collation === undefined &&
      each.ordering === 'SORTBY_DEFAULT' &&
      each.nulls_ordering === 'SORTBY_NULLS_DEFAULT',
  );
  const start = statement.relation?.location ?? 0;
  const predicate = context.source.afterWord(start, 'WHERE');
  // drizzle-kit writes the table before each column; an operation's expressions speak of one row.
  const own = (text: string) => unqualified(table, text);
  return [
    asOperation({
      kind: 'add_index',
      table,
      columns: plain ? index.columns.flatMap(({ name }) => name ?? []) : undefined,
      keys: plain ? undefined : context.source.listAfter(start).map(own).join(', '),
      unique: index.unique,
      method: index.method === 'btree' ? undefined : index.method,
      include: index.include.length === 0 ? undefined : [...index.include],
      where: statement.whereClause === undefined || predicate === null ? undefined : own(predicate),
      name: index.name,
    }),
  ];
}

function dropTable(
  context: StatementContext,
  written: { schema: string | null; name: string },
  missingOk: boolean,
): Outcome {
  const table = resolveName(context.before, written, context.before.tables);
  if (context.before.tables.has(labelOf(table))) return asOperation({ kind: 'drop_table', table });
  return missingOk
    ? nothing(`There is no table ${labelOf(table)}.`)
    : refused(
        'unknown-table',
        `Nothing is known of a table ${labelOf(table)}.`,
        'Give the migrations before this one (--after) or the database (--database).',
      );
}

function dropIndex(
  context: StatementContext,
  written: { schema: string | null; name: string },
  missingOk: boolean,
): Outcome {
  const schemas = written.schema === null ? context.before.searchPath : [written.schema];
  for (const table of context.before.tables.values())
    if (schemas.includes(table.schema) && table.indexes.some(({ name }) => name === written.name)) {
      const relation = { schema: table.schema, name: table.name };
      return context.created.has(labelOf(table))
        ? {
            kind: 'extends',
            table: relation,
            sql: withSchemas(context.before, context.text.replace(/\bCONCURRENTLY\b/i, '')),
          }
        : asOperation({ kind: 'drop_index', table: relation, index: written.name });
    }
  return missingOk
    ? nothing(`There is no index ${written.name}.`)
    : refused(
        'unknown-index',
        `Nothing is known of an index ${written.name}.`,
        'Give the migrations before this one (--after) or the database (--database).',
      );
}

export function readDrop(context: StatementContext, statement: NodeOf<'DropStmt'>): Outcome[] {
  const missingOk = statement.missing_ok === true;
  const names = writtenNames(statement.objects);
  if (statement.removeType === 'OBJECT_TABLE')
    return names.map((each) => dropTable(context, each, missingOk));
  if (statement.removeType === 'OBJECT_INDEX')
    return names.map((each) => dropIndex(context, each, missingOk));
  const dropped = dropObjects(context, statement);
  if (dropped.length > 0) return dropped;
  // What nothing of the application needs any more goes last, where there is no way back.
  const last = free(context, { up: context.text, down: null, phase: 'purge', lossless: false });
  const [type] = names;
  if (statement.removeType !== 'OBJECT_TYPE' || type === undefined || names.length > 1) return [last];
  const { schema, name } = resolveName(context.before, type, context.before.enums);
  if (missingOk && !context.before.enums.has(labelOf({ schema, name })))
    return [nothing(`There is no type ${labelOf({ schema, name })}.`)];
  return [{ kind: 'type', type: { schema, name }, to: null, otherwise: last }];
}

function renameIndex(context: StatementContext, index: RelationName, to: string): Outcome[] {
  for (const table of context.before.tables.values()) {
    const found = table.schema === index.schema && table.indexes.find(({ name }) => name === index.name);
    if (!found) continue;
    const relation = { schema: table.schema, name: table.name };
    if (found.constraint !== null)
      return [asOperation({ kind: 'rename_constraint', table: relation, from: found.constraint, to })];
    return [asOperation({ kind: 'rename_index', table: relation, from: index.name, to })];
  }
  return [
    refused(
      'unknown-index',
      `Nothing is known of an index ${index.name}.`,
      'Give the migrations before this one (--after) or the database (--database).',
    ),
  ];
}

export function readRename(context: StatementContext, statement: NodeOf<'RenameStmt'>): Outcome[] {
  const to = statement.newname ?? '';
  const from = statement.subname ?? '';
  const table = relationIn(context, statement.relation);
  if (statement.renameType === 'OBJECT_INDEX') return renameIndex(context, table, to);
  if (context.created.has(labelOf(table)))
    return [{ kind: 'extends', table, sql: withSchemas(context.before, context.text) }];
  if (statement.missing_ok === true && tableBefore(context, table) === undefined)
    return [nothing(`There is no table ${labelOf(table)}.`)];
  switch (statement.renameType) {
    case 'OBJECT_COLUMN':
      return [asOperation({ kind: 'rename_column', table, from, to, keepNames: true })];
    case 'OBJECT_TABCONSTRAINT':
      return [asOperation({ kind: 'rename_constraint', table, from, to })];
    case 'OBJECT_TABLE':
      return [asOperation({ kind: 'rename_table', table, to })];
    case 'OBJECT_TYPE': {
      const [written = { schema: null, name: '' }] = writtenNames([statement.object]);
      const { schema, name } = resolveName(context.before, written, context.before.enums);
      return [
        {
          kind: 'type',
          type: { schema, name },
          to,
          otherwise: refused(
            'no-operation',
            `Renaming the type ${labelOf({ schema, name })} breaks code that names it.`,
            'Leave the type its name, or make a new one and change the columns to it.',
          ),
        },
      ];
    }
    default:
      return [
        refused(
          'no-operation',
          'Segue has no operation for this kind of rename: running code that uses the old name would fail.',
          'Make the new name beside the old one, and drop the old one later.',
        ),
      ];
  }
}
