import type { ColumnDef } from 'libpg-query';
import type { AlterCommands } from '@/lib/sql/alter-commands';
import { namesOf } from '@/lib/sql/ast';
import type { TableInfo } from '../../catalog';
import { volatilityOf } from '../volatility';
import { type Correction, chosenName, written } from './correction';
import type { ColumnClause } from './new-column';

/** A column whose value differs from row to row: where the value comes from, and what stays of the ADD COLUMN. */
interface Filling {
  /** Before the column is there. */
  readonly sequence: readonly string[];
  readonly kept: string;
  readonly value: string;
  readonly notNull: boolean;
  /** Once every row has its value. */
  readonly after: readonly string[];
}

const SERIALS: Readonly<Record<string, string>> = {
  smallserial: 'smallint',
  serial2: 'smallint',
  serial: 'integer',
  serial4: 'integer',
  bigserial: 'bigint',
  serial8: 'bigint',
};

const rowsInBatches = (name: string, column: string, value: string): string =>
  `UPDATE ${name} SET ${column} = ${value} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${name} WHERE ${column} IS NULL LIMIT 1000)) /* again until it updates nothing */`;

/** Where the values of a new column come from one by one; null where they do not, or where that cannot be taken apart. */
export function fillingOf(
  { scene }: Correction,
  table: TableInfo,
  alter: AlterCommands,
  column: ColumnDef,
  clauses: readonly ColumnClause[],
): Filling | null {
  const name = written(column.colname ?? '');
  const type = namesOf(column.typeName?.names).at(-1) ?? '';
  const others = clauses.filter(
    ({ constraint: { contype } }) =>
      !['CONSTR_DEFAULT', 'CONSTR_NOTNULL', 'CONSTR_NULL'].includes(contype ?? ''),
  );
  if (table.partitionBy !== null || table.children.length > 0 || others.length > 0) return null;
  const notNull = clauses.some(({ constraint }) => constraint.contype === 'CONSTR_NOTNULL');
  const serial = SERIALS[type];
  if (serial !== undefined) {
    const sequence = chosenName(table, [column.colname ?? ''], 'seq');
    const label = `${written(table.schema)}.${written(sequence)}`;
    const next = `nextval('${label.replaceAll("'", "''")}')`;
    return {
      sequence: [`CREATE SEQUENCE ${label} AS ${serial}`],
      kept: `ADD COLUMN ${name} ${serial}`,
      value: next,
      notNull: true,
      after: [`ALTER SEQUENCE ${label} OWNED BY ${alter.name}.${name}`],
    };
  }
  const given = clauses.find(({ constraint }) => constraint.contype === 'CONSTR_DEFAULT');
  if (given === undefined || volatilityOf(given.constraint.raw_expr, scene.catalog) !== 'volatile')
    return null;
  const value = given.text.replace(/^DEFAULT\s+/i, '');
  return { sequence: [], kept: '', value, notNull, after: [] };
}

/** The statements that fill a new column: for new rows by its default, for those that are there in batches. */
export function fillStatements(
  table: TableInfo,
  alter: AlterCommands,
  column: ColumnDef,
  filling: Filling,
): string[] {
  const name = written(column.colname ?? '');
  const proof = written(chosenName(table, [column.colname ?? ''], 'is_set'));
  return [
    `${alter.head} ALTER COLUMN ${name} SET DEFAULT ${filling.value}`,
    rowsInBatches(alter.name, name, filling.value),
    ...(filling.notNull
      ? [
          `${alter.head} ADD CONSTRAINT ${proof} CHECK (${name} IS NOT NULL) NOT VALID`,
          `${alter.head} VALIDATE CONSTRAINT ${proof}`,
          `${alter.head} ALTER COLUMN ${name} SET NOT NULL`,
          `${alter.head} DROP CONSTRAINT ${proof}`,
        ]
      : []),
    ...filling.after,
  ];
}
