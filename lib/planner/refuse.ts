import { SegueError } from '@/lib/core/errors';
import { identifierBytes, MAX_IDENTIFIER_BYTES, quoteName, type RelationName } from '@/lib/core/sql-text';
import type { Catalog, ColumnInfo, TableInfo } from './catalog';
import { findTable } from './catalog';
import { relationLabel } from './plan-parts';

const ELSEWHERE: Partial<Record<TableInfo['kind'], string>> = {
  partition: 'Change the partitioned table at the top: its partitions follow.',
  view: 'A view has no columns of its own: change the table behind it.',
  'materialized view': 'A materialized view has no columns of its own: change its query.',
  'foreign table': 'Triggers and locks of a foreign table live on another server: run the transition there.',
  other: 'It is not a table.',
};

/** Refuses what cannot be done safely, with the way out; `field` is the one of the operation that is about it. */
export function refuse(what: string, object: string, next: string, field?: string): never {
  throw new SegueError('unsupported', what, {
    object,
    next,
    ...(field === undefined ? {} : { evidence: { field } }),
  });
}

/** The table, if Segue can work on it. Throws `unknown_table`, `missing_rights` or `unsupported`, each naming the table. */
export function requireTable(catalog: Catalog, name: RelationName): TableInfo {
  const label = relationLabel(name);
  const table = findTable(catalog, name);
  if (table === undefined) {
    throw new SegueError('unknown_table', `There is no table "${label}" in this database.`, {
      object: label,
      next: 'Check the spelling and the schema; names are case-sensitive here.',
    });
  }
  const elsewhere = ELSEWHERE[table.kind];
  if (elsewhere !== undefined)
    refuse(`"${label}" is a ${table.kind}. ${elsewhere}`, label, 'Choose an ordinary table.');
  if (/^pg_|^information_schema$|^segue$/.test(name.schema))
    refuse(`"${label}" belongs to the system.`, label, 'Choose a table of your application.');
  if (!table.owned) {
    throw new SegueError(
      'missing_rights',
      `The role of this connection does not own "${label}", so it cannot change it.`,
      {
        object: label,
        next: `Connect as "${table.owner}", or let its owner run: GRANT "${table.owner}" TO the role of this connection.`,
      },
    );
  }
  if (table.rowsHidden) {
    throw new SegueError(
      'missing_rights',
      `Row security is forced on "${label}": the role of this connection would see only some of its rows.`,
      {
        object: label,
        next: 'ALTER ROLE … BYPASSRLS for this role, or connect as one that has it.',
      },
    );
  }
  if (table.inheritance)
    refuse(
      `"${label}" takes part in table inheritance: a trigger on it would not fire for its children.`,
      label,
      'Detach it first, or change each table by hand.',
    );
  return table;
}

/** The column. Throws `unknown_column` or, for columns that cannot be mirrored, `unsupported`. */
export function requireColumn(table: TableInfo, name: string): ColumnInfo {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return column;
  const label = `${relationLabel(table)}.${name}`;
  throw new SegueError('unknown_column', `There is no column "${name}" in "${relationLabel(table)}".`, {
    object: label,
    next: `Its columns are: ${table.columns.map((candidate) => candidate.name).join(', ')}.`,
  });
}

/** Refuses a new name that is taken, too long or reserved for Segue. */
export function requireFreeName(table: TableInfo, name: string): void {
  const label = `${relationLabel(table)}.${name}`;
  if (table.columns.some((column) => column.name === name)) {
    throw new SegueError('name_taken', `"${relationLabel(table)}" already has a column "${name}".`, {
      object: label,
      next: 'Choose another name.',
    });
  }
  if (identifierBytes(name) > MAX_IDENTIFIER_BYTES) {
    throw new SegueError(
      'name_too_long',
      `"${name}" is longer than ${MAX_IDENTIFIER_BYTES} bytes; PostgreSQL would cut it.`,
      { object: label, next: 'Choose a shorter name.' },
    );
  }
  if (SYSTEM_COLUMNS.has(name))
    throw new SegueError('name_taken', `"${name}" is the name of a system column.`, {
      object: label,
      next: 'Choose another name.',
    });
}

const SYSTEM_COLUMNS = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']);

/** The key by which a row is named whose sides disagree. Throws where a table has none; a backfill alone needs none. */
export function requireKey(table: TableInfo): NonNullable<TableInfo['key']> {
  if (table.key !== null) return table.key;
  return refuse(
    `"${relationLabel(table)}" has no primary key and no unique index over NOT NULL columns, so a row whose two columns disagree could not be recorded.`,
    relationLabel(table),
    'Add a primary key first.',
  );
}

/** Refuses a partitioned table, for operations that work on one table's own index or constraint. */
export function requireUnpartitioned(table: TableInfo): void {
  const label = relationLabel(table);
  if (table.kind === 'partitioned table')
    refuse(
      `"${label}" is partitioned: this operation cannot be done on all its partitions without blocking.`,
      label,
      'Do it on each partition by hand, or choose an ordinary table.',
    );
}

/** Refuses a table whose columns are those of a composite type: none can be added, renamed or dropped. */
export function requireUntyped(table: TableInfo): void {
  if (!table.ofType) return;
  refuse(
    `"${relationLabel(table)}" has the columns of a composite type, which change with the type only.`,
    relationLabel(table),
    'ALTER TABLE … NOT OF makes it an ordinary table.',
  );
}

/** An index that is the table's replica identity cannot go: PostgreSQL would refuse every UPDATE and DELETE of a published table. */
export function refuseIdentity(table: TableInfo, index: TableInfo['indexes'][number], why: string): never {
  const label = relationLabel(table);
  const other = table.indexes.some((each) => each.primary) ? 'DEFAULT' : 'FULL';
  return refuse(
    `The index "${index.name}" ${why} and is the replica identity of "${label}": without it subscribers could not find the rows that are changed.`,
    label,
    `ALTER TABLE ${quoteName(table)} REPLICA IDENTITY ${other} first, and see that each subscriber has the index for that.`,
  );
}

/** Refuses index builds that the connected role may not make, with the grant that it lacks. */
export function requireIndexRights(table: TableInfo): void {
  if (table.canBuildIndexes) return;
  throw new SegueError(
    'missing_rights',
    `The role of this connection may not create indexes in the schema "${table.schema}".`,
    {
      object: relationLabel(table),
      next: `GRANT CREATE ON SCHEMA "${table.schema}" TO the role of this connection.`,
    },
  );
}

/** Refuses clones that the connected role may not make, with the grant that it lacks. */
export function requireCloneRights(table: TableInfo, column: string, clonesIndexes: boolean): void {
  if (clonesIndexes) requireIndexRights(table);
  const key = table.foreignKeys.find(
    (candidate) => candidate.columns.includes(column) && !candidate.mayReference,
  );
  if (key !== undefined) {
    const parent = relationLabel(key.references);
    throw new SegueError(
      'missing_rights',
      `The role of this connection may not make a foreign key to "${parent}".`,
      {
        object: parent,
        next: `GRANT REFERENCES ON ${quoteName(key.references)} TO the role of this connection.`,
      },
    );
  }
}
