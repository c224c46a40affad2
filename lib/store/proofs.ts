import { and, desc, eq, inArray, isNull, lt, ne, or, sql } from 'drizzle-orm';
import type { ProofReport } from '@/lib/core/proof';
import type { ControlQueries } from './control-db';
import { databases, migrationSources, planSchemas, proofs, rollouts, transitions } from './tables';

export type StoredProof = typeof proofs.$inferSelect;

/** Whoever is at a proof gives a sign of life every two seconds; one that was silent this long is taken for dead. */
const HEARTBEAT_LIMIT_MS = 10_000;

/** A proof that nobody is at, or one of another plan. */
const isOpen = (planDigest: unknown) =>
  or(
    ne(proofs.planDigest, sql`${planDigest}`),
    eq(proofs.state, 'queued'),
    and(
      eq(proofs.state, 'running'),
      lt(proofs.heartbeatAt, sql`now() - ${`${HEARTBEAT_LIMIT_MS} milliseconds`}::interval`),
    ),
  );

/** The last proof of a rollout, of whatever plan; null: there was none. */
export async function findProof(db: ControlQueries, rolloutId: string): Promise<StoredProof | null> {
  const [found] = await db.select().from(proofs).where(eq(proofs.rolloutId, rolloutId)).limit(1);
  return found ?? null;
}

/**
 * The rollout whose proof is due next: it came from a migration file, its plan has no proof, or one is asked for again, and the
 * schema before it is there: it has not moved, or the schema was kept. */
export async function nextToProve(
  db: ControlQueries,
): Promise<{ readonly rolloutId: string; readonly planDigest: string } | null> {
  const [found] = await db
    .select({ rolloutId: rollouts.id, planDigest: rollouts.planDigest })
    .from(rollouts)
    .innerJoin(transitions, eq(transitions.id, rollouts.transitionId))
    .innerJoin(migrationSources, eq(migrationSources.transitionId, transitions.id))
    .innerJoin(databases, eq(databases.id, rollouts.databaseId))
    .leftJoin(proofs, eq(proofs.rolloutId, rollouts.id))
    .leftJoin(
      planSchemas,
      and(eq(planSchemas.rolloutId, rollouts.id), eq(planSchemas.planDigest, rollouts.planDigest)),
    )
    .where(
      and(
        or(
          eq(transitions.state, 'draft'),
          and(inArray(transitions.state, ['open', 'done']), sql`${planSchemas.rolloutId} is not null`),
        ),
        isNull(databases.removedAt),
        or(isNull(proofs.rolloutId), isOpen(rollouts.planDigest)),
      ),
    )
    .orderBy(desc(transitions.updatedAt))
    .limit(1);
  return found ?? null;
}

/** Takes a proof for a worker; false when another live one is at it, or it is done. */
export async function claimProof(
  db: ControlQueries,
  input: { readonly rolloutId: string; readonly planDigest: string; readonly worker: string },
): Promise<boolean> {
  const begun = { state: 'running' as const, worker: input.worker, heartbeatAt: sql`now()`, at: sql`now()` };
  const rows = await db
    .insert(proofs)
    .values({ rolloutId: input.rolloutId, planDigest: input.planDigest, ...begun })
    .onConflictDoUpdate({
      target: proofs.rolloutId,
      set: { planDigest: input.planDigest, ...begun, report: null },
      setWhere: isOpen(input.planDigest),
    })
    .returning({ id: proofs.rolloutId });
  return rows.length > 0;
}

const held = (rolloutId: string, worker: string) =>
  and(eq(proofs.rolloutId, rolloutId), eq(proofs.worker, worker));

/** Says that the worker lives; false when the proof was taken from it, or the plan is another one by now. */
export async function beatProof(db: ControlQueries, rolloutId: string, worker: string): Promise<boolean> {
  const rows = await db
    .update(proofs)
    .set({ heartbeatAt: sql`now()` })
    .where(
      and(
        held(rolloutId, worker),
        sql`exists (select 1 from ${rollouts} where ${rollouts.id} = ${proofs.rolloutId} and ${rollouts.planDigest} = ${proofs.planDigest})`,
      ),
    )
    .returning({ id: proofs.rolloutId });
  return rows.length > 0;
}

/** Keeps what came out; only by the worker that is at it. */
export async function settleProof(
  db: ControlQueries,
  rolloutId: string,
  worker: string,
  report: ProofReport,
): Promise<void> {
  await db
    .update(proofs)
    .set({ state: 'done', worker: null, heartbeatAt: null, at: sql`now()`, report })
    .where(held(rolloutId, worker));
}

/** Gives a proof back that could not be brought to its end. */
export async function releaseProof(db: ControlQueries, rolloutId: string, worker: string): Promise<void> {
  await db
    .update(proofs)
    .set({ state: 'queued', worker: null, heartbeatAt: null, at: sql`now()` })
    .where(held(rolloutId, worker));
}

/** Asks for a proof again. Nothing happens while one is under way, or waits. */
export async function askForProof(db: ControlQueries, rolloutId: string): Promise<void> {
  await db
    .update(proofs)
    .set({ state: 'queued', at: sql`now()`, report: null })
    .where(and(eq(proofs.rolloutId, rolloutId), eq(proofs.state, 'done')));
}
