import type { Constraint } from 'libpg-query';
import type { TableInfo } from '@/lib/planner/catalog';
import type { AlterPass } from './alter-pass';
import { columnOf } from './column-facts';
import { isProvenNotNull } from './not-null';
import type { RuleName } from './rules';
import { labelOf } from './scene';
import { isUnknown } from './unknown-table';

const FIXES: Partial<Record<RuleName, string>> = {
  'add-column-unique':
    'Add the column first; then use the operation add_unique, or CREATE UNIQUE INDEX CONCURRENTLY and ADD CONSTRAINT … USING INDEX.',
  'add-unique':
    'Use the operation add_unique; or CREATE UNIQUE INDEX CONCURRENTLY and ADD CONSTRAINT … UNIQUE USING INDEX.',
  'add-primary-key':
    'Use the operation replace_primary_key; or CREATE UNIQUE INDEX CONCURRENTLY, prove NOT NULL, and ADD PRIMARY KEY USING INDEX.',
  'add-exclusion':
    'There is no way to build it aside: do it in a quiet hour, or fill a new table that has it.',
};

/** UNIQUE, PRIMARY KEY and EXCLUDE: an index is built, and the columns of a primary key become NOT NULL. */
export function addKey(
  pass: AlterPass,
  constraint: Constraint,
  columns: readonly string[],
  rule: RuleName,
): void {
  const { scene, table } = pass;
  const primary = constraint.contype === 'CONSTR_PRIMARY';
  const old = table.indexes.find((index) => index.primary);
  if (primary && old !== undefined && !pass.dropped.has(old.constraint ?? ''))
    scene.refuse('42P16', `Table ${labelOf(table)} has a primary key already.`);
  if (table.partitionBy !== null && constraint.contype === 'CONSTR_EXCLUSION' && scene.options.major < 17)
    scene.refuse('0A000', 'Partitioned tables have no exclusion constraints before PostgreSQL 17.');
  const keyed = constraint.indexname === undefined ? columns : usedIndex(pass, constraint);
  requirePartitionKey(pass, keyed);
  const partitions = pass.recurse ? table.partitions.map((part) => scene.info(part)) : [];
  if (constraint.indexname === undefined && (table.partitionBy === null || partitions.length > 0)) {
    for (const member of [table, ...partitions]) scene.build(member);
    scene.note(
      rule,
      table,
      `An index of ${labelOf(table)} is built while nobody can read or write it.`,
      FIXES[rule] ?? null,
    );
  }
  if (!primary) return;
  for (const column of keyed) becomeNotNull(pass, column, partitions);
}

/** Columns of the index that USING INDEX names. */
function usedIndex({ scene, table }: AlterPass, constraint: Constraint): string[] {
  const index = table.indexes.find(({ name }) => name === constraint.indexname);
  if (index === undefined)
    return isUnknown(table)
      ? []
      : scene.refuse('42704', `Table ${labelOf(table)} has no index ${constraint.indexname}.`);
  if (!index.unique) scene.refuse('42809', `Index ${index.name} is not unique.`);
  return index.columns.flatMap(({ name }) => (name === null ? [] : [name]));
}

/** A unique key of a partitioned table holds the columns by which it is divided, at every level. */
export function requirePartitionKey(
  { scene, table }: Pick<AlterPass, 'scene' | 'table'>,
  columns: readonly string[],
): void {
  if (table.partitionBy === null) return;
  const missing = table.partitionKey.find((name) => !columns.includes(name));
  if (missing !== undefined)
    scene.refuse('0A000', `A unique key of the partitioned table ${labelOf(table)} must contain ${missing}.`);
}

function becomeNotNull(pass: AlterPass, name: string, partitions: readonly TableInfo[]): void {
  const { scene, table } = pass;
  if (!table.columns.some((column) => column.name === name)) return;
  const column = columnOf(scene, table, name);
  const lazy = table.constraints.some(
    (one) => one.type === 'not null' && one.columns.includes(name) && !one.validated,
  );
  if (lazy) scene.refuse('55000', `The NOT NULL constraint of ${name} is not validated.`);
  if (column === null || column.notNull) return;
  for (const member of [table, ...partitions]) {
    if (isProvenNotNull(member, name, pass.dropped)) continue;
    scene.verify(member);
    scene.note(
      'primary-key-scans',
      table,
      `Every row of ${labelOf(table)} is read to see that ${name} is never NULL, while nobody can read or write it.`,
      `Prove it first: the operation set_not_null on ${name}.`,
    );
  }
}
