import { describe, expect, it } from 'vitest';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { liveThrough, type Scenario } from './lifecycle';
import { COMMON, scenarios, TEXT_BOUNDARIES, uses } from './scenario-parts';

const replaced: Scenario = {
  name: 'that another table references, by a uuid',
  setup: `
    CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, name text, ext uuid NOT NULL DEFAULT gen_random_uuid());
    COMMENT ON INDEX items_pkey IS 'the key';
    CREATE TABLE lines (item_id bigint CONSTRAINT lines_item_fk REFERENCES items ON DELETE CASCADE);
    CREATE FUNCTION add_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$ BEGIN INSERT INTO lines VALUES (NEW.id); RETURN NULL; END $$;
    CREATE TRIGGER items_lines AFTER INSERT ON items FOR EACH ROW EXECUTE FUNCTION add_lines();
    INSERT INTO items (id, tenant, active, n) SELECT 50000000 + g, 0, true, 1 FROM generate_series(1, 1000) g;`,
  operations: [{ replace_primary_key: { table: 'items', columns: ['ext'] } }],
  inspect: async (sql, position) => {
    const [row] = await sql<{ key: string; orphans: number; valid: boolean; rests: string }[]>`
      SELECT (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'items_pkey') AS key,
        (SELECT count(*)::integer FROM lines l WHERE NOT EXISTS (SELECT 1 FROM items i WHERE i.id = l.item_id)) AS orphans,
        (SELECT bool_and(convalidated) FROM pg_constraint WHERE contype = 'f' AND conrelid = 'lines'::regclass) AS valid,
        (SELECT string_agg(conindid::regclass::text, ', ' ORDER BY conname) FROM pg_constraint WHERE contype = 'f' AND conrelid = 'lines'::regclass) AS rests`;
    // Switch gives its name to the one that Sync has proven.
    expect(row).toEqual({
      key: `PRIMARY KEY (${position >= 2 ? 'ext' : 'id'})`,
      orphans: 0,
      valid: true,
      rests: ['items_pkey', 'items_pkey, items_id_key', 'items_id_key'][position],
    });
  },
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'text',
    boundaries: TEXT_BOUNDARIES.slice(0, 4),
    unique: null,
    versions: { old: uses('name'), new: uses('name') },
  },
};

describe.each(FEWER_MAJORS)('replace_primary_key on PostgreSQL %i', (major) => {
  it.each(scenarios([replaced], []))('$name', async (scenario) => {
    await liveThrough(major, scenario);
  });
});
