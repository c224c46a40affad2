import type { OperationKind, TransitionFile } from '@/lib/core/operation';

/** One operation alone, exported and applied without Segue while nobody writes: then rows too must be those of the engine. */
export interface KindCase {
  readonly setup: string;
  readonly operations: TransitionFile['operations'];
  /** Lines of the catalog that differ after the way back, as the plan says. */
  readonly stays?: RegExp;
  /** The plan or the export refuses it, saying so. */
  readonly refused?: RegExp;
  /** Rows that it filled stay filled on the way back. */
  readonly fills?: true;
  /** What it made holds something by then: it stays under another name on the way back, and stands in the way of another run. */
  readonly keeps?: true;
}

const ITEMS = `
  CREATE TABLE groups (id int PRIMARY KEY, name text);
  INSERT INTO groups SELECT g, 'group ' || g FROM generate_series(1, 5) g;
  CREATE TYPE mood AS ENUM ('sad', 'happy');
  CREATE TABLE items (id bigint PRIMARY KEY, name text NOT NULL, price int DEFAULT 7, group_id int, note text, mood mood DEFAULT 'sad', uuid uuid NOT NULL DEFAULT gen_random_uuid());
  INSERT INTO items (id, name, price, group_id, uuid) SELECT g, 'Name ' || g || ' Last', g, 1 + g % 5, md5(g::text)::uuid FROM generate_series(1, 4500) g;`;

/** A partitioned table with one month, and the next month's rows in a table of their own. */
const MONTHS = `
  CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE january PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
  CREATE TABLE february (id bigint NOT NULL, at date NOT NULL, note text, PRIMARY KEY (id, at));
  INSERT INTO events SELECT g, '2026-01-05', 'note' FROM generate_series(1, 300) g;
  INSERT INTO february SELECT g, '2026-02-05', 'note' FROM generate_series(1, 300) g;`;

const items = (operations: TransitionFile['operations'], setup = ''): KindCase => ({
  setup: `${ITEMS} ${setup}`,
  operations,
});

/** One for each kind of operation: a kind without a case does not compile. */
export const KIND_CASES: Readonly<Record<OperationKind, KindCase>> = {
  add_column: {
    ...items([
      { add_column: { table: 'items', column: 'tier', type: 'text', nullable: false, value: 'name' } },
    ]),
    keeps: true,
  },
  rename_column: items([{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }]),
  drop_column: items([{ drop_column: { table: 'items', column: 'name', restore: "''" } }]),
  change_type: items([{ change_type: { table: 'items', column: 'price', type: 'bigint' } }]),
  set_not_null: {
    ...items([{ set_not_null: { table: 'items', column: 'note', value: "'none'" } }]),
    fills: true,
  },
  add_index: items([{ add_index: { table: 'items', columns: ['price', 'name'] } }]),
  add_unique: items([{ add_unique: { table: 'items', columns: ['name'] } }]),
  add_check: items([{ add_check: { table: 'items', check: 'price > 0' } }]),
  add_foreign_key: items([
    { add_foreign_key: { table: 'items', columns: ['group_id'], references: 'groups' } },
  ]),
  add_exclusion: {
    ...items([{ add_exclusion: { table: 'items', exclude: 'int4range(price, price + 1) WITH &&' } }]),
    refused: /only while it blocks every query/,
  },
  drop_index: items(
    [{ drop_index: { table: 'items', index: 'items_price_idx' } }],
    `CREATE INDEX items_price_idx ON items (price DESC) WHERE price > 5; COMMENT ON INDEX items_price_idx IS 'for the list';`,
  ),
  drop_constraint: items(
    [{ drop_constraint: { table: 'items', constraint: 'items_name_key' } }],
    'ALTER TABLE items ADD CONSTRAINT items_name_key UNIQUE (name);',
  ),
  rename_index: items(
    [{ rename_index: { table: 'items', from: 'items_price_idx', to: 'by_price' } }],
    'CREATE INDEX items_price_idx ON items (price);',
  ),
  rename_constraint: items(
    [{ rename_constraint: { table: 'items', from: 'items_name_key', to: 'one_name' } }],
    'ALTER TABLE items ADD CONSTRAINT items_name_key UNIQUE (name);',
  ),
  set_default: items([{ set_default: { table: 'items', column: 'note', default: "'some'" } }]),
  drop_default: items([{ drop_default: { table: 'items', column: 'price' } }]),
  drop_not_null: items([{ drop_not_null: { table: 'items', column: 'name' } }]),
  add_generated_column: items([
    { add_generated_column: { table: 'items', column: 'twice', type: 'int', expression: 'price * 2' } },
  ]),
  create_enum: items([{ create_enum: { type: 'colour', values: ['red', 'blue'] } }]),
  enum_add_value: {
    ...items([{ enum_add_value: { type: 'mood', value: 'so', before: 'happy' } }]),
    stays: /^enum /,
  },
  create_table: items([
    {
      create_table: {
        table: 'invoices',
        definition: 'id bigint PRIMARY KEY, group_id int REFERENCES public.groups, CHECK (id > 0)',
      },
    },
  ]),
  rename_table: items([{ rename_table: { table: 'items', to: 'things' } }]),
  drop_table: items([{ drop_table: { table: 'groups' } }]),
  add_identity: items([{ add_identity: { table: 'items', column: 'id' } }]),
  free_sql: items([
    {
      free_sql: {
        up: 'CREATE VIEW public.cheap AS SELECT id FROM public.items',
        down: 'DROP VIEW public.cheap',
        lossless: true,
      },
    },
    {
      free_sql: {
        phase: 'dual_write',
        up: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS own_idx ON public.items (note)',
        down: 'DROP INDEX CONCURRENTLY IF EXISTS public.own_idx',
      },
    },
  ]),
  replace_primary_key: items([{ replace_primary_key: { table: 'items', columns: ['uuid'] } }]),
  replace_enum: items([
    {
      replace_enum: {
        table: 'items',
        column: 'mood',
        type: 'mood_2',
        values: ['low', 'happy'],
        map: { sad: 'low' },
      },
    },
  ]),
  attach_partition: {
    setup: MONTHS,
    operations: [
      {
        attach_partition: {
          table: 'events',
          partition: 'february',
          values: "FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')",
        },
      },
    ],
  },
  detach_partition: {
    setup: MONTHS,
    operations: [{ detach_partition: { table: 'events', partition: 'january' } }],
  },
  split_column: items([
    {
      split_column: {
        table: 'items',
        column: 'name',
        first: 'first_name',
        firstUp: "split_part(name, ' ', 1)",
        second: 'last_name',
        secondUp: "substr(name, strpos(name, ' ') + 1)",
        down: "first_name || ' ' || last_name",
      },
    },
  ]),
  merge_columns: items(
    [
      {
        merge_columns: {
          table: 'items',
          first: 'first_name',
          second: 'last_name',
          to: 'whole',
          up: "first_name || ' ' || last_name",
          firstDown: "split_part(whole, ' ', 1)",
          secondDown: "substr(whole, strpos(whole, ' ') + 1)",
        },
      },
    ],
    `ALTER TABLE items ADD first_name text, ADD last_name text; UPDATE items SET first_name = 'A' || id, last_name = 'B C' || id;`,
  ),
  delete_rows: items([{ delete_rows: { table: 'items', where: 'id > 100 AND price % 2 = 0' } }]),
  update_rows: items([
    { update_rows: { table: 'items', set: 'name = lower(name), note = group_id::text', where: 'id > 100' } },
  ]),
};

/** Rows with what hangs on them, and columns that are called as a variable of a block could be. */
const FAMILY = `
  CREATE TABLE owners (low int, tries int, found boolean, segue text, changed int, page int, PRIMARY KEY (low, tries));
  INSERT INTO owners SELECT g % 90, g, g % 2 = 0, 'o' || g, g, g FROM generate_series(1, 4500) g;
  CREATE TABLE pets (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, low int, tries int, twice int GENERATED ALWAYS AS (low * 2) STORED, FOREIGN KEY (low, tries) REFERENCES owners ON DELETE CASCADE);
  INSERT INTO pets (low, tries) SELECT low, tries FROM owners WHERE page % 3 = 0;
  CREATE TABLE toys (pet int PRIMARY KEY REFERENCES pets ON DELETE CASCADE);
  INSERT INTO toys SELECT id FROM pets WHERE low > 40;`;

/** All of them deleted, while rows behind a certain one can be neither deleted nor brought back as long as `stops` has a row. */
export const STOPPED: KindCase = {
  setup: `${FAMILY}
    CREATE TABLE stops (); INSERT INTO stops DEFAULT VALUES;
    CREATE FUNCTION stop_here() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF TG_OP = 'DELETE' THEN
        IF OLD.low > 60 AND EXISTS (SELECT FROM public.stops) THEN RAISE 'stopped'; END IF;
        RETURN OLD;
      END IF;
      IF NEW.low > 60 AND EXISTS (SELECT FROM public.stops) THEN RAISE 'stopped'; END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER stop_here BEFORE INSERT OR DELETE ON owners FOR EACH ROW EXECUTE FUNCTION stop_here();`,
  operations: [{ delete_rows: { table: 'owners', where: 'tries > 3' } }],
};

/** In the short run too. */
export const ALWAYS: Readonly<Record<string, KindCase>> = {
  'rows by another table, several of which say the same': items(
    [
      {
        update_rows: {
          table: 'items',
          as: 'i',
          set: 'note = g.name',
          from: 'public.groups g',
          where: "g.id = i.group_id OR g.name = 'group 1' AND i.group_id = 1",
        },
      },
    ],
    `ALTER TABLE groups DROP CONSTRAINT groups_pkey; INSERT INTO groups SELECT * FROM groups;`,
  ),
  'deleted rows with those that go along': {
    setup: FAMILY,
    operations: [{ delete_rows: { table: 'owners', where: 'tries > 100 AND found AND page = changed' } }],
  },
  'several of one phase': items(
    [
      { update_rows: { table: 'items', set: 'name = lower(name)', down: 'name = initcap(name)' } },
      { drop_not_null: { table: 'items', column: 'name' } },
      { rename_index: { table: 'items', from: 'items_price_idx', to: 'by_price' } },
      { create_enum: { type: 'colour', values: ['red', 'blue'] } },
    ],
    'CREATE INDEX items_price_idx ON items (price);',
  ),
};

/** What is more than its kind. */
export const MORE_KIND_CASES: Readonly<Record<string, KindCase>> = {
  ...ALWAYS,
  'deleted rows that others of the table tell of': {
    setup: FAMILY,
    operations: [
      {
        delete_rows: {
          table: 'owners',
          as: 'o',
          where:
            'EXISTS (SELECT FROM public.owners other WHERE other.changed = o.changed + 1 AND other.changed % 2 = 0)',
        },
      },
    ],
  },
  'updated rows, computed from others of the table': {
    setup: FAMILY,
    operations: [
      {
        update_rows: {
          table: 'owners',
          as: 'o',
          set: 'page = (SELECT count(*) FROM public.owners other WHERE other.low = o.low AND other.page < o.page)',
          where: 'found',
        },
      },
    ],
  },
  'columns that are called as a variable of a block could be': {
    setup: FAMILY,
    operations: [
      {
        update_rows: {
          table: 'owners',
          set: 'segue = lower(segue), found = NOT found',
          where: 'changed > 3',
        },
      },
      { set_not_null: { table: 'owners', column: 'page', value: 'tries + changed' } },
    ],
  },
  'a key with what references it': {
    setup: `CREATE TABLE owners (id serial PRIMARY KEY, name text);
      CREATE TABLE pets (id int PRIMARY KEY, owner_id int NOT NULL REFERENCES owners, vet_id int REFERENCES owners);
      INSERT INTO owners (name) SELECT 'o' || g FROM generate_series(1, 2500) g;
      INSERT INTO pets SELECT g, 1 + g % 2500, g FROM generate_series(1, 2500) g;`,
    operations: [{ change_type: { table: 'owners', column: 'id', type: 'bigint' } }],
  },
};
