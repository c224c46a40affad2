import type { TransitionFile } from '@/lib/core/operation';

/** A table with much on its columns; what Segue makes of it is held against what plain ALTER TABLE makes of a twin. */
export interface CarriedCase {
  readonly name: string;
  readonly since?: number;
  /** Also in the short run. */
  readonly always?: true;
  /** Run once for each twin, in its schema; `:app` is a role. */
  readonly setup: string;
  /** In schema "segued". */
  readonly operations: TransitionFile['operations'];
  /** The same in plain SQL, run in the twin's schema. */
  readonly plain: string;
  /** Columns whose indexes and constraints Segue names after them. */
  readonly renamed: readonly string[];
}

const ROWS = `INSERT INTO groups SELECT g, g % 3, 'g' || g FROM generate_series(1, 9) g;`;

const PARENT = `CREATE TABLE groups (id int PRIMARY KEY, tenant int, code text COLLATE "C" UNIQUE, UNIQUE (tenant, id)); ${ROWS}`;

/** Everything that can hang on a column and that CREATE INDEX or ADD COLUMN alone does not bring. */
const FURNITURE = `
  ${PARENT}
  CREATE TABLE items (
    id bigint PRIMARY KEY,
    tenant int NOT NULL DEFAULT 1,
    code text COLLATE "C" NOT NULL DEFAULT 'g1' CONSTRAINT "not empty" CHECK (code <> ''),
    num int NOT NULL DEFAULT 7,
    price int,
    maybe text,
    gone text
  );
  ALTER TABLE items ALTER code SET STORAGE EXTERNAL, ALTER code SET COMPRESSION pglz, ALTER code SET STATISTICS 0, ALTER code SET (n_distinct = -0.5);
  ALTER TABLE items ALTER num SET STATISTICS 500, ALTER num SET (n_distinct = 20), ALTER maybe SET STATISTICS 10;
  COMMENT ON COLUMN items.code IS 'it''s the code';
  COMMENT ON COLUMN items.num IS 'the number';
  GRANT SELECT (code, num), UPDATE (code) ON items TO :app WITH GRANT OPTION;
  GRANT INSERT (price) ON items TO PUBLIC;
  CREATE SEQUENCE items_num_seq AS int OWNED BY items.num;
  ALTER TABLE items ALTER num SET DEFAULT nextval('items_num_seq');
  COMMENT ON CONSTRAINT "not empty" ON items IS 'why';
  ALTER TABLE items ADD CONSTRAINT items_code_short CHECK (length(code) < 4) NOT VALID,
    ADD CONSTRAINT items_code_own CHECK (code <> 'own') NO INHERIT,
    ADD CONSTRAINT items_num_positive CHECK (num > 0),
    ADD CONSTRAINT items_code_key UNIQUE (code, id) INCLUDE (tenant) WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT items_num_key UNIQUE (num, id),
    ADD CONSTRAINT items_code_fk FOREIGN KEY (code) REFERENCES groups (code) ON UPDATE CASCADE ON DELETE SET DEFAULT DEFERRABLE INITIALLY DEFERRED NOT VALID,
    ADD CONSTRAINT items_num_fk FOREIGN KEY (tenant, num) REFERENCES groups (tenant, id) MATCH FULL ON DELETE CASCADE NOT VALID;
  COMMENT ON CONSTRAINT items_code_key ON items IS 'one each';
  COMMENT ON CONSTRAINT items_num_key ON items IS 'one number each';
  COMMENT ON CONSTRAINT items_code_fk ON items IS 'whose';
  CREATE INDEX items_code_idx ON items (code DESC NULLS LAST) WITH (fillfactor = 50, deduplicate_items = off);
  CREATE INDEX items_code_first ON items (code NULLS FIRST, tenant) WHERE tenant > 1;
  CREATE INDEX items_code_like ON items (code text_pattern_ops, id) INCLUDE (tenant);
  CREATE INDEX items_code_hash ON items USING hash (code);
  CREATE INDEX items_code_words ON items USING gist (to_tsvector('simple', code) tsvector_ops (siglen = 100));
  CREATE INDEX items_lower_code ON items (lower(code), (tenant + 1));
  CREATE INDEX items_half_num ON items ((num / 2));
  ALTER INDEX items_half_num ALTER COLUMN 1 SET STATISTICS 300;
  COMMENT ON INDEX items_half_num IS 'halves';
  ALTER INDEX items_lower_code ALTER COLUMN 1 SET STATISTICS 400;
  COMMENT ON INDEX items_lower_code IS 'for the search';
  COMMENT ON INDEX items_num_key IS 'the index itself';
  ALTER TABLE items CLUSTER ON items_code_idx;
  CREATE INDEX items_price_idx ON items USING brin (price) WITH (pages_per_range = 16);
  CREATE INDEX items_gone_idx ON items (gone, maybe);
  CREATE VIEW shown WITH (security_barrier = true) AS SELECT id, code, price FROM items WHERE code <> 'hidden';
  COMMENT ON VIEW shown IS 'what is shown';
  GRANT SELECT ON shown TO :app;
  ALTER TABLE items ENABLE ROW LEVEL SECURITY;
  CREATE POLICY everybody ON items USING (tenant > 0);
  INSERT INTO items (id, tenant, code, num, price, gone) SELECT g, g % 3, 'g' || g, g, g, 'gone' FROM generate_series(1, 9) g;`;

const OPERATIONS: TransitionFile['operations'] = [
  { rename_column: { table: 'segued.items', from: 'code', to: 'title' } },
  { change_type: { table: 'segued.items', column: 'num', type: 'bigint' } },
  { change_type: { table: 'segued.items', column: 'price', to: 'amount', type: 'bigint' } },
  { set_not_null: { table: 'segued.items', column: 'maybe', value: "''" } },
  { drop_column: { table: 'segued.items', column: 'gone' } },
  {
    add_column: {
      table: 'segued.items',
      column: 'extra',
      type: 'varchar(9)',
      nullable: false,
      default: "'x'",
    },
  },
];

const PLAIN = `
  ALTER TABLE items ALTER num TYPE bigint;
  ALTER SEQUENCE items_num_seq AS bigint;
  -- PostgreSQL forgets it, Segue does not.
  ALTER INDEX items_half_num ALTER COLUMN 1 SET STATISTICS 300;
  ALTER TABLE items RENAME code TO title;
  DROP VIEW shown;
  ALTER TABLE items ALTER price TYPE bigint;
  ALTER TABLE items RENAME price TO amount;
  UPDATE items SET maybe = '' WHERE maybe IS NULL;
  SET CONSTRAINTS ALL IMMEDIATE;
  ALTER TABLE items ALTER maybe SET NOT NULL;
  ALTER TABLE items DROP gone;
  ALTER TABLE items ADD extra varchar(9) NOT NULL DEFAULT 'x';
  CREATE VIEW shown WITH (security_barrier = true) AS SELECT id, title AS code, amount::int AS price FROM items WHERE title <> 'hidden';
  COMMENT ON VIEW shown IS 'what is shown';
  GRANT SELECT ON shown TO :app;`;

/** One column of each sort of type, all renamed at once. */
const TYPES = `
  CREATE TYPE pair AS (a int, b text);
  CREATE TYPE mood AS ENUM ('sad', 'happy');
  CREATE DOMAIN short AS varchar(9);
  CREATE UNLOGGED TABLE "Odd.table" (
    "Odd.key" int PRIMARY KEY,
    list text[] DEFAULT '{}',
    composite pair,
    span int4range,
    feeling mood DEFAULT 'sad',
    plain_domain short,
    "Odd ""name"".x" text COLLATE "POSIX" DEFAULT 'o.o' CHECK ("Odd ""name"".x" <> ''),
    doc json,
    tree xml,
    bits bit(3),
    money numeric(10, 2)[],
    stamp timestamptz(3)
  );
  CREATE INDEX "Odd.index" ON "Odd.table" ("Odd ""name"".x" DESC, "Odd.key");
  CREATE INDEX ON "Odd.table" USING gin (list);
  CREATE INDEX ON "Odd.table" (((composite).a));
  CREATE UNIQUE INDEX ON "Odd.table" (span);
  COMMENT ON COLUMN "Odd.table"."Odd ""name"".x" IS 'odd';
  INSERT INTO "Odd.table" SELECT g, ARRAY[g::text, NULL], ROW(g, 'b')::pair, int4range(g, g + 1), 'happy', 'd', 'o', '{"a": 1}', '<a/>', B'101', ARRAY[g], now() FROM generate_series(1, 20) g;`;

const TYPED = [
  'list',
  'composite',
  'span',
  'feeling',
  'plain_domain',
  'Odd "name".x',
  'doc',
  'tree',
  'bits',
  'money',
  'stamp',
];
const fresh = (column: string) => `${column}_2`;

/** What only some versions have. */
const NEWER = `
  ${PARENT}
  CREATE TABLE items (id bigint PRIMARY KEY, tenant int, code text, num int, owner_id int,
    CONSTRAINT items_owner_fk FOREIGN KEY (tenant, owner_id) REFERENCES groups (tenant, id) ON DELETE SET NULL (owner_id),
    CONSTRAINT items_code_key UNIQUE NULLS NOT DISTINCT (code));
  CREATE VIEW shown WITH (security_invoker = true) AS SELECT id, code FROM items;
  INSERT INTO items SELECT g, g % 3, 'c' || g, g, g FROM generate_series(1, 9) g;`;

const NAMED_NOT_NULL = `
  CREATE TABLE items (id bigint PRIMARY KEY, code text CONSTRAINT "code needed" NOT NULL, num int CONSTRAINT "num needed" NOT NULL,
    CONSTRAINT items_code_wish CHECK (code <> 'never') NOT ENFORCED);
  COMMENT ON CONSTRAINT "code needed" ON items IS 'since we ask';
  COMMENT ON CONSTRAINT "num needed" ON items IS 'since we count';
  INSERT INTO items SELECT g, 'never', g FROM generate_series(1, 9) g;`;

/** What PostgreSQL keeps for each partition by itself, on one partition and on one below another. */
const PARTITIONS = `
  CREATE TABLE items (id bigint, tenant int, code text COLLATE "C", num int, price int, PRIMARY KEY (id, tenant)) PARTITION BY LIST (tenant);
  CREATE TABLE items_1 PARTITION OF items FOR VALUES IN (1);
  CREATE TABLE items_rest PARTITION OF items DEFAULT PARTITION BY LIST (tenant);
  CREATE TABLE "Items.2" PARTITION OF items_rest FOR VALUES IN (2);
  CREATE TABLE items_0 PARTITION OF items_rest DEFAULT;
  ALTER TABLE items ALTER code SET STATISTICS 200, ALTER num SET STATISTICS 50;
  ALTER TABLE items_rest ALTER code SET STATISTICS -1, ALTER num SET STATISTICS 60;
  ALTER TABLE "Items.2" ALTER num SET STATISTICS 9;
  ALTER TABLE items_1 ALTER code SET STORAGE EXTERNAL, ALTER code SET COMPRESSION pglz, ALTER code SET (n_distinct = -0.5), ALTER num SET (n_distinct = 20);
  COMMENT ON COLUMN items_1.code IS 'the first''s';
  COMMENT ON COLUMN "Items.2".num IS 'the second''s';
  GRANT SELECT (code), UPDATE (num), INSERT (price) ON items_1 TO :app;
  GRANT SELECT (code, num, price) ON "Items.2" TO :app WITH GRANT OPTION;
  GRANT UPDATE (price) ON "Items.2" TO PUBLIC;
  GRANT SELECT (num) ON items TO :app;
  INSERT INTO items SELECT g, g % 3, 'c' || g, g, g FROM generate_series(1, 9) g;`;

const PARTITIONS_PLAIN = `
  ALTER TABLE items RENAME code TO title;
  ALTER TABLE items ALTER num TYPE bigint;
  ALTER TABLE items ALTER price TYPE bigint;
  ALTER TABLE items RENAME price TO amount;`;

export const CARRIED_CASES: readonly CarriedCase[] = [
  {
    name: 'storage, statistics, rights, comments, every sort of index and constraint, views',
    always: true,
    setup: FURNITURE,
    operations: OPERATIONS,
    plain: PLAIN,
    renamed: ['title', 'amount'],
  },
  {
    name: 'rights, comments, statistics and storage of single partitions',
    always: true,
    setup: PARTITIONS,
    operations: [
      { rename_column: { table: 'segued.items', from: 'code', to: 'title' } },
      { change_type: { table: 'segued.items', column: 'num', type: 'bigint' } },
      { change_type: { table: 'segued.items', column: 'price', to: 'amount', type: 'bigint' } },
    ],
    plain: PARTITIONS_PLAIN,
    renamed: ['title', 'amount'],
  },
  {
    name: 'arrays, composites, ranges, domains, odd names, an unlogged table',
    setup: TYPES,
    operations: TYPED.map((column) => ({
      rename_column: { table: { schema: 'segued', name: 'Odd.table' }, from: column, to: fresh(column) },
    })),
    plain: TYPED.map(
      (column) =>
        `ALTER TABLE "Odd.table" RENAME "${column.replaceAll('"', '""')}" TO "${fresh(column).replaceAll('"', '""')}"`,
    ).join(';'),
    renamed: TYPED.map(fresh),
  },
  {
    name: 'what PostgreSQL 15 brought',
    since: 15,
    setup: NEWER,
    operations: [
      { rename_column: { table: 'segued.items', from: 'code', to: 'title' } },
      { change_type: { table: 'segued.items', column: 'owner_id', type: 'bigint' } },
    ],
    plain: 'ALTER TABLE items RENAME code TO title; ALTER TABLE items ALTER owner_id TYPE bigint',
    renamed: ['title'],
  },
  {
    name: 'what PostgreSQL 18 brought',
    since: 18,
    setup: NAMED_NOT_NULL,
    operations: [
      { rename_column: { table: 'segued.items', from: 'code', to: 'title' } },
      { change_type: { table: 'segued.items', column: 'num', type: 'bigint' } },
    ],
    plain: 'ALTER TABLE items RENAME code TO title; ALTER TABLE items ALTER num TYPE bigint',
    renamed: ['title'],
  },
];
