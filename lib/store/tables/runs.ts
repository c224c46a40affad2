import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { at, controlSchema } from './control-schema';
import { people } from './people';
import { rollouts } from './rollouts';

export interface RunError {
  readonly code: string;
  readonly message: string;
  readonly next: string | null;
  readonly evidence: Record<string, unknown> | null;
}

const RUN_STATES = ['queued', 'running', 'paused', 'done', 'failed', 'turned_back'] as const;

/** One advance or rollback of one phase. `queued` and `running` are the workers' business; a live one beats. */
export const runs = controlSchema.table(
  'runs',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    rolloutId: uuid('rollout_id')
      .notNull()
      .references(() => rollouts.id),
    direction: text('direction', { enum: ['forward', 'back'] }).notNull(),
    phase: integer('phase').notNull(),
    /** null: found moving in the target without a run of ours, and taken up by a worker. */
    actorId: uuid('actor_id').references(() => people.id),
    state: text('state', { enum: RUN_STATES }).notNull().default('queued'),
    /** What the person said about deployed code, question and answer. */
    words: jsonb('words').$type<readonly string[]>().notNull().default([]),
    /** Ids of inconclusive checks that the person accepted. */
    acknowledged: jsonb('acknowledged').$type<readonly string[]>().notNull().default([]),
    worker: text('worker'),
    heartbeatAt: at('heartbeat_at'),
    /** Not before this time (busy, or an outage). */
    retryAt: at('retry_at'),
    /** Slices in a row that ended in an outage. */
    outages: integer('outages').notNull().default(0),
    /** The last error; while the run is open it is what the worker waits out. */
    error: jsonb('error').$type<RunError>(),
    requestedAt: at('requested_at').notNull().defaultNow(),
    startedAt: at('started_at'),
    endedAt: at('ended_at'),
  },
  (table) => [
    uniqueIndex('runs_one_open')
      .on(table.rolloutId)
      .where(sql`${table.state} in ('queued', 'running', 'paused')`),
    index('runs_rollout').on(table.rolloutId, table.requestedAt.desc()),
    check(
      'runs_state',
      sql`${table.state} in ('queued', 'running', 'paused', 'done', 'failed', 'turned_back')`,
    ),
    check('runs_direction', sql`${table.direction} in ('forward', 'back')`),
    check('runs_phase', sql`${table.phase} >= 1`),
    check(
      'runs_ended',
      sql`(${table.endedAt} is not null) = (${table.state} in ('done', 'failed', 'turned_back'))`,
    ),
  ],
);
