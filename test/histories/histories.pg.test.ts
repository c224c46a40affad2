import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countResults } from '@/bench/support/corpus/count-results';
import { addFurnitureRoles } from '@/bench/support/corpus/furniture';
import { runHistory } from '@/bench/support/corpus/run-history';
import { longWorkSeen, watchLocks } from '@/bench/support/corpus/watch-locks';
import { inSession, ScratchServer } from '@/lib/engine/prove/scratch';
import { FEWER_MAJORS, serverVariable } from '../postgres/test-majors';

/** What a file does to a column in use: three files say most of it; the full run plays all. */
const FULL = process.env.SEGUE_TEST_FULL === '1';
const only = FULL ? undefined : /0003|0004|0009/;

describe.each(FEWER_MAJORS)('a history, file by file, on PostgreSQL %i', (major) => {
  let server: ScratchServer;
  beforeAll(async () => {
    server = new ScratchServer(process.env[serverVariable(major)] ?? '');
    await addFurnitureRoles(server);
  });
  afterAll(async () => {
    await server.close();
  });

  it('every plan ends as its file does, and the way back restores what was there', async () => {
    const results = await runHistory(server, path.resolve(import.meta.dirname, 'shop'), {
      major,
      rows: 20,
      only,
    });
    for (const { file, crash, rehearsal } of results) {
      expect({ file, crash }).toEqual({ file, crash: null });
      if (rehearsal === null) continue;
      const legs = { end: rehearsal.end, back: rehearsal.back, longWork: rehearsal.longWork };
      const equal = { outcome: 'equal', lines: [] };
      expect({ file, ...legs }).toEqual({ file, end: equal, back: equal, longWork: [] });
    }
    expect(countResults(results)).toMatchObject({
      files: FULL ? 10 : 3,
      unnamed: 0,
      rawFailsOnRows: 1,
    });
  });

  it('sees work that grows with the table under a lock that stops writers', async () => {
    const database = await server.create();
    await inSession(database, (sql) =>
      sql.unsafe(
        'CREATE TABLE t (id int); CREATE TABLE empty (id int); INSERT INTO t SELECT generate_series(1, 9)',
      ),
    );
    await watchLocks(database);
    await inSession(database, (sql) =>
      sql.unsafe(`ALTER TABLE t ADD b int; ALTER TABLE empty ALTER id SET NOT NULL; ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0) NOT VALID;
        CREATE TABLE fresh AS SELECT 1 AS x; ALTER TABLE fresh ALTER x TYPE bigint`),
    );
    expect(await longWorkSeen(database)).toEqual([]);
    await inSession(database, async (sql) => {
      await sql.unsafe('CREATE INDEX CONCURRENTLY i ON t (id)');
      await sql.unsafe('ALTER TABLE t VALIDATE CONSTRAINT c');
    });
    expect(await longWorkSeen(database)).toEqual([]);
    for (const statement of [
      'ALTER TABLE t ALTER id TYPE bigint',
      'CREATE INDEX j ON t (id)',
      'ALTER TABLE t ADD CHECK (id > -1)',
    ])
      await inSession(database, (sql) => sql.unsafe(statement));
    expect((await longWorkSeen(database)).map((line) => line.split(' on ')[0])).toEqual([
      'ALTER TABLE',
      'ALTER TABLE',
      'CREATE INDEX',
    ]);
    await server.drop(database);
  });
});
