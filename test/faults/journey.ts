import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { SegueError } from '@/lib/core/errors';
import type { Direction } from '@/lib/core/rollout';
import { requestMove, requireRollout } from '@/lib/engine/rollouts';
import { type MoveEvent, type MoveOutcome, runMove } from '@/lib/engine/run-move';
import { isConnectionError } from '@/lib/engine/target';
import { ACTOR } from '../lifecycle/move';
import { type Snapshot, sameSnapshot, takeSnapshot, visiblePart, withoutCounts } from './snapshot';
import { openStandings, type Standings } from './standings';
import type { World } from './world';

/** One move: the direction, and the position that it ends at. */
export interface Leg {
  readonly index: number;
  readonly direction: Direction;
  readonly goal: number;
}

/** Forward to the last position before Delete, all the way back, then forward to the end. */
export function legsOf(world: World): Leg[] {
  const { phases } = world.plan;
  const turn = phases.at(-1)?.kind === 'purge' ? phases.length - 1 : phases.length;
  const up = (to: number) => Array.from({ length: to }, (_, n) => n + 1);
  const legs = [
    ...up(turn).map((goal) => ({ direction: 'forward' as const, goal })),
    ...up(turn).map((n) => ({ direction: 'back' as const, goal: turn - n })),
    ...up(phases.length).map((goal) => ({ direction: 'forward' as const, goal })),
  ];
  return legs.map((leg, index) => ({ ...leg, index }));
}

/** What a fault does during one leg. */
export interface LegFault {
  /** Before the leg is asked for. */
  before?(): Promise<void>;
  /** At every event of the worker. */
  onEvent?(event: MoveEvent): Promise<void> | void;
  /** Runs beside the move; told when it is over. */
  beside?(isOver: () => boolean): Promise<void>;
  /** Works in the place of this process, until the move's end or the fault's. */
  work?(): Promise<MoveOutcome | 'lost'>;
  /** After each try that did not complete; undoes what would stand in the way for ever. */
  heal?(outcome: MoveOutcome | SegueError | 'lost'): Promise<void>;
  /** With a code and message like this the move may end in `failed` (a person then clicks Retry); else it must go on by itself. */
  readonly mayFail?: RegExp;
}

/** A kind of fault. `strikes` counts how often it came to it: a fault that never struck proves nothing. */
export interface Fault {
  readonly name: string;
  strikes(): number;
  leg(world: World, leg: Leg): LegFault;
  /** Whether there is anything for it in this transition. @default always */
  concerns?(world: World): boolean;
  /** When the leg is over, and what was reported as done has to stay. */
  after?(world: World): Promise<void>;
  /** It does some of the work more than once, so the records of single steps and the counts cannot be those of the model. */
  readonly repeats?: boolean;
}

const MAX_TRIES = 400;

/** A person clicks; while the server is down, clicks again. */
export async function ask(world: World, direction: Direction): Promise<void> {
  for (let clicks = 1; ; clicks += 1) {
    try {
      await click(world, direction);
      return;
    } catch (error) {
      if (clicks > 50 || !isPassing(error)) throw error;
      await sleep(200);
    }
  }
}

async function click(world: World, direction: Direction): Promise<void> {
  const { version, activity, direction: open } = await requireRollout(world.direct, { id: world.rolloutId });
  // The click before this one had arrived.
  if (activity === 'running' && open === direction) return;
  await requestMove(world.direct, {
    rolloutId: world.rolloutId,
    direction,
    expectedVersion: version,
    actor: ACTOR,
    acknowledged: ['*'],
    waivesRetention: true,
  });
}

/**
 * Faults of the connection and of the lease end a try, not the move: whoever calls again goes on. Where the server itself has
 * no room, not even the lease can be had.
 */
export function isPassing(error: unknown, mayFail?: RegExp): error is SegueError {
  if (!(error instanceof SegueError)) return false;
  return ['connection_failed', 'lease_lost', 'lease_held'].includes(error.code) || isExpected(error, mayFail);
}

const isExpected = (
  { code, message }: { readonly code: string; readonly message: string },
  mayFail?: RegExp,
) => mayFail?.test(`${code} ${message}`) === true;

/** Asks for the move and works until it is done, however often it is thrown out; `whenOut` each time that it was. */
export async function travel(
  world: World,
  leg: Pick<Leg, 'direction' | 'goal'>,
  fault: LegFault,
  whenOut: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await fault.before?.();
  await ask(world, leg.direction);
  let over = false;
  const beside = fault.beside?.(() => over) ?? Promise.resolve();
  try {
    await persist(world, leg, fault, whenOut);
  } finally {
    over = true;
    await beside;
  }
}

async function persist(
  world: World,
  leg: Pick<Leg, 'direction' | 'goal'>,
  fault: LegFault,
  whenOut: () => Promise<void>,
): Promise<void> {
  const work =
    fault.work ??
    (() => runMove(world.target, { rolloutId: world.rolloutId, owner: 'test', onEvent: fault.onEvent }));
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const outcome = await work().catch((error: unknown) => {
      if (isPassing(error, fault.mayFail)) return error;
      throw error;
    });
    if (outcome !== 'lost' && !(outcome instanceof SegueError) && outcome.kind === 'completed') {
      assert.equal(outcome.position, leg.goal, 'it arrives where it was sent');
      return;
    }
    await fault.heal?.(outcome);
    if (outcome === 'lost' || outcome instanceof SegueError) await whenOut();
    if (outcome === 'lost' || outcome instanceof SegueError || outcome.kind === 'busy')
      await world.letTimePass();
    if (outcome !== 'lost' && !(outcome instanceof SegueError) && outcome.kind === 'failed') {
      if (!isExpected(outcome.error, fault.mayFail))
        assert.fail(`it failed: ${JSON.stringify(outcome.error)}`);
      await ask(world, leg.direction);
    }
    await sleep(5);
  }
  assert.fail(`not done after ${MAX_TRIES} tries`);
}

/** A statement that nobody waits for any more notices within two seconds that its client is gone. */
const SESSIONS_END_WITHIN_MS = 20_000;

/** Throws where a session of a worker is left. */
async function sessionsAreOver({ superuser }: World): Promise<void> {
  for (const until = performance.now() + SESSIONS_END_WITHIN_MS; ; await sleep(50)) {
    const left = await superuser<{ name: string; query: string }[]>`
      SELECT application_name AS name, query FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'segue %'`;
    if (left.length === 0) return;
    if (performance.now() > until) assert.fail(`sessions are left: ${JSON.stringify(left)}`);
  }
}

/** What is there when nobody works. */
export async function atRest(world: World): Promise<Snapshot> {
  await sessionsAreOver(world);
  return takeSnapshot(world.superuser, world.subject, world.database.name);
}

/** The journey without a fault. */
export interface Model {
  /** What was there after each leg. */
  readonly stops: readonly Snapshot[];
  /** And in between. */
  readonly standings: Standings;
}

/** What goes on when nothing is being done: one piece of work is over, and the next has not begun. */
const BETWEEN = new Set(['step_started', 'batch', 'step_done', 'phase_done']);

/**
 * The journey without a fault: what every journey with faults has to end in, leg by leg. It is no measure of itself, so it is held
 * against itself first: back at a position schema and rows are those of the first visit, and at the end nothing is left.
 */
export async function recordModel(world: World): Promise<Model> {
  const start = await atRest(world);
  const visits = new Map([[0, start]]);
  const part = (whole: Snapshot) => {
    const visible = visiblePart(whole, start, world.subject);
    // Taken out by a way back beyond Add, and kept on purpose: the records say so.
    const leftovers = visible.leftovers.filter((line) => !/^column .*\.segue_retired_/.test(line));
    return { ...visible, leftovers };
  };
  const stops: Snapshot[] = [];
  const standings = openStandings();
  for (const leg of legsOf(world)) {
    await travel(world, leg, {
      onEvent: async ({ type }) => {
        if (BETWEEN.has(type)) await standings.note(world, leg.index);
      },
    });
    const here = await atRest(world);
    stops.push(here);
    const before = visits.get(leg.goal);
    if (before === undefined) visits.set(leg.goal, here);
    else sameSnapshot(part(here), part(before), `undisturbed ${leg.direction} to ${leg.goal} again`);
  }
  assert.deepEqual(stops.at(-1)?.leftovers, [], 'nothing is left at the end');
  return { stops, standings };
}

/**
 * The same journey with a fault on each leg: held against the model at every stop, and wherever the worker was thrown out. Throws
 * at the first difference.
 */
export async function suffer(
  world: World,
  { stops, standings }: Model,
  faultOf: (leg: Leg) => Fault,
): Promise<void> {
  for (const leg of legsOf(world)) {
    const fault = faultOf(leg);
    const where = `after ${leg.direction} to ${leg.goal} (leg ${leg.index}) with "${fault.name}"`;
    try {
      await travel(world, leg, fault.leg(world, leg), async () => {
        if (fault.repeats === true) return;
        try {
          await sessionsAreOver(world);
          await standings.check(world, leg.index);
        } catch (error) {
          // The server went down just then: there is nothing to look at.
          if (!isConnectionError(error)) throw error;
        }
      });
      await fault.after?.(world);
    } catch (error) {
      throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
    const expected = stops[leg.index];
    assert.ok(expected);
    const part = fault.repeats === true ? withoutCounts : (whole: Snapshot) => whole;
    sameSnapshot(part(await atRest(world)), part(expected), where);
  }
}
