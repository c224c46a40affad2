import type { OperationKind } from '@/lib/core/operation';

/** One pgroll operation and what becomes of it. Written from pgroll's documentation of each operation and option. */
export interface PgrollCase {
  readonly name: string;
  /** The operation, as it stands in a YAML migration under "- ". */
  readonly yaml: string;
  /** The operations of Segue's that it becomes, by kind, with what is worth looking at. */
  readonly becomes?: readonly ({ readonly kind: OperationKind } & Record<string, unknown>)[];
  readonly answers?: Readonly<Record<string, string>>;
  readonly refused?: string;
  readonly asks?: string;
  readonly assumes?: RegExp;
  /** Planned without a server that knows the tables. */
  readonly blind?: true;
  /** The planner itself refuses it, saying this. */
  readonly plannerSays?: RegExp;
}

/** The schema that the cases are about. */
export const PGROLL_SETUP = `
  CREATE TABLE tickets (id bigint PRIMARY KEY, kind text, code text NOT NULL, seats int DEFAULT 1, note text,
    CONSTRAINT tickets_seats_check CHECK (seats > 0), CONSTRAINT tickets_pair UNIQUE (kind, code));
  CREATE INDEX tickets_note_idx ON tickets (note);
  COMMENT ON COLUMN tickets.note IS 'free text';
  CREATE TABLE owners (id bigint PRIMARY KEY, ticket bigint, name text, zip varchar(5), a int NOT NULL, b int NOT NULL);
  CREATE UNIQUE INDEX owners_ab ON owners (a, b);
  CREATE TABLE bare (id bigint NOT NULL, at timestamptz);
  INSERT INTO tickets (id, kind, code) SELECT i, CASE WHEN i % 3 > 0 THEN 'k' || i END, 'c' || i FROM generate_series(1, 60) i;
  INSERT INTO owners SELECT i, i, 'n' || i, i::text, i, i FROM generate_series(1, 60) i;
`;

const tickets = { schema: 'public', name: 'tickets' };
const owners = { schema: 'public', name: 'owners' };

const TABLES: readonly PgrollCase[] = [
  {
    name: 'create_table: every option of a column and of a constraint',
    yaml: `create_table:
    name: rooms
    columns:
      - { name: id, type: bigint, pk: true, generated: { identity: { user_specified_values: BY DEFAULT, sequence_options: START 10 } } }
      - { name: label, type: varchar(40), unique: true, default: "'new'" }
      - { name: size, type: int, nullable: true, check: { name: room_size, constraint: size > 0 } }
      - { name: twice, type: int, nullable: true, generated: { expression: size * 2 } }
      - { name: ticket, type: bigint, references: { name: rooms_ticket, table: tickets, column: id, on_delete: CASCADE, on_update: restrict } }
      - { name: a, type: int }
      - { name: b, type: int }
    constraints:
      - { name: rooms_ab, type: unique, columns: [a, b], deferrable: true, initially_deferred: true, index_parameters: { include_columns: [label] } }
      - { name: rooms_order, type: check, check: a < b, no_inherit: true }
      - { name: rooms_owner, type: foreign_key, columns: [a, b], references: { table: owners, columns: [a, b], match_type: FULL, on_delete: SET NULL } }
      - { name: rooms_apart, type: exclude, exclude: { index_method: btree, elements: a WITH =, predicate: b > 0 } }`,
    becomes: [{ kind: 'create_table', table: { schema: 'public', name: 'rooms' } }],
  },
  {
    name: 'create_table: the primary key among the constraints',
    yaml: `create_table:
    name: seats
    columns: [{ name: row, type: int }, { name: place, type: int }]
    constraints: [{ name: seats_key, type: primary_key, columns: [row, place] }]`,
    becomes: [
      {
        kind: 'create_table',
        definition:
          '"row" int NOT NULL, "place" int NOT NULL, CONSTRAINT "seats_key" PRIMARY KEY ("row", "place")',
      },
    ],
  },
  {
    name: 'create_table: a primary key in both places',
    yaml: `create_table:
    name: seats
    columns: [{ name: id, type: int, pk: true }]
    constraints: [{ name: seats_key, type: primary_key, columns: [id] }]`,
    refused: 'two-primary-keys',
  },
  {
    name: 'rename_table',
    yaml: 'rename_table: { from: owners, to: holders }',
    becomes: [{ kind: 'rename_table', table: owners, to: 'holders' }],
  },
  { name: 'drop_table', yaml: 'drop_table: { name: bare }', becomes: [{ kind: 'drop_table' }] },
  {
    name: 'set_replica_identity: full; what it was is assumed and can be said',
    yaml: 'set_replica_identity: { table: owners, identity: { type: full, index: "" } }',
    answers: { 'way-back:public.owners.replica-identity': 'NOTHING' },
    becomes: [
      {
        kind: 'free_sql',
        up: 'ALTER TABLE "public"."owners" REPLICA IDENTITY FULL',
        down: 'ALTER TABLE "public"."owners" REPLICA IDENTITY NOTHING',
      },
    ],
  },
  {
    name: 'set_replica_identity: an index',
    yaml: 'set_replica_identity: { table: owners, identity: { type: index, index: owners_ab } }',
    becomes: [
      { kind: 'free_sql', up: 'ALTER TABLE "public"."owners" REPLICA IDENTITY USING INDEX "owners_ab"' },
    ],
  },
  {
    name: 'set_replica_identity: an index without its name',
    yaml: 'set_replica_identity: { table: owners, identity: { type: index } }',
    refused: 'replica-identity-index',
  },
];

const COLUMNS: readonly PgrollCase[] = [
  {
    name: 'add_column: NOT NULL by default, filled by up',
    yaml: `add_column: { table: tickets, column: { name: full_code, type: text }, up: "(SELECT kind || code)" }`,
    becomes: [
      { kind: 'add_column', table: tickets, column: 'full_code', nullable: false, value: 'kind || code' },
    ],
  },
  {
    name: 'add_column: NOT NULL with a default',
    yaml: `add_column: { table: tickets, column: { name: rating, type: int, default: "3" } }`,
    becomes: [{ kind: 'add_column', nullable: false, default: '3' }],
  },
  {
    name: 'add_column: NULL allowed',
    yaml: 'add_column: { table: tickets, column: { name: rating, type: int, nullable: true } }',
    becomes: [{ kind: 'add_column', nullable: true }],
  },
  {
    name: 'add_column: NOT NULL with nothing to fill it is asked about',
    yaml: 'add_column: { table: tickets, column: { name: rating, type: int } }',
    asks: 'value:public.tickets.rating',
  },
  {
    name: 'add_column: and the answer is the value',
    yaml: 'add_column: { table: tickets, column: { name: rating, type: int } }',
    answers: { 'value:public.tickets.rating': 'seats * 2' },
    becomes: [{ kind: 'add_column', value: 'seats * 2' }],
  },
  {
    name: 'add_column: a generated column would rewrite the table',
    yaml: 'add_column: { table: tickets, column: { name: twice, type: int, nullable: true, generated: { expression: seats * 2 } } }',
    becomes: [{ kind: 'add_generated_column', stored: true }],
    plannerSays: /rewrite/,
  },
  {
    name: 'add_column: an identity column would rewrite the table',
    yaml: 'add_column: { table: bare, column: { name: n, type: bigint, generated: { identity: {} } } }',
    refused: 'identity-column',
  },
  {
    name: 'add_column: the primary key of a table that is there',
    yaml: 'add_column: { table: bare, column: { name: n, type: bigint, pk: true } }',
    refused: 'primary-key-column',
  },
  {
    name: 'drop_column: down is what old code finds',
    yaml: `drop_column: { table: tickets, column: code, down: "'none'" }`,
    becomes: [{ kind: 'drop_column', column: 'code', restore: "'none'" }],
    plannerSays: /unique/,
  },
  {
    name: 'drop_column: without down',
    yaml: 'drop_column: { table: tickets, column: seats }',
    becomes: [{ kind: 'drop_column', column: 'seats' }],
  },
  {
    name: 'drop_column: down that reads the row is asked about',
    yaml: 'drop_column: { table: owners, column: name, down: upper(zip) }',
    asks: 'value:public.owners.name',
  },
  {
    name: 'rename_column',
    yaml: 'rename_column: { table: owners, from: name, to: full_name }',
    becomes: [{ kind: 'rename_column', from: 'name', to: 'full_name' }],
  },
];

const ALTER: readonly PgrollCase[] = [
  {
    name: 'alter_column: a new name (before 0.9)',
    yaml: 'alter_column: { table: owners, column: name, name: full_name }',
    becomes: [{ kind: 'rename_column', from: 'name', to: 'full_name' }],
  },
  {
    name: 'alter_column: type, converted both ways',
    yaml: `alter_column: { table: owners, column: zip, type: int, up: "CAST(zip AS int)", down: "CAST(zip AS text)" }`,
    becomes: [
      { kind: 'change_type', column: 'zip', type: 'int', up: 'CAST(zip AS int)', down: 'CAST(zip AS text)' },
    ],
  },
  {
    name: 'alter_column: type and name, where down speaks of the new one',
    yaml: `alter_column: { table: owners, column: zip, name: zip_code, type: text, up: zip, down: "left(zip, 5)" }`,
    becomes: [
      { kind: 'change_type', column: 'zip', to: 'zip_code', type: 'text', down: 'left("zip_code", 5)' },
    ],
  },
  {
    name: 'alter_column: NOT NULL, filled by up',
    yaml: `alter_column: { table: tickets, column: note, nullable: false, up: "(SELECT CASE WHEN note IS NULL THEN kind || '?' ELSE note END)", down: note }`,
    becomes: [
      {
        kind: 'set_not_null',
        column: 'note',
        value: `CASE WHEN "note" IS NULL THEN kind || '?' ELSE "note" END`,
      },
    ],
  },
  {
    name: 'alter_column: NOT NULL with an up that says nothing',
    yaml: 'alter_column: { table: tickets, column: note, nullable: false, up: note, down: note }',
    asks: 'value:public.tickets.note',
  },
  {
    name: 'alter_column: NOT NULL with an up that changes values',
    yaml: `alter_column: { table: tickets, column: note, nullable: false, up: "'gone'", down: note }`,
    asks: 'reading:public.tickets.note',
  },
  {
    name: 'alter_column: and only the NULLs are filled',
    yaml: `alter_column: { table: tickets, column: note, nullable: false, up: "'gone'", down: note }`,
    answers: { 'reading:public.tickets.note': 'fill-nulls' },
    becomes: [{ kind: 'set_not_null', column: 'note', value: "'gone'" }],
  },
  {
    name: 'alter_column: NULL allowed; down is said not to be used',
    yaml: `alter_column: { table: tickets, column: code, nullable: true, up: code, down: "COALESCE(code, '')" }`,
    becomes: [{ kind: 'drop_not_null', table: tickets, column: 'code' }],
    assumes: /old code may read NULL where new code wrote it/,
  },
  {
    name: 'alter_column: default',
    yaml: `alter_column: { table: tickets, column: seats, default: "2", up: seats, down: seats }`,
    becomes: [{ kind: 'set_default', column: 'seats', default: '2' }],
  },
  {
    name: 'alter_column: default dropped',
    yaml: 'alter_column: { table: tickets, column: seats, default: null, up: seats, down: seats }',
    becomes: [{ kind: 'drop_default', column: 'seats' }],
  },
  {
    name: 'alter_column: check',
    yaml: `alter_column: { table: owners, column: name, check: { name: long_enough, constraint: length(name) > 1 }, up: name, down: name }`,
    becomes: [{ kind: 'add_check', check: 'length(name) > 1', name: 'long_enough' }],
  },
  {
    name: 'alter_column: check with an up that changes values',
    yaml: `alter_column: { table: owners, column: name, check: { name: upper_case, constraint: name = upper(name) }, up: upper(name), down: name }`,
    refused: 'up-changes-values',
  },
  {
    name: 'alter_column: check NO INHERIT',
    yaml: `alter_column: { table: owners, column: name, check: { name: c, constraint: name > '', no_inherit: true }, up: name, down: name }`,
    refused: 'no-inherit',
  },
  {
    name: 'alter_column: unique',
    yaml: 'alter_column: { table: owners, column: name, unique: { name: one_name }, up: name, down: name }',
    becomes: [{ kind: 'add_unique', columns: ['name'], name: 'one_name' }],
  },
  {
    name: 'alter_column: foreign key, with what happens to its rows',
    yaml: `alter_column: { table: owners, column: ticket, references: { name: owners_ticket, table: tickets, column: id, on_delete: SET NULL, on_update: CASCADE, deferrable: true, match_type: FULL }, up: ticket, down: ticket }`,
    becomes: [
      {
        kind: 'add_foreign_key',
        columns: ['ticket'],
        references: tickets,
        referencedColumns: ['id'],
        onDelete: 'set null',
        onUpdate: 'cascade',
        deferrable: true,
        index: false,
        name: 'owners_ticket',
      },
    ],
  },
  {
    name: 'alter_column: foreign key, initially deferred',
    yaml: `alter_column: { table: owners, column: ticket, references: { name: f, table: tickets, column: id, initially_deferred: true }, up: ticket, down: ticket }`,
    refused: 'initially-deferred',
  },
  {
    name: 'alter_column: comment; the way back writes the one that was there',
    yaml: `alter_column: { table: tickets, column: note, comment: what they said, up: note, down: note }`,
    becomes: [
      {
        kind: 'free_sql',
        up: `COMMENT ON COLUMN "public"."tickets"."note" IS 'what they said'`,
        down: `COMMENT ON COLUMN "public"."tickets"."note" IS 'free text'`,
      },
    ],
  },
  {
    name: 'alter_column: comment taken away, where the one before is not known',
    yaml: 'alter_column: { table: tickets, column: note, comment: null, up: note, down: note }',
    blind: true,
    answers: { 'way-back:public.tickets.note.comment': "'free text'" },
    becomes: [{ kind: 'free_sql', down: `COMMENT ON COLUMN "public"."tickets"."note" IS 'free text'` }],
  },
  {
    name: 'alter_column: nothing changes',
    yaml: 'alter_column: { table: tickets, column: note, up: note, down: note }',
    refused: 'nothing-changes',
  },
];

const SEVERAL: readonly PgrollCase[] = [
  {
    name: 'alter_column: name, type, NOT NULL, unique and check at once',
    yaml: `alter_column: { table: owners, column: name, name: full_name, type: varchar(80), nullable: false, unique: { name: owners_full_name }, check: { name: name_length, constraint: length(name) > 1 }, up: "(SELECT CASE WHEN name IS NULL THEN 'nobody' ELSE name END)", down: name }`,
    becomes: [
      { kind: 'change_type', column: 'name', to: 'full_name', type: 'varchar(80)' },
      {
        kind: 'set_not_null',
        column: 'full_name',
        value: `CASE WHEN NULL IS NULL THEN 'nobody' ELSE NULL END`,
      },
      { kind: 'add_check', check: 'length("full_name") > 1' },
      { kind: 'add_unique', columns: ['full_name'], name: 'owners_full_name' },
    ],
  },
  {
    name: 'alter_column: type and default',
    yaml: `alter_column: { table: owners, column: zip, type: text, default: "'00000'", up: zip, down: "left(zip, 5)" }`,
    becomes: [{ kind: 'change_type' }, { kind: 'set_default', column: 'zip' }],
  },
  {
    name: 'add_column: with its check, unique, foreign key and comment',
    yaml: `add_column: { table: owners, column: { name: second, type: bigint, nullable: true, unique: true, comment: another one, check: { name: second_check, constraint: second > 0 }, references: { name: owners_second, table: tickets, column: id } } }`,
    becomes: [
      { kind: 'add_column' },
      { kind: 'add_check', name: 'second_check' },
      { kind: 'add_unique', columns: ['second'] },
      { kind: 'add_foreign_key', name: 'owners_second' },
      { kind: 'free_sql', up: `COMMENT ON COLUMN "public"."owners"."second" IS 'another one'` },
    ],
  },
  {
    name: 'create_table: with comments',
    yaml: `create_table: { name: rooms, comment: where they sit, columns: [{ name: id, type: bigint, pk: true, comment: the number }] }`,
    becomes: [{ kind: 'create_table' }, { kind: 'free_sql' }, { kind: 'free_sql' }],
  },
];

const INDEXES: readonly PgrollCase[] = [
  {
    name: 'create_index: names of columns (before 0.10)',
    yaml: 'create_index: { table: owners, name: owners_name, columns: [name, zip] }',
    becomes: [
      { kind: 'add_index', table: owners, columns: ['name', 'zip'], unique: false, name: 'owners_name' },
    ],
  },
  {
    name: 'create_index: settings of columns by name',
    yaml: `create_index: { table: owners, name: owners_name, columns: { name: { collate: '"C"', sort: DESC, nulls: LAST, opclass: { name: text_pattern_ops } }, a: {} } }`,
    becomes: [{ kind: 'add_index', keys: '"name" COLLATE "C" "text_pattern_ops" DESC NULLS LAST, "a"' }],
  },
  {
    name: 'create_index: settings of columns in order, unique, partial, with a method',
    yaml: `create_index: { table: owners, name: owners_name, columns: [{ column: name }, { column: a, sort: ASC }], unique: true, predicate: a > 3, method: btree }`,
    becomes: [{ kind: 'add_index', keys: '"name", "a" ASC', unique: true, where: 'a > 3' }],
  },
  {
    name: 'create_index: another method',
    yaml: 'create_index: { table: owners, name: owners_name, columns: [name], method: hash }',
    becomes: [{ kind: 'add_index', columns: ['name'], method: 'hash' }],
  },
  {
    name: 'create_index: storage parameters',
    yaml: 'create_index: { table: owners, name: owners_name, columns: [name], method: hash, storage_parameters: fillfactor = 70 }',
    becomes: [
      {
        kind: 'free_sql',
        up: 'CREATE INDEX CONCURRENTLY "owners_name" ON "public"."owners" USING "hash" ("name") WITH (fillfactor = 70)',
        down: 'DROP INDEX CONCURRENTLY IF EXISTS "public"."owners_name"',
      },
    ],
  },
  {
    name: 'drop_index: its table is looked up',
    yaml: 'drop_index: { name: tickets_note_idx }',
    becomes: [{ kind: 'drop_index', table: tickets, index: 'tickets_note_idx' }],
  },
  {
    name: 'drop_index: or asked for',
    yaml: 'drop_index: { name: tickets_note_idx }',
    blind: true,
    asks: 'value:public.tickets_note_idx.table',
  },
];

const CONSTRAINTS: readonly PgrollCase[] = [
  {
    name: 'create_constraint: unique',
    yaml: 'create_constraint: { table: owners, name: owners_nz, type: unique, columns: [name, zip], up: { name: name, zip: zip }, down: { name: name, zip: zip } }',
    becomes: [{ kind: 'add_unique', columns: ['name', 'zip'], name: 'owners_nz' }],
  },
  {
    name: 'create_constraint: unique with index parameters',
    yaml: 'create_constraint: { table: owners, name: u, type: unique, columns: [name], index_parameters: { include_columns: [zip] }, up: { name: name }, down: { name: name } }',
    refused: 'index-parameters',
  },
  {
    name: 'create_constraint: check',
    yaml: 'create_constraint: { table: owners, name: owners_ba, type: check, columns: [a, b], check: a <= b, up: { a: a, b: b }, down: { a: a, b: b } }',
    becomes: [{ kind: 'add_check', check: 'a <= b', name: 'owners_ba' }],
  },
  {
    name: 'create_constraint: check with an up that changes values',
    yaml: 'create_constraint: { table: owners, name: owners_ba, type: check, columns: [a, b], check: a < b, up: { a: a, b: "CASE WHEN a < b THEN b ELSE a + 1 END" }, down: { a: a, b: b } }',
    refused: 'up-changes-values',
  },
  {
    name: 'create_constraint: foreign key',
    yaml: 'create_constraint: { table: owners, name: owners_t, type: foreign_key, columns: [ticket], references: { table: tickets, columns: [id], on_delete: CASCADE }, up: { ticket: ticket }, down: { ticket: ticket } }',
    becomes: [
      {
        kind: 'add_foreign_key',
        columns: ['ticket'],
        onDelete: 'cascade',
        onUpdate: 'no action',
        index: false,
      },
    ],
  },
  {
    name: 'create_constraint: foreign key MATCH FULL over two columns',
    yaml: 'create_constraint: { table: owners, name: f, type: foreign_key, columns: [a, b], references: { table: owners, columns: [a, b], match_type: FULL }, up: { a: a, b: b }, down: { a: a, b: b } }',
    refused: 'foreign-key-match',
  },
  {
    name: 'create_constraint: foreign key that sets some of its columns',
    yaml: 'create_constraint: { table: owners, name: f, type: foreign_key, columns: [a, b], references: { table: owners, columns: [a, b], on_delete: SET NULL, on_delete_set_columns: [a] }, up: { a: a, b: b }, down: { a: a, b: b } }',
    refused: 'set-columns',
  },
  {
    name: 'create_constraint: primary key',
    yaml: 'create_constraint: { table: bare, name: bare_key, type: primary_key, columns: [id], up: { id: id }, down: { id: id } }',
    refused: 'primary-key',
  },
  {
    name: 'drop_constraint: down is said not to be used',
    yaml: 'drop_constraint: { table: tickets, name: tickets_seats_check, up: seats, down: "greatest(seats, 1)" }',
    becomes: [{ kind: 'drop_constraint', constraint: 'tickets_seats_check' }],
    assumes: /old code may meet rows that break tickets_seats_check/,
  },
  {
    name: 'drop_multicolumn_constraint',
    yaml: 'drop_multicolumn_constraint: { table: tickets, name: tickets_pair, up: { kind: kind, code: code }, down: { kind: kind, code: "code || id" } }',
    becomes: [{ kind: 'drop_constraint', constraint: 'tickets_pair' }],
    assumes: /"down" of code is not used/,
  },
  {
    name: 'rename_constraint',
    yaml: 'rename_constraint: { table: tickets, from: tickets_pair, to: tickets_one }',
    becomes: [{ kind: 'rename_constraint', from: 'tickets_pair', to: 'tickets_one' }],
  },
];

const SQL: readonly PgrollCase[] = [
  {
    name: 'sql: up and down, names without a schema',
    yaml: 'sql: { up: CREATE VIEW names AS SELECT name FROM owners, down: DROP VIEW IF EXISTS names }',
    becomes: [
      {
        kind: 'free_sql',
        phase: 'expand',
        up: 'SET LOCAL search_path TO public;\nCREATE VIEW names AS SELECT name FROM owners',
        down: 'SET LOCAL search_path TO public;\nDROP VIEW IF EXISTS names',
      },
    ],
  },
  {
    name: 'sql: without down it is read as a migration',
    yaml: 'sql: { up: CREATE TABLE halls (id bigint PRIMARY KEY) }',
    becomes: [{ kind: 'create_table', table: { schema: 'public', name: 'halls' } }],
  },
  {
    name: 'sql: without down, and not to be read',
    yaml: "sql: { up: \"DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'bare'); END $$\" }",
    asks: 'way-back:1',
  },
  {
    name: 'sql: and the answer is the way back',
    yaml: "sql: { up: \"DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'bare'); END $$\" }",
    answers: { 'way-back:1': 'SELECT 1' },
    becomes: [{ kind: 'free_sql', down: 'SET LOCAL search_path TO public;\nSELECT 1' }],
  },
  {
    name: 'sql: on completion is Delete',
    yaml: 'sql: { up: CREATE VIEW names AS SELECT name FROM owners, onComplete: true }',
    becomes: [{ kind: 'free_sql', phase: 'purge' }],
  },
];

export const PGROLL_CASES: readonly PgrollCase[] = [
  ...TABLES,
  ...COLUMNS,
  ...ALTER,
  ...SEVERAL,
  ...INDEXES,
  ...CONSTRAINTS,
  ...SQL,
];
