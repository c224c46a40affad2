import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TransitionFile, toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { FEWER_MAJORS, serverVariable } from '@/test/postgres/test-majors';
import { provePlan } from './prove-plan';
import { ScratchServer } from './scratch';

const BASE = [
  `CREATE TYPE "public"."role" AS ENUM ('admin', 'user');--> statement-breakpoint
   CREATE TABLE teams (id serial PRIMARY KEY, name text NOT NULL);
   CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, role "role" DEFAULT 'user', team_id int REFERENCES teams, nick text, score int, created_at timestamp DEFAULT now());
   CREATE INDEX users_scores ON users (score);
   COMMENT ON COLUMN users.nick IS 'the name';
   GRANT SELECT ON users TO reader_of_proofs;
   CREATE POLICY own ON users TO reader_of_proofs USING (id IS NOT NULL);`,
];

const spec = (operations: TransitionFile['operations']) =>
  operations.length === 0
    ? null
    : toTransitionSpec(transitionFileSchema.parse({ name: 'proof', operations }));

describe.each(FEWER_MAJORS)('a plan against the raw file, on PostgreSQL %i', (major) => {
  let server: ScratchServer;
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase({ major });
    server = new ScratchServer(process.env[serverVariable(major)] ?? '');
  });
  afterAll(async () => {
    await server.close();
    await database.drop();
  });

  const prove = (raw: string, operations: TransitionFile['operations'], base = BASE) =>
    provePlan(server, { base, raw, spec: spec(operations), rows: 40 });

  it('is equal where it ends as the file does: columns, indexes, comments, rights, rows', async () => {
    const operations: TransitionFile['operations'] = [
      { rename_column: { table: 'users', from: 'nick', to: 'alias' } },
      { drop_column: { table: 'users', column: 'created_at' } },
      { add_index: { table: 'users', columns: ['team_id'], name: 'users_team' } },
    ];
    const raw = `ALTER TABLE users RENAME nick TO alias; ALTER TABLE users DROP COLUMN created_at;
      CREATE INDEX CONCURRENTLY users_team ON users (team_id)`;
    const proof = await prove(
      `${raw}; UPDATE users SET score = 0 WHERE score IS NULL; ALTER TABLE users ALTER score SET NOT NULL`,
      operations,
    );
    expect(proof).toMatchObject({ outcome: 'different', obstacle: null });
    expect(proof.differences.join('\n')).toMatch(/- column public\.users\.score integer notnull t/);
    expect(proof.differences).toContain('values of public.users.score');
    const equal = await prove(raw, operations);
    expect(equal).toMatchObject({ outcome: 'equal', differences: [], rawFailsOnRows: null });
    expect(equal.rows).toBeGreaterThan(70);
  });

  it('takes chance for what it is, and a file that fails on rows by its schema', async () => {
    expect(
      await prove('ALTER TABLE teams ADD token uuid NOT NULL DEFAULT gen_random_uuid()', [
        {
          add_column: {
            table: 'teams',
            column: 'token',
            type: 'uuid',
            nullable: false,
            default: 'gen_random_uuid()',
          },
        },
      ]),
    ).toMatchObject({ outcome: 'equal', differences: [] });
    expect(
      await prove('ALTER TABLE teams ADD country text NOT NULL', [
        { add_column: { table: 'teams', column: 'country', type: 'text', nullable: false, value: "'US'" } },
      ]),
    ).toMatchObject({ outcome: 'equal', rawFailsOnRows: expect.stringContaining('contains null values') });
  });

  it('says what could not be proved, and why', async () => {
    expect(await prove('ALTER TABLE nobody ADD x int', [])).toMatchObject({
      outcome: 'unproved',
      obstacle: 'raw_file',
      why: expect.stringMatching(/^42P01/),
    });
    expect(await prove('SELECT 1', [], ['CREATE TABLE broken (x nothing)'])).toMatchObject({
      obstacle: 'base',
      why: expect.stringContaining('nothing'),
    });
    expect(
      await prove('SELECT 1', [{ rename_column: { table: 'users', from: 'gone', to: 'x' } }]),
    ).toMatchObject({ obstacle: 'refused', why: expect.stringMatching(/^unknown_column/) });
    expect(
      await prove('CREATE UNIQUE INDEX x ON users ((1))', [
        { add_index: { table: 'users', columns: ['role'], unique: true, name: 'x' } },
      ]),
    ).toMatchObject({ outcome: 'unproved', obstacle: 'plan_stopped' });
  });
});
