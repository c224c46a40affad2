import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callSegue } from '../call-segue';
import { dumpCatalog } from '../lifecycle/catalog-dump';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { makeWorkspace, type Workspace } from '../run-segue';
import { PGROLL_SETUP } from './pgroll-cases';

/** pgroll migrations moved to Retire and back to the start by the command line: what is there then, and that nothing stays. */
const MOVES = [
  {
    file: '01_zip_as_number.yaml',
    text: `operations:
  - alter_column: { table: owners, column: zip, type: int, up: "CAST(zip AS int)", down: "CAST(zip AS varchar)" }`,
    asks: `SELECT sum(zip + 0)::int AS is FROM owners`,
    is: 1830,
  },
  {
    file: '02_note_needed.json',
    text: JSON.stringify({
      name: '02_note_needed',
      operations: [
        {
          alter_column: {
            table: 'tickets',
            column: 'note',
            nullable: false,
            up: "(SELECT CASE WHEN note IS NULL THEN 'none' ELSE note END)",
            down: 'note',
          },
        },
      ],
    }),
    asks: `SELECT attnotnull AND (SELECT bool_and(note = 'none') FROM tickets) AS is FROM pg_attribute
      WHERE attrelid = 'tickets'::regclass AND attname = 'note'`,
    is: true,
    /** The values stay: they are right for old code too. */
    keeps: true,
  },
  {
    file: '03_owner_of_ticket.yaml',
    text: `operations:
  - create_constraint: { table: owners, name: owners_ticket, type: foreign_key, columns: [ticket],
      references: { table: tickets, columns: [id], on_delete: CASCADE }, up: { ticket: ticket }, down: { ticket: ticket } }
  - create_index: { table: owners, name: owners_ticket_idx, columns: [ticket] }`,
    asks: `SELECT confdeltype = 'c' AND convalidated AS is FROM pg_constraint WHERE conname = 'owners_ticket'`,
    is: true,
  },
  {
    file: '04_identity.yaml',
    text: `operations:
  - set_replica_identity: { table: owners, identity: { type: index, index: owners_ab } }`,
    asks: `SELECT relreplident = 'i' AS is FROM pg_class WHERE oid = 'owners'::regclass`,
    is: true,
  },
  {
    file: '05_all_at_once.yaml',
    text: `operations:
  - alter_column: { table: owners, column: name, name: full_name, type: varchar(80), nullable: false,
      unique: { name: owners_full_name }, check: { name: name_length, constraint: length(name) > 1 },
      up: "(SELECT CASE WHEN name IS NULL THEN 'nobody' ELSE name END)", down: name }`,
    asks: `SELECT (SELECT attnotnull AND format_type(atttypid, atttypmod) = 'character varying(80)' FROM pg_attribute WHERE attrelid = 'owners'::regclass AND attname = 'full_name')
      AND (SELECT count(*) = 2 FROM pg_constraint WHERE conname IN ('owners_full_name', 'name_length') AND convalidated)
      AND (SELECT bool_and(full_name LIKE 'n%') FROM owners) AS is`,
    is: true,
  },
] as const;

/** The rest in the full run: each takes seconds. */
const CHOSEN = process.env.SEGUE_TEST_FULL === '1' ? MOVES : MOVES.slice(0, 2);

describe.each(FEWER_MAJORS)('pgroll migrations there and back on PostgreSQL %i', (major) => {
  let database: TestDatabase;
  let workspace: Workspace;
  let owner: postgres.Sql;
  let superuser: postgres.Sql;

  beforeAll(async () => {
    database = await createTestDatabase({ major, setup: PGROLL_SETUP });
    workspace = makeWorkspace();
    owner = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
    superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
  });
  afterAll(async () => {
    await Promise.all([owner.end(), superuser.end()]);
    await database.drop();
    workspace.remove();
  });

  it.each(CHOSEN)('$file', async (move) => {
    workspace.write(move.file, move.text);
    const segue = (verb: string, to: string) =>
      callSegue([verb, move.file, '--database', database.owner.url, '--to', to, '--json'], workspace.folder);
    const rows = () => owner.unsafe('SELECT to_jsonb(t) AS row FROM tickets t ORDER BY id');
    const before = [await dumpCatalog(superuser), 'keeps' in move ? null : await rows()];
    const there = await segue('advance', 'end');
    expect([there.code, there.stderr]).toEqual([0, '']);
    expect(there.last()).toMatchObject({ name: move.file.replace(/\..*$/, '') });
    expect((await owner.unsafe(move.asks))[0]?.is).toBe(move.is);
    const back = await segue('rollback', '0');
    expect([back.code, back.stderr]).toEqual([0, '']);
    expect([await dumpCatalog(superuser), 'keeps' in move ? null : await rows()]).toEqual(before);
  });
});
