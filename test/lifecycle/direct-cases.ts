import type { DirectCase } from './direct-case';

const SETUP = `
  CREATE TABLE groups (id int PRIMARY KEY, name text);
  INSERT INTO groups SELECT g, 'group ' || g FROM generate_series(1, 10) g;
  CREATE TABLE items (id bigint PRIMARY KEY, name text NOT NULL, price int, group_id int, note text);
  INSERT INTO items SELECT g, 'name ' || g, g, 1 + g % 10, NULL FROM generate_series(1, 500) g;`;

/** Something to drop, rename and replace, described. */
const FURNISHED = `${SETUP}
  CREATE TYPE mood AS ENUM ('sad', 'happy');
  ALTER TABLE items ADD mood mood, ADD CONSTRAINT items_positive CHECK (price > 0), ADD CONSTRAINT items_name_key UNIQUE (name) INCLUDE (price) WITH (fillfactor = 70),
    ADD CONSTRAINT items_group_fk FOREIGN KEY (group_id) REFERENCES groups ON DELETE CASCADE, ADD CONSTRAINT items_old CHECK (id > 0) NOT VALID,
    ALTER note SET DEFAULT 'none', ALTER price SET DEFAULT 7;
  CREATE INDEX items_price_idx ON items (price DESC) WHERE price > 5;
  COMMENT ON INDEX items_price_idx IS 'for the list';
  COMMENT ON CONSTRAINT items_positive ON items IS 'nobody pays us';
  COMMENT ON CONSTRAINT items_name_key ON items IS 'one each';`;

const hasConstraint = (definition: string) =>
  `SELECT count(*) = 1 AND bool_and(convalidated) FROM pg_constraint WHERE conrelid = 'items'::regclass AND pg_get_constraintdef(oid) = '${definition}'`;
const hasIndex = (end: string) =>
  `SELECT count(*) = 1 FROM pg_index WHERE indrelid = 'items'::regclass AND indisvalid AND pg_get_indexdef(indexrelid) LIKE '%${end}'`;

/** Each operation on its own, and some together. */
export const DIRECT_CASES: readonly DirectCase[] = [
  {
    name: 'add_index over columns',
    setup: SETUP,
    operations: [{ add_index: { table: 'items', columns: ['group_id', 'price'], include: ['note'] } }],
    done: hasIndex('items_group_id_price_idx ON public.items USING btree (group_id, price) INCLUDE (note)'),
  },
  {
    name: 'add_index over expressions, partial, unique',
    setup: SETUP,
    operations: [
      {
        add_index: {
          table: 'items',
          keys: 'lower(name) DESC NULLS LAST, id',
          unique: true,
          where: 'price > 3',
          name: 'Odd "name"',
        },
      },
    ],
    done: hasIndex('USING btree (lower(name) DESC NULLS LAST, id) WHERE (price > 3)'),
  },
  {
    name: 'add_unique',
    setup: SETUP,
    operations: [{ add_unique: { table: 'items', columns: ['name'] } }],
    done: hasConstraint('UNIQUE (name)'),
  },
  {
    name: 'add_unique, NULLS NOT DISTINCT',
    since: 15,
    setup: SETUP,
    operations: [
      { add_unique: { table: 'items', columns: ['id', 'note'], nullsNotDistinct: true, name: 'u' } },
    ],
    done: hasConstraint('UNIQUE NULLS NOT DISTINCT (id, note)'),
  },
  {
    name: 'add_check',
    setup: SETUP,
    operations: [{ add_check: { table: 'items', check: 'price >= 0' } }],
    done: hasConstraint('CHECK ((price >= 0))'),
  },
  {
    name: 'add_foreign_key with its index',
    setup: SETUP,
    operations: [
      {
        add_foreign_key: {
          table: 'items',
          columns: ['group_id'],
          references: 'groups',
          onDelete: 'set null',
          deferrable: true,
        },
      },
    ],
    done: hasConstraint('FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE SET NULL DEFERRABLE'),
  },
  {
    name: 'add_foreign_key to itself, without an index',
    setup: `${SETUP} ALTER TABLE items ADD parent bigint`,
    operations: [
      { add_foreign_key: { table: 'items', columns: ['parent'], references: 'items', index: false } },
    ],
    done: hasConstraint('FOREIGN KEY (parent) REFERENCES items(id)'),
  },
  {
    name: 'drop_index',
    setup: FURNISHED,
    operations: [{ drop_index: { table: 'items', index: 'items_price_idx' } }],
    done: `SELECT to_regclass('items_price_idx') IS NULL`,
  },
  ...['items_positive', 'items_name_key', 'items_group_fk', 'items_old'].map((constraint) => ({
    name: `drop_constraint ${constraint}`,
    setup: FURNISHED,
    operations: [{ drop_constraint: { table: 'items', constraint } }],
    done: `SELECT NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '${constraint}')`,
  })),
  {
    name: 'rename_constraint with its index',
    setup: FURNISHED,
    operations: [{ rename_constraint: { table: 'items', from: 'items_name_key', to: 'one_name' } }],
    done: `SELECT to_regclass('one_name') IS NOT NULL`,
  },
  {
    name: 'set_default',
    setup: FURNISHED,
    operations: [{ set_default: { table: 'items', column: 'note', default: `'some'` } }],
    done: `SELECT column_default = '''some''::text' FROM information_schema.columns WHERE column_name = 'note'`,
  },
  {
    name: 'drop_default',
    setup: FURNISHED,
    operations: [{ drop_default: { table: 'items', column: 'note' } }],
    done: `SELECT column_default IS NULL FROM information_schema.columns WHERE column_name = 'note'`,
  },
  {
    name: 'add_generated_column',
    since: 18,
    setup: FURNISHED,
    operations: [
      { add_generated_column: { table: 'items', column: 'twice', type: 'int', expression: 'price * 2' } },
    ],
    done: `SELECT bool_and(twice = price * 2) FROM items`,
  },
  {
    name: 'enum_add_value',
    setup: FURNISHED,
    operations: [{ enum_add_value: { type: 'mood', value: `so 'so'`, before: 'happy' } }],
    done: `SELECT enum_range(NULL::mood)::text = '{sad,"so ''so''",happy}'`,
  },
];

/** What can be done in one transition, so that `npm test` goes through every step in little time. */
export const TOGETHER: readonly DirectCase[] = [
  {
    name: 'constraints and indexes together',
    setup: SETUP,
    operations: [
      { add_index: { table: 'items', columns: ['price'] } },
      { add_check: { table: 'items', check: 'price >= 0' } },
      { add_unique: { table: 'items', columns: ['name'] } },
      { add_foreign_key: { table: 'items', columns: ['group_id'], references: 'groups' } },
    ],
    done: hasIndex('USING btree (price)'),
  },
  {
    name: 'what is there dropped, renamed and replaced together',
    setup: FURNISHED,
    operations: [
      { drop_index: { table: 'items', index: 'items_price_idx' } },
      { drop_constraint: { table: 'items', constraint: 'items_positive' } },
      { drop_constraint: { table: 'items', constraint: 'items_group_fk' } },
      { drop_constraint: { table: 'items', constraint: 'items_name_key' } },
      { rename_constraint: { table: 'items', from: 'items_old', to: 'items_new' } },
      { set_default: { table: 'items', column: 'note', default: `'some'` } },
      { drop_default: { table: 'items', column: 'price' } },
      { enum_add_value: { type: 'mood', value: 'so' } },
    ],
    done: `SELECT count(*) = 0 FROM pg_constraint WHERE conname IN ('items_positive', 'items_group_fk', 'items_name_key', 'items_old')`,
  },
];
