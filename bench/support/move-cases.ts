import type { TransitionFile } from '@/lib/core/operation';
import type { LoadVersion } from './load-spec';

/** A transition of `customers`, and the application before and after it. */
export interface MoveCase {
  readonly name: string;
  readonly title: string;
  readonly operations: TransitionFile['operations'];
  readonly before: LoadVersion;
  readonly after: LoadVersion;
}

/** About 130 bytes a row. */
export const customers = (rows: number) => `
  CREATE TABLE customers (id bigint PRIMARY KEY, tenant integer, name text, note text, amount integer, at timestamptz DEFAULT now());
  INSERT INTO customers SELECT g, g % 50, 'customer number ' || g, repeat('x', 40), g % 1000 FROM generate_series(1, ${rows}) g`;

const version = (column: string, value = '$2'): LoadVersion => ({
  name: column,
  read: `SELECT id, tenant, ${column} FROM customers WHERE id = $1`,
  write: `UPDATE customers SET ${column} = ${value} WHERE id = $1`,
});

/** They follow each other on one table: each touches a column of its own. */
export const MOVE_CASES: readonly MoveCase[] = [
  {
    name: 'rename_column',
    title: 'rename',
    operations: [{ rename_column: { table: 'customers', from: 'name', to: 'full_name' } }],
    before: version('name'),
    after: version('full_name'),
  },
  {
    name: 'change_type',
    title: 'change type',
    operations: [
      { change_type: { table: 'customers', column: 'amount', to: 'amount_long', type: 'bigint' } },
    ],
    before: version('amount'),
    after: version('amount_long'),
  },
  {
    name: 'set_not_null',
    title: 'set not null',
    operations: [{ set_not_null: { table: 'customers', column: 'tenant', value: '0' } }],
    before: version('tenant'),
    after: version('tenant'),
  },
  {
    name: 'drop_column',
    title: 'drop column',
    operations: [{ drop_column: { table: 'customers', column: 'note' } }],
    before: version('note'),
    after: version('at', 'to_timestamp($2)'),
  },
];
