import type postgres from 'postgres';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { planTransition } from '@/lib/engine/plan-transition';
import { fixPlan, requestMove, requireRollout } from '@/lib/engine/rollouts';
import { type MoveEvent, runMove } from '@/lib/engine/run-move';
import { openTarget } from '@/lib/engine/target';

/** What a method gets to work with: a table `customers` of `rows` rows with an empty column to be filled from `name`. */
export interface MethodInput {
  readonly sql: postgres.Sql;
  readonly url: string;
  readonly rows: number;
}

export interface Method {
  readonly name: string;
  readonly title: string;
  /** Puts in place what is not to be timed. */
  prepare?(input: MethodInput): Promise<void>;
  run(input: MethodInput): Promise<Timing>;
}

/** How long the work took, in ms, and what parts of it did. */
export interface Timing {
  readonly ms: number;
  readonly parts?: Readonly<Record<string, number>>;
}

const BATCH = 1000;
const COLUMN = 'ALTER TABLE customers ADD COLUMN full_name text';
/** The triggers that Segue installs for this rename, as its plan says. */
async function installSync({ sql, url }: MethodInput): Promise<void> {
  const target = openTarget({ url });
  const plan = await planTransition(target, toTransitionSpec(RENAME));
  await target.close();
  const steps = plan.phases.find((phase) => phase.kind === 'dual_write')?.steps ?? [];
  await sql.unsafe('CREATE SCHEMA IF NOT EXISTS segue');
  await sql.unsafe(COLUMN);
  for (const step of steps) {
    if (step.kind === 'backfill') return;
    for (const statement of step.sql) await sql.unsafe(statement);
  }
}

const RENAME = transitionFileSchema.parse({
  name: 'bench',
  operations: [{ rename_column: { table: 'customers', from: 'name', to: 'full_name' } }],
});
const ACTOR = { id: 'bench', name: 'bench', via: 'cli' } as const;

async function timed(work: () => Promise<unknown>): Promise<Timing> {
  const began = performance.now();
  await work();
  return { ms: performance.now() - began };
}

function segue(lanes: number): Method {
  let rolloutId = '';
  const move = async (url: string, onEvent: (event: MoveEvent) => void = () => undefined) => {
    const target = openTarget({ url });
    try {
      const { version } = await requireRollout(target, { id: rolloutId });
      await requestMove(target, { rolloutId, direction: 'forward', expectedVersion: version, actor: ACTOR });
      const outcome = await runMove(target, {
        rolloutId,
        owner: 'bench',
        onEvent,
      });
      if (outcome.kind !== 'completed') throw new Error(JSON.stringify(outcome));
    } finally {
      await target.close();
    }
  };
  return {
    name: `segue_${lanes}`,
    title: `Segue, ${lanes === 1 ? '1 lane' : `${lanes} lanes`}`,
    prepare: async ({ url }) => {
      const target = openTarget({ url });
      const plan = await planTransition(target, toTransitionSpec(RENAME));
      const settings = { lanes, stopGrowthPercent: 0 };
      rolloutId = (await fixPlan(target, { plan, managedBy: null, settings })).id;
      await target.close();
      await move(url);
    },
    // From the start of the backfill to the end of the last check: every row is compared within this time, and the statistics renewed.
    run: async ({ url }) => {
      let began = 0;
      let last = 0;
      const parts: Record<string, number> = {};
      await move(url, (event) => {
        const now = performance.now();
        if (event.type === 'step_started' && String(event.stepId).endsWith('.backfill')) began = now;
        const name = partOf(event);
        if (began > 0 && name !== null) parts[name] = Math.round((parts[name] ?? 0) + now - last);
        if (event.type === 'check') parts.total = now - began;
        last = now;
      });
      const { total = 0, ...rest } = parts;
      return { ms: total, parts: rest };
    },
  };
}

/** What ended with an event: the copying, the statistics, or the checks, of which the comparison is one. */
function partOf(event: MoveEvent): string | null {
  if (event.type === 'check') return 'checks';
  if (event.type === 'batch') return 'copy';
  if (event.type !== 'step_done') return null;
  return String(event.stepId).split('.').at(-1) === 'backfill' ? 'copy' : 'statistics';
}

/** The ways that are compared, in the order in which each round runs them. */
export const METHODS: readonly Method[] = [
  segue(1),
  {
    name: 'plain',
    title: 'One UPDATE, no trigger',
    prepare: async ({ sql }) => void (await sql.unsafe(COLUMN)),
    run: ({ sql }) => timed(() => sql`UPDATE customers SET full_name = name`),
  },
  segue(2),
  {
    name: 'trigger',
    title: 'One UPDATE under the sync trigger',
    prepare: installSync,
    run: ({ sql }) => timed(() => sql`UPDATE customers SET full_name = name`),
  },
  {
    name: 'guide',
    title: 'The guide’s loop: 1,000 WHERE … IS NULL',
    prepare: installSync,
    run: ({ sql }) =>
      timed(async () => {
        for (;;) {
          const done = await sql.unsafe(
            `UPDATE customers SET full_name = name WHERE full_name IS NULL AND id IN (SELECT id FROM customers WHERE full_name IS NULL LIMIT ${BATCH})`,
          );
          if (done.count < BATCH) return;
        }
      }),
  },
  {
    name: 'touch',
    title: 'Touch 1,000 rows by key, a trigger computes',
    prepare: async ({ sql }) => {
      await sql.unsafe(`${COLUMN};
        CREATE FUNCTION compute() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.full_name := NEW.name; RETURN NEW; END $$;
        CREATE TRIGGER compute BEFORE INSERT OR UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION compute()`);
    },
    run: ({ sql, rows }) =>
      timed(async () => {
        for (let from = 0; from < rows; from += BATCH)
          await sql.unsafe(`UPDATE customers SET id = id WHERE id > ${from} AND id <= ${from + BATCH}`);
      }),
  },
];
