import assert from 'node:assert/strict';
import fc from 'fast-check';
import postgres from 'postgres';
import { quoteIdent } from '@/lib/core/sql-text';
import { requestPause, requestResume, requireRollout } from '@/lib/engine/rollouts';
import { segueLeftovers } from '../lifecycle/catalog-dump';
import { finish, move, mustMove } from '../lifecycle/move';
import { travel } from './journey';
import { EXTRAS } from './property-extras';
import { SHAPES, type Shape } from './property-shapes';
import { type FaultServer, openWorld, type World } from './world';

/**
 * Random transitions, moves, pauses, cuts of the network, and writes of two application versions, beside and in the middle of moves, against a map in
 * memory. After every step both versions that may run read what the map holds.
 */

type Version = 'old' | 'new';
type Write =
  | { readonly kind: 'put'; readonly by: Version; readonly id: number; readonly value: number }
  | { readonly kind: 'update'; readonly by: Version; readonly id: number; readonly value: number }
  /** To another shelf: on a partitioned table the row goes to another partition. */
  | { readonly kind: 'shift'; readonly by: Version; readonly id: number; readonly value: number }
  | { readonly kind: 'delete'; readonly by: Version; readonly id: number };

interface Model {
  readonly rows: Map<number, number>;
  position: number;
}

interface Real {
  readonly world: World;
  readonly shape: Shape;
  readonly sql: postgres.Sql;
}

const mayRun = ({ world, shape: { either } }: Real, by: Version, ...positions: number[]) =>
  positions.every(
    (position) =>
      either === true ||
      (by === 'old' ? position <= world.plan.oldCodeUntil : position >= world.plan.newCodeFrom),
  );

/** Carries one write out, in the database and in the map. The value belongs to its row, so that a unique column never objects. */
async function write(model: Model, { shape, sql }: Real, act: Write): Promise<void> {
  const side = act.by === 'old' ? shape.old : shape.fresh;
  const name = sql(side.table);
  if (act.kind === 'delete') {
    await sql`DELETE FROM ${name} WHERE id = ${act.id}`;
    model.rows.delete(act.id);
    return;
  }
  if (act.kind === 'shift') {
    await sql`UPDATE ${name} SET shelf = ${act.value % 4} WHERE id = ${act.id}`;
    return;
  }
  const cents = act.value * 100 + act.id;
  const values = side.write(cents);
  const partitioned = /TABLE items [^;]*PARTITION BY/.test(shape.subject.setup);
  if (act.kind === 'put' && !partitioned) {
    const row = sql({ id: act.id, ...values });
    await sql`INSERT INTO ${name} ${row} ON CONFLICT (id) DO UPDATE SET ${sql(values)}`;
    model.rows.set(act.id, cents);
    return;
  }
  const { count } = await sql`UPDATE ${name} SET ${sql(values)} WHERE id = ${act.id}`;
  assert.equal(count, model.rows.has(act.id) ? 1 : 0, `rows with the id ${act.id}`);
  if (act.kind === 'put' && count === 0) await sql`INSERT INTO ${name} ${sql({ id: act.id, ...values })}`;
  if (act.kind === 'put' || count > 0) model.rows.set(act.id, cents);
}

/** Both versions that may run at this position read exactly the map. */
async function compare(model: Model, real: Real): Promise<void> {
  const expected = [...model.rows].sort(([a], [b]) => a - b);
  for (const by of ['old', 'new'] as const) {
    if (!mayRun(real, by, model.position)) continue;
    const side = by === 'old' ? real.shape.old : real.shape.fresh;
    const columns = Object.keys(side.write(0)).map((column) => `${quoteIdent(column)}::text`);
    const rows = await real.sql.unsafe<({ id: string } & Record<string, string | null>)[]>(
      `SELECT id::text, ${columns.join(', ')} FROM ${quoteIdent(side.table)} ORDER BY ${quoteIdent(side.table)}.id`,
    );
    const seen = rows.map((row) => [Number(row.id), side.read(row)]);
    assert.deepEqual(seen, expected, `what ${by} code reads at position ${model.position}`);
  }
  const { position } = await requireRollout(real.world.direct, { id: real.world.rolloutId });
  assert.equal(position, model.position);
}

type Act =
  | { readonly kind: 'write'; readonly act: Write }
  | {
      readonly kind: 'move';
      readonly direction: 'forward' | 'back';
      readonly meanwhile: readonly Write[];
      /** The network is cut at this event; null: it holds. */
      readonly cutAt: number | null;
    }
  | { readonly kind: 'pause'; readonly direction: 'forward' | 'back'; readonly after: number };

async function perform(model: Model, real: Real, act: Act): Promise<void> {
  if (act.kind === 'write') {
    if (mayRun(real, act.act.by, model.position)) await write(model, real, act.act);
    return;
  }
  const { world } = real;
  const next = model.position + (act.direction === 'forward' ? 1 : -1);
  // Delete is the end of every journey, not a step of one.
  if (next < 0 || next >= world.plan.phases.length) return;
  if (act.kind === 'move') {
    const waiting = act.meanwhile.filter((each) => mayRun(real, each.by, model.position, next));
    let events = 0;
    await travel(
      world,
      { direction: act.direction, goal: next },
      {
        onEvent: async () => {
          const due = waiting.shift();
          if (due !== undefined) await write(model, real, due);
          events += 1;
          if (events === act.cutAt) world.proxy.cut();
        },
      },
    );
  } else {
    let events = 0;
    const outcome = await move(world.direct, world.rolloutId, act.direction, {
      acknowledged: ['*'],
      onEvent: async () => {
        events += 1;
        if (events === act.after) await control(real, requestPause);
      },
    });
    if (outcome.kind === 'paused') {
      await control(real, requestResume);
      const resumed = await finish(world.direct, { rolloutId: world.rolloutId, owner: 'test' });
      assert.equal(resumed.kind, 'completed');
    } else assert.equal(outcome.kind, 'completed', JSON.stringify(outcome));
  }
  model.position = next;
}

async function control({ world }: Real, request: typeof requestPause): Promise<void> {
  const { version, activity } = await requireRollout(world.direct, { id: world.rolloutId });
  if (request === requestPause && activity !== 'running') return;
  await request(world.direct, {
    rolloutId: world.rolloutId,
    expectedVersion: version,
    actor: { id: 'test', name: 'Test', via: 'cli' },
  });
}

const version = fc.constantFrom<Version>('old', 'new');
const id = fc.integer({ min: 1, max: 8 });
const value = fc.integer({ min: 1, max: 1000 });
const direction = fc.constantFrom('forward' as const, 'forward' as const, 'back' as const);
const writes: fc.Arbitrary<Write> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), by: version, id, value }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('update' as const), by: version, id, value }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('shift' as const), by: version, id, value }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), by: version, id }) },
);
const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), act: writes }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      direction,
      meanwhile: fc.array(writes, { maxLength: 6 }),
      cutAt: fc.option(fc.integer({ min: 1, max: 20 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('pause' as const),
      direction,
      after: fc.integer({ min: 1, max: 8 }),
    }),
  },
);

/** Lives through one random story, then goes back to the start and forward to the very end. */
async function live(server: FaultServer, shape: Shape, story: readonly Act[]): Promise<void> {
  const world = await openWorld(server, shape.subject, { batchRows: 3 });
  const sql = postgres(world.database.owner.url, { max: 1, prepare: false, onnotice: () => undefined });
  const real: Real = { world, shape, sql };
  const model: Model = { rows: new Map(), position: 0 };
  try {
    for (let row = 1; row <= 5; row += 1)
      await write(model, real, { kind: 'put', by: 'old', id: row, value: row });
    for (const act of story) {
      await perform(model, real, act);
      await compare(model, real);
    }
    const go = async (way: 'forward' | 'back') => {
      await perform(model, real, { kind: 'move', direction: way, meanwhile: [], cutAt: null });
      await compare(model, real);
    };
    while (model.position > 0) await go('back');
    while (model.position < world.plan.phases.length - 1) await go('forward');
    model.position = await mustMove(world.direct, world.rolloutId, 'forward', { acknowledged: ['*'] });
    await compare(model, real);
    assert.deepEqual(await segueLeftovers(world.superuser), []);
  } finally {
    await sql.end({ timeout: 5 });
    await world.close();
  }
}

/** Runs that many random stories. Throws with the shortest story that fails, its seed and its path. */
export async function checkProperty(
  server: FaultServer,
  options: {
    readonly seed: number;
    readonly runs: number;
    readonly acts: number;
    /** Part of the name of the shapes to tell of. @default all */
    readonly shape?: string;
  },
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...SHAPES.filter(({ name }) => name.includes(options.shape ?? ''))),
      fc.subarray([...EXTRAS], { maxLength: 2 }),
      fc.array(acts, { minLength: 4, maxLength: options.acts, size: 'max' }),
      (chosen, extras, story) => {
        const operations = [...chosen.subject.operations, ...(chosen.extras === true ? extras : [])];
        return live(server, { ...chosen, subject: { ...chosen.subject, operations } }, story);
      },
    ),
    // The short form has no time to shorten a story; the same seed does, in the long one.
    { seed: options.seed, numRuns: options.runs, endOnFailure: options.runs < 10 },
  );
}
