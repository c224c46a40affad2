import type { RelationName } from '@/lib/core/sql-text';
import type { TableInfo } from '@/lib/planner/catalog';

/** A table of which nothing but the name is known: one without columns, of which nothing can be said to be missing. */
export function unknownTable({ schema, name }: RelationName): TableInfo {
  return {
    schema,
    name,
    kind: 'other',
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
    ofType: false,
    rules: [],
    replicaIdentity: 'd',
    children: [],
    reads: [],
    unlogged: false,
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

/** True for a table of which only the name is known. */
export const isUnknown = (table: TableInfo): boolean => table.kind === 'other' && table.columns.length === 0;
