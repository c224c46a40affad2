import { quoteIdent } from './sql-text';
import type { KeyColumn } from './step';

/**
 * An operator between values of a key column. It is written with its schema where the type's own is not PostgreSQL's: an
 * empty search_path finds another one for citext, in silence, which orders values otherwise than ORDER BY and the index do.
 */
export const keyOperator = (
  { operators }: Pick<KeyColumn, 'operators'>,
  sign: '<' | '<=' | '=' | '>=' | '>',
): string => (operators === undefined ? sign : `OPERATOR(${quoteIdent(operators)}.${sign})`);

/**
 * Compares the columns of a key with values, both as SQL, as a row: a composite key's index serves that (manual, "Row
 * Constructor Comparison"). Where an operator needs its schema it is done column by column, for a row comparison takes one
 * operator, found by its name; the first column stands apart then, for the index to begin at.
 */
export function compareKey(
  key: readonly KeyColumn[],
  columns: readonly string[],
  sign: '>' | '>=' | '<=',
  values: readonly string[],
): string {
  const [first] = key;
  if (first === undefined || key.every(({ operators }) => operators === undefined))
    return `(${columns.join(', ')}) ${sign} (${values.join(', ')})`;
  const beyond = sign === '<=' ? '<' : '>';
  const is = (at: number, op: Parameters<typeof keyOperator>[1]) =>
    `${columns[at]} ${keyOperator(key[at] ?? first, op)} ${values[at]}`;
  const rest = key.reduceRight(
    (inner, _, at) => (inner === '' ? is(at, sign) : `(${is(at, beyond)} OR ${is(at, '=')} AND ${inner})`),
    '',
  );
  return key.length === 1 ? rest : `${is(0, sign === '<=' ? '<=' : '>=')} AND ${rest}`;
}
