import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { parseExpression, replaceColumns } from '@/lib/sql/expression';
import type { IndexInfo, TableInfo } from '../catalog';
import { cloneName } from '../names';

/** How expressions over the old column read over the new one; null leaves other columns alone. */
export type ColumnRewrite = (name: string) => string | null;

export interface IndexClone {
  readonly source: IndexInfo;
  readonly name: string;
  readonly create: string;
  readonly drop: string;
  /** Turns a unique index into the constraint that the old column has. */
  readonly addConstraint: string | null;
  readonly dropConstraint: string | null;
  /** The same on one relation of a partitioned table: on the upper ones without their partitions. */
  readonly createOn: (relation: RelationName, name: string, how: 'only' | 'concurrently') => string;
  /** The unique constraint with its index, on a partitioned table without its partitions. */
  readonly constrainOnly: (relation: RelationName, name: string) => string;
  /** What stands on each partition, with the name of the original there. */
  readonly parts: readonly IndexPart[];
}

/** A clone's index on one partition. */
export interface IndexPart {
  readonly relation: RelationName;
  readonly parent: RelationName;
  readonly leaf: boolean;
  readonly name: string;
  readonly original: string;
}

/** Every column that an index mentions, in keys, INCLUDE, expressions and predicate. */
export function indexMentions(index: IndexInfo): string[] {
  const expressions = [...index.columns.map((column) => column.expression), index.predicate].filter(
    (text) => text !== null,
  );
  return [
    ...index.columns.map((column) => column.name).filter((name) => name !== null),
    ...index.include,
    ...expressions.flatMap((text) => parseExpression(text).columns.map((column) => column.name)),
  ];
}

function keySql(
  index: IndexInfo,
  rename: (name: string) => string,
  rewrite: ColumnRewrite,
  keepOpclass: (column: string | null) => boolean,
): string {
  return index.columns
    .map((column) => {
      const target =
        column.name === null
          ? `(${replaceColumns(parseExpression(column.expression ?? 'NULL'), rewrite)})`
          : quoteIdent(rename(column.name));
      const collation = column.collation === null ? '' : ` COLLATE ${column.collation}`;
      const options = column.opclassOptions.length === 0 ? '' : ` (${column.opclassOptions.join(', ')})`;
      const opclass =
        column.opclass === null || !keepOpclass(column.name) ? '' : ` ${column.opclass}${options}`;
      const order = `${column.descending ? ' DESC' : ''}${column.nullsFirst === column.descending ? '' : column.nullsFirst ? ' NULLS FIRST' : ' NULLS LAST'}`;
      return `${target}${collation}${opclass}${order}`;
    })
    .join(', ');
}

/** The same indexes on the new column, as concurrent builds. Pure. */
export function cloneIndexes(
  table: TableInfo,
  oldColumn: string,
  newColumn: string,
  rewrite: ColumnRewrite,
  keepsType: boolean,
): IndexClone[] {
  const relation: RelationName = table;
  const taken = [...table.takenNames];
  const rename = (name: string) => (name === oldColumn ? newColumn : name);
  return table.indexes
    .filter((index) => indexMentions(index).includes(oldColumn))
    .map((source) => {
      const name = cloneName(source.name, oldColumn, newColumn, taken);
      taken.push(name);
      const keys = keySql(source, rename, rewrite, (column) => keepsType || column !== oldColumn);
      const include =
        source.include.length === 0
          ? ''
          : ` INCLUDE (${source.include.map(rename).map(quoteIdent).join(', ')})`;
      const nulls = source.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
      const options = source.options.length === 0 ? '' : ` WITH (${source.options.join(', ')})`;
      const tablespace = source.tablespace === null ? '' : ` TABLESPACE ${source.tablespace}`;
      const predicate =
        source.predicate === null
          ? ''
          : ` WHERE ${replaceColumns(parseExpression(source.predicate), rewrite)}`;
      const index = `${quoteIdent(relation.schema)}.${quoteIdent(name)}`;
      const rest = `USING ${quoteIdent(source.method)} (${keys})${include}${nulls}${options}${tablespace}${predicate}`;
      const kind = source.unique ? 'UNIQUE INDEX' : 'INDEX';
      const createOn: IndexClone['createOn'] = (on, called, how) =>
        how === 'only'
          ? `CREATE ${kind} ${quoteIdent(called)} ON ONLY ${quoteName(on)} ${rest}`
          : `CREATE ${kind} CONCURRENTLY ${quoteIdent(called)} ON ${quoteName(on)} ${rest}`;
      const parts = table.partitions.flatMap((partition): IndexPart[] => {
        const original = partition.indexes.find((each) => each.root === source.name)?.name;
        if (original === undefined) return [];
        const called = cloneName(original, oldColumn, newColumn, taken);
        taken.push(called);
        const { schema, name: partitionName, parent, leaf } = partition;
        return [{ relation: { schema, name: partitionName }, parent, leaf, name: called, original }];
      });
      const deferrable = source.deferrable
        ? ` DEFERRABLE${source.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}`
        : '';
      return {
        source,
        name,
        create: createOn(relation, name, 'concurrently'),
        createOn,
        constrainOnly: (on, called) =>
          `ALTER TABLE ONLY ${quoteName(on)} ADD CONSTRAINT ${quoteIdent(called)} UNIQUE${nulls} (${source.columns.map((column) => quoteIdent(rename(column.name ?? ''))).join(', ')})${include}${options}${source.tablespace === null ? '' : ` USING INDEX TABLESPACE ${source.tablespace}`}${deferrable}`,
        parts,
        drop: `DROP INDEX CONCURRENTLY IF EXISTS ${index}`,
        addConstraint:
          source.constraint === null
            ? null
            : `ALTER TABLE ${quoteName(relation)} ADD CONSTRAINT ${quoteIdent(name)} UNIQUE USING INDEX ${quoteIdent(name)}${deferrable}`,
        dropConstraint:
          source.constraint === null
            ? null
            : `ALTER TABLE ${quoteName(relation)} DROP CONSTRAINT ${quoteIdent(name)}`,
      };
    });
}
