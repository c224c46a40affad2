import type { ColumnInfo } from './catalog';

/** Types whose `=` means "the same bytes", so that IS DISTINCT FROM sees every change. */
const BYTEWISE = new Set([
  'boolean',
  'smallint',
  'integer',
  'bigint',
  'oid',
  'uuid',
  'date',
  'text',
  'character varying',
  // char(n): the blanks at the end are no part of its value. bpchar without a length keeps them, and its = ignores them.
  'character',
  'timestamp without time zone',
  'timestamp with time zone',
  'time without time zone',
  'bytea',
  'money',
  'macaddr',
]);

/** The part of a column that decides how two values are compared. */
export type Comparable = Pick<ColumnInfo, 'baseType' | 'deterministic'>;

/**
 * SQL that is true when two values differ in any way that a client could read. Types in which different values can be
 * "equal" (1.0 and 1.00 as numeric, 'A' and 'a' as citext, all nondeterministic collations) and types without `=`
 * (json, xml, point) are compared by their image: manual, "Row and Array Comparisons", `*<>`. By the operator's function: of the
 * operator PostgreSQL prints a trigger's WHEN without its casts, and a dump of the database could not be restored.
 */
export function differs(type: Comparable, left: string, right: string): string {
  if (type.deterministic && BYTEWISE.has(type.baseType)) return `${left} IS DISTINCT FROM ${right}`;
  return `pg_catalog.record_image_ne(ROW(${left}), ROW(${right}))`;
}

/** The opposite of {@link differs}. */
export function same(type: Comparable, left: string, right: string): string {
  if (type.deterministic && BYTEWISE.has(type.baseType)) return `${left} IS NOT DISTINCT FROM ${right}`;
  return `pg_catalog.record_image_eq(ROW(${left}), ROW(${right}))`;
}

/** A value that a way there and back returns as this one counts as kept: of numeric only the trailing zeros differ then. */
const EQUAL_IS_KEPT = new Set(['numeric']);

/** SQL that is true when `right`, which a conversion made, does not stand for the value `left`. */
export function losesValue(type: Comparable, left: string, right: string): string {
  return EQUAL_IS_KEPT.has(type.baseType) ? `${left} IS DISTINCT FROM ${right}` : differs(type, left, right);
}

/** The opposite of {@link losesValue}. */
export function keepsValue(type: Comparable, left: string, right: string): string {
  return EQUAL_IS_KEPT.has(type.baseType) ? `${left} IS NOT DISTINCT FROM ${right}` : same(type, left, right);
}
