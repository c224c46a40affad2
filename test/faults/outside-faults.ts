import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import type { Step } from '@/lib/core/plan';
import { quoteName } from '@/lib/core/sql-text';
import type { MoveEvent } from '@/lib/engine/run-move';
import type { Fault } from './journey';
import type { World } from './world';

/** How long to wait for a statement to hang. */
const HANGS_WITHIN_MS = 400;

export interface Holder {
  /** Resolves when the engine waits for the holder, or, with false, does not seem to come to it. */
  readonly stuck: Promise<boolean>;
  letGo(): Promise<void>;
}

const stepsOf = (world: World): Step[] => world.plan.phases.flatMap(({ steps }) => steps);

const stopsHalfWay = (step: Step): boolean =>
  step.kind === 'validate' || !step.transactional || !step.undoTransactional;

/** True where some step's work can be stopped half-way: an index build, DETACH CONCURRENTLY, a validation. */
export function hasHeldUp(world: World): boolean {
  return stepsOf(world).some(stopsHalfWay);
}

/** True where such a step begins. */
export function isHeldUp(world: World, event: MoveEvent): boolean {
  const step = stepsOf(world).find(({ id }) => id === event.stepId);
  return event.type === 'step_started' && step !== undefined && stopsHalfWay(step);
}

/**
 * A transaction of somebody else that the step has to wait for: an old snapshot that reads the tables, for a validation one
 * that keeps other schema changes out.
 */
export async function holdUp(world: World, event: MoveEvent): Promise<Holder> {
  const step = stepsOf(world).find(({ id }) => id === event.stepId);
  const sql = postgres(world.database.superuserUrl, {
    max: 1,
    fetch_types: false,
    onnotice: () => undefined,
  });
  const tables = new Map(
    [...world.plan.tables, ...(step === undefined ? [] : [step.table])].map((table) => [
      quoteName(table),
      table,
    ]),
  );
  await sql.unsafe('BEGIN ISOLATION LEVEL REPEATABLE READ');
  for (const name of tables.keys()) {
    const [there] = await sql<{ there: boolean }[]>`
      SELECT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass(${name}) AND relkind IN ('r', 'p')) AS there`;
    if (there?.there !== true) continue;
    await sql.unsafe(
      step?.kind === 'validate'
        ? `LOCK TABLE ${name} IN SHARE UPDATE EXCLUSIVE MODE`
        : `SELECT count(*) FROM ${name}`,
    );
  }
  const waits = async () => {
    const rows = await world.superuser`
      SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'segue %' AND wait_event_type = 'Lock'`;
    return rows.length > 0;
  };
  const stuck = (async () => {
    const until = performance.now() + HANGS_WITHIN_MS;
    let hangs = false;
    while (performance.now() < until && !hangs) {
      hangs = await waits().catch(() => true);
      // So that it is in the middle, not at the beginning of its waiting.
      await sleep(hangs ? 10 : 5);
    }
    return hangs;
  })();
  return { stuck, letGo: () => sql.end({ timeout: 0 }) };
}

/** Each step that runs outside a transaction hangs, and then `harm` is done: once on each leg. */
export function harmedOutside(name: string, harm: (world: World) => unknown): Fault {
  let strikes = 0;
  return {
    name: `${name} in the middle of an index build, detach or validation`,
    strikes: () => strikes,
    concerns: hasHeldUp,
    leg: (world) => {
      const met = new Set<unknown>();
      let held: Holder | null = null;
      const letGo = async (afterMs: number) => {
        const holder = held;
        held = null;
        if (afterMs === 0) await holder?.letGo();
        else void sleep(afterMs).then(() => holder?.letGo());
      };
      return {
        onEvent: async (event) => {
          if (event.type === 'step_done' || event.type === 'phase_done') await letGo(0);
          if (met.has(event.stepId) || !isHeldUp(world, event)) return;
          met.add(event.stepId);
          const holder = await holdUp(world, event);
          held = holder;
          void holder.stuck.then(async (hangs) => {
            if (held !== holder) return;
            if (hangs) strikes += 1;
            await harm(world);
          });
        },
        // Let go at once, what was cut off may come to its end on the server; later, the next worker ends it.
        heal: () => letGo(strikes % 2 === 0 ? 0 : 300),
      };
    },
  };
}
