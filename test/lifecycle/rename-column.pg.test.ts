import { describe, expect, it } from 'vitest';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { liveThrough, type Scenario } from './lifecycle';
import { COMMON, scenarios, TEXT_BOUNDARIES, uses } from './scenario-parts';

const tidy = (column: string) =>
  `CREATE OR REPLACE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.${column} := rtrim(NEW.${column}, '~'); RETURN NEW; END $$`;

const everythingOnIt: Scenario = {
  name: 'with default, NOT NULL, check, comment, column grants, three indexes, views and a trigger of its own',
  setup: `
    CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, name varchar(3000) COLLATE "C" NOT NULL DEFAULT 'nobody' CONSTRAINT items_name_check CHECK (name <> 'forbidden'));
    COMMENT ON COLUMN items.name IS 'what it''s called';
    COMMENT ON CONSTRAINT items_name_check ON items IS 'not that word';
    CREATE INDEX items_name_idx ON items (name varchar_pattern_ops DESC NULLS LAST, n) WITH (fillfactor = 70);
    CREATE INDEX items_lower_name ON items (lower(name)) INCLUDE (tenant);
    CREATE INDEX items_some_name ON items (tenant) WHERE name <> '';
    COMMENT ON INDEX items_name_idx IS 'for the list';
    ALTER TABLE items ALTER COLUMN name SET STATISTICS 250;
    REVOKE ALL ON items FROM :app;
    GRANT DELETE ON items TO :app;
    GRANT SELECT (id, tenant, active, n, name), INSERT (id, tenant, active, n, name), UPDATE (tenant, active, n, name) ON items TO :app;
    ${tidy('name')};
    CREATE VIEW item_names WITH (security_barrier=true) AS SELECT id, name, upper(name) AS loud FROM items WHERE name <> '' ORDER BY name;
    CREATE VIEW loud_names AS SELECT n.loud, i.name AS item FROM item_names n JOIN items i ON i.name = n.name;
    COMMENT ON VIEW item_names IS 'who is there'; COMMENT ON COLUMN item_names.name IS 'as it stands'; GRANT SELECT ON item_names TO :app;
    CREATE TRIGGER items_tidy BEFORE INSERT OR UPDATE ON items FOR EACH ROW EXECUTE FUNCTION tidy();
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, 'before ' || g FROM generate_series(1, 2000) g;`,
  operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
  // The team's trigger names the old column; the plan asks for this before Retire, and on the way back for the reverse.
  atPosition: { 3: tidy('full_name') },
  beforeBack: { 2: tidy('name') },
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'text',
    boundaries: TEXT_BOUNDARIES,
    unique: null,
    versions: {
      old: uses('name', { omitted: 'nobody', nullable: false }),
      new: uses('full_name', { omitted: 'nobody', nullable: false }),
    },
  },
};

const unique = (name: string, rest: Partial<Scenario>, traffic: Partial<Scenario['traffic']>): Scenario => ({
  name,
  setup: '',
  operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
  ...rest,
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'text',
    boundaries: [],
    unique: { columns: ['$value'] },
    versions: { old: uses('name'), new: uses('full_name') },
    ...traffic,
  },
});

const uniqueConstraint = unique(
  'of a unique constraint, on a composite primary key',
  {
    setup: `CREATE TABLE items (owner int, seq int, ${COMMON}, name text CONSTRAINT items_name_key UNIQUE, PRIMARY KEY (owner, seq));
      COMMENT ON CONSTRAINT items_name_key ON items IS 'one of each'`,
  },
  { key: { kind: 'composite', columns: ['owner', 'seq'] } },
);

// The key in the expression index keeps the workload free of PostgreSQL's own race: with two unique indexes over one value,
// two sessions that upsert a new value at the same moment can get 23505 from the one that does not arbitrate, Segue or not.
const compositeUnique = unique(
  'of a composite and an expression unique index, with a uuid key',
  {
    setup: `CREATE TABLE items (id uuid PRIMARY KEY, ${COMMON}, name text NOT NULL, UNIQUE (tenant, name));
      CREATE UNIQUE INDEX items_lower_key ON items (tenant, lower(name), id)`,
  },
  {
    key: { kind: 'uuid', columns: ['id'] },
    unique: { columns: ['tenant', '$value'] },
    versions: {
      old: uses('name', { nullable: false, mustGive: true }),
      new: uses('full_name', { nullable: false, mustGive: true }),
    },
  },
);

const partialUnique = unique(
  'of a partial unique index',
  {
    setup: `CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, name text); CREATE UNIQUE INDEX items_active_name ON items (name) WHERE active`,
  },
  { unique: { columns: ['$value'], partial: true } },
);

const oddNames: Scenario = {
  name: 'with quoted, reserved, mixed-case, unicode and 63-byte names, and a serial',
  setup: `CREATE TABLE "Order ""Items"" – äöü" ("Key.Id" bigint PRIMARY KEY, ${COMMON}, "select" serial);
    COMMENT ON COLUMN "Order ""Items"" – äöü"."select" IS E'back\\\\slash and ''quote''';
    CREATE INDEX "Index; DROP TABLE x" ON "Order ""Items"" – äöü" ("select")`,
  operations: [
    {
      rename_column: {
        table: { schema: 'public', name: 'Order "Items" – äöü' },
        from: 'select',
        to: `ÄÖÜ "user" ${'x'.repeat(49)}`,
      },
    },
  ],
  traffic: {
    table: '"Order ""Items"" – äöü"',
    key: { kind: 'bigint', columns: ['"Key.Id"'] },
    values: 'int',
    boundaries: ['0', '-1', '2147483647', '-2147483648'],
    unique: null,
    versions: {
      old: uses('"select"', { omitted: '*', nullable: false }),
      new: uses(`"ÄÖÜ ""user"" ${'x'.repeat(49)}"`, { omitted: '*', nullable: false }),
    },
  },
};

const foreignKey: Scenario = {
  name: 'of a foreign key',
  setup: `CREATE TABLE groups (id int PRIMARY KEY); INSERT INTO groups SELECT generate_series(1, 20);
    CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, group_id int CONSTRAINT items_group_fk REFERENCES groups ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED);
    COMMENT ON CONSTRAINT items_group_fk ON items IS 'its group';
    CREATE INDEX ON items (group_id)`,
  operations: [{ rename_column: { table: 'items', from: 'group_id', to: 'team_id' } }],
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'int',
    boundaries: [],
    pool: Array.from({ length: 20 }, (_, index) => String(index + 1)),
    unique: null,
    versions: { old: uses('group_id'), new: uses('team_id') },
  },
};

const key = (name: string, id: string, kind: 'uuid' | 'composite'): Scenario => ({
  name,
  setup: `CREATE TABLE items (${id}, ${COMMON}, name text, other text);
    COMMENT ON INDEX items_pkey IS 'the key'; CREATE INDEX items_other ON items (id, n);`,
  operations: [
    { rename_column: { table: 'items', from: 'id', to: 'item_id' } },
    { rename_column: { table: 'items', from: 'other', to: 'others' } },
    { update_rows: { table: 'items', set: "others = 'of ' || item_id", where: 'active' } },
  ],
  acknowledged: ['*'],
  traffic: {
    table: 'items',
    key: { kind, columns: kind === 'uuid' ? ['id'] : ['tenant_id', 'id'] },
    values: 'text',
    boundaries: TEXT_BOUNDARIES.slice(0, 4),
    unique: null,
    versions: {
      old: uses('name'),
      new: { ...uses('name'), key: kind === 'uuid' ? ['item_id'] : ['tenant_id', 'item_id'] },
    },
  },
});

const primaryKeys = [
  key('of the primary key, with a default', 'id uuid PRIMARY KEY DEFAULT gen_random_uuid()', 'uuid'),
  key('of a composite primary key', 'tenant_id int, id int, PRIMARY KEY (tenant_id, id)', 'composite'),
];

// A unique constraint under a composite key is in the short run too, where its type changes: `change-type.pg.test.ts`.
const ALL = scenarios(
  [everythingOnIt, compositeUnique, oddNames],
  [uniqueConstraint, partialUnique, foreignKey, ...primaryKeys],
);

describe.each(FEWER_MAJORS)('rename_column on PostgreSQL %i', (major) => {
  it.each(ALL)('$name', async (scenario) => {
    const report = await liveThrough(major, scenario);
    expect(report.byVersion.old).toBeGreaterThan(0);
    expect(report.byVersion.new).toBeGreaterThan(0);
  });
});
