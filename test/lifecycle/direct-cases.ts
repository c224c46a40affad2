import type { DirectCase } from './direct-case';

const SETUP = `
  CREATE TABLE groups (id int PRIMARY KEY, name text);
  INSERT INTO groups SELECT g, 'group ' || g FROM generate_series(1, 10) g;
  CREATE TABLE items (id bigint PRIMARY KEY, name text NOT NULL, price int, group_id int, note text);
  INSERT INTO items SELECT g, 'name ' || g, g, 1 + g % 10, NULL FROM generate_series(1, 500) g;`;

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
];
