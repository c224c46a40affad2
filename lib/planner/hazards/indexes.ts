import type { DropStmt, IndexStmt, ReindexStmt } from 'libpg-query';
import type { RelationName } from '@/lib/core/sql-text';
import type { TableInfo } from '@/lib/planner/catalog';
import { namesOf, nodesOf } from '@/lib/sql/ast';
import { walkTree } from '@/lib/sql/parse-tree';
import { requirePartitionKey } from './keys';
import { labelOf, type Scene } from './scene';
import { volatilityOf } from './volatility';

/** Statements that PostgreSQL runs only outside a transaction block. */
export function refuseInTransaction(scene: Scene, table: RelationName | null, what: string): void {
  if (scene.options.inTransaction !== true) return;
  scene.note(
    'concurrently-in-transaction',
    table,
    `PostgreSQL refuses ${what} inside a transaction.`,
    'Put it into a file of its own that the migration tool runs without a transaction.',
  );
  scene.refuse('25001', `${what} cannot run inside a transaction block.`);
}

/** CREATE INDEX. */
export function createIndex(scene: Scene, statement: IndexStmt): void {
  const table = scene.table(statement.relation);
  const concurrent = statement.concurrent === true;
  if (concurrent) refuseInTransaction(scene, table, 'CREATE INDEX CONCURRENTLY');
  const recurse = statement.relation?.inh === true;
  const partitions = recurse ? table.partitions.map((part) => scene.info(part)) : [];
  if (concurrent && table.partitionBy !== null)
    scene.refuse(
      '0A000',
      `An index of the partitioned table ${labelOf(table)} cannot be built concurrently.`,
    );
  const mode = concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE';
  const name = statement.idxname;
  const place = { schema: table.schema, name: name ?? '' };
  const taken = name !== undefined && (scene.find(place) !== null || scene.index(place) !== null);
  if (taken && statement.if_not_exists !== true)
    scene.refuse('42P07', `There is a relation ${name} already.`);
  if (taken) {
    scene.lock(table, mode);
    scene.note(
      'index-if-not-exists',
      table,
      `Nothing is built when ${name} exists, even if it is another index or an invalid one that a failed build left.`,
      'Look whether it is valid (pg_index.indisvalid), drop it if not, and write CREATE INDEX without IF NOT EXISTS.',
    );
    return;
  }
  if (concurrent && statement.if_not_exists === true)
    scene.note(
      'index-if-not-exists',
      table,
      'After a build that failed this keeps the invalid index in silence.',
      'Drop an invalid index first and leave out IF NOT EXISTS.',
    );
  refuseUnfit(scene, table, statement);
  for (const member of [table, ...partitions]) {
    scene.lock(member, mode);
    scene.build(member);
  }
  if (!concurrent && (table.partitionBy === null || partitions.length > 0))
    scene.note(
      'create-index-blocks-writes',
      table,
      `Nobody can write ${labelOf(table)} while its rows are read and the index is built.`,
      table.partitionBy === null
        ? 'CREATE INDEX CONCURRENTLY, outside a transaction; or the operation add_index.'
        : 'Use the operation add_index: it builds the index of each partition concurrently and puts them together.',
    );
}

function refuseUnfit(scene: Scene, table: TableInfo, statement: IndexStmt): void {
  const columns: string[] = [];
  walkTree({ params: statement.indexParams, where: statement.whereClause }, (kind, node) => {
    if (kind === 'ColumnRef') columns.push(namesOf(node.fields as unknown[]).at(-1) ?? '');
    if (kind === 'IndexElem' && typeof node.name === 'string') columns.push(node.name);
  });
  const virtual = table.columns.find(
    (column) => column.generated === 'virtual' && columns.includes(column.name),
  );
  if (virtual !== undefined) scene.refuse('0A000', `The virtual column ${virtual.name} cannot be indexed.`);
  // Whoever indexes a function of an extension will have looked.
  const calm = volatilityOf([statement.whereClause, statement.indexParams], scene.catalog, 'immutable');
  if (calm !== 'immutable') scene.refuse('42P17', 'Functions in an index must be immutable.');
  if (statement.unique === true)
    requirePartitionKey(
      { scene, table },
      nodesOf(statement.indexParams, 'IndexElem').flatMap(({ name }) => (name === undefined ? [] : [name])),
    );
}

/** DROP INDEX. */
export function dropIndex(scene: Scene, name: RelationName, statement: DropStmt): void {
  const found = scene.index(name);
  const concurrent = statement.concurrent === true;
  if (concurrent) refuseInTransaction(scene, found?.table ?? null, 'DROP INDEX CONCURRENTLY');
  if (found === null) {
    if (scene.options.complete === true && statement.missing_ok !== true)
      scene.refuse('42704', `There is no index ${labelOf(name)}.`);
    return;
  }
  const { table, index } = found;
  if (index.constraint !== null)
    scene.refuse('2BP01', `Constraint ${index.constraint} of ${labelOf(table)} needs it.`);
  const above = scene.catalog.tables.some(({ partitions }) =>
    partitions.some(
      (part) => labelOf(part) === labelOf(table) && part.indexes.some((one) => one.name === index.name),
    ),
  );
  if (above)
    scene.refuse('2BP01', `It is part of an index of the partitioned table above ${labelOf(table)}.`);
  if (concurrent && table.partitionBy !== null)
    scene.refuse('0A000', 'An index of a partitioned table cannot be dropped concurrently.');
  for (const member of [table, ...table.partitions])
    scene.lock(member, concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE');
  if (!concurrent)
    scene.note(
      'drop-index-blocks',
      table,
      `Queries on ${labelOf(table)} wait while this waits for its lock.`,
      'DROP INDEX CONCURRENTLY, outside a transaction; or the operation drop_index.',
    );
}

/** REINDEX. */
export function reindex(scene: Scene, statement: ReindexStmt): void {
  const options = nodesOf(statement.params, 'DefElem');
  const concurrent = options.some(({ defname }) => defname === 'concurrently');
  const named = scene.place(statement.relation?.schemaname, statement.relation?.relname ?? '');
  const table =
    statement.kind === 'REINDEX_OBJECT_INDEX'
      ? (scene.index(named)?.table ?? null)
      : statement.relation === undefined
        ? null
        : scene.table(statement.relation);
  if (concurrent) refuseInTransaction(scene, table, 'REINDEX CONCURRENTLY');
  if (table === null) return;
  for (const member of [table, ...table.partitions.map((part) => scene.info(part))]) {
    scene.lock(member, concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE');
    if (member.indexes.length > 0) scene.build(member);
  }
  if (!concurrent && table.indexes.length > 0)
    scene.note(
      'reindex-blocks',
      table,
      `Nobody can write ${labelOf(table)} meanwhile, and queries that could use the index wait.`,
      'REINDEX … CONCURRENTLY, outside a transaction.',
    );
}
