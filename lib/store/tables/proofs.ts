import { sql } from 'drizzle-orm';
import { check, jsonb, text, uuid } from 'drizzle-orm/pg-core';
import type { ProofReport } from '@/lib/core/proof';
import { at, controlSchema } from './control-schema';
import { rollouts } from './rollouts';

/** The last attempt to prove, on throw-away databases, that a rollout's plan ends where its migration file does. Holds for exactly one plan. */
export const proofs = controlSchema.table(
  'proofs',
  {
    rolloutId: uuid('rollout_id')
      .primaryKey()
      .references(() => rollouts.id, { onDelete: 'cascade' }),
    planDigest: text('plan_digest').notNull(),
    state: text('state', { enum: ['queued', 'running', 'done'] }).notNull(),
    /** Who is at it, and its last sign of life. */
    worker: text('worker'),
    heartbeatAt: at('heartbeat_at'),
    /** When it was asked for, begun or ended: what `state` says. */
    at: at('at').notNull().defaultNow(),
    report: jsonb('report').$type<ProofReport>(),
  },
  (table) => [
    check('proofs_state', sql`${table.state} in ('queued', 'running', 'done')`),
    check('proofs_report', sql`(${table.state} = 'done') = (${table.report} is not null)`),
    check('proofs_worker', sql`(${table.state} = 'running') = (${table.worker} is not null)`),
  ],
);
