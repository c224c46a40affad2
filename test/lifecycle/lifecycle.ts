import postgres from 'postgres';
import { expect } from 'vitest';
import { type TransitionFile, toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import type { Plan } from '@/lib/core/plan';
import type { Direction } from '@/lib/core/rollout';
import { readFacts } from '@/lib/engine/binding';
import { planTransition } from '@/lib/engine/plan-transition';
import { fixPlan } from '@/lib/engine/rollouts';
import type { MoveEvent } from '@/lib/engine/run-move';
import { openTarget, type Target } from '@/lib/engine/target';
import type { Major } from '@/lib/postgres/binaries';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database';
import { startTraffic, type Traffic } from '../traffic/traffic';
import type { TrafficReport, TrafficSpec, VersionName } from '../traffic/traffic-spec';
import { dumpCatalog, segueLeftovers } from './catalog-dump';
import { move } from './move';

/** What differs from one lifecycle to the next. */
export interface Scenario {
  readonly name: string;
  /** PostgreSQL major from which on it can be done. */
  readonly since?: number;
  /** SQL that the owner runs first; `:app` stands for the application role. */
  readonly setup: string;
  readonly operations: TransitionFile['operations'];
  /** Default: managed. With `application`, the traffic's version `dual` writes both sides from Add to Retire. */
  readonly dualWrite?: TransitionFile['dualWrite'];
  readonly traffic: Omit<TrafficSpec, 'urls' | 'clients' | 'operationsPerSecond' | 'seed' | 'rowsPerClient'>;
  /** SQL that the owner runs whenever a position is reached, or before it is left for the one before: what a team would do there. */
  readonly atPosition?: Readonly<Record<number, string>>;
  readonly beforeBack?: Readonly<Record<number, string>>;
  readonly acknowledged?: readonly string[];
  /** Both versions are code that takes the column in either type: they stay in service across the swap. */
  readonly takesBoth?: boolean;
  /** 'perhaps': no prepared statement of the workload returns what changes its type. */
  readonly reconnects?: 'perhaps';
  /** A check of its own at the end of the way there and back, and at the very end. */
  readonly inspect?: (sql: postgres.Sql, position: number) => Promise<void>;
}

const CLIENTS = 8;
const FULL = process.env.SEGUE_TEST_FULL === '1';
/** Operations of the load that must have happened at a position before it is left. */
const OPERATIONS_PER_STOP = FULL ? 300 : 50;

/** The position at which both columns are there. */
const ADDED = 1;

interface Journey {
  readonly database: TestDatabase;
  readonly target: Target;
  readonly superuser: postgres.Sql;
  readonly owner: postgres.Sql;
  readonly plan: Plan;
  readonly rolloutId: string;
  readonly traffic: Traffic;
  readonly visited: Map<number, { readonly facts: string[]; readonly dump: string[] }>;
  readonly scenario: Scenario;
  /** How often a swap of names has been crossed. */
  readonly swaps: { count: number };
}

/** Versions that the plan and its deploy notes allow at every one of these positions. */
function allowedAt(plan: Plan, ...positions: number[]): VersionName[] {
  const versions: VersionName[] = [];
  const dual = plan.dualWrite === 'application';
  // Where the application keeps both sides the same, code that writes the old one only is gone before Sync begins.
  const oldUntil = dual ? ADDED : plan.oldCodeUntil;
  if (positions.every((position) => position <= oldUntil)) versions.push('old');
  if (dual && positions.every((position) => position >= ADDED && position <= plan.oldCodeUntil))
    versions.push('dual');
  if (positions.every((position) => position >= plan.newCodeFrom)) versions.push('new');
  return versions;
}

/**
 * One transition under traffic: forward to the last position before Delete (in the full run each phase also back and
 * forward again), all the way back to the start, then forward to the end. Every arrival is held against the first.
 */
export async function liveThrough(major: Major, scenario: Scenario): Promise<TrafficReport> {
  const database = await createTestDatabase({ major });
  const app = database.apps[0];
  if (app === undefined) throw new Error('the test database has no application role');
  const owner = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
  const superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
  const target = openTarget({ url: database.owner.url, applicationName: 'segue test' });
  let traffic: Traffic | null = null;
  try {
    await owner.unsafe(scenario.setup.replaceAll(':app', `"${app.name}"`));
    const plan = await planTransition(
      target,
      toTransitionSpec(
        transitionFileSchema.parse({
          name: 'lifecycle',
          dualWrite: scenario.dualWrite,
          operations: scenario.operations,
        }),
      ),
    );
    const rollout = await fixPlan(target, { plan, managedBy: null, settings: { batchRows: 200 } });
    traffic = await startTraffic({
      ...scenario.traffic,
      urls: [app.url],
      clients: CLIENTS,
      operationsPerSecond: 220,
      seed: major,
      rowsPerClient: 30,
    });
    const journey: Journey = {
      database,
      target,
      superuser,
      owner,
      plan,
      rolloutId: rollout.id,
      traffic,
      visited: new Map(),
      scenario,
      swaps: { count: 0 },
    };
    await travel(journey);
    const report = await traffic.verify();
    await traffic.stop();
    expectClean(report, 'at the end');
    if (scenario.takesBoth === true) expectReconnects(journey, report);
    expect(await segueLeftovers(superuser)).toEqual([]);
    return report;
  } finally {
    await traffic?.stop().catch(() => undefined);
    await Promise.all([owner.end({ timeout: 5 }), superuser.end({ timeout: 5 }), target.close()]);
    await database.drop();
  }
}

async function travel(journey: Journey): Promise<void> {
  const { plan } = journey;
  const last = plan.phases.length;
  const purges = plan.phases.at(-1)?.kind === 'purge';
  const turn = purges ? last - 1 : last;
  await arrive(journey, 0);
  let position = 0;
  const takesBoth = journey.scenario.takesBoth === true;
  const go = async (direction: Direction) => {
    const next = direction === 'forward' ? position + 1 : position - 1;
    const during = allowedAt(plan, position, next);
    const swaps = handsOver(plan, position, next);
    if (takesBoth) await journey.traffic.setLive(['old', 'new']);
    else await journey.traffic.setLive(swaps ? allowedAt(plan, position) : during);
    if (swaps) journey.swaps.count += 1;
    else if (journey.swaps.count === 0) expect((await journey.traffic.report()).reconnects).toBe(0);
    if (direction === 'back') await run(journey, journey.scenario.beforeBack?.[position]);
    position = await insist(journey.target, journey.rolloutId, direction, {
      acknowledged: journey.scenario.acknowledged,
      onEvent: swaps && !takesBoth ? (event) => handOver(journey, event, next) : undefined,
    });
    expect(position).toBe(next);
    await journey.traffic.setLive(takesBoth ? ['old', 'new'] : allowedAt(plan, position));
    await arrive(journey, position);
  };
  for (let phase = 1; phase <= turn; phase += 1) {
    await go('forward');
    if (!FULL || phase === turn) continue;
    await go('back');
    await go('forward');
  }
  while (position > 0) await go('back');
  while (position < last) await go('forward');
}

/** How often a move is asked for that cannot have its locks. */
const ASKED = 5;

/** As a person would: where a crowded machine kept the tables busy through all attempts, the move is asked for again. */
async function insist(...given: Parameters<typeof move>): Promise<number> {
  for (let asked = 1; ; asked += 1) {
    const outcome = await move(...given);
    if (outcome.kind === 'completed') return outcome.position;
    if (asked === ASKED || outcome.kind !== 'failed' || outcome.error.code !== 'lock_not_had')
      throw new Error(`moving ${given[2]}: ${JSON.stringify(outcome, null, 2)}`);
  }
}

/** True for the move in which the old version's last moment is the new one's first. */
function handsOver(plan: Plan, ...positions: number[]): boolean {
  return (
    plan.newCodeFrom > plan.oldCodeUntil &&
    positions.includes(plan.newCodeFrom) &&
    positions.includes(plan.oldCodeUntil)
  );
}

/** One version until the swap begins, the other from its end: nothing else is given up. */
async function handOver(journey: Journey, event: MoveEvent, next: number): Promise<void> {
  const { plan, traffic } = journey;
  const steps = plan.phases
    .flatMap((phase) => phase.steps)
    .filter((step) => /^[^.]*\.switch\.swap/.test(step.id))
    .map((step) => step.id);
  if (!steps.includes(String(event.stepId))) return;
  if (event.type === 'step_started') await traffic.setLive([]);
  if (event.type === 'step_done') await traffic.setLive(allowedAt(plan, next));
}

/** The one error that a swap under one name costs, and no more of it than one for each session and swap. */
function expectReconnects(journey: Journey, report: TrafficReport): void {
  if (journey.scenario.reconnects !== 'perhaps') expect(report.reconnects).toBeGreaterThan(0);
  expect(report.reconnects).toBeLessThanOrEqual(journey.swaps.count * CLIENTS * 2);
}

async function run(journey: Journey, sql: string | undefined): Promise<void> {
  if (sql !== undefined) await journey.owner.unsafe(sql);
}

async function arrive(journey: Journey, position: number): Promise<void> {
  const { traffic, scenario, visited } = journey;
  const first = visited.get(position);
  const seen = {
    facts: await readFacts(journey.target, journey.plan.tables),
    dump: await dumpCatalog(journey.superuser),
  };
  if (first === undefined) visited.set(position, seen);
  else {
    expect(seen.facts, `facts at position ${position}`).toEqual(first.facts);
    expect(withoutBodies(seen.dump), `catalog at position ${position}`).toEqual(withoutBodies(first.dump));
  }
  await run(journey, scenario.atPosition?.[position]);
  await enough(traffic);
  expectClean(await traffic.verify(), `at position ${position}`);
  await scenario.inspect?.(journey.superuser, position);
}

/** A team's own functions change when the team changes them, not when Segue moves. */
const withoutBodies = (dump: readonly string[]) =>
  dump.filter((line) => !line.startsWith('function ')).map((line) => line.replace(/ body [0-9a-f]+$/, ''));

async function enough(traffic: Traffic): Promise<void> {
  const before = await traffic.report();
  for (;;) {
    const now = await traffic.report();
    if (now.errors.length > 0 || now.operations - before.operations >= OPERATIONS_PER_STOP) return;
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

/** No client saw an error, and everything that was committed is there. */
function expectClean(report: TrafficReport, where: string): void {
  expect(report.errors, `client errors ${where}`).toEqual([]);
  expect(report.wrong, `lost writes ${where}`).toEqual([]);
}
