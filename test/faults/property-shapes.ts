import type { TransitionFile } from '@/lib/core/operation';
import { FURNITURE, TIER } from './property-extras';
import type { Subject } from './subject';

/** What a version calls the value, and how it writes and reads it. The map holds cents. */
export interface Side {
  readonly table: string;
  /** The value's columns with SQL text of what they hold. */
  readonly write: (cents: number) => Readonly<Record<string, string>>;
  readonly read: (row: Readonly<Record<string, string | null>>) => number;
}
export interface Shape {
  readonly name: string;
  readonly subject: Subject;
  readonly old: Side;
  readonly fresh: Side;
  /** Code that knows both forms: the same statements run before and after. */
  readonly either?: true;
  /** More operations may go with it in one transition. */
  readonly extras?: true;
}

const text = (column: string, table = 'items'): Side => ({
  table,
  write: (cents) => ({ [column]: `v${cents}` }),
  read: (row) => Number(row[column]?.slice(1)),
});
const whole = (column: string): Side => ({
  table: 'items',
  write: (cents) => ({ [column]: String(cents) }),
  read: (row) => Number(row[column]),
});
const decimal = (column: string): Side => ({
  table: 'items',
  write: (cents) => ({ [column]: (cents / 100).toFixed(2) }),
  read: (row) => Math.round(Number(row[column]) * 100),
});
const halves = (first: string, second: string): Side => ({
  table: 'items',
  write: (cents) => ({ [first]: `a${Math.floor(cents / 100)}`, [second]: `b${cents % 100}` }),
  read: (row) => Number(row[first]?.slice(1)) * 100 + Number(row[second]?.slice(1)),
});
const joined = (column: string): Side => ({
  table: 'items',
  write: (cents) => ({ [column]: `a${Math.floor(cents / 100)}-b${cents % 100}` }),
  read: (row) => {
    const [first, second] = (row[column] ?? '').split('-');
    return Number(first?.slice(1)) * 100 + Number(second?.slice(1));
  },
});

const table = (column: string, id = 'int PRIMARY KEY', rest = '') =>
  `CREATE TABLE items (id ${id}, shelf int NOT NULL DEFAULT 0, ${column}, note text); ${rest} ANALYZE items;`;
const furnished = (column: string, rest = '') => table(column, 'int PRIMARY KEY', `${FURNITURE} ${rest}`);
/** Rows go from one partition to another when they change the shelf. */
const shelves = (column: string) =>
  `CREATE TABLE items (id int NOT NULL, shelf int NOT NULL DEFAULT 0, ${column}, note text, PRIMARY KEY (id, shelf)) PARTITION BY LIST (shelf);
   CREATE TABLE items_even PARTITION OF items FOR VALUES IN (0, 2); CREATE TABLE items_one PARTITION OF items FOR VALUES IN (1);
   CREATE TABLE items_rest PARTITION OF items DEFAULT;`;

type Operation = TransitionFile['operations'][number];
const shape = (
  name: string,
  setup: string,
  operation: Operation | readonly Operation[],
  old: Side,
  fresh: Side,
  more: Pick<Shape, 'either' | 'extras'> = {},
): Shape => ({
  name,
  subject: { name, setup, operations: 'length' in operation ? [...operation] : [operation] },
  old,
  fresh,
  ...more,
});

const rename: Operation = { rename_column: { table: 'items', from: 'label', to: 'title' } };
const toDecimal = (to?: string): Operation => ({
  change_type: {
    table: 'items',
    column: 'price',
    ...(to === undefined ? {} : { to }),
    type: 'numeric(12,2)',
    up: 'price / 100.0',
    down: `(${to ?? 'price'} * 100)::int`,
  },
});
export const SHAPES: readonly Shape[] = [
  shape('rename', furnished('label text NOT NULL'), rename, text('label'), text('title'), { extras: true }),
  shape(
    'rename of a unique column',
    furnished('label text NOT NULL UNIQUE'),
    rename,
    text('label'),
    text('title'),
    { extras: true },
  ),
  shape(
    'change of type',
    furnished('price int NOT NULL DEFAULT 7'),
    toDecimal('price_decimal'),
    whole('price'),
    decimal('price_decimal'),
    { extras: true },
  ),
  shape(
    'change of type under the same name',
    furnished('price int NOT NULL DEFAULT 7 CHECK (price <> 13)', 'CREATE INDEX ON items (price);'),
    toDecimal(),
    whole('price'),
    decimal('price'),
    { extras: true },
  ),
  shape(
    'int to bigint key with what references it',
    table(
      'label text NOT NULL, twin int REFERENCES items ON DELETE SET NULL',
      'serial PRIMARY KEY',
      'CREATE TABLE lines (item int REFERENCES items ON DELETE CASCADE, n int, PRIMARY KEY (item, n));',
    ),
    { change_type: { table: 'items', column: 'id', type: 'bigint' } },
    text('label'),
    text('label'),
    { either: true },
  ),
  shape(
    'another primary key',
    table('label text NOT NULL, ext bigint GENERATED ALWAYS AS IDENTITY'),
    { replace_primary_key: { table: 'items', columns: ['ext'] } },
    text('label'),
    text('label'),
    { either: true },
  ),
  shape(
    'one column into two',
    table('code text'),
    {
      split_column: {
        table: 'items',
        column: 'code',
        first: 'series',
        firstUp: "split_part(code, '-', 1)",
        second: 'number',
        secondUp: "split_part(code, '-', 2)",
        secondType: 'text',
        down: "series || '-' || number",
      },
    },
    joined('code'),
    halves('series', 'number'),
  ),
  shape(
    'two columns into one',
    table('series text, number text'),
    {
      merge_columns: {
        table: 'items',
        first: 'series',
        second: 'number',
        to: 'code',
        up: "series || '-' || number",
        firstDown: "split_part(code, '-', 1)",
        secondDown: "split_part(code, '-', 2)",
      },
    },
    halves('series', 'number'),
    joined('code'),
  ),
  shape(
    'rename of the table',
    table('label text NOT NULL'),
    { rename_table: { table: 'items', to: 'goods' } },
    text('label'),
    text('label', 'goods'),
  ),
  shape(
    'rename on partitions',
    shelves("label text NOT NULL DEFAULT 'v0'"),
    rename,
    text('label'),
    text('title'),
  ),
  shape(
    'change of type on partitions',
    shelves('price int NOT NULL DEFAULT 107'),
    toDecimal('price_decimal'),
    whole('price'),
    decimal('price_decimal'),
  ),
  shape(
    'change of type under the same name on partitions',
    shelves('price int NOT NULL DEFAULT 107'),
    [toDecimal(), TIER],
    whole('price'),
    decimal('price'),
  ),
];
