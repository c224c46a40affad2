import { describe, expect, it } from 'vitest';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { liveThrough, type Scenario } from './lifecycle';
import { COMMON, scenarios, TEXT_BOUNDARIES, uses } from './scenario-parts';

/** Every row of items has lines and may have a parent; triggers of the team write them in the same transaction. */
const family = (id: string): string => `
  CREATE TABLE items (id ${id} PRIMARY KEY, ${COMMON}, name text, first_id int CONSTRAINT items_first_fk REFERENCES items ON DELETE SET NULL);
  COMMENT ON INDEX items_pkey IS 'the key';
  CREATE INDEX items_first_idx ON items (first_id);
  CREATE TABLE lines (item_id int CONSTRAINT lines_item_fk REFERENCES items ON DELETE CASCADE ON UPDATE CASCADE, number int, PRIMARY KEY (item_id, number));
  CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item_id int NOT NULL, line int NOT NULL, CONSTRAINT notes_line_fk FOREIGN KEY (item_id, line) REFERENCES lines ON DELETE CASCADE ON UPDATE CASCADE);
  CREATE INDEX notes_line_idx ON notes (item_id, line);
  CREATE TABLE marks (item_id bigint CONSTRAINT marks_item_fk REFERENCES items ON DELETE CASCADE);
  CREATE FUNCTION add_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$ BEGIN
    INSERT INTO lines (item_id, number) VALUES (NEW.id, 1), (NEW.id, 2);
    INSERT INTO notes (item_id, line) VALUES (NEW.id, 2);
    INSERT INTO marks (item_id) VALUES (NEW.id);
    RETURN NULL; END $$;
  INSERT INTO items (id, tenant, active, n, first_id) ${id.includes('ALWAYS') ? 'OVERRIDING SYSTEM VALUE ' : ''}SELECT 50000000 + g, 0, true, 1, 50000001 FROM generate_series(1, 500) g;
  INSERT INTO lines SELECT id, 1 FROM items; INSERT INTO lines SELECT id, 2 FROM items; INSERT INTO notes (item_id, line) SELECT id, 2 FROM items; INSERT INTO marks SELECT id FROM items;
  CREATE TRIGGER items_lines AFTER INSERT ON items FOR EACH ROW EXECUTE FUNCTION add_lines();`;

/** No row of another table points at nothing, and both ends have the type. */
const inspect =
  (table: string, from = 'integer', to = 'bigint'): NonNullable<Scenario['inspect']> =>
  async (sql, position) => {
    const orphans = await sql.unsafe(
      `SELECT 1 FROM lines l LEFT JOIN items i ON i.id = l.item_id WHERE i.id IS NULL
       UNION ALL SELECT 1 FROM notes n LEFT JOIN lines l ON (l.item_id, l.number) = (n.item_id, n.line) WHERE l.item_id IS NULL
       UNION ALL SELECT 1 FROM marks m LEFT JOIN items i ON i.id = m.item_id WHERE i.id IS NULL
       UNION ALL SELECT 1 FROM items i WHERE NOT EXISTS (SELECT 1 FROM lines l WHERE l.item_id = i.id)`,
    );
    expect(orphans).toHaveLength(0);
    const types = await sql<{ type: string }[]>`
      SELECT DISTINCT format_type(atttypid, NULL) AS type FROM pg_attribute
      WHERE (attrelid::regclass::text, attname) IN (('items', 'id'), ('items', 'first_id'), ('lines', 'item_id'), ('notes', 'item_id'))`;
    expect(types.map((row) => row.type)).toEqual([position >= 3 ? to : from]);
    const [key] = await sql<{ name: string; keys: number; valid: boolean }[]>`
      SELECT min(conname) FILTER (WHERE contype = 'p') AS name, count(*) FILTER (WHERE contype = 'f')::integer AS keys, bool_and(convalidated) AS valid
      FROM pg_constraint WHERE conrelid = ${table}::regclass OR confrelid = ${table}::regclass`;
    expect(key).toMatchObject({ name: 'items_pkey', valid: true });
  };

const widened = (name: string, id: string): Scenario => ({
  name,
  setup: family(id),
  operations: [{ change_type: { table: 'items', column: 'id', type: 'bigint' } }],
  acknowledged: ['*'],
  takesBoth: true,
  reconnects: 'perhaps',
  inspect: inspect('items'),
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'text',
    boundaries: TEXT_BOUNDARIES.slice(0, 4),
    unique: null,
    reconnectsOn: 'cached plan must not change result type',
    versions: { old: uses('name'), new: uses('name') },
  },
});

const text = (table: string, column: string) => ({ change_type: { table, column, type: 'text' } });
const itemKey = (table: string, column: string, name: string, onDelete: 'cascade' | 'set null') => ({
  add_foreign_key: { table, columns: [column], references: 'items', onDelete, index: false, name },
});

/** As a migration file writes it: each column by itself, the foreign keys dropped before and made anew after. */
const asText: Scenario = {
  name: 'uuid to text, one operation for each column, foreign keys dropped and made anew',
  setup: family('uuid')
    .replaceAll('_id int', '_id uuid')
    .replace('(item_id bigint', '(id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item_id uuid')
    .replace('INTO marks SELECT', 'INTO marks (item_id) SELECT')
    .replaceAll('50000000 + g', 'md5(g::text)::uuid')
    .replace('50000001', 'NULL::uuid'),
  operations: [
    { drop_constraint: { table: 'marks', constraint: 'marks_item_fk' } },
    { drop_constraint: { table: 'items', constraint: 'items_first_fk' } },
    text('marks', 'item_id'),
    text('notes', 'item_id'),
    text('items', 'first_id'),
    text('items', 'id'),
    text('lines', 'item_id'),
    itemKey('marks', 'item_id', 'marks_item_fk', 'cascade'),
    itemKey('items', 'first_id', 'items_first_fk', 'set null'),
  ],
  acknowledged: ['*'],
  inspect: inspect('items', 'uuid', 'text'),
  traffic: {
    table: 'items',
    key: { kind: 'uuid', columns: ['id'] },
    values: 'text',
    boundaries: TEXT_BOUNDARIES.slice(0, 4),
    unique: null,
    versions: { old: uses('name'), new: uses('name') },
  },
};

describe.each(FEWER_MAJORS)('another type for a primary key on PostgreSQL %i', (major) => {
  it.each(
    scenarios(
      [widened('serial, with four columns that reference it', 'serial')],
      [
        widened(
          'identity, with four columns that reference it',
          'int GENERATED BY DEFAULT AS IDENTITY (START WITH 90000000)',
        ),
        asText,
      ],
    ),
  )('$name', async (scenario) => {
    await liveThrough(major, scenario);
  });
});
