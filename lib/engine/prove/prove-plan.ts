import { SegueError } from '@/lib/core/errors';
import { RECORD_STEP } from '@/lib/core/migration-record';
import type { TransitionSpec } from '@/lib/core/operation';
import type { Plan } from '@/lib/core/plan';
import { NOTHING_KNOWN, type Proof } from '@/lib/core/proof';
import { digestOf } from '@/lib/planner/digest';
import { compareFacts } from '../binding';
import { planTransition } from '../plan-transition';
import { fixPlan } from '../rollouts';
import type { MoveOutcome } from '../run-move';
import type { Target } from '../target';
import { dumpCatalog } from './dump-catalog';
import { compareRows, dumpRows, type RowsSide, varyingColumns } from './dump-rows';
import { runMigration } from './run-migration';
import { runThrough } from './run-through';
import { asTarget, inSession, type ScratchDatabase, type ScratchServer } from './scratch';
import { type Stage, type StageInput, setStage } from './stage';

export interface ProofInput extends StageInput {
  /** The file as operations; null: nothing of it is left to do. */
  readonly spec: TransitionSpec | null;
  /** The plan that is to be proved, where there is one already: the plan on the copy is held against it. */
  readonly expected?: Plan;
}

/**
 * Proves on scratch databases that a plan ends where the raw file ends: the file runs on one copy, the plan, Delete included, on
 * another, both with rows; then catalogs, rows and sequence values are compared. Leaves nothing behind but what `server` still has to close. Throws only where
 * the scratch server cannot be used.
 */
export async function provePlan(server: ScratchServer, input: ProofInput): Promise<Proof> {
  const began = performance.now();
  const stage = await setStage(server, { ...input, oneToOne: input.spec !== null && joinsRows(input.spec) });
  const serverVersion = await server.version();
  const done = (proof: Partial<Proof> & Pick<Proof, 'outcome'>): Proof => ({
    ...NOTHING_KNOWN,
    serverVersion,
    ...proof,
    tookMs: Math.round(performance.now() - began),
  });
  if ('obstacle' in stage)
    return done({
      outcome: 'unproved',
      obstacle: stage.obstacle,
      why: `${stage.fault.code}: ${stage.fault.message}`,
    });
  const known = {
    rawFailsOnRows: stage.rawFault?.message ?? null,
    copyLacks: stage.copyLacks,
    tables: stage.filling.rows.size,
    rows: [...stage.filling.rows.values()].reduce((sum, count) => sum + count, 0),
  };
  const copy = await server.create(stage.filled);
  const led = await leadToEnd(copy, input.spec);
  if ('obstacle' in led) return done({ ...known, outcome: 'unproved', ...led });
  const differences = await compareEnds(server, stage, copy, input.raw);
  return done({
    ...known,
    outcome: differences.length === 0 ? 'equal' : 'different',
    differences,
    digest: led.plan?.digest ?? null,
    otherSteps: input.expected === undefined || led.plan === null ? [] : otherSteps(input.expected, led.plan),
  });
}

/** An UPDATE … FROM: where several rows matched one, the file's own end would be any of several. */
export const joinsRows = ({ operations }: TransitionSpec): boolean =>
  operations.some((operation) => operation.kind === 'update_rows' && operation.from !== undefined);

/** Titles of the steps that one plan has otherwise than the other; the record in a team's journal, which a copy has not, is left out. Pure. */
function otherSteps(expected: Plan, onCopy: Plan): string[] {
  const steps = (plan: Plan) =>
    new Map(
      plan.phases.flatMap((phase) =>
        phase.steps
          .filter(({ id }) => id !== RECORD_STEP)
          .map((step) => [
            `${phase.kind} ${step.id} ${digestOf([step.sql, step.undo, step.keep])}`,
            step.title,
          ]),
      ),
    );
  const [shown, ran] = [steps(expected), steps(onCopy)];
  const missing = [...shown].filter(([key]) => !ran.has(key));
  const added = [...ran].filter(([key]) => !shown.has(key));
  return [...new Set([...missing, ...added].map(([, title]) => title))];
}

type Led =
  | { readonly plan: Plan | null }
  | { readonly obstacle: 'refused' | 'plan_stopped'; readonly why: string };

/** Plans on the copy and moves through every phase, Delete included. */
export async function leadToEnd(copy: ScratchDatabase, spec: TransitionSpec | null): Promise<Led> {
  if (spec === null || spec.operations.length === 0) return { plan: null };
  // A copy has no row of the team's journal: the record would find nothing of what comes before it.
  const { source: _source, record: _record, ...own } = spec;
  return asTarget(copy, async (target) => {
    const plan = await planOrRefusal(target, own);
    if ('obstacle' in plan) return plan;
    const { id } = await fixPlan(target, { plan, managedBy: null, acknowledged: ['*'] });
    const outcome = await runThrough(target, id, plan.phases.length);
    return outcome.kind === 'completed' ? { plan } : { obstacle: 'plan_stopped', why: wordsOf(outcome) };
  });
}

/** The plan, or why there is none. */
export async function planOrRefusal(
  target: Target,
  spec: TransitionSpec,
): Promise<Plan | { readonly obstacle: 'refused'; readonly why: string }> {
  try {
    return await planTransition(target, spec);
  } catch (error) {
    if (error instanceof SegueError && error.code !== 'internal')
      return { obstacle: 'refused', why: `${error.code}: ${error.message}` };
    throw error;
  }
}

/** What stopped a move, in words. */
export function wordsOf(outcome: MoveOutcome): string {
  if (outcome.kind !== 'failed') return outcome.kind;
  const evidence =
    outcome.error.evidence === null ? '' : ` ${JSON.stringify(outcome.error.evidence).slice(0, 500)}`;
  return `${outcome.error.code}: ${outcome.error.message}${evidence}`;
}

/** What differs between the copy after the plan and the raw file's end. */
export async function compareEnds(
  server: ScratchServer,
  stage: Stage,
  copy: ScratchDatabase,
  raw: string,
): Promise<string[]> {
  return inSession(copy, async (sql) => {
    const catalog = compareFacts(stage.end, await dumpCatalog(sql));
    const planned = { sql, dump: await dumpRows(sql) };
    const rows =
      stage.raw === null
        ? await compareUntouched(server, stage, planned, raw)
        : await inSession(stage.raw, async (own) =>
            compareWithRaw(server, stage, { sql: own, dump: await dumpRows(own) }, planned, raw),
          );
    return [...catalog, ...rows];
  });
}

/** Values that differ from those of the raw file, unless they differ from one run of it to the next. */
async function compareWithRaw(
  server: ScratchServer,
  stage: Stage,
  own: RowsSide,
  planned: RowsSide,
  raw: string,
): Promise<string[]> {
  const found = await compareRows(own, planned);
  if (found.length === 0) return [];
  const again = await server.create(stage.filled);
  await runMigration(server, again, raw);
  const varies = await inSession(again, async (twin) =>
    varyingColumns(own, { sql: twin, dump: await dumpRows(twin) }),
  );
  await server.drop(again);
  return compareRows(own, planned, varies);
}

/** Where the file fails on rows nobody knows what it makes of them; but of what it does not name every value must still be there. */
async function compareUntouched(
  server: ScratchServer,
  stage: Stage,
  planned: RowsSide,
  raw: string,
): Promise<string[]> {
  const start = await server.create(stage.filled);
  const found = await inSession(start, async (sql) =>
    compareRows({ sql, dump: await dumpRows(sql) }, planned),
  );
  await server.drop(start);
  return found.filter((line) => {
    const column = /^values of .+\.(.+)$/.exec(line)?.[1];
    return column === undefined ? /^rows of .+ and /.test(line) : !raw.includes(column);
  });
}
