import type { RelationName } from '@/lib/core/sql-text';
import type { ColumnInfo, ForeignKey, IndexColumn, IndexInfo, TableInfo } from './catalog';

/** A nullable column of this type, of which nothing else was said. */
export function bareColumn(name: string, type: string, number = 1): ColumnInfo {
  return {
    name,
    number,
    type,
    baseType: type.replace(/\(.*\)/, ''),
    notNull: false,
    notNullName: null,
    notNullProven: true,
    notNullComment: null,
    default: null,
    generated: null,
    identity: null,
    identitySequence: null,
    collation: null,
    deterministic: true,
    comment: null,
    statistics: null,
    storage: null,
    compression: null,
    options: [],
    grants: [],
    ownedSequences: [],
    hashable: true,
    constrainedDomain: false,
  };
}

/** An index's entry for a column, in the order and with the operators of its type. */
export function bareIndexColumn(name: string): IndexColumn {
  return {
    name,
    expression: null,
    opclass: null,
    opclassOptions: [],
    statistics: null,
    collation: null,
    equality: null,
    descending: false,
    nullsFirst: false,
  };
}

/** A valid btree index over plain columns that carries no constraint. Its definition is the caller's to print. */
export function bareIndex(name: string, columns: readonly string[]): Omit<IndexInfo, 'definition'> {
  return {
    name,
    columns: columns.map(bareIndexColumn),
    include: [],
    method: 'btree',
    unique: false,
    primary: false,
    exclusion: false,
    nullsNotDistinct: false,
    replicaIdentity: false,
    predicate: null,
    options: [],
    valid: true,
    constraint: null,
    deferrable: false,
    initiallyDeferred: false,
    comment: null,
    constraintComment: null,
    tablespace: null,
    clustered: false,
  };
}

/** A proven foreign key that does nothing on update and delete. */
export function bareForeignKey(
  name: string,
  columns: readonly string[],
  references: RelationName,
  referencedColumns: readonly string[],
): ForeignKey {
  return {
    name,
    columns,
    references,
    referencedColumns,
    onUpdate: 'NO ACTION',
    onDelete: 'NO ACTION',
    onDeleteColumns: [],
    match: 'SIMPLE',
    deferrable: false,
    initiallyDeferred: false,
    mayReference: true,
    validated: true,
    enforced: true,
    comment: null,
  };
}

/** An ordinary table without columns, rows or anything about it, with which this connection may do everything. */
export function bareTable({ schema, name }: RelationName): TableInfo {
  return {
    schema,
    name,
    kind: 'table',
    owner: '',
    owned: true,
    estimatedRows: 0,
    bytes: 0,
    columns: [],
    key: null,
    primaryKey: [],
    indexes: [],
    constraints: [],
    checks: [],
    foreignKeys: [],
    inboundForeignKeys: [],
    dependents: [],
    triggers: [],
    inheritance: false,
    children: [],
    reads: [],
    unlogged: false,
    ofType: false,
    rules: [],
    replicaIdentity: 'd',
    partitions: [],
    partitionBy: null,
    partitionKey: [],
    rowSecurity: false,
    rowsHidden: false,
    canBuildIndexes: true,
    mayReference: true,
    grants: [],
    publications: [],
    takenNames: [],
  };
}
