import type { TransitionSpec } from '@/lib/core/operation';
import { compareFacts } from '@/lib/engine/binding';
import { dumpCatalog } from '@/lib/engine/prove/dump-catalog';
import { compareRows, dumpRows, sameRows } from '@/lib/engine/prove/dump-rows';
import { compareEnds, joinsRows, leadToEnd, planOrRefusal, wordsOf } from '@/lib/engine/prove/prove-plan';
import { runThrough } from '@/lib/engine/prove/run-through';
import { asTarget, inSession, type ScratchDatabase, type ScratchServer } from '@/lib/engine/prove/scratch';
import { type Stage, setStage } from '@/lib/engine/prove/stage';
import { fixPlan } from '@/lib/engine/rollouts';
import { FURNITURE } from './furniture';
import { longWorkSeen, watchLocks } from './watch-locks';

export interface Leg {
  readonly outcome: 'equal' | 'different' | 'stopped';
  /** Names and differences, or what stopped it. */
  readonly lines: readonly string[];
}

export interface Rehearsal {
  /** The plan's end against the raw file's. */
  readonly end: Leg;
  /** To before Delete and back, against the start. */
  readonly back: Leg;
  /** Work that grows with a table under a lock that stops its writers. */
  readonly longWork: readonly string[];
  readonly rawFailsOnRows: boolean;
  readonly rows: number;
}

const NOT_MADE = (why: string): Rehearsal => ({
  end: { outcome: 'stopped', lines: [why] },
  back: { outcome: 'stopped', lines: [why] },
  longWork: [],
  rawFailsOnRows: false,
  rows: 0,
});

/** Plays one file through: raw on one copy, the plan to its end on another, and there and back on a third. */
export async function rehearseFile(
  server: ScratchServer,
  input: {
    readonly from: ScratchDatabase;
    readonly raw: string;
    readonly spec: TransitionSpec;
    readonly rows: number;
  },
): Promise<Rehearsal> {
  const stage = await setStage(server, { ...input, base: [FURNITURE], oneToOne: joinsRows(input.spec) });
  if ('obstacle' in stage) return NOT_MADE(`${stage.obstacle}: ${stage.fault.code} ${stage.fault.message}`);
  try {
    const [forth, back] = await Promise.all([
      goForth(server, stage, input),
      goBack(server, stage, input.spec),
    ]);
    return {
      end: forth.leg,
      back: back.leg,
      longWork: [...new Set([...forth.longWork, ...back.longWork])],
      rawFailsOnRows: stage.rawFault !== null,
      rows: [...stage.filling.rows.values()].reduce((sum, count) => sum + count, 0),
    };
  } finally {
    for (const database of [stage.filled, stage.raw]) if (database !== null) await server.drop(database);
  }
}

const legOf = (lines: readonly string[]): Leg => ({
  outcome: lines.length === 0 ? 'equal' : 'different',
  lines,
});

interface Watched {
  readonly leg: Leg;
  readonly longWork: readonly string[];
}

async function goForth(
  server: ScratchServer,
  stage: Stage,
  { spec, raw }: { readonly spec: TransitionSpec; readonly raw: string },
): Promise<Watched> {
  const copy = await server.create(stage.filled);
  try {
    await watchLocks(copy);
    const led = await leadToEnd(copy, spec);
    const leg: Leg =
      'obstacle' in led
        ? { outcome: 'stopped', lines: [`${led.obstacle} ${led.why}`] }
        : legOf(await compareEnds(server, stage, copy, raw));
    return { leg, longWork: await longWorkSeen(copy) };
  } finally {
    await server.drop(copy);
  }
}

async function goBack(server: ScratchServer, stage: Stage, spec: TransitionSpec): Promise<Watched> {
  const copy = await server.create(stage.filled);
  try {
    await watchLocks(copy);
    const before = await inSession(copy, async (sql) => ({
      catalog: await dumpCatalog(sql),
      rows: await dumpRows(sql),
    }));
    const stopped = await thereAndBack(copy, spec);
    if (stopped !== null)
      return { leg: { outcome: 'stopped', lines: [stopped] }, longWork: await longWorkSeen(copy) };
    const lines = await inSession(copy, async (sql) => {
      const after = { sql, dump: await dumpRows(sql) };
      const catalog = compareFacts(before.catalog, await dumpCatalog(sql));
      if (sameRows(before.rows, after.dump)) return catalog;
      const start = await server.create(stage.filled);
      const rows = await inSession(start, (first) => compareRows({ sql: first, dump: before.rows }, after));
      await server.drop(start);
      return [...catalog, ...rows];
    });
    return { leg: legOf(lines), longWork: await longWorkSeen(copy) };
  } finally {
    await server.drop(copy);
  }
}

/** To the last position before Delete and back to the start; what stopped it, or null. */
async function thereAndBack(copy: ScratchDatabase, spec: TransitionSpec): Promise<string | null> {
  return asTarget(copy, async (target) => {
    const plan = await planOrRefusal(target, spec);
    if ('obstacle' in plan) return `${plan.obstacle} ${plan.why}`;
    const { id } = await fixPlan(target, { plan, managedBy: null, acknowledged: ['*'] });
    const last = plan.phases.length - (plan.phases.at(-1)?.kind === 'purge' ? 1 : 0);
    const there = await runThrough(target, id, last);
    if (there.kind !== 'completed') return `forward ${wordsOf(there)}`;
    const back = await runThrough(target, id, 0);
    return back.kind === 'completed' ? null : `back ${wordsOf(back)}`;
  });
}
