import postgres from 'postgres';
import { type TransitionFile, toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import type { Direction } from '@/lib/core/rollout';
import { planTransition } from '@/lib/engine/plan-transition';
import { fixPlan, requestMove, requestPause, requireRollout } from '@/lib/engine/rollouts';
import { type MoveEvent, type MoveOutcome, runMove } from '@/lib/engine/run-move';
import { openTarget, type Target } from '@/lib/engine/target';
import type { Major } from '@/lib/postgres/binaries';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database';
import { ACTOR } from './move';

type OnEvent = (event: MoveEvent) => void | Promise<void>;

/** A database in which a transition changes rows in small batches, to be killed, paused and turned round among them. */
export interface RowsBench {
  readonly database: TestDatabase;
  readonly superuser: postgres.Sql;
  readonly target: Target;
  readonly rolloutId: () => string;
  /** Plans the operations and fixes the plan, in batches of a hundred rows. */
  begin(...operations: TransitionFile['operations']): Promise<void>;
  /** Asks for a move and works on nothing. */
  ask(direction: Direction): Promise<void>;
  /** Works on the move that was asked for. */
  run(onEvent?: OnEvent): Promise<MoveOutcome>;
  /** Both; throws unless it completes. */
  complete(direction: Direction): Promise<void>;
  /** Works on the move to its end, while its sessions are killed after each third batch, so often at most; returns how often. */
  runKilled(most: number): Promise<number>;
  /** Works on it until it pauses, which it is asked to after so many batches. */
  pauseAfter(batches: number): Promise<MoveOutcome>;
  close(): Promise<void>;
}

/** Opens one on a database with this setup. */
export async function openRowsBench(major: Major, setup: string): Promise<RowsBench> {
  const database = await createTestDatabase({ major, setup });
  const superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
  const target = openTarget({ url: database.owner.url });
  let rolloutId = '';

  const ask = async (direction: Direction): Promise<void> => {
    const { version } = await requireRollout(target, { id: rolloutId });
    await requestMove(target, {
      rolloutId,
      direction,
      expectedVersion: version,
      actor: ACTOR,
      acknowledged: [],
      waivesRetention: true,
    });
  };
  const run = (onEvent: OnEvent = () => undefined) => runMove(target, { rolloutId, owner: 'test', onEvent });
  const afterBatch = (act: (batches: number) => Promise<void>): OnEvent => {
    let batches = 0;
    return async ({ type }) => {
      if (type !== 'batch') return;
      batches += 1;
      await act(batches);
    };
  };
  const kill = () =>
    superuser`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'segue%' AND datname = current_database()`;

  return {
    database,
    superuser,
    target,
    rolloutId: () => rolloutId,
    begin: async (...operations) => {
      const spec = toTransitionSpec(transitionFileSchema.parse({ name: 'rows', operations }));
      const plan = await planTransition(target, spec);
      rolloutId = (await fixPlan(target, { plan, managedBy: null, settings: { batchRows: 100 } })).id;
    },
    ask,
    run,
    complete: async (direction) => {
      await ask(direction);
      const outcome = await run();
      if (outcome.kind !== 'completed') throw new Error(JSON.stringify(outcome));
    },
    runKilled: async (most) => {
      let kills = 0;
      const onEvent = afterBatch(async (batches) => {
        if (batches % 3 !== 0 || kills >= most) return;
        kills += 1;
        await kill();
      });
      for (;;) {
        const outcome = await run(onEvent).catch((error: unknown) => error);
        if (outcome instanceof Error) continue;
        const { kind, ...rest } = outcome as MoveOutcome;
        if (kind === 'completed') return kills;
        if (kind === 'failed') throw new Error(JSON.stringify(rest));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    pauseAfter: (batches) =>
      run(
        afterBatch(async (seen) => {
          if (seen !== batches) return;
          const { version } = await requireRollout(target, { id: rolloutId });
          await requestPause(target, { rolloutId, expectedVersion: version, actor: ACTOR });
        }),
      ),
    close: async () => {
      await Promise.all([superuser.end({ timeout: 5 }), target.close(0)]);
      await database.drop();
    },
  };
}
