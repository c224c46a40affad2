import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { Plan } from '@/lib/core/plan';
import type { RolloutFact, RolloutSettings } from '@/lib/core/rollout';
import { at, controlSchema } from './control-schema';
import { databases } from './databases';
import { transitions } from './transitions';

/** A rollout's fact without its plan: the plan is in `rollouts.plan` already. */
export type CachedFact = Omit<RolloutFact, 'plan'>;

/** Counts for the list, so that it needs no target. */
export interface CachedProgress {
  readonly backfill: number | null;
  readonly passed: number;
  readonly failed: number;
  readonly inconclusive: number;
  /** Why it waits, while it is held. */
  readonly hold?: string;
  /** The target knows less than it did: it was restored to an earlier time, or is another server. Kept until somebody acts. */
  readonly restored?: {
    /** ISO time at which it was noticed. */
    readonly at: string;
    /** What the target says now; null: it does not know the rollout any more. */
    readonly fact: CachedFact | null;
  };
}

/** One transition on one database. The fact here is a copy for lists; the target's own is the authority. */
export const rollouts = controlSchema.table(
  'rollouts',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    transitionId: uuid('transition_id')
      .notNull()
      .references(() => transitions.id),
    databaseId: uuid('database_id')
      .notNull()
      .references(() => databases.id),
    plan: jsonb('plan').$type<Plan>().notNull(),
    planDigest: text('plan_digest').notNull(),
    /** Its id in the target's schema `segue`; null until it first moves. */
    targetRolloutId: text('target_rollout_id'),
    /** What a person set before it first moved; from then on the target has the settings. */
    settings: jsonb('settings').$type<Partial<RolloutSettings>>(),
    fact: jsonb('fact').$type<CachedFact>(),
    progress: jsonb('progress').$type<CachedProgress>(),
    factAt: at('fact_at'),
    version: integer('version').notNull().default(1),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('rollouts_transition_database').on(table.transitionId, table.databaseId),
    uniqueIndex('rollouts_target').on(table.databaseId, table.targetRolloutId),
    index('rollouts_database').on(table.databaseId),
    check('rollouts_digest', sql`${table.planDigest} = ${table.plan} ->> 'digest'`),
  ],
);
