import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, text, uuid } from 'drizzle-orm/pg-core';
import { at, controlSchema } from './control-schema';
import { people } from './people';
import { rollouts } from './rollouts';

/** A person's word on exactly one plan against exactly one schema. Never updated but for being voided. */
export const approvals = controlSchema.table(
  'approvals',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    rolloutId: uuid('rollout_id')
      .notNull()
      .references(() => rollouts.id),
    actorId: uuid('actor_id')
      .notNull()
      .references(() => people.id),
    planDigest: text('plan_digest').notNull(),
    bindingDigest: text('binding_digest').notNull(),
    /** The schema facts that were reviewed, so that a later difference can be named. */
    bindingFacts: jsonb('binding_facts').$type<readonly string[]>().notNull(),
    position: integer('position').notNull(),
    note: text('note'),
    at: at('at').notNull().defaultNow(),
    voidedAt: at('voided_at'),
    /** What changed: '+ fact' and '- fact' lines. */
    voidedBecause: jsonb('voided_because').$type<readonly string[]>(),
  },
  (table) => [
    index('approvals_rollout').on(table.rolloutId, table.at.desc()),
    check('approvals_position', sql`${table.position} >= 0`),
    check('approvals_voided', sql`(${table.voidedAt} is null) = (${table.voidedBecause} is null)`),
  ],
);
