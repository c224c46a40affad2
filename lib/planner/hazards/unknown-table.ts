import type { RelationName } from '@/lib/core/sql-text';
import { bareTable } from '../bare-catalog';
import type { TableInfo } from '../catalog';

/** A table of which nothing but the name is known: one without columns, of which nothing can be said to be missing. */
export const unknownTable = (name: RelationName): TableInfo => ({ ...bareTable(name), kind: 'other' });

/** True for a table of which only the name is known. */
export const isUnknown = (table: TableInfo): boolean => table.kind === 'other' && table.columns.length === 0;
