import { createHash } from 'node:crypto';
import { PgDialect } from 'drizzle-orm/pg-core';
import { PostgresJsSession } from 'drizzle-orm/postgres-js';
import { SegueError } from '@/lib/core/errors';
import type { Direction } from '@/lib/core/rollout';
import { quoteLiteral } from '@/lib/core/sql-text';
import type { Lease } from './lease';
import { type Line, openLine } from './refuse-pooler';

const JOURNAL = { migrationsFolder: '', migrationsSchema: 'segue', migrationsTable: 'migrations' } as const;

/** What is recorded of a step, in the transaction of its effect. */
export interface StepRecord {
  readonly stepId: string;
  readonly phase: number;
  readonly direction: Direction;
  readonly lockWaitMs: number;
}

/** Runs statements as one drizzle migration, journaled in segue.migrations. */
export interface Migrator {
  /**
   * All statements, the journal row and the step row commit together, under the lease; `preamble` is what they run
   * under. Throws what PostgreSQL threw; after a connection error the caller looks at segue.steps before it tries again.
   */
  run(preamble: readonly string[], statements: readonly string[], record: StepRecord): Promise<void>;
  /** Its one connection. */
  readonly line: Line;
  /** The session that it works in. */
  pid(): Promise<number>;
  close(): Promise<void>;
}

/** Text of the row that says that a step is done. Literals, because a drizzle migration carries no parameters. */
function recordStatement(lease: Lease, record: StepRecord): string {
  const id = quoteLiteral(lease.rolloutId);
  const step = quoteLiteral(record.stepId);
  const direction = quoteLiteral(record.direction);
  return `INSERT INTO segue.steps (rollout_id, step_id, phase, direction, attempt, state, epoch, started_at, done_at, lock_wait_ms)
SELECT ${id}, ${step}, ${record.phase}, ${direction}, 1 + count(*), 'done', ${lease.epoch}, transaction_timestamp(), clock_timestamp(), ${Math.round(record.lockWaitMs)}
FROM segue.steps WHERE rollout_id = ${id} AND step_id = ${step} AND direction = ${direction} AND state = 'done'`;
}

/** A statement may end in a comment to the end of the line. */
const inOneMessage = (statements: readonly string[]): string => statements.join('\n;\n');

/** A migrator for the time of one lease, on a connection of its own. */
export function openMigrator(lease: Lease): Migrator {
  const { options } = lease.session;
  const connection = openLine(options);
  lease.lost.addEventListener('abort', () => void connection.close(0), { once: true });
  const dialect = new PgDialect();
  const session = new PostgresJsSession<typeof connection.sql, Record<string, never>, Record<string, never>>(
    connection.sql,
    dialect,
    undefined,
  );
  const run: Migrator['run'] = async (preamble, statements, record) => {
    for (let tries = 0; tries < 5; tries += 1) {
      lease.assertHeld();
      const [last] = await lease.session.sql<{ created: string; done: string }[]>`
        SELECT (SELECT coalesce(max(created_at), 0)::text FROM segue.migrations) AS created,
          (SELECT count(*)::text FROM segue.steps WHERE rollout_id = ${lease.rolloutId} AND step_id = ${record.stepId} AND direction = ${record.direction} AND state = 'done') AS done`;
      // Two messages: from the first statement that takes a strong lock on, each round trip would lengthen it.
      const sql = [
        inOneMessage([`SELECT segue.fence(${quoteLiteral(lease.rolloutId)}, ${lease.epoch})`, ...preamble]),
        inOneMessage([...statements, recordStatement(lease, record)]),
      ];
      const hash = createHash('sha256').update(sql.join('\n')).digest('hex');
      const folderMillis = Number(last?.created ?? 0) + 1;
      await dialect.migrate([{ sql, folderMillis, hash, bps: true }], session, JOURNAL);
      if (await isRecorded(lease, record, Number(last?.done ?? 0))) return;
      // Another rollout's step took the same number between our look and drizzle's: drizzle then does nothing, silently.
    }
    throw new SegueError('internal', `The step "${record.stepId}" was journaled by nobody.`, {
      object: record.stepId,
      next: 'Retry; report it if it happens again.',
    });
  };
  const pid = async (): Promise<number> => {
    const [row] = await connection.sql<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
    return row?.pid ?? 0;
  };
  return { run, pid, line: connection, close: () => connection.close(lease.lost.aborted ? 0 : undefined) };
}

async function isRecorded(lease: Lease, record: StepRecord, before: number): Promise<boolean> {
  const [row] = await lease.session.sql<{ done: number }[]>`
    SELECT count(*)::integer AS done FROM segue.steps WHERE rollout_id = ${lease.rolloutId} AND step_id = ${record.stepId} AND direction = ${record.direction} AND state = 'done'`;
  return (row?.done ?? 0) > before;
}
