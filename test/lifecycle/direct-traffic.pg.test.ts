import { describe, expect, it } from 'vitest';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { liveThrough, type Scenario } from './lifecycle';
import { COMMON, scenarios, TEXT_BOUNDARIES, uses } from './scenario-parts';

const ITEMS = `CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, name text NOT NULL DEFAULT 'nobody');
  INSERT INTO items SELECT 50000000 + g, 0, true, 1, 'before ' || g FROM generate_series(1, 2000) g;`;

const name = uses('name', { omitted: 'nobody', nullable: false });
const traffic: Scenario['traffic'] = {
  table: 'items',
  key: { kind: 'bigint', columns: ['id'] },
  values: 'text',
  boundaries: TEXT_BOUNDARIES,
  unique: null,
  versions: { old: name, new: name },
};

/** Column grants, a trigger, a unique key to upsert on: all must go through the view too. */
const renameTable: Scenario = {
  name: 'rename_table: old code goes on through the view',
  setup: `CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, name text UNIQUE, touched timestamptz);
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, 'before ' || g FROM generate_series(1, 1000) g;
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.touched := now(); RETURN NEW; END $$;
    CREATE TRIGGER note BEFORE INSERT OR UPDATE ON items FOR EACH ROW EXECUTE FUNCTION note();
    REVOKE ALL ON items FROM :app;
    GRANT DELETE ON items TO :app;
    GRANT SELECT (id, tenant, active, n, name), INSERT (id, tenant, active, n, name), UPDATE (tenant, active, n, name) ON items TO :app;`,
  operations: [{ rename_table: { table: 'items', to: 'things' } }],
  traffic: {
    ...traffic,
    boundaries: [],
    unique: { columns: ['$value'] },
    versions: { old: uses('name', { table: 'items' }), new: uses('name', { table: 'things' }) },
  },
  inspect: async (sql, position) => {
    if (position !== 1) return;
    const [row] = await sql`SELECT count(*)::int AS views FROM pg_views WHERE viewname = 'items'`;
    expect(row?.views).toBe(1);
  },
};

/** Old code knows neither the table's new name nor any of its columns' new ones; the index that upserts rest on is made anew. */
const renameAndMore: Scenario = {
  name: 'rename_table with a column renamed, one added and a unique index made anew: old code through the view',
  setup: `CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, name text NOT NULL DEFAULT 'nobody');
    CREATE INDEX items_name_idx ON items (name);
    CREATE INDEX items_rank ON items (tenant, n);
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, 'before ' || g FROM generate_series(1, 1000) g;`,
  operations: [
    { rename_table: { table: 'items', to: 'things' } },
    { drop_index: { table: 'things', index: 'items_rank' } },
    { rename_column: { table: 'things', from: 'name', to: 'title', keepNames: true } },
    { add_column: { table: 'things', column: 'kind', type: 'text', nullable: false, value: "'plain'" } },
    { add_unique: { table: 'things', columns: ['tenant', 'id'], name: 'items_rank' } },
  ],
  acknowledged: ['*'],
  traffic: {
    ...traffic,
    boundaries: [],
    versions: {
      old: { ...name, table: 'items' },
      new: {
        ...uses('title', { omitted: 'nobody', nullable: false }),
        table: 'things',
        extra: [{ column: 'kind', sql: "'new'" }],
      },
    },
  },
};

const renameGuarded: Scenario = {
  ...renameTable,
  name: 'rename_table with row security: the view keeps to it',
  // Refused before, where a view reads with its owner's rights.
  since: 15,
  setup: `${ITEMS} ALTER TABLE items ENABLE ROW LEVEL SECURITY; CREATE POLICY most ON items TO :app USING (tenant >= 0)`,
  traffic: {
    ...traffic,
    versions: { old: { ...name, table: 'items' }, new: { ...name, table: 'things' } },
  },
};

const constraints: Scenario = {
  name: 'add_unique, add_check and add_foreign_key: new rules while everybody writes',
  setup: `CREATE TABLE groups (id int PRIMARY KEY); INSERT INTO groups SELECT generate_series(1, 20);
    CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, group_id int);
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, 1 + g % 20 FROM generate_series(1, 2000) g;`,
  operations: [
    { add_unique: { table: 'items', columns: ['tenant', 'id'] } },
    { add_check: { table: 'items', check: 'group_id < 100' } },
    { add_foreign_key: { table: 'items', columns: ['group_id'], references: 'groups' } },
  ],
  traffic: {
    ...traffic,
    values: 'int',
    boundaries: [],
    pool: Array.from({ length: 20 }, (_, index) => String(index + 1)),
    versions: { old: uses('group_id'), new: uses('group_id') },
  },
};

const dropTable: Scenario = {
  name: 'drop_table: its parents are worked on all the time',
  setup: `${ITEMS}
    CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item_id bigint CONSTRAINT notes_item REFERENCES items ON DELETE CASCADE, text text);
    INSERT INTO notes (item_id, text) SELECT id, 'note' FROM items;`,
  operations: [{ drop_table: { table: 'notes' } }],
  traffic,
  inspect: async (sql, position) => {
    const [row] = await sql`SELECT to_regclass('notes')::text AS name`;
    expect(row?.name).toBe(position < 2 ? 'notes' : null);
  },
};

const freeSql: Scenario = {
  name: 'free_sql: under the lock ladder',
  setup: ITEMS,
  operations: [
    {
      free_sql: {
        up: `ALTER TABLE public.items ADD COLUMN extra int; CREATE VIEW public.busy AS SELECT id, n FROM public.items WHERE active`,
        down: 'DROP VIEW public.busy; ALTER TABLE public.items DROP COLUMN extra',
        lossless: true,
      },
    },
    {
      free_sql: {
        phase: 'dual_write',
        up: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS items_n ON public.items (n)',
        down: 'DROP INDEX CONCURRENTLY IF EXISTS public.items_n',
        lossless: true,
      },
    },
  ],
  traffic,
};

/** Rows of the same table, with what hangs on them, and a copy of others, while everybody writes. */
const moveRows: Scenario = {
  name: 'delete_rows, and rows copied beside it: gone from Sync on, there again before it',
  setup: `${ITEMS}
    CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item_id bigint NOT NULL REFERENCES items ON DELETE CASCADE, text text);
    CREATE INDEX ON notes (item_id);
    CREATE TABLE archive (id bigint PRIMARY KEY, name text);
    INSERT INTO items SELECT 60000000 + g, 0, true, 1, 'stale' FROM generate_series(1, 1500) g;
    INSERT INTO notes (item_id, text) SELECT id, 'note' FROM items;`,
  operations: [
    {
      free_sql: {
        phase: 'dual_write',
        tables: ['archive', 'items'],
        up: "INSERT INTO public.archive (id, name) SELECT id, name FROM public.items WHERE name = 'stale'",
        down: 'DELETE FROM public.archive',
        lossless: true,
      },
    },
    { delete_rows: { table: 'items', where: "name = 'stale'" } },
  ],
  traffic,
  inspect: async (sql, position) => {
    const [row] = await sql`
      SELECT (SELECT count(*) FROM items WHERE name = 'stale')::int AS items, (SELECT count(*) FROM archive)::int AS archive,
        (SELECT count(*) FROM notes n JOIN items i ON i.id = n.item_id WHERE i.name = 'stale')::int AS notes`;
    expect(row).toEqual(
      position === 0 ? { items: 1500, archive: 0, notes: 1500 } : { items: 0, archive: 1500, notes: 0 },
    );
  },
};

const renameConstraint: Scenario = {
  name: 'drop_constraint, rename_constraint, defaults, drop_index',
  setup: `${ITEMS} CREATE INDEX items_name ON items (name); ALTER TABLE items ADD CONSTRAINT short CHECK (length(name) < 9999), ADD CONSTRAINT tall CHECK (n > 0)`,
  operations: [
    { drop_constraint: { table: 'items', constraint: 'short' } },
    { rename_constraint: { table: 'items', from: 'tall', to: 'taller' } },
    { drop_index: { table: 'items', index: 'items_name' } },
    { set_default: { table: 'items', column: 'n', default: '1' } },
  ],
  acknowledged: ['*'],
  traffic,
};

const createTable: Scenario = {
  name: 'create_table with a foreign key to a busy table',
  setup: ITEMS,
  operations: [
    {
      create_table: {
        table: 'notes',
        definition: 'id bigint PRIMARY KEY, item_id bigint REFERENCES public.items',
      },
    },
  ],
  traffic,
};

describe.each(FEWER_MAJORS)('operations that act directly, under traffic on PostgreSQL %i', (major) => {
  it.each(
    scenarios(
      [renameTable, constraints, dropTable, freeSql],
      [renameGuarded, renameAndMore, renameConstraint, createTable, moveRows],
    ).filter(({ since = 14 }) => major >= since),
  )('$name', async (scenario) => {
    await liveThrough(major, { ...scenario, acknowledged: ['*'] });
  });
});
