import type { TransitionFile } from '@/lib/core/operation';

type Operations = TransitionFile['operations'];

/** What a situation is answered with: null = it can be planned. */
export interface RefusedCase {
  readonly name: string;
  readonly since?: number;
  /** Run in a schema of its own, "s"; the column is code of the table items. */
  readonly setup: string;
  readonly rename: RegExp | null;
  readonly change: RegExp | null;
  readonly drop: RegExp | null;
  readonly notNull: RegExp | null;
}

const table = 's.items';

/** The four operations on one column. */
export const ON_COLUMN = {
  rename: [{ rename_column: { table, from: 'code', to: 'title' } }],
  change: [{ change_type: { table, column: 'code', type: 'varchar(200)' } }],
  drop: [{ drop_column: { table, column: 'code', restore: 'NULL' } }],
  notNull: [{ set_not_null: { table, column: 'code', value: "''" } }],
} satisfies Record<string, Operations>;

const ITEMS = 'CREATE TABLE items (id bigint PRIMARY KEY, code text, other text)';
const all = (pattern: RegExp | null) => ({
  rename: pattern,
  change: pattern,
  drop: pattern,
  notNull: pattern,
});
const moved = (pattern: RegExp) => ({ ...all(pattern), notNull: null });
const ITEMS_PARTITIONED = `CREATE TABLE items (id bigint PRIMARY KEY, code text, other text) PARTITION BY RANGE (id);
  CREATE TABLE items_low PARTITION OF items FOR VALUES FROM (0) TO (100)`;

export const REFUSED_CASES: readonly RefusedCase[] = [
  { name: 'nothing', setup: ITEMS, ...all(null) },
  {
    name: 'a domain with a constraint',
    setup: `CREATE DOMAIN code AS text CHECK (value <> ''); CREATE TABLE items (id bigint PRIMARY KEY, code code)`,
    ...all(null),
    rename: /is a domain with a constraint.*base type first/,
  },
  {
    name: 'a domain over a domain with a constraint',
    setup: `CREATE DOMAIN inner_code AS text CHECK (value <> ''); CREATE DOMAIN code AS inner_code; CREATE TABLE items (id bigint PRIMARY KEY, code code)`,
    ...all(null),
    rename: /is a domain with a constraint/,
  },
  {
    name: 'a domain with a default',
    setup: `CREATE DOMAIN code AS text DEFAULT 'x'; CREATE TABLE items (id bigint PRIMARY KEY, code code)`,
    ...all(null),
    rename: /is a domain with a default.*base type: change_type without "to"/,
  },
  {
    name: 'a unique index that reads a generated column too',
    setup: `${ITEMS}; ALTER TABLE items ADD small text GENERATED ALWAYS AS (lower(other)) STORED; CREATE UNIQUE INDEX pair ON items (code, small)`,
    ...all(null),
    rename: /The unique index "pair" also reads the generated column "small"/,
    change: /The unique index "pair" also reads the generated column "small"/,
  },
  {
    name: 'a publication of some columns',
    since: 15,
    setup: `${ITEMS}; CREATE PUBLICATION sent FOR TABLE items (id, code)`,
    ...moved(/The publication "sent" uses "s\.items\.code".*Drop or rewrite/),
  },
  {
    name: 'a publication of some rows',
    since: 15,
    setup: `${ITEMS}; ALTER TABLE items REPLICA IDENTITY FULL; CREATE PUBLICATION sent FOR TABLE items WHERE (code <> '')`,
    ...moved(/The publication "sent" uses/),
  },
  {
    name: 'a policy',
    setup: `${ITEMS}; ALTER TABLE items ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON items USING (code = current_user)`,
    ...moved(/The policy "mine" uses "s\.items\.code"/),
  },
  {
    name: 'a policy of another table',
    setup: `${ITEMS}; CREATE TABLE notes (id int); CREATE POLICY mine ON notes USING (EXISTS (SELECT FROM items WHERE code = 'x'))`,
    ...moved(/The policy "mine" uses/),
  },
  {
    name: 'a rule that names the column',
    setup: `${ITEMS}; CREATE TABLE log (t text); CREATE RULE logged AS ON UPDATE TO items DO ALSO INSERT INTO log VALUES (NEW.code)`,
    ...moved(/The rule "logged" uses/),
    notNull: /The rule "logged" changes what a write of "s\.items" does.*drop the rule/,
  },
  {
    name: 'a rule that does not',
    setup: `${ITEMS}; CREATE RULE kept AS ON UPDATE TO items WHERE OLD.other = 'kept' DO INSTEAD NOTHING`,
    ...all(/The rule "kept" changes what a write/),
    drop: null,
  },
  {
    name: 'extended statistics',
    setup: `${ITEMS}; CREATE STATISTICS both_sides ON code, other FROM items`,
    ...moved(/The statistics "both_sides" uses/),
  },
  {
    name: 'a trigger of some columns',
    setup: `${ITEMS}; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER touched BEFORE UPDATE OF code ON items FOR EACH ROW EXECUTE FUNCTION f()`,
    ...moved(/The trigger "touched" uses/),
  },
  {
    name: 'a generated column',
    setup: `${ITEMS}; ALTER TABLE items ADD small text GENERATED ALWAYS AS (lower(code)) STORED`,
    ...moved(/The generated column "small" uses/),
  },
  {
    name: 'a function with a body that PostgreSQL knows',
    setup: `${ITEMS}; CREATE FUNCTION codes() RETURNS SETOF text BEGIN ATOMIC SELECT code FROM items; END`,
    ...moved(/The function "s\.codes\(\)" uses/),
  },
  {
    name: 'a materialized view',
    setup: `${ITEMS}; CREATE MATERIALIZED VIEW codes AS SELECT code FROM items`,
    ...moved(/The materialized view "codes" uses/),
  },
  {
    name: 'a view',
    setup: `${ITEMS}; CREATE VIEW codes AS SELECT code FROM items`,
    ...all(null),
    drop: /The view "codes" uses/,
  },
  {
    name: 'a replica identity over an index',
    setup: `CREATE TABLE items (id bigint PRIMARY KEY, code text NOT NULL); CREATE UNIQUE INDEX by_code ON items (code); ALTER TABLE items REPLICA IDENTITY USING INDEX by_code`,
    ...moved(
      /The index "by_code" holds "s\.items\.code" and is the replica identity.*REPLICA IDENTITY DEFAULT/,
    ),
    notNull: /is NOT NULL already/,
  },
  {
    name: 'a replica identity over a unique constraint',
    setup: `CREATE TABLE items (id bigint PRIMARY KEY, code text NOT NULL CONSTRAINT by_code UNIQUE); ALTER TABLE items REPLICA IDENTITY USING INDEX by_code`,
    ...moved(/The index "by_code" holds/),
    notNull: /is NOT NULL already/,
  },
  {
    name: 'an exclusion constraint',
    setup: `${ITEMS}; ALTER TABLE items ADD CONSTRAINT apart EXCLUDE (code WITH =)`,
    ...moved(/The exclusion constraint "apart" uses/),
  },
  {
    name: 'an identity',
    setup: 'CREATE TABLE items (id bigint PRIMARY KEY, code int GENERATED ALWAYS AS IDENTITY)',
    rename: /is an identity column/,
    change: /can only be widened/,
    drop: /is an identity column/,
    notNull: /is NOT NULL already/,
  },
  {
    name: 'a NOT NULL that is not proven',
    since: 18,
    setup: `${ITEMS}; ALTER TABLE items ADD CONSTRAINT needed NOT NULL code NOT VALID`,
    ...all(/not proven.*VALIDATE CONSTRAINT "needed"/),
  },
  {
    name: 'a table that others inherit from',
    setup: `${ITEMS}; CREATE TABLE more () INHERITS (items)`,
    ...all(/takes part in table inheritance/),
  },
  {
    name: 'a table that inherits',
    setup: `CREATE TABLE base (code text); CREATE TABLE items (id bigint PRIMARY KEY) INHERITS (base)`,
    ...all(/takes part in table inheritance/),
  },
  {
    name: 'a table of a composite type',
    setup: 'CREATE TYPE item AS (id bigint, code text); CREATE TABLE items OF item (PRIMARY KEY (id))',
    ...all(/has the columns of a composite type.*NOT OF/),
    notNull: null,
  },
  {
    name: 'an index that a partition alone has',
    setup: `${ITEMS_PARTITIONED}; CREATE INDEX low_code ON items_low (code)`,
    ...moved(/The index "low_code" of the partition "s\.items_low" alone uses/),
    drop: null,
  },
  {
    name: 'a constraint that a partition alone has',
    setup: `${ITEMS_PARTITIONED}; ALTER TABLE items_low ADD CONSTRAINT low_code CHECK (code <> '')`,
    ...moved(/The constraint "low_code" of the partition/),
  },
  {
    name: 'a view of a partition',
    setup: `${ITEMS_PARTITIONED}; CREATE VIEW codes AS SELECT code FROM items_low`,
    ...moved(/The view "codes" of the partition/),
  },
  {
    name: 'a trigger that a partition alone has',
    setup: `${ITEMS_PARTITIONED}; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER touched AFTER UPDATE OF code ON items_low FOR EACH ROW EXECUTE FUNCTION f()`,
    ...moved(/The trigger "touched" of the partition/),
  },
  {
    name: 'indexes and constraints that partitions have from above',
    setup: `${ITEMS_PARTITIONED}; CREATE INDEX ON items (code); ALTER TABLE items ADD CHECK (code <> ''), ADD UNIQUE (code, id); CREATE TABLE groups (code text PRIMARY KEY); ALTER TABLE items ADD FOREIGN KEY (code) REFERENCES groups`,
    ...all(null),
    change: /partitions' own names of the foreign key/,
  },
  {
    name: 'a rule that a partition alone has',
    setup: `${ITEMS_PARTITIONED}; CREATE RULE kept AS ON UPDATE TO items_low WHERE OLD.other = 'kept' DO INSTEAD NOTHING`,
    ...all(
      /The rule "kept" changes what a write of the partition "s\.items_low" of "s\.items" does.*drop the rule "kept" first/,
    ),
    drop: null,
  },
  {
    name: 'rules of partitions that no batch meets',
    setup: `CREATE TABLE items (id bigint PRIMARY KEY, code text, other text) PARTITION BY RANGE (id);
      CREATE TABLE items_low PARTITION OF items FOR VALUES FROM (0) TO (100) PARTITION BY HASH (id);
      CREATE TABLE items_low_all PARTITION OF items_low FOR VALUES WITH (MODULUS 1, REMAINDER 0);
      CREATE RULE kept AS ON UPDATE TO items_low DO INSTEAD NOTHING; CREATE RULE added AS ON INSERT TO items_low_all DO INSTEAD NOTHING`,
    ...all(null),
  },
  {
    name: 'a partition key',
    setup: 'CREATE TABLE items (id bigint, code text, PRIMARY KEY (id, code)) PARTITION BY LIST (code)',
    ...moved(/primary key|decides to which partition/),
    notNull: /is NOT NULL already/,
  },
];
