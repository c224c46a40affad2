import type { TransitionFile } from '@/lib/core/operation';

/** What stands around the table of a story, for the operations that go along. */
export const FURNITURE = `
  ALTER TABLE items ADD spare text DEFAULT 'none', ADD size int DEFAULT 3, ADD sort text NOT NULL DEFAULT 'a';
  ALTER TABLE items ADD CONSTRAINT items_shelf CHECK (shelf >= 0), ADD CONSTRAINT items_known CHECK (id > -1);
  CREATE INDEX items_by_note ON items (note); CREATE INDEX items_by_sort ON items (sort);
  CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE temper AS ENUM ('calm', 'wild');
  CREATE TABLE shelves (id int PRIMARY KEY); INSERT INTO shelves SELECT generate_series(0, 3);
  CREATE TABLE oldies (id int PRIMARY KEY); INSERT INTO oldies VALUES (1);
  CREATE TABLE numbers (id int PRIMARY KEY); INSERT INTO numbers VALUES (1), (2);
  CREATE TABLE tallies (id int PRIMARY KEY, n int); INSERT INTO tallies SELECT g, g FROM generate_series(1, 20) g;
  CREATE TABLE stale (id int PRIMARY KEY); INSERT INTO stale SELECT generate_series(1, 20);
  CREATE TABLE feelings (id int PRIMARY KEY, temper temper NOT NULL); INSERT INTO feelings VALUES (1, 'calm'), (2, 'wild');
  CREATE TABLE days (id int NOT NULL) PARTITION BY LIST (id); CREATE TABLE days_one PARTITION OF days FOR VALUES IN (1);
  CREATE TABLE weeks (id int NOT NULL) PARTITION BY LIST (id); CREATE TABLE week (id int NOT NULL); INSERT INTO week VALUES (1);`;

type Operation = TransitionFile['operations'][number];

export const TIER: Operation = {
  add_column: { table: 'items', column: 'tier', type: 'text', nullable: false, value: "'free'" },
};

/** Operations that leave the value alone, to go with any of the others. No two of them concern the same thing. */
export const EXTRAS: readonly Operation[] = [
  TIER,
  { add_index: { table: 'items', columns: ['shelf', 'note'] } },
  { add_check: { table: 'items', check: 'id > 0' } },
  { add_unique: { table: 'items', columns: ['id', 'shelf'] } },
  { set_default: { table: 'items', column: 'note', default: "'none'" } },
  { set_not_null: { table: 'items', column: 'note', value: "'none'" } },
  { create_table: { table: 'others', definition: 'id int PRIMARY KEY, item int REFERENCES public.items' } },
  { drop_column: { table: 'items', column: 'spare', restore: "'none'" } },
  { add_foreign_key: { table: 'items', columns: ['shelf'], references: 'shelves' } },
  { drop_index: { table: 'items', index: 'items_by_note' } },
  { rename_index: { table: 'items', from: 'items_by_sort', to: 'by_sort' } },
  { drop_constraint: { table: 'items', constraint: 'items_shelf' } },
  { rename_constraint: { table: 'items', from: 'items_known', to: 'known' } },
  { drop_default: { table: 'items', column: 'size' } },
  { drop_not_null: { table: 'items', column: 'sort' } },
  { add_generated_column: { table: 'items', column: 'twice', type: 'int', expression: 'shelf * 2' } },
  { enum_add_value: { type: 'mood', value: 'so' } },
  { create_enum: { type: 'colour', values: ['red', 'blue'] } },
  {
    replace_enum: {
      table: 'feelings',
      column: 'temper',
      type: 'temper_2',
      values: ['calm', 'mad'],
      map: { wild: 'mad' },
    },
  },
  { drop_table: { table: 'oldies' } },
  { add_identity: { table: 'numbers', column: 'id' } },
  { update_rows: { table: 'tallies', set: 'n = n + 1' } },
  { delete_rows: { table: 'stale', where: 'id > 5' } },
  { detach_partition: { table: 'days', partition: 'days_one' } },
  { attach_partition: { table: 'weeks', partition: 'week', values: 'FOR VALUES IN (1)' } },
  {
    free_sql: {
      up: 'CREATE VIEW public.seen AS SELECT id, shelf FROM public.items',
      down: 'DROP VIEW public.seen',
      lossless: true,
    },
  },
];
