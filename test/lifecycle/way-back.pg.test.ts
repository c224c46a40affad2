import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { type TransitionFile, toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import type { Direction } from '@/lib/core/rollout';
import { planTransition } from '@/lib/engine/plan-transition';
import { fixPlan, requestMove, requestPause, requireRollout } from '@/lib/engine/rollouts';
import { openTarget, type Target } from '@/lib/engine/target';
import { createTestDatabase } from '../postgres/test-database';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { dumpCatalog } from './catalog-dump';
import { ACTOR, finish, move, mustMove } from './move';

interface Scene {
  readonly target: Target;
  readonly rolloutId: string;
  readonly owner: postgres.Sql;
  readonly dump: () => Promise<string[]>;
}

/** Keys that become text: `made` makes those that are there, `beyond` are those that the old type cannot hold. */
const TEXT_KEYS = [
  // One blank more than fits: PostgreSQL would cut it, and two keys would be one.
  {
    type: 'varchar(12)',
    made: `'key ' || g`,
    given: 'abcdefghijkl',
    beyond: ['abcdefghijkl ', 'longer than it'],
  },
  // The same uuid in two spellings is two keys, and one that is none at all is a third.
  {
    type: 'uuid',
    made: 'gen_random_uuid()',
    given: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
    beyond: ['A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'no-uuid'],
  },
] as const;

async function onScene(
  major: (typeof FEWER_MAJORS)[number],
  setup: string,
  operations: TransitionFile['operations'],
  play: (scene: Scene) => Promise<void>,
): Promise<void> {
  const database = await createTestDatabase({ major });
  const target = openTarget({ url: database.owner.url });
  const owner = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
  const superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
  try {
    await owner.unsafe(setup);
    const spec = toTransitionSpec(transitionFileSchema.parse({ name: 'way back', operations }));
    const plan = await planTransition(target, spec);
    const { id: rolloutId } = await fixPlan(target, { plan, managedBy: null });
    await play({ target, rolloutId, owner, dump: () => dumpCatalog(superuser) });
  } finally {
    await Promise.all([target.close(), owner.end({ timeout: 5 }), superuser.end({ timeout: 5 })]);
    await database.drop();
  }
}

async function ask(target: Target, rolloutId: string, direction: Direction): Promise<void> {
  await requestMove(target, {
    rolloutId,
    direction,
    expectedVersion: (await requireRollout(target, { id: rolloutId })).version,
    actor: ACTOR,
    acknowledged: ['*'],
  });
}

const FULL = process.env.SEGUE_TEST_FULL === '1';

const all = { acknowledged: ['*'] } as const;

/** Moves and expects the position, and there what was there the first time. */
async function mover(target: Target, rolloutId: string, dump: () => Promise<string[]>) {
  const first: Record<number, string[]> = { 0: await dump() };
  return async (direction: Direction, position: number): Promise<void> => {
    expect(await mustMove(target, rolloutId, direction, all)).toBe(position);
    first[position] ??= await dump();
    expect(await dump()).toEqual(first[position]);
  };
}

describe.each(FEWER_MAJORS)('the way back on PostgreSQL %i', (major) => {
  it('a swap that is turned round half-way, forward again, has all that it rests upon', async () => {
    await onScene(
      major,
      `CREATE TABLE items (id int PRIMARY KEY, name text);
       CREATE TABLE lines (item_id int CONSTRAINT lines_item_fk REFERENCES items, number int, PRIMARY KEY (item_id, number));
       INSERT INTO items SELECT g FROM generate_series(1, 300) g; INSERT INTO lines SELECT id, 1 FROM items;`,
      [{ change_type: { table: 'items', column: 'id', type: 'bigint' } }],
      async ({ target, rolloutId, dump }) => {
        const first: Record<number, string[]> = {};
        for (const position of [0, 1, 2, 3]) {
          if (position > 0) await mustMove(target, rolloutId, 'forward', all);
          first[position] = await dump();
        }
        const steps = (await requireRollout(target, { id: rolloutId })).plan.phases[2]?.steps ?? [];
        // Undone from the end: after the first is nothing left that could turn round.
        const turns = steps.slice(1).filter(({ id }, index) => FULL || index === 1 || /swap/.test(id));
        for (const at of turns) {
          await ask(target, rolloutId, 'back');
          const paused = await finish(target, {
            rolloutId,
            owner: 'test',
            onEvent: async (event) => {
              if (event.type !== 'step_done' || event.stepId !== at.id || event.direction !== 'back') return;
              await requestPause(target, {
                rolloutId,
                expectedVersion: (await requireRollout(target, { id: rolloutId })).version,
                actor: ACTOR,
              });
            },
          });
          expect(paused.kind).toBe('paused');
          await ask(target, rolloutId, 'forward');
          const outcome = await finish(target, { rolloutId, owner: 'test' });
          expect(outcome).toEqual({ kind: 'completed', position: 3 });
          expect(await dump(), at.id).toEqual(first[3]);
        }
        for (const position of [2, 1, 0]) {
          expect(await mustMove(target, rolloutId, 'back', all)).toBe(position);
          expect(await dump()).toEqual(first[position]);
        }
      },
    );
  });

  it('a key beyond the old type is taken from Switch on, and the way back waits until it is gone', async () => {
    await onScene(
      major,
      `CREATE TABLE items (id serial PRIMARY KEY, name text);
       CREATE TABLE lines (item_id int CONSTRAINT lines_item_fk REFERENCES items ON UPDATE CASCADE ON DELETE CASCADE, number int, PRIMARY KEY (item_id, number));
       CREATE TABLE notes (item_id int CONSTRAINT notes_item_fk REFERENCES items ON UPDATE CASCADE ON DELETE SET NULL, id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
       INSERT INTO items (name) SELECT g FROM generate_series(1, 300) g; INSERT INTO lines SELECT id, 1 FROM items; INSERT INTO notes SELECT id FROM items;`,
      [{ change_type: { table: 'items', column: 'id', type: 'bigint' } }],
      async ({ target, rolloutId, owner, dump }) => {
        const go = await mover(target, rolloutId, dump);
        for (const position of [1, 2, 3]) await go('forward', position);
        const beyond = 3_000_000_000;
        const add = async (id: number) => {
          await owner`INSERT INTO items (id, name) VALUES (${id}, 'x') ON CONFLICT (id) DO UPDATE SET name = 'y'`;
          await owner`INSERT INTO lines (item_id, number) VALUES (${id}, 1), (${id}, 2) ON CONFLICT (item_id, number) DO NOTHING`;
          await owner`INSERT INTO notes (item_id) VALUES (${id})`;
        };
        await add(beyond);
        await add(beyond);
        await add(beyond + 1);
        // There and back within the type, and on to another key beyond it.
        await owner`UPDATE items SET id = 1000 WHERE id = ${beyond + 1}`;
        await owner`UPDATE items SET id = ${beyond + 2} WHERE id = 1000`;
        await owner`UPDATE items SET id = 1001 WHERE id = 2`;
        await owner`SELECT setval('items_id_seq', ${beyond + 10})`;
        const refused = await move(target, rolloutId, 'back', all);
        expect(refused).toMatchObject({ kind: 'failed', error: { code: 'check_failed' } });
        expect(JSON.stringify(refused)).toContain(String(beyond + 2));
        expect(JSON.stringify(refused)).not.toContain(String(beyond + 1));
        await go('forward', 4);
        await owner`INSERT INTO items (name) VALUES ('by the sequence')`;
        await go('back', 3);
        expect(await move(target, rolloutId, 'back', all)).toMatchObject({ kind: 'failed' });
        const [kept] = await owner<{ items: number; lines: number; notes: number }[]>`
          SELECT (SELECT count(*)::integer FROM items WHERE id > 2147483647) AS items, (SELECT count(*)::integer FROM lines WHERE item_id > 2147483647) AS lines, (SELECT count(*)::integer FROM notes WHERE item_id > 2147483647) AS notes`;
        expect(kept).toEqual({ items: 3, lines: 4, notes: 3 });
        await owner`DELETE FROM items WHERE id > 2147483647`;
        for (const position of [2, 1, 0]) await go('back', position);
        const [next] = await owner<{ id: number }[]>`INSERT INTO items (name) VALUES ('again') RETURNING id`;
        expect(next?.id).toBe(1002);
        for (const position of [1, 2, 3, 4, 5]) await go('forward', position);
        await add(beyond);
        const left =
          await owner`SELECT 1 FROM pg_class WHERE relnamespace = 'segue'::regnamespace AND relname LIKE 'stand%'`;
        expect(left).toHaveLength(0);
      },
    );
  });

  it.each(FULL ? TEXT_KEYS : TEXT_KEYS.slice(0, 1))(
    'a key that no $type can hold is taken from Switch on, and the way back waits until it is gone',
    async ({ type, made, given, beyond }) => {
      await onScene(
        major,
        `CREATE TABLE items (id ${type} PRIMARY KEY, name text);
       CREATE TABLE lines (item_id ${type} NOT NULL CONSTRAINT lines_item_fk REFERENCES items ON DELETE CASCADE, number int, PRIMARY KEY (item_id, number));
       CREATE TABLE notes (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item_id ${type} CONSTRAINT notes_item_fk REFERENCES items ON DELETE CASCADE);
       INSERT INTO items SELECT ${made}, g FROM generate_series(1, 30) g; INSERT INTO lines SELECT id, 1 FROM items; INSERT INTO notes (item_id) SELECT id FROM items;`,
        [{ change_type: { table: 'items', column: 'id', type: 'text' } }],
        async ({ target, rolloutId, owner, dump }) => {
          const go = await mover(target, rolloutId, dump);
          for (const position of [1, 2, 3]) await go('forward', position);
          const add = async (id: string) => {
            await owner`INSERT INTO items (id, name) VALUES (${id}, 'x') ON CONFLICT (id) DO UPDATE SET name = 'y'`;
            await owner`INSERT INTO lines (item_id, number) VALUES (${id}, 1) ON CONFLICT DO NOTHING`;
            await owner`INSERT INTO notes (item_id) VALUES (${id})`;
          };
          for (const id of [given, ...beyond, ...beyond]) await add(id);
          await go('forward', 4);
          await go('back', 3);
          const refused = await move(target, rolloutId, 'back', all);
          expect(refused).toMatchObject({ kind: 'failed', error: { code: 'check_failed' } });
          let said = JSON.stringify(refused);
          for (const id of beyond) {
            expect(said).toContain(id);
            said = said.replaceAll(id, '');
          }
          expect(said).not.toContain(given);
          await owner`DELETE FROM items WHERE id = ANY (${[...beyond]}::text[])`;
          for (const position of [2, 1, 0]) await go('back', position);
          const [kept] = await owner<{ items: number; lines: number; notes: number }[]>`
          SELECT (SELECT count(*)::integer FROM items) AS items, (SELECT count(*)::integer FROM lines) AS lines, (SELECT count(*)::integer FROM notes) AS notes`;
          expect(kept).toEqual({ items: 31, lines: 31, notes: 31 });
          for (const position of [1, 2, 3, 4]) await go('forward', position);
          // What the old columns could not hold is no disagreement when they go.
          for (const id of beyond) await add(id);
          await go('forward', 5);
        },
      );
    },
  );

  it('a dropped column comes back only when each row has its parent again', async () => {
    await onScene(
      major,
      `CREATE TABLE groups (id int PRIMARY KEY); INSERT INTO groups SELECT generate_series(1, 3);
       CREATE TABLE items (id int PRIMARY KEY, group_id int CONSTRAINT items_group_fk REFERENCES groups ON DELETE RESTRICT);
       COMMENT ON CONSTRAINT items_group_fk ON items IS 'its group';
       INSERT INTO items SELECT g, 1 + g % 3 FROM generate_series(1, 30) g;`,
      [{ drop_column: { table: 'items', column: 'group_id' } }],
      async ({ target, rolloutId, owner, dump }) => {
        const before = await dump();
        await mustMove(target, rolloutId, 'forward', all);
        await mustMove(target, rolloutId, 'forward', all);
        await owner`DELETE FROM groups WHERE id = 2`;
        const refused = await move(target, rolloutId, 'back', all);
        expect(refused).toMatchObject({ kind: 'failed', error: { code: 'check_failed' } });
        expect(JSON.stringify(refused)).toContain('10 rows are in the way');
        await owner`INSERT INTO groups VALUES (2)`;
        expect(await mustMove(target, rolloutId, 'back', all)).toBe(1);
        await expect(owner`DELETE FROM groups WHERE id = 2`).rejects.toThrow(/items_group_fk/);
        expect(await mustMove(target, rolloutId, 'back', all)).toBe(0);
        expect(await dump()).toEqual(before);
      },
    );
  });
});
