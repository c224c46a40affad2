import pg from 'pg';
import postgres from 'postgres';
import { type TransitionFile, toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { planTransition } from '@/lib/engine/plan-transition';
import { fixPlan } from '@/lib/engine/rollouts';
import { openTarget, type Target } from '@/lib/engine/target';
import type { Major } from '@/lib/postgres/binaries';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database';
import { mustMove } from './move';

/** A database with a transition brought to a position, for tests of one statement at a time. */
export interface SyncBench {
  readonly database: TestDatabase;
  readonly owner: postgres.Sql;
  readonly superuser: postgres.Sql;
  readonly target: Target;
  /** A connection of the application's role; ends with the bench. */
  client(): Promise<pg.Client>;
  /** Plans the operations and advances that many phases; gives the rollout's id. */
  begin(operations: TransitionFile['operations'], phases: number): Promise<string>;
  close(): Promise<void>;
}

/** Opens an empty one. */
export async function openSyncBench(major?: Major): Promise<SyncBench> {
  const database = await createTestDatabase({ major });
  const owner = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
  const superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
  const target = openTarget({ url: database.owner.url });
  const clients: pg.Client[] = [];
  return {
    database,
    owner,
    superuser,
    target,
    client: async () => {
      const one = new pg.Client({ connectionString: database.apps[0]?.url });
      await one.connect();
      clients.push(one);
      return one;
    },
    begin: async (operations, phases) => {
      const spec = toTransitionSpec(transitionFileSchema.parse({ name: 'bench', operations }));
      const { id } = await fixPlan(target, { plan: await planTransition(target, spec), managedBy: null });
      for (let phase = 0; phase < phases; phase += 1)
        await mustMove(target, id, 'forward', { acknowledged: ['*'] });
      return id;
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.end()));
      await Promise.all([owner.end({ timeout: 5 }), superuser.end({ timeout: 5 }), target.close()]);
      await database.drop();
    },
  };
}
