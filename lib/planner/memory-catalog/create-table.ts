import { type CreateStmt, namesOf, nodeOf, nodesOf } from '@/lib/sql/ast';
import type { SourceText } from '@/lib/sql/source-text';
import { addColumn } from './column-info';
import { addConstraint } from './constraint-parts';
import { plainIndex } from './index-info';
import { emptyTable, labelOf, type Memory, type MemoryTable, relationOf, resolveName } from './memory';
import { indexName } from './object-name';

const STRATEGIES = {
  PARTITION_STRATEGY_RANGE: 'range',
  PARTITION_STRATEGY_LIST: 'list',
  PARTITION_STRATEGY_HASH: 'hash',
} as const;

/** What a partition, an inheriting table or LIKE takes over. Indexes come with partitions alone. */
function takeOver(memory: Memory, table: MemoryTable, from: MemoryTable | undefined, indexes: boolean): void {
  if (from === undefined) return;
  for (const column of from.columns) {
    table.lastNumber += 1;
    table.columns = [...table.columns, { ...column, number: table.lastNumber }];
  }
  table.checks = [...table.checks, ...from.checks.filter(({ noInherit }) => !noInherit)];
  if (!indexes) return;
  table.foreignKeys = [...table.foreignKeys, ...from.foreignKeys];
  for (const index of from.indexes) {
    const columns = index.columns.map(({ name }) => name ?? 'expr');
    const label = index.primary ? 'pkey' : index.constraint === null ? 'idx' : 'key';
    const name = indexName(memory, table, columns, label);
    const { name: _, definition: __, columns: ___, ...rest } = index;
    const own = plainIndex(
      table,
      { ...rest, name, constraint: index.constraint === null ? null : name },
      columns,
    );
    table.indexes = [...table.indexes, own];
  }
}

/** What may follow the bounds of a partition, or how it is divided itself. */
const AFTER_BOUND = ['PARTITION', 'USING', 'WITH', 'ON', 'TABLESPACE'];

/** FOR VALUES … as written, or DEFAULT. */
export function partitionBound(source: SourceText, location: number): string {
  const values = source.afterWord(location, 'VALUES', AFTER_BOUND);
  return values === null ? 'DEFAULT' : `FOR VALUES ${values}`;
}

/** CREATE TABLE. With IF NOT EXISTS a table that is there stays as it is. */
export function createTable(memory: Memory, statement: CreateStmt, source: SourceText): void {
  const range = statement.relation;
  const relation = resolveName(memory, { schema: range?.schemaname ?? null, name: range?.relname ?? '' });
  if (range?.relpersistence === 't' || memory.tables.has(labelOf(relation))) return;
  const table = emptyTable(relation);
  table.unlogged = range?.relpersistence === 'u';
  memory.tables.set(labelOf(relation), table);
  const parents = nodesOf(statement.inhRelations, 'RangeVar').map((parent) => relationOf(memory, parent));
  const partition = statement.partbound !== undefined;
  for (const parent of parents) takeOver(memory, table, memory.tables.get(labelOf(parent)), partition);
  for (const like of nodesOf(statement.tableElts, 'TableLikeClause'))
    takeOver(memory, table, memory.tables.get(labelOf(relationOf(memory, like.relation))), false);
  for (const column of nodesOf(statement.tableElts, 'ColumnDef')) addColumn(memory, table, column, source);
  for (const constraint of [
    ...nodesOf(statement.tableElts, 'Constraint'),
    ...nodesOf(statement.constraints, 'Constraint'),
  ])
    addConstraint(memory, table, constraint, null, source);
  const [first] = parents;
  if (partition && first !== undefined) {
    table.kind = 'partition';
    table.parent = { relation: first, bound: partitionBound(source, range?.location ?? 0) };
  } else table.inherits = parents;
  if (statement.partspec !== undefined) {
    table.kind = 'partitioned table';
    table.partitionStrategy = STRATEGIES[statement.partspec.strategy as keyof typeof STRATEGIES] ?? 'range';
    table.partitionBy = source.afterWord(range?.location ?? 0, 'BY', AFTER_BOUND);
    table.partitionKey = nodesOf(statement.partspec.partParams, 'PartitionElem').flatMap(
      ({ name }) => name ?? [],
    );
  }
}

/** Names that a list of qualified names holds: DROP TABLE a, s.b. */
export function writtenNames(
  objects: readonly unknown[] | undefined,
): { schema: string | null; name: string }[] {
  return (objects ?? []).map((object) => {
    const names = namesOf(nodeOf(object, 'List')?.items);
    const type = namesOf(nodeOf(object, 'TypeName')?.names);
    const parts = names.length > 0 ? names : type;
    return { schema: parts.length > 1 ? (parts.at(-2) ?? null) : null, name: parts.at(-1) ?? '' };
  });
}
